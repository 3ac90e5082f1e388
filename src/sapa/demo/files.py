"""The invented shop's files, as the real programs would export them, dated so that today is alive."""

from __future__ import annotations

import csv
import json
import random
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sapa.demo.stories import (
    ANSWERS,
    BUYING,
    NAMES_FIRST,
    NAMES_LAST,
    OPENERS,
    STORIES,
    Line,
)
from sapa.lib.phones import format_phone, normalise_phone

SHOP = "Toko Sage"
_NOTICE = (
    "Pesan dan panggilan terenkripsi secara end-to-end. Hanya orang di chat ini yang dapat membaca, "
    "mendengarkan, atau membagikannya. Pelajari selengkapnya"
)
_GOODS = (
    ("Kemeja Linen", 185_000, ("Sage, L", "Putih Tulang, L", "Hitam, XL", "Navy, M", "Sage, M")),
    ("Tunik Katun", 165_000, ("Hijau, M", "Krem, XL", "Dusty Pink, S")),
    ("Celana Linen", 210_000, ("Khaki, L", "Hitam, M")),
    ("Set Couple Linen", 385_000, ("Sage, L", "Navy, XL")),
)
_ORDER_HEADER = [
    "Nomor Pesanan",
    "Tanggal Pesanan",
    "Nama Pembeli",
    "No HP",
    "Nama Produk",
    "Variasi",
    "Jumlah",
    "Harga Awal",
    "Harga",
    "Subtotal",
    "Diskon",
    "Kode Voucher",
    "Status",
    "Tanggal Bayar",
    "Tanggal Kirim",
    "Tanggal Tiba",
    "Resi",
]
_STORY_ORDERS: tuple[tuple[str, int, int, str], ...] = (
    ("Rina Wulandari", 111, 0, ""),
    ("Budi Santoso", 14, 0, ""),
    ("Sari Dewi", 16, 1, ""),
    ("Bu Ratna", 208, 0, ""),
    ("Bu Ratna", 149, 0, ""),
    ("Bu Ratna", 91, 0, ""),
    ("Hesti Purnomo", 24, 1, ""),
    ("Joko Purnomo", 160, 0, ""),
    ("Joko Purnomo", 100, 0, ""),
    ("Joko Purnomo", 3, 0, ""),
    ("Putri Maharani", 80, 1, ""),
    ("Wahyu Hidayat", 58, 0, ""),
    ("Wahyu Hidayat", 28, 0, ""),
    ("Nita Kusuma", 138, 1, "HEMAT20"),
    ("Yusuf Maulana", 12, 2, ""),
)


@dataclass(slots=True)
class _Person:
    name: str
    phone: str
    lines: list[Line]
    orders: list[tuple[int, int, str]] = field(default_factory=list)
    source: str = ""
    is_saved: bool = False


def write_files(folder: Path, now: datetime) -> list[Path]:
    """Chats, orders, the customer sheet, notes, web events, reviews and survey answers; `now` is in the shop's zone."""
    chance = random.Random(2026)
    people = [*_told(), *_others(chance)]
    return [
        _write_chats(folder / "chat-whatsapp.zip", people, now),
        _write_orders(folder / "pesanan.csv", people, now, chance),
        _write_sheet(folder / "pelanggan.csv", people),
        _write_notes(folder / "catatan-toko.txt", now),
        _write_events(folder / "kunjungan-situs.jsonl", people, now, chance),
        _write_reviews(folder / "ulasan.csv", now),
        _write_surveys(folder / "survei.csv", people, now, chance),
    ]


def _told() -> list[_Person]:
    people = [_Person(s.name, s.phone, list(s.lines), source=s.source) for s in STORIES]
    by_name = {person.name: person for person in people}
    for name, days, goods, voucher in _STORY_ORDERS:
        by_name[name].orders.append((days, goods, voucher))
    return people


def _others(chance: random.Random) -> list[_Person]:
    """Customers without a story: most ask and leave, some buy, some of those come back."""
    people = []
    names = [f"{first} {last}" for first in NAMES_FIRST for last in NAMES_LAST]
    chance.shuffle(names)
    topics = chance.choices(list(OPENERS), (5, 4, 8, 3, 3, 2), k=230)
    for number, (name, topic) in enumerate(zip(names, topics, strict=False)):
        days = 16 + number * 200 // 230
        person = _Person(
            name, f"08{chance.choice(('12', '13', '57', '78'))}{10_000_000 + number * 61_713}", []
        )
        person.is_saved = number % 16 == 0
        person.source = chance.choice(("", "", "", "TikTok", "Instagram", "Teman", "Google"))
        person.lines = _small_talk(chance, topic, days)
        if chance.random() < (0.3 if topic in ("shipping_cost", "installment") else 0.62):
            _buy(chance, person, days)
        people.append(person)
    return people


