"""Reads about people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sapa.accounts.models import Business
from sapa.contacts import words
from sapa.contacts.duplicates import Profile, add_identity, bare, find_pairs
from sapa.contacts.models import (
    Apart,
    Change,
    Contact,
    Cursor,
    Description,
    Identity,
    Link,
    Statement,
    Suggestion,
)
from sapa.contacts.rules import is_somebody, normalise_email, normalise_key, partition
from sapa.contacts.types import (
    KEY_KINDS,
    SHOWN_KINDS,
    AmbiguousNameError,
    Clue,
    Duplicate,
    DuplicateSide,
)
from sapa.lib.kept import MANY, NUMBER, TEXT, kept
from sapa.lib.kept_among import kept_among
from sapa.lib.lookups import Ids
from sapa.lib.names import name_key

IdentityKey = tuple[str, str]


def find_identities(business: Business, keys: Iterable[IdentityKey]) -> dict[IdentityKey, Identity]:
    """The identities that exist among (kind, value) pairs: one query a kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    found: dict[IdentityKey, Identity] = {}
    for kind, values in by_kind.items():
        for identity in _list_identities(values, business=business.pk, kind=kind):
            found[(kind, identity.value)] = identity
    return found


@kept_among(business=NUMBER, kind=TEXT)
def _list_identities(words: Any, business: Any, kind: Any) -> QuerySet[Identity]:
    return Identity.objects.filter(business=business, kind=kind, value__in=words)


def find_links(business: Business, pairs: Collection[tuple[int, ...]]) -> dict[tuple[int, int, str], int]:
    """Links that exist between the pairs (lower id first), taken back or not: (a, b, reason) → id."""
    if not pairs:
        return {}
    rows = _list_links(business=business.pk, a={p[0] for p in pairs}, b={p[1] for p in pairs})
    return {(a, b, reason): pk for pk, a, b, reason in rows}


@kept(business=NUMBER, a=MANY, b=MANY)
def _list_links(business: Any, a: Any, b: Any) -> QuerySet[Any, Any]:
    rows = Link.objects.filter(business=business, a__among=a, b__among=b)
    return rows.values_list("id", "a_id", "b_id", "reason")


def find_logins(contact_ids: Collection[int]) -> dict[int, str]:
    """The first user id by which each of these contacts signs in, where there is one."""
    if not contact_ids:
        return {}
    rows = Identity.objects.filter(contact__in=contact_ids, kind="user").order_by("-id")
    return {contact: value for contact, value in rows.values_list("contact_id", "value") if contact}


def list_apart_nodes(business: Business, node: Mapping[int, int]) -> list[tuple[int, int]]:
    """The aparts that may stand between these nodes, as node pairs.

    `node` maps identity ids to nodes: a known contact is its id below zero, an identity of nobody its own id.
    """
    contacts = [-number for number in set(node.values()) if number < 0]
    rows = Apart.objects.filter(business=business)
    near = Q(a__among=node) | Q(b__among=node)
    near |= Q(a__contact__among=contacts) | Q(b__contact__among=contacts)
    found = rows.filter(near).values_list("a_id", "a__contact_id", "b_id", "b__contact_id") if node else []
    return [(-one if one else a, -two if two else b) for a, one, b, two in found]


