"""A person's address changed, and the provider vouches for it: old and new are one person from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sapa.accounts.models import Business
from sapa.contacts.models import Identity, Link
from sapa.contacts.operations.identify import PersonSeen, identify_many, link_identities
from sapa.contacts.queries import find_identities
from sapa.contacts.types import NormalKey
from sapa.lib.database import write


@dataclass(frozen=True, slots=True)
class KeyReplacement:
    """`old` is the address until `at`, `new` from then on."""

    old: NormalKey
    new: NormalKey
    at: datetime


def replace_keys(
    *, business: Business, replacements: Sequence[KeyReplacement], now: datetime
) -> list[tuple[int | None, bool]]:
    """(contact, is news) of each; None where nobody is known by either address: then there is nobody to be the same as.

    The two addresses are linked by the provider's word, so that a teammate can take them apart again; facts stay where
    they are (property 5 of the design).
    """
    with write():
        keys = {(key.kind, key.value) for one in replacements for key in (one.old, one.new)}
        known = find_identities(business, keys)
        wanted = [
            one
            for one in dict.fromkeys(replacements)
            if (one.old.kind, one.old.value) in known or (one.new.kind, one.new.value) in known
        ]
        people = [PersonSeen((key.kind, key.value), "", ()) for one in wanted for key in (one.old, one.new)]
        ids = [one.identity_id for one in identify_many(business=business, people=people, now=now)]
        pairs = list(zip(ids[::2], ids[1::2], strict=True))
        news = []
        for one, (a, b) in zip(wanted, pairs, strict=True):
            evidence: dict[str, object] = {"replaced": one.old.kind, "at": one.at.isoformat()}
            made = link_identities(business=business, pairs=[(a, b, Link.Reason.KEY, evidence)], now=now)
            news.append(bool(made))
        contacts = dict(Identity.objects.filter(pk__in=ids).values_list("pk", "contact_id"))
        found = {one: (contacts[a], is_new) for one, (a, _), is_new in zip(wanted, pairs, news, strict=True)}
        return [found.get(one, (None, False)) for one in replacements]
