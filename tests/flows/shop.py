"""A shop's files as its phone, marketplaces and sheets give them away, and the way in that a shop owner has.

Every person is invented. Stories write files with these, bring them in with `bring` and read what Sapa says
through its public queries only. Day 0 is Monday 5 January 2026 in Jakarta.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sapa.imports.operations import import_files
from sapa.imports.types import FileResult
from sapa.lib.phones import format_phone
from sapa.snapshots.operations import refresh_changed

if TYPE_CHECKING:
    from sapa.accounts.models import Business
    from sapa.metrics.types import Figure

JAKARTA = ZoneInfo("Asia/Jakarta")
START = date(2026, 1, 5)
SHOP = "Toko Sage"
NOTICE = (
    "Pesan dan panggilan terenkripsi secara end-to-end. Tidak seorang pun di luar chat ini, termasuk WhatsApp,"
    " yang dapat membaca atau mendengarkannya."
)

_FIRST = """Rina Budi Sari Andi Wati Joko Lina Agus Maya Hendra Fitri Dedi Nisa Rudi Ayu Bayu Citra Eko Gita Iwan
    Kartika Lukman Mega Nanda Putri""".split()
_LAST = """Wulandari Santoso Dewi Wijaya Lestari Saputra Anggraini Pratama Handayani Kusuma Rahayu Setiawan
    Maharani Nugroho Puspita Hidayat Safitri Firmansyah Utami Gunawan""".split()


@dataclass(frozen=True)
class Who:
    """Somebody invented: a name, a number, and the handle under which they buy or browse."""

    name: str
    phone: str

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")

    @property
    def shown_phone(self) -> str:
        """As WhatsApp writes the number of somebody who is not saved."""
        return format_phone(self.phone)


def crowd(number: int, *, begin: int = 0) -> list[Who]:
    """So many people, no two with one name or number; `begin` sets apart two crowds of one story."""
    places = range(begin, begin + number)
    assert begin + number <= len(_FIRST) * len(_LAST)
    return [
        Who(f"{_FIRST[at % len(_FIRST)]} {_LAST[at // len(_FIRST)]}", f"+62812{30_000_000 + at:08d}")
        for at in places
    ]


def day(number: float, clock: str = "10:00") -> datetime:
    """The moment so many days after Monday 5 January 2026, in Jakarta."""
    hour, minute = clock.split(":")
    whole = int(number)
    at = datetime.combine(START + timedelta(days=whole), time(int(hour), int(minute)), JAKARTA)
    return at + timedelta(days=number - whole)


Line = tuple[datetime, str, str]
"""One message: when, who (a name, a number or the shop), what."""


def chat_text(lines: Iterable[Line]) -> str:
    """An export of an Indonesian Android phone: whole minutes, day before month, dots in the time."""
    ordered = sorted(lines, key=lambda line: line[0])
    head = f"{ordered[0][0]:%d/%m/%y %H.%M} - {NOTICE}"
    return "\n".join([head, *(f"{at:%d/%m/%y %H.%M} - {who}: {text}" for at, who, text in ordered)]) + "\n"


def iphone_text(lines: Iterable[Line]) -> str:
    """An export of an iPhone, with its marks and seconds."""
    ordered = sorted(lines, key=lambda line: line[0])
    return "".join(f"[{at:%d/%m/%y %H.%M.%S}] {who}: {text}\r\n" for at, who, text in ordered)


def talk(who: str, begin: datetime, *said: str, shop: str = SHOP, minutes: int = 4) -> list[Line]:
    """A talk in turns, minutes apart: what begins with `>` is the shop's."""
    return [
        (begin + timedelta(minutes=minutes * turn), shop if text.startswith(">") else who, text.lstrip("> "))
        for turn, text in enumerate(said)
    ]


