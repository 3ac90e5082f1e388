"""What people call themselves at a provider, which changes; what a teammate calls them stands over it."""

from __future__ import annotations

from collections.abc import Mapping

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity
from sapa.contacts.rules import shown_name
from sapa.lib.database import write
from sapa.lib.names import name_key


def tell_current_names(*, business: Business, names: Mapping[int, str]) -> set[int | None]:
    """The name of each identity (by its id) as the provider says it now; answers the contacts whose name changed with it.

    A contact's name follows where it was the former name of that identity: one that came from elsewhere stays.
    """
    wanted = {pk: name for pk, told in names.items() if (name := shown_name(told)[:200])}
    if not wanted:
        return set()
    changed: set[int | None] = set()
    with write():
        rows = Identity.objects.filter(business=business, pk__in=wanted, is_forgotten=False)
        for row in rows.select_related("contact"):
            before, name = row.name, wanted[row.pk]
            contact = row.contact
            if name != before:
                row.name = name
                row.save(update_fields=["name"])
            if contact is not None and contact.name != name and contact.name in ("", before):
                key = name_key(name)[:200]
                Contact.objects.filter(pk=contact.pk).update(name=name, name_key=key)
                changed.add(contact.pk)
    return changed
