"""In: a payload is stored before it is understood; understanding happens after, and can be repeated.

A payload that cannot be understood keeps a `problem` and stands in nobody's way:
`unsupported:…` (nothing for us in it), `waits` (it is about a message that has not come yet), `message_unknown`
(and never came), `parse_failed:…`, `digest_failed:…`, `no_adapter`, `settings_unreadable`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import Cache
from sapa.gateway.accounts import get_account
from sapa.gateway.cleaning import clean_events
from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawItem, RawRequest
from sapa.gateway.digest import WAITS, Digested, digest_events, is_understood
from sapa.gateway.models import Payload
from sapa.gateway.registry import find_adapter
from sapa.gateway.segment.bodies import is_stored_body, read_stored
from sapa.gateway.storing import Arrival, head_text, store_arrivals
from sapa.gateway.types import Event, Unsupported
from sapa.lib.database import BULK_ROWS, BULK_SECONDS, write, yield_to_others
from sapa.lib.kept import MANY, NUMBER, TEXT, kept
from sapa.lib.secrets import UnreadableSecretError

log = structlog.get_logger(__name__)

KEPT_AFTER_DIGEST = timedelta(days=30)
WAITS_FOR = timedelta(hours=1)
MESSAGE_UNKNOWN = "message_unknown"
POLLED = "polled_as"
"""The name in a payload's head under which a polled item keeps its key; its own head stands beside it as `head`."""

_PAYLOADS_AT_ONCE = 200
_FEWEST_EVENTS = 40


@kept(business=NUMBER, problem=TEXT)
def _list_open(business: Any, problem: Any) -> QuerySet[Payload]:
    """What is not understood yet and has this problem, oldest first."""
    rows = Payload.objects.filter(business=business, digested_at=None, problem=problem)
    return rows.order_by("id")[:_PAYLOADS_AT_ONCE]


@kept(ids=MANY)
def _list_channels(ids: Any) -> QuerySet[Channel]:
    return Channel.objects.filter(id__among=ids)


class _Parsed(NamedTuple):
    payload: Payload
    events: list[Event]
    problem: str = ""


class _Pace:
    """How many events go into one transaction: what takes about 20 ms, but no fewer than `_FEWEST_EVENTS`.

    Most of a small piece's time is the same for one event and for forty: on a slow machine still smaller pieces would only
    fall behind.
    """

    def __init__(self) -> None:
        self.events = BULK_ROWS // 4

    def after(self, events: int, seconds: float) -> None:
        fitting = int(events * BULK_SECONDS / max(seconds, 1e-6))
        self.events = max(_FEWEST_EVENTS, min(BULK_ROWS, fitting))


def store_items(*, channel: Channel, items: Iterable[RawItem], now: datetime) -> None:
    """Stores what a poll found, each item once by its key; it is understood like everything else, after."""
    store_arrivals(
        [
            Arrival(
                channel.business_id,
                channel.pk,
                item.body,
                head_text({POLLED: item.dedupe_key, "head": dict(item.head)}),
                named=item.dedupe_key,
            )
            for item in items
        ],
        now=now,
    )


def digest_payloads(*, business: Business, now: datetime) -> int:
    """Understands what has come in, oldest first; answers how many payloads. The digest makes repeats harmless."""
    run = _Run(business, now)
    total, is_more = 0, True
    while is_more and (payloads := _list_open(business=business.pk, problem="")):
        run.take(payloads)
        total += len(payloads)
        # What comes meanwhile is a reason to look again, not one to ask now.
        is_more = len(payloads) == _PAYLOADS_AT_ONCE
    if total:
        run.take_again_what_waited()
    return total


def drop_digested(*, business: Business, now: datetime) -> int:
    """Forgets raw payloads 30 days after they were understood; answers how many."""
    with write():
        old = Payload.objects.filter(business=business, digested_at__lt=now - KEPT_AFTER_DIGEST)
        return old.delete()[0]


