"""`simulate`: providers and customers beside a Sapa that runs, for whoever builds on it."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable

from django.utils.translation import gettext as _

from sapa.channels.queries import list_live_channels
from sapa.channels.types import ChannelError
from sapa.cli.types import Call, CannotError, Command
from sapa.demo.providers import CAST, PLAYS, Customer, Simulator, join
from sapa.lib import clock

_BAD_DAY = {"duplicate": 0.2, "reorder": 0.3, "delay": 3.0, "shuffled": True, "lost_receipts": 0.05}
_BETWEEN_SECONDS = 30.0


def add_simulate_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help=_("nomor port penyedia tiruan (0: yang bebas)"))
    parser.add_argument("--at", default="http://127.0.0.1:8000", help=_("alamat Sapa yang sedang berjalan"))
    parser.add_argument("--speed", type=float, default=1.0, help=_("60: jeda semenit menjadi sedetik"))
    parser.add_argument("--seed", type=int, default=1, help=_("angka yang sama memberi cerita yang sama"))
    parser.add_argument("--bad-day", action="store_true", help=_("kiriman ganda, tertukar, dan terlambat"))
    parser.add_argument("--channel", action="append", default=[], help=_("hanya saluran ini (boleh diulang)"))
    parser.add_argument(
        "--quiet", action="store_true", help=_("pelanggan hanya menulis kalau diketik di sini")
    )


def simulate(call: Call) -> int:
    """Connects the shop's channels to simulated providers and lets customers write, until it is stopped."""
    words = call.words
    if words.speed <= 0:
        raise CannotError(_("Kecepatan harus lebih dari 0."))
    if not call.shop.is_sample and list_live_channels(call.shop):
        raise CannotError(
            _(
                "Toko ini punya saluran yang tersambung. Penyedia tiruan hanya untuk toko yang belum tersambung."
            )
        )
    with Simulator(seed=words.seed, now=clock.now, speed=words.speed, port=words.port) as simulator:
        unknown = [kind for kind in words.channel if kind not in simulator.kinds]
        if unknown:
            raise CannotError(
                _("Saluran %(kind)s tidak ditiru. Yang ada: %(kinds)s.")
                % {"kind": unknown[0], "kinds": ", ".join(simulator.kinds)}
            )
        try:
            join(
                simulator,
                business=call.shop,
                hook_base=words.at,
                by=None,
                now=call.now,
                kinds=words.channel,
            )
        except ChannelError as error:
            raise CannotError(str(error)) from error
        _tell_what_is_heard(simulator)
        if words.bad_day:
            simulator.faults(**_BAD_DAY)
        simulator.start()
        sys.stderr.write(
            _("Penyedia tiruan di %(address)s. Ketik misalnya: Rina@line: halo kak (Ctrl+C untuk berhenti)")
            % {"address": simulator.address}
            + "\n"
        )
        stop = threading.Event()
        if not words.quiet:
            threading.Thread(target=_let_write, args=(simulator, words, stop), daemon=True).start()
        try:
            _listen(simulator, stop)
        finally:
            stop.set()
    return 0


def _tell_what_is_heard(simulator: Simulator) -> None:
    hear: Callable[[str, Customer, str], object] = simulator.world.heard

    def tell(kind: str, customer: Customer, text: str) -> None:
        sys.stdout.write(f"{kind} → {customer.name}: {text}\n")
        sys.stdout.flush()
        hear(kind, customer, text)

    simulator.world.heard = tell


def _let_write(simulator: Simulator, words: argparse.Namespace, stop: threading.Event) -> None:
    plays = [one for one in PLAYS if not words.channel or one.kind in words.channel]
    number = 0
    while plays and not stop.wait(_BETWEEN_SECONDS / words.speed if number else 1.0):
        simulator.actors.begin(CAST[number % len(CAST)], plays[number % len(plays)])
        number += 1


def _listen(simulator: Simulator, stop: threading.Event) -> None:
    """Each line typed is said by a customer: NAME[@CHANNEL]: WORDS. Without a keyboard it goes on until it is stopped."""
    for line in sys.stdin:
        who, colon, text = line.strip().partition(":")
        name, _at, kind = who.partition("@")
        if not colon or not text.strip():
            continue
        try:
            simulator.customer(name.strip()).says(text.strip(), by=kind.strip() or "whatsapp")
        except (KeyError, ValueError) as error:
            sys.stderr.write(_("Tidak ada %(name)s di sini.") % {"name": error} + "\n")
    stop.wait()


COMMANDS = (
    Command(
        "simulate",
        _("penyedia dan pelanggan tiruan untuk Sapa yang sedang berjalan (untuk pengembang)"),
        simulate,
        add_simulate_words,
    ),
)
