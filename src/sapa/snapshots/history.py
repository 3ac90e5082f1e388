"""At most three lines of history: when – what was asked or happened – with what outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from django.utils.translation import gettext as _

from sapa.actions.rules.look import main_item_of, main_question
from sapa.actions.rules.offer_not_sent import wants_offer, was_sent
from sapa.actions.rules.told import ASKED, OF_GOODS, about, shorten
from sapa.actions.wording import reader_language
from sapa.conversations.rules import split_talks
from sapa.lib.dates import format_due
from sapa.lib.money import format_money
from sapa.promises.ledger import is_open
from sapa.snapshots.timeline import bare_words
from sapa.snapshots.types import HistoryLine
from sapa.standings.rules.glad import find_glad_answers
from sapa.standings.rules.talk import complains
from sapa.standings.types import (
    ConversationFact,
    Dossier,
    MessageFact,
    OrderFact,
    ShopSettings,
    StandingValues,
)
from sapa.timeline.rules import STARTERS

LINES = 3
LEADS_TO = timedelta(days=7)
SPEAKS_OF = timedelta(days=60)
_OUT_OF = {"nps": 10, "csat": 5, "ces": 7}


def tell_history(
    dossier: Dossier, standing: StandingValues, now: datetime, settings: ShopSettings
) -> tuple[HistoryLine, ...]:
    """The newest lines of a contact, newest first."""
    taken: set[int] = set()
    lines = list(_talk_lines(dossier, standing, now, settings, taken))
    lines.extend(
        HistoryLine(order.placed_at.astimezone(settings.zone), _bought(order), _order_outcome(order, dossier))
        for order in dossier.orders
        if order.id not in taken
    )
    lines.extend(_note_lines(dossier, settings))
    lines.extend(_loose_answers(dossier, settings))
    if not lines:
        lines.extend(_visit_line(dossier, settings))
    lines.sort(key=lambda line: line.at, reverse=True)
    return tuple(lines[:LINES])


def _talk_lines(
    dossier: Dossier, standing: StandingValues, now: datetime, settings: ShopSettings, taken: set[int]
) -> Iterator[HistoryLine]:
    for thread in dossier.conversations:
        talks = split_talks(thread.messages)
        for talk, later in zip_longest(talks, talks[1:]):
            said = [one for one in talk if one.is_in and not one.closes]
            if not said:
                continue
            main = main_question(said)
            order = _led_to(
                dossier, talk[0].at, min(main.at + LEADS_TO, later[0].at if later else main.at + LEADS_TO)
            )
            if order is not None:
                taken.add(order.id)
            yield HistoryLine(
                main.at.astimezone(settings.zone),
                _asked(main, thread),
                _outcome(main, thread, order, dossier, standing, now, settings),
            )


def _asked(main: MessageFact, thread: ConversationFact) -> str:
    topic = ASKED.get(main.intent or "")
    words = _(topic) if topic else f"“{shorten(main.text, 60)}”"
    if main.intent in OF_GOODS:
        words = f"{words} {about(main.text)}".strip()
    if not main.text.strip():
        words = _("Mengirim lampiran") if main.media else _("Pesan tanpa teks")
    if thread.is_group:
        words = _("{what} di grup {group}").format(what=words, group=thread.title)
    return words[:1].upper() + words[1:]


def _led_to(dossier: Dossier, start: datetime, end: datetime) -> OrderFact | None:
    """The first order in a talk or within a week after its question, before the next talk began."""
    return next((order for order in dossier.orders if start <= order.placed_at < end), None)


def _outcome(
    main: MessageFact,
    thread: ConversationFact,
    order: OrderFact | None,
    dossier: Dossier,
    standing: StandingValues,
    now: datetime,
    settings: ShopSettings,
) -> str:
    if complains(main, has_bought=bool(dossier.orders)):
        return _complaint_outcome(main, thread, standing)
    if order is not None:
        return _("membeli, {state}").format(state=_order_outcome(order, dossier))
    answer = next(
        (one for one in thread.messages if not one.is_in and not one.is_automatic and one.at >= main.at), None
    )
    if _lacks_offer(main, thread):
        return _("belum dikirim penawaran")
    if answer is None:
        return _unanswered(main, thread)
    promise = next((one for one in dossier.promises if one.made_at >= main.at and is_open(one, now)), None)
    if promise is not None:
        due = format_due(promise.due_at, now, settings.zone, reader_language())
        return _("dijanjikan, tenggat {due}").format(due=due)
    words = _answered_with([one for one in thread.messages if not one.is_in and one.at >= main.at])
    if main.intent in ("testimonial", "referral"):
        return _("sudah dibalas")
    is_silent = now - max(one.at for one in thread.messages) >= timedelta(days=settings.leave_after_days)
    if is_silent and not standing.order_count:
        return _("{answer}, lalu diam").format(answer=words)
    return words


def _unanswered(main: MessageFact, thread: ConversationFact) -> str:
    if thread.answered_until is not None and thread.answered_until >= main.at:
        return _("dibalas di luar catatan")
    if thread.is_group:
        return "–"
    return _("puas") if main.id in find_glad_answers(thread.messages) else _("belum dijawab")


def _lacks_offer(main: MessageFact, thread: ConversationFact) -> bool:
    if thread.is_group or not wants_offer(main):
        return False
    if thread.answered_until is not None and thread.answered_until >= main.at:
        return False
    return not was_sent(thread, main)


def _complaint_outcome(main: MessageFact, thread: ConversationFact, standing: StandingValues) -> str:
    is_answered = any(not one.is_in and not one.is_automatic and one.at > main.at for one in thread.messages)
    if standing.complaint is None or standing.complaint.at < main.at:
        return _("selesai")
    return _("sudah dijawab, belum selesai") if is_answered else _("belum dijawab")


def _answered_with(answers: Sequence[MessageFact]) -> str:
    """With what the shop answered: a picture, a file, a link, or words."""
    media = {kind for one in answers for kind in one.media}
    if "image" in media or "video" in media:
        return _("dikirim foto")
    if "document" in media:
        return _("dikirim berkas")
    if any("http" in one.text or "www." in one.text for one in answers):
        return _("dikirim tautan")
    return _("sudah dijawab")


def _bought(order: OrderFact) -> str:
    money = format_money(order.goods_total, order.currency, reader_language()) if order.goods_total else ""
    item = main_item_of(order.items)
    if item and money:
        return _("Beli {item} {money}").format(item=item, money=money)
    return _("Beli {what}").format(what=item or money or order.number)


def _order_outcome(order: OrderFact, dossier: Dossier) -> str:
    states = {
        "unpaid": _("belum dibayar"),
        "paid": _("sedang disiapkan"),
        "to_ship": _("sedang disiapkan"),
        "shipped": _("dalam kiriman"),
        "delivered": _("sampai"),
        "completed": _("sampai"),
        "cancelled": _("dibatalkan"),
        "returned": _("dikembalikan"),
        "refunded": _("uang dikembalikan"),
    }
    state = states.get(order.status, order.status)
    score = _score_of(order, dossier)
    return f"{state}, {score}" if score else state


def _score_of(order: OrderFact, dossier: Dossier) -> str:
    """What the buyer said of it in a survey or review before the next order."""
    if not order.is_valid:
        return ""
    end = min((one.placed_at for one in dossier.orders if one.placed_at > order.placed_at), default=order.placed_at + SPEAKS_OF)  # fmt: skip
    for given in dossier.responses:
        if order.placed_at < given.at <= end:
            return _("memberi nilai {score}/{out_of}").format(score=given.score, out_of=_OUT_OF[given.survey])
    for review in dossier.reviews:
        if order.placed_at < review.at <= end and review.stars is not None:
            return _("ulasan {stars}/5").format(stars=review.stars)
    return ""


def _note_lines(dossier: Dossier, settings: ShopSettings) -> Iterator[HistoryLine]:
    for note in dossier.notes:
        if note.act == "remark":
            continue
        yield HistoryLine(
            note.at.astimezone(settings.zone), shorten(note.text, 80), shorten(note.outcome, 80) or "–"
        )


def _loose_answers(dossier: Dossier, settings: ShopSettings) -> Iterator[HistoryLine]:
    """Answers to surveys and reviews that no order's line carries."""
    placed = [order.placed_at for order in dossier.orders if order.is_valid]
    for given in dossier.responses:
        if not any(at < given.at <= at + SPEAKS_OF for at in placed):
            what = _("Memberi nilai {score}/{out_of}").format(score=given.score, out_of=_OUT_OF[given.survey])
            yield HistoryLine(given.at.astimezone(settings.zone), what, f"“{shorten(given.words, 60)}”" if given.words else "–")  # fmt: skip
    for review in dossier.reviews:
        if not any(at < review.at <= at + SPEAKS_OF for at in placed):
            stars = (
                _("Menulis ulasan {stars}/5").format(stars=review.stars)
                if review.stars
                else _("Menulis ulasan")
            )
            yield HistoryLine(review.at.astimezone(settings.zone), stars, f"“{shorten(review.text, 60)}”" if review.text else "–")  # fmt: skip


def _visit_line(dossier: Dossier, settings: ShopSettings) -> Iterator[HistoryLine]:
    """Somebody who only visited the site: the last form, sign-up or cart, else the last page."""
    visits = [touch for touch in reversed(dossier.touches) if touch.kind.startswith("web.")]
    for touch in visits:
        if touch.kind in STARTERS:
            about = str(touch.measures.get("form") or touch.measures.get("product") or "")
            words = bare_words()[touch.kind]
            what = f"{words}: {about}" if about else words
            yield HistoryLine(touch.at.astimezone(settings.zone), what, _("belum dihubungi"))
            return
    for touch in visits[:1]:
        title = str(
            touch.measures.get("title") or touch.measures.get("product") or touch.measures.get("path") or ""
        )
        what = _("Melihat {page}").format(page=title) if title else _("Melihat situs")
        yield HistoryLine(touch.at.astimezone(settings.zone), what, _("belum bertanya"))
