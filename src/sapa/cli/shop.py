"""`init`: the first minute of a shop."""

from __future__ import annotations

import argparse

from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.operations import make_business, make_sign_in_link
from sapa.accounts.queries import get_owner
from sapa.cli.printing import print_line
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
    print_line(business.slug)
    print_line(call.words.address.rstrip("/") + reverse("sign_in_link", args=[token]))
    return 0


COMMANDS = (Command("init", _("buat toko baru dengan pemiliknya"), _init, _words, "database"),)