def _small_talk(chance: random.Random, topic: str, days: int) -> list[Line]:
    hour, minute = chance.randrange(8, 21), chance.randrange(0, 40)
    answered = minute + chance.randrange(3, 19)
    lines = [
        (days, f"{hour:02}.{minute:02}", "c", chance.choice(OPENERS[topic])),
        (days, f"{hour:02}.{answered:02}", "s", chance.choice(ANSWERS[topic])),
    ]
    if chance.random() < 0.3:
        lines.append((days, f"{hour:02}.{answered + 1:02}", "c", "oke kak makasih ya"))
    return lines


def _buy(chance: random.Random, person: _Person, days: int) -> None:
    later = max(1, days - chance.choice((0, 0, 1, 1, 2, 3, 5, 9)))
    person.lines.append((later, "20.10", "c", chance.choice(BUYING)))
    person.lines.append((later, "20.16", "s", "Siap Kak, terima kasih. Kami proses ya"))
    person.orders.append((later, chance.randrange(len(_GOODS)), "HEMAT20" if chance.random() < 0.2 else ""))
    day = later
    while chance.random() < 0.3 and day > 25:
        day -= chance.randrange(20, min(95, day - 2))
        if day < 2:
            break
        person.orders.append(
            (day, chance.randrange(len(_GOODS)), "HEMAT20" if chance.random() < 0.25 else "")
        )
    if chance.random() < 0.45:
        after = later - chance.randrange(5, 12)
        if after > 1:
            person.lines.append(
                (after, "10.30", "s", f"Halo Kak {person.name.split()[0]}, bajunya sudah nyaman dipakai?")
            )
            person.lines.append(
                (
                    after,
                    "11.02",
                    "c",
                    chance.choice(("nyaman kak, adem", "suka kak 👍", "pas kak di badan, makasih ya")),
                )
            )


def _moment(now: datetime, days: int, clock: str) -> datetime:
    hour, _, minute = clock.partition(".")
    at = (now - timedelta(days=days)).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return at if at < now else now - timedelta(minutes=65)


def _write_chats(path: Path, people: Iterable[_Person], now: datetime) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in people:
            said = sorted(
                (
                    (_moment(now, days, clock), number, who, words)
                    for number, (days, clock, who, words) in enumerate(person.lines)
                ),
                key=lambda line: line[:2],
            )
            if not said:
                continue
            lines = [f"{said[0][0]:%d/%m/%y %H.%M} - {_NOTICE}"]
            shown = person.name if person.is_saved else format_phone(normalise_phone(person.phone) or "")
            lines += [
                f"{at:%d/%m/%y %H.%M} - {shown if who == 'c' else SHOP}: {words}"
                for at, _, who, words in said
            ]
            archive.writestr(f"Chat WhatsApp dengan {shown}.txt", "\n".join(lines) + "\n")
    return path


def _write_orders(path: Path, people: Iterable[_Person], now: datetime, chance: random.Random) -> Path:
    rows = []
    number = 2100
    for person in people:
        for days, goods, voucher in person.orders:
            number += 1
            code = "TS-2107" if person.name == "Budi Santoso" else f"TS-{number + 1000}"
            rows.append(_order_row(person, code, days, goods, voucher, now, chance))
    return _table(path, _ORDER_HEADER, rows)


def _order_row(
    person: _Person, code: str, days: int, goods: int, voucher: str, now: datetime, chance: random.Random
) -> list[Any]:
    name, price, variants = _GOODS[goods]
    placed = _moment(now, days, f"{chance.randrange(13, 21):02}.{chance.randrange(60):02}")
    sent, arrived = placed + timedelta(hours=20), placed + timedelta(days=3, hours=2)
    cancelled = days > 20 and chance.random() < 0.05
    status = (
        "Batal" if cancelled else "Selesai" if arrived < now else "Dikirim" if sent < now else "Perlu Dikirim"
    )
    if person.name == "Joko Purnomo" and days == 3:
        sent, arrived, status = now + timedelta(days=1), now + timedelta(days=2), "Perlu Dikirim"
    discount = price * 20 // 100 if voucher else 0
    quantity = 6 if person.name in ("Bu Ratna", "Wahyu Hidayat") else 1
    return [
        code,
        f"{placed:%Y-%m-%d %H:%M}",
        person.name,
        person.phone,
        name,
        chance.choice(variants),
        quantity,
        price,
        price - discount,
        (price - discount) * quantity,
        discount * quantity,
        voucher,
        status,
        f"{placed + timedelta(minutes=25):%Y-%m-%d %H:%M}" if not cancelled else "",
        f"{sent:%Y-%m-%d %H:%M}" if sent < now and not cancelled else "",
        f"{arrived:%Y-%m-%d %H:%M}" if arrived < now and not cancelled else "",
        f"JNE{placed:%y%m%d}{chance.randrange(10**6):06}" if sent < now and not cancelled else "",
    ]


def _write_sheet(path: Path, people: Iterable[_Person]) -> Path:
    rows = [[person.name, person.phone, person.source, _city(person.name)] for person in people]
    return _table(path, ("Nama", "No HP", "Tahu dari mana", "Kota"), rows)


def _city(name: str) -> str:
    return ("Bandung", "Surabaya", "Sleman", "Depok", "Makassar")[len(name) % 5]


