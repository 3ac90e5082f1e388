"""Signs of referrals with their evidence, advocates, and who was brought by whom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from sapa.accounts.models import Business
from sapa.analytics.queries import open_copy
from sapa.contacts.models import Contact, ToldOrigin
from sapa.conversations.models import Message
from sapa.metrics.referrals import questions  # noqa: F401 - registers what is asked here
from sapa.metrics.referrals.types import Advocate, Brought, Sign, Somebody
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES
from sapa.readings.models import ReferralWord

_MICROS = 1_000_000
_MOST_MAYBE = 3
_MOST_WORDS = 8
_NAME = re.compile(r"[^\W\d_]{3,}")
_NO_NAMES = frozenset(
    "kak kakak saya aku tahu tau dari dapat dapet info teman temanku temen temenku sama yang buat untuk katanya rekomendasi"
    " disuruh diajak direkomendasikan halo bisa mau toko nomor kontak".split()
)
Row = Mapping[str, Any]


def count_referrals(business: Business) -> dict[str, int]:
    """Signs of buyers `unasked` and `asked`, and people who `arrived` because of one."""
    [row] = open_copy(business).ask("referrals.counts", {})
    return {key: int(row[key] or 0) for key in ("unasked", "asked", "arrived")}


def list_signs(business: Business, *, limit: int = 30) -> list[Sign]:
    """The newest signs that stand in a chat, those first on which nobody has said anything yet."""
    rows = open_copy(business).ask("referrals.newest", {})
    said = _evidence(business, rows)
    rejected = ReferralWord.objects.filter(business=business).select_related("referrer", "message")
    words = {word.message_id: word for word in rejected}
    people = _people(business, [int(row["contact"]) for row in rows])
    found = []
    for row in rows:
        message, contact = (
            said.get((int(row["contact"]), int(row["happened_at"]))),
            people.get(row["contact"]),
        )
        if message is not None and contact is not None:
            found.append(_sign(business, row, message, contact, words.get(message.pk)))
    found.sort(key=lambda sign: (bool(sign.verdict), -sign.at.timestamp()))
    return found[:limit]


def _sign(
    business: Business, row: Row, message: Message, contact: Contact, word: ReferralWord | None
) -> Sign:
    is_arrival = row["kind"] == "arrival"
    referrer = word.referrer if word else None
    return Sign(
        contact=_somebody(contact),
        kind=str(row["kind"]),
        at=message.happened_at,
        is_prompted=bool(row["is_prompted"]),
        message_id=message.pk,
        conversation=str(message.conversation.public_id),
        text=" ".join(message.text.split())[:280],
        verdict=word.verdict if word else "",
        referrer=_somebody(referrer) if referrer else None,
        maybe=tuple(_named_in(business, message.text, contact)) if is_arrival and word is None else (),
    )


def _evidence(business: Business, rows: Iterable[Row]) -> dict[tuple[int, int], Message]:
    """The message of each sign, by its contact and moment in microseconds."""
    wanted = {(int(row["contact"]), int(row["happened_at"])) for row in rows}
    moments = [datetime.fromtimestamp(at / _MICROS, UTC) for _, at in wanted]
    found = Message.objects.filter(
        business=business,
        direction=Message.Direction.IN,
        identity__contact__in={contact for contact, _ in wanted},
        happened_at__in=moments,
    )
    messages: dict[tuple[int, int], Message] = {}
    for message in found.select_related("identity", "conversation").order_by("id"):
        contact_id = message.identity.contact_id if message.identity else None
        key = contact_id or 0, round(message.happened_at.timestamp() * _MICROS)
        if key in wanted and message.text:
            messages.setdefault(key, message)
    return messages


def _named_in(business: Business, text: str, author: Contact) -> list[Somebody]:
    """Customers whose first name stands in the words, at most three."""
    names = [word for word in _NAME.findall(text) if word.casefold() not in _NO_NAMES][:_MOST_WORDS]
    if not names:
        return []
    asked = Q()
    for name in names:
        asked |= Q(name__iexact=name) | Q(name__istartswith=f"{name} ")
    found = Contact.objects.filter(asked, business=business, merged_into__isnull=True).exclude(pk=author.pk)
    return [_somebody(contact) for contact in found.order_by("created_at", "id")[:_MOST_MAYBE]]


def _people(business: Business, ids: Iterable[int]) -> dict[int, Contact]:
    return Contact.objects.filter(business=business, merged_into__isnull=True).in_bulk(set(ids))


def _somebody(contact: Contact) -> Somebody:
    return Somebody(str(contact.public_id), contact.name)


def list_advocates(business: Business) -> list[Advocate]:
    """Buyers who recommend, those first who do so most without being asked."""
    rows = open_copy(business).ask("referrals.advocates", {})
    people = _people(business, [int(row["contact"]) for row in rows])
    brought = Counter(word.referrer_id for word in _confirmed(business))
    return [
        Advocate(
            contact=_somebody(people[row["contact"]]),
            unasked=int(row["unasked"] or 0),
            asked=int(row["asked"] or 0),
            brought=brought.get(row["contact"], 0),
            last_at=datetime.fromtimestamp(row["last_at"] / _MICROS, UTC),
        )
        for row in rows
        if row["contact"] in people
    ]


def _confirmed(business: Business) -> list[ReferralWord]:
    """Each person who was sent counts once for who sent them."""
    words = ReferralWord.objects.filter(
        business=business, verdict=ReferralWord.Verdict.CONFIRMED, referrer__isnull=False
    )
    seen: dict[tuple[int | None, int | None], ReferralWord] = {}
    for word in words.select_related("referrer", "message__identity").order_by("at", "id"):
        identity = word.message.identity
        seen.setdefault((word.referrer_id, identity.contact_id if identity else None), word)
    return list(seen.values())


def list_brought(business: Business) -> list[Brought]:
    """New customers by who sent them: those whom teammates joined to a customer, then names that were only told."""
    linked: dict[int, set[int]] = {}
    names: dict[int, Contact] = {}
    for word in _confirmed(business):
        identity = word.message.identity
        if word.referrer is not None and identity is not None and identity.contact_id is not None:
            linked.setdefault(word.referrer.pk, set()).add(identity.contact_id)
            names[word.referrer.pk] = word.referrer
    known = {contact for people in linked.values() for contact in people}
    told: dict[str, set[int]] = {}
    rows = ToldOrigin.objects.filter(business=business, identity__contact__isnull=False).exclude(referrer="")
    for referrer, contact_id in rows.values_list("referrer", "identity__contact"):
        if contact_id not in known:
            told.setdefault(referrer.strip(), set()).add(int(contact_id or 0))
    buyers = _buyers(business, known | {contact for people in told.values() for contact in people})
    found = [
        Brought(names[pk].name, _somebody(names[pk]), len(people), len(people & buyers))
        for pk, people in linked.items()
    ]
    found += [Brought(name, None, len(people), len(people & buyers)) for name, people in told.items()]
    return sorted(found, key=lambda one: (-one.people, one.name.casefold()))


def _buyers(business: Business, contacts: set[int]) -> set[int]:
    orders = Order.objects.filter(business=business, identity__contact__in=contacts)
    valid = orders.exclude(status__in=INVALID_STATUSES)
    return {pk for pk in valid.values_list("identity__contact", flat=True) if pk is not None}


def get_evidence(business: Business, message_id: int) -> Message:
    """A message of a customer. Raises `Message.DoesNotExist`."""
    found = Message.objects.select_related("identity__contact", "conversation")
    return found.get(business=business, pk=message_id, direction=Message.Direction.IN)
