"""`contacts`, `timeline`, `snapshot`, and who may be one: `duplicates`, `merge`, `unmerge`."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext as _

from sapa.cli.printing import limited, print_json, print_line, print_table, shop_time
from sapa.cli.types import Call, CannotError, Command
from sapa.cli.visible import make_visible
from sapa.contacts import operations as contacts
from sapa.contacts.models import Contact, Link
from sapa.contacts.operations.merge import SamePersonError
from sapa.contacts.queries import find_contact
from sapa.contacts.types import AmbiguousNameError
from sapa.gateway.digest.clues import list_duplicates
from sapa.lib.money import format_money
from sapa.snapshots.queries import get_snapshot, list_contacts, list_told_timeline
from sapa.snapshots.types import Snapshot


def get_who(call: Call, who: str) -> Contact:
    """The one contact that these words name; says what to do where there is none or more than one."""
    try:
        contact = find_contact(call.shop, who)
    except AmbiguousNameError as several:
        raise CannotError(
            _("Ada beberapa pelanggan bernama %(who)s. Sebut nomor, e-mail, atau salah satu id: %(ids)s.")
            % {"who": who, "ids": ", ".join(several.choices)}
        ) from several
    if contact is None:
        raise CannotError(
            _("Tidak ada pelanggan %(who)s. Coba nomor HP, e-mail, nama akun, atau nama lengkapnya.")
            % {"who": who}
        )
    return contact


def _search_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--search", default="", metavar="TEKS", help=_("bagian dari nama, nomor, atau e-mail")
    )


def _who_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="SIAPA", help=_("nomor HP, e-mail, nama akun, atau nama persis"))


def _two_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="SIAPA")
    parser.add_argument("b", metavar="SIAPA")


def _id_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=_("id yang dicetak oleh merge"))


def _contacts(call: Call) -> int:
    until = call.now if call.as_of else None
    rows = limited(list_contacts(call.shop, search=call.words.search, until=until), call.words.limit)
    if call.words.json:
        print_json(rows)
        return 0
    print_table(
        (_("nama"), _("dikenal lewat"), _("terakhir"), _("sentuhan"), _("pesanan")),
        [
            (
                row.name,
                ", ".join(line.value for line in row.identities[:2]),
                shop_time(row.last_seen_at, call.shop),
                row.touchpoints,
                row.orders,
            )
            for row in rows
        ],
        empty=_("Tidak ada pelanggan yang cocok.")
        if call.words.search.strip()
        else _("Belum ada pelanggan. Mulai dengan: sapa import FILE"),
    )
    return 0


def _timeline(call: Call) -> int:
    told = list_told_timeline(get_who(call, call.words.who), until=call.now if call.as_of else None)
    entries = limited(told, call.words.limit)
    if call.words.json:
        print_json(entries)
        return 0
    print_table(
        (_("kapan"), _("apa"), _("saluran"), _("ringkasnya")),
        [(shop_time(entry.at, call.shop), entry.kind, entry.channel, entry.summary) for entry in entries],
        empty=_("Belum ada riwayat."),
    )
    return 0


def _snapshot(call: Call) -> int:
    contact = get_who(call, call.words.who)
    try:
        sheet = get_snapshot(contact, now=call.now, as_of=call.as_of)
    except Contact.DoesNotExist as unknown:
        raise CannotError(
            _("%(name)s belum dikenal pada %(at)s.")
            % {"name": contact.name or call.words.who, "at": shop_time(call.now, call.shop)}
        ) from unknown
    if call.words.json:
        print_json(sheet)
    else:
        _print_sheet(call, sheet)
    return 0


def _print_sheet(call: Call, sheet: Snapshot) -> None:
    print_line(f"{sheet.contact.name}  ({', '.join(line.value for line in sheet.contact.identities)})")
    origin = " · ".join(filter(None, (sheet.origin.channel, sheet.origin.context)))
    print_line(f"{_('Asal')}: {origin or _('belum diketahui')}")
    print_line(f"{_('Kepercayaan')}: {sheet.trust} — {sheet.trust_why}")
    for line in sheet.history:
        print_line(f"- {shop_time(line.at, call.shop)}: {line.what} → {line.outcome}")
    action = sheet.action
    print_line(f"{_('Tindakan')}: {action.text} ({action.owner}, {shop_time(action.due_at, call.shop)})")
    print_line(f"  {action.why}")
    if action.best_time:
        print_line(f"  {action.best_time.text}")
    if sheet.orders.count:
        total = format_money(sheet.orders.total, sheet.orders.currency)
        print_line(f"{_('Pesanan')}: {sheet.orders.count}, {total}")
    for promise in sheet.open_promises:
        print_line(f"{_('Janji')}: {promise.text} ({shop_time(promise.due_at, call.shop)})")


def _duplicates(call: Call) -> int:
    pairs = limited(list_duplicates(call.shop), call.words.limit)
    if call.words.json:
        print_json(pairs)
        return 0
    print_table(
        (_("satu"), _("dua"), _("nilai"), _("karena")),
        [(pair.a.name, pair.b.name, f"{pair.score:.2f}", "; ".join(pair.evidence)) for pair in pairs],
        empty=_("Tidak ada yang tampak sebagai orang yang sama."),
    )
    return 0


def _merge(call: Call) -> int:
    a, b = get_who(call, call.words.a), get_who(call, call.words.b)
    try:
        link = contacts.merge(business=call.shop, a=a, b=b, by=None, now=call.now)
    except SamePersonError as same:
        raise CannotError(_("Keduanya sudah satu pelanggan.")) from same
    make_visible(call)
    print_json({"id": str(link.id)})
    return 0


def _unmerge(call: Call) -> int:
    no_such = CannotError(_("Tidak ada penggabungan %(id)s yang masih berlaku.") % {"id": call.words.id})
    if not call.words.id.isdecimal():
        raise no_such
    try:
        contacts.unmerge(business=call.shop, link_id=int(call.words.id), by=None, now=call.now)
    except Link.DoesNotExist as error:
        raise no_such from error
    make_visible(call)
    print_json({"id": call.words.id})
    return 0


COMMANDS = (
    Command("contacts", _("semua pelanggan"), _contacts, _search_word, reads=True),
    Command("timeline", _("riwayat satu pelanggan"), _timeline, _who_word, reads=True),
    Command("snapshot", _("lembar satu pelanggan"), _snapshot, _who_word, reads=True),
    Command("duplicates", _("siapa yang mungkin orang yang sama"), _duplicates, reads=True),
    Command("merge", _("gabungkan dua pelanggan"), _merge, _two_words, answers=True),
    Command("unmerge", _("pisahkan lagi"), _unmerge, _id_word, answers=True),
)
