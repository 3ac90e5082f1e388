"""How long suggestions take over 100,000 contacts, and how right the automatic merges are.

Invented people come by several channels: numbers written in every way, e-mails, handles, typing slips, shared
family phones, changed numbers, names in short. Each record knows whose it is. Automatic merges are judged by
pairs of records: precision over all pairs put together, recall over the pairs that some key connects. The limit
for the suggestions is a minute.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

from bench._apart import run_apart

LIMIT_SECONDS = 60.0
_FIRST = [
    "Rina",
    "Budi",
    "Sari",
    "Andi",
    "Dewi",
    "Agus",
    "Siti",
    "Eko",
    "Putri",
    "Dian",
    "Wahyu",
    "Fitri",
    "Hendra",
    "Lestari",
    "Joko",
    "Ayu",
    "Bayu",
    "Ratna",
    "Yusuf",
    "Nur",
    "Indah",
    "Rizki",
    "Maya",
    "Fajar",
    "Wulan",
    "Arif",
    "Tika",
    "Gilang",
    "Mega",
    "Surya",
    "Hesti",
    "Dimas",
    "Vina",
    "Taufik",
    "Lia",
    "Galih",
    "Nita",
    "Bagus",
    "Rini",
    "Doni",
]
_LAST = [
    "Wulandari",
    "Santoso",
    "Dewi",
    "Wijaya",
    "Saputra",
    "Lestari",
    "Pratama",
    "Handayani",
    "Kusuma",
    "Hidayat",
    "Permata",
    "Nugroho",
    "Rahmawati",
    "Setiawan",
    "Anggraini",
    "Siregar",
    "Nasution",
    "Simanjuntak",
    "Hutapea",
    "Ginting",
    "Suryani",
    "Maulana",
    "Firmansyah",
    "Gunawan",
    "Susanti",
    "Purnomo",
    "Hartono",
    "Utami",
    "Ramadhan",
    "Kurniawan",
    "Halim",
    "Tanjung",
    "Lubis",
    "Harahap",
    "Situmorang",
    "Panjaitan",
    "Sihombing",
    "Manurung",
]
_CITIES = [
    "Bandung",
    "Surabaya",
    "Sleman",
    "Makassar",
    "Medan",
    "Semarang",
    "Denpasar",
    "Malang",
    "Bogor",
    "Palembang",
]


def run(quick: bool) -> dict[str, Any]:
    found = run_apart("bench.duplicates_100k:measure", people=10_000 if quick else 82_000)
    limit = LIMIT_SECONDS if not quick else LIMIT_SECONDS / 6
    holds = found["seconds"] <= limit and found["precision"] >= 0.99 and found["recall"] >= 0.97
    return {
        "name": "duplicates_100k",
        "value": found["seconds"],
        "unit": "s",
        "rival": "limit",
        "rival_value": limit,
        "ratio": round(limit / found["seconds"], 1),
        "goal": "suggestions within the limit; merges: precision >= 0.99, recall >= 0.97",
        "holds": holds,
        **{key: value for key, value in found.items() if key != "seconds"},
    }


def measure(people: int) -> dict[str, Any]:
    from sapa.accounts.operations import make_business
    from sapa.contacts import queries
    from sapa.contacts.models import Identity
    from sapa.contacts.operations import refresh_suggestions

    now = datetime(2026, 11, 21, tzinfo=UTC)
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    records, truth, keys = invent(people)
    started = time.perf_counter()
    _take_in(shop, records, now)
    intake = time.perf_counter() - started
    component = dict(Identity.objects.filter(business=shop, kind="row").values_list("value", "contact_id"))
    started = time.perf_counter()
    suggested = refresh_suggestions(shop, clues=(), alone=True)
    seconds = time.perf_counter() - started
    precision, recall = judge(component, truth, keys)
    return {
        "seconds": round(seconds, 2),
        "contacts": queries.count_contacts(shop),
        "records": len(records),
        "suggested": suggested,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "intake_records_per_second": round(len(records) / intake),
    }


def _take_in(shop: Any, records: list[dict[str, Any]], now: datetime) -> None:
    from sapa.gateway.digest import digest_events
    from sapa.gateway.types import ChannelRef, Key, Person, PersonDescribed

    events = [
        PersonDescribed(
            channel=ChannelRef("offline"),
            person=Person(
                ("row", record["id"]),
                record["name"],
                tuple(Key(kind, value) for kind, value in record["keys"]),
            ),
            at=now,
            city=record["city"],
        )
        for record in records
    ]
    cache: dict[Any, Any] = {}
    for start in range(0, len(events), 500):
        digest_events(business=shop, events=events[start : start + 500], now=now, channels=cache)


def invent(people: int) -> tuple[list[dict[str, Any]], dict[str, int], dict[str, list[str]]]:
    """Records in mixed order, whose each is, and the clean keys that each bears."""
    chance = random.Random(11)
    records: list[dict[str, Any]] = []
    truth: dict[str, int] = {}
    clean: dict[str, list[str]] = {}
    family: str | None = None
    for person in range(people):
        phone = f"8{chance.choice(('12', '13', '21', '52', '57', '78'))}{chance.randrange(10**7, 10**8)}"
        if family and chance.random() < 0.003:
            phone = family
        family = phone if chance.random() < 0.5 else family
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        email = f"{name.lower().replace(' ', '.')}{chance.randrange(10**5)}@mail.example"
        handle = f"{name.split()[0].lower()}{person}"
        city = chance.choice(_CITIES)
        for copy in range(chance.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]):
            record = f"{person}-{copy}"
            truth[record] = person
            keys, bare = _some_keys(chance, phone, email, handle)
            clean[record] = bare
            records.append(
                {
                    "id": record,
                    "name": _written(chance, name),
                    "keys": keys,
                    "city": city if chance.random() < 0.5 else "",
                }
            )
    chance.shuffle(records)
    return records, truth, clean


def _some_keys(
    chance: random.Random, phone: str, email: str, handle: str
) -> tuple[list[tuple[str, str]], list[str]]:
    keys: list[tuple[str, str]] = []
    bare: list[str] = []
    if chance.random() < 0.65:
        wrong = chance.random() < 0.002
        number = str(int(phone) + chance.randrange(1, 10**6)) if wrong else phone
        keys.append(("phone", _phone_written(chance, number)))
        bare.append("" if wrong else phone)
    if chance.random() < 0.3:
        keys.append(("email", email.upper() if chance.random() < 0.2 else email))
        bare.append(email)
    if chance.random() < 0.2:
        keys.append(("marketplace:shopee", handle))
        bare.append(handle)
    return keys, [one for one in bare if one]


def _phone_written(chance: random.Random, number: str) -> str:
    ways = (
        f"0{number}",
        f"62{number}",
        f"+62 {number[:3]}-{number[3:7]}-{number[7:]}",
        number,
        f"(+62) {number}",
    )
    return chance.choice(ways)


def _written(chance: random.Random, name: str) -> str:
    first, last = name.split()
    ways = (name, name, name, first, f"{first} {last[0]}", f"Bu {first}", name.upper(), f"Kak {name}")
    return chance.choice(ways)


def judge(
    component: dict[str, int | None], truth: dict[str, int], keys: dict[str, list[str]]
) -> tuple[float, float]:
    """Pairwise precision of what was put together; recall over the pairs of one person that keys connect."""
    together = Counter(component[record] for record in truth if component.get(record))
    right = Counter((component[record], truth[record]) for record in truth if component.get(record))
    joined = sum(n * (n - 1) // 2 for n in together.values())
    correct = sum(n * (n - 1) // 2 for n in right.values())
    connected, kept = 0, 0
    people: dict[int, list[str]] = defaultdict(list)
    for record, person in truth.items():
        people[person].append(record)
    for records in people.values():
        for group in _by_keys(records, keys):
            connected += len(group) * (len(group) - 1) // 2
            spread = Counter(component.get(record) for record in group)
            kept += sum(n * (n - 1) // 2 for n in spread.values())
    return correct / max(1, joined), kept / max(1, connected)


def _by_keys(records: list[str], keys: dict[str, list[str]]) -> list[list[str]]:
    groups: list[tuple[set[str], list[str]]] = []
    for record in records:
        mine, members = set(keys[record]), [record]
        if not mine:
            continue
        apart = []
        for others, group in groups:
            if others & mine:
                mine |= others
                members += group
            else:
                apart.append((others, group))
        groups = [*apart, (mine, members)]
    return [members for _, members in groups]
