"""What Instagram and Messenger say in one shape: `entry[].messaging[]`, one event of one thread in each row.

Meta, "Webhook Events Reference" of the Messenger Platform and "Webhook Notification Examples" of the Instagram Platform.
A thread is the customer's own id, which is scoped to the account that they write to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sapa.gateway.adapters._meta.attachments import read_attachments
from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, when, word
from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationRef,
    Event,
    Key,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    Person,
    PersonDescribed,
    Reacted,
    ReceiptGiven,
    Unsupported,
)

_LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class Talk:
    """One row of `messaging`: who it is with, when, and whether the shop did it."""

    row: Mapping[str, Any]
    account: Account
    customer: str
    at: datetime
    is_ours: bool

    @property
    def kind(self) -> str:
        return self.account.kind

    def person(self) -> Person:
        return person_of(self.kind, self.customer)

    def conversation(self) -> ConversationRef:
        return ConversationRef(self.customer, party=self.person())

    def key(self, *parts: str) -> str:
        return digest_of(self.kind, self.account.account, *parts)

    def unsupported(self, code: str) -> Unsupported:
        return Unsupported(f"{self.kind}.{code}"[:60])


def person_of(kind: str, scoped_id: str, name: str = "", username: str = "") -> Person:
    """A customer by the id that Meta gives them for this account, and by their handle where it is told."""
    keys = (Key(kind, scoped_id), *((Key(kind, username),) if username else ()))
    return Person((kind, scoped_id), name or (f"@{username}" if username else ""), keys)


def read_talks(entry: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """The events of `messaging` and of `standby`, where another app of the shop has the word: people write there too."""
    for name in ("messaging", "standby"):
        for row in rows(entry.get(name)):
            yield from _read_row(row, entry, account)


def _read_row(row: Mapping[str, Any], entry: Mapping[str, Any], account: Account) -> Iterator[Event]:
    sender, recipient = (scoped(mapping(row.get(side)).get("id")) for side in ("sender", "recipient"))
    own = account.account or scoped(entry.get("id"))
    is_ours = bool(mapping(row.get("message")).get("is_echo")) or bool(own and sender == own)
    customer = recipient if is_ours else sender
    at = when(row.get("timestamp")) or when(entry.get("time"))
    if at is None or not customer or customer == own:
        yield Unsupported(f"{account.kind}.row_without_person_or_time")
        return
    talk = Talk(row, account, customer, at, is_ours)
    reader = next((reader for name, reader in _READERS.items() if name in row), None)
    if reader is None:
        names = sorted(word(name) for name in row if name not in ("sender", "recipient", "timestamp"))
        yield talk.unsupported("row." + ",".join(names))
        return
    yield from reader(talk)


def scoped(value: object) -> str:
    return word(value).strip()[:_LONGEST_ID]


def _message(talk: Talk) -> Iterator[Event]:
    body = mapping(talk.row.get("message"))
    mid = scoped(body.get("mid"))
    if not mid:
        yield talk.unsupported("message_without_id")
        return
    if body.get("is_deleted"):
        yield MessageDeleted(talk.account.ref, mid, talk.at)
        return
    lines, media, problems = read_attachments(body, talk.kind)
    text = "\n".join(filter(None, (word(body.get("text")), *lines)))
    if body.get("is_unsupported") or not (text or media):
        problems = (*problems, "unsupported_message")
    reply_to = mapping(body.get("reply_to"))
    yield MessageReceived(
        channel=talk.account.ref,
        conversation=talk.conversation(),
        dedupe_key=talk.key(mid),
        person=None if talk.is_ours else talk.person(),
        text=text,
        at=talk.at,
        media=media,
        source="echo" if talk.is_ours else "live",
        provider_id=mid,
        reply_to=scoped(reply_to.get("mid")),
        client_ref=word(body.get("metadata"))[:64] if talk.is_ours else "",
        origin=None if talk.is_ours else _origin_of_message(body, talk.kind),
    )
    for problem in problems:
        yield talk.unsupported(problem)


def _origin_of_message(body: Mapping[str, Any], kind: str) -> Origin | None:
    referral = mapping(body.get("referral"))
    if referral:
        return origin_of(referral, kind)
    if mapping(mapping(body.get("reply_to")).get("story")):
        return Origin(kind, "story")
    mentions = any(word(row.get("type")) == "story_mention" for row in rows(body.get("attachments")))
    return Origin(kind, "story mention") if mentions else None


def origin_of(referral: Mapping[str, Any], kind: str) -> Origin:
    """Where a talk was opened: the ad's title, the shop's own word in a link, or the product."""
    ad = mapping(referral.get("ads_context_data"))
    product = word(mapping(referral.get("product")).get("id"))
    named = word(ad.get("ad_title")) or word(referral.get("ref")) or product or word(referral.get("ad_id"))
    return Origin("instagram" if kind == "instagram" else "facebook", named[:300])


def _postback(talk: Talk) -> Iterator[Event]:
    """A button that was pressed: its title is what the person says by it."""
    body = mapping(talk.row.get("postback"))
    title, payload = word(body.get("title")), word(body.get("payload"))
    mid = scoped(body.get("mid"))
    if not (title or payload):
        yield talk.unsupported("empty_postback")
        return
    referral = mapping(body.get("referral"))
    yield MessageReceived(
        channel=talk.account.ref,
        conversation=talk.conversation(),
        dedupe_key=talk.key(mid) if mid else talk.key(talk.customer, talk.at.isoformat(), payload, title),
        person=talk.person(),
        text=title or payload,
        at=talk.at,
        source="live",
        provider_id=mid,
        origin=origin_of(referral, talk.kind) if referral else None,
    )


def _reaction(talk: Talk) -> Iterator[Event]:
    body = mapping(talk.row.get("reaction"))
    mid = scoped(body.get("mid"))
    if not mid:
        yield talk.unsupported("reaction_to_nothing")
        return
    taken_back = word(body.get("action")) == "unreact"
    emoji = "" if taken_back else word(body.get("emoji")) or _EMOJI.get(word(body.get("reaction")), "👍")
    person = None if talk.is_ours else talk.person()
    yield Reacted(talk.account.ref, mid, person, emoji, talk.at)


_EMOJI = {"love": "❤", "smile": "😆", "wow": "😮", "sad": "😢", "angry": "😠", "like": "👍", "dislike": "👎"}


def _read(talk: Talk) -> Iterator[Event]:
    """Instagram names the message that was seen, Messenger the time until which all were."""
    body = mapping(talk.row.get("read"))
    mid, until = scoped(body.get("mid")), when(body.get("watermark"))
    if mid:
        yield ReceiptGiven(talk.account.ref, "read", talk.at, provider_id=mid)
    elif until:
        yield _until(talk, "read", until)
    else:
        yield talk.unsupported("read_of_nothing")


def _delivery(talk: Talk) -> Iterator[Event]:
    body = mapping(talk.row.get("delivery"))
    mids, until = body.get("mids"), when(body.get("watermark"))
    for mid in mids if isinstance(mids, list) else ():
        if scoped(mid):
            yield ReceiptGiven(talk.account.ref, "delivered", talk.at, provider_id=scoped(mid))
    if until:
        yield _until(talk, "delivered", until)
    elif not mids:
        yield talk.unsupported("delivery_of_nothing")


def _until(talk: Talk, status: str, until: datetime) -> ReceiptGiven:
    return ReceiptGiven(talk.account.ref, status, talk.at, conversation_key=talk.customer, up_to=until)


def _referral(talk: Talk) -> Iterator[Event]:
    """A link or ad was followed into the thread; nothing was said yet."""
    origin = origin_of(mapping(talk.row.get("referral")), talk.kind)
    yield PersonDescribed(talk.account.ref, talk.person(), talk.at, origin=origin)


def _edit(talk: Talk) -> Iterator[Event]:
    body = mapping(talk.row.get("message_edit"))
    mid = scoped(body.get("mid"))
    if not mid:
        yield talk.unsupported("edit_of_nothing")
        return
    yield MessageEdited(talk.account.ref, mid, word(body.get("text")), talk.at)


def _optin(talk: Talk) -> Iterator[Event]:
    """Whether the person wants the shop's own news; a plug-in's opt-in only tells where they came from."""
    body = mapping(talk.row.get("optin"))
    if word(body.get("type")) != "notification_messages":
        origin = Origin("facebook", word(body.get("ref"))[:300])
        yield PersonDescribed(talk.account.ref, talk.person(), talk.at, origin=origin)
        return
    stopped = word(body.get("notification_messages_status")).upper().startswith("STOP")
    yield ConsentStated(
        channel=talk.account.ref,
        dedupe_key=talk.key("optin", talk.customer, talk.at.isoformat(), str(stopped)),
        person=talk.person(),
        purpose="promotion",
        given=not stopped,
        how="provider",
        at=talk.at,
        text_version=word(body.get("title"))[:120],
    )


def _policy(talk: Talk) -> Iterator[Event]:
    action = word(mapping(talk.row.get("policy_enforcement")).get("action"))
    if action not in ("block", "unblock"):
        yield talk.unsupported(f"policy.{action}")
        return
    yield ChannelStateChanged(talk.account.ref, "banned" if action == "block" else "", talk.at)


_READERS = {
    "message": _message,
    "postback": _postback,
    "reaction": _reaction,
    "read": _read,
    "delivery": _delivery,
    "message_edit": _edit,
    "referral": _referral,
    "optin": _optin,
    "policy_enforcement": _policy,
}
