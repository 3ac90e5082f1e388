"""Recognise people: source records become identities, their strong keys links, and links contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.accounts.operations import record_audit
from sapa.contacts import queries, rules
from sapa.contacts.models import Apart, Contact, Identity, Link
from sapa.contacts.operations.changes import note_changes
from sapa.contacts.types import KEY_KINDS, Identified, NormalKey
from sapa.lib.database import write
from sapa.lib.inserting import insert_rows
from sapa.lib.kept import MANY, kept
from sapa.lib.names import name_key

IdentityKey = tuple[str, str]
KeyPair = tuple[IdentityKey, IdentityKey]

# Nodes of the union-find: a known contact is its id below zero, a known identity of nobody its id,
# and an identity that is still to be stored a number beyond all ids.
_NEW = 1 << 62

_NO_EVIDENCE: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """One person of a source, ready to be looked up: the record's key, and the keys that may join it to others.

    `typed` are keys that an anonymous visitor typed: kind "typed", joining only what typed the same.
    """

    record: IdentityKey
    name: str
    keys: tuple[NormalKey, ...]
    typed: tuple[NormalKey, ...] = ()

    def pairs(self) -> Iterable[KeyPair]:
        for key in (*self.keys, *self.typed):
            if (key.kind, key.value) != self.record:
                yield self.record, (key.kind, key.value)


@dataclass(slots=True)
class _Work:
    """One call's state: names by identity key, what is stored of them, and the node that each one is.

    `contact` is who a node turned out to be, `made` the id of an identity that this call stored.
    """

    business: Business
    now: datetime
    names: dict[IdentityKey, str]
    known: dict[IdentityKey, Identity]
    node: dict[IdentityKey, int]
    contact: dict[int, int] = field(default_factory=dict)
    made: dict[IdentityKey, int] = field(default_factory=dict)

    def id_of(self, key: IdentityKey) -> int:
        return self.known[key].pk if key in self.known else self.made[key]

    def is_shared(self, key: IdentityKey) -> bool:
        return key in self.known and self.known[key].is_shared

    def contact_of(self, key: IdentityKey) -> int | None:
        identity = self.known.get(key)
        return identity.contact_id if identity else self.contact.get(self.node[key])


def identify_many(*, business: Business, people: Sequence[PersonSeen], now: datetime) -> list[Identified]:
    """One `Identified` for each person, in order. Creates what is new, links and joins; one transaction."""
    with write():
        work = _look_up(business, people, now)
        met = {identity.contact_id for identity in work.known.values()}
        old_links, fresh_pairs = _sort_links(business, people, work.known)
        aparts = [*_contradictions(work, fresh_pairs), *_shared_devices(work, fresh_pairs)]
        groups = _join(work, fresh_pairs, aparts)
        _settle(work, groups)
        links = old_links | _store(work, fresh_pairs, aparts)
        fresh = set(fresh_pairs)
        found = []
        for person in people:
            contact_id, is_new = work.contact_of(person.record), person.record in work.made
            found.append(
                Identified(
                    identity_id=work.id_of(person.record),
                    contact_id=contact_id,
                    is_new=is_new,
                    links=tuple((links[pair], pair in fresh) for pair in person.pairs()),
                    is_met=contact_id in met if contact_id else not is_new,
                )
            )
            met.add(contact_id)
        return found


def link_identities(
    *, business: Business, pairs: Iterable[tuple[int, int, Link.Reason, dict[str, object]]], now: datetime
) -> list[int]:
    """Link identities by other evidence than a key and join their contacts; returns the ids of new links."""
    with write():
        wanted = {
            (min(a, b), max(a, b)): (str(reason), evidence) for a, b, reason, evidence in pairs if a != b
        }
        old = queries.find_links(business, wanted.keys())
        fresh = [(a, b) for (a, b), (reason, _) in wanted.items() if (a, b, reason) not in old]
        if not fresh:
            return []
        made = insert_rows(Link, [_link(business, a, b, now, *wanted[(a, b)]) for a, b in fresh])
        ends = Identity.objects.filter(pk__in={end for pair in fresh for end in pair})
        known = {(one.kind, one.value): one for one in ends}
        work = _Work(business, now, {key: one.name for key, one in known.items()}, known, _nodes(known, ()))
        key_of = {one.pk: key for key, one in known.items()}
        groups = _join(work, [(key_of[a], key_of[b]) for a, b in fresh], [])
        _settle(work, groups)
        return list(made)


def _look_up(business: Business, people: Sequence[PersonSeen], now: datetime) -> _Work:
    names: dict[IdentityKey, str] = {}
    for person in people:
        names[person.record] = person.name or names.get(person.record, "")
        for _, key in person.pairs():
            names.setdefault(key, "")
    known = queries.find_identities(business, names)
    for key, identity in known.items():
        if names[key] and not identity.name:
            identity.name = names[key]
            identity.save(update_fields=["name"])
    return _Work(business, now, names, known, _nodes(known, names))


def _nodes(known: dict[IdentityKey, Identity], keys: Iterable[IdentityKey]) -> dict[IdentityKey, int]:
    nodes = {key: -one.contact_id if one.contact_id else one.pk for key, one in known.items()}
    for number, key in enumerate(keys):
        nodes.setdefault(key, _NEW + number)
    return nodes


def _sort_links(
    business: Business, people: Sequence[PersonSeen], known: dict[IdentityKey, Identity]
) -> tuple[dict[KeyPair, int], list[KeyPair]]:
    """The ids of key links that exist, taken back or not, and the pairs still to be linked, in order."""
    pairs = dict.fromkeys(pair for person in people for pair in person.pairs())
    ends = {
        pair: tuple(sorted((known[pair[0]].pk, known[pair[1]].pk)))
        for pair in pairs
        if pair[0] in known and pair[1] in known
    }
    stored = queries.find_links(business, set(ends.values()))
    old = {
        pair: stored[(a, b, Link.Reason.KEY.value)]
        for pair, (a, b) in ends.items()
        if (a, b, Link.Reason.KEY.value) in stored
    }
    return old, [pair for pair in pairs if pair not in old]


def _contradictions(work: _Work, pairs: Sequence[KeyPair]) -> list[KeyPair]:
    """Links over a phone that unlike names and unlike e-mails contradict: to be written down as apart."""
    emails: dict[IdentityKey, set[str]] = {}
    for record, key in pairs:
        if key[0] == "email":
            emails.setdefault(record, set()).add(key[1])
    holders: dict[IdentityKey, tuple[str, set[str]]] = {}
    found = []
    for record, phone in pairs:
        if phone[0] != "phone" or record not in emails or not work.names[record]:
            continue
        theirs = work.contact_of(phone)
        if phone not in holders and theirs and theirs != work.contact_of(record):
            holders[phone] = queries.get_name_and_emails(theirs)
        holder = holders.setdefault(phone, (work.names[record], emails[record]))
        if rules.contradicts(work.names[record], emails[record], *holder):
            found.append((record, phone))
    return found


def _shared_devices(work: _Work, pairs: Sequence[KeyPair]) -> list[KeyPair]:
    """A device on which two people sign in is the first one's: a second login stays apart from it."""
    logins = [(visitor, user) for visitor, user in pairs if visitor[0] == "visitor" and user[0] == "user"]
    owners = queries.find_logins([pk for visitor, _ in logins if (pk := work.contact_of(visitor))])
    first: dict[IdentityKey, str] = {}
    found = []
    for visitor, user in logins:
        theirs = owners.get(work.contact_of(visitor) or 0)
        if first.setdefault(visitor, theirs or user[1]) != user[1]:
            found.append((visitor, user))
    return found


