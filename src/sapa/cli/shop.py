"""`init`: the first minute of a shop; `write-key`: a key for its web site or app to send events with."""

from __future__ import annotations

import argparse

from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.operations import make_business, make_sign_in_link
from sapa.accounts.queries import get_owner
from sapa.channels.operations import find_or_make_channel, issue_write_key
from sapa.cli.printing import print_json, print_line, tell
from sapa.cli.types import Call, Command


def _words(parser: argparse.ArgumentParser) -> None:
    # Not --business of the read commands: here it is the whole name, as customers know it.
    parser.add_argument("--business", required=True, metavar="NAMA", help=_("nama toko"))
    parser.add_argument("--owner-email", required=True, metavar="ALAMAT", help=_("e-mail pemilik"))
    parser.add_argument("--owner-name", default="", metavar="NAMA", help=_("nama pemilik"))
    parser.add_argument("--timezone", default="Asia/Jakarta", metavar="ZONA", help=_("zona waktu toko"))
    parser.add_argument(
        "--address", default="http://localhost:8000", metavar="URL", help=_("alamat Sapa di tautan masuk")
    )


def _init(call: Call) -> int:
    business = make_business(
        name=call.words.business,
        owner_email=call.words.owner_email,
        owner_name=call.words.owner_name,
        timezone=call.words.timezone,
        now=call.now,
    )
    token = make_sign_in_link(user=get_owner(business).user, now=call.now, minutes=60)
    link = call.words.address.rstrip("/") + reverse("sign_in_link", args=[token])
    if call.words.json:
        print_json({"slug": business.slug, "link": link})
    else:
        print_line(business.slug)
        print_line(link)
    return 0


def _write_key_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        action="store_true",
        help=_("untuk server toko sendiri: orang yang disebutnya dipercaya; jangan ditaruh di halaman web"),
    )
    parser.add_argument(
        "--name", default="", metavar="NAMA", help=_("nama situs atau aplikasi, bila ada lebih dari satu")
    )


def _write_key(call: Call) -> int:
    words = call.words
    name = (f"{words.name} server" if words.server else words.name).strip()[:120]
    channel = find_or_make_channel(business=call.shop, kind="web", name=name, now=call.now)
    key = issue_write_key(channel=channel, by=None, now=call.now, for_server=words.server)
    if words.json:
        print_json({"write_key": key, "server": words.server})
    else:
        print_line(key)
    tell(
        _("Kirim kejadian ke ALAMAT-SAPA/v1/track, /v1/page, /v1/identify, atau /v1/batch dengan kunci ini.")
    )
    tell(_("Kunci ini hanya ditampilkan sekali; kunci sebelumnya untuk nama yang sama tidak berlaku lagi."))
    return 0


COMMANDS = (
    Command("init", _("buat toko baru dengan pemiliknya"), _init, _words, "database", answers=True),
    Command(
        "write-key",
        _("buat kunci untuk situs atau aplikasi yang mengirim kejadian (Segment)"),
        _write_key,
        _write_key_words,
        reads=True,
    ),
)
