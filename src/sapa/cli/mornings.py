"""`digest`: the morning letter of one teammate or of all, shown or sent."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from sapa.accounts.models import Teammate
from sapa.accounts.queries import find_teammate, get_owner
from sapa.cli.printing import print_json, print_line
from sapa.cli.types import Call, CannotError, Command
from sapa.notices.mornings import make_morning
from sapa.notices.operations import send_due_mornings


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--print",
        dest="print_",
        action="store_true",
        help=_("cetak surat pagi tanpa mengirimnya"),
    )
    parser.add_argument(
        "--for", dest="for_", default="", metavar="E-MAIL", help=_("hanya milik satu anggota tim")
    )


def _digest(call: Call) -> int:
    if call.words.print_ or call.words.json:
        return _show(call)
    if not settings.EMAIL_IS_SET:
        raise CannotError(_("Belum ada alamat kirim e-mail. Isi SAPA_EMAIL_URL, atau pakai --print."))
    sent = send_due_mornings(business=call.shop, now=call.now)
    print_line(_("Surat pagi dikirim: %(n)d.") % {"n": sent})
    return 0


def _show(call: Call) -> int:
    morning = make_morning(_mate(call), now=call.now)
    if call.words.json:
        print_json(morning)
    elif morning.is_empty:
        print_line(_("Tidak ada yang menunggu, dijanjikan, atau perlu dilakukan."))
    else:
        base = settings.PUBLIC_URL.rstrip("/")
        words = {"morning": morning, "base": base, "stop": f"{base}/settings/notices/"}
        print_line(render_to_string("notices/morning.txt", words).strip())
    return 0


def _mate(call: Call) -> Teammate:
    if not call.words.for_:
        return get_owner(call.shop)
    found = find_teammate(call.shop, call.words.for_)
    if found is None:
        raise CannotError(_("%(email)s bukan anggota tim toko ini.") % {"email": call.words.for_})
    found.business = call.shop
    return found


COMMANDS = (
    Command(
        "digest",
        _("surat pagi seorang anggota tim: siapa menunggu, janji, dan tindakan pertama"),
        _digest,
        _words,
        answers=True,
    ),
)
