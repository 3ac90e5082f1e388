"""Businesses: making one, its hours and its settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Hours, Teammate
from sapa.accounts.operations.audit import record_audit
from sapa.accounts.operations.team import add_teammate
from sapa.accounts.rules import guess_week, is_week, make_slug, with_prayer, without_prayer_break
from sapa.accounts.types import AccountError, Week
from sapa.lib.database import write

FROM_THE_BEGINNING = date(2000, 1, 1)

_SETTINGS = frozenset(
    {
        "name",
        "timezone",
        "currency",
        "goal",
        "reply_target_minutes",
        "leave_after_days",
        "churn_after_days",
        "pushed_discount_percent",
        "open_on_holidays",
        "own_names",
        "quiet_from_minute",
        "quiet_to_minute",
        "promotions_a_week",
        "month_cost_limit",
        "after_sales_target_minutes",
        "urgent_target_percent",
        "escalate_after_percent",
        "assigns_by_itself",
        "ranks_by_name",
    }
)

_MOST = {
    "quiet_from_minute": 24 * 60 - 1,
    "quiet_to_minute": 24 * 60 - 1,
    "promotions_a_week": 100,
    "urgent_target_percent": 100,
    "escalate_after_percent": 1000,
}


def make_business(
    *,
    name: str,
    owner_email: str,
    owner_name: str = "",
    timezone: str = "Asia/Jakarta",
    language: str = "id",
    is_sample: bool = False,
    now: datetime,
) -> Business:
    """A business with its owner and guessed hours. Raises `AccountError` for a name, e-mail or zone that cannot be."""
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise AccountError(_("Nama toko belum terbaca. Tulis nama sepanjang 1 sampai 120 huruf."))
    _check_timezone(timezone)
    with write():
        slug = make_slug(name, set(Business.objects.values_list("slug", flat=True)))
        business = Business.objects.create(
            name=name,
            slug=slug,
            timezone=timezone,
            own_names=[name],
            is_sample=is_sample,
            created_at=now,
        )
        Hours.objects.create(business=business, valid_from=FROM_THE_BEGINNING, week=guess_week())
        owner = add_teammate(
            business=business,
            email=owner_email,
            name=owner_name,
            role=Teammate.Role.OWNER,
            language=language,
            now=now,
        )
        record_audit(
            business=business,
            by=owner,
            verb="made",
            object_kind="business",
            object_id=str(business.id),
            now=now,
        )
    return business


def set_hours(
    *,
    business: Business,
    week: Week,
    valid_from: date | None = None,
    open_on_holidays: bool | None = None,
    by: Teammate | None = None,
    now: datetime,
) -> None:
    """Opening hours from a day on, or, without one, from the beginning: that mends the guess for the past as well.

    `open_on_holidays` is kept as it is where it is None. Raises `AccountError` for a week that cannot be.
    """
    if not is_week(week):
        raise AccountError(_("Jam kerja belum bisa dibaca. Tulis tiap hari sebagai jam buka dan jam tutup."))
    with write():
        before = _hours_now(business)
        if valid_from is None:
            business.hours.all().delete()
        Hours.objects.update_or_create(
            business=business, valid_from=valid_from or FROM_THE_BEGINNING, defaults={"week": week}
        )
        if open_on_holidays is not None:
            _open_on_holidays(business, is_open=open_on_holidays)
        _audit_hours(business, before, by, now)


def set_friday_prayer(*, business: Business, prays: bool, by: Teammate | None, now: datetime) -> None:
    """From today on Friday leaves room for prayer, or no more; what was measured before does not move."""
    newest = business.hours.order_by("-valid_from").first()
    week: Week = newest.week if newest else guess_week()
    today = now.astimezone(ZoneInfo(business.timezone)).date()
    changed = with_prayer(week) if prays else without_prayer_break(week)
    set_hours(business=business, week=changed, valid_from=today, by=by, now=now)


def restore_hours(
    *, business: Business, before: dict[str, Any], after: dict[str, Any], by: Teammate | None, now: datetime
) -> bool:
    """Puts back the hours that the trail kept as `before`; False, and nothing done, where they no longer are `after`."""
    with write():
        standing = _hours_now(business)
        if standing != after:
            return False
        business.hours.all().delete()
        Hours.objects.bulk_create(
            Hours(business=business, valid_from=date.fromisoformat(day), week=week)
            for day, week in before["weeks"]
        )
        _open_on_holidays(business, is_open=before["open_on_holidays"])
        _audit_hours(business, standing, by, now)
    return True


def _hours_now(business: Business) -> dict[str, Any]:
    """All that decides when the shop is open, as the trail keeps it."""
    weeks = business.hours.order_by("valid_from").values_list("valid_from", "week")
    return {
        "weeks": [[day.isoformat(), week] for day, week in weeks],
        "open_on_holidays": business.open_on_holidays,
    }


def _open_on_holidays(business: Business, *, is_open: bool) -> None:
    business.open_on_holidays = is_open
    business.save(update_fields=["open_on_holidays"])


def _audit_hours(business: Business, before: dict[str, Any], by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=business,
        by=by,
        verb="set_hours",
        object_kind="business",
        object_id=str(business.id),
        data={"before": before, "after": _hours_now(business)},
        now=now,
    )


def change_business(
    *, business: Business, values: dict[str, Any], by: Teammate | None = None, now: datetime
) -> None:
    """New settings by field name. Raises `AccountError` for a setting that does not exist or a value that cannot be."""
    unknown = sorted(set(values) - _SETTINGS)
    if unknown:
        raise AccountError(_("Pengaturan ini tidak dikenal: %(names)s.") % {"names": ", ".join(unknown)})
    if "timezone" in values:
        _check_timezone(values["timezone"])
    _check_limits(values)
    before = {field: getattr(business, field) for field in values}
    for field, value in values.items():
        setattr(business, field, value)
    try:
        business.clean_fields()
    except ValidationError as error:
        business.refresh_from_db()
        raise AccountError(" ".join(error.messages)) from error
    with write():
        business.save(update_fields=list(values))
        record_audit(
            business=business,
            by=by,
            verb="changed",
            object_kind="business",
            object_id=str(business.id),
            data={"before": before, "after": values},
            now=now,
        )


def _check_limits(values: dict[str, Any]) -> None:
    """Quiet hours are minutes after midnight; no month's cost limit is None."""
    for name in (*_MOST, "month_cost_limit"):
        value = values.get(name)
        if name in values and not (name == "month_cost_limit" and value is None):
            is_fit = isinstance(value, int) and 0 <= value <= _MOST.get(name, 10**15)
            if not is_fit:
                raise AccountError(_("Angka ini belum bisa dipakai. Periksa jam tenang dan batasnya."))


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise AccountError(
            _(
                "Zona waktu %(zone)s tidak dikenal. Pakai misalnya Asia/Jakarta, Asia/Makassar atau Asia/Jayapura."
            )
            % {"zone": name}
        ) from error
