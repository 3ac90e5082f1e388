"""Instagram: private messages and comments, by Instagram Login or by a Facebook Page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters._meta import connecting, parsing, people
from sapa.gateway.adapters._meta.graph import GRAPH
from sapa.gateway.adapters._meta.replying import Line, reply
from sapa.gateway.adapters._meta.sign_in import INSTAGRAM
from sapa.gateway.adapters._meta.signing import verify
from sapa.gateway.adapters.instagram.comments import PREFIX, answer_comment, read_comments
from sapa.gateway.adapters.instagram.guide import GUIDE
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    Outbound,
    Polled,
    Rate,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Verified,
    Window,
)
from sapa.gateway.types import Event, Key
from sapa.gateway.wire import can_be_fetched_from

_MB = 1024 * 1024
_INSTAGRAM = "https://graph.instagram.com"
_TEXT_BYTES = 1000
_MEDIA = {"image": 8 * _MB, "video": 25 * _MB, "audio": 25 * _MB, "document": 25 * _MB}
# By Instagram Login files are fetched from us: Meta, "Send Messages with the Instagram API", media in messages.
_FETCHED = {"image": 8 * _MB, "gif": 8 * _MB, "video": 25 * _MB, "audio": 25 * _MB}
_FILE_TYPES = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif"}),
    "video": frozenset({"video/mp4", "video/quicktime", "video/webm", "video/ogg"}),
    "audio": frozenset({"audio/aac", "audio/mp4", "audio/wav", "audio/x-wav"}),
}
_FIELDS = "messages,message_reactions,messaging_seen,messaging_postbacks,messaging_referral,message_edit,comments,live_comments"
_RENEW_BEFORE = timedelta(days=10)
_HUMAN_AGENT = Window(hours=7 * 24)


class InstagramAdapter(BaseAdapter):
    """Settings: login (instagram, facebook), token, app_secret, page_id, app_id, human_agent, base_url, api_version."""

    kind = "instagram"
    capabilities = Capabilities(
        text_limit=_TEXT_BYTES,
        media=_FETCHED,
        file_types=_FILE_TYPES,
        fetches_files=timedelta(minutes=15),
        receipts=frozenset({"read"}),
        window=Window(hours=24),
        rates=(Rate(100, 1),),
        buttons=True,
        edits=True,
        deletes=True,
        reactions=True,
        echoes=True,
        poll_seconds=people.POLL_SECONDS,
        refresh_before=_RENEW_BEFORE,
    )
    guide = GUIDE
    sign_in = INSTAGRAM

    def capabilities_for(self, account: Account) -> Capabilities:
        able = self.capabilities
        if _is_by_page(account):
            able = replace(able, media=_MEDIA, file_types={}, fetches_files=None, refresh_before=None)
        elif not can_be_fetched_from(account):
            able = replace(able, media={})
        return replace(able, window=_HUMAN_AGENT) if account.settings.get("human_agent") == "yes" else able

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        return verify(request, account)

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        return parsing.parse(raw, account, object_name="instagram", read_changes=read_comments)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        if out.conversation_key.startswith(PREFIX):
            return answer_comment(out, _line(account), account, http)
        return reply(out, _line(account), account, http)

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        """The person: of a comment's thread the last part of its key."""
        return conversation_key.rsplit(":", 1)[-1]

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return parsing.fetch(ref, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        node = str(account.settings.get("page_id") or "me") if _is_by_page(account) else "me"
        return people.poll_names(cursor, account, http, node=node, base=_base(account))

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        if _is_by_page(account):
            return connecting.connect_page_instagram(account, http, hook_url=hook_url, fields=_FIELDS)
        kept = connecting.connect_instagram(account, http, hook_url=hook_url, fields=_FIELDS, base=_INSTAGRAM)
        # How old the token is, nobody tells: it is renewed tomorrow, when it is surely old enough for that.
        return kept | {"token_expires_at": (now + _RENEW_BEFORE + timedelta(days=1)).isoformat()}

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        """A token of Instagram Login for 60 more days; a Page's token has no end."""
        return (
            {}
            if _is_by_page(account)
            else connecting.refresh_instagram(account, http, base=_INSTAGRAM, now=now)
        )


def _is_by_page(account: Account) -> bool:
    return account.settings.get("login") == "facebook"


def _base(account: Account) -> str:
    return GRAPH if _is_by_page(account) else _INSTAGRAM


def _line(account: Account) -> Line:
    page = str(account.settings.get("page_id") or "me") if _is_by_page(account) else ""
    return Line(base=_base(account), node=page or "me", upload_node=page, text_bytes=_TEXT_BYTES)


ADAPTER = InstagramAdapter()
