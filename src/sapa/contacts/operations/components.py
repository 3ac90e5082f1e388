"""Work out again which identities are one person, after a link or a mark was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts import queries, rules
from sapa.contacts.models import Contact, Identity, Statement
from sapa.contacts.operations.changes import note_changes
from sapa.lib.database import write
from sapa.lib.names import name_key


def mark_shared(
    *, business: Business, identity: Identity, is_shared: bool, by: Teammate | None, now: datetime
) -> None:
    """A number that a family or a reseller shares joins nobody: the people behind it come apart."""
    with write():
        Identity.objects.filter(pk=identity.pk, business=business).update(is_shared=is_shared)
        neighbours = {end for pair in queries.list_links_of(business, [identity.pk]) for end in pair}
        recompute_components(business, {identity.pk, *neighbours}, now=now)
        record_audit(
            business=business,
            by=by,
            verb="identity.shared" if is_shared else "identity.not_shared",
            object_kind="identity",
            object_id=str(identity.pk),
            data={"contact": identity.contact_id},
            now=now,
        )


def recompute_components(business: Business, identity_ids: Iterable[int], *, now: datetime) -> set[int]:
    """Settle these identities and all that hang together with them; returns the contacts touched."""
    with write():
        members = queries.list_connected(business, identity_ids)
        ids = [identity.pk for identity in members]
        shared = {identity.pk for identity in members if identity.is_shared}
        links = [
            pair
            for pair in queries.list_links_of(business, ids)
            if not (pair[0] in shared or pair[1] in shared)
        ]
        parts = rules.partition(ids, links, queries.list_aparts_of(business, ids))
        touched = {i.contact_id for i in members if i.contact_id}
        groups: dict[int, list[Identity]] = {}
        for identity in members:
            groups.setdefault(parts[identity.pk], []).append(identity)
        taken: set[int] = set()
        for group in sorted(groups.values(), key=_seniority):
            taken.add(_settle_group(business, group, taken, now))
        touched |= {contact_id for contact_id in taken if contact_id}
        _bury_the_empty(business, touched)
        note_changes(business, touched)
        return touched


def _seniority(group: list[Identity]) -> tuple[int, int]:
    return min(i.home_id or 1 << 62 for i in group), group[0].pk


def _settle_group(business: Business, group: list[Identity], taken: set[int], now: datetime) -> int:
    """The group's contact: the oldest home that no other group has, else a new one; 0 for nobody known.

    A number that several share is by itself nobody.
    """
    if not any(rules.is_somebody(i.kind, i.name) and not i.is_shared for i in group):
        Identity.objects.filter(pk__in=[i.pk for i in group]).update(contact=None)
        return 0
    homes = sorted({i.home_id for i in group if i.home_id} - taken)
    contact = Contact.objects.filter(business=business, pk__in=homes).order_by("pk").first()
    name = next((i.name for i in group if i.name), "")
    if contact is None:
        contact = Contact.objects.create(
            business=business, name=name, name_key=name_key(name)[:200], created_at=now
        )
    else:
        if contact.merged_into_id is not None:
            contact.merged_into = None
            contact.save(update_fields=["merged_into"])
        _keep_own_name(contact, group)
        _take_proper_name(contact, group)
    ids = [i.pk for i in group]
    Identity.objects.filter(pk__in=ids).update(contact=contact)
    Identity.objects.filter(pk__in=ids, home__isnull=True).update(home=contact)
    return contact.pk


def _keep_own_name(contact: Contact, group: list[Identity]) -> None:
    """A name that came with an identity goes with it, unless a teammate gave it."""
    names = [identity.name for identity in group if identity.name]
    if not contact.name or contact.name in names or any(identity.is_forgotten for identity in group):
        return
    if Statement.objects.filter(contact=contact, field="name", undone_at__isnull=True).exists():
        return
    contact.name = names[0] if names else ""
    contact.name_key = name_key(contact.name)[:200]
    contact.save(update_fields=["name", "name_key"])


def _take_proper_name(contact: Contact, group: list[Identity]) -> None:
    """Of those who turn out to be one, the name of a person stands before the name of an account."""
    values = [identity.value for identity in group]
    if not contact.name or not rules.is_handle(contact.name, values):
        return
    proper = (identity.name for identity in group if identity.name)
    name = next((one for one in proper if not rules.is_handle(one, values)), "")
    if not name or Statement.objects.filter(contact=contact, field="name", undone_at__isnull=True).exists():
        return
    contact.name, contact.name_key = name, name_key(name)[:200]
    contact.save(update_fields=["name", "name_key"])


def _bury_the_empty(business: Business, contact_ids: Iterable[int]) -> None:
    """A contact left without identities points to where its identities went, if they went anywhere."""
    empty = Contact.objects.filter(
        business=business, pk__in=contact_ids, identities__isnull=True, merged_into__isnull=True
    )
    for contact in empty:
        heir = Identity.objects.filter(home=contact, contact__isnull=False).order_by("pk").first()
        if heir is not None:
            contact.merged_into_id = heir.contact_id
            contact.save(update_fields=["merged_into"])
