"""Expected purchases and cohorts of a business, as its copy has them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, parameters, today
from sapa.contacts.models import Contact
from sapa.lib.intervals import share_interval
from sapa.lib.phones import format_phone
from sapa.metrics.lifetime import forecasting, rules
from sapa.metrics.lifetime import questions as questions  # registers what is asked here
from sapa.metrics.lifetime.fitting import NoFitError
from sapa.metrics.lifetime.forecasting import Purchases
from sapa.metrics.lifetime.histories import Ints
from sapa.metrics.lifetime.special import Floats
from sapa.metrics.lifetime.types import Calibration, Expected, ExpectedBuyer
from sapa.standings.directory import find_addresses

_EPOCH = date(1970, 1, 1)
_MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is expected of a shop's buyers; `order` has their places, the most expected purchases first."""

    purchases: Purchases
    order: Ints
    expected: Floats | None
    values: Floats | None
    rhythms: dict[int, float]
    doubt: str
    value_doubt: str
    trial: Calibration | None
    interval: tuple[float, float] | None
    value_interval: tuple[float, float] | None


_guard = threading.Lock()
_kept: dict[tuple[int, tuple[Any, ...]], Outlook] = {}


def get_expected(business: Business, *, now: datetime, as_of: bool = False) -> Expected:
    """What the next 52 weeks bring from the buyers known by `now`; with `as_of` nothing later is seen.

    Without a model that stands its trial, `why_not` says what is missing, and the buyers who came back are counted.
    """
    return find_expected(business, open_copy(business, until=now if as_of else None), now=now)


def find_expected(business: Business, copy: Copy, *, now: datetime) -> Expected:
    """As `get_expected`, over a copy that is open already."""
    return _told(find_outlook(business, copy, now=now))


def list_expected(
    business: Business, *, now: datetime, limit: int | None = None, offset: int = 0
) -> list[ExpectedBuyer]:
    """Buyers by expected purchases in the next 52 weeks; without a model by their own rhythm. Never by P(alive)."""
    found = find_outlook(business, open_copy(business), now=now)
    places = found.order[offset : None if limit is None else offset + limit]
    people = find_people(business, found.purchases.contact[places].tolist())
    return [_buyer(found, int(place), *people[int(found.purchases.contact[place])])
            for place in places if int(found.purchases.contact[place]) in people]  # fmt: skip


def _told(found: Outlook) -> Expected:
    repeats = found.purchases.repeats
    buyers, back = len(repeats), int((repeats > 0).sum())
    expected, values = found.expected, found.values
    return Expected(
        weeks=forecasting.YEAR,
        buyers=buyers,
        purchases=None if expected is None else float(expected.sum()),
        purchases_interval=found.interval,
        value=None if expected is None or values is None else float(expected @ values),
        value_interval=found.value_interval,
        calibration=found.trial,
        why_not=_say_doubt(found.doubt, buyers, found.trial),
        value_why_not=_say_doubt(found.doubt or found.value_doubt, buyers, found.trial),
        came_back=back,
        came_back_interval=share_interval(back, buyers),
    )


def _buyer(found: Outlook, place: int, public_id: str, name: str) -> ExpectedBuyer:
    held = found.purchases
    last = int(held.last[place])
    rhythm = found.rhythms.get(int(held.contact[place]))
    expected = None if found.expected is None else float(found.expected[place])
    return ExpectedBuyer(
        id=public_id,
        name=name,
        purchases=int(held.repeats[place]) + 1,
        last_day=_EPOCH + timedelta(days=last),
        expected=expected,
        value=None
        if expected is None or found.values is None
        else round(expected * float(found.values[place])),
        rhythm_days=rhythm,
        due_day=None if rhythm is None else _EPOCH + timedelta(days=last + round(rhythm)),
    )


