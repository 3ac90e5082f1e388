"""Ctrl+K: people, orders, pages and deeds from one box; a plain search page without script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.conversations.models import Conversation
from sapa.conversations.queries import get_conversation, get_title, list_views
from sapa.conversations.when import read_when
from sapa.lib.dates import format_relative
from sapa.orders.models import Order
from sapa.standings.directory import find_addresses, list_directory
from sapa.web import words as words_of
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.views.inbox.views import address_of

_PEOPLE, _ORDERS, _LEAST = 6, 4, 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: a link, or (with `form`) a button that sends these values."""

    text: str
    address: str
    icon: str
    hint: str = ""
    key: str = ""
    form: tuple[tuple[str, str], ...] = ()


@screen()
def palette(request: SeatedRequest, seat: Seat) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    chat = _chat(seat, request.GET.get("chat", ""))
    groups = [
        (_("Percakapan ini"), _here(seat, chat, words)),
        (_("Orang"), _people(seat, words)),
        (_("Pesanan"), _orders(seat, words)),
        (_("Buka"), _fitting(_pages(seat), words)),
    ]
    context: dict[str, Any] = {
        "q": words,
        "chat": chat,
        "groups": [(title, hits) for title, hits in groups if hits],
    }
    if request.htmx and request.htmx.target == "found":
        return render(request, "web/components/palette_found.html", context)
    template = "web/components/palette.html" if request.htmx else "web/palette.html"
    return render(request, template, context)


def _chat(seat: Seat, text: str) -> Conversation | None:
    try:
        return get_conversation(seat.business, UUID(text)) if text else None
    except (ValueError, Conversation.DoesNotExist):
        return None


def _here(seat: Seat, chat: Conversation | None, words: str) -> list[Hit]:
    """What can be done with the conversation from which the palette was opened; time words put it off."""
    if chat is None or not seat.may(Act.WORK):
        return []
    given = [chat.public_id]
    name = get_title(chat)
    hits = [
        Hit(_("Selesai"), reverse("close", args=given), "check", name, "e", (("do", "close"),)),
        Hit(
            _("Tidak perlu dibalas"),
            reverse("mark", args=given),
            "bell-off",
            name,
            "",
            (("kind", "no_answer"),),
        ),
        Hit(
            _("Tunda sampai besok pagi"),
            reverse("snooze", args=given),
            "clock",
            name,
            "z",
            (("words", "besok pagi"),),
        ),
        Hit(_("Tandai belum dibaca"), reverse("unread", args=given), "mail", name, "u", (("do", "unread"),)),
    ]
    if chat.closed_at:
        hits[0] = Hit(_("Buka lagi"), reverse("close", args=given), "undo-2", name, "", (("do", "reopen"),))
    if not seat.is_alone:
        hits += [
            Hit(
                _("Serahkan kepada %(name)s") % {"name": mate.name},
                reverse("assign", args=given),
                "user-round-check",
                name,
                "i" if mate == seat.teammate else "a",
                (("to", str(mate.public_id)),),
            )
            for mate in seat.teammates
        ]
    at = read_when(words, seat.now, seat.zone) if words else None
    if at is None:
        return _fitting(hits, words)
    when = format_relative(at, seat.now, seat.zone, seat.language)
    text = _("Tunda sampai %(when)s") % {"when": when}
    return [Hit(text, reverse("snooze", args=given), "clock", name, "", (("when", at.isoformat()),))]


def _people(seat: Seat, words: str) -> list[Hit]:
    if len(words) < _LEAST:
        return []
    rows = list_directory(seat.business, search=words, limit=_PEOPLE)
    addresses = find_addresses([row.contact_id for row in rows])
    return [
        Hit(
            row.name or _("Belum bernama"),
            reverse("customer", args=[row.public_id]),
            "user-round",
            _address(addresses.get(row.contact_id, ())),
        )
        for row in rows
    ]


def _address(keys: Sequence[tuple[str, str]]) -> str:
    return words_of.identity(*keys[0]) if keys else ""


def _orders(seat: Seat, words: str) -> list[Hit]:
    if len(words) <= _LEAST:
        return []
    found = Order.objects.filter(business=seat.business, number__istartswith=words)
    rows = found.select_related("identity__contact").order_by("-placed_at", "-id")[:_ORDERS]
    return [
        Hit(
            row.number,
            reverse("customer", args=[row.identity.contact.public_id]),
            "package",
            row.identity.contact.name,
        )
        for row in rows
        if row.identity and row.identity.contact
    ]


def _pages(seat: Seat) -> list[Hit]:
    pages = [
        *(
            Hit(one.name, address_of(one), "list-filter", _("tampilan Kotak Masuk"))
            for one in list_views(seat.teammate)
        ),
        Hit(_("Balas yang paling lama menunggu"), reverse("inbox_next"), "reply"),
        Hit(_("Hari ini"), reverse("today"), "list-checks"),
        Hit(_("Kotak Masuk"), reverse("inbox"), "messages-square"),
        Hit(_("Percakapan yang belum dibaca"), reverse("inbox") + "?tab=unread", "mail"),
        Hit(_("Percakapan yang ditunda"), reverse("inbox") + "?tab=snoozed", "clock"),
        Hit(_("Pelanggan"), reverse("customers"), "users"),
        Hit(_("Balasan siap"), reverse("answers"), "quote"),
        Hit(_("Metrik"), reverse("metrics"), "chart-line"),
        Hit(_("Peta"), reverse("journey"), "route"),
        Hit(_("Riwayat perubahan"), reverse("history"), "history"),
        Hit(_("Pengaturan"), reverse("settings"), "settings"),
    ]
    if seat.may(Act.WORK):
        pages += [
            Hit(_("Tulis pelanggan baru"), reverse("customer_new"), "user-round-plus"),
            Hit(_("Tulis balasan siap"), reverse("answer_new"), "square-pen"),
        ]
    if seat.may(Act.IMPORT):
        pages.append(Hit(_("Impor"), reverse("imports"), "upload"))
    return pages


def _fitting(hits: Sequence[Hit], words: str) -> list[Hit]:
    wanted = words.casefold().split()
    return [hit for hit in hits if all(word in hit.text.casefold() for word in wanted)]
