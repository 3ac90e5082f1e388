"""The bubbles of a talk, made in Python: by templates each takes a millisecond, and forty stand on a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.conversations.models import Message
from sapa.conversations.service.handovers import Lost
from sapa.lib import dates
from sapa.web import words
from sapa.web.templatetags.formats import icon
from sapa.web.templatetags.settled import address_of, draw

register = template.Library()

_LONGEST = 1500
_QUOTED = 90
_IN_TROUBLE = ("failed", "uncertain")
_MARKS = {
    "queued": ("", "⌛ "),
    "sent": ("", "✓ "),
    "delivered": ("", "✓✓ "),
    "read": (" read", "✓✓ "),
    "played": (" read", "✓✓ "),
    "failed": (" bad strong", "! "),
    "uncertain": (" warn strong", "? "),
    "cancelled": ("", ""),
}


@register.simple_tag(takes_context=True)
def bubbles(context: template.Context, items: Sequence[Any]) -> SafeString:
    """The utterances and the team's remarks of a talk in their order. Reads `seat` and `csrf_token` of the context."""
    page = _Page(context)
    drawn = [page.remark(one) if one.is_remark else page.bubble(one) for one in items]
    return mark_safe("\n".join(drawn))  # noqa: S308 - every part is escaped where it is put in


@register.simple_tag(takes_context=True)
def topic(
    context: template.Context, conversation_id: UUID, message_id: int, name: str, needs_human: bool
) -> SafeString:
    """What a message is about, to be put right by who may."""
    return mark_safe(_Page(context).topic(conversation_id, message_id, name, needs_human=needs_human))  # noqa: S308 - escaped


