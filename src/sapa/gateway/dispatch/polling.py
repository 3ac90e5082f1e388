"""Channels that are asked instead of telling: what is found and where the next poll begins are stored together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from django.db.models import Q

from sapa.channels.models import Channel
from sapa.channels.operations import mark_broken, mark_working
from sapa.conversations.operations import note_stirs
from sapa.gateway.accounts import get_account
from sapa.gateway.contract import (
    ChannelAdapter,
    Failure,
    Polled,
    ProviderDownError,
    TokenDeadError,
)
from sapa.gateway.dispatch.queries import find_capabilities
from sapa.gateway.intake import store_items
from sapa.gateway.registry import find_adapter, list_adapters
from sapa.lib.database import write
from sapa.lib.secrets import UnreadableSecretError

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

POLL_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
LEASE = timedelta(minutes=5)
DOWN_PAUSE = timedelta(minutes=1)


def poll_due_channels(*, now: datetime, http: httpx.Client) -> int:
    """Asks every channel whose turn it is, one after the other; the worker asks side by side. Answers how many items came."""
    return sum(
        poll_channel(channel=channel, now=now, http=http) for channel in list_channels_to_poll(now=now)
    )


def list_channels_to_poll(*, now: datetime) -> list[Channel]:
    """The connected channels whose next poll is due."""
    kinds = {
        kind: adapter.capabilities.poll_seconds
        for kind, adapter in list_adapters().items()
        if adapter.capabilities.poll_seconds is not None
    }
    free = Q(poll_taken_until=None) | Q(poll_taken_until__lte=now)
    found = Channel.objects.filter(free, kind__in=kinds, is_live=True).select_related("business")
    return [
        channel
        for channel in found.order_by("id")
        if channel.broken_why != Failure.TOKEN_DEAD
        and _is_due(channel, kinds[channel.kind] or 0, now)
        and _is_polled(channel)
    ]


def _is_polled(channel: Channel) -> bool:
    """Whether this account is asked at all: one that tells by itself (a webhook) says so in its capabilities."""
    capabilities = find_capabilities(channel)
    return capabilities is not None and capabilities.poll_seconds is not None


def _is_due(channel: Channel, seconds: float, now: datetime) -> bool:
    return channel.polled_at is None or channel.polled_at + timedelta(seconds=seconds) <= now


def poll_channel(*, channel: Channel, now: datetime, http: httpx.Client) -> int:
    """Asks one channel, if nobody else does just now; answers how many items came."""
    adapter = find_adapter(channel.kind)
    if adapter is None or not _take(channel, now):
        return 0
    channel.refresh_from_db()
    pause = timedelta()
    try:
        polled = adapter.poll(channel.poll_cursor, get_account(channel), http)
    except (TokenDeadError, UnreadableSecretError):
        break_channel(channel, Failure.TOKEN_DEAD, now)
    except ProviderDownError as error:
        pause = error.after or DOWN_PAUSE
    except httpx.HTTPError:
        pause = DOWN_PAUSE
    except Exception:
        log.exception("an adapter broke while polling", kind=channel.kind, channel=channel.pk)
        pause = LEASE
    else:
        return keep_polled(channel=channel, polled=polled, now=now)
    _let_go(channel, now, pause)
    return 0


def _take(channel: Channel, now: datetime) -> bool:
    free = Q(poll_taken_until=None) | Q(poll_taken_until__lte=now)
    with write():
        found = Channel.objects.filter(free, pk=channel.pk, is_live=True, polled_at=channel.polled_at)
        return found.update(poll_taken_until=now + LEASE) == 1


def _let_go(channel: Channel, now: datetime, pause: timedelta) -> None:
    until = now + pause if pause else None
    with write():
        Channel.objects.filter(pk=channel.pk).update(poll_taken_until=until, polled_at=now)


def keep_polled(*, channel: Channel, polled: Polled, now: datetime, holds_lease: bool = True) -> int:
    """Items and cursor in one transaction: whatever happens, nothing is lost, and nothing is there twice."""
    values: dict[str, Any] = {"poll_cursor": dict(polled.cursor), "polled_at": now}
    if holds_lease:
        values["poll_taken_until"] = None
    with write():
        store_items(channel=channel, items=polled.items, now=now)
        Channel.objects.filter(pk=channel.pk).update(**values)
        if channel.broken_since is not None and mark_working(channel=channel, now=now):
            note_stirs(business=channel.business, conversation_ids=[None], what="channel", now=now)
    channel.poll_cursor = dict(polled.cursor)
    return len(polled.items)


def break_channel(channel: Channel, why: Failure, now: datetime) -> None:
    """The channel does not work since now; open screens are told once."""
    with write():
        if mark_broken(channel=channel, why=why.value, now=now):
            note_stirs(business=channel.business, conversation_ids=[None], what="channel", now=now)


def list_channels_to_hear() -> list[Channel]:
    """The connected channels on which an open line tells what is new."""
    kinds = [kind for kind, adapter in list_adapters().items() if adapter.capabilities.listens]
    found = Channel.objects.filter(kind__in=kinds, is_live=True, broken_since=None)
    return list(found.select_related("business").order_by("id"))


def listen_to(*, channel: Channel, stop: threading.Event, clock: Clock) -> None:
    """Holds one channel's line open until `stop` is set or it breaks; what comes is stored as a poll's finds are."""
    adapter: ChannelAdapter | None = find_adapter(channel.kind)
    if adapter is None:
        return

    def keep(polled: Polled) -> None:
        keep_polled(channel=channel, polled=polled, now=clock(), holds_lease=False)

    try:
        adapter.listen(channel.poll_cursor, get_account(channel), keep, stop)
    except (TokenDeadError, UnreadableSecretError):
        break_channel(channel, Failure.TOKEN_DEAD, clock())
    except (ProviderDownError, httpx.HTTPError, OSError) as error:
        log.info("a line broke", channel=channel.pk, error=type(error).__name__)
    except Exception:
        log.exception("an adapter broke while listening", kind=channel.kind, channel=channel.pk)
