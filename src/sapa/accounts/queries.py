"""Reads of businesses, teammates, hours, sign-in links and the audit trail."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from sapa.accounts.models import AuditEntry, Business, Hours, SignInLink, Teammate, User
from sapa.accounts.rules import guess_week, normalise_email
from sapa.lib.hours import Calendar, Week, is_indonesian_holiday
from sapa.lib.kept import NUMBER, kept


def list_businesses() -> list[Business]:
    """Every business, oldest first."""
    return list(Business.objects.order_by("id"))


def count_businesses() -> int:
    return Business.objects.count()


def get_business(slug: str) -> Business:
    """The business with this slug. Raises `Business.DoesNotExist`."""
    return Business.objects.get(slug=slug)


def find_business(slug: str) -> Business | None:
    return Business.objects.filter(slug=slug).first()


def find_user(email: str) -> User | None:
    """The person with this e-mail, whatever its case."""
    return User.objects.filter(email=normalise_email(email)).first()


def list_places(user: User) -> list[Teammate]:
    """The businesses in which a person works now, as teammates, oldest place first."""
    return _places(user=user.pk)


@kept(user=NUMBER)
def _places(user: Any) -> QuerySet[Teammate]:
    places = Teammate.objects.filter(user_id=user, is_active=True, user__is_active=True)
    return places.select_related("business", "user").order_by("id")


def find_place(user: User, slug: str) -> Teammate | None:
    """A person's active place in the business with this slug."""
    return next((place for place in list_places(user) if place.business.slug == slug), None)


def list_teammates(business: Business, *, everyone: bool = False) -> list[Teammate]:
    """The teammates of a business, oldest first; those who left only if `everyone`."""
    mates: list[Teammate] = _everyone(business=business.pk)
    return mates if everyone else [one for one in mates if one.is_active]


@kept(business=NUMBER)
def _everyone(business: Any) -> QuerySet[Teammate]:
    return Teammate.objects.filter(business_id=business).select_related("user").order_by("id")


def get_owner(business: Business) -> Teammate:
    """The first active owner. Raises `Teammate.DoesNotExist`."""
    owners = Teammate.objects.filter(business=business, role=Teammate.Role.OWNER, is_active=True)
    owner = owners.select_related("user").order_by("id").first()
    if owner is None:
        raise Teammate.DoesNotExist(f"{business.slug} has no owner")
    return owner


def find_teammate(business: Business, email: str) -> Teammate | None:
    """The active teammate of a business with this e-mail."""
    found = Teammate.objects.filter(business=business, is_active=True, user__email=normalise_email(email))
    return found.select_related("user").first()


def get_calendar(business: Business) -> Calendar:
    """When the business is open: its weeks with the day each began, in its zone, with Indonesia's holidays."""
    weeks = tuple((valid_from, Week.of(week)) for valid_from, week in _weeks(business=business.pk))
    closed = frozenset[date]() if business.open_on_holidays else is_indonesian_holiday
    return _laid(
        Calendar(
            timezone=business.timezone, weeks=weeks or ((date.min, Week.of(guess_week())),), holidays=closed
        )
    )


@kept(business=NUMBER)
def _weeks(business: Any) -> QuerySet[Any, Any]:
    return Hours.objects.filter(business_id=business).order_by("valid_from").values_list("valid_from", "week")


@lru_cache(maxsize=64)
def _laid(calendar: Calendar) -> Calendar:
    """The first calendar that says the same: its hours are laid out already, which takes some milliseconds."""
    return calendar


def find_sign_in_link(token: str, *, now: datetime) -> SignInLink | None:
    """The link that still opens with this token; looking does not use it up (mail programs look ahead)."""
    found = SignInLink.objects.filter(token_digest=digest_token(token), used_at=None, expires_at__gt=now)
    return found.filter(user__is_active=True).select_related("user").first()


def digest_token(token: str) -> str:
    """What is kept of a token: SHA-256 as 64 hex digits (tokens are random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def list_audit(
    business: Business,
    *,
    object_kind: str = "",
    object_id: str = "",
    before_id: int | None = None,
    limit: int = 30,
) -> list[AuditEntry]:
    """What was done, newest first: all of it, or to one object; the next page with `before_id`."""
    entries = AuditEntry.objects.filter(business=business).select_related("teammate")
    if object_kind:
        entries = entries.filter(object_kind=object_kind)
    if object_id:
        entries = entries.filter(object_id=object_id)
    if before_id is not None:
        entries = entries.filter(id__lt=before_id)
    return list(entries.order_by("-id")[:limit])


def get_audit_entry(business: Business, entry_id: int) -> AuditEntry:
    """One entry. Raises `AuditEntry.DoesNotExist`."""
    return AuditEntry.objects.select_related("teammate").get(business=business, id=entry_id)
