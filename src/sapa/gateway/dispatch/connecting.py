"""Connecting a channel: its settings are tried with the provider first, and kept only if they work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel, find_or_make_channel, save_settings
from sapa.channels.queries import get_settings
from sapa.channels.types import ChannelError
from sapa.gateway.accounts import PUBLIC_URL, account_with
from sapa.gateway.contract import ProviderDownError, TokenDeadError
from sapa.gateway.dispatch.prices import SORTS
from sapa.gateway.registry import find_adapter
from sapa.lib.database import write

HOOKS = "/hooks/"


def hook_path(channel: Channel) -> str:
    """Where the provider sends what happens on this channel, below the address of Sapa itself."""
    return f"{HOOKS}{channel.public_id}/"


def try_and_connect(
    *,
    business: Business,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    base_url: str,
    by: Teammate | None,
    now: datetime,
    http: httpx.Client,
) -> Channel:
    """Tries `settings` with the provider, tells it our address (`base_url`, such as https://sapa.example), and connects.

    Raises `ChannelError` with what to do where a field is missing, the provider refuses, or does not answer.
    """
    adapter = find_adapter(kind)
    if adapter is None:
        raise ChannelError(_("Saluran ini belum bisa disambungkan."))
    missing = [
        str(field.label)
        for field in adapter.guide.fields
        if field.is_required and not str(settings.get(field.name) or field.default).strip()
    ]
    if missing:
        raise ChannelError(_("Isi dulu: %(fields)s.") % {"fields": ", ".join(missing)})
    defaults = {field.name: field.default for field in adapter.guide.fields if field.default}
    given = defaults | {key: value for key, value in settings.items() if value not in ("", None)}
    channel = find_or_make_channel(business=business, kind=kind, name=name, now=now)
    account = account_with(channel, {**given, PUBLIC_URL: base_url.rstrip("/")})
    try:
        found = adapter.connect(account, http, hook_url=base_url.rstrip("/") + hook_path(channel), now=now)
    except TokenDeadError as error:
        raise ChannelError(_("Penyedia menolak isian ini. Salin ulang kodenya, lalu coba lagi.")) from error
    except (ProviderDownError, httpx.HTTPError) as error:
        raise ChannelError(_("Penyedia tidak menjawab. Periksa internet, lalu coba lagi.")) from error
    kept = given | found | {PUBLIC_URL: base_url.rstrip("/")}
    return connect_channel(
        business=business,
        kind=kind,
        name=name,
        account=str(kept.pop("account", "") or channel.account),
        settings=kept,
        by=by,
        now=now,
    )


def set_prices(*, channel: Channel, prices: Mapping[str, int], by: Teammate | None, now: datetime) -> None:
    """The owner's own prices of a channel by sort, in minor units, over the table's; an empty mapping goes back to it.

    Raises `ChannelError` for a sort that there is not or a price below nothing.
    """
    if set(prices) - {*SORTS, "free_service_a_month"} or any(value < 0 for value in prices.values()):
        raise ChannelError(_("Harga ini belum terbaca. Tulis angka rupiah, misalnya 350."))
    with write():
        before = get_settings(channel).get("prices") or {}
        save_settings(channel=channel, settings={"prices": dict(prices) or None}, now=now)
        record_audit(
            business=channel.business,
            by=by,
            verb="set_prices",
            object_kind="channel",
            object_id=str(channel.pk),
            data={"prices": dict(prices), "before": before},
            now=now,
        )
