"""A visitor's body as events. Its types: message, seen, form, views; what else comes is `Unsupported`.

Times: the visitor's clock may be wrong, but the span between the deed (`at`) and the sending (`sent`) is right by any
clock: the moment is the arrival minus that span, up to seven days (Segment's rule for skewed clocks).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sapa.gateway.adapters.web.views import VIEWS_AT_ONCE, call_of_view
from sapa.gateway.connecting import Account
from sapa.gateway.segment import event_from_segment
from sapa.gateway.segment.call import host_of, mapping_of, text_of
from sapa.gateway.types import (
    Behaved,
    ConsentStated,
    ConversationRef,
    Event,
    FormFilled,
    Key,
    MessageReceived,
    Origin,
    Person,
    PersonDescribed,
    ReceiptGiven,
    Unsupported,
)
from sapa.gateway.types.parts import Media

LONGEST_TEXT = 4000
FIELDS_AT_MOST = 40
LONGEST_FIELD = 2000
IDS_AT_ONCE = 100
OLDEST = timedelta(days=7)
_MOST_RANK = 2**31 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Body = Mapping[str, Any]


def events_from_body(raw: bytes, arrived: str, account: Account) -> list[Event]:
    """What the front took in at `arrived` (ISO 8601). Never raises."""
    try:
        body = msgspec.json.decode(raw)
        moment = datetime.fromisoformat(arrived)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return [Unsupported("web_unreadable")]
    if not isinstance(body, dict) or moment.tzinfo is None:
        return [Unsupported("web_unreadable")]
    kind = text_of(body.get("type"), 40)
    reader = _READERS.get(kind)
    return reader(body, moment, account) if reader else [Unsupported("web_type_unknown", kind)]


def true_moment(at: object, sent: object, arrived: datetime) -> datetime:
    """When it happened by our clock, from the visitor's `at` and `sent` (ISO 8601)."""
    try:
        span = datetime.fromisoformat(str(sent)) - datetime.fromisoformat(str(at))
    except (ValueError, TypeError, OverflowError):
        return arrived
    return arrived - min(max(span, timedelta(0)), OLDEST)


def event_key(account: Account, *parts: str) -> str:
    """A key of at most 64 characters that no other visitor can take first."""
    said = "\0".join((account.public_id, *parts)).encode("utf-8", "replace")
    return f"web:{hashlib.blake2b(said, digest_size=16).hexdigest()}"


def origin_of(first: object) -> Origin | None:
    """Where the visitor came from when they were first seen: UTM of the link, else the site before."""
    told = mapping_of(first)
    utm = [text_of(told.get(name), 120) for name in ("source", "medium", "campaign", "content", "term")]
    referrer = host_of(text_of(told.get("referrer"), 2000))
    context = " · ".join(filter(None, utm)) or referrer
    return Origin(utm[0] or referrer, context, referrer) if context else None


def _message(body: Body, arrived: datetime, account: Account) -> list[Event]:
    visitor, own_id = text_of(body.get("visitor"), 60), text_of(body.get("id"), 64)
    text = _words(body.get("text"))
    media = _media(body.get("files"))
    if not visitor or not own_id or not (text or media):
        return [Unsupported("web_message_empty")]
    at = true_moment(body.get("at"), body.get("sent"), arrived)
    said = MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(visitor, title=text_of(body.get("name"), 120)),
        dedupe_key=event_key(account, visitor, own_id),
        person=_speaker(body, visitor),
        text=text,
        at=at,
        media=media,
        source="live",
        provider_id=own_id,
        origin=origin_of(body.get("first")),
    )
    return [said, *_typed(body, ("visitor", visitor), at, account)]


def _seen(body: Body, arrived: datetime, account: Account) -> list[Event]:
    ids, status = body.get("ids"), text_of(body.get("status"), 10)
    if not isinstance(ids, list) or status not in ("delivered", "read"):
        return [Unsupported("web_receipt_unreadable")]
    wanted = dict.fromkeys(filter(None, (text_of(one, 255) for one in ids[:IDS_AT_ONCE])))
    return [ReceiptGiven(account.ref, status, arrived, provider_id=one) for one in wanted]


