"""One push over HTTP (RFC 8030), and what the push service said of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from sapa.notices import sealing
from sapa.notices.types import Outcome, PushResult, Subscription

TTL_SECONDS = 4 * 3600
_PATIENCE = httpx.Timeout(10.0, connect=5.0)
_GONE = (404, 410)
_LATER = (408, 425, 429)


class Sender:
    """Sends pushes under one key. Used by several threads; closed at the end."""

    def __init__(self, *, secret: bytes, contact: str) -> None:
        self._secret, self._contact = secret, contact
        self._client = httpx.Client(timeout=_PATIENCE, follow_redirects=False)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *given: object) -> None:
        self._client.close()

    def send(
        self, to: Subscription, content: bytes, *, now: datetime, topic: str = "", urgent: bool = True
    ) -> tuple[PushResult, float | None]:
        """What became of it, and the seconds after which the service wants to be asked again.

        A newer push of the same `topic` (up to 32 letters) stands in for one that the device has not fetched.
        """
        began = time.monotonic()
        try:
            body = sealing.encrypt(content, p256dh=to.p256dh, auth=to.auth)
        except ValueError as error:
            return PushResult(Outcome.REFUSED, 0, 0.0, str(error)[:40]), None
        headers = {
            "Authorization": sealing.sign(
                secret=self._secret, endpoint=to.endpoint, contact=self._contact, now=now
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "high" if urgent else "normal",
        } | ({"Topic": topic} if topic else {})
        try:
            answer = self._client.post(to.endpoint, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            took = round(time.monotonic() - began, 2)
            return PushResult(Outcome.LATER, 0, took, type(error).__name__), None
        took = round(time.monotonic() - began, 2)
        return _judge(answer, took), _retry_after(answer, now)


def _judge(answer: httpx.Response, took: float) -> PushResult:
    status = answer.status_code
    if answer.is_success:
        return PushResult(Outcome.SENT, status, took)
    if status in _GONE:
        return PushResult(Outcome.GONE, status, took, "gone")
    said = " ".join(answer.text[:200].split())[:40] or str(status)
    if status in _LATER or status >= 500:
        return PushResult(Outcome.LATER, status, took, said)
    return PushResult(Outcome.REFUSED, status, took, said)


def _retry_after(answer: httpx.Response, now: datetime) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3)."""
    said = answer.headers.get("Retry-After", "").strip()
    if not said:
        return None
    if said.isdecimal():
        return float(said[:6])
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)
