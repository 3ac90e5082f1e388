"""Reads of the one sheet, the told timeline, and the list of contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q

from sapa.accounts.models import Business
from sapa.actions.deriving import Derived, derive_many
from sapa.actions.queries import find_action
from sapa.actions.wording import shown_name
from sapa.contacts.models import Contact, Identity
from sapa.contacts.rules import normalise_email
from sapa.contacts.types import SHOWN_KINDS
from sapa.lib.names import name_key
from sapa.lib.phones import normalise_phone
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES
from sapa.snapshots.composing import compose, contact_name, identity_line
from sapa.snapshots.readiness import tell_readiness
from sapa.snapshots.timeline import tell_timeline
from sapa.snapshots.types import ContactRow, IdentityLine, ReadyRow, Snapshot, TimelineEntry
from sapa.standings.dossiers import CHUNK, load_dossiers
from sapa.standings.facts import find_touched
from sapa.standings.models import Standing
from sapa.standings.queries import find_customers_hour, get_settings, iterate_contacts
from sapa.standings.types import ShopSettings
from sapa.timeline.kinds import KINDS
from sapa.timeline.models import Touchpoint

PAGE = 500
_BY_SHOP = [code for code, kind in KINDS.items() if kind.by_shop]


def get_snapshot(contact: Contact, *, now: datetime, as_of: bool = False) -> Snapshot:
    """The sheet of a contact (of the one that absorbed it). `as_of` sees nothing after `now`.

    Raises `Contact.DoesNotExist` where nothing was known of the contact at that moment.
    """
    settings = get_settings(contact.business)
    derived = get_derived(contact, now=now, settings=settings, as_of=as_of)
    own = Contact(id=derived.dossier.contact_id)
    stored = None if as_of else find_action(own)
    until = now if as_of else None
    find_hour = partial(find_customers_hour, contact.business, until=until)
    return compose(contact.business, derived, now, settings, stored, find_hour=find_hour)


def get_derived(contact: Contact, *, now: datetime, settings: ShopSettings, as_of: bool = False) -> Derived:
    """Everything that one contact adds up to as of `now`: readiness with its reasons, phases, promises."""
    own_id = survivor_id(contact)
    until = now if as_of else None
    found = derive_many(contact.business, [own_id], now=now, settings=settings, until=until)
    if not found:
        raise Contact.DoesNotExist(f"nothing was known of {contact} at {now.isoformat()}")
    return found[0]


def survivor_id(contact: Contact) -> int:
    """The contact that now stands for this one."""
    current = contact
    while current.merged_into is not None:
        current = current.merged_into
    return current.pk


def list_told_timeline(contact: Contact, *, until: datetime | None = None) -> list[TimelineEntry]:
    """A contact's touchpoints up to `until`, in order of time, in words."""
    settings = get_settings(contact.business)
    dossiers = load_dossiers(contact.business, [survivor_id(contact)], until=until)
    return tell_timeline(dossiers[0], settings) if dossiers else []


def list_contacts(
    business: Business, *, search: str = "", until: datetime | None = None, limit: int | None = None
) -> list[ContactRow]:
    """The contacts of a business, the last seen first; those whose name or address holds `search`.

    As of `until`, counts and times stop there, and contacts first met later are left out.
    """
    zone = ZoneInfo(business.timezone)
    if search.strip():
        ids = _found(business, search.strip())
        rows = [
            row for start in range(0, len(ids), PAGE) for row in _rows(ids[start : start + PAGE], until, zone)
        ]
    else:
        rows = [row for ids in iterate_contacts(business, PAGE) for row in _rows(ids, until, zone)]
    rows.sort(key=lambda row: (row.last_seen_at is not None, row.last_seen_at or datetime.min.replace(tzinfo=zone)), reverse=True)  # fmt: skip
    return rows[:limit]


def list_rows_of(business: Business, contact_ids: Sequence[int]) -> list[ContactRow]:
    """The lines of these contacts, in the order of the ids; who is none of this shop is left out."""
    found = Contact.objects.filter(business=business, id__in=contact_ids)
    own = dict(found.values_list("id", "public_id"))
    places = {pk: place for place, pk in enumerate(contact_ids)}
    order = {str(public_id): places[pk] for pk, public_id in own.items()}
    rows = _rows([pk for pk in contact_ids if pk in own], None, ZoneInfo(business.timezone))
    return sorted(rows, key=lambda row: order[row.id])


