"""Comments under the shop's posts: a thread for each person under each post, beside the private talk.

A comment is read by everybody and answered in public, so it must not stand in the private thread, where an answer would go
to another place than the teammate thinks. Under one post a person's comments belong together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import attempt
from sapa.gateway.adapters._meta.replying import Line, post, too_long
from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, when, word
from sapa.gateway.adapters._meta.talks import person_of, scoped
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, SendResult
from sapa.gateway.types import ConversationRef, Event, MessageReceived, Origin, Unsupported

PREFIX = "comment:"
_FIELDS = frozenset({"comments", "live_comments"})


def read_comments(entry: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """A message for each comment of a customer. What the shop itself wrote under a post names no customer."""
    # Instagram's own examples put field and value into the entry itself for one of its logins.
    own = (entry,) if "field" in entry else ()
    for change in (*rows(entry.get("changes")), *own):
        field, value = word(change.get("field")), mapping(change.get("value"))
        if field not in _FIELDS:
            yield Unsupported(f"instagram.{field}"[:60])
            continue
        yield _comment(field, value, entry, account)


def _comment(field: str, value: Mapping[str, Any], entry: Mapping[str, Any], account: Account) -> Event:
    author, media = mapping(value.get("from")), mapping(value.get("media"))
    comment_id, author_id, media_id = (scoped(one.get("id")) for one in (value, author, media))
    at = when(value.get("timestamp")) or when(entry.get("time"))
    if not (comment_id and author_id) or at is None:
        return Unsupported("instagram.comment_without_person_or_time", comment_id)
    username = word(author.get("username")).strip()
    if author_id == account.account or (username and username == account.settings.get("username")):
        return Unsupported("instagram.own_comment", comment_id)
    person = person_of("instagram", author_id, username=username)
    place = word(media.get("media_product_type")).lower() or ("live" if field == "live_comments" else "post")
    ad_title = word(media.get("ad_title"))
    return MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(
            f"{PREFIX}{media_id}:{author_id}"[:255],
            f"{person.name or author_id} · {_PLACES.get(place, place)}",
            party=person,
        ),
        dedupe_key=digest_of("instagram", account.account, comment_id),
        person=person,
        text=word(value.get("text")),
        at=at,
        source="live",
        provider_id=comment_id,
        reply_to=scoped(value.get("parent_id")),
        origin=Origin("instagram", ad_title[:300]) if ad_title else None,
    )


_PLACES = {"feed": "post", "reels": "reel", "story": "story", "ad": "iklan", "live": "live"}


def answer_comment(out: Outbound, line: Line, account: Account, http: httpx.Client) -> SendResult:
    """A public answer under the comment that `reply_to` names, else under the thread's last one."""
    comment_id = out.reply_to or (out.thread_ids[-1] if out.thread_ids else "")
    if not comment_id:
        return Failed(Failure.REFUSED_CONTENT, "Choose the comment that this answers.")
    if out.files or out.template is not None or not out.text:
        return Failed(Failure.REFUSED_CONTENT, "A comment is answered with words only.")
    body = {"message": out.text}
    return too_long(out.text, line) or attempt(
        lambda: post(body, f"{comment_id}/replies", line, account, http, "id")
    )
