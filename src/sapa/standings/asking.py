"""The questions by which facts of contacts are read, one a kind, each compiled once (lib.kept); `until` is the last moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sapa.channels.models import Channel
from sapa.contacts.models import Contact, Description, Identity, Statement, ToldOrigin
from sapa.conversations.models import Conversation, Mark, Message, Note
from sapa.conversations.rules import NEVER_ARRIVED
from sapa.lib.kept import MANY, MOMENT, NUMBER, kept
from sapa.lib.reading import as_text
from sapa.orders.models import Order
from sapa.promises.models import PromiseStatement
from sapa.responses.models import Response
from sapa.reviews.models import Review
from sapa.timeline.models import Touchpoint

END = datetime(9999, 12, 31, tzinfo=UTC)
"""After everything that happens."""

_ORDER_TIMES = tuple(map(as_text, ("placed_at", "paid_at", "shipped_at", "delivered_at", "ended_at")))
_MESSAGE = (
    "id", "conversation_id", "identity_id", "direction", "text", "happened_at", "rank", "learned_at",
    "media", "is_deleted", "is_automatic", "author_name", "reading__intent", "reading__sentiment",
    "reading__needs_human", "reading__is_question", "reading__closes", "source",
)  # fmt: skip
Values = QuerySet[Any, Any]


def _standing(until: Any) -> Q:
    """What was not taken back by then."""
    return Q(undone_at__isnull=True) | Q(undone_at__gt=until)


@kept(business=NUMBER)
def channels(business: Any) -> Values:
    found = Channel.objects.filter(business_id=business)
    return found.values_list("id", "kind", "name", "reply_target_minutes")


@kept(business=NUMBER, ids=MANY)
def contacts(business: Any, ids: Any) -> Values:
    found = Contact.objects.filter(business_id=business, id__among=ids, merged_into__isnull=True)
    return found.order_by("id").values_list("id", "public_id", "name", "created_at")


_SELDOM: dict[str, Values] = {
    "orders": Order.objects.filter(identity__contact=OuterRef("pk")),
    "notes": Note.objects.filter(identity__contact=OuterRef("pk")),
    "responses": Response.objects.filter(identity__contact=OuterRef("pk")),
    "reviews": Review.objects.filter(identity__contact=OuterRef("pk")),
    "told": ToldOrigin.objects.filter(identity__contact=OuterRef("pk")),
    "preferences": Description.objects.filter(identity__contact=OuterRef("pk")),
}
SELDOM = (*_SELDOM, "statements")


@kept(contact=NUMBER)
def seldom(contact: Any) -> Values:
    own = Statement.objects.filter(contact=OuterRef("pk"))
    absorbed = Contact.objects.filter(merged_into=OuterRef("pk"))
    there: dict[str, Any] = {kind: Exists(found.order_by()) for kind, found in _SELDOM.items()}
    there["statements"] = Exists(own.order_by()) | Exists(absorbed.order_by())
    named = {f"has_{kind}": one for kind, one in there.items()}
    return Contact.objects.filter(id=contact).annotate(**named).values_list(*named)


@kept(ids=MANY)
def identities(ids: Any) -> Values:
    found = Identity.objects.filter(contact_id__among=ids).order_by("id")
    return found.values_list("contact_id", "id", "kind", "value", "name", "is_key")


@kept(ids=MANY, until=MOMENT)
def touches(ids: Any, until: Any) -> Values:
    found = Touchpoint.objects.filter(identity__contact_id__among=ids, happened_at__lte=until).order_by()
    return found.values_list(
        "identity__contact_id", "channel_id", as_text("happened_at"), "rank", "id", "identity_id", "kind",
        "source_kind", "source_key", as_text("learned_at"), as_text("measures"), "phase",
    )  # fmt: skip


@kept(ids=MANY, until=MOMENT)
def orders(ids: Any, until: Any) -> Values:
    found = Order.objects.filter(identity__contact_id__among=ids, placed_at__lte=until)
    return found.order_by("placed_at", "id").values_list(
        "identity__contact_id", "channel_id", "id", "number", "identity_id", "status", *_ORDER_TIMES,
        "currency", "goods_total", as_text("items"), "tracking_number",
    )  # fmt: skip


@kept(ids=MANY, until=MOMENT)
def messages_here(ids: Any, until: Any) -> Values:
    """In private threads of these contacts: their own messages, and the shop's."""
    own = F("conversation__identity__contact_id")
    direct = Q(conversation__identity__contact_id__among=ids, conversation__is_group=False)
    mine = direct & (Q(identity__isnull=True) | Q(identity__contact_id=own))
    return _arrived(mine, until).values_list("conversation__identity__contact_id", *_MESSAGE)


