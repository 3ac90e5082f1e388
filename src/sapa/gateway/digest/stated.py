"""Where a teammate says that a person heard of the shop: a told origin with its touchpoint, and its way back."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.channels.operations import find_or_make_channel
from sapa.contacts.models import Contact, ToldOrigin
from sapa.contacts.operations import note_changes, tell_origins
from sapa.contacts.operations.statements import OriginTold
from sapa.gateway.types import Origin
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.timeline.models import Touchpoint
from sapa.timeline.operations import Happening, record_touchpoints

SOURCE = "origin"


def state_origin(
    *, business: Business, contact: Contact, origin: Origin, by: Teammate | None, now: datetime
) -> int:
    """Keep the answer to “where did you hear of us?”; returns the id by which `take_back_origin` knows it."""
    with write():
        channel = find_or_make_channel(business=business, kind="offline", now=now)
        identity_id = contact.identities.order_by("id").values_list("id", flat=True)[0]
        told = OriginTold(
            identity_id=identity_id,
            dedupe_key=f"stated:{uuid7()}",
            at=now,
            channel=origin.channel,
            context=origin.context,
            referrer=origin.referrer,
        )
        [(origin_id, _is_new)] = tell_origins(business=business, told=[told], by=by)
        happening = Happening(
            identity_id=identity_id,
            kind="origin.told",
            at=now,
            source_kind=SOURCE,
            source_key=str(origin_id),
            channel_id=channel.pk,
            measures={"channel": origin.channel},
        )
        record_touchpoints(business=business, happenings=[happening], now=now, are_new=True)
        _after(business, origin_id, contact.pk, "origin.stated", by, now)
        return origin_id


def take_back_origin(*, business: Business, origin_id: int, by: Teammate | None, now: datetime) -> None:
    """A stated origin and its touchpoint go. Raises ToldOrigin.DoesNotExist where there is none."""
    with write():
        stated = ToldOrigin.objects.filter(business=business, dedupe_key__startswith="stated:")
        told = stated.select_related("identity").get(pk=origin_id)
        Touchpoint.objects.filter(business=business, source_kind=SOURCE, source_key=str(origin_id)).delete()
        told.delete()
        _after(business, origin_id, told.identity.contact_id, "origin.taken_back", by, now)


def _after(
    business: Business,
    origin_id: int,
    contact_id: int | None,
    verb: str,
    by: Teammate | None,
    now: datetime,
) -> None:
    note_changes(business, [contact_id])
    record_audit(
        business=business,
        by=by,
        verb=verb,
        object_kind="origin",
        object_id=str(origin_id),
        data={"contact": contact_id},
        now=now,
    )
