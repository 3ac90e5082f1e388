"""Reads of configured channels."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sapa.accounts.models import Business
from sapa.channels.models import Channel

SERVER_PREFIX = "srv_"


def list_channels(business: Business) -> list[Channel]:
    """The channels of a business, oldest first."""
    return list(Channel.objects.filter(business=business).order_by("id"))


def find_channel(business: Business, kind: str, name: str = "") -> Channel | None:
    return Channel.objects.filter(business=business, kind=kind, name=name).first()


def get_channel(business: Business, public_id: UUID | str) -> Channel:
    """One channel by its public id. Raises `Channel.DoesNotExist`."""
    return Channel.objects.get(business=business, public_id=public_id)


def find_channel_by_write_key(key: str) -> Channel | None:
    """The channel that takes events under this write key."""
    if not key:
        return None
    return Channel.objects.select_related("business").filter(write_key_digest=digest_write_key(key)).first()


def is_server_key(key: str) -> bool:
    """Whether a key was issued to a server of the shop; what a browser holds, every visitor can read."""
    return key.startswith(SERVER_PREFIX)


def digest_write_key(key: str) -> str:
    """What is kept of a write key: SHA-256 as 64 hex digits (keys are random, so no salt is needed)."""
    return hashlib.sha256(key.encode()).hexdigest()
