"""Random histories of a shop, through the very operations that people and programs use."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity, Link
from sapa.contacts.operations import merge, unmerge
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations.closing import close, undo_state
from sapa.conversations.operations.marks import mark_conversation
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    Behaved,
    ChannelRef,
    ConversationRef,
    Event,
    Key,
    MessageDeleted,
    MessageReceived,
    NoteTaken,
    OrderItem,
    OrderStated,
    Origin,
    Person,
    ResponseGiven,
    ReviewPosted,
)
from sapa.imports.models import Batch
from sapa.imports.operations import import_files, undo_batch
from sapa.readings.operations import correct
from sapa.snapshots.operations import refresh_changed
from sapa.upkeep.operations.forgetting import forget

WHATSAPP, WEB, SHOPEE, SHOP = (ChannelRef(kind) for kind in ("whatsapp", "web", "marketplace:shopee", "shop"))
HEARD = (
    "kak yang navy ada?", "berapa harganya kak?", "makasih kak", "nyaman kak, adem", "jahitannya lepas kak!!",
    "tahu dari TikTok kak", "jadi pesan 2 ya", "👍", "temanku mau juga kak, aku kasih nomornya ya", "dari teman kantor",
)  # fmt: skip
TOLD = (
    "ready kak", "Halo Kak, bajunya nyaman dipakai?", "lagi promo diskon 20% kak", "tahu Toko Sage dari mana kak?",
    "boleh minta reviewnya kak?", "besok kami kirim ya kak", "sudah sampai kak?",
)  # fmt: skip
KINDS = ("web.page", "web.product", "web.cart_added", "web.ad_click", "web.checkout")
STATUSES = ("paid", "shipped", "delivered", "completed", "cancelled", "returned")
SPAN_DAYS = 120


class History:
    """Deeds in random order on few people, so that they meet: late, doubled, joined, parted, taken back, forgotten."""

    def __init__(self, business: Business, seed: int, now: datetime, folder: Path) -> None:
        self.business, self.now, self.folder = business, now, folder
        self.chance = random.Random(seed)  # noqa: S311 - stories, not secrets
        self.prefix = f"{seed}"
        self.number = 0

    def go_on(self, deeds: int) -> list[str]:
        """So many random deeds; answers what was done. Some have nothing to work on and do nothing."""
        done = []
        for _ in range(deeds):
            deed = self.chance.choices(list(_DEEDS), weights=list(_DEEDS.values()))[0]
            if deed(self):
                done.append(deed.__name__)
        return done

    def derive(self) -> None:
        refresh_changed(self.business, now=self.now)

    def _key(self) -> str:
        self.number += 1
        return f"{self.prefix}-{self.number}"

    def _at(self) -> datetime:
        """Any time up to now, to the minute: what comes in is often older than what is known, and often of one time."""
        return self.now - timedelta(minutes=5 * self.chance.randrange(SPAN_DAYS * 24 * 12))

    def _person(self) -> Person:
        number = self.chance.randrange(8)
        keys = [(), (Key("phone", f"+62812000000{number}"),), (Key("phone", f"+62812000000{number // 2}"),)]
        record = self.chance.choice((("chat", f"whatsapp:Orang {number}"), ("row", f"tamu:{number}")))
        return Person(record, f"Orang {number}", self.chance.choice(keys))

    def _digest(self, *events: Event) -> bool:
        digest_events(business=self.business, events=events, now=self.now)
        return True

    def talk(self) -> bool:
        person, at = self._person(), self._at()
        thread = ConversationRef(person.record[1], person.name, party=person)
        if self.chance.random() < 0.25:
            thread = ConversationRef("grup", "Ibu-ibu Sage", is_group=True)
        events = []
        for _ in range(self.chance.randint(1, 5)):
            is_in = self.chance.random() < 0.6
            key = self._key()
            events.append(
                MessageReceived(
                    WHATSAPP,
                    thread,
                    f"m{key}",
                    person if is_in else None,
                    self.chance.choice(HEARD if is_in else TOLD),
                    at,
                    provider_id=f"p{key}",
                    automatic=not is_in and self.chance.random() < 0.2,
                    teammate="Dina" if self.chance.random() < 0.3 else "",
                )
            )
            at += timedelta(minutes=self.chance.choice((0, 1, 30, 500)))
        return self._digest(*events)

    def visit(self) -> bool:
        person = self._person()
        if self.chance.random() < 0.4:
            person = Person(("visitor", str(self.chance.randrange(4))))
        measures = {"utm_source": "tiktok"} if self.chance.random() < 0.3 else {}
        return self._digest(
            Behaved(WEB, f"w{self._key()}", person, self._at(), self.chance.choice(KINDS), measures)
        )

    def order(self) -> bool:
        number = str(self.chance.randrange(25))
        chance = random.Random(f"{self.prefix}-{number}")  # noqa: S311 - the same order has the same buyer each time
        who, masked = chance.randrange(8), chance.random() < 0.2
        keys = () if masked else (Key("phone", f"+62812000000{who}"),)
        placed = self.now - timedelta(hours=chance.randrange(SPAN_DAYS * 24))
        delivered = placed + timedelta(days=3) if self.chance.random() < 0.5 else None
        return self._digest(
            OrderStated(
                SHOPEE if masked else SHOP,
                number,
                Person(("order", number), "" if masked else f"Orang {who}", keys),
                self.chance.choice(STATUSES),
                placed,
                placed + timedelta(hours=self.chance.randrange(200)),
                self.chance.randint(5, 90) * 1000,
                list_total=100_000,
                delivered_at=delivered,
                masked=masked,
                items=(OrderItem("", "Kemeja", "", 1),),
            )
        )

    def remark(self) -> bool:
        person, at = self._person(), self._at()
        return self._digest(
            NoteTaken(
                SHOP, f"n{self._key()}", person, at, "datang ke toko", origin=Origin("instagram", "story")
            ),
            ResponseGiven(SHOP, f"r{self._key()}", person, at, "nps", self.chance.randrange(11)),
            ReviewPosted(SHOPEE, f"v{self._key()}", person, at, self.chance.randint(1, 5), "bagus"),
        )

    def take_back(self) -> bool:
        ids = list(
            Message.objects.exclude(provider_id="").order_by("id").values_list("provider_id", flat=True)
        )
        return bool(ids) and self._digest(MessageDeleted(WHATSAPP, self.chance.choice(ids), self.now))

    def join(self) -> bool:
        people = list(
            Contact.objects.filter(merged_into=None, identities__isnull=False).distinct().order_by("id")
        )
        if len(people) < 2:
            return False
        a, b = self.chance.sample(people, 2)
        merge(business=self.business, a=a, b=b, by=None, now=self.now)
        return True

    def part(self) -> bool:
        links = list(Link.objects.filter(removed_at=None).order_by("id").values_list("id", flat=True))
        if not links:
            return False
        unmerge(business=self.business, link_id=self.chance.choice(links), by=None, now=self.now)
        return True

    def bring(self) -> bool:
        path = self.folder / f"{self._key()}.csv"
        people = [
            (f"Tamu {self.chance.randrange(30)}", 5000000 + self.chance.randrange(30)) for _ in range(3)
        ]
        lines = [
            f"{name},0813{phone},{self.chance.choice(('TikTok', 'teman', ''))}" for name, phone in people
        ]
        path.write_text("nama,no hp,sumber\n" + "\n".join(lines) + "\n", encoding="utf-8")
        import_files(business=self.business, paths=[path], now=self.now)
        return True

    def undo(self) -> bool:
        batches = list(Batch.objects.filter(state=Batch.State.DONE).order_by("id"))
        if not batches:
            return False
        undo_batch(
            business=self.business, public_id=self.chance.choice(batches).public_id, now=self.now, alone=True
        )
        return True

    def shut(self) -> bool:
        rows = list(Conversation.objects.filter(business=self.business, closed_at=None).order_by("id"))
        chosen = self.chance.sample(rows, min(len(rows), self.chance.randint(1, 3)))
        entry = close(business=self.business, conversations=chosen, by=None, now=self.now) if chosen else None
        if entry is not None and self.chance.random() < 0.4:
            undo_state(business=self.business, entry_data=entry.data, by=None, now=self.now)
        return entry is not None

    def mark(self) -> bool:
        row = Conversation.objects.exclude(waiting_since=None).select_related("identity").first()
        if row is None:
            return False
        kind = self.chance.choice(("answered", "no_answer"))
        mark_conversation(business=self.business, conversation=row, kind=kind, by=None, now=self.now)
        return True

    def say_otherwise(self) -> bool:
        said = list(Message.objects.filter(direction="in", identity__isnull=False).order_by("id"))
        if not said:
            return False
        intent = self.chance.choice(("price", "complaint", "thanks"))
        correct(
            business=self.business, message=self.chance.choice(said), intent=intent, by=None, now=self.now
        )
        return True

    def erase(self) -> bool:
        known = Identity.objects.filter(is_forgotten=False, contact__isnull=False).order_by("id")
        one = known.select_related("contact").first()
        if one is None or one.contact is None:
            return False
        forget(business=self.business, contact=one.contact, by=None, now=self.now)
        return True


_DEEDS: dict[Callable[[History], bool], float] = {
    History.talk: 6,
    History.visit: 3,
    History.order: 5,
    History.remark: 2,
    History.take_back: 1,
    History.join: 1,
    History.part: 1,
    History.bring: 1.5,
    History.undo: 1,
    History.shut: 1,
    History.mark: 1,
    History.say_otherwise: 1,
    History.erase: 0.4,
}
