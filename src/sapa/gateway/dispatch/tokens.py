"""Tokens that end are renewed in time, by one process at a time: a rotating refresh token works only once."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import structlog
from django.db.models import Q

from sapa.channels.models import Channel
from sapa.channels.operations import mark_working, save_settings
from sapa.conversations.operations import note_stirs
from sapa.gateway.accounts import get_account
from sapa.gateway.contract import ChannelAdapter, Failure, ProviderDownError, TokenDeadError
from sapa.gateway.dispatch.polling import break_channel
from sapa.gateway.registry import find_adapter, list_adapters
from sapa.lib.database import write
from sapa.lib.secrets import UnreadableSecretError

log = structlog.get_logger(__name__)

TOKEN_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=10)
"""After a refresh that did not succeed: the provider was down, or the token is dead and only a person can help."""


def refresh_due_tokens(*, now: datetime, http: httpx.Client) -> int:
    """Renews every token that ends soon; answers how many were."""
    return sum(
        refresh_channel(channel=channel, now=now, http=http) for channel in list_channels_to_refresh(now=now)
    )


def list_channels_to_refresh(*, now: datetime) -> list[Channel]:
    """The connected channels whose token ends soon or was refused, and on which nobody is at work."""
    before = {
        kind: adapter.capabilities.refresh_before
        for kind, adapter in list_adapters().items()
        if adapter.capabilities.refresh_before is not None
    }
    free = Q(refresh_taken_until=None) | Q(refresh_taken_until__lte=now)
    found = Channel.objects.filter(free, kind__in=before, is_live=True).select_related("business")
    return [
        channel for channel in found.order_by("id") if _is_due(channel, before[channel.kind] or LEASE, now)
    ]


def _is_due(channel: Channel, before: timedelta, now: datetime) -> bool:
    if channel.broken_why == Failure.TOKEN_DEAD:
        return True
    return channel.token_expires_at is not None and channel.token_expires_at - before <= now


def refresh_channel(*, channel: Channel, now: datetime, http: httpx.Client) -> bool:
    """Renews one channel's token, if nobody else does; the new one is stored before anybody uses it."""
    adapter = find_adapter(channel.kind)
    if adapter is None or not _take(channel, now):
        return False
    channel.refresh_from_db()
    if not _is_due(channel, adapter.capabilities.refresh_before or LEASE, now):
        _let_go(channel, None)
        return False
    return _refresh(channel, adapter, now, http)


def _refresh(channel: Channel, adapter: ChannelAdapter, now: datetime, http: httpx.Client) -> bool:
    try:
        renewed = adapter.refresh(get_account(channel), http, now=now)
    except (TokenDeadError, UnreadableSecretError):
        break_channel(channel, Failure.TOKEN_DEAD, now)
        _let_go(channel, now + PAUSE)
        return False
    except (ProviderDownError, httpx.HTTPError) as error:
        after = error.after if isinstance(error, ProviderDownError) else None
        _let_go(channel, now + (after or PAUSE))
        return False
    except Exception:
        log.exception("an adapter broke while renewing a token", kind=channel.kind, channel=channel.pk)
        _let_go(channel, now + PAUSE)
        return False
    if not renewed:
        _let_go(channel, now + PAUSE)
        return False
    with write():
        save_settings(channel=channel, settings=renewed, now=now)
        _let_go(channel, None)
        if mark_working(channel=channel, now=now):
            note_stirs(business=channel.business, conversation_ids=[None], what="channel", now=now)
    return True


def _take(channel: Channel, now: datetime) -> bool:
    """The row as it was seen, and free: who comes second finds it changed and does nothing."""
    free = Q(refresh_taken_until=None) | Q(refresh_taken_until__lte=now)
    with write():
        found = Channel.objects.filter(
            free, pk=channel.pk, is_live=True, token_expires_at=channel.token_expires_at
        )
        return found.update(refresh_taken_until=now + LEASE) == 1


def _let_go(channel: Channel, until: datetime | None) -> None:
    with write():
        Channel.objects.filter(pk=channel.pk).update(refresh_taken_until=until)
