from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business
from sapa.accounts.queries import list_audit
from sapa.channels.models import Channel
from sapa.channels.operations import (
    Cache,
    connect_channel,
    disconnect_channel,
    find_or_make_channel,
    forget_settings,
    issue_write_key,
    mark_broken,
    mark_working,
    reconnect_channel,
    save_settings,
    withdraw_write_key,
)
from sapa.channels.queries import (
    find_channel_by_write_key,
    get_settings,
    list_channels,
    list_live_channels,
)
from sapa.channels.types import TOKEN_EXPIRES, ChannelError
from sapa.gateway.accounts import get_account


def test_a_channel_is_made_once(toko_sage: Business, now: datetime) -> None:
    first = find_or_make_channel(business=toko_sage, kind="whatsapp", now=now)
    assert find_or_make_channel(business=toko_sage, kind="whatsapp", now=now) == first
    second = find_or_make_channel(business=toko_sage, kind="whatsapp", name="Cabang", now=now)
    assert list_channels(toko_sage) == [first, second]


def test_a_bulk_caller_asks_the_database_once_a_channel(
    toko_sage: Business, now: datetime, django_assert_num_queries: Any
) -> None:
    cache: Cache = {}
    find_or_make_channel(business=toko_sage, kind="web", now=now, cache=cache)
    with django_assert_num_queries(0):
        for _row in range(3):
            find_or_make_channel(business=toko_sage, kind="web", now=now, cache=cache)


def test_one_cache_never_mixes_two_businesses(toko_sage: Business, now: datetime) -> None:
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    cache: Cache = {}
    mine = find_or_make_channel(business=toko_sage, kind="web", now=now, cache=cache)
    theirs = find_or_make_channel(business=other, kind="web", now=now, cache=cache)
    assert (mine.business, theirs.business) == (toko_sage, other)


def test_a_write_key_opens_one_channel_until_the_next_is_issued(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    channel = find_or_make_channel(business=toko_sage, kind="web", now=now)
    assert find_channel_by_write_key("") is None
    key = issue_write_key(channel=channel, by=bu_tuti, now=now)
    assert find_channel_by_write_key(key) == channel
    assert key not in str(Channel.objects.values().get())
    newer = issue_write_key(channel=channel, by=bu_tuti, now=now)
    assert find_channel_by_write_key(key) is None
    withdraw_write_key(channel=channel, by=bu_tuti, now=now)
    assert find_channel_by_write_key(newer) is None


def _connect(business: Business, now: datetime, **more: Any) -> Channel:
    given = {"kind": "telegram", "name": "", "account": "7001", "settings": {"token": "7001:rahasia"}} | more
    return connect_channel(business=business, by=None, now=now, **given)


def test_what_imports_filled_goes_live_as_the_same_channel(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    filled = find_or_make_channel(business=toko_sage, kind="telegram", now=now)
    assert list_live_channels(toko_sage) == []
    assert _connect(toko_sage, now) == filled
    assert list_live_channels(toko_sage) == [filled]
    disconnect_channel(channel=filled, by=bu_tuti, now=now)
    assert list_live_channels(toko_sage) == []
    filled.refresh_from_db()
    assert get_settings(filled)
    assert forget_settings(channel=filled, by=bu_tuti, now=now)
    assert not forget_settings(channel=filled, by=bu_tuti, now=now)
    filled.refresh_from_db()
    assert get_settings(filled) == {}
    with pytest.raises(ChannelError, match="dari awal"):
        reconnect_channel(channel=filled, by=bu_tuti, now=now)
    assert [entry.verb for entry in list_audit(toko_sage, object_kind="channel")] == [
        "forgot_settings",
        "disconnected_channel",
        "connected_channel",
    ]


def test_a_disconnected_channel_goes_on_as_it_was(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    channel = _connect(toko_sage, now)
    until = now + timedelta(days=60)
    save_settings(channel=channel, settings={TOKEN_EXPIRES: until.isoformat()}, now=now)
    kept = get_settings(channel)
    disconnect_channel(channel=channel, by=bu_tuti, now=now)
    assert channel.token_expires_at is None
    reconnect_channel(channel=channel, by=bu_tuti, now=now)
    assert (channel.is_live, channel.token_expires_at, get_settings(channel)) == (True, until, kept)
    assert not forget_settings(channel=channel, by=bu_tuti, now=now), "what is in use is not thrown away"


def test_settings_lie_sealed_and_are_put_over_one_another(toko_sage: Business, now: datetime) -> None:
    channel = _connect(toko_sage, now)
    assert b"rahasia" not in bytes(channel.sealed_settings or b"")
    until = now + timedelta(days=60)
    stale = Channel.objects.get(pk=channel.pk)
    save_settings(channel=channel, settings={"secret": "s", TOKEN_EXPIRES: until.isoformat()}, now=now)
    save_settings(channel=stale, settings={"token": "baru", "secret": None}, now=now)
    fresh = Channel.objects.get(pk=channel.pk)
    assert get_settings(fresh) == {"token": "baru", TOKEN_EXPIRES: until.isoformat()}
    assert fresh.token_expires_at == until
    assert get_account(fresh).settings["token"] == "baru"
    assert "baru" not in repr(get_account(fresh))


def test_one_account_is_not_connected_under_two_names(toko_sage: Business, now: datetime) -> None:
    _connect(toko_sage, now)
    with pytest.raises(ChannelError):
        _connect(toko_sage, now, name="Cabang")
    assert [channel.name for channel in list_channels(toko_sage)] == [""]
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    assert _connect(other, now).business == other


def test_a_channel_is_broken_since_the_first_time_it_failed(toko_sage: Business, now: datetime) -> None:
    channel = _connect(toko_sage, now)
    assert mark_broken(channel=channel, why="token_dead", now=now)
    assert not mark_broken(channel=channel, why="provider_down", now=now + timedelta(hours=1))
    channel.refresh_from_db()
    assert (channel.broken_since, channel.broken_why) == (now, "token_dead")
    assert mark_working(channel=channel, now=now)
    assert not mark_working(channel=channel, now=now)
    channel.refresh_from_db()
    assert (channel.broken_since, channel.broken_why) == (None, "")
