"""The `sapa` command: reads the words, makes sure of the tables, finds the business, calls, answers the status.

Status: 0 done, 1 it could not be done (one sentence on stderr), 2 the words of the call are wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sapa.accounts.models import Business
    from sapa.cli.types import Call, Command

WHERE = {
    "init": "sapa.cli.shop",
    "write-key": "sapa.cli.shop",
    "import": "sapa.cli.imports",
    "contacts": "sapa.cli.people",
    "timeline": "sapa.cli.people",
    "snapshot": "sapa.cli.people",
    "duplicates": "sapa.cli.people",
    "merge": "sapa.cli.people",
    "unmerge": "sapa.cli.people",
    "today": "sapa.cli.figures",
    "metrics": "sapa.cli.figures",
    "payloads": "sapa.cli.payloads",
    "digest": "sapa.cli.mornings",
    "journey": "sapa.cli.figures",
    "classify": "sapa.cli.texts",
    "topics": "sapa.cli.texts",
    "answer": "sapa.cli.texts",
    "simplify": "sapa.cli.texts",
    "backup": "sapa.cli.keeping",
    "restore": "sapa.cli.keeping",
    "doctor": "sapa.cli.keeping",
    "rebuild": "sapa.cli.keeping",
    "verify": "sapa.cli.keeping",
    "forget": "sapa.cli.keeping",
    "migrate": "sapa.cli.keeping",
    "simulate": "sapa.cli.simulating",
    "serve": "sapa.config.serving",
    "worker": "sapa.config.serving",
    "demo": "sapa.config.serving",
}
"""Each command's module, whose COMMANDS hold it."""

DONE, COULD_NOT, WRONG_WORDS, INTERRUPTED = 0, 1, 2, 130


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; `words` default to those of the process."""
    words = list(sys.argv[1:] if words is None else words)
    _speak_utf8()
    os.environ.setdefault("SAPA_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sapa.config.settings")
    if words[:1] == ["demo"]:
        _use_demo_home()
    if words[:1] in (["demo"], ["serve"]):
        # Pages wait 5 s for another writer and then answer 503; everything else may wait 30.
        os.environ.setdefault("SAPA_BUSY_SECONDS", "5")
    import django

    django.setup()
    parser, commands = _parser(words)
    parsed = parser.parse_args(words)
    if not parsed.command:
        parser.print_help(sys.stderr)
        return WRONG_WORDS
    return _run(commands[parsed.command], parsed)


def _speak_utf8() -> None:
    """A Windows console may expect another encoding; names and rupiah go through as they are."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="replace")


def _use_demo_home() -> None:
    """The demo shop lives in a folder of its own for as long as it is served: it never meets a real shop's data."""
    import atexit
    import shutil
    import tempfile

    given = os.environ.get("SAPA_HOME")
    if given:
        os.makedirs(given, exist_ok=True)  # noqa: PTH103 - pathlib is not loaded yet
    home = tempfile.mkdtemp(prefix="sapa-demo-", dir=given)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["SAPA_HOME"] = home
    os.environ["SAPA_DEMO"] = "1"
    os.environ.pop("SAPA_DATABASE_URL", None)


def _parser(words: list[str]) -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """Only the module of the command that is called is loaded: `classify` needs no analytics."""
    from django.utils.translation import gettext as _

    import sapa

    parser = argparse.ArgumentParser(
        prog="sapa",
        description=_("Kenali setiap pelanggan toko Anda, dan tahu apa yang perlu dilakukan hari ini."),
    )
    parser.add_argument("--version", action="version", version=f"sapa {sapa.__version__}")
    parts = parser.add_subparsers(dest="command", metavar=_("PERINTAH"))
    first = words[0] if words else ""
    every = () if first == "--version" else dict.fromkeys(WHERE.values())
    wanted = [WHERE[first]] if first in WHERE else every
    commands = {command.name: command for module in wanted for command in import_module(module).COMMANDS}
    for command in commands.values():
        part = parts.add_parser(command.name, help=command.help, description=command.help)
        _add_common_words(part, command)
        command.add_words(part)
    return parser, commands


def _add_common_words(part: argparse.ArgumentParser, command: Command) -> None:
    from django.utils.translation import gettext as _

    if command.needs == "business":
        part.add_argument(
            "--business", metavar="SLUG", default="", help=_("nama pendek toko, bila ada lebih dari satu")
        )
        part.add_argument("--now", type=_moment, metavar="ISO-8601", help=_("hitung seperti pada saat itu"))
    if command.reads:
        part.add_argument("--json", action="store_true", help=_("cetak satu dokumen JSON"))
        part.add_argument("--limit", type=_count, metavar="N", help=_("paling banyak N baris"))
    elif command.answers:
        part.add_argument("--json", action="store_true", help=_("cetak satu dokumen JSON"))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} bukan waktu ISO 8601 (2026-11-21T14:30+07:00)") from error


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} bukan bilangan 0, 1, 2, …")
    return int(text)


def _run(command: Command, parsed: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from sapa.accounts.types import AccountError
    from sapa.cli.types import CannotError
    from sapa.config.middleware import is_busy
    from sapa.upkeep.types import UpkeepError

    try:
        return command.run(_call(command, parsed))
    except (CannotError, AccountError, UpkeepError) as reason:
        return _could_not(str(reason))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - outlives this function
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("SAPA_TRACEBACK"):
            raise
        if is_busy(error):
            return _could_not(_("Data sedang dipakai proses lain. Coba lagi sebentar."))
        return _could_not(
            _(
                "Ada kesalahan di dalam Sapa (%(kind)s: %(error)s). Jalankan lagi dengan SAPA_TRACEBACK=1 untuk rinciannya."
            )
            % {"kind": type(error).__name__, "error": " ".join(str(error).split())}
        )


def _could_not(sentence: str) -> int:
    sys.stderr.write(f"sapa: {sentence}\n")
    return COULD_NOT


def _call(command: Command, parsed: argparse.Namespace) -> Call:
    from sapa.cli.types import Call
    from sapa.config.schema import prepare_database
    from sapa.lib import clock

    present = clock.now()
    if command.needs == "nothing":
        return Call(parsed, present, as_of=False)
    prepare_database(now=present, may_migrate_server=command.name == "migrate")
    if command.needs == "database":
        return Call(parsed, present, as_of=False)
    business = _business(parsed.business)
    asked: datetime | None = parsed.now
    if asked is None:
        return Call(parsed, present, as_of=False, business=business)
    zoned = asked if asked.tzinfo else asked.replace(tzinfo=ZoneInfo(business.timezone))
    return Call(parsed, zoned, as_of=True, business=business)


def _business(slug: str) -> Business:
    from django.utils.translation import gettext as _

    from sapa.accounts.queries import find_business, list_businesses
    from sapa.cli.types import CannotError

    if slug and (found := find_business(slug)):
        return found
    known = list_businesses()
    slugs = ", ".join(business.slug for business in known)
    if not known:
        raise CannotError(
            _('Belum ada toko di sini. Buat dulu: sapa init --business "NAMA TOKO" --owner-email ALAMAT')
        )
    if slug:
        raise CannotError(_("Toko %(slug)s tidak ada. Yang ada: %(slugs)s.") % {"slug": slug, "slugs": slugs})
    if len(known) > 1:
        raise CannotError(
            _("Ada lebih dari satu toko. Sebut salah satu dengan --business: %(slugs)s.") % {"slugs": slugs}
        )
    return known[0]