def _join(work: _Work, pairs: Sequence[KeyPair], aparts: Sequence[KeyPair]) -> list[list[IdentityKey]]:
    """The components that the pairs make of what was looked up."""
    stored = {one.pk: work.node[key] for key, one in work.known.items()}
    # Where nothing is to be joined nobody can be kept apart.
    foes = queries.list_apart_nodes(work.business, stored) if pairs else []
    foes += [(work.node[a], work.node[b]) for a, b in aparts]
    components = rules.Components(foes)
    for a, b in pairs:
        if not (work.is_shared(a) or work.is_shared(b)):
            components.join(work.node[a], work.node[b])
    groups: dict[int, list[IdentityKey]] = {}
    for key, node in work.node.items():
        groups.setdefault(components.find(node), []).append(key)
    return list(groups.values())


@kept(ids=MANY)
def _list_nameless(ids: Any) -> QuerySet[Any, Any]:
    return Contact.objects.filter(id__among=ids, name="").values_list("id", flat=True)


def _settle(work: _Work, groups: Sequence[list[IdentityKey]]) -> None:
    """Decide each component's contact: the oldest it has, else a new one where there is somebody.

    A contact that was known by a number alone takes the first name that comes with it.
    """
    newborn: list[tuple[str, list[IdentityKey]]] = []
    known = {one.contact_id for one in work.known.values() if one.contact_id}
    nameless = set(_list_nameless(ids=known)) if known else set()
    for group in groups:
        contacts = sorted({pk for key in group if (pk := work.contact_of(key))})
        name = next((work.names[key] for key in group if work.names[key]), "")
        if contacts:
            _adopt(work, group, contacts[0])
            if name and contacts[0] in nameless:
                Contact.objects.filter(pk=contacts[0]).update(name=name, name_key=name_key(name)[:200])
            if contacts[1:]:
                _absorb(work, contacts[0], contacts[1:])
        elif any(rules.is_somebody(key[0], work.names[key]) and not work.is_shared(key) for key in group):
            newborn.append((name, group))
    for contact_id, (_, group) in zip(
        _make_contacts(work, [name for name, _ in newborn]), newborn, strict=True
    ):
        _adopt(work, group, contact_id)


