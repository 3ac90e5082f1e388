"""What sources and teammates say of a person beside names and keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact, Description, Statement, ToldOrigin
from sapa.contacts.operations.changes import note_changes
from sapa.lib import json
from sapa.lib.database import write
from sapa.lib.inserting import insert_many, insert_once
from sapa.lib.names import name_key


@dataclass(frozen=True, slots=True)
class DescriptionGiven:
    identity_id: int
    at: datetime
    city: str = ""
    address: str = ""
    note: str = ""
    preferences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OriginTold:
    identity_id: int
    dedupe_key: str
    at: datetime
    channel: str
    context: str
    referrer: str


def describe_many(*, business: Business, given: Sequence[DescriptionGiven]) -> list[tuple[int, bool]]:
    """(id, is new) of the description row of each; the same words of the same record are one row."""
    with write():
        digests = [_digest(one) for one in given]
        old = {
            (identity_id, digest): pk
            for pk, identity_id, digest in Description.objects.filter(
                business=business, identity_id__in=[one.identity_id for one in given]
            ).values_list("id", "identity_id", "digest")
        }
        fresh: dict[tuple[int, str], Description] = {}
        for one, digest in zip(given, digests, strict=True):
            key = (one.identity_id, digest)
            if key not in old and key not in fresh:
                fresh[key] = Description(
                    business=business,
                    identity_id=one.identity_id,
                    digest=digest,
                    at=one.at,
                    city=one.city[:120],
                    address=one.address[:300],
                    note=one.note,
                    preferences=[list(pair) for pair in one.preferences],
                )
        insert_many(fresh.values())
        return [
            (
                old.get((one.identity_id, digest)) or fresh[(one.identity_id, digest)].pk,
                (one.identity_id, digest) in fresh,
            )
            for one, digest in zip(given, digests, strict=True)
        ]


def tell_origins(
    *, business: Business, told: Sequence[OriginTold], by: Teammate | None = None
) -> list[tuple[int, bool]]:
    """(id, is new) of each, in order; the same dedupe key is the same row."""
    return insert_once(
        [
            ToldOrigin(
                business=business,
                identity_id=one.identity_id,
                dedupe_key=one.dedupe_key,
                at=one.at,
                channel=one.channel[:32],
                context=one.context[:300],
                referrer=one.referrer[:200],
                by=by,
            )
            for one in told
        ]
    )


def state(
    *,
    business: Business,
    contact: Contact,
    field: str,
    value: Any,
    why: str = "",
    by: Teammate | None,
    now: datetime,
) -> Statement:
    """A teammate declares trust, owner, name or a preference of a contact; the newest statement stands."""
    with write():
        statement = Statement.objects.create(
            business=business, contact=contact, field=field, value=value, why=why[:300], by=by, at=now
        )
        if field == "name" and value:
            _rename(contact, str(value))
        _after(business, statement, by, "contact.stated", now)
        return statement


def undo_statement(*, business: Business, statement: Statement, by: Teammate | None, now: datetime) -> None:
    """Take a statement back: what stood before it stands again."""
    with write():
        statement.undone_at = now
        statement.save(update_fields=["undone_at"])
        if statement.field == "name":
            _rename(statement.contact, _name_before(statement))
        _after(business, statement, by, "contact.unstated", now)


def _rename(contact: Contact, name: str) -> None:
    contact.name, contact.name_key = name[:200], name_key(name)[:200]
    contact.save(update_fields=["name", "name_key"])


def _name_before(statement: Statement) -> str:
    earlier = (
        Statement.objects.filter(contact=statement.contact, field="name", undone_at__isnull=True)
        .exclude(pk=statement.pk)
        .order_by("-at", "-pk")
        .first()
    )
    if earlier is not None:
        return str(earlier.value)
    named = statement.contact.identities.exclude(name="").order_by("pk").first()
    return named.name if named else ""


def _after(business: Business, statement: Statement, by: Teammate | None, verb: str, now: datetime) -> None:
    note_changes(business, [statement.contact_id])
    record_audit(
        business=business,
        by=by,
        verb=verb,
        object_kind="statement",
        object_id=str(statement.pk),
        data={"field": statement.field, "contact": statement.contact_id},
        now=now,
    )


def _digest(one: DescriptionGiven) -> str:
    words = json.encode([one.city, one.address, one.note, [list(pair) for pair in one.preferences]])
    return hashlib.blake2b(words, digest_size=16).hexdigest()
