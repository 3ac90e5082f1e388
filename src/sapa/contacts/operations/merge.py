"""A teammate says that two contacts are one, or that they are not."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Apart, Contact, Identity, Link
from sapa.contacts.operations.components import recompute_components
from sapa.lib.database import write


class SamePersonError(Exception):
    """The two are one contact already."""


def merge(*, business: Business, a: Contact, b: Contact, by: Teammate | None, now: datetime) -> Link:
    """Join two contacts by a teammate's word; the link is what `unmerge` takes back.

    Raises SamePersonError where they are one already. What stood apart between them is lifted.
    """
    with write():
        if a.pk == b.pk:
            raise SamePersonError
        one, two = _oldest_identity(a), _oldest_identity(b)
        lifted = _lift_aparts(business, a, b)
        low, high = sorted((one.pk, two.pk))
        link, _ = Link.objects.update_or_create(
            business=business,
            a_id=low,
            b_id=high,
            reason=Link.Reason.TEAMMATE,
            defaults={"by": by, "at": now, "removed_at": None},
        )
        recompute_components(business, [low, high], now=now)
        record_audit(
            business=business,
            by=by,
            verb="contacts.merged",
            object_kind="link",
            object_id=str(link.pk),
            data={"contacts": [a.pk, b.pk], "lifted": lifted},
            now=now,
        )
        return link


def unmerge(*, business: Business, link_id: int, by: Teammate | None, now: datetime) -> Link:
    """Take a link back and put its two sides apart, so that no rule joins them again.

    Raises Link.DoesNotExist for a link of another business or one taken back already.
    """
    with write():
        link = Link.objects.get(business=business, pk=link_id, removed_at__isnull=True)
        link.removed_at = now
        link.save(update_fields=["removed_at"])
        Apart.objects.get_or_create(
            business=business, a_id=link.a_id, b_id=link.b_id, defaults={"by": by, "at": now}
        )
        recompute_components(business, [link.a_id, link.b_id], now=now)
        parted = Identity.objects.filter(pk__in=[link.a_id, link.b_id]).values("contact_id")
        business.suggestions.filter(a__in=parted, b__in=parted).delete()
        record_audit(
            business=business,
            by=by,
            verb="contacts.unmerged",
            object_kind="link",
            object_id=str(link.pk),
            data={"identities": [link.a_id, link.b_id]},
            now=now,
        )
        return link


def keep_apart(*, business: Business, a: Contact, b: Contact, by: Teammate | None, now: datetime) -> Apart:
    """Two contacts look alike and are not one: the suggestion goes and no rule joins them."""
    with write():
        low, high = sorted((_oldest_identity(a).pk, _oldest_identity(b).pk))
        apart, _ = Apart.objects.get_or_create(
            business=business, a_id=low, b_id=high, defaults={"by": by, "at": now}
        )
        business.suggestions.filter(a__in=[a, b], b__in=[a, b]).delete()
        record_audit(
            business=business,
            by=by,
            verb="contacts.kept_apart",
            object_kind="apart",
            object_id=str(apart.pk),
            data={"contacts": [a.pk, b.pk]},
            now=now,
        )
        return apart


def _oldest_identity(contact: Contact) -> Identity:
    return Identity.objects.filter(contact=contact).order_by("pk")[0]


def _lift_aparts(business: Business, a: Contact, b: Contact) -> list[list[int]]:
    between = Apart.objects.filter(business=business, a__contact__in=[a, b], b__contact__in=[a, b])
    lifted = [list(pair) for pair in between.values_list("a_id", "b_id")]
    between.delete()
    return lifted
