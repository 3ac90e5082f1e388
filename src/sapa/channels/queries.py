"""Reads of configured channels."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings as installation
from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.lib.json import decode
from sapa.lib.kept import NUMBER, kept
from sapa.lib.secrets import load_key, open_sealed

SERVER_PREFIX = "srv_"


def list_channels(business: Business) -> list[Channel]:
    """The channels of a business, oldest first."""
    return _channels(business=business.pk)


@kept(business=NUMBER)
def _channels(business: Any) -> QuerySet[Channel]:
    return Channel.objects.filter(business_id=business).order_by("id")


def list_live_channels(business: Business) -> list[Channel]:
    """The connected channels of a business, oldest first."""
    return list(Channel.objects.filter(business=business, is_live=True).order_by("id"))


def get_settings(channel: Channel) -> dict[str, Any]:
    """The opened settings of a channel, {} where it has none. Raises `UnreadableSecretError` for another key file."""
    if not channel.sealed_settings:
        return {}
    found: dict[str, Any] = decode(open_sealed(sealing_key(), bytes(channel.sealed_settings).decode("ascii")))
    return found


def sealing_key() -> bytes:
    """The key under which settings are sealed; it lies beside the data, outside database and backup."""
    return _load_once(str(installation.KEY_FILE))


@lru_cache(maxsize=4)
def _load_once(path: str) -> bytes:
    return load_key(Path(path))


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
