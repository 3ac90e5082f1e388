"""Reviews of a place on Google become events (https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews).

A review is the thread in which it can be answered; its name is the address. Who wrote it is known by a shown name only, which is
no key: each review has an author of its own. An edit keeps the name and moves `updateTime`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failure
from sapa.gateway.types import (
    ConversationRef,
    Event,
    MessageEdited,
    MessageReceived,
    Person,
    ReceiptGiven,
    ReviewPosted,
    Unsupported,
)
from sapa.gateway.wire import dedupe_key, ident, mapping, moment_of_text, words

STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_NAME = re.compile(r"accounts/[\w.-]+/locations/[\w.-]+/reviews/[\w.=-]+")
_TRANSLATED = re.compile(r"\s*\(Translated by Google\)\s*", re.IGNORECASE)
_ORIGINAL = re.compile(r"\s*\(Original\)\s*", re.IGNORECASE)


def is_name(name: str) -> bool:
    """Whether this names a review: it becomes part of an address."""
    return len(name) <= 200 and _NAME.fullmatch(name) is not None


def events_of_review(review: dict[str, Any], account: Account, source: str) -> list[Event]:
    """What a review says, and the shop's answer to it where there is one."""
    name = ident(review.get("name"))
    if not is_name(name):
        return [Unsupported("review", name)]
    events = _posted(review, account, name, source) if "starRating" in review else []
    if reply := mapping(review.get("reviewReply")):
        events += _answered(review, reply, account, name, source)
    return events or [Unsupported("review", name)]


def original_words(comment: str) -> str:
    """The words that the person wrote, of a comment that may hold a translation before or after them."""
    if not (translated := _TRANSLATED.search(comment)):
        return comment.strip()
    if original := _ORIGINAL.search(comment):
        return comment[original.end() :].strip()
    return comment[: translated.start()].strip() or comment[translated.end() :].strip()


def _posted(review: dict[str, Any], account: Account, name: str, source: str) -> list[Event]:
    at = moment_of_text(review.get("createTime")) or moment_of_text(review.get("updateTime"))
    if at is None:
        return [Unsupported("review", name)]
    changed_at = moment_of_text(review.get("updateTime")) or at
    stars = STARS.get(words(review.get("starRating")))
    comment = original_words(words(review.get("comment")))
    person = _reviewer(review, name)
    shown = "\n".join(filter(None, ["★" * stars + "☆" * (5 - stars) if stars else "", comment]))
    events: list[Event] = [
        ReviewPosted(account.ref, dedupe_key("google", name), person, changed_at, stars, comment)
    ]
    if shown:
        events.append(_message(account, name, person, shown, at, source))
    if shown and changed_at > at:
        events.append(MessageEdited(account.ref, name, shown, changed_at))
    return events


def _message(
    account: Account, name: str, person: Person, text: str, at: datetime, source: str
) -> MessageReceived:
    return MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(name, person.name, party=person),
        dedupe_key=dedupe_key("google", name),
        person=person,
        text=text,
        at=at,
        source=source,
        provider_id=name,
    )


def _answered(
    review: dict[str, Any], reply: dict[str, Any], account: Account, name: str, source: str
) -> list[Event]:
    """The shop's answer, from here or from Google's own page; a refused one is told with the reason."""
    written = words(reply.get("updateTime"))
    at = moment_of_text(written)
    if at is None:
        return [Unsupported("review_reply", name)]
    key = reply_id(name, written)
    person = _reviewer(review, name)
    events: list[Event] = [
        MessageReceived(
            channel=account.ref,
            conversation=ConversationRef(name, person.name, party=person),
            dedupe_key=dedupe_key("google", key),
            person=None,
            text=words(reply.get("comment")),
            at=at,
            source="history" if source == "history" else "echo",
            provider_id=key,
            reply_to=name,
        )
    ]
    if is_rejected(reply):
        detail = why_rejected(reply)
        events.append(ReceiptGiven(account.ref, "failed", at, key, Failure.REFUSED_CONTENT.value, detail))
    return events


def reply_id(name: str, written: str) -> str:
    """The id of one version of an answer: Google keeps only the newest, under the review's own name."""
    return f"{name}/reply@{ident(written, 40)}"


def is_rejected(reply: dict[str, Any]) -> bool:
    return words(reply.get("reviewReplyState")) == "REJECTED"


def why_rejected(reply: dict[str, Any]) -> str:
    """Which rule of Google the answer broke, in its own words."""
    said = reply.get("policyViolation")
    found = mapping(said)
    return words(said) or words(found.get("policy")) or words(found.get("reason")) or "REJECTED"


def _reviewer(review: dict[str, Any], name: str) -> Person:
    reviewer = mapping(review.get("reviewer"))
    shown = "" if reviewer.get("isAnonymous") else words(reviewer.get("displayName"))
    return Person(("external", f"google:{name}"), shown)
