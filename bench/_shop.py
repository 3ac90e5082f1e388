"""A large invented shop, laid straight into a SQLite database: the same tables that imports fill, without their work.

Seeded, so that every run measures the same facts. Kinds, gaps and shares are plausible for a shop that sells by
chat, web and marketplace; nothing in it was ever said by a person.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2025, 6, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
_SPAN = int((NOW - START).total_seconds())
_TOPICS = ("price", "stock", "installment", "ingredients", "size_fit", "shipping_cost", "shipping_status", "product_info")  # fmt: skip
_QUESTIONS = ("berapa kak harganya?", "masih ada kak?", "bisa dicicil?", "aman buat bumil?", "ukuran L lingkar dada brp?")  # fmt: skip
_ANSWERS = ("baik kak, kami cek dulu ya", "ready kak, silakan diorder", "lagi ada promo diskon 10% kak", "sudah kami kirim ya kak")  # fmt: skip
_CONTEXTS = ("video cara merawat", "repost story", "iklan sage", "")


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A data folder of its own with a migrated database; must be entered before anything of Sapa is loaded."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        os.environ["SAPA_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "sapa.config.settings"
        os.environ.pop("SAPA_DATABASE_URL", None)
        import django

        django.setup()
        from sapa.upkeep.schema import bring_up_tables

        bring_up_tables()
        yield Path(home)


def lay_shop(home: Path, *, touchpoints: int, contacts: int) -> Any:
    """Fills the database until about `touchpoints` lie there; gives back the business."""
    from sapa.accounts.models import Business
    from sapa.accounts.operations import make_business

    business = make_business(
        name="Toko Besar", owner_email="tuti@toko.example", owner_name="Bu Tuti", now=START
    )
    con = sqlite3.connect(home / "sapa.db")
    con.execute("PRAGMA synchronous=OFF")
    con.execute("PRAGMA foreign_keys=OFF")
    _Filler(con, business.pk, random.Random(20261121)).fill(touchpoints, contacts)
    con.commit()
    con.close()
    return Business.objects.get(pk=business.pk)


def _text(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")


class _Filler:
    def __init__(self, con: sqlite3.Connection, business: int, chance: random.Random) -> None:
        self.con = con
        self.business = business
        self.chance = chance
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.ids: dict[str, int] = {}
        self.columns: dict[str, list[tuple[str, Any]]] = {}
        self.channels: dict[str, int] = {}

    def add(self, table: str, **values: Any) -> int:
        """One row: what is not given is what its column starts with."""
        if table not in self.columns:
            found, starts = self.con.execute(f"PRAGMA table_info({table})").fetchall(), _starts(table)
            self.columns[table] = [(name, starts.get(name)) for _, name, *_ in found]
            self.ids[table] = self.con.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        self.ids[table] += 1
        values["id"] = self.ids[table]
        self.rows.setdefault(table, []).append(
            tuple(values.get(name, start) for name, start in self.columns[table])
        )
        return self.ids[table]

    def flush(self) -> None:
        for table, rows in self.rows.items():
            marks = ",".join("?" * len(self.columns[table]))
            self.con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            rows.clear()

    def channel(self, kind: str) -> int:
        if kind not in self.channels:
            self.channels[kind] = self.add(
                "channels_channel",
                business_id=self.business,
                kind=kind,
                public_id=os.urandom(16).hex(),
                created_at=_text(0),
            )
        return self.channels[kind]

    def fill(self, touchpoints: int, contacts: int) -> None:
        each = touchpoints / contacts
        for number in range(contacts):
            self._person(number, each)
            if number % 2_000 == 0:
                self.flush()
        self.add("contacts_change", business_id=self.business)
        self.flush()

    def _touch(
        self,
        identity: int,
        kind: str,
        at: int,
        channel: str,
        measures: dict[str, Any] | None = None,
        key: str = "",
    ) -> None:
        number = self.ids.get("timeline_touchpoint", 0) + 1
        self.add(
            "timeline_touchpoint", business_id=self.business, identity_id=identity, channel_id=self.channel(channel),
            kind=kind, happened_at=_text(at), learned_at=_text(at), source_kind="bench", source_key=key or str(number),
            measures=json.dumps(measures) if measures else "{}", phase="awareness",
        )  # fmt: skip

    def _person(self, number: int, each: float) -> None:
        chance = self.chance
        contact = self.add(
            "contacts_contact",
            business_id=self.business,
            public_id=f"{number:032x}",
            name=f"Orang {number}",
            created_at=_text(0),
        )
        identity = self.add(
            "contacts_identity", business_id=self.business, kind="phone", value=f"+62{number:09d}", is_key=1,
            contact_id=contact, learned_at=_text(0),
        )  # fmt: skip
        at = int(_SPAN * chance.random() ** 0.8 * 0.97)
        if chance.random() < 0.2:
            self.add(
                "contacts_toldorigin", business_id=self.business, identity_id=identity, dedupe_key=str(number), at=_text(at),
                channel=chance.choice(("instagram", "tiktok")), context=chance.choice(_CONTEXTS),
            )  # fmt: skip
        thread = 0
        budget = max(1, round(chance.expovariate(1 / each)))
        while budget > 0 and at < _SPAN - 200_000:
            kind = chance.random()
            if kind < 0.3:
                spent, at = self._visits(identity, at)
            elif kind < 0.85:
                thread = thread or self.add(
                    "conversations_conversation", business_id=self.business, channel_id=self.channel("whatsapp"),
                    public_id=f"{number:032x}", key=f"t{number}", is_group=0, identity_id=identity,
                )  # fmt: skip
                spent, at = self._talk(identity, thread, at)
            else:
                spent, at = self._order(identity, at)
            budget -= spent
            at += int(chance.expovariate(1 / (9 * 86_400)))

    def _visits(self, identity: int, at: int) -> tuple[int, int]:
        pages = self.chance.randint(1, 4)
        for page in range(pages):
            link = {
                "utm_source": self.chance.choice(("tiktok", "instagram", "google")),
                "utm_content": self.chance.choice(_CONTEXTS),
            }
            kind = self.chance.choice(
                ("web.page", "web.product", "web.price_page", "web.cart_added", "web.ad_click")
            )
            self._touch(identity, kind, at, "web", link if page == 0 and self.chance.random() < 0.4 else None)
            at += self.chance.randint(20, 400)
        return pages, at

    def _talk(self, identity: int, thread: int, at: int) -> tuple[int, int]:
        said = self.chance.randint(2, 6)
        topic = self.chance.choice(_TOPICS)
        for turn in range(said):
            is_in = turn % 2 == 0
            closes = is_in and turn == said - 1
            words = (
                ("oke makasih kak" if closes else self.chance.choice(_QUESTIONS))
                if is_in
                else self.chance.choice(_ANSWERS)
            )
            message = self.add(
                "conversations_message", business_id=self.business, conversation_id=thread, identity_id=identity if is_in else None,
                direction="in" if is_in else "out", text=words, happened_at=_text(at), learned_at=_text(at),
                dedupe_key=f"m{self.ids.get('conversations_message', 0) + 1}", media="[]",
            )  # fmt: skip
            if is_in:
                self.add(
                    "readings_reading", business_id=self.business, message_id=message, intent="thanks" if closes else topic,
                    is_question=int(not closes), closes=int(closes),
                )  # fmt: skip
            self._touch(identity, f"message.{'in' if is_in else 'out'}", at, "whatsapp", key=f"m{message}")
            at += int(self.chance.expovariate(1 / 2_400)) + 20
        return said, at

    def _order(self, identity: int, at: int) -> tuple[int, int]:
        channel = self.chance.choice(("shop", "marketplace:shopee", "marketplace:tokopedia"))
        value = self.chance.randint(3, 60) * 10_000
        order = self.add(
            "orders_order", business_id=self.business, channel_id=self.channel(channel), identity_id=identity,
            number=f"O{self.ids.get('orders_order', 0) + 1}", public_id=f"{self.ids.get('orders_order', 0) + 1:032x}",
            status="cancelled" if self.chance.random() < 0.05 else "completed", placed_at=_text(at), paid_at=_text(at + 600),
            delivered_at=_text(at + 3 * 86_400), currency="IDR", goods_total=value, list_total=value, voucher_codes="[]", items="[]",
        )  # fmt: skip
        for kind, later in (("order.placed", 0), ("order.paid", 600), ("order.delivered", 3 * 86_400)):
            self._touch(identity, kind, at + later, channel, key=f"o{order}")
        if self.chance.random() < 0.1:
            self.add(
                "responses_response", business_id=self.business, channel_id=self.channel("shop"), identity_id=identity,
                dedupe_key=f"r{order}", survey=self.chance.choice(("nps", "csat", "ces")), score=self.chance.randint(1, 5),
                happened_at=_text(at + 5 * 86_400), learned_at=_text(at + 5 * 86_400),
            )  # fmt: skip
        return 3, at + 4 * 86_400


def _starts(table: str) -> dict[str, Any]:
    """What each column of a table that may not be empty starts with, as its model says."""
    from django.apps import apps
    from django.db.models import JSONField

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    return {
        field.column: json.dumps(field.get_default()) if isinstance(field, JSONField) else _start(field)
        for field in model._meta.concrete_fields
        if not field.null
    }


def _start(field: Any) -> Any:
    if field.has_default() and isinstance(field.default, (bool, int, str)):
        return field.default
    return {"DateTimeField": _text(0), "TextField": "", "CharField": ""}.get(field.get_internal_type(), 0)
