"""What a copy has seen: how far of the change log, and the settings on which its columns rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Count, Max

from sapa.accounts.models import Business
from sapa.accounts.queries import list_teammates
from sapa.analytics.tables import VERSION
from sapa.contacts.models import Change, Contact, Cursor
from sapa.contacts.queries import get_head
from sapa.timeline.kinds import KINDS

DERIVED = "derived"
"""The consumer behind which readings, promises and phases stand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was there when a copy was read.

    Everything up to `position` of the log is in it for good. What comes behind is in it as far as it was stored
    and derived by then, and is read again: readings follow the log later than facts do.
    """

    settings: str
    head: int
    derived: int
    position: int
    behind: int
    """How many changes stood behind `position`: on a database of several writers a smaller id may come later."""

    people: int
    last_person: int
    """Contacts with ids up to `last_person`: fewer of them later means that some were removed, with their changes."""


def read_mark(business: Business, settled: int, older: Mark | None = None) -> Mark:
    """The present state; `settled` is `contacts.operations.settle_changes`, asked before the reading began.

    Contacts are counted anew unless an `older` mark still holds for them.
    """
    head = get_head(business)
    derived = _derived(business)
    position = min(settled, derived, head)
    people = (older.people, older.last_person) if older else _count_people(business)
    return Mark(
        settings=digest_settings(business),
        head=head,
        derived=derived,
        position=position,
        behind=_count_behind(business, position),
        people=people[0],
        last_person=people[1],
    )


def is_present(business: Business, mark: Mark) -> bool:
    """Whether nothing has been stored, derived or set since."""
    return (
        mark.head == get_head(business)
        and mark.derived == _derived(business)
        and mark.behind == _count_behind(business, mark.position)
        and mark.settings == digest_settings(business)
    )


def digest_settings(business: Business) -> str:
    """Of everything beside the log on which a column rests: another one means that the copy is built anew."""
    hours = business.hours.order_by("valid_from").values_list("valid_from", "week")
    channels = (
        business.channels.exclude(reply_target_minutes=None)
        .order_by("id")
        .values_list("id", "reply_target_minutes")
    )
    rest = (
        VERSION,
        sorted(KINDS),
        str(business.public_id),
        [(str(day), week) for day, week in hours],
        [(mate.pk, mate.name) for mate in list_teammates(business)],
        business.name,
        business.own_names,
        business.timezone,
        business.currency,
        business.reply_target_minutes,
        business.pushed_discount_percent,
        business.open_on_holidays,
        list(channels),
    )
    return hashlib.sha256(repr(rest).encode()).hexdigest()[:12]


def _count_people(business: Business) -> tuple[int, int]:
    found = Contact.objects.filter(business=business).aggregate(people=Count("id"), last=Max("id"))
    return found["people"], found["last"] or 0


def _derived(business: Business) -> int:
    found = Cursor.objects.filter(business=business, consumer=DERIVED).values_list("position", flat=True)
    return found.first() or 0


def _count_behind(business: Business, position: int) -> int:
    return Change.objects.filter(business=business, id__gt=position).count()


def name_of(business: Business) -> str:
    """A text that differs wherever a copy could differ: by it a copy of an earlier moment is kept."""
    head, derived = get_head(business), _derived(business)
    return f"{head}-{derived}-{_count_behind(business, derived)}-{digest_settings(business)}"
