"""A reply becomes a message and a dispatch in one transaction; nothing goes over the network here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from sapa.accounts.models import Business, Teammate
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.conversations.operations import note_stirs
from sapa.conversations.operations.live import LiveSaid, move_clocks
from sapa.gateway.contract import Capabilities, Failure
from sapa.gateway.dispatch.queries import describe, find_capabilities, find_price, identities_of
from sapa.gateway.dispatch.rules import find_refusal
from sapa.gateway.dispatch.types import Asked, CannotSendError, Price, Situation
from sapa.gateway.dispatch.words import say_failure, say_refusal
from sapa.gateway.models import Dispatch, Template
from sapa.gateway.registry import find_adapter
from sapa.gateway.types import Key
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.timeline.operations import Happening, record_touchpoints

SOURCE = "message"
_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_KEYS_SHOWN = 20


def send_message(
    *,
    business: Business,
    conversation: Conversation,
    text: str,
    files: Sequence[Attachment] = (),
    template: Mapping[str, Any] | None = None,
    reply_to: Message | None = None,
    by: Teammate | None,
    idempotency_key: str,
    now: datetime,
    purpose: str = "service",
    automatic: bool = False,
    buttons: Sequence[tuple[str, str]] = (),
) -> Dispatch:
    """Puts a message into the outbox. The same `idempotency_key` answers the dispatch that it made the first time.

    `files` are stored attachments without a message (of a draft, or of `store_upload`); several of them are one message.
    `template` is {"name", "language", "values"}; `buttons` are (code, title), left out where the channel has
    none. Raises `CannotSendError` where a guard says no; nothing is stored then.
    """
    found = find_by_key(business, idempotency_key)
    if found is not None:
        return found
    conversation = _standing(conversation)
    capabilities = find_capabilities(conversation.channel)
    if capabilities is None:
        raise CannotSendError(Failure.IMPORT_ONLY, say_failure(Failure.IMPORT_ONLY))
    chosen = _find_template(conversation, capabilities, template)
    if chosen is not None:
        text = text or render_template(chosen, (template or {}).get("values", ()))
        purpose = "promotion" if chosen.category == "marketing" else purpose
    sort = chosen.category if chosen else "service"
    price = find_price(conversation, sort=sort, now=now)
    situation = describe(
        conversation, capabilities, now=now, price=price, purpose=purpose, is_automatic=automatic
    )
    asked = Asked(
        text,
        tuple((one.kind, one.size or 0) for one in files),
        chosen is not None,
        purpose,
        automatic,
        tuple(one.mime for one in files),
    )
    check(asked, situation)
    content: dict[str, Any] = {
        "template": dict(template) if template and chosen else None,
        "reply_to": reply_to.provider_id if reply_to else "",
        "automatic": automatic,
    }
    if buttons and capabilities.buttons and chosen is None:
        content["buttons"] = [list(one) for one in buttons]
    try:
        with write():
            return _store(conversation, asked, content, list(files), price, by, idempotency_key, now)
    except IntegrityError:
        found = find_by_key(business, idempotency_key)
        if found is None:
            raise
        return found


def check(asked: Asked, situation: Situation) -> None:
    """Raises `CannotSendError` where a guard says no."""
    refusal = find_refusal(asked, situation)
    if refusal is not None:
        later = refusal.at if refusal.code is Failure.QUIET_HOURS else None
        raise CannotSendError(refusal.code, say_refusal(refusal, situation.zone), later)


def find_by_key(business: Business, idempotency_key: str) -> Dispatch | None:
    """The dispatch that was made under this key."""
    found = Dispatch.objects.filter(business=business, idempotency_key=idempotency_key)
    return found.select_related("message__conversation", "channel__business").first()


def _standing(conversation: Conversation) -> Conversation:
    """The thread as it now stands in the database: its channel may have broken since the caller looked."""
    found = Conversation.objects.select_related("channel__business", "business", "identity__contact")
    return found.get(pk=conversation.pk)


def _find_template(
    conversation: Conversation, capabilities: Capabilities, asked: Mapping[str, Any] | None
) -> Template | None:
    if asked is None:
        return None
    found = Template.objects.filter(
        business=conversation.business_id,
        channel=conversation.channel_id,
        name=asked.get("name", ""),
        language=asked.get("language", "id"),
        status="approved",
    ).first()
    values = list(asked.get("values", ()))
    is_fit = (
        found is not None and len(values) == len(found.blanks) and all(str(one).strip() for one in values)
    )
    if not capabilities.templates or not is_fit:
        raise CannotSendError(Failure.TEMPLATE_UNFIT, say_failure(Failure.TEMPLATE_UNFIT))
    return found


def render_template(template: Template, values: Sequence[Any]) -> str:
    """A template's text with its blanks filled: `{{1}}` by place, `{{nama}}` by name."""
    named = {str(blank): str(value) for blank, value in zip(template.blanks, values, strict=True)}
    named |= {str(place): str(value) for place, value in enumerate(values, 1)}
    return _BLANK.sub(lambda found: named.get(found.group(1), found.group(0)), template.text)


