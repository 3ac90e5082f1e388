"""Everything that talks with providers: sending, fetching files, polling, renewing tokens, each in threads of its own."""

from __future__ import annotations

import threading
import time
from functools import partial

import httpx
from django.db import connection

from sapa.channels.models import Channel
from sapa.config.background.pulse import Every, Pulse, look_seconds
from sapa.config.background.rounds import Jobs
from sapa.gateway.dispatch import media, polling, sending, tokens
from sapa.gateway.dispatch.rates import Buckets
from sapa.gateway.dispatch.scheduled import send_scheduled
from sapa.lib import clock

SENDERS, SENDERS_A_CHANNEL = 8, 4
FETCHERS, POLLERS = 4, 4
DUE_SECONDS = 60.0
SOON_SECONDS = 0.5
"""How late what is due by time alone may be noticed."""
FULL_PAUSE = 0.2

_LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20)


class _Line:
    """A client for one round's calls, made when the first is due: many shops have no connected channel."""

    def __init__(self, timeout: httpx.Timeout, *, follows: bool = False) -> None:
        self._timeout, self._follows = timeout, follows
        self._client: httpx.Client | None = None
        self._guard = threading.Lock()

    @property
    def http(self) -> httpx.Client:
        with self._guard:
            if self._client is None:
                self._client = httpx.Client(
                    timeout=self._timeout, limits=_LIMITS, follow_redirects=self._follows
                )
            return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()


class Sending:
    """The outbox: up to eight messages on their way at a time, four of one channel, each thread's own in order."""

    name = "send"

    def __init__(self) -> None:
        self._jobs, self._line = Jobs(self.name, SENDERS), _Line(sending.SEND_TIMEOUT)
        self._buckets = Buckets(sending.count_sent)
        self._minute, self._second, self._soon = Every(DUE_SECONDS), Every(1.0), Every(SOON_SECONDS)
        self._pulse, self._waits = Pulse(), False
        self._not_before: dict[int, float] = {}

    @property
    def pause(self) -> float:
        return look_seconds()

    def turn(self) -> bool:
        if self._minute.is_due():
            sending.settle_stale(now=clock.now())
            sending.release_settled()
        if self._second.is_due():
            send_scheduled(now=clock.now())
        # What waits for its rates or for a free hand waits on without a word in the database.
        if not (self._pulse.beats() or self._soon.is_due() or self._waits):
            return False
        began, due = False, sending.list_due_channels(now=clock.now())
        self._waits = bool(due)
        for channel in due:
            if time.monotonic() >= self._not_before.get(channel.pk, 0.0):
                began |= self._begin(channel)
        return began

    def _begin(self, channel: Channel) -> bool:
        free = self._jobs.free(channel.pk, SENDERS_A_CHANNEL)
        taken = sending.take_due(channel=channel, now=clock.now(), buckets=self._buckets, limit=free)
        for dispatch_id in taken:
            self._jobs.begin(channel.pk, partial(self._send, dispatch_id))
        if not taken:
            # Full, or slowed down by its rates: a long line is not read through twenty times a second.
            self._not_before[channel.pk] = time.monotonic() + FULL_PAUSE
        return bool(taken)

    def _send(self, dispatch_id: int) -> None:
        sending.send_taken(dispatch_id=dispatch_id, now=clock.now(), http=self._line.http)

    def end(self) -> None:
        self._jobs.end()
        self._line.close()


class Fetching:
    """Files of messages, four at a time."""

    name = "media"
    pause = 0.5

    def __init__(self) -> None:
        self._jobs, self._line = Jobs(self.name, FETCHERS), _Line(media.MEDIA_TIMEOUT, follows=True)

    def turn(self) -> bool:
        free = self._jobs.free()
        taken = media.take_due_media(now=clock.now(), limit=free) if free else []
        for attachment_id in taken:
            self._jobs.begin(attachment_id, partial(self._fetch, attachment_id))
        return False

    def _fetch(self, attachment_id: int) -> None:
        media.fetch_taken(attachment_id=attachment_id, now=clock.now(), http=self._line.http)

    def end(self) -> None:
        self._jobs.end()
        self._line.close()


class Polling:
    """Channels that are asked, four at a time, and those whose open line is heard, each in a thread."""

    name = "poll"
    pause = 1.0

    def __init__(self) -> None:
        self._jobs, self._line = Jobs(self.name, POLLERS), _Line(polling.POLL_TIMEOUT)
        self._lines: dict[int, tuple[threading.Thread, threading.Event]] = {}
        self._look = Every(5.0)

    def turn(self) -> bool:
        for channel in polling.list_channels_to_poll(now=clock.now()):
            if not self._jobs.runs(channel.pk) and self._jobs.free():
                self._jobs.begin(channel.pk, partial(self._poll, channel))
        if self._look.is_due():
            self._hear()
        return False

    def _poll(self, channel: Channel) -> None:
        polling.poll_channel(channel=channel, now=clock.now(), http=self._line.http)

    def _hear(self) -> None:
        wanted = {channel.pk: channel for channel in polling.list_channels_to_hear()}
        for pk, (thread, stop) in list(self._lines.items()):
            if pk not in wanted:
                stop.set()
            if not thread.is_alive():
                del self._lines[pk]
        for pk, channel in wanted.items():
            if pk not in self._lines:
                stop = threading.Event()
                line = threading.Thread(
                    target=_hear_one, args=(channel, stop), name=f"sapa-line-{pk}", daemon=True
                )
                self._lines[pk] = (line, stop)
                line.start()

    def end(self) -> None:
        for _thread, stop in self._lines.values():
            stop.set()
        self._jobs.end()
        for thread, _stop in self._lines.values():
            thread.join(timeout=5)
        self._line.close()


def _hear_one(channel: Channel, stop: threading.Event) -> None:
    try:
        polling.listen_to(channel=channel, stop=stop, clock=clock.now)
    finally:
        connection.close()


class Refreshing:
    """Tokens that end soon."""

    name = "tokens"
    pause = 30.0

    def __init__(self) -> None:
        self._line = _Line(tokens.TOKEN_TIMEOUT)

    def turn(self) -> bool:
        tokens.refresh_due_tokens(now=clock.now(), http=self._line.http)
        return False

    def end(self) -> None:
        self._line.close()