def find_people(business: Business, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Public id and name (or address) of each contact."""
    known = Contact.objects.filter(business=business, pk__in=ids).only("public_id", "name")
    people = {contact.pk: (str(contact.public_id), contact.name) for contact in known}
    nameless = find_addresses([pk for pk, (_id, name) in people.items() if not name])
    for pk, addresses in nameless.items():
        kind, value = next(iter(addresses), ("", ""))
        shown = format_phone(value) if kind in ("phone", "whatsapp") else value
        people[pk] = (people[pk][0], shown)
    return people


def find_outlook(business: Business, copy: Copy, *, now: datetime) -> Outlook:
    """Made once for the same purchases and day, then kept in this process."""
    day = (today(business, now) - _EPOCH).days
    given = parameters(business, Window(None, _EPOCH + timedelta(days=day)), now)
    key = (business.pk, (day, *copy.ask("lifetime.mark", given)[0].values()))
    with _guard:
        if key in _kept:
            return _kept[key]
    made = make_outlook(copy, given, day)
    with _guard:
        _kept[key] = made
        while len(_kept) > _MOST_KEPT:
            del _kept[next(iter(_kept))]
    return made


def make_outlook(copy: Copy, given: Mapping[str, int | str], day: int) -> Outlook:
    """Reads the purchases before `given["to_day"]`, fits, tries out, scores and ranks."""
    orders = copy.ask_columns("lifetime.purchases", given)
    held = forecasting.fold_purchases(orders, day)
    weeks = int(held.age.max()) // 7 if len(held.contact) else 0
    doubt = rules.doubt_history(len(held.contact), int(held.repeats.sum()), weeks)
    trial = None if doubt else _try_out(orders, held, rules.choose_trial_weeks(weeks))
    if not doubt:
        doubt = "unfitted" if trial is None else rules.doubt_trial(trial)
    if not doubt and trial is not None:
        try:
            return _modelled(held, trial)
        except NoFitError:
            doubt = "unfitted"
    return _plain(copy, given, held, doubt, trial)


def _try_out(orders: dict[str, Any], held: Purchases, weeks: int) -> Calibration | None:
    before = forecasting.fold_purchases(orders, held.today - weeks * 7)
    return forecasting.try_out(before, held, weeks) if len(before.contact) else None


def _modelled(held: Purchases, trial: Calibration) -> Outlook:
    model = forecasting.fit_model(held)
    expected = forecasting.expect(model)
    values = forecasting.expect_values(model, held)
    value_interval = None
    if values is not None:
        value_interval = forecasting.bound_value(model, held, expected, values, trial.error)
    return Outlook(
        purchases=held,
        order=np.argsort(-expected, kind="stable"),
        expected=expected,
        values=values,
        rhythms={},
        doubt="",
        value_doubt=model.value_doubt,
        trial=trial,
        interval=forecasting.bound_purchases(model, expected, trial.error),
        value_interval=value_interval,
    )


def _plain(
    copy: Copy, given: Mapping[str, int | str], held: Purchases, doubt: str, trial: Calibration | None
) -> Outlook:
    rhythms = {int(row["contact"]): float(row["days"]) for row in copy.ask("lifetime.rhythms", given)}
    since = held.today - held.last
    keys = [
        rules.rank_plainly(float(days), rhythms.get(contact))
        for contact, days in zip(held.contact.tolist(), since.tolist(), strict=True)
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Outlook(held, np.array(order, dtype=np.int64), None, None, rhythms, doubt, "", trial, None, None)


def _say_doubt(code: str, buyers: int, trial: Calibration | None) -> str | None:
    if not code:
        return None
    seen = {"actual": trial.actual, "predicted": round(trial.predicted)} if trial else {}
    return {
        "few_buyers": _("Baru {n} pembeli; perkiraan dibuat mulai {least}. Kebiasaan tiap orang lebih bisa dipegang."),
        "short_history": _("Riwayat pesanan belum setengah tahun."),
        "few_repeats": _("Terlalu sedikit yang membeli lagi untuk membuat perkiraan."),
        "quiet_trial": _("Beberapa bulan terakhir terlalu sepi untuk menguji perkiraan."),
        "trial_missed": _("Perkiraan diuji dan meleset: ditebak {predicted} pembelian, terjadi {actual}."),
        "trial_unranked": _("Perkiraan diuji dan belum bisa membedakan siapa yang kembali."),
        "unfitted": _("Pola pembelian toko ini belum cocok dengan model mana pun."),
        "few_values": _("Terlalu sedikit pembelian ulang dengan nilai yang diketahui."),
        "value_tied": _("Yang sering membeli belanjanya jauh berbeda, sehingga nilai tidak bisa dikira terpisah."),
        "value_unfitted": _("Nilai belanja terlalu beragam untuk dikira."),
    }[code].format(n=buyers, least=rules.ENOUGH_BUYERS, **seen)  # fmt: skip