def _store(
    conversation: Conversation,
    asked: Asked,
    content: dict[str, Any],
    files: list[Attachment],
    price: Price | None,
    by: Teammate | None,
    idempotency_key: str,
    now: datetime,
) -> Dispatch:
    public_id = uuid7()
    message = Message.objects.create(
        business=conversation.business,
        conversation=conversation,
        direction=Message.Direction.OUT,
        text=asked.text,
        happened_at=now,
        learned_at=now,
        dedupe_key=f"out:{public_id}",
        media=[{"kind": one.kind, "name": one.name} for one in files],
        is_automatic=asked.is_automatic,
        author_name=by.name if by else "",
        source=Message.Source.LIVE,
        reply_to=content["reply_to"],
        by=by,
        send_status="queued",
    )
    _take_files(message, files)
    waited = conversation.waiting_since
    dispatch = Dispatch.objects.create(
        public_id=public_id,
        business=conversation.business,
        channel=conversation.channel,
        message=message,
        idempotency_key=idempotency_key,
        recipient=_address(conversation),
        purpose=asked.purpose,
        content=content
        | {"priced_as": price.sort if price else "", "waited_since": waited.isoformat() if waited else ""},
        cost=price.amount if price else None,
        due_at=now,
        created_at=now,
    )
    _note(conversation, message, asked, now)
    return dispatch


def _address(conversation: Conversation) -> str:
    adapter = find_adapter(conversation.channel.kind)
    rows = identities_of(conversation).order_by("-learned_at", "-id").values_list("kind", "value")
    keys = [Key(kind, value) for kind, value in rows[:_KEYS_SHOWN]]
    return adapter.address(conversation.key, keys)[:255] if adapter else conversation.key


def _take_files(message: Message, files: Sequence[Attachment]) -> None:
    for position, one in enumerate(files):
        one.message, one.draft, one.position = message, None, position
        one.save(update_fields=["message", "draft", "position"])


def _note(conversation: Conversation, message: Message, asked: Asked, now: datetime) -> None:
    """The clock of a thread stops when a person answers; the timeline, the change log and open screens are told."""
    said = LiveSaid(conversation.pk, now, is_in=False, opens=False, is_automatic=asked.is_automatic)
    shown_in = move_clocks(business=conversation.business, said=[said], now=now)
    if conversation.identity_id:
        happening = Happening(
            identity_id=conversation.identity_id,
            kind="message.out",
            at=now,
            source_kind=SOURCE,
            source_key=str(message.pk),
            channel_id=conversation.channel_id,
            measures={
                "group": conversation.is_group or None,
                "media": message.media[0]["kind"] if message.media else None,
                "automatic": asked.is_automatic or None,
            },
        )
        record_touchpoints(business=conversation.business, happenings=[happening], now=now, are_new=True)
    identity = conversation.identity
    note_changes(conversation.business, [identity.contact_id if identity else None])
    note_stirs(business=conversation.business, conversation_ids=shown_in, what="message", now=now)
