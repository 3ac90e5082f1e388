"""How fast a channel lets us send: token buckets for the whole channel and for each recipient.

A bucket that is met for the first time (after a start) is filled with what the outbox shows to have gone lately, so that
a restart never doubles the pace. Several sending processes each keep their own; what they overdo together the provider
answers with "too many", which is tried again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sapa.gateway.contract import Rate

Key = tuple[int, int, str]
CountSent = Callable[[int, str, datetime], int]
"""How many messages a channel (and recipient, "" for all) has sent since a moment."""

_MOST_KEPT = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class Buckets:
    """The buckets of one sending process; safe among its threads."""

    def __init__(self, count_sent: CountSent) -> None:
        self._count_sent = count_sent
        self._guard = threading.Lock()
        self._buckets: dict[Key, _Bucket] = {}
        self._since: datetime | None = None

    def take(self, channel_id: int, recipient: str, rates: Sequence[Rate], now: datetime) -> timedelta:
        """Takes one token of every bucket and answers nothing to wait for; else how long until all have one, taking none."""
        with self._guard:
            buckets = [
                (rate, self._filled(channel_id, place, recipient if rate.each_recipient else "", rate, now))
                for place, rate in enumerate(rates)
            ]
            waits = [(1 - bucket.tokens) * rate.seconds / rate.count for rate, bucket in buckets]
            longest = max(waits, default=0.0)
            if longest > 1e-9:
                return timedelta(seconds=longest)
            for _rate, bucket in buckets:
                bucket.tokens -= 1
        return timedelta()

    def give_back(self, channel_id: int, recipient: str, rates: Sequence[Rate]) -> None:
        """The message did not go after all (another process took it)."""
        with self._guard:
            for place, rate in enumerate(rates):
                bucket = self._buckets.get((channel_id, place, recipient if rate.each_recipient else ""))
                if bucket is not None:
                    bucket.tokens = min(bucket.tokens + 1, rate.count)

    def _filled(self, channel_id: int, place: int, recipient: str, rate: Rate, now: datetime) -> _Bucket:
        key = (channel_id, place, recipient)
        bucket = self._buckets.get(key)
        if bucket is None:
            if self._since is None or len(self._buckets) >= _MOST_KEPT:
                self._buckets.clear()
                self._since = now
            reach = timedelta(seconds=rate.seconds)
            # Whatever went since the beginning took a token here; only what went before it has to be looked up.
            is_young = now - self._since < reach
            gone = self._count_sent(channel_id, recipient, now - reach) if is_young else 0
            bucket = self._buckets[key] = _Bucket(max(float(rate.count - gone), 0.0), now)
        passed = max((now - bucket.at).total_seconds(), 0.0)
        bucket.tokens = min(bucket.tokens + passed * rate.count / rate.seconds, float(rate.count))
        bucket.at = max(bucket.at, now)
        return bucket
