from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business
from sapa.channels.models import Channel
from sapa.channels.operations import Cache, find_or_make_channel, issue_write_key, withdraw_write_key
from sapa.channels.queries import find_channel_by_write_key, list_channels


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
