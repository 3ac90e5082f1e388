"""Decisions about telling teammates: who, when not, in which words, and when to try again."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

MOST_TRIES = 4
_WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
_LINE = 140
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def is_quiet(minute: int, from_: int | None, to: int | None) -> bool:
    """Whether a minute after midnight lies in the quiet stretch, which may reach over midnight; `to` is not in it."""
    if from_ is None or to is None or from_ == to:
        return False
    if from_ < to:
        return from_ <= minute < to
    return minute >= from_ or minute < to


def first_line(text: str) -> str:
    """The first line that says something, cut to a length that a lock screen shows."""
    line = next((" ".join(one.split()) for one in text.splitlines() if one.strip()), "")
    return line if len(line) <= _LINE else line[: _LINE - 1].rstrip() + "…"


def whom_to_tell(
    *, assignee: int | None, team: Sequence[int], on_duty: Collection[int], present: Collection[int]
) -> list[int]:
    """Teammates who should hear of a message: the one it is assigned to, else the team, else everybody on duty.

    Who is not on duty hands on to the next; who has the conversation open has seen it, and then nobody is told
    for whom that one would stand in.
    """
    for some in ([assignee] if assignee is not None else [], team, sorted(on_duty)):
        here = [one for one in some if one in on_duty]
        if here:
            return [one for one in here if one not in present]
    return []


def next_wait(tries: int, retry_after: float | None = None) -> timedelta | None:
    """How long to wait after so many tries; None where it is enough. A push service may ask for longer."""
    if tries >= MOST_TRIES:
        return None
    wait = _WAITS[min(tries, len(_WAITS)) - 1]
    return max(wait, timedelta(seconds=min(retry_after, 3600.0))) if retry_after else wait


def is_push_address(endpoint: str, allowed_hosts: Collection[str] = ()) -> bool:
    """Whether this may be a push service: HTTPS to a public name. `allowed_hosts` are let through as `host:port`."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if f"{host}:{port}" in allowed_hosts:
        return parts.scheme in ("http", "https")
    if parts.scheme != "https" or parts.username or port not in (None, 443) or "." not in host:
        return False
    if host.endswith(_PRIVATE_ENDINGS):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False