def list_ready(business: Business, *, now: datetime, limit: int = 30) -> list[ReadyRow]:
    """Who is nearest to buying, with the reasons: at most `limit` contacts, the readiest first."""
    settings = get_settings(business)
    ready = Standing.objects.filter(business=business, readiness__gt=0)
    ids = list(
        ready.order_by("-readiness", "-last_in_at", "contact_id").values_list("contact_id", flat=True)[:limit]
    )
    rows = [
        ReadyRow(
            id=one.dossier.public_id,
            name=contact_name(one.dossier),
            readiness=one.standing.readiness,
            reasons=tell_readiness(one.standing.readiness_reasons),
            last_in_at=one.standing.last_in_at.astimezone(settings.zone) if one.standing.last_in_at else None,
        )
        for start in range(0, len(ids), CHUNK)
        for one in derive_many(business, ids[start : start + CHUNK], now=now, settings=settings)
        if one.standing.readiness > 0
    ]
    return sorted(rows, key=lambda row: (-row.readiness, row.name))


def _found(business: Business, search: str) -> list[int]:
    wanted = Q(name__icontains=search) | Q(identities__value__icontains=search)
    if key := name_key(search):
        wanted |= Q(name_key__contains=key)
    if phone := normalise_phone(search):
        wanted |= Q(identities__value=phone)
    if address := normalise_email(search):
        wanted |= Q(identities__value=address)
    own = Contact.objects.filter(wanted, business=business, merged_into__isnull=True)
    return list(own.order_by("id").values_list("id", flat=True).distinct())


def _rows(ids: Sequence[int], until: datetime | None, zone: ZoneInfo) -> list[ContactRow]:
    keys: dict[int, dict[IdentityLine, None]] = defaultdict(dict)
    found = Identity.objects.filter(contact_id__in=ids).exclude(value="").order_by("id")
    for contact_id, kind, value, name in found.values_list("contact_id", "kind", "value", "name"):
        if contact_id is not None and kind in SHOWN_KINDS:
            keys[contact_id][identity_line(kind, value, name)] = None
    seen = _seen_stored(ids) if until is None else _seen_until(ids, until)
    later = find_touched([pk for pk in ids if pk not in seen]) if until is not None else set()
    contacts = Contact.objects.filter(id__in=ids).order_by("id").values_list("id", "public_id", "name")
    rows = []
    for contact_id, public_id, name in contacts:
        if contact_id in later:
            continue
        first, last, touchpoints, orders = seen.get(contact_id, (None, None, 0, 0))
        rows.append(
            ContactRow(
                id=str(public_id),
                name=shown_name(name, ((one.kind, one.value) for one in keys[contact_id])),
                identities=tuple(keys[contact_id]),
                first_seen_at=first.astimezone(zone) if first else None,
                last_seen_at=last.astimezone(zone) if last else None,
                touchpoints=touchpoints,
                orders=orders,
            )
        )
    return rows


_Seen = dict[int, tuple[datetime | None, datetime | None, int, int]]


def _seen_stored(ids: Sequence[int]) -> _Seen:
    rows = Standing.objects.filter(contact_id__in=ids).values_list(
        "contact_id", "first_seen_at", "last_seen_at", "touchpoint_count", "order_count"
    )
    return {
        contact_id: (first, last, touchpoints, orders) if touchpoints else (None, None, 0, orders)
        for contact_id, first, last, touchpoints, orders in rows
    }


def _seen_until(ids: Sequence[int], until: datetime) -> _Seen:
    touched = Touchpoint.objects.filter(identity__contact_id__in=ids, happened_at__lte=until)
    had_ended = Q(status__in=INVALID_STATUSES) & (Q(ended_at__lte=until) | Q(ended_at__isnull=True))
    valid = Order.objects.filter(identity__contact_id__in=ids, placed_at__lte=until).exclude(had_ended)
    by_contact = valid.order_by().values_list("identity__contact_id")
    orders: dict[int, int] = dict(by_contact.annotate(how_many=Count("id")))
    counted = (
        touched.order_by()
        .values_list("identity__contact_id")
        .annotate(
            first=Min("happened_at"),
            last=Max("happened_at", filter=~Q(kind__in=_BY_SHOP)),
            how_many=Count("id"),
        )
    )
    return {
        contact_id: (first, last or first, how_many, orders.get(contact_id, 0))
        for contact_id, first, last, how_many in counted
    }
