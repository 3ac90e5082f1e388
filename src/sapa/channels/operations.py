"""Making channels and the keys under which programs send events to them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.channels.models import Channel
from sapa.channels.queries import SERVER_PREFIX, digest_write_key
from sapa.lib.database import write

Cache = dict[tuple[int, str, str], Channel]


def find_or_make_channel(
    *, business: Business, kind: str, name: str = "", now: datetime, cache: Cache | None = None
) -> Channel:
    """The one channel of this kind and name, made on first use.

    A bulk caller hands the same `cache` to every call and asks the database once a channel.
    """
    key = (business.id, kind, name)
    if cache is not None and key in cache:
        return cache[key]
    found = Channel.objects.filter(business=business, kind=kind, name=name).first()
    if found is None:
        with write():
            found, _made = Channel.objects.get_or_create(
                business=business, kind=kind, name=name, defaults={"created_at": now}
            )
    if cache is not None:
        cache[key] = found
    return found


def issue_write_key(*, channel: Channel, by: Teammate | None, now: datetime, for_server: bool = False) -> str:
    """A new write key for the channel, shown this once; the one before it stops working.

    A key `for_server` vouches for the people its events name; a browser's key is public and vouches for nobody.
    """
    key = (SERVER_PREFIX if for_server else "") + secrets.token_urlsafe(24)
    with write():
        channel.write_key_digest = digest_write_key(key)
        channel.save(update_fields=["write_key_digest"])
        _audit(channel, "issued_write_key", by, now)
    return key


def withdraw_write_key(*, channel: Channel, by: Teammate | None, now: datetime) -> None:
    """No program may send events to this channel any more."""
    with write():
        channel.write_key_digest = ""
        channel.save(update_fields=["write_key_digest"])
        _audit(channel, "withdrew_write_key", by, now)


def _audit(channel: Channel, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=channel.business,
        by=by,
        verb=verb,
        object_kind="channel",
        object_id=str(channel.id),
        now=now,
    )