@kept(ids=MANY, until=MOMENT)
def messages_elsewhere(ids: Any, until: Any) -> Values:
    """Their own messages in groups, and in threads that are another's."""
    elsewhere = Q(identity__contact_id__among=ids) & (
        Q(conversation__is_group=True)
        | Q(conversation__identity__isnull=True)
        | Q(conversation__identity__contact_id__isnull=True)
        | ~Q(identity__contact_id=F("conversation__identity__contact_id"))
    )
    return _arrived(elsewhere, until).values_list("identity__contact_id", *_MESSAGE)


def _arrived(wanted: Q, until: Any) -> QuerySet[Message]:
    found = Message.objects.filter(wanted, happened_at__lte=until)
    return found.exclude(send_status__in=NEVER_ARRIVED).order_by()


@kept(ids=MANY)
def conversations(ids: Any) -> Values:
    found = Conversation.objects.filter(id__among=ids).order_by()
    return found.values_list("id", "channel_id", "title", "is_group", "identity_id")


@kept(ids=MANY, until=MOMENT)
def marks(ids: Any, until: Any) -> Values:
    found = Mark.objects.filter(_standing(until), conversation_id__among=ids, at__lte=until)
    return found.order_by("at").values_list("conversation_id", "at")


@kept(ids=MANY, until=MOMENT)
def notes(ids: Any, until: Any) -> Values:
    found = Note.objects.filter(identity__contact_id__among=ids, happened_at__lte=until)
    return found.order_by("happened_at", "id").values_list(
        "identity__contact_id", "id", "identity_id", "act", "text", "outcome", "happened_at", "learned_at"
    )


@kept(ids=MANY, until=MOMENT)
def responses(ids: Any, until: Any) -> Values:
    found = Response.objects.filter(identity__contact_id__among=ids, happened_at__lte=until)
    return found.order_by("happened_at", "id").values_list(
        "identity__contact_id", "id", "identity_id", "survey", "score", "words", "happened_at", "learned_at"
    )


@kept(ids=MANY, until=MOMENT)
def reviews(ids: Any, until: Any) -> Values:
    found = Review.objects.filter(identity__contact_id__among=ids, happened_at__lte=until)
    return found.order_by("happened_at", "id").values_list(
        "identity__contact_id", "id", "identity_id", "stars", "text", "happened_at", "learned_at"
    )


@kept(ids=MANY, until=MOMENT)
def told(ids: Any, until: Any) -> Values:
    found = ToldOrigin.objects.filter(identity__contact_id__among=ids, at__lte=until)
    return found.order_by("at", "id").values_list(
        "identity__contact_id", "at", "channel", "context", "referrer"
    )


@kept(ids=MANY, until=MOMENT)
def preferences(ids: Any, until: Any) -> Values:
    found = Description.objects.filter(identity__contact_id__among=ids, at__lte=until)
    return found.order_by("-at", "-id").values_list("identity__contact_id", "preferences")


@kept(ids=MANY, until=MOMENT)
def statements(ids: Any, until: Any) -> Values:
    found = Statement.objects.filter(_standing(until), contact_id__among=ids, at__lte=until)
    return found.order_by("at", "id").values_list("contact_id", "field", "value", "why", "by_id", "at")


@kept(ids=MANY)
def absorbed(ids: Any) -> Values:
    found = Contact.objects.filter(merged_into_id__among=ids).order_by()
    return found.values_list("id", "merged_into_id")


@kept(ids=MANY, until=MOMENT)
def promise_statements(ids: Any, until: Any) -> Values:
    found = PromiseStatement.objects.filter(message_id__among=ids, undone_at__isnull=True, at__lte=until)
    return found.order_by("at", "id").values_list("message_id", "ordinal", "verdict", "at")
