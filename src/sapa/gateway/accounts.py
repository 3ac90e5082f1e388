"""What an adapter may know of a connected channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as installation

from sapa.channels.models import Channel
from sapa.channels.queries import get_settings
from sapa.gateway.connecting import Account

PUBLIC_URL = "public_url"
"""The setting under which adapters find where the world reaches Sapa."""


def get_account(channel: Channel) -> Account:
    """A channel with its settings opened. Raises `UnreadableSecretError` where they were sealed with another key."""
    return account_with(channel, get_settings(channel))


def account_with(channel: Channel, settings: Mapping[str, Any]) -> Account:
    """A channel with these settings in place of its own."""
    business = channel.business
    return Account(
        id=channel.pk,
        public_id=str(channel.public_id),
        kind=channel.kind,
        name=channel.name,
        account=channel.account,
        timezone=ZoneInfo(business.timezone),
        currency=business.currency,
        settings={**settings, PUBLIC_URL: _public_url(settings)},
    )


def _public_url(settings: Mapping[str, Any]) -> str:
    """Where the world reaches Sapa: the address under which the channel was connected, or the installation's own if only that is safe."""
    known = [str(settings.get(PUBLIC_URL) or ""), str(installation.PUBLIC_URL)]
    safe = [one for one in known if one.startswith("https://")]
    return next((one for one in (*safe, *known) if one), "").rstrip("/")
