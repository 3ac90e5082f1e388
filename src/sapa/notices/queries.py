"""Reads of notices, devices and wishes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from sapa.accounts.models import Business, Teammate
from sapa.lib.secrets import load_key
from sapa.notices import sealing
from sapa.notices.models import Device, Notice, Wish
from sapa.notices.rules import is_quiet
from sapa.notices.types import NoticeKind

PAGE = 50
_LISTED = (str(NoticeKind.MENTION), str(NoticeKind.ESCALATION))


@dataclass(frozen=True, slots=True)
class Listening:
    """Of some teammates: the devices to wake now, and who wants no notices of this kind at all."""

    devices: dict[int, list[Device]]
    unwilling: frozenset[int]


def list_on_duty(business: Business) -> list[Teammate]:
    """Who answers customers now: active, not away, and allowed to work."""
    here = Teammate.objects.filter(business=business, is_active=True, is_away=False)
    return list(here.exclude(role=Teammate.Role.VIEWER).order_by("id"))


def list_listening(
    business: Business, teammate_ids: Collection[int], *, kind: NoticeKind, now: datetime
) -> Listening:
    """Whom a notice of this kind reaches, by their wishes and quiet hours."""
    wishes = {
        wish.teammate_id: wish for wish in Wish.objects.filter(business=business, teammate__in=teammate_ids)
    }
    local = now.astimezone(ZoneInfo(business.timezone))
    minute = local.hour * 60 + local.minute
    unwilling = {one for one, wish in wishes.items() if not _wants(wish, kind)}
    quiet = {
        one for one, wish in wishes.items() if is_quiet(minute, wish.quiet_from_minute, wish.quiet_to_minute)
    }
    devices: dict[int, list[Device]] = {}
    for device in Device.objects.filter(business=business, teammate__in=teammate_ids).order_by("id"):
        if device.teammate_id not in unwilling | quiet:
            devices.setdefault(device.teammate_id, []).append(device)
    return Listening(devices, frozenset(unwilling))


def _wants(wish: Wish, kind: NoticeKind) -> bool:
    if kind is NoticeKind.MESSAGE:
        return wish.wants_messages
    if kind is NoticeKind.MENTION:
        return wish.wants_mentions
    return wish.wants_escalations if kind is NoticeKind.ESCALATION else True


def find_wish(teammate: Teammate) -> Wish:
    """What a teammate wants, as an unsaved row of the usual where they never said."""
    found = Wish.objects.filter(business=teammate.business, teammate=teammate).first()
    return found or Wish(business=teammate.business, teammate=teammate)


def list_devices(teammate: Teammate) -> list[Device]:
    """The devices of a teammate, oldest first."""
    return list(Device.objects.filter(business=teammate.business, teammate=teammate).order_by("id"))


def get_device(teammate: Teammate, public_id: UUID | str) -> Device:
    """One of a teammate's own devices. Raises `Device.DoesNotExist`."""
    return Device.objects.select_related("business").get(
        business=teammate.business, teammate=teammate, public_id=public_id
    )


def list_notices(teammate: Teammate, *, limit: int = PAGE) -> list[Notice]:
    """Mentions and escalations of a teammate, newest first; messages stand in the inbox."""
    mine = Notice.objects.filter(business=teammate.business, teammate=teammate, kind__in=_LISTED)
    return list(mine.select_related("conversation").order_by("-created_at", "-id")[:limit])


def count_unread(teammate: Teammate, *, up_to: int = 100) -> int:
    """How many mentions and escalations a teammate has not opened, counted no further than `up_to`."""
    mine = Notice.objects.filter(
        business=teammate.business, teammate=teammate, kind__in=_LISTED, read_at__isnull=True
    )
    return mine.order_by().values("id")[:up_to].count()


def get_push_key() -> str:
    """The `applicationServerKey` of this installation."""
    return sealing.public_key(load_key(Path(settings.KEY_FILE)))
