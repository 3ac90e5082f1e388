"""Recognise people: source records become identities, their strong keys links, and links contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sapa.accounts.models import Business
from sapa.accounts.operations import record_audit
from sapa.contacts import queries, rules
from sapa.contacts.models import Apart, Contact, Identity, Link
from sapa.contacts.operations.changes import note_changes
from sapa.contacts.types import KEY_KINDS, Identified, NormalKey
from sapa.lib.database import write
from sapa.lib.names import name_key

IdentityKey = tuple[str, str]


@dataclass(slots=True)
class PersonSeen:
    """One person of a source, ready to be looked up: the record's key, and the keys that may join it to others."""

    record: IdentityKey
    name: str
    keys: tuple[NormalKey, ...]
    typed: tuple[NormalKey, ...] = ()
    found: dict[str, int] = field(default_factory=dict)


def identify_many(*, business: Business, people: Sequence[PersonSeen], now: datetime) -> list[Identified]:
    """One `Identified` for each person, in order. Creates what is new, links and joins; one transaction."""
    with write():
        known = _load_or_create(business, people, now)
        links = _link_keys(business, people, known, now)
        _join(business, known, [(link.a_id, link.b_id, link) for link in links.created], now)
        return [_identified(person, known, links) for person in people]


def link_identities(
    *, business: Business, pairs: Iterable[tuple[int, int, Link.Reason, dict[str, object]]], now: datetime
) -> list[int]:
    """Link identities by other evidence than a key and join their contacts; returns the ids of new links."""
    with write():
        wanted = {tuple(sorted((a, b))): (reason, evidence) for a, b, reason, evidence in pairs if a != b}
        if not wanted:
            return []
        old = queries.find_links(business, wanted.keys())
        fresh = [
            Link(business=business, a_id=a, b_id=b, reason=reason, evidence=evidence, at=now)
            for (a, b), (reason, evidence) in wanted.items()
            if (a, b, str(reason)) not in old
        ]
        Link.objects.bulk_create(fresh)
        ids = {end for pair in wanted for end in pair}
        known = {(i.kind, i.value): i for i in Identity.objects.filter(id__in=ids)}
        _join(business, known, [(link.a_id, link.b_id, link) for link in fresh], now)
        return [link.pk for link in fresh]


@dataclass(slots=True)
class _Links:
    created: list[Link]
    by_pair: dict[tuple[int, int], int]
    fresh_ids: frozenset[int]


def _load_or_create(
    business: Business, people: Sequence[PersonSeen], now: datetime
) -> dict[IdentityKey, Identity]:
    wanted: dict[IdentityKey, str] = {}
    for person in people:
        wanted[person.record] = person.name or wanted.get(person.record, "")
        for key in (*person.keys, *person.typed):
            wanted.setdefault((key.kind, key.value), "")
    known = queries.find_identities(business, wanted)
    fresh = [
        Identity(
            business=business,
            kind=kind,
            value=value,
            name=name,
            is_key=kind in KEY_KINDS,
            learned_at=now,
        )
        for (kind, value), name in wanted.items()
        if (kind, value) not in known
    ]
    Identity.objects.bulk_create(fresh)
    _learn_names([(identity, wanted[key]) for key, identity in known.items()])
    known.update({(i.kind, i.value): i for i in fresh})
    for person in people:
        person.found["new"] = int(known[person.record].learned_at == now and known[person.record] in fresh)
    return known


def _learn_names(pairs: Iterable[tuple[Identity, str]]) -> None:
    """An identity that had no name takes the first that it is given."""
    named = [(identity, name) for identity, name in pairs if name and not identity.name]
    for identity, name in named:
        identity.name = name
    Identity.objects.bulk_update([identity for identity, _ in named], ["name"])


def _link_keys(
    business: Business, people: Sequence[PersonSeen], known: dict[IdentityKey, Identity], now: datetime
) -> _Links:
    pairs: dict[tuple[int, int], None] = {}
    for person in people:
        record = known[person.record]
        for key in (*person.keys, *person.typed):
            other = known[(key.kind, key.value)]
            if other.pk != record.pk:
                low, high = sorted((record.pk, other.pk))
                pairs[(low, high)] = None
    old = queries.find_links(business, pairs.keys())
    fresh = [
        Link(business=business, a_id=a, b_id=b, reason=Link.Reason.KEY, at=now)
        for a, b in pairs
        if (a, b, Link.Reason.KEY.value) not in old
    ]
    Link.objects.bulk_create(fresh)
    by_pair = {(a, b): pk for (a, b, reason), pk in old.items() if reason == Link.Reason.KEY}
    by_pair.update({(link.a_id, link.b_id): link.pk for link in fresh})
    return _Links(created=fresh, by_pair=by_pair, fresh_ids=frozenset(link.pk for link in fresh))


def _identified(person: PersonSeen, known: dict[IdentityKey, Identity], links: _Links) -> Identified:
    record = known[person.record]
    used = []
    for key in (*person.keys, *person.typed):
        low, high = sorted((record.pk, known[(key.kind, key.value)].pk))
        if pk := links.by_pair.get((low, high)):
            used.append((pk, pk in links.fresh_ids))
    return Identified(record.pk, record.contact_id, bool(person.found["new"]), tuple(used))


