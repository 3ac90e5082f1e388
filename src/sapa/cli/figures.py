"""`today`, `metrics` and `journey`: what to do, how it goes, where people go."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from sapa.accounts.queries import find_teammate
from sapa.actions.queries import list_figures, list_today
from sapa.actions.types import TodayItem
from sapa.cli.printing import limited, print_json, print_line, print_table, shop_time
from sapa.cli.types import Call, CannotError, Command
from sapa.journeys.queries import get_journey
from sapa.journeys.types import Journey


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} bukan tanggal (2026-11-21)") from error


def _window_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="from_", type=_day, metavar="TANGGAL", help=_("dari hari ini"))
    parser.add_argument("--to", type=_day, metavar="TANGGAL", help=_("sampai dan dengan hari ini"))


def _for_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--for", dest="for_", default="", metavar="E-MAIL", help=_("hanya milik satu anggota tim")
    )


def _today(call: Call) -> int:
    teammate = None
    if call.words.for_:
        teammate = find_teammate(call.shop, call.words.for_)
        if teammate is None:
            raise CannotError(_("%(email)s bukan anggota tim toko ini.") % {"email": call.words.for_})
    items = limited(
        list_today(call.shop, now=call.now, as_of=call.as_of, teammate=teammate), call.words.limit
    )
    if call.words.json:
        print_json(items)
        return 0
    print_table(
        (_("tindakan"), _("kenapa"), _("siapa"), _("tenggat")),
        [(item.text, _why(item), item.owner, shop_time(item.due_at, call.shop)) for item in items],
        empty=_("Semua beres untuk hari ini."),
    )
    return 0


def _why(item: TodayItem) -> str:
    return f"{item.why} {item.best_time.text}." if item.best_time else item.why


def _metrics(call: Call) -> int:
    words = call.words
    _check_window(call)
    figures = limited(
        list_figures(call.shop, from_=words.from_, to=words.to, now=call.now, as_of=call.as_of), words.limit
    )
    if words.json:
        print_json(figures)
        return 0
    print_table(
        (_("metrik"), _("nilai"), _("satuan"), _("contoh"), _("besok")),
        [
            (
                figure.key,
                figure.why_not if figure.value is None else figure.value,
                figure.unit,
                figure.sample_size,
                figure.tomorrow.text,
            )
            for figure in figures
        ],
        empty=_("Belum ada angka."),
    )
    return 0


def _journey(call: Call) -> int:
    words = call.words
    _check_window(call)
    journey = get_journey(call.shop, from_=words.from_, to=words.to, now=call.now, as_of=call.as_of)
    journey = replace(
        journey,
        edges=tuple(limited(journey.edges, words.limit)),
        paths=tuple(limited(journey.paths, words.limit)),
        friction=tuple(limited(journey.friction, words.limit)),
    )
    if words.json:
        print_json(journey)
    else:
        _print_journey(journey)
    return 0


def _print_journey(journey: Journey) -> None:
    print_line(_("%(contacts)d pelanggan") % {"contacts": journey.contacts})
    print_table(
        (_("langkah"), _("pelanggan"), _("bagian"), _("jam ke langkah berikut"), _("berhenti")),
        [
            (row.key, row.contacts, f"{row.share:.0%}", row.median_hours_to_next, row.left)
            for row in journey.stages
        ],
        empty=_("Belum ada perjalanan."),
    )
    for point in journey.friction:
        print_line(f"! {point.topic_label}: {point.contacts} ({point.share:.0%})")
    for path in journey.paths:
        print_line(f"{path.contacts}x  {' → '.join(path.steps)}")


def _check_window(call: Call) -> None:
    words = call.words
    if words.from_ and words.to and words.from_ > words.to:
        raise CannotError(_("Hari pertama (--from) jatuh sesudah hari terakhir (--to)."))


COMMANDS = (
    Command("today", _("apa yang perlu dilakukan, untuk siapa, kenapa"), _today, _for_word, reads=True),
    Command("metrics", _("angka toko, dengan tindakan untuk besok"), _metrics, _window_words, reads=True),
    Command("journey", _("peta perjalanan dan titik gesekan"), _journey, _window_words, reads=True),
)
