"""Opening hours in words, and as the rows of a form."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.accounts.types import Week


def current_week(business: Business) -> Week:
    """The opening hours that stand now."""
    _valid_from, week = get_calendar(business).weeks[-1]
    return [[list(span) for span in spans] for spans in week.days]


def day_names() -> list[str]:
    return [_("Senin"), _("Selasa"), _("Rabu"), _("Kamis"), _("Jumat"), _("Sabtu"), _("Minggu")]


def tell_minutes(minutes: int) -> str:
    """Minutes after midnight as a time: `09.00`."""
    return f"{minutes // 60:02d}.{minutes % 60:02d}"


def tell_spans(spans: Sequence[Sequence[int]]) -> str:
    """`09.00–12.00, 13.00–17.00`."""
    if not spans:
        return _("tutup")
    return ", ".join(f"{tell_minutes(start)}–{tell_minutes(end)}" for start, end in spans)


def tell_week(week: Week) -> list[tuple[str, str]]:
    """Days with the same hours together: [("Senin–Sabtu", "09.00–17.00"), ("Minggu", "tutup")]."""
    names, told = day_names(), [tell_spans(spans) for spans in week]
    groups: list[tuple[int, int]] = []
    for day in range(7):
        if groups and told[groups[-1][0]] == told[day]:
            groups[-1] = (groups[-1][0], day)
        else:
            groups.append((day, day))
    return [
        (names[first] if first == last else f"{names[first]}–{names[last]}", told[first])
        for first, last in groups
    ]
