"""Devices that may be woken: taken on, and let go."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.lib.database import write
from sapa.notices import sealing
from sapa.notices.models import Device
from sapa.notices.rules import is_push_address
from sapa.notices.types import Subscription, SubscriptionError


def add_device(
    *,
    business: Business,
    teammate: Teammate,
    subscription: Subscription,
    name: str,
    hides_words: bool,
    language: str,
    now: datetime,
) -> Device:
    """This browser is woken for this teammate from now on, and for nobody else who used it before.

    Raises SubscriptionError for what is no push address, in a sentence for the person.
    """
    if not is_push_address(subscription.endpoint, settings.PUSH_HOSTS) or len(subscription.endpoint) > 1000:
        raise SubscriptionError(
            _("Alamat pemberitahuan dari peramban ini tidak dikenal. Coba dengan peramban lain.")
        )
    try:
        sealing.check_keys(subscription.p256dh, subscription.auth)
    except ValueError as error:
        raise SubscriptionError(
            _("Kunci pemberitahuan dari peramban ini tidak terbaca. Muat ulang halaman, lalu coba lagi.")
        ) from error
    digest = _digest(subscription.endpoint)
    with write():
        Device.objects.filter(endpoint_digest=digest).exclude(teammate__user=teammate.user).delete()
        device, _made = Device.objects.update_or_create(
            business=business,
            teammate=teammate,
            endpoint_digest=digest,
            defaults={
                "endpoint": subscription.endpoint,
                "p256dh": subscription.p256dh,
                "auth": subscription.auth,
                "name": name[:80],
                "language": language,
                "hides_words": hides_words,
                "added_at": now,
            },
        )
        return device


def drop_device(*, business: Business, teammate: Teammate, public_id: UUID | str) -> bool:
    """One of a teammate's own devices is let go; answers whether there was such a one."""
    with write():
        found = Device.objects.filter(business=business, teammate=teammate, public_id=public_id)
        return found.delete()[0] > 0


def drop_endpoint(*, teammate: Teammate, endpoint: str) -> bool:
    """This browser is woken no more for this person, whichever of their shops was open."""
    with write():
        found = Device.objects.filter(endpoint_digest=_digest(endpoint), teammate__user=teammate.user)
        return found.delete()[0] > 0


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
