"""What each adapter's tests hand to the contract test: bodies as the provider sends them, and its answers to our sends.

A module `cases_<folder>.py` beside this one offers `CASES`. Bodies are as documented or as found in public fixtures, with
invented people. What a channel does not have stays None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from sapa.gateway.connecting import Account
from sapa.gateway.contract import Challenge, ChannelAdapter, Outbound, RawItem, RawRequest, SendResult

Answer = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class AdapterCases:
    """`sign` makes the request that the provider would send with a body; `forge` one that anybody could send."""

    adapter: ChannelAdapter
    account: Account
    message: bytes | RawItem
    unknown: bytes | RawItem
    sign: Callable[[bytes], RawRequest] | None = None
    forge: Callable[[bytes], RawRequest] | None = None
    challenge: tuple[RawRequest, Challenge] | None = None
    receipts: Mapping[str, bytes] = field(default_factory=dict)
    edit: bytes | None = None
    delete: bytes | None = None
    reaction: bytes | None = None
    reaction_taken_back: bytes | None = None
    echo: bytes | None = None
    history: bytes | None = None
    out: Outbound | None = None
    signs_in_body: bool = False
    """True where the proof is a field of the body: then there is no header to leave out."""
    speaks_http: bool = True
    """False where the channel has a protocol of its own: its sending and its files are tried with a real counterpart."""
    answers: Mapping[str, tuple[Answer, SendResult]] = field(default_factory=dict)
    """By name of the situation (sent, rate_limited, window_closed, token_dead, down, refused, broke_off): what the provider
    answers, and what `send` must make of it (compared by type and code; `after` where given)."""
    media_ref: Mapping[str, object] | None = None
    media_answers: Mapping[str, Answer] = field(default_factory=dict)
    """For `fetch_media`: ok (body b"picture"), gone, token_dead, down."""