def _form(body: Body, arrived: datetime, account: Account) -> list[Event]:
    name, own_id = text_of(body.get("form"), 80), text_of(body.get("id"), 64)
    if not name or not own_id:
        return [Unsupported("web_form_unreadable")]
    visitor = text_of(body.get("visitor"), 60)
    key = event_key(account, visitor, own_id)
    record = ("visitor", visitor) if visitor else ("form", key)
    person = replace(_speaker(body, visitor or key), record=record)
    at = true_moment(body.get("at"), body.get("sent"), arrived)
    filled = FormFilled(
        channel=account.ref,
        dedupe_key=key,
        person=person,
        at=at,
        form=name,
        fields=_fields(body.get("fields")),
        origin=origin_of(body.get("first")),
    )
    events: list[Event] = [filled, *_typed(body, record, at, account)]
    if version := text_of(body.get("consent"), 40):
        events.append(
            ConsentStated(account.ref, key, person, "promotion", True, "form", at, text_version=version)
        )
    return events


def _views(body: Body, arrived: datetime, account: Account) -> list[Event]:
    """Pages in the order in which the visitor saw them; never an order, never a key that somebody typed."""
    visitor, batch = text_of(body.get("visitor"), 60), body.get("batch")
    if not visitor or not isinstance(batch, list):
        return [Unsupported("web_views_unreadable")]
    user = text_of(body.get("user"), 200)
    views = sorted(
        (mapping_of(one) for one in batch[:VIEWS_AT_ONCE]), key=lambda view: _rank(view.get("seq"))
    )
    events: list[Event] = []
    last: datetime | None = None
    for view in views:
        at = true_moment(view.get("timestamp"), body.get("sentAt"), arrived)
        at = last = max(at, last) if last else at
        call = call_of_view(view, visitor=visitor, user=user, at=at)
        if call is None:
            events.append(Unsupported("web_view_unreadable"))
            continue
        found = event_from_segment(call, account.timezone, from_shop=bool(user), currency=account.currency)
        if isinstance(found, Unsupported):
            events.append(found)
            continue
        key = event_key(account, visitor, str(call["messageId"]))
        events += [
            replace(one, channel=account.ref, dedupe_key=key) for one in found if isinstance(one, Behaved)
        ]
    return events


_READERS: dict[str, Callable[[Body, datetime, Account], list[Event]]] = {
    "message": _message,
    "seen": _seen,
    "form": _form,
    "views": _views,
}


def _speaker(body: Body, visitor: str) -> Person:
    """Who speaks is somebody: our credential vouches for the visitor, the site's proof (if any) for its user.

    With the first word, what the same visitor looked at before is theirs too.
    """
    user = text_of(body.get("user"), 200)
    keys = (Key("web", visitor), *((Key("user", user),) if user else ()))
    return Person(("visitor", visitor), text_of(body.get("name"), 120), keys)


def _typed(body: Body, record: tuple[str, str], at: datetime, account: Account) -> list[Event]:
    """Phone and e-mail as typed: nobody vouches for them."""
    keys = [Key(kind, value) for kind in ("phone", "email") if (value := text_of(body.get(kind), 200))]
    return (
        [PersonDescribed(account.ref, Person(record, "", tuple(keys), trusted=False), at=at)] if keys else []
    )


def _words(value: object) -> str:
    """Text as written, lines kept, without characters that no keyboard writes."""
    if not isinstance(value, str):
        return ""
    said = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", said).strip()[:LONGEST_TEXT]


def _fields(value: object) -> tuple[tuple[str, str], ...]:
    rows = value if isinstance(value, list) else []
    pairs = [row for row in rows[:FIELDS_AT_MOST] if isinstance(row, list) and len(row) == 2]
    named = [(text_of(label, 120), _words(said)[:LONGEST_FIELD]) for label, said in pairs]
    return tuple((label, said) for label, said in named if label and said)


def _media(value: object) -> tuple[Media, ...]:
    rows = [mapping_of(row) for row in value[:5]] if isinstance(value, list) else []
    return tuple(
        Media(
            kind="image" if text_of(row.get("mime"), 100).startswith("image/") else "document",
            name=text_of(row.get("name"), 200),
            mime=text_of(row.get("mime"), 100),
            size=row["size"] if isinstance(row.get("size"), int) else None,
            ref={"stored": text_of(row.get("stored"), 120)},
        )
        for row in rows
        if text_of(row.get("stored"), 120)
    )


def _rank(value: object) -> int:
    return min(max(value, 0), _MOST_RANK) if isinstance(value, int) and not isinstance(value, bool) else 0
