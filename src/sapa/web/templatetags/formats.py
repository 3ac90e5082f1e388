"""Times, money, numbers, icons and marks, as the reader writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

from sapa.accounts.queries import get_calendar
from sapa.conversations.service.targets import measure_wait
from sapa.imports import words as import_reasons
from sapa.imports.formats.types import Problem
from sapa.lib import dates, money
from sapa.lib.hours import Calendar
from sapa.lib.phones import format_phone
from sapa.web import channel_words, import_words, words

register = template.Library()


def _language() -> str:
    return get_language() or "id"


def _zone() -> Any:
    return timezone.get_current_timezone()


@lru_cache(maxsize=256)
def _icon(name: str) -> SafeString:
    # `lucide` escapes its attributes and reads its drawings from the installed package.
    return mark_safe(lucide(name, size=20, **{"class": "icon", "aria-hidden": "true", "focusable": "false"}))  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of the lucide set, hidden from screen readers: words stand beside it."""
    return _icon(name)


def _time(at: datetime, text: str) -> SafeString:
    title = dates.format_absolute(at, _zone(), _language(), with_zone=True)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, text)


@register.simple_tag(takes_context=True)
def ago(context: template.Context, at: datetime | None) -> SafeString | str:
    """`3 mnt lalu`, `besok 09.00`; the exact time stands in the tooltip."""
    return _time(at, dates.format_relative(at, _now(context), _zone(), _language())) if at else ""


@register.simple_tag(takes_context=True)
def due(context: template.Context, at: datetime | None) -> SafeString | str:
    """As `ago`, for a due time: midnight at a day's end is that day."""
    return _time(at, dates.format_due(at, _now(context), _zone(), _language())) if at else ""


@register.simple_tag(takes_context=True)
def waited(context: template.Context, since: datetime | None) -> SafeString | str:
    """How long somebody has been waiting, in business hours: `2 j 10 mnt`, `42 jam buka (5,8 hari)`."""
    if since is None:
        return ""
    wait = measure_wait(_calendar(context), since, _now(context))
    return _time(since, dates.format_wait(wait.open_for, wait.whole, _language()))


def _calendar(context: template.Context) -> Calendar:
    """The shop's hours, asked once a page."""
    request = context["request"]
    if not hasattr(request, "calendar"):
        request.calendar = get_calendar(request.seat.business)
    calendar: Calendar = request.calendar
    return calendar


def _now(context: template.Context) -> datetime:
    moment: datetime = context["request"].moment
    return moment


@register.filter
def clock(at: datetime) -> SafeString:
    return _time(at, dates.format_clock(at, _zone(), _language()))


@register.filter
def day(value: date | datetime) -> str:
    """`21 Nov 2026`; a moment is read in the shop's zone."""
    local = value.astimezone(_zone()).date() if isinstance(value, datetime) else value
    return dates.format_day(local, _language())


@register.simple_tag(takes_context=True)
def short_day(context: template.Context, value: date | datetime) -> str:
    """`21 Nov`, with the year where it is not this one."""
    local = value.astimezone(_zone()).date() if isinstance(value, datetime) else value
    this_year = _now(context).astimezone(_zone()).year
    return dates.format_day(local, _language(), with_year=local.year != this_year)


@register.filter
def moment(at: datetime) -> SafeString:
    """`21 Nov 2026 14.30`."""
    return _time(at, dates.format_absolute(at, _zone(), _language()))


@register.filter
def hours(value: float | None) -> str:
    """A number of hours as people say it: `61 jam`, `5,2 hari`."""
    return dates.format_duration(timedelta(hours=value), _language()) if value is not None else ""


@register.filter
def minutes_left(seconds: float | None) -> str:
    return dates.format_duration(timedelta(seconds=max(seconds or 0, 0)), _language())


@register.filter
def minutes(value: float | None) -> str:
    """A number of minutes of business hours as people say it: `12 mnt`, `2 j 10 mnt`, `42 jam`."""
    return dates.format_open(timedelta(minutes=value), _language()) if value is not None else ""


@register.filter
def rupiah(amount: int | None, currency: str = "IDR") -> str:
    return money.format_money(amount, currency, _language()) if amount is not None else ""


@register.filter
def short_money(amount: int | None) -> str:
    return money.format_rupiah_short(amount, _language()) if amount is not None else ""


@register.filter
def number(value: float | None) -> str:
    return money.format_number(value, _language()) if value is not None else ""


@register.filter
def percent(share: float | None) -> str:
    """A share of 0..1 in whole per cent."""
    return money.format_percent(share, _language(), 0) if share is not None else ""


@register.filter
def about(count: int) -> str:
    """`± 300 rb` above a thousand, exact below."""
    return words.about(count, _language())


@register.filter
def phone(value: str) -> str:
    return format_phone(value)


@register.filter
def shown_once(lines: Any, name: str = "") -> list[str]:
    """How identities are shown, a number in groups, a handle with its place; each once, and not the name again."""
    shown = dict.fromkeys(words.identity(line.kind, line.value) for line in lines)
    return [one for one in shown if one != name]


@register.filter
def beyond(context: str | None, channel_code: str | None) -> str:
    """The context of an origin where it says more than the channel's own name."""
    said = (context or "").strip()
    return "" if said.casefold() in (words.channel(channel_code or "").casefold(), channel_code) else said


@register.filter
def identity_of(value: str, kind: str) -> str:
    return words.identity(kind, value)


@register.filter
def channel(code: str | None) -> str:
    return words.channel(code or "")


@register.filter
def trust_shape(code: str) -> str:
    """The status by shape, beside colour and word."""
    return words.TRUST_SHAPES.get(code, "○")


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def may(context: template.Context, act: str) -> bool:
    """Whether the reader may do this: what one may not do is not offered."""
    seat = context.get("seat")
    return bool(seat and seat.may(act))


@register.filter
def iso_day(text: str) -> str:
    """The day of a time in ISO 8601, as files give it."""
    try:
        return day(datetime.fromisoformat(text))
    except ValueError:
        return text


@register.filter
def fields_of(kind: str) -> list[tuple[str, str]]:
    return import_words.fields_of(kind)


@register.filter
def problem(found: Any) -> str:
    """Why a row or a file could not be read: a `Problem`, or one as it is stored."""
    if not found:
        return import_reasons.say(Problem("unknown_format"))
    if isinstance(found, dict):
        found = Problem(found["code"], found.get("data", {}))
    return import_reasons.say(found)


@register.filter
def say_when(sentence: str, at: datetime) -> str:
    """A sentence with `%(when)s` in it, said of a day and an hour: `Kami kabari 22 Nov 15.00 ya.`"""
    return sentence % {"when": dates.format_absolute(at, _zone(), _language())}


# Codes that only need their word.
register.filter("stage", words.stage)
register.filter("media", words.media)
register.filter("phase", words.phase)
register.filter("trust", words.trust)
register.filter("role", words.role)
register.filter("batch_state", import_words.state)
register.filter("file_kind", import_words.kind)
register.filter("day_order", import_words.day_order)
register.filter("delivery", channel_words.delivery)
register.filter("outcome", channel_words.outcome)
register.filter("payload_problem", channel_words.problem)
register.filter("template_status", channel_words.template_status)
register.filter("price_sort", channel_words.price_sort)