def write_text(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def write_chat(folder: Path, title: str, lines: Iterable[Line]) -> Path:
    """One private chat or group, named after it as WhatsApp does."""
    return write_text(folder, f"Chat WhatsApp dengan {title}.txt", chat_text(lines))


def write_zip(folder: Path, name: str, members: Mapping[str, str]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def write_chats(folder: Path, name: str, chats: Mapping[Who, Sequence[Line]]) -> Path:
    """Many private chats of people who are not saved, in one zip."""
    members = {
        f"Chat WhatsApp dengan {who.shown_phone}.txt": chat_text(
            (at, who.shown_phone if author != SHOP else SHOP, text) for at, author, text in lines
        )
        for who, lines in chats.items()
    }
    return write_zip(folder, name, members)


def write_table(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return write_text(folder, name, stream.getvalue())


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Bought:
    """One order in the shop's own order book."""

    number: str
    who: Who
    at: datetime
    total: int = 100_000
    status: str = "Selesai"
    item: str = "Serum Sage"
    variant: str = ""
    list_total: int | None = None
    voucher: str = ""
    delivered: datetime | None = None
    quantity: int = 1


def write_orders(folder: Path, name: str, orders: Iterable[Bought]) -> Path:
    """The order book that the shop keeps in a sheet."""
    header = (
        *("nomor pesanan", "tanggal pesanan", "nama pembeli", "no hp", "nama produk", "varian", "qty"),
        *("subtotal", "diskon", "kode voucher", "status pesanan", "tanggal sampai"),
    )
    return write_table(
        folder,
        name,
        header,
        (
            (
                *(one.number, one.at, one.who.name, one.who.phone, one.item, one.variant, one.quantity),
                *(one.total, max((one.list_total or one.total) - one.total, 0), one.voucher),
                *(one.status, one.delivered),
            )
            for one in orders
        ),
    )


def write_shopee(folder: Path, name: str, orders: Iterable[tuple[Bought, str]]) -> Path:
    """Shopee's export: the buyer's user name in clear, name and number masked."""
    header = (
        *("No. Pesanan", "Status Pesanan", "No. Resi", "Waktu Pesanan Dibuat", "Waktu Pembayaran Dilakukan"),
        *("Nama Produk", "Nama Variasi", "Harga Awal", "Harga Setelah Diskon", "Jumlah"),
        *(
            "Total Harga Produk",
            "Username (Pembeli)",
            "Nama Penerima",
            "No. Telepon",
            "Waktu Pesanan Selesai",
        ),
    )
    return write_table(
        folder,
        name,
        header,
        (
            (
                *(one.number, one.status, f"SPXID{one.number[-6:]}", one.at, one.at, one.item, one.variant),
                *(one.list_total or one.total, one.total, one.quantity, one.total * one.quantity, username),
                *(f"{one.who.name[0]}*****{one.who.name[-1]}", f"******{one.who.phone[-2:]}", one.delivered),
            )
            for one, username in orders
        ),
    )


def write_people(folder: Path, name: str, rows: Iterable[tuple[Who, datetime, str]]) -> Path:
    """The customer sheet: who, since when, and what they said of where they know the shop from."""
    header = ("nama", "no hp", "tanggal daftar", "tahu dari mana")
    return write_table(folder, name, header, ((who.name, who.phone, at, told) for who, at, told in rows))


def write_surveys(folder: Path, name: str, rows: Iterable[tuple[datetime, Who, str, int, str]]) -> Path:
    """Answers: when, who, which survey, score, words."""
    header = ("tanggal", "nama", "no hp", "survei", "skor", "alasan")
    return write_table(
        folder,
        name,
        header,
        ((at, who.name, who.phone, what, score, said) for at, who, what, score, said in rows),
    )


def write_reviews(folder: Path, name: str, rows: Iterable[tuple[datetime, Who, int, str]]) -> Path:
    header = ("tanggal ulasan", "nama", "no hp", "bintang", "isi ulasan", "sumber")
    return write_table(
        folder,
        name,
        header,
        ((at, who.name, who.phone, stars, text, "Google") for at, who, stars, text in rows),
    )


def write_events(folder: Path, name: str, events: Iterable[Mapping[str, Any]]) -> Path:
    """Web events in the Segment spec, one a line."""
    return write_text(folder, name, "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events))


def web(
    at: datetime, visitor: str, kind: str = "page", name: str = "", *, who: Who | None = None, **said: Any
) -> dict[str, Any]:
    """One Segment call: `page` with a name, or `track` with an event. `link` and `referrer` go to the context.

    `who` makes it a call of somebody whom the shop knows: logged in, with number and name in the traits.
    """
    campaign = {key.removeprefix("utm_"): said.pop(key) for key in list(said) if key.startswith("utm_")}
    page = {"title": name or said.get("title", ""), "url": "https://tokosage.example/" + said.pop("path", "")}
    if referrer := said.pop("referrer", ""):
        page["referrer"] = referrer
    context: dict[str, Any] = {"page": page}
    if campaign:
        campaign["name"] = campaign.pop("campaign", "")
        context["campaign"] = {key: value for key, value in campaign.items() if value}
    call: dict[str, Any] = {
        "type": kind,
        "messageId": f"{visitor}-{at:%Y%m%d%H%M%S}-{name or kind}",
        "anonymousId": visitor,
        "timestamp": at.isoformat(),
        "context": context,
    }
    if who is not None:
        call["userId"] = who.phone
        context["traits"] = {"name": who.name, "phone": who.phone}
    call["event" if kind == "track" else "name"] = name
    call["properties"] = said
    return call


def transcript_text(at: datetime, who: Who, *said: str) -> str:
    """A consultation written out: who and when on top, then turns with their minute; `>` marks the consultant."""
    head = [f"Tanggal: {at:%Y-%m-%d}", f"Jam: {at:%H:%M}", f"Nama: {who.name}", f"No HP: {who.phone}", ""]
    turns = [
        f"[00:{turn:02d}:05] {'Konsultan' if text.startswith('>') else 'Calon siswa'}: {text.lstrip('> ')}"
        for turn, text in enumerate(said)
    ]
    return "\n".join([*head, *turns]) + "\n"


def bring(business: Business, now: datetime, *paths: Path, kind: str = "auto") -> list[FileResult]:
    """Import as an owner does; what was read is then visible to every screen and command."""
    result = import_files(business=business, paths=list(paths), kind=kind, own_name=SHOP, now=now)
    refresh_changed(business, now=now)
    for file in result.files:
        assert not file.problem, file.problem
        assert file.failed == 0, file.errors
        assert file.rows == file.created + file.merged + file.skipped
    return list(result.files)


def figures(
    business: Business, now: datetime, from_: date | None = None, to: date | None = None
) -> dict[str, Figure]:
    """Every figure by its key, with the actions that it calls for."""
    from sapa.actions.queries import list_figures

    return {figure.key: figure for figure in list_figures(business, from_=from_, to=to, now=now)}


def move(order: Bought, **changes: Any) -> Bought:
    """The same order as a later export shows it."""
    return replace(order, **changes)