def _make_contacts(work: _Work, names: Iterable[str]) -> Sequence[int]:
    return insert_rows(
        Contact,
        [
            {
                "business_id": work.business.pk,
                "name": name,
                "name_key": name_key(name)[:200],
                "created_at": work.now,
            }
            for name in names
        ],
    )


def _adopt(work: _Work, group: Sequence[IdentityKey], contact_id: int) -> None:
    """The group's identities belong to the contact from now on."""
    orphans = []
    for key in group:
        work.contact[work.node[key]] = contact_id
        identity = work.known.get(key)
        if identity is None:
            continue
        if identity.contact_id is None:
            orphans.append(identity.pk)
            identity.home_id = identity.home_id or contact_id
        identity.contact_id = contact_id
    if orphans:
        Identity.objects.filter(pk__in=orphans).update(contact_id=contact_id)
        Identity.objects.filter(pk__in=orphans, home__isnull=True).update(home_id=contact_id)


def _absorb(work: _Work, survivor: int, absorbed: Sequence[int]) -> None:
    """The oldest contact survives; the others stay as rows that point to it."""
    Identity.objects.filter(business=work.business, contact_id__in=absorbed).update(contact_id=survivor)
    Contact.objects.filter(business=work.business, pk__in=absorbed).update(merged_into_id=survivor)
    Contact.objects.filter(business=work.business, merged_into_id__in=absorbed).update(
        merged_into_id=survivor
    )
    note_changes(work.business, [survivor, *absorbed])
    record_audit(
        business=work.business,
        by=None,
        verb="contacts.joined",
        object_kind="contact",
        object_id=str(survivor),
        data={"absorbed": list(absorbed)},
        now=work.now,
    )


def _store(work: _Work, pairs: Sequence[KeyPair], aparts: Sequence[KeyPair]) -> dict[KeyPair, int]:
    """Write the new identities with their contacts, then the links in the order in which they joined."""
    fresh = [key for key in work.names if key not in work.known]
    work.made.update(zip(fresh, insert_rows(Identity, [_identity(work, key) for key in fresh]), strict=True))
    links = [_link(work.business, a, b, work.now) for a, b in _ends(work, pairs)]
    ids = insert_rows(Link, links)
    Apart.objects.bulk_create(
        [Apart(business=work.business, a_id=a, b_id=b, at=work.now) for a, b in _ends(work, aparts)],
        ignore_conflicts=True,
    )
    return dict(zip(pairs, ids, strict=True))


def _link(
    business: Business,
    a: int,
    b: int,
    now: datetime,
    reason: str = Link.Reason.KEY.value,
    evidence: Mapping[str, object] = _NO_EVIDENCE,
) -> dict[str, Any]:
    return {
        "business_id": business.pk,
        "a_id": a,
        "b_id": b,
        "reason": reason,
        "evidence": evidence,
        "at": now,
    }


def _ends(work: _Work, pairs: Iterable[KeyPair]) -> list[list[int]]:
    """The ids of each pair, the lower first."""
    return [sorted((work.id_of(one), work.id_of(two))) for one, two in pairs]


def _identity(work: _Work, key: IdentityKey) -> dict[str, Any]:
    contact_id = work.contact_of(key)
    return {
        "business_id": work.business.pk,
        "kind": key[0],
        "value": key[1],
        "name": work.names[key],
        "is_key": key[0] in KEY_KINDS,
        "learned_at": work.now,
        "contact_id": contact_id,
        "home_id": contact_id,
    }
