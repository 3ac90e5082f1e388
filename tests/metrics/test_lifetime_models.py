"""Models of repeat purchases: published parameters to the published digits, and every formula beside another way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, special  # type: ignore[import-untyped]

from sapa.metrics.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from sapa.metrics.lifetime.fitting import NoFitError
from sapa.metrics.lifetime.histories import Histories, coarsen, count_histories
from sapa.metrics.lifetime.judging import rank_quality
from sapa.metrics.lifetime.special import digamma, gammaln, hyp2f1, hyp2f1_tail

END, LAST = date(1997, 9, 30), date(1998, 6, 30)
WEEKS = 39.0
Numbers = NDArray[np.float64]


class Cdnow:
    """2,357 customers of CDNOW: 39 weeks seen, 39 weeks held out. Purchases of one day are one."""

    def __init__(self, path: Path) -> None:
        found: dict[str, dict[date, float]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            _, customer, day, _, dollars = line.split()
            spent = found.setdefault(customer, {})
            at = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
            spent[at] = spent.get(at, 0.0) + float(dollars)
        seen = [(sorted(day for day in spent if day <= END), spent) for spent in found.values()]
        self.repeats = np.array([len(days) - 1 for days, _ in seen])
        self.recency = np.array([(days[-1] - days[0]).days for days, _ in seen])
        self.age = np.array([(END - days[0]).days for days, _ in seen])
        self.later = np.array([len(spent) - len(days) for days, spent in seen])
        self.mean = np.array([np.mean([spent[day] for day in days[1:]] or [0.0]) for days, spent in seen])
        self.histories, self.row = count_histories(self.repeats, self.recency, self.age)


@pytest.fixture(scope="module")
def cdnow(shared: Path) -> Cdnow:
    return Cdnow(shared / "data" / "cdnow" / "CDNOW_sample.txt")


class TestPublished:
    """Fader, Hardie & Lee (2005), table 2; Fader & Hardie (2013), section 3."""

    def test_pareto_nbd(self, cdnow: Cdnow) -> None:
        found = pareto_nbd.fit(cdnow.histories)
        assert [round(value, 3) for value in found.parameters] == [0.553, 10.578, 0.606, 11.669]
        assert round(found.log_likelihood, 1) == -9595.0

    def test_bg_nbd(self, cdnow: Cdnow) -> None:
        found = bg_nbd.fit(cdnow.histories)
        assert [round(value, 3) for value in found.parameters] == [0.243, 4.414, 0.793, 2.426]
        assert round(found.log_likelihood, 1) == -9582.4

    def test_gamma_gamma(self, cdnow: Cdnow) -> None:
        spent = cdnow.mean > 0
        assert spent.sum() == 946
        found = gamma_gamma.fit(cdnow.repeats[spent].astype(float), cdnow.mean[spent])
        assert [round(value, 2) for value in found.parameters] == [6.25, 3.74, 15.44]

    def test_who_buys_again_in_the_held_out_half(self, cdnow: Cdnow) -> None:
        """Ranked by expected purchases; P(alive) is 1 for all who never came back and ranks them first."""
        again = cdnow.later > 0
        pareto, bg = pareto_nbd.fit(cdnow.histories).parameters, bg_nbd.fit(cdnow.histories).parameters
        expected = pareto_nbd.expect_purchases(pareto, cdnow.histories, WEEKS)[cdnow.row]
        assert rank_quality(expected, again) == pytest.approx(0.779, abs=0.0005)
        assert expected.sum() == pytest.approx(1666, abs=0.5)
        assert cdnow.later.sum() == 1882
        simple = bg_nbd.expect_purchases(bg, cdnow.histories, WEEKS)[cdnow.row]
        assert rank_quality(simple, again) == pytest.approx(0.773, abs=0.0005)
        assert simple.sum() == pytest.approx(1653, abs=0.5)
        alive = bg_nbd.find_alive(bg, cdnow.histories)[cdnow.row]
        assert rank_quality(alive, again) == pytest.approx(0.316, abs=0.0005)

    def test_expected_purchases_are_right_among_the_few_and_the_many(self, cdnow: Cdnow) -> None:
        expected = pareto_nbd.expect_purchases(
            pareto_nbd.fit(cdnow.histories).parameters, cdnow.histories, WEEKS
        )
        order = np.argsort(expected[cdnow.row])
        tenths = np.array_split(order, 10)
        said = np.array([expected[cdnow.row][part].mean() for part in tenths])
        was = np.array([cdnow.later[part].mean() for part in tenths])
        assert np.corrcoef(said, was)[0, 1] > 0.99
        assert np.all(np.abs(said - was) < 0.15 + 0.2 * was)

    def test_weeks_instead_of_days_change_little(self, cdnow: Cdnow) -> None:
        exact = pareto_nbd.fit(cdnow.histories)
        weekly = coarsen(cdnow.histories, 7)
        assert len(weekly.age) < len(cdnow.histories.age)
        rough = pareto_nbd.fit(weekly)
        said = [pareto_nbd.expect_purchases(fit.parameters, cdnow.histories, WEEKS) @ cdnow.histories.weight
                for fit in (exact, rough)]  # fmt: skip
        assert said[1] == pytest.approx(said[0], rel=0.02)


class TestFormulas:
    def test_gamma_functions_as_scipy(self) -> None:
        x = 10.0 ** np.linspace(-3, 5, 200)
        assert gammaln(x) == pytest.approx(special.gammaln(x), rel=1e-12, abs=1e-12)
        assert digamma(x) == pytest.approx(special.digamma(x), rel=1e-12, abs=1e-12)

    @pytest.mark.parametrize("z", [-60.0, -3.0, 0.0, 0.3, 0.9, 0.99])
    def test_tail_form_as_scipy(self, z: float) -> None:
        a = np.array([0.4, 1.2, 5.0, 30.3])  # past that scipy itself gives up
        for b in (1.05, 1.6, 8.0):
            found = hyp2f1_tail(a, b, np.full_like(a, z))
            assert found == pytest.approx(special.hyp2f1(a, b, a + 1, z), rel=3e-7)

    @pytest.mark.parametrize("z", [0.0, 0.2, 0.7, 0.97])
    def test_series_as_scipy(self, z: float) -> None:
        x = np.array([0.0, 1.0, 7.0, 40.0])
        found = hyp2f1(0.24 + x, 2.4 + x, 2.2 + x, np.full_like(x, z))
        assert found == pytest.approx(special.hyp2f1(0.24 + x, 2.4 + x, 2.2 + x, z), rel=1e-10)

    @pytest.mark.parametrize(
        "parameters", [(0.55, 10.6, 0.6, 11.7), (0.6, 40.0, 0.3, 2.0), (1.4, 2.0, 2.5, 60.0)]
    )
    def test_likelihood_as_integrated_by_another_hand(self, parameters: tuple[float, ...]) -> None:
        """The mixture itself: alive at T, or gone at some time between the last purchase and T."""
        r, alpha, s, beta = parameters
        for x, recency, age in ((0, 0, 70), (1, 3, 273), (2, 200, 273), (26, 260, 266), (4, 91, 91)):
            one = Histories(np.array([x]), np.array([recency]), np.array([age]), np.ones(1))
            end, last = age / 7, recency / 7
            alive = (alpha + end) ** -(r + x) * (beta + end) ** -s
            gone = integrate.quad(
                lambda t, x=x: s * (alpha + t) ** -(r + x) * (beta + t) ** -(s + 1),
                last, end, epsabs=0, epsrel=1e-11,
            )[0] if end > last else 0.0  # fmt: skip
            start = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
            expected = start + np.log(alive + gone)
            assert pareto_nbd.log_likelihood(np.array(parameters), one) == pytest.approx(expected, abs=1e-7)
            assert pareto_nbd.find_alive(parameters, one)[0] == pytest.approx(
                alive / (alive + gone), abs=1e-7
            )

    def test_expected_purchases_as_simulated(self) -> None:
        """A buyer without history, followed by chance: the mean is what the formula says."""
        chance = np.random.default_rng(7)
        r, alpha, s, beta, weeks = 0.8, 6.0, 1.0, 20.0, 30.0  # s = 1 is the formula's removable gap
        rate, life = (
            chance.gamma(r, 1 / alpha, 400_000),
            chance.exponential(1 / chance.gamma(s, 1 / beta, 400_000)),
        )
        counted = chance.poisson(rate * np.minimum(life, weeks)).mean()
        zero = np.zeros(1, dtype=np.int64)
        new = Histories(zero, zero, zero, np.ones(1))
        assert pareto_nbd.expect_purchases((r, alpha, s, beta), new, weeks)[0] == pytest.approx(
            counted, rel=0.02
        )


def simulate(
    chance: np.random.Generator, buyers: int, parameters: tuple[float, ...], days: int
) -> tuple[NDArray[np.int64], ...]:
    """Repeats, recency and age of invented buyers, and what they buy in the following year."""
    r, alpha, s, beta = parameters
    age = chance.integers(1, days, buyers)
    rate, life = (
        chance.gamma(r, 1 / alpha, buyers) / 7,
        chance.exponential(7 / chance.gamma(s, 1 / beta, buyers)),
    )
    seen = np.minimum(life, age)
    repeats = chance.poisson(rate * seen)
    latest = seen * chance.random(buyers) ** (1 / np.maximum(repeats, 1))
    later = chance.poisson(rate * np.clip(life - age, 0, 364))
    return repeats, np.where(repeats > 0, latest, 0).astype(np.int64), age, later


class TestFitting:
    def test_planted_parameters_are_found_again(self) -> None:
        planted = (0.7, 8.0, 0.5, 12.0)
        repeats, recency, age, later = simulate(np.random.default_rng(3), 60_000, planted, 700)
        histories, row = count_histories(repeats, recency, age)
        found = pareto_nbd.fit(coarsen(histories, 7))
        assert found.parameters[0] == pytest.approx(0.7, rel=0.1)
        said = pareto_nbd.expect_purchases(found.parameters, histories, 52)[row]
        assert said.sum() == pytest.approx(later.sum(), rel=0.05)

    def test_buyers_of_whom_nobody_ever_came_back_have_no_model(self) -> None:
        never = np.zeros(300, dtype=np.int64)
        histories, _ = count_histories(never, never, np.arange(300))
        with pytest.raises(NoFitError):
            pareto_nbd.fit(histories)

    def test_equal_histories_are_one_row(self) -> None:
        histories, row = count_histories(np.array([2, 0, 2]), np.array([10, 0, 10]), np.array([30, 9, 30]))
        assert histories.weight.tolist() == [1.0, 2.0]
        assert (histories.repeats[row].tolist(), histories.recency[row].tolist()) == ([2, 0, 2], [10, 0, 10])
        assert histories.age[row].tolist() == [30, 9, 30]
