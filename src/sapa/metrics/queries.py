"""Figures: the values of all metrics over a window, each with its interval, trend and tomorrow's action."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import list_teammates
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, clip, list_buckets, month_days, parameters, today, week_days
from sapa.contacts.models import Contact
from sapa.lib import intervals
from sapa.lib.money import format_money, format_number
from sapa.lib.phones import format_phone
from sapa.metrics import questions  # noqa: F401 - questions registers what is asked here
from sapa.metrics.baselines import list_missing, propose_target
from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.definitions import METRICS
from sapa.metrics.lifetime.queries import find_expected
from sapa.metrics.lifetime.types import Expected
from sapa.metrics.models import Target
from sapa.metrics.types import Contribution, Figure, Part, Person, Tomorrow, TrendPoint
from sapa.metrics.verdicts import judge_roi, warn_of_satisfaction
from sapa.standings.directory import find_addresses

Row = Mapping[str, Any]
_NOTHING: Row = {"n": 0, "mean": None, "median": None, "total": 0.0, "deviation": None, "ups": 0, "downs": 0}


@dataclass(frozen=True)
class Reading:
    """One reading of the figures of a business: its copy, window and moment, and who answers for what."""

    business: Business
    copy: Copy
    window: Window
    now: datetime
    parameters: Mapping[str, int | str]
    targets: dict[str, Target]
    wanted: dict[str, list[Target]]
    teammates: list[Teammate]

    def ask(self, name: str, **more: int) -> list[dict[str, Any]]:
        return self.copy.ask(name, {**self.parameters, **more})

    @property
    def last_day(self) -> date:
        """The newest day of the window that has begun."""
        day = today(self.business, self.now)
        return min(day, self.window.to or day)


def list_metrics() -> list[Metric]:
    """Every metric, in the order of screens."""
    return list(METRICS.values())


def get_metric(key: str) -> Metric:
    """The definition of a metric. Raises KeyError."""
    return METRICS[key]


def list_metric_figures(
    business: Business,
    *,
    from_: date | None,
    to: date | None,
    now: datetime,
    as_of: bool = False,
    keys: Collection[str] = METRICS,
) -> list[Figure]:
    """The figures of all metrics, or of those of some `keys`, over the days `from_` to `to` (both included, None is open), as of `now`.

    With `as_of` nothing later than `now` is seen. Actions are counted by the room above.
    """
    reading = _reading(business, Window(from_, to), now, as_of=as_of)
    return [_figure(metric, reading) for key, metric in METRICS.items() if key in keys]


def get_metric_figure(
    business: Business, key: str, *, from_: date | None, to: date | None, now: datetime, as_of: bool = False
) -> Figure:
    """The figure of one metric, as `list_metric_figures`. Raises KeyError for an unknown key."""
    return _figure(METRICS[key], _reading(business, Window(from_, to), now, as_of=as_of))


def _reading(business: Business, window: Window, now: datetime, *, as_of: bool) -> Reading:
    copy = open_copy(business, until=now if as_of else None)
    day = window.to or today(business, now)
    valid = Target.objects.filter(business=business, valid_from__lte=day).select_related("owner")
    wanted: dict[str, list[Target]] = {}
    for target in valid.order_by("valid_from", "id"):
        wanted.setdefault(target.metric, []).append(target)
    return Reading(
        business=business,
        copy=copy,
        window=window,
        now=now,
        parameters=parameters(business, window, now),
        targets={key: found[-1] for key, found in wanted.items()},
        wanted=wanted,
        teammates=list_teammates(business),
    )


def _figure(metric: Metric, reading: Reading) -> Figure:
    figure = _bare_figure(metric, reading)
    target = reading.targets.get(metric.key)
    has_own = target is not None and target.value is not None
    proposal = None
    if not has_own and not reading.window.in_weeks:
        proposal = propose_target(metric, figure.trend, today=today(reading.business, reading.now))
    return replace(figure, missing=list_missing(figure), proposal=proposal)


def _bare_figure(metric: Metric, reading: Reading) -> Figure:
    if metric.statistic is Statistic.VERDICT:
        return _verdict(metric, reading)
    expected = find_expected(reading.business, reading.copy, now=reading.now) if metric.looks_ahead else None
    if metric.statistic is Statistic.EXPECTED and expected is not None:
        return _ahead(metric, reading, expected)
    found = {str(row["left_out"]): row for row in reading.ask(f"metric.{metric.key}")}
    counted = found.get("", _NOTHING)
    n = int(counted["n"])
    excluded = {code: int(row["n"]) for code, row in found.items() if code}
    for code in metric.beside:
        if number := int(reading.ask(f"metric.{metric.key}.beside.{code}")[0]["n"]):
            excluded[code] = number
    is_honest = n >= metric.smallest_sample
    return Figure(
        value=_value(metric, counted) if is_honest else None,
        sample_size=n,
        excluded=dict(sorted(excluded.items())),
        interval=_interval(metric, counted, reading) if is_honest else None,
        trend=_trend(metric, reading),
        why_not=None if is_honest else _why_not(metric, counted),
        people=() if is_honest else _people(metric, reading),
        parts=_parts(metric, reading) if is_honest and metric.is_split else (),
        why=_say_ahead(expected, reading.business.currency) if is_honest and expected is not None else None,
        expected=expected,
        **_frame(metric, reading),
    )


def _frame(metric: Metric, reading: Reading) -> dict[str, Any]:
    """What a figure says whatever its value: the question, the target, who answers for it, what is done tomorrow."""
    target = reading.targets.get(metric.key)
    wanted = _usual_target(metric, reading)
    if target is not None and target.value is not None:
        wanted = target.value
    teams = (("marketing", metric.marketing), ("sales", metric.sales), ("service", metric.service))
    return {
        "key": metric.key,
        "question": str(metric.question),
        "unit": reading.business.currency if metric.unit == "money" else metric.unit,
        "target": wanted,
        "owner": _owner(metric, target, reading.teammates),
        "tomorrow": Tomorrow(str(metric.tomorrow), 0),
        "teams": tuple(Contribution(team, str(text)) for team, text in teams),
        "rules": metric.rules,
    }


def _usual_target(metric: Metric, reading: Reading) -> float | None:
    """Where a business begins that has said nothing of its own."""
    if metric.key == "first_response":
        return float(reading.business.reply_target_minutes)
    return metric.target


def _target_then(metric: Metric, reading: Reading, day: date) -> float | None:
    """What was wanted on an earlier day: figures of the past keep the target of their time."""
    said = [
        one for one in reading.wanted.get(metric.key, ()) if one.valid_from <= day and one.value is not None
    ]
    return said[-1].value if said else _usual_target(metric, reading)


def _owner(metric: Metric, target: Target | None, teammates: list[Teammate]) -> str:
    """Whom the business named; else the first with the role that usually answers for it; else its owner."""
    if target is not None and target.owner is not None and target.owner.is_active:
        return target.owner.name
    for role in (metric.owner_role, Teammate.Role.OWNER):
        for teammate in teammates:
            if teammate.role == role:
                return teammate.name
    return ""


def _value(metric: Metric, row: Row) -> float | None:
    n = int(row["n"])
    if metric.statistic is Statistic.COUNT:
        return n
    if n == 0:
        return None
    if metric.statistic is Statistic.MEDIAN:
        return float(row["median"])
    if metric.statistic is Statistic.PORTION:
        return float(row["total"]) / float(row["weight"]) if row["weight"] else None
    mean = float(row["mean"])
    if metric.statistic is Statistic.NET:
        return mean * 100
    return round(mean) if metric.unit == "money" else mean


def _interval(metric: Metric, row: Row, reading: Reading) -> tuple[float, float] | None:
    n = int(row["n"])
    match metric.statistic:
        case Statistic.SHARE:
            return intervals.share_interval(float(row["total"] or 0), n)
        case Statistic.MEDIAN:
            return _median_interval(metric, n, reading)
        case Statistic.NET:
            found = intervals.net_interval(int(row["ups"] or 0), int(row["downs"] or 0), n)
            return found and (found[0] * 100, found[1] * 100)
        case Statistic.COUNT:
            return intervals.count_interval(n)
        case Statistic.PORTION:
            sums = [float(row[name] or 0.0) for name in ("total", "weight", "vv", "vw", "ww")]
            return intervals.portion_interval(n, *sums)
    if n < 2:
        return None
    found = intervals.mean_interval(float(row["mean"]), float(row["deviation"]), n)
    return (round(found[0]), round(found[1])) if found and metric.unit == "money" else found


def _median_interval(metric: Metric, n: int, reading: Reading) -> tuple[float, float] | None:
    ranks = intervals.median_ranks(n)
    if ranks is None:
        return None
    found = reading.ask(f"metric.{metric.key}.middle", middle_low=ranks[0], middle_high=ranks[1])[0]
    return float(found["low"]), float(found["high"])


def _trend(metric: Metric, reading: Reading) -> tuple[TrendPoint, ...]:
    in_weeks = reading.window.in_weeks
    rows = reading.ask(f"metric.{metric.key}.{'week' if in_weeks else 'month'}")
    found = {int(row["bucket"]): row for row in rows}
    points = []
    for bucket in list_buckets(found):
        days = clip((week_days if in_weeks else month_days)(bucket), reading.window, reading.last_day)
        row = found.get(bucket, _NOTHING)
        assert days.from_ is not None  # noqa: S101 - a week or a month has both its ends
        assert days.to is not None  # noqa: S101
        then = _target_then(metric, reading, days.to)
        points.append(TrendPoint(days.from_, days.to, _value(metric, row), int(row["n"]), then))
    return tuple(points)


def _parts(metric: Metric, reading: Reading) -> tuple[Part, ...]:
    rows = reading.ask(f"metric.{metric.key}.part")
    return tuple(Part(row["part"], _value(metric, row), int(row["n"])) for row in rows)


def _why_not(metric: Metric, row: Row) -> str:
    n = int(row["n"])
    if n == 0:
        return _("Belum ada yang bisa dihitung dalam jangka ini.")
    least = metric.smallest_sample
    if metric.statistic is Statistic.SHARE:
        return _(
            "{hits} dari {n} {yes}. Baru {n} yang bisa dihitung; angkanya disebut mulai {least}."
        ).format(hits=int(row["total"]), n=n, yes=str(metric.yes), least=least)
    return _("Baru {n} yang bisa dihitung; angkanya disebut mulai {least}.").format(n=n, least=least)


def _people(metric: Metric, reading: Reading) -> tuple[Person, ...]:
    rows = reading.ask(f"metric.{metric.key}.people")
    ids = {int(row["contact"]) for row in rows if row["contact"] is not None}
    known = {contact.pk: contact for contact in Contact.objects.filter(business=reading.business, pk__in=ids)}
    nameless = find_addresses([pk for pk, contact in known.items() if not contact.name])
    found = []
    for row in rows:
        contact = known.get(row["contact"])
        if contact is not None:
            said = _said(metric, float(row["value"]), reading.business.currency)
            address = next((_told_address(*one) for one in nameless.get(contact.pk, ())), "")
            found.append(Person(str(contact.public_id), contact.name or address, said))
    return tuple(found)


def _told_address(kind: str, value: str) -> str:
    return format_phone(value) if kind in ("phone", "whatsapp") else value


def _said(metric: Metric, value: float, currency: str) -> str:
    """What one person adds to the figure, in words."""
    language = "en" if (get_language() or "id").startswith("en") else "id"
    if metric.yes:
        return str(metric.yes if value else metric.no)
    if metric.unit == "money":
        return format_money(round(value), currency, language)
    number = format_number(value, language, 1)
    if metric.unit == "hours":
        return _("{number} jam").format(number=number)
    if metric.unit == "minutes":
        return _("{number} menit").format(number=number)
    if metric.statistic is Statistic.NET:
        return str({1: _("mau merekomendasikan"), 0: _("biasa saja"), -1: _("kecewa")}[round(value)])
    return _("nilai {number}").format(number=number)


def _ahead(metric: Metric, reading: Reading, expected: Expected) -> Figure:
    """A figure of what is to come: of each buyer, on average."""
    low, high = expected.purchases_interval or (None, None)
    is_said = expected.purchases is not None and low is not None and high is not None
    return Figure(
        value=(expected.purchases or 0.0) / expected.buyers if is_said else None,
        sample_size=expected.buyers,
        excluded={},
        interval=((low or 0.0) / expected.buyers, (high or 0.0) / expected.buyers) if is_said else None,
        trend=(),
        why_not=None if is_said else expected.why_not or _("Belum ada yang bisa dihitung dalam jangka ini."),
        expected=expected,
        **_frame(metric, reading),
    )


def _say_ahead(expected: Expected, currency: str) -> str | None:
    """What a buyer is expected to be worth in the coming year; why that cannot be said, where it cannot."""
    if expected.value is None or expected.value_interval is None:
        return expected.value_why_not
    language = "en" if (get_language() or "id").startswith("en") else "id"
    of_all = (expected.value, *expected.value_interval)
    about, low, high = (format_money(round(value / expected.buyers), currency, language) for value in of_all)
    return _("12 bulan ke depan tiap pembeli kira-kira {about} lagi, antara {low} dan {high}.").format(
        about=about, low=low, high=high
    )


def _verdict(metric: Metric, reading: Reading) -> Figure:
    judge = judge_roi if metric.key == "roi" else warn_of_satisfaction
    verdict = judge(reading.copy, reading.business, reading.window, reading.now)
    return Figure(
        value=verdict.value,
        sample_size=verdict.sample_size,
        excluded={},
        interval=None,
        trend=(),
        why_not=verdict.why_not,
        why=verdict.why,
        months=verdict.months,
        **_frame(metric, reading),
    )


def get_bare_value(metric: Metric, copy: Copy, given: Mapping[str, int | str]) -> float | None:
    """The bare value of a metric over a window, however small its sample; None where nothing counts."""
    rows = {str(row["left_out"]): row for row in copy.ask(f"metric.{metric.key}", given)}
    return _value(metric, rows.get("", _NOTHING))


def find_target_of_day(business: Business, *, metric: str, valid_from: date) -> dict[str, Any] | None:
    """What was wanted from this very day on, as `restore_target` takes it; None where nothing was said that day."""
    target = Target.objects.filter(business=business, metric=metric, valid_from=valid_from).first()
    return {"value": target.value, "owner": target.owner_id} if target else None
