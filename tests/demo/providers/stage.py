"""A shop whose channels are connected to the simulator, stepped through without a server and without waiting.

Webhooks go through the adapter's own `verify` and are stored as the edge stores them; sending, polling and asking go
over real HTTP to the simulator on loopback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import httpx

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.conversations.models import Conversation, Message
from sapa.demo.providers import Simulator, join
from sapa.gateway.accounts import get_account
from sapa.gateway.adapters.whatsapp import ADAPTER as META
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Challenge, RawRequest, Verified
from sapa.gateway.dispatch import fetch_due_media, poll_due_channels, send_due, send_message, settle_stale
from sapa.gateway.dispatch.looking import look_up_due
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Dispatch
from sapa.gateway.registry import find_adapter
from sapa.gateway.storing import Arrival, head_text, store_arrivals

ADDRESS = "https://sapa.example"
_NOBODY = Account(0, "", "", "", "", ZoneInfo("Asia/Jakarta"), "IDR")


@dataclass
class Stage:
    """The shop, the time, and the desk at which a teammate answers."""

    business: Business
    teammate: Teammate
    now: datetime
    simulator: Simulator = field(init=False)
    channels: dict[str, Channel] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    is_down: bool = False
    _keys: count[int] = field(default_factory=count)

    def open(self, *kinds: str, seed: int = 7) -> None:
        self.simulator = Simulator(seed=seed, now=lambda: self.now, door=self._door)
        self.channels = join(
            self.simulator,
            business=self.business,
            hook_base=ADDRESS,
            by=self.teammate,
            now=self.now,
            kinds=kinds,
        )

    def _door(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(address)
        name = parts.path.strip("/").split("/")[-1]
        query = dict(parse_qsl(parts.query))
        lower = {key.lower(): value for key, value in headers.items()}
        request = RawRequest(method, address, lower, body, query, self.now)
        if method == "GET":  # asked in a thread of the simulator while a channel is being connected
            nobody = Account(0, name, "", "", "", _NOBODY.timezone, "IDR")
            verdict = META.verify(request, nobody)
            return (200, verdict.body) if isinstance(verdict, Challenge) else (403, b"")
        if self.is_down:
            raise ConnectionRefusedError
        channel = Channel.objects.select_related("business").get(public_id=name)
        adapter = find_adapter(channel.kind)
        assert adapter is not None
        judged = adapter.verify(request, get_account(channel))
        if not isinstance(judged, Verified):
            self.refused.append(401)
            return 401, b""
        store_arrivals([Arrival(self.business.pk, channel.pk, body, head_text(judged.head))], now=self.now)
        return 200, b""

    def pass_time(self, minutes: float = 1.0) -> None:
        """Calls come in and are understood, what is due is sent, asked and fetched, and what that causes too."""
        self.now += timedelta(minutes=minutes)
        self.simulator.run(minutes * 60)
        with httpx.Client(timeout=5.0) as http:
            poll_due_channels(now=self.now, http=http)
            digest_payloads(business=self.business, now=self.now)
            look_up_due(now=self.now, http=http)
            digest_payloads(business=self.business, now=self.now)
            send_due(now=self.now, http=http)
            settle_stale(now=self.now)
            fetch_due_media(now=self.now, http=http)

    def thread(self, kind: str) -> Conversation:
        return Conversation.objects.select_related("channel", "business", "identity").get(
            channel=self.channels[kind], is_group=False
        )

    def told(self, kind: str) -> list[tuple[str, str]]:
        """Direction and words of a channel's only thread, in order."""
        rows = Message.objects.filter(conversation__channel=self.channels[kind])
        return list(rows.order_by("happened_at", "rank", "id").values_list("direction", "text"))

    def reply(self, kind: str, text: str) -> Dispatch:
        return send_message(
            business=self.business,
            conversation=self.thread(kind),
            text=text,
            by=self.teammate,
            idempotency_key=f"balasan-{next(self._keys)}",
            now=self.now,
        )