class _Run:
    """One call of the digest: its accounts, its channels, and how much it takes at once."""

    def __init__(self, business: Business, now: datetime) -> None:
        self._business, self._now = business, now
        self._channels: Cache = {}
        self._accounts: dict[int, Account] = {}
        self._by_id: dict[int, Channel] = {}
        self._pace = _Pace()

    def take(self, payloads: Sequence[Payload]) -> None:
        self._know_channels({payload.channel_id for payload in payloads})
        for payload in payloads:
            payload.channel = self._by_id[payload.channel_id]
        parsed = [self._parse(payload) for payload in payloads]
        for piece in self._pieces(parsed):
            started = time.monotonic()
            self._digest(piece)
            self._pace.after(sum(len(one.events) for one in piece), time.monotonic() - started)
            yield_to_others(alone=False)

    def take_again_what_waited(self) -> None:
        """What was about a message that had not come: it may have come now. After an hour it is given up."""
        oldest = _list_open(business=self._business.pk, problem=WAITS)
        given_up = [one.pk for one in oldest if one.received_at < self._now - WAITS_FOR]
        if given_up:
            with write():
                Payload.objects.filter(id__in=given_up).update(digested_at=self._now, problem=MESSAGE_UNKNOWN)
        if again := [one for one in oldest if one.pk not in given_up]:
            self.take(again)

    def _know_channels(self, ids: set[int]) -> None:
        """Read anew for each call of the digest, once for all payloads of it."""
        missing = ids - self._by_id.keys()
        if missing:
            self._by_id |= {one.pk: one for one in _list_channels(ids=missing)}

    def _parse(self, payload: Payload) -> _Parsed:
        try:
            events = clean_events(self._events(payload), bytes(payload.body))
        except UnreadableSecretError:
            return _Parsed(payload, [], "settings_unreadable")
        except Exception as error:  # noqa: BLE001 - an adapter's mistake must not stop the others
            log.warning("a payload was not read", payload=payload.pk, problem=type(error).__name__)
            return _Parsed(payload, [], f"parse_failed:{type(error).__name__}"[:60])
        if events is None:
            return _Parsed(payload, [], "no_adapter")
        return _Parsed(payload, events)

    def _events(self, payload: Payload) -> list[Event] | None:
        body, channel = bytes(payload.body), payload.channel
        if not payload.head and is_stored_body(body):
            return read_stored(body, ZoneInfo(self._business.timezone), self._business.currency)
        adapter = find_adapter(channel.kind)
        if adapter is None:
            return None
        if channel.pk not in self._accounts:
            channel.business = self._business
            self._accounts[channel.pk] = get_account(channel)
            self._channels[(self._business.pk, channel.kind, channel.name)] = channel
        return list(adapter.parse(raw_of(payload), self._accounts[channel.pk]))

    def _pieces(self, parsed: Sequence[_Parsed]) -> Iterator[list[_Parsed]]:
        piece: list[_Parsed] = []
        size = 0
        for one in parsed:
            if piece and size + len(one.events) > self._pace.events:
                yield piece
                piece, size = [], 0
            piece.append(one)
            size += len(one.events)
        if piece:
            yield piece

    def _digest(self, piece: Sequence[_Parsed]) -> None:
        """All of a piece in one transaction; where that fails, each by itself, and who fails keeps the problem."""
        try:
            self._digest_whole(piece)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(piece) > 1:
                for one in piece:
                    self._digest([one])
                return
            problem = f"digest_failed:{type(error).__name__}"[:60]
            log.warning("a payload was not digested", payload=piece[0].payload.pk, exc_info=True)
            with write():
                Payload.objects.filter(pk=piece[0].payload.pk).update(problem=problem)

    def _digest_whole(self, piece: Sequence[_Parsed]) -> None:
        events = [event for one in piece for event in one.events]
        chunks = [events[start : start + BULK_ROWS] for start in range(0, len(events), BULK_ROWS)]
        found: list[Digested] = []
        for chunk in chunks[:-1]:
            # A history of thousands of messages in one body: effects can be repeated, the mark comes with the last.
            found += self._digest_events(chunk)
            yield_to_others(alone=False)
        with write():
            results = iter(found + (self._digest_events(chunks[-1]) if chunks else []))
            outcome: dict[str, list[int]] = {}
            for one in piece:
                problem = one.problem or _problem(one.events, [next(results) for _ in one.events])
                outcome.setdefault(problem, []).append(one.payload.pk)
            for problem, ids in outcome.items():
                Payload.objects.filter(id__in=ids).update(
                    digested_at=None if _is_open(problem) else self._now, problem=problem
                )

    def _digest_events(self, events: Sequence[Event]) -> list[Digested]:
        return digest_events(business=self._business, events=events, now=self._now, channels=self._channels)


def raw_of(payload: Payload) -> RawRequest | RawItem:
    """A stored payload as its adapter's `parse` takes it."""
    body = bytes(payload.body)
    if POLLED in payload.head:
        return RawItem(payload.head[POLLED], body, payload.head.get("head", {}))
    return RawRequest("POST", "", payload.head, body)


def _is_open(problem: str) -> bool:
    """Whether the payload is still to be understood; the others are done and go after 30 days."""
    return problem == WAITS or problem in ("no_adapter", "settings_unreadable") or "_failed:" in problem


def _problem(events: Sequence[Event], results: Sequence[Digested]) -> str:
    if any(one.result == WAITS for one in results):
        return WAITS
    if events and not any(is_understood(event) for event in events):
        first = events[0]
        code = first.code if isinstance(first, Unsupported) else type(first).__name__
        return f"unsupported:{code}"[:60]
    return ""