def _write_notes(path: Path, now: datetime) -> Path:
    def line(days: int, clock: str, words: str) -> str:
        return f"{_moment(now, days, clock):%d/%m/%Y %H:%M}; {words}"

    lines = [
        line(40, "11.00", "Bu Ratna 0811812345; mampir lihat warna baru; minta dikabari kalau sage datang"),
        line(18, "15.30", "Hesti Purnomo 0813-7766-5544; telepon tanya cara setrika linen; sudah dijelaskan"),
        line(5, "10.15", "Pak Bambang 0812-7070-8080; datang beli 2 kemeja hitam; tahu dari papan di depan"),
        line(1, "13.20", "Ibu Yanti 0821-3030-4040; datang tanya ukuran anak; belum ada, dicatat"),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _write_events(path: Path, people: Sequence[_Person], now: datetime, chance: random.Random) -> Path:
    """Visits to the shop's own site; some visitors later leave their number, which joins what they saw before."""
    videos = ("Cara Pilih Ukuran", "Beda Linen dan Katun", "Unboxing Set Couple")
    lines: list[str] = []
    for number, person in enumerate(people[:70]):
        first = min((days for days, *_ in [*person.lines]), default=20)
        days = max(days for days, *_ in person.lines) + chance.randrange(1, 6) if person.lines else first
        visitor = f"v-{number:04}"
        campaign = chance.choice(videos)
        source = chance.choice(("tiktok", "tiktok", "instagram", "google"))
        pages = [("/", "Beranda"), ("/harga", "Harga"), (f"/produk/{chance.randrange(9)}", "Kemeja Linen")]
        for step, (page, title) in enumerate(pages[: chance.randrange(1, 4)]):
            at = _moment(now, days, f"{9 + step:02}.{chance.randrange(60):02}")
            lines.append(
                _page(visitor, f"e-{number}-{step}", at, page, title, source, campaign, first=step == 0)
            )
        if chance.random() < 0.5:
            at = _moment(now, days, "12.30")
            lines.append(_identify(visitor, f"i-{number}", at, person))
    for number in range(60):
        at = _moment(now, chance.randrange(1, 120), f"{chance.randrange(8, 22):02}.{chance.randrange(60):02}")
        lines.append(
            _page(
                f"a-{number:04}",
                f"a-{number}",
                at,
                "/",
                "Beranda",
                "tiktok",
                chance.choice(videos),
                first=True,
            )
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _page(
    visitor: str, key: str, at: datetime, page: str, title: str, source: str, campaign: str, *, first: bool
) -> str:
    context = {"campaign": {"source": source, "medium": "video", "name": campaign}} if first else {}
    event = {
        "type": "page",
        "anonymousId": visitor,
        "messageId": key,
        "timestamp": at.isoformat(),
        "name": title,
        "properties": {"path": page, "title": title},
        "context": context,
    }
    return json.dumps(event, ensure_ascii=False)


def _identify(visitor: str, key: str, at: datetime, person: _Person) -> str:
    event = {
        "type": "identify",
        "anonymousId": visitor,
        "userId": f"u-{person.phone[-4:]}-{visitor}",
        "messageId": key,
        "timestamp": at.isoformat(),
        "traits": {"name": person.name, "phone": person.phone},
    }
    return json.dumps(event, ensure_ascii=False)


def _write_reviews(path: Path, now: datetime) -> Path:
    rows = [
        (
            _day(now, 19),
            "Hesti Purnomo",
            5,
            "Bahan adem, jahitan rapi, pelayanannya ramah. Pasti balik lagi",
            "Google",
        ),
        (_day(now, 64), "Putri Maharani", 5, "Sempat kekecilan tapi tukarnya gampang dan cepat", "Shopee"),
        (_day(now, 33), "Anonim", 2, "Warnanya beda sama foto, agak kecewa", "Shopee"),
        (_day(now, 88), "Rina W.", 5, "Suka banget, linennya lembut", "Google"),
    ]
    return _table(path, ("Tanggal", "Nama", "Bintang", "Ulasan", "Sumber"), rows)


def _write_surveys(path: Path, people: Sequence[_Person], now: datetime, chance: random.Random) -> Path:
    rows = []
    buyers = [person for person in people if person.orders]
    for number, person in enumerate(buyers):
        days = max(1, person.orders[0][0] - 10)
        score = chance.choices((5, 4, 3, 2), (6, 4, 1, 1))[0]
        rows.append((_day(now, days), person.name, person.phone, "CSAT", score, ""))
        if number % 3 == 0:
            nps = chance.choices((10, 9, 8, 7, 5), (4, 4, 3, 2, 2))[0]
            rows.append((_day(now, days), person.name, person.phone, "NPS", nps, ""))
    rows.append(
        (_day(now, 3), "Budi Santoso", "0813-2211-0098", "NPS", 3, "janji ganti tapi belum ada kabar")
    )
    return _table(path, ("Tanggal", "Nama", "No HP", "Survei", "Skor", "Komentar"), rows)


def _day(now: datetime, days: int) -> str:
    return f"{_moment(now, days, '10.00'):%Y-%m-%d %H:%M}"


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