class _Page:
    """What all bubbles of one page share, looked up once."""

    def __init__(self, context: template.Context) -> None:
        self.context, self.seat = context, context.get("seat")
        self.zone, self.language = timezone.get_current_timezone(), get_language() or "id"
        self.may_work = bool(self.seat and self.seat.may("work"))
        self.is_alone = bool(self.seat and self.seat.is_alone)
        self.token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(context.get("csrf_token", ""))}">'
        self.topics = f"{_('topik?')}", f'<span class="unseen"> · {_("perbaiki topik")}</span>'
        self.keep, self.split = _("Jadikan balasan siap"), _("Pecah mulai dari sini")
        self.more, self.of_message = _("Lainnya"), _("untuk pesan %(at)s")
        self.states = _states()

    def remark(self, item: Any) -> str:
        remark = item.remark
        by = f" · {escape(remark.by.name)}" if remark.by and not self.is_alone else ""
        return (
            f'{self._day(item)}<div class="note-bubble" id="r{remark.pk}"><p class="tiny strong">{_("Catatan tim")}{by}</p>'
            f'<p class="words">{escape(remark.text)}</p><p class="under">{self._clock(remark.at)}</p></div>'
        )

    def bubble(self, item: Any) -> str:
        message: Message = item.message
        out = " out" if message.direction == "out" else ""
        trouble = " trouble" if message.send_status in _IN_TROUBLE else ""
        via = (
            f'<p class="day via">{escape(words.channel(item.begins_channel))}</p>'
            if item.begins_channel
            else ""
        )
        sent = (
            self._piece("delivery", bubble=item, message=message, dispatch=item.dispatch)
            if item.dispatch and self.may_work
            else ""
        )
        promised = self._piece("promised", bubble=item, message=message) if item.promises else ""
        return (
            f'{self._day(item)}{via}<div class="bubble{out}{trouble}" id="m{message.pk}" data-bubble>'
            f'{self._who(item)}{self._quote(item)}{self._said(item)}<div class="under">{self._under(item)}</div>{sent}{promised}{self._lost(item)}</div>'
        )

    def _lost(self, item: Any) -> str:
        """That this was said before, on the other side of a change; the first time is a tap away."""
        lost: Lost | None = item.lost
        if lost is None:
            return ""
        first = f'<a href="#m{lost.first_id}">{self._clock(lost.first_at)}</a>'
        repeated, asked = (
            _("Pelanggan mengulang yang ditulisnya"),
            _("Ditanya lagi, padahal sudah dijawab sejak"),
        )
        after = _("pindah saluran") if lost.change == "channel" else _("pindah tangan")
        said = repeated if lost.sort == "repeated" else asked
        return f'<p class="tiny hush">↻ {escape(said)} {first} · {escape(after)}</p>'

    def _day(self, item: Any) -> str:
        if not item.begins_day:
            return ""
        return f'<p class="day">{escape(dates.format_day(item.begins_day, self.language))}</p>'

    def _who(self, item: Any) -> str:
        message: Message = item.message
        name = ""
        if item.thread.is_group and message.identity:
            name = message.identity.name or message.identity.value
        elif message.direction == "out" and not self.is_alone:
            name = message.author_name
        return f'<p class="tiny strong">{escape(name)}</p>' if name else ""

    def _quote(self, item: Any) -> str:
        quoted: Message | None = item.quoted
        if quoted is None:
            return ""
        said = (
            _("Pesan ini dihapus.") if quoted.is_deleted else escape(_shortened(quoted.text or "…", _QUOTED))
        )
        return f'<a class="quote small" href="#m{quoted.pk}">{said}</a>'

    def _said(self, item: Any) -> str:
        message: Message = item.message
        if message.is_deleted:
            return f'<p class="hush">{_("Pesan ini dihapus.")}</p>'
        if item.files:
            shown = "".join(self._piece("attachment", one=one) for one in item.files)
        else:
            shown = "".join(map(_medium, message.media))
        return shown + (f'<p class="words">{escape(message.text)}</p>' if message.text else "")

    def _under(self, item: Any) -> str:
        """What it is about, its reactions, its time, how far it came, and what can be done with it."""
        message: Message = item.message
        parts = []
        if message.direction == "in":
            parts.append(
                self.topic(item.thread.public_id, message.pk, item.topic, needs_human=item.needs_human)
            )
        if reactions := item.reactions:
            parts.append(
                f'<span class="reaction"><span class="unseen">{_("reaksi")}</span> {escape(reactions)}</span>'
            )
        if message.is_edited:
            parts.append(_edited(message.former_texts))
        if message.is_automatic:
            parts.append(f"<span>{_('otomatis')}</span>")
        at = self._clock(message.happened_at)
        parts += [at, self.states.get(message.send_status, "")]
        if not message.is_deleted and self.may_work:
            parts.append(self._more(item, at))
        return "".join(parts)

    def topic(self, conversation_id: UUID, message_id: int, name: str, *, needs_human: bool) -> str:
        flag = ""
        if needs_human:
            said = _("perlu dibaca orang")
            flag = f'<span class="bad" title="{said}">▲<span class="unseen"> {said}</span></span>'
        if not self.may_work:
            return f'<span class="topic">{flag}{escape(name)}</span>'
        address, (unknown, put_right) = address_of("reading", conversation_id, message_id), self.topics
        asks = f'hx-get="{address}" hx-target="closest span.topic" hx-swap="outerHTML"'
        return f'<span class="topic">{flag}<a href="{address}" {asks}>{escape(name or unknown)}{put_right}</a></span>'

    def _clock(self, at: datetime) -> str:
        exact = escape(dates.format_absolute(at, self.zone, self.language, with_zone=True))
        said = escape(dates.format_clock(at, self.zone, self.language))
        return f'<time datetime="{at.isoformat()}" title="{exact}">{said}</time>'

    def _more(self, item: Any, at: str) -> str:
        message: Message = item.message
        keep = ""
        if message.text:
            text = quote(_shortened(message.text, _LONGEST))
            keep = f'<a href="{address_of("answer_new")}?text={text}">{self.keep}</a>'
        address = address_of("split", item.thread.public_id, message.pk)
        split = f'<button class="button bare slim">{self.split}</button>'
        called = self.of_message % {"at": at}
        return (
            f'<details class="menu more"><summary class="tiny" title="{self.more}">⋯<span class="unseen"> {called}</span>'
            f'</summary><div class="sheetlet">{keep}<form method="post" action="{address}">{self.token}{split}</form></div></details>'
        )

    def _piece(self, name: str, **given: Any) -> str:
        """What few bubbles have stands in a template."""
        return draw(self.context, f"web/components/{name}.html", **given)


def _states() -> dict[str, str]:
    said = {
        "queued": _("menunggu jaringan"),
        "sent": _("terkirim"),
        "delivered": _("sampai"),
        "read": _("dibaca"),
        "played": _("dibaca"),
        "failed": _("gagal"),
        "uncertain": _("belum pasti"),
        "cancelled": _("dibatalkan"),
    }
    return {
        state: f'<span class="ticks{look}">{mark}{said[state]}</span>'
        for state, (look, mark) in _MARKS.items()
    }


def _medium(one: dict[str, Any]) -> str:
    name = f" · {escape(one['name'])}" if one.get("name") else ""
    return (
        f'<p class="small line">{icon("paperclip")}{escape(words.media(str(one.get("kind", ""))))}{name}</p>'
    )


def _edited(former: list[str]) -> str:
    if not former:
        return f"<span>{_('diubah')}</span>"
    texts = "".join(f'<p class="words hush">{escape(text)}</p>' for text in former)
    return f'<details class="former"><summary>{_("diubah")}</summary>{texts}</details>'


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else str(Truncator(text).chars(length))