def list_links_of(business: Business, identity_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Standing links that touch these identities, oldest first."""
    rows = Link.objects.filter(
        Q(a__in=identity_ids) | Q(b__in=identity_ids), business=business, removed_at__isnull=True
    )
    return list(rows.order_by("id").values_list("a_id", "b_id"))


def list_aparts_of(business: Business, identity_ids: Sequence[int]) -> list[tuple[int, int]]:
    rows = Apart.objects.filter(Q(a__in=identity_ids) | Q(b__in=identity_ids), business=business)
    return list(rows.order_by("id").values_list("a_id", "b_id"))


def list_connected(business: Business, identity_ids: Iterable[int]) -> list[Identity]:
    """These identities and all that hang together with them, by links or by a common contact."""
    seen: dict[int, Identity] = {}
    frontier = set(identity_ids)
    while frontier:
        found = list(Identity.objects.filter(business=business, pk__in=frontier))
        seen.update({identity.pk: identity for identity in found})
        contacts = {identity.contact_id for identity in found if identity.contact_id}
        together = set(Identity.objects.filter(contact__in=contacts).values_list("id", flat=True))
        linked = {end for pair in list_links_of(business, list(frontier)) for end in pair}
        frontier = (together | linked) - seen.keys()
    return sorted(seen.values(), key=lambda identity: identity.pk)


def get_name_and_emails(contact_id: int) -> tuple[str, set[str]]:
    """A contact's name and e-mail addresses; raises Contact.DoesNotExist."""
    name = Contact.objects.values_list("name", flat=True).get(pk=contact_id)
    emails = Identity.objects.filter(contact=contact_id, kind="email").values_list("value", flat=True)
    return name, set(emails)


def get_contact(business: Business, public_id: UUID | str) -> Contact:
    """The contact of this public id, or the one that it was merged into; raises Contact.DoesNotExist."""
    contact = Contact.objects.select_related("merged_into").get(business=business, public_id=public_id)
    return contact.merged_into or contact


def find_contact(business: Business, who: str) -> Contact | None:
    """By phone as people write it, e-mail, handle, public id or exact name; raises AmbiguousNameError for several."""
    who = who.strip()
    for find in (_find_by_public_id, _find_by_key):
        if (contact := find(business, who)) is not None:
            return contact
    named = list(_contacts(business).filter(name__iexact=who).order_by("id")[:6])
    if not named and (key := name_key(who)):
        named = list(_contacts(business).filter(name_key=key).order_by("id")[:6])
    if len(named) > 1:
        raise AmbiguousNameError(who, tuple(str(contact.public_id) for contact in named))
    return named[0] if named else None


def _contacts(business: Business) -> QuerySet[Contact]:
    return Contact.objects.filter(business=business, merged_into__isnull=True)


def _find_by_public_id(business: Business, who: str) -> Contact | None:
    try:
        return get_contact(business, UUID(who))
    except (ValueError, Contact.DoesNotExist):
        return None


def _find_by_key(business: Business, who: str) -> Contact | None:
    wanted = Q(pk__in=[])
    spaced = any(character.isspace() for character in who)
    for kind in KEY_KINDS:
        if spaced and kind not in ("phone", "whatsapp"):
            continue
        if (key := normalise_key(kind, who)) is not None and (kind != "email" or normalise_email(who)):
            wanted |= Q(kind=kind, value=key.value)
    found = (
        Identity.objects.filter(wanted, business=business, contact__isnull=False)
        .select_related("contact")
        .order_by("contact_id")
        .first()
    )
    return found.contact if found else None


def list_identities(contact: Contact) -> list[Identity]:
    """What a contact is shown to be known by: keys first, then names from other sources."""
    shown = Identity.objects.filter(contact=contact, kind__in=SHOWN_KINDS, is_forgotten=False)
    return sorted(shown.order_by("id"), key=lambda identity: not identity.is_key)


def list_changes_after(business: Business, position: int, limit: int) -> list[tuple[int, int | None]]:
    """(id, contact id) of the change log behind a position, in order."""
    rows = Change.objects.filter(business=business, id__gt=position).order_by("id")
    return list(rows.values_list("id", "contact_id")[:limit])


def get_head(business: Business) -> int:
    """The id of the newest change; 0 where nothing has happened yet."""
    return Change.objects.filter(business=business).aggregate(head=Max("id"))["head"] or 0


def list_behind(consumer: str) -> list[Business]:
    """The businesses whose change log has more than a consumer has read, oldest first: one query for all."""
    newest = Change.objects.filter(business=OuterRef("pk")).order_by("-id").values("id")[:1]
    position = Cursor.objects.filter(business=OuterRef("pk"), consumer=consumer).values("position")[:1]
    heads = Business.objects.annotate(head=Subquery(newest), read=Coalesce(Subquery(position), 0))
    return list(heads.filter(head__gt=F("read")).order_by("id"))


def find_component_differences(business: Business) -> Iterator[str]:
    """Identities whose contact is not what their links add up to: what `sapa verify` prints."""
    identities = Identity.objects.filter(business=business).values_list(
        "id", "contact_id", "is_shared", "kind", "name"
    )
    rows = {pk: (contact, shared, kind, name) for pk, contact, shared, kind, name in identities}
    links = (
        Link.objects.filter(business=business, removed_at__isnull=True)
        .exclude(Q(a__is_shared=True) | Q(b__is_shared=True))
        .order_by("id")
        .values_list("a_id", "b_id")
    )
    aparts = Apart.objects.filter(business=business).values_list("a_id", "b_id")
    members: dict[int, list[int]] = {}
    for pk, root in partition(list(rows), links, aparts).items():
        members.setdefault(root, []).append(pk)
    owner: dict[int, int] = {}
    for root, group in members.items():
        contacts = {rows[pk][0] for pk in group}
        somebody = any(is_somebody(rows[pk][2], rows[pk][3]) and not rows[pk][1] for pk in group)
        if len(contacts) > 1 or (contacts == {None}) == somebody:
            yield f"identities {group[:5]} are one component but have contacts {sorted(map(str, contacts))}"
        for contact in contacts - {None}:
            if contact is not None and owner.setdefault(contact, root) != root:
                yield f"contact {contact} holds two components: {owner[contact]} and {root}"


def count_contacts(business: Business) -> int:
    return _contacts(business).count()


def list_shared(business: Business) -> list[Identity]:
    """Numbers that teammates marked as shared."""
    return list(Identity.objects.filter(business=business, is_shared=True).order_by(F("learned_at").desc()))


def list_profiles(business: Business, contact_ids: Iterable[int] | None = None) -> list[Profile]:
    """What duplicates are found by, one profile a contact (of these alone, if given): three passes over the tables."""
    own = _contacts(business)
    keys = Identity.objects.filter(business=business, contact__isnull=False, is_shared=False)
    places = Description.objects.filter(business=business, identity__contact__isnull=False)
    if contact_ids is not None:
        ids = Ids(sorted(set(contact_ids)))
        own, keys = own.filter(pk__among=ids), keys.filter(contact_id__among=ids)
        places = places.filter(identity__contact_id__among=ids)
    profiles = {pk: Profile(pk, name, key) for pk, name, key in own.values_list("id", "name", "name_key")}
    for contact_id, kind, value in keys.values_list("contact_id", "kind", "value").iterator(chunk_size=5000):
        if contact_id in profiles:
            add_identity(profiles[contact_id], kind, value)
    for contact_id, city, address in places.values_list("identity__contact_id", "city", "address"):
        if contact_id in profiles:
            profiles[contact_id].cities |= {city.casefold()} - {""}
            profiles[contact_id].addresses |= {" ".join(address.casefold().split())} - {""}
    return list(profiles.values())


def find_look_alikes(business: Business, contact_ids: Iterable[int], *, most: int) -> set[int]:
    """Other contacts that bear the name of one of these (of at most `most`), or an account of the same name."""
    profiles = list_profiles(business, contact_ids)
    names = {one.name_key for one in profiles if one.name_key}
    bearers: dict[str, list[int]] = {}
    for name, pk in _contacts(business).filter(name_key__in=names).values_list("name_key", "id"):
        bearers.setdefault(name, []).append(pk)
    found = {pk for group in bearers.values() if len(group) <= most for pk in group}
    handles = {handle for one in profiles for handle in one.handles} | {bare(name) for name in names}
    accounts = Identity.objects.filter(
        business=business, contact__isnull=False, is_shared=False, is_key=True, value__in=handles
    )
    found.update(pk for pk in accounts.values_list("contact_id", flat=True) if pk)
    return found - {one.id for one in profiles}


def list_apart_contacts(business: Business) -> list[tuple[int, int]]:
    """Pairs of contacts between which something was put apart."""
    rows = Apart.objects.filter(
        business=business, a__contact__isnull=False, b__contact__isnull=False
    ).values_list("a__contact_id", "b__contact_id")
    return list(rows)


def list_duplicates(business: Business, clues: Iterable[Clue]) -> list[Duplicate]:
    """Contacts who may be one, best first, worked out from what is stored now and from what rooms above know.

    `gateway.digest.clues.list_duplicates` hands in the clues.
    """
    pairs = find_pairs(list_profiles(business), list_apart_contacts(business), clues)
    contacts = Contact.objects.in_bulk({pk for pair in pairs for pk in (pair.a, pair.b)})
    return [_duplicate(contacts[pair.a], contacts[pair.b], pair.score, list(pair.evidence)) for pair in pairs]


def list_suggestions(business: Business, limit: int = 30) -> list[Duplicate]:
    """The stored suggestions, best first: what the screen shows."""
    rows = Suggestion.objects.filter(
        business=business, a__merged_into__isnull=True, b__merged_into__isnull=True
    ).select_related("a", "b")
    return [
        _duplicate(row.a, row.b, row.score, [tuple(one) for one in row.evidence])
        for row in rows.order_by("-score", "id")[:limit]
    ]


def list_suggestions_after(
    business: Business, *, after: tuple[float, int] | None = None, limit: int = 30
) -> list[tuple[tuple[float, int], Duplicate]]:
    """As `list_suggestions`, each with its place; `after` is the place of the one before."""
    rows = Suggestion.objects.filter(
        business=business, a__merged_into__isnull=True, b__merged_into__isnull=True
    ).select_related("a", "b")
    if after is not None:
        score, number = after
        rows = rows.filter(Q(score__lt=score) | Q(score=score, id__gt=number))
    return [
        ((row.score, row.pk), _duplicate(row.a, row.b, row.score, [tuple(one) for one in row.evidence]))
        for row in rows.order_by("-score", "id")[:limit]
    ]


def count_suggestions(business: Business) -> int:
    return Suggestion.objects.filter(
        business=business, a__merged_into__isnull=True, b__merged_into__isnull=True
    ).count()


def _duplicate(a: Contact, b: Contact, score: float, evidence: Sequence[tuple[str, ...]]) -> Duplicate:
    return Duplicate(
        id=f"{a.public_id}.{b.public_id}",
        a=DuplicateSide(str(a.public_id), a.name),
        b=DuplicateSide(str(b.public_id), b.name),
        score=score,
        evidence=tuple(words.say_evidence(one[0], one[1]) for one in evidence),
    )


def list_statements(contact: Contact, field: str) -> list[Statement]:
    """What teammates declared of a contact, newest first; what was taken back is marked as such."""
    found = Statement.objects.filter(contact=contact, field=field).select_related("by")
    return list(found.order_by("-at", "-id"))


def get_statement(business: Business, statement_id: int) -> Statement:
    """Raises `Statement.DoesNotExist`."""
    return Statement.objects.select_related("contact").get(business=business, pk=statement_id)


def get_identity(business: Business, identity_id: int) -> Identity:
    """Raises `Identity.DoesNotExist`."""
    return Identity.objects.select_related("contact").get(business=business, pk=identity_id)


def get_apart(business: Business, apart_id: int) -> Apart:
    """Raises `Apart.DoesNotExist`."""
    return Apart.objects.select_related("a", "b").get(business=business, pk=apart_id)


def count_changes_behind(business: Business, consumer: str, *, up_to: int) -> int:
    """How many changes a consumer has not read yet, counted no further than `up_to`."""
    position = Cursor.objects.filter(business=business, consumer=consumer).values_list("position", flat=True)
    behind = Change.objects.filter(business=business, id__gt=position.first() or 0)
    return behind.order_by().values("id")[:up_to].count()
