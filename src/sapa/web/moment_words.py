"""What a moment says in the reader's language: when it happens, what is measured, what a look found and what it would take."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.lib.money import format_number, format_percent
from sapa.moments.events import EVENTS, MEASURES, METRIC, TOPIC
from sapa.moments.models import Moment, Trial
from sapa.moments.types import Choice, Verdict, Weighed
from sapa.readings.types import INTENT_LABELS

PERCENT_FROM = 12
"""Fewest people for a percentage: below it `1 dari 3` says as much and promises less."""


@dataclass(frozen=True, slots=True)
class Told:
    """A look in words: the verdict, its look as a class of the page, what was found, and what would be needed to know."""

    title: str
    style: str
    sentences: tuple[str, ...]
    needs: tuple[str, ...]


def tell_topic(topic: str) -> str:
    label = INTENT_LABELS.get(topic)
    if label is None:
        return topic
    return label.en if (get_language() or "id").startswith("en") else label.id


def tell_event(event: str) -> str:
    """`Bertanya soal ongkos kirim`, `Menerima invoice`."""
    if event.startswith(TOPIC):
        return _("Bertanya soal %(topic)s") % {"topic": tell_topic(event.removeprefix(TOPIC))}
    known = EVENTS.get(event)
    return str(known.name) if known else event


def name_for(event: str) -> str:
    """A first name for a moment."""
    words = tell_event(event)
    return _("Saat pelanggan %(does)s") % {"does": words[:1].lower() + words[1:]}


def tell_measure(moment: Moment) -> str:
    """`yang membeli dalam 3 hari`, or the question of a metric."""
    if moment.measure.startswith(METRIC):
        from sapa.metrics.queries import get_metric

        try:
            return str(get_metric(moment.measure.removeprefix(METRIC)).question)
        except KeyError:
            return moment.measure
    does = str(MEASURES.get(moment.measure, moment.measure))
    return _("yang %(does)s dalam %(days)d hari") % {"does": does, "days": moment.follow_days}


def tell_state(trial: Trial) -> str:
    return {
        Trial.State.PLANNED.value: _("belum dimulai"),
        Trial.State.RUNNING.value: _("sedang berjalan"),
        Trial.State.PAUSED.value: _("dijeda"),
        Trial.State.ENDED.value: _("selesai"),
    }[trial.state]


def tell_choice(choice: str) -> str:
    return {
        Choice.KEEP.value: _("dijadikan kebiasaan"),
        Choice.STOP.value: _("dihentikan"),
        Choice.REPEAT.value: _("diulang"),
    }.get(choice, choice)


def tell_verdict(verdict: str) -> str:
    return {
        Verdict.HELPED.value: _("Membantu"),
        Verdict.NO_HELP.value: _("Tidak membantu"),
        Verdict.WORSE.value: _("Memburuk"),
        Verdict.UNCERTAIN.value: _("Belum pasti"),
    }[verdict]


def verdict_style(verdict: str) -> str:
    return {"helped": "fine", "worse": "late", "no_help": "warning"}.get(verdict, "new")


def tell_share(hits: int, people: int) -> str:
    """`46%` of enough people, `1 dari 3` of few."""
    if people < PERCENT_FROM:
        return _("%(hits)d dari %(people)d") % {"hits": hits, "people": people}
    return percent(hits / people)


def percent(share: float) -> str:
    return format_percent(share, get_language() or "id", 0)


def tell_look(found: Weighed, *, a_day: float, days: int | None) -> Told:
    """What a look found. `a_day` people reach the moment a day now; in `days` days so many would show ten points."""
    return Told(
        title=tell_verdict(found.verdict),
        style=verdict_style(found.verdict),
        sentences=tuple(_found(found)),
        needs=tuple(_needs(found, days)) if found.verdict == Verdict.UNCERTAIN else (),
    )


def _found(found: Weighed) -> list[str]:
    told = [
        _("Sebelum: %(before)s (%(n)s orang). Sesudah: %(after)s (%(m)s orang).")
        % {
            "before": tell_share(found.before_went_on, found.before_people),
            "n": _number(found.before_people),
            "after": tell_share(found.after_went_on, found.after_people),
            "m": _number(found.after_people),
        }
    ]
    if found.expected is None or found.difference is None or found.difference_range is None:
        return told
    told.append(
        _("Tanpa perubahan ini kira-kira %(expected)s: hari dan arah yang sudah ada ikut dihitung.")
        % {"expected": percent(found.expected)}
    )
    low, high = found.difference_range
    told.append(
        _("Bedanya %(points)s poin, kisarannya %(low)s sampai %(high)s.")
        % {"points": _points(found.difference), "low": _points(low), "high": _points(high)}
    )
    if found.other_people:
        told.append(
            _("Pembanding: %(n)s orang di hari yang sama yang tidak mendapat perubahan ini.")
            % {"n": _number(found.other_people)}
        )
    return told


def _needs(found: Weighed, days: int | None) -> list[str]:
    if found.why == "few":
        return [
            _(
                "Perlu sedikitnya %(least)d orang sebelum dan %(least)d sesudah. Ceritanya dulu, angkanya nanti."
            )
            % {"least": PERCENT_FROM}
        ]
    if found.why == "no_line":
        return [_("Orang sebelum perubahan terlalu sedikit untuk tahu apa yang terjadi tanpanya.")]
    if found.why == "moved":
        return [
            _("Angkanya sudah bergerak sebelum perubahan dimulai, jadi tidak bisa diakui sebagai hasilnya.")
        ]
    told = []
    if found.why == "early":
        told.append(_("Ini baru pandangan pertama. Yang berikutnya pada hari ke-30."))
    if found.visible is not None:
        told.append(
            _("Dengan orang sebanyak ini, baru beda %(points)s poin yang akan terlihat.")
            % {"points": _points(found.visible).lstrip("+")}
        )
    if found.people_needed is None:
        told.append(
            _(
                "Beda 10 poin belum bisa dipastikan di sini. Riwayat lebih panjang atau pembanding akan membantu."
            )
        )
    elif found.people_needed > found.after_people and days is not None:
        told.append(
            _("Untuk memastikan beda 10 poin perlu sekitar %(n)s orang, kira-kira %(days)s hari.")
            % {"n": _number(found.people_needed), "days": _number(days)}
        )
    return told


def _number(number: float) -> str:
    return format_number(number, get_language() or "id")


def _points(share: float) -> str:
    points = round(share * 100)
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"