def _join(
    business: Business,
    known: dict[IdentityKey, Identity],
    new_links: Sequence[tuple[int, int, Link]],
    now: datetime,
) -> None:
    """Give every identity its contact: those of one component share the oldest.

    Nodes are identities, and contacts as negative numbers, so that a whole known component is one node.
    """
    by_id = {identity.pk: identity for identity in known.values()}
    node = {pk: -i.contact_id if i.contact_id else pk for pk, i in by_id.items()}
    aparts = queries.list_apart_nodes(business, node)
    aparts += _contradictions(business, new_links, by_id, node, now)
    components = rules.Components(aparts)
    for a, b, _ in new_links:
        if not (by_id[a].is_shared or by_id[b].is_shared):
            components.join(node[a], node[b])
    groups: dict[int, list[Identity]] = {}
    for pk, identity in by_id.items():
        groups.setdefault(components.find(node[pk]), []).append(identity)
    _settle(business, list(groups.values()), now)


def _settle(business: Business, groups: Sequence[list[Identity]], now: datetime) -> None:
    """Write each component's contact: the oldest it has, else a new one where there is somebody."""
    moved: list[Identity] = []
    newborn: list[tuple[Contact, list[Identity]]] = []
    for group in groups:
        contacts = sorted({i.contact_id for i in group if i.contact_id})
        if contacts:
            moved += _adopt(group, contacts[0])
            if contacts[1:]:
                _absorb(business, contacts[0], contacts[1:], now)
        elif any(rules.is_somebody(i.kind, i.name) for i in group):
            newborn.append((_new_contact(business, group, now), group))
    Contact.objects.bulk_create([contact for contact, _ in newborn])
    for contact, group in newborn:
        moved += _adopt(group, contact.pk)
    Identity.objects.bulk_update(moved, ["contact", "home"])
    _name_the_nameless(business, [group for group in groups if group])


def _adopt(group: Iterable[Identity], contact_id: int) -> list[Identity]:
    moved = [identity for identity in group if identity.contact_id != contact_id]
    for identity in moved:
        # An identity that moves with its whole contact is re-pointed by `_absorb`; its home stays.
        identity.home_id = identity.home_id or identity.contact_id or contact_id
        identity.contact_id = contact_id
    return moved


def _new_contact(business: Business, group: Iterable[Identity], now: datetime) -> Contact:
    name = next((i.name for i in group if i.name), "")
    return Contact(business=business, name=name, name_key=name_key(name)[:200], created_at=now)


def _name_the_nameless(business: Business, groups: Iterable[list[Identity]]) -> None:
    """A contact that was known by a number alone takes the first name that comes with it."""
    names = {
        group[0].contact_id: name
        for group in groups
        if group[0].contact_id and (name := next((i.name for i in group if i.name), ""))
    }
    nameless = list(Contact.objects.filter(business=business, id__in=list(names), name=""))
    for contact in nameless:
        contact.name = names[contact.pk]
        contact.name_key = name_key(contact.name)[:200]
    Contact.objects.bulk_update(nameless, ["name", "name_key"])


def _absorb(business: Business, survivor: int, absorbed: Sequence[int], now: datetime) -> None:
    """The oldest contact survives; the others stay as rows that point to it."""
    Identity.objects.filter(business=business, contact_id__in=absorbed).update(contact_id=survivor)
    Contact.objects.filter(business=business, id__in=absorbed).update(merged_into_id=survivor)
    Contact.objects.filter(business=business, merged_into_id__in=absorbed).update(merged_into_id=survivor)
    note_changes(business, [survivor, *absorbed])
    record_audit(
        business=business,
        by=None,
        verb="contacts.joined",
        object_kind="contact",
        object_id=str(survivor),
        data={"absorbed": list(absorbed)},
        now=now,
    )


def _contradictions(
    business: Business,
    new_links: Sequence[tuple[int, int, Link]],
    by_id: dict[int, Identity],
    node: dict[int, int],
    now: datetime,
) -> list[tuple[int, int]]:
    """Links over a phone that unlike names and unlike e-mails contradict: written down as apart."""
    emails = _emails_beside(new_links, by_id)
    holders: dict[int, tuple[str, set[str]]] = {}
    found: list[tuple[int, int]] = []
    for a, b, _ in new_links:
        record, phone = (b, a) if by_id[a].kind == "phone" else (a, b)
        if by_id[phone].kind != "phone" or not by_id[record].name or not emails.get(record):
            continue
        theirs = by_id[phone].contact_id
        if phone not in holders and theirs and theirs != by_id[record].contact_id:
            holders[phone] = queries.get_name_and_emails(theirs)
        name, addresses = holders.setdefault(phone, (by_id[record].name, set(emails[record])))
        if rules.contradicts(by_id[record].name, emails[record], name, addresses):
            found.append((record, phone))
    Apart.objects.bulk_create(
        [Apart(business=business, a_id=min(p), b_id=max(p), at=now) for p in found], ignore_conflicts=True
    )
    return [(node[record], node[phone]) for record, phone in found]


def _emails_beside(
    new_links: Sequence[tuple[int, int, Link]], by_id: dict[int, Identity]
) -> dict[int, set[str]]:
    beside: dict[int, set[str]] = {}
    for a, b, _ in new_links:
        for record, key in ((a, b), (b, a)):
            if by_id[key].kind == "email":
                beside.setdefault(record, set()).add(by_id[key].value)
    return beside
