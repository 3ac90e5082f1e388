"""Making and connecting channels, their sealed settings, and the keys under which programs send events to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Team, Teammate
from sapa.accounts.operations import record_audit
from sapa.channels.models import Channel
from sapa.channels.queries import SERVER_PREFIX, digest_write_key, get_settings, sealing_key
from sapa.channels.types import TOKEN_EXPIRES, ChannelError
from sapa.lib.database import write
from sapa.lib.json import encode_text
from sapa.lib.secrets import UnreadableSecretError, seal

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


def connect_channel(
    *,
    business: Business,
    kind: str,
    name: str,
    account: str,
    settings: Mapping[str, Any],
    by: Teammate | None,
    now: datetime,
) -> Channel:
    """The channel of this kind and name is live from now on, with `settings` sealed in place of those before.

    A channel that imports have filled goes on as the same one. Raises `ChannelError` where the provider's account is
    connected under another name already.
    """
    with write():
        twins = Channel.objects.filter(business=business, kind=kind, account=account, is_live=True)
        if account and twins.exclude(name=name).exists():
            raise ChannelError(_("Akun ini sudah tersambung. Putuskan dulu yang lama, lalu sambungkan lagi."))
        channel = find_or_make_channel(business=business, kind=kind, name=name, now=now)
        is_new = not channel.is_live
        channel.account, channel.is_live, channel.connected_at = account[:120], True, now
        channel.broken_since, channel.broken_why = None, ""
        _seal_settings(channel, settings)
        channel.save()
        _audit(channel, "connected_channel", by, now, {"is_new": True} if is_new else None)
    return channel


def reconnect_channel(*, channel: Channel, by: Teammate | None, now: datetime) -> None:
    """A disconnected channel goes on with the settings that were kept; nobody is asked whether they still hold.

    Raises `ChannelError` where nothing was kept, or the provider's account is connected under another name by now.
    """
    with write():
        fresh = Channel.objects.select_for_update().get(pk=channel.pk)
        try:
            kept = get_settings(fresh)
        except UnreadableSecretError:
            kept = {}
        if not kept:
            raise ChannelError(_("Isian saluran ini sudah dibuang. Sambungkan lagi dari awal."))
        connect_channel(
            business=channel.business,
            kind=fresh.kind,
            name=fresh.name,
            account=fresh.account,
            settings=kept,
            by=by,
            now=now,
        )
    channel.refresh_from_db()


def forget_settings(*, channel: Channel, by: Teammate | None, now: datetime) -> bool:
    """The kept settings of a disconnected channel are thrown away, for good; False where there is nothing to throw away."""
    with write():
        found = Channel.objects.filter(pk=channel.pk, is_live=False, sealed_settings__isnull=False)
        if not found.update(sealed_settings=None, token_expires_at=None):
            return False
        _audit(channel, "forgot_settings", by, now)
    channel.sealed_settings = channel.token_expires_at = None
    return True


def save_settings(*, channel: Channel, settings: Mapping[str, Any], now: datetime) -> None:
    """Puts `settings` over the sealed ones, name by name; a value of None takes its name away."""
    with write():
        fresh = Channel.objects.select_for_update().get(pk=channel.pk)
        kept = get_settings(fresh) | dict(settings)
        _seal_settings(fresh, {name: value for name, value in kept.items() if value is not None})
        fresh.save(update_fields=["sealed_settings", "token_expires_at"])
    channel.sealed_settings, channel.token_expires_at = fresh.sealed_settings, fresh.token_expires_at


def disconnect_channel(*, channel: Channel, by: Teammate | None, now: datetime) -> None:
    """The channel is live no more; what came by it stays, and so do its settings, sealed, until `forget_settings`."""
    with write():
        channel.is_live, channel.token_expires_at = False, None
        channel.broken_since, channel.broken_why = None, ""
        channel.save(update_fields=["is_live", "token_expires_at", "broken_since", "broken_why"])
        _audit(channel, "disconnected_channel", by, now)


def set_service(
    *,
    channel: Channel,
    reply_target_minutes: int | None,
    team: Team | None,
    by: Teammate | None,
    now: datetime,
) -> None:
    """The channel's own reply target (None: the shop's), and the team that answers here (None: everybody).

    Raises `ChannelError` for a target that cannot be, or a team of another shop.
    """
    if reply_target_minutes is not None and not 1 <= reply_target_minutes <= 10_000:
        raise ChannelError(_("Target balas: tulis angka 1 sampai 10.000 menit."))
    if team is not None and team.business_id != channel.business_id:
        raise ChannelError(_("Tim ini tidak ada. Pilih dari daftarnya."))
    after = {"reply_target_minutes": reply_target_minutes, "team_id": team.pk if team else None}
    before = {name: getattr(channel, name) for name in after}
    if before == after:
        return
    with write():
        channel.reply_target_minutes, channel.team = reply_target_minutes, team
        channel.save(update_fields=["reply_target_minutes", "team"])
        record_audit(
            business=channel.business,
            by=by,
            verb="set_service",
            object_kind="channel",
            object_id=str(channel.id),
            data={"before": before, "after": after},
            now=now,
        )


def mark_broken(*, channel: Channel, why: str, now: datetime) -> bool:
    """The connection does not work since `now`, for a reason as a code; False where it was known already."""
    with write():
        found = Channel.objects.filter(pk=channel.pk, is_live=True, broken_since=None)
        is_news = found.update(broken_since=now, broken_why=why[:60]) == 1
    if is_news:
        channel.broken_since, channel.broken_why = now, why[:60]
    return is_news


def mark_working(*, channel: Channel, now: datetime) -> bool:
    """The connection works (again); False where it did all the time."""
    with write():
        found = Channel.objects.filter(pk=channel.pk, broken_since__isnull=False)
        is_news = found.update(broken_since=None, broken_why="") == 1
    channel.broken_since, channel.broken_why = None, ""
    return is_news


def _seal_settings(channel: Channel, settings: Mapping[str, Any]) -> None:
    channel.sealed_settings = seal(sealing_key(), encode_text(settings)).encode("ascii")
    expires = settings.get(TOKEN_EXPIRES)
    channel.token_expires_at = datetime.fromisoformat(expires) if expires else None


def _audit(
    channel: Channel, verb: str, by: Teammate | None, now: datetime, data: dict[str, Any] | None = None
) -> None:
    record_audit(
        business=channel.business,
        by=by,
        verb=verb,
        object_kind="channel",
        object_id=str(channel.id),
        data=data,
        now=now,
    )
