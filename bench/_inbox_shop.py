"""A shop with many conversations, as a team of five leaves it after some months: what the inbox bench opens.

Seeded, so that every run measures the same rows. Two of a hundred wait (a quarter of them for longer than the shop's limit),
three are put off, six of ten are closed; six channels, five teammates, two teams, eight labels; from 1 to 200 messages a thread.
Standings, readings and touchpoints lie beside them as a refresh leaves them; nothing in it was ever said by a person.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

MESSAGES_EACH = 20
_DAYS = 300
_BATCH = 20_000
_CHANNELS = (
    ("whatsapp", 55),
    ("instagram", 15),
    ("telegram", 8),
    ("messenger", 8),
    ("line", 6),
    ("email", 8),
)
_WINDOW = {"whatsapp": 24, "instagram": 24, "messenger": 24}
_KEY_KINDS = {"whatsapp": "phone", "email": "email"}
_MATES = (("dina", "Dina", "member"), ("andi", "Andi Wijaya", "member"), ("sari", "Sari Dewi", "supervisor"), ("budi", "Budi Santoso", "member"))  # fmt: skip
_LABELS = (
    "grosir",
    "tukar ukuran",
    "reseller",
    "garansi",
    "pelanggan lama",
    "tanya ongkir",
    "hampers",
    "keluhan",
)
_FIRST = ("Rina", "Budi", "Sari", "Andi", "Dewi", "Siti", "Agus", "Putri", "Joko", "Wulan", "Tuti", "Nia", "Eka", "Hendra")  # fmt: skip
_LAST = (
    "Wulandari",
    "Santoso",
    "Dewi",
    "Wijaya",
    "Lestari",
    "Aminah",
    "Pratama",
    "Hidayat",
    "Kusuma",
    "Nugroho",
)
_ASKED = (
    ("price", "Kak, gamis sage ukuran L berapa ya? Kalau ambil dua ada potongan?"),
    ("stock", "masih ada kak yang warna sage ukuran M?"),
    ("shipping_cost", "ongkir ke Bandung berapa kak, pakai JNE atau J&T?"),
    ("shipping_status", "paket saya sudah sampai mana ya kak? nomor resinya belum ada"),
    ("size_fit", "lingkar dada ukuran L berapa? saya 100 cm, biasanya pakai XL"),
    ("payment", "sudah saya transfer ya kak, tolong dicek. Terima kasih sebelumnya"),
    ("product_info", "bahannya panas tidak kak? untuk dipakai acara siang hari di luar"),
)
_SAID = (
    "Baik kak, kami cek dulu ya.",
    "Ready kak, silakan diorder. Untuk ukuran L lingkar dadanya 104 cm, panjang 138 cm.",
    "Sudah kami kirim ya kak, resinya menyusul nanti sore.",
    "Ongkir ke Bandung 12.000 kak, estimasi 2 sampai 3 hari.",
)


def lay(conversations: int, now: datetime) -> dict[str, Any]:
    """Fill the migrated database that the environment names; who may look at it, and how much lies there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    shop = _Shop(conversations, now)
    shop.fill()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"cookie": _sign_in(shop.business), "talks": _some_talks(shop.business), **shop.told()}


