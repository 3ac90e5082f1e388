"""`payloads`: what came in by the live channels, what of it was not understood, once more, or as a fixture."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext as _

from sapa.cli.printing import limited, print_json, print_line, print_table, shop_time
from sapa.cli.types import Call, CannotError, Command
from sapa.cli.visible import make_visible
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Payload
from sapa.gateway.queries import get_payload, list_payloads
from sapa.gateway.recorder import record_fixture
from sapa.gateway.replay import replay_payloads

_MOST = 1_000_000


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--problem",
        nargs="?",
        const="",
        metavar="KODE",
        help=_("hanya yang tidak dipahami, atau yang bermasalah ini"),
    )
    does = parser.add_mutually_exclusive_group()
    does.add_argument(
        "--replay", type=int, nargs="*", metavar="ID", help=_("baca lagi: ini, atau semua yang bermasalah")
    )
    does.add_argument(
        "--record", type=int, metavar="ID", help=_("cetak bentuknya tanpa nama, nomor, dan rahasia")
    )


def _payloads(call: Call) -> int:
    if call.words.record is not None:
        return _record(call)
    if call.words.replay is not None:
        return _replay(call)
    rows = [
        row
        for row in list_payloads(call.shop, limit=call.words.limit or _MOST)
        if call.words.problem is None or (row.problem and row.problem.startswith(call.words.problem))
    ]
    if call.words.json:
        print_json(limited(rows, call.words.limit))
        return 0
    print_table(
        (_("id"), _("datang"), _("byte"), _("masalah")),
        [(row.id, shop_time(row.received_at, call.shop), row.size, row.problem) for row in rows],
        empty=_("Belum ada yang masuk lewat saluran langsung."),
    )
    return 0


def _record(call: Call) -> int:
    try:
        payload = get_payload(call.shop, call.words.record)
    except Payload.DoesNotExist as unknown:
        raise CannotError(
            _("Tidak ada kiriman %(id)d. Lihat: sapa payloads") % {"id": call.words.record}
        ) from unknown
    print_line(record_fixture(payload))
    return 0


def _replay(call: Call) -> int:
    chosen = call.words.replay or None
    problem = (call.words.problem or "") if chosen is None else call.words.problem
    count = replay_payloads(business=call.shop, ids=chosen, problem=problem, by=None, now=call.now)
    digest_payloads(business=call.shop, now=call.now)
    make_visible(call)
    left = sum(1 for row in list_payloads(call.shop, limit=_MOST) if row.problem)
    if call.words.json:
        print_json({"replayed": count, "not_understood": left})
    else:
        print_line(
            _("%(count)d kiriman dibaca lagi; %(left)d belum dipahami.") % {"count": count, "left": left}
        )
    return 0


COMMANDS = (Command("payloads", _("yang masuk lewat saluran langsung"), _payloads, _words, reads=True),)
