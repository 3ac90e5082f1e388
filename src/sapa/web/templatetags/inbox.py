"""The rows of the inbox, and what stands under a bubble, made in Python: by templates each takes a third of a millisecond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.conversations.service.targets import Due
from sapa.conversations.types import InboxRow
from sapa.lib import dates
from sapa.web import words

register = template.Library()

_TROUBLED = ("failed", "uncertain")
_ANY = UUID(int=0)
_A_MINUTE, _A_DAY = timedelta(minutes=1), timedelta(days=1)
_CURRENT = ' aria-current="true"'


@register.simple_tag(takes_context=True)
def thread_rows(context: template.Context, rows: Iterable[InboxRow]) -> SafeString:
    """The list's items. Reads of the context what `list_context` gives, and `ticks`, `heading`, `thread`, `opened`."""
    page = _Page(context)
    return mark_safe("".join([page.item(row) for row in rows]))  # noqa: S308 - every part is escaped where it is put in


class _Page:
    """What all rows of one page share, looked up once; words of codes are kept for the page."""

    def __init__(self, context: template.Context) -> None:
        self.now: datetime = context["request"].moment
        self.zone, self.language = timezone.get_current_timezone(), get_language() or "id"
        self.dues: Mapping[int, Due] = context["dues"]
        self.trusts: Mapping[int | None, str] = context["trusts"]
        self.mates: Mapping[int | None, str] = {} if context["seat"].is_alone else context["mates"]
        self.has_ticks, self.is_whole = bool(context.get("ticks")), context.get("heading") == "h1"
        self.unread: Mapping[int, bool] = context["unread"]
        unread = _("belum dibaca")
        self.dot = f'<span class="warn" aria-hidden="true">● </span><span class="unseen">{unread} </span>'
        self.marked = ' class="ticked"' if self.has_ticks else ""
        opened = context.get("thread")
        self.open_id, self.opened = opened.pk if opened else None, context.get("opened")
        before, _any, after = reverse("conversation", args=[_ANY]).partition(str(_ANY))
        self.address = (before, f"{after}?tab={escape(context['tab'])}")
        self.pick = _("Pilih %(name)s")
        self.you, self.late = _("Anda:"), _("lewat target")
        self.chips: dict[str, str] = {}
        self.channels: dict[str, str] = {}

    def item(self, row: InboxRow) -> str:
        tick = self._tick(row) if self.has_ticks else ""
        is_open = row.id == self.open_id or row.public_id == self.opened
        before, after = self.address
        return (
            f'<li{self.marked}>{tick}<a class="row" data-row'
            f' href="{before}{row.public_id}{after}"{_CURRENT if is_open else ""}>\n'
            f'<span class="line apart"><span class="strong cut grow">{self.dot if row.id in self.unread else ""}{escape(row.name)}</span>{self._when(row)}</span>\n'
            f'<p class="cut small">{self._said(row)}</p>\n<p class="tiny hush line">{self._state(row)}</p>\n</a></li>'
        )

    def _tick(self, row: InboxRow) -> str:
        said = escape(self.pick % {"name": row.name})
        box = f'<input type="checkbox" name="id" value="{row.public_id}">'
        return f'<label class="tick">{box}<span class="unseen">{said}</span></label>'

    def _when(self, row: InboxRow) -> str:
        if row.waiting_since is None:
            at = row.snoozed_until or row.last_message_at
            tell = dates.format_due if row.snoozed_until else dates.format_relative
            return f'<span class="small hush nowrap">{self._time(at, tell)}</span>'
        due = self.dues.get(row.id)
        if due is None or due.waited.open_for < _A_MINUTE:
            told = self._time(row.waiting_since, dates.format_relative)
            return f'<span class="small warn nowrap">{told}</span>'
        waited = dates.format_wait(due.waited.open_for, due.waited.whole, self.language, brief=True)
        length = self._time(row.waiting_since, lambda *_: waited)
        if due.is_late:
            late = f'{length} !<span class="unseen"> {self.late}</span>'
            return f'<span class="small strong nowrap bad">{late}</span>'
        return f'<span class="small strong nowrap warn">{length}</span>'

    def _time(self, at: datetime | None, tell: Any) -> str:
        if at is None:
            return ""
        exact = dates.format_absolute(at, self.zone, self.language, with_zone=True)
        said = tell(at, self.now, self.zone, self.language)
        return f'<time datetime="{at.isoformat()}" title="{escape(exact)}">{escape(said)}</time>'

    def _said(self, row: InboxRow) -> str:
        who = f'<span class="hush">{self.you}</span> ' if row.is_out else ""
        return who + escape(row.text or (words.media(row.media[0]) if row.media else "…"))

    def _state(self, row: InboxRow) -> str:
        parts = [self._channel(row.channel)]
        if row.is_group:
            parts.append(f" · {_('grup')}")
        if since := self._since(row):
            parts.append(f" · {since}")
        if row.is_closed:
            parts.append(f" · {_('selesai')}")
        elif row.is_out and not row.waiting_since:
            parts.append(f" · {_('menunggu pelanggan')}")
        if mate := self.mates.get(row.assignee_id):
            parts.append(f" · {escape(mate)}")
        if row.send_status in _TROUBLED:
            parts.append(f' <span class="bad strong">{_("gagal terkirim")}</span>')
        if self.is_whole:
            parts += [f' <span class="tag">{escape(label)}</span>' for label in row.labels]
            if code := self.trusts.get(row.contact_id):
                parts.append(f" {self._chip(code)}")
        return "".join(parts)

    def _since(self, row: InboxRow) -> str:
        """The day, where business hours alone would hide how long ago it was."""
        due = self.dues.get(row.id)
        if due is None or due.waited.whole < _A_DAY or due.waited.open_for < _A_MINUTE:
            return ""
        return _("sejak %(at)s") % {"at": self._time(row.waiting_since, dates.format_relative)}

    def _channel(self, kind: str) -> str:
        if kind not in self.channels:
            self.channels[kind] = escape(words.channel(kind))
        return self.channels[kind]

    def _chip(self, code: str) -> str:
        if code not in self.chips:
            shape, word = words.TRUST_SHAPES.get(code, "○"), escape(words.trust(code))
            self.chips[code] = (
                f'<span class="chip {escape(code)}"><span aria-hidden="true">{shape}</span> {word}</span>'
            )
        return self.chips[code]