def _some_talks(business: Any) -> list[str]:
    """Addresses of 400 conversations: every other one of somebody who waits, the rest from all over the shop."""
    from sapa.conversations.models import Conversation

    found = Conversation.objects.filter(business=business).order_by("id")
    waiting = [
        str(one) for one in found.filter(waiting_since__isnull=False).values_list("public_id", flat=True)
    ]
    every = [str(one) for one in found.values_list("public_id", flat=True)]
    some, others = waiting[:: max(1, len(waiting) // 200)], every[:: max(1, len(every) // 200)]
    return [f"/inbox/{one}/" for pair in zip(some, others, strict=False) for one in pair]


def _sign_in(business: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from sapa.accounts.queries import get_owner

    user, store = get_owner(business).user, SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


class _Shop:
    """Rows of the shop, a batch of each table at a time; ids are those that the tables will give, from 1 on."""

    def __init__(self, conversations: int, now: datetime) -> None:
        from sapa.accounts.models import Team
        from sapa.accounts.operations import add_teammate, make_business
        from sapa.accounts.queries import get_owner
        from sapa.channels.operations import connect_channel
        from sapa.conversations.models import Label

        self.count, self.now, self.chance = conversations, now, random.Random(20261122)
        self.started = now - timedelta(days=_DAYS)
        self.business = make_business(
            name="Toko Besar", owner_email="tuti@toko.example", owner_name="Bu Tuti", now=self.started
        )
        self.mates = [get_owner(self.business).pk]
        for key, name, role in _MATES:
            mail = f"{key}@toko.example"
            made = add_teammate(business=self.business, email=mail, name=name, role=role, now=self.started)
            self.mates.append(made.pk)
        self.teams = [
            Team.objects.create(business=self.business, name=name).pk for name in ("Toko", "Purnajual")
        ]
        self.labels = [Label.objects.create(business=self.business, name=name).pk for name in _LABELS]
        given = {"token": "x", "app_secret": "x", "secret": "x", "verify_token": "x"}
        self.channels = {
            kind: connect_channel(
                business=self.business,
                kind=kind,
                name="",
                account=kind,
                settings=given,
                by=None,
                now=self.started,
            ).pk
            for kind, _share in _CHANNELS
        }
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.last = {"contact": 0, "message": 0}
        self.kinds = {"waiting": 0, "old": 0, "snoozed": 0, "closed": 0, "assigned": 0}

    def told(self) -> dict[str, Any]:
        """How many conversations and messages lie there, and of the conversations how many in each view."""
        return {"conversations": self.count, "messages": self.last["message"], **self.kinds}

    def fill(self) -> None:
        kinds, weights = zip(*_CHANNELS, strict=True)
        for number in range(1, self.count + 1):
            kind = self.chance.choices(kinds, weights)[0]
            self._conversation(number, kind)
            if len(self.rows.get("messages", ())) >= _BATCH:
                self._flush()
        self._flush()

    def _flush(self) -> None:
        from sapa.contacts.models import Contact, Identity
        from sapa.conversations.models import Conversation, Labelling, Message
        from sapa.lib.database import write
        from sapa.lib.inserting import insert_rows
        from sapa.readings.models import Reading
        from sapa.standings.models import Standing
        from sapa.timeline.models import Touchpoint

        tables: dict[str, Any] = {
            "contacts": Contact,
            "identities": Identity,
            "conversations": Conversation,
            "labellings": Labelling,
            "messages": Message,
            "readings": Reading,
            "touchpoints": Touchpoint,
            "standings": Standing,
        }
        with write():
            for name, table in tables.items():
                insert_rows(table, self.rows.pop(name, ()))

    def _add(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append({"business_id": self.business.pk, **values})

    def _conversation(self, number: int, kind: str) -> None:
        # One in ten is a second channel of somebody who has written before.
        known = self.last["contact"]
        contact = (
            self.chance.randint(1, known) if known and self.chance.random() < 0.1 else self._contact(number)
        )
        name = f"{self.chance.choice(_FIRST)} {self.chance.choice(_LAST)}"
        value = {"phone": f"+62812{number:08d}", "email": f"orang{number}@surat.example"}.get(
            _KEY_KINDS.get(kind, ""), f"{kind}{number}"
        )
        self._add(
            "identities", kind=_KEY_KINDS.get(kind, kind), value=value, name=name, is_key=True, contact_id=contact,
            learned_at=self.started,
        )  # fmt: skip
        state = self.chance.random()
        waits, length = state < 0.02, min(200, 1 + int(self.chance.expovariate(1 / (MESSAGES_EACH - 0.5))))
        is_old = waits and self.chance.random() < 0.25
        newest = self._newest(waits, is_old)
        last_in, last_out = self._talk(number, kind, newest, length, waits)
        is_snoozed, is_closed = 0.02 <= state < 0.05, state >= 0.4
        mate = (
            self.chance.choice(self.mates) if self.chance.random() < (0.6 if not is_closed else 0.3) else None
        )
        for name, true in (("waiting", waits), ("old", is_old), ("snoozed", is_snoozed), ("closed", is_closed), ("assigned", mate)):  # fmt: skip
            self.kinds[name] += bool(true)
        hours = _WINDOW.get(kind)
        self._add(
            "conversations", channel_id=self.channels[kind], key=value, identity_id=number, last_message_at=newest,
            last_in_at=last_in, last_out_at=last_out, waiting_since=last_in if waits else None,
            window_closes_at=last_in + timedelta(hours=hours) if hours else None, assignee_id=mate,
            team_id=self.chance.choice(self.teams) if self.chance.random() < 0.2 else None,
            snoozed_until=self.now + timedelta(hours=self.chance.randint(24, 2_000)) if is_snoozed else None,
            closed_at=newest + timedelta(minutes=5) if is_closed else None,
        )  # fmt: skip
        if self.chance.random() < 0.15:
            for label in self.chance.sample(self.labels, self.chance.choice((1, 1, 2))):
                self._add("labellings", conversation_id=number, label_id=label)

    def _contact(self, number: int) -> int:
        self.last["contact"] += 1
        name = f"{self.chance.choice(_FIRST)} {self.chance.choice(_LAST)}"
        self._add("contacts", name=name, name_key=name.lower(), created_at=self.started)
        seen = self.started + timedelta(seconds=self.chance.randrange(_DAYS * 86_400))
        self._add(
            "standings", contact_id=self.last["contact"], first_seen_at=self.started, last_seen_at=seen,
            last_in_at=seen, stage="asked", phase="awareness",
            trust=self.chance.choice(("new", "new", "considering", "trusting", "needs_support")),
            touchpoint_count=MESSAGES_EACH,
        )  # fmt: skip
        return self.last["contact"]

    def _newest(self, waits: bool, is_old: bool) -> datetime:
        if is_old:
            return self.now - timedelta(minutes=self.chance.randint(20 * 1440, (_DAYS - 30) * 1440))
        if waits:
            return self.now - timedelta(minutes=self.chance.randint(1, 10 * 1440))
        return self.now - timedelta(minutes=self.chance.randint(5, (_DAYS - 30) * 1440))

    def _talk(
        self, thread: int, kind: str, newest: datetime, length: int, waits: bool
    ) -> tuple[datetime, datetime | None]:
        """The messages of a thread, in and out by turns and the last one in where it waits; its last times in and out."""
        gap = min(20.0, (_DAYS - 60) * 1440 / length / 30) * 60
        times = list(self._times(newest, length, gap))
        last_in, last_out = newest, None
        for turn, at in enumerate(times):
            left = length - 1 - turn
            is_in = turn == 0 or (left % 2 == 0) == waits
            self._message(thread, kind, at, is_in)
            if is_in:
                last_in = at
            else:
                last_out = at
        return last_in, last_out

    def _times(self, newest: datetime, length: int, gap: float) -> Iterator[datetime]:
        back = [0.0]
        for _ in range(length - 1):
            back.append(back[-1] + self.chance.expovariate(1 / gap) + 5)
        for seconds in reversed(back):
            yield newest - timedelta(seconds=int(seconds))

    def _message(self, thread: int, kind: str, at: datetime, is_in: bool) -> None:
        self.last["message"] += 1
        number, topic = self.last["message"], ""
        if is_in:
            topic, text = self.chance.choice(_ASKED)
        else:
            text = self.chance.choice(_SAID)
        self._add(
            "messages", conversation_id=thread, identity_id=thread if is_in else None, direction="in" if is_in else "out",
            text=text, happened_at=at, learned_at=at, dedupe_key=f"m{number}", source="live",
            provider_id=f"wamid.{number:020d}", by_id=None if is_in else self.mates[number % len(self.mates)],
            send_status="" if is_in else "read",
        )  # fmt: skip
        if is_in:
            self._add("readings", message_id=number, intent=topic, is_question=True, intent_confidence=90)
        self._add(
            "touchpoints", identity_id=thread, channel_id=self.channels[kind],
            kind="message.in" if is_in else "message.out", happened_at=at, learned_at=at, source_kind="message",
            source_key=str(number), phase="awareness",
        )  # fmt: skip


def main() -> None:
    """`python -m bench._inbox_shop CONVERSATIONS`: lays the shop into the SAPA_HOME of the environment, and says what is in it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from sapa.lib import clock

    sys.stdout.write(json.dumps(lay(int(sys.argv[1]), clock.now())) + "\n")


if __name__ == "__main__":
    main()
