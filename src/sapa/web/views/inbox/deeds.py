"""What one tap does with a conversation, or with all that are ticked; a toast takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sapa.accounts.models import AuditEntry, Team, Teammate
from sapa.accounts.types import Act
from sapa.conversations import operations
from sapa.conversations.models import Conversation, Label, Mark, Message
from sapa.conversations.queries import (
    find_message,
    get_label,
    get_team,
    get_title,
    list_chosen,
    list_inbox,
)
from sapa.conversations.types import Tab
from sapa.lib.dates import format_relative
from sapa.snapshots.operations import hand_over
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import after_write, refresh, tell, undo_address
from sapa.web.views.inbox.listing import find_next
from sapa.web.views.inbox.talk import get_thread
from sapa.web.views.inbox.times import read_moment

_MOST = 200


@act_only(Act.WORK)
def mark(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """“Sudah saya balas” or “Tidak perlu dibalas”: the clock stops, and a toast starts it again."""
    thread = get_thread(seat, conversation_id)
    kind = request.POST.get("kind", "")
    if kind not in Mark.Kind.values:
        raise Http404
    made = operations.mark_conversation(
        business=seat.business, conversation=thread, kind=kind, by=seat.teammate, now=seat.now
    )
    if kind == Mark.Kind.ANSWERED:  # what was copied to WhatsApp is no draft any more
        operations.drop_draft(
            business=seat.business, conversation=thread, teammate=seat.teammate, kind="reply"
        )
    told = _("Dicatat: sudah dibalas.") if kind == Mark.Kind.ANSWERED else _("Dicatat: tidak perlu dibalas.")
    tell(request, told, undo_address(seat, "mark", made.pk))
    refresh(seat)
    return after_write(request, reverse("conversation", args=[conversation_id]))


@act_only(Act.WORK)
def unread(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """“Belum dibaca”, for oneself: back to the list, and one comes to it again; or read after all."""
    thread = get_thread(seat, conversation_id)
    if request.POST.get("do") == "read":
        entry = operations.mark_read(
            business=seat.business, conversations=[thread], teammate=seat.teammate, now=seat.now
        )
        _tell(request, entry, _("%(name)s: sudah dibaca.") % {"name": get_title(thread)})
    else:
        entry = operations.mark_unread(
            business=seat.business, conversations=[thread], teammate=seat.teammate, now=seat.now
        )
        _tell(request, entry, _("%(name)s: belum dibaca, hanya untuk Anda.") % {"name": get_title(thread)})
    return go(request, reverse("inbox"))


@act_only(Act.WORK)
def close(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Done, and on to whoever waits next; or opened again."""
    thread = get_thread(seat, conversation_id)
    here = reverse("conversation", args=[conversation_id])
    if request.POST.get("do") == "reopen":
        entry = operations.reopen(
            business=seat.business, conversations=_whole(seat, thread), by=seat.teammate, now=seat.now
        )
        _tell(request, entry, _("Dibuka lagi."))
        return go(request, here)
    entry = operations.close(
        business=seat.business, conversations=_whole(seat, thread), by=seat.teammate, now=seat.now
    )
    _tell(request, entry, _("%(name)s: selesai.") % {"name": get_title(thread)})
    refresh(seat)
    return _onward(request, seat, thread, here)


@act_only(Act.WORK)
def snooze(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Put off to a moment, in words or from a button; or back at once."""
    thread = get_thread(seat, conversation_id)
    here = reverse("conversation", args=[conversation_id])
    if request.POST.get("do") == "now":
        entry = operations.unsnooze(
            business=seat.business, conversations=_whole(seat, thread), by=seat.teammate, now=seat.now
        )
        _tell(request, entry, _("Kembali ke Kotak Masuk."))
        return go(request, here)
    until = read_moment(seat, request.POST.get("when") or request.POST.get("words", ""))
    if until is None:
        tell(request, _("Waktunya belum terbaca atau sudah lewat. Tulis misalnya “besok jam 9”."))
        return go(request, here)
    entry = operations.snooze(
        business=seat.business,
        conversations=_whole(seat, thread),
        until=until,
        by=seat.teammate,
        now=seat.now,
    )
    when = format_relative(until, seat.now, seat.zone, seat.language)
    _tell(request, entry, _("%(name)s: ditunda sampai %(when)s.") % {"name": get_title(thread), "when": when})
    return _onward(request, seat, thread, here)


@act_only(Act.WORK)
def assign(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """To a teammate by public id or by the beginning of the name, to a team (`team:` before its id), or to nobody."""
    thread = get_thread(seat, conversation_id)
    here = reverse("conversation", args=[conversation_id])
    try:
        mate, team = _find_receiver(seat, request.POST.get("to") or request.POST.get("name", ""))
    except LookupError:
        tell(request, _("Tidak ada orang atau tim dengan nama itu. Pilih dari daftarnya."))
        return go(request, here)
    entry = hand_over(
        business=seat.business,
        conversations=[thread],
        teammate=mate,
        team=team,
        by=seat.teammate,
        now=seat.now,
    )
    _tell(request, entry, _tell_receiver(mate, team))
    return after_write(request, here)


def _find_receiver(seat: Seat, text: str) -> tuple[Teammate | None, Team | None]:
    """Raises LookupError for nobody known; ("", "-") mean nobody in particular."""
    if text.startswith("team:"):
        try:
            return None, get_team(seat.business, UUID(text.removeprefix("team:")))
        except (Team.DoesNotExist, ValueError) as error:
            raise LookupError(text) from error
    if text == "nobody":
        return None, None
    if text == "me":
        return seat.teammate, None
    plain = text.strip().casefold()
    named = [one for one in seat.teammates if plain and one.name.casefold().startswith(plain)]
    found = next((one for one in seat.teammates if str(one.public_id) == text), None)
    found = found or (named[0] if named else None)
    if found is None:
        raise LookupError(text)
    return found, None


def _tell_receiver(mate: Teammate | None, team: Team | None) -> str:
    if mate is None and team is None:
        return _("Tidak diserahkan kepada siapa pun lagi.")
    return _("Diserahkan kepada %(name)s.") % {"name": mate.name if mate else team.name if team else ""}


@act_only(Act.WORK)
def label(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """A label is put on, made where it is new."""
    thread = get_thread(seat, conversation_id)
    here = reverse("conversation", args=[conversation_id])
    name = request.POST.get("name", "")
    try:
        entry = operations.put_label(
            business=seat.business, conversations=[thread], name=name, by=seat.teammate, now=seat.now
        )
    except ValueError:
        tell(request, _("Label terdiri dari 1 sampai 40 huruf. Tulis yang pendek."))
        return go(request, here)
    _tell(request, entry, _("Label dipasang."))
    return after_write(request, here)


@act_only(Act.WORK)
def unlabel(request: SeatedRequest, seat: Seat, conversation_id: UUID, label_id: UUID) -> HttpResponse:
    thread = get_thread(seat, conversation_id)
    try:
        taken = get_label(seat.business, label_id)
    except Label.DoesNotExist as error:
        raise Http404 from error
    entry = operations.take_label(
        business=seat.business, conversations=[thread], label=taken, by=seat.teammate, now=seat.now
    )
    _tell(request, entry, _("Label dilepas."))
    return after_write(request, reverse("conversation", args=[conversation_id]))


@screen(Act.LOOK, write=Act.WORK)
def merge(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Another thread is shown in this one from now on: it is chosen from the newest ones."""
    thread = get_thread(seat, conversation_id)
    if request.method == "POST":
        wanted = list_chosen(seat.business, _uuids([request.POST.get("other", "")]))
        if not wanted:
            raise Http404
        here = reverse("conversation", args=[conversation_id])
        try:
            entry = operations.merge_conversations(
                business=seat.business, kept=thread, absorbed=wanted, by=seat.teammate, now=seat.now
            )
        except operations.CannotMergeError:
            tell(request, _("Dua percakapan ini tidak bisa digabung: yang satu grup, atau keduanya sama."))
            return go(request, here)
        _tell(request, entry, _("Percakapan digabung."))
        return go(request, here)
    rows = [
        row
        for row in list_inbox(seat.business, now=seat.now, tab=Tab.ALL)
        if row.id != thread.pk and row.is_group == thread.is_group
    ]
    return render(request, "web/merge.html", {"thread": thread, "title": get_title(thread), "rows": rows})


@act_only(Act.WORK)
def split(request: SeatedRequest, seat: Seat, conversation_id: UUID, message_id: int) -> HttpResponse:
    """From one message on a thread of its own."""
    thread = get_thread(seat, conversation_id)
    message: Message | None = find_message([thread], message_id)
    if message is None:
        raise Http404
    try:
        fresh = operations.split_conversation(
            business=seat.business, conversation=thread, message=message, by=seat.teammate, now=seat.now
        )
    except operations.CannotMergeError:
        tell(request, _("Ini pesan pertama: tidak ada yang tertinggal kalau dipecah di sini."))
        return go(request, reverse("conversation", args=[conversation_id]))
    tell(request, _("Dipecah menjadi percakapan sendiri."), undo_address(seat, "conversation", fresh.pk))
    refresh(seat)
    return go(request, reverse("conversation", args=[conversation_id]))


@act_only(Act.WORK)
def bulk(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """One deed for all that are ticked; one toast takes it back for all."""
    chosen = list_chosen(seat.business, _uuids(request.POST.getlist("id")), limit=_MOST)
    if not chosen:
        tell(request, _("Belum ada yang dipilih. Centang dulu percakapannya."))
        return after_write(request, reverse("inbox"))
    try:
        entry = _do_to_all(request, seat, chosen)
    except (LookupError, ValueError):
        tell(request, _("Belum terbaca. Pilih orang, waktu, atau label, lalu coba lagi."))
        return after_write(request, reverse("inbox"))
    count = len(chosen)
    told = ngettext("%(count)d percakapan diubah.", "%(count)d percakapan diubah.", count) % {"count": count}
    _tell(request, entry, told)
    refresh(seat)
    return after_write(request, reverse("inbox"))


def _do_to_all(request: SeatedRequest, seat: Seat, chosen: Sequence[Conversation]) -> AuditEntry | None:
    """Raises LookupError or ValueError for what cannot be read."""
    deed = request.POST.get("do", "")
    if deed == "close":
        return operations.close(business=seat.business, conversations=chosen, by=seat.teammate, now=seat.now)
    if deed == "no_answer":
        return operations.mark_many(
            business=seat.business, conversations=chosen, kind="no_answer", by=seat.teammate, now=seat.now
        )
    if deed in ("unread", "read"):
        tick = operations.mark_unread if deed == "unread" else operations.mark_read
        return tick(business=seat.business, conversations=chosen, teammate=seat.teammate, now=seat.now)
    if deed == "snooze":
        until = read_moment(seat, request.POST.get("when", "") or "besok pagi")
        if until is None:
            raise ValueError("no moment to come")
        return operations.snooze(
            business=seat.business, conversations=chosen, until=until, by=seat.teammate, now=seat.now
        )
    if deed == "assign":
        mate, team = _find_receiver(seat, request.POST.get("to", ""))
        return hand_over(
            business=seat.business,
            conversations=chosen,
            teammate=mate,
            team=team,
            by=seat.teammate,
            now=seat.now,
        )
    if deed == "label":
        return operations.put_label(
            business=seat.business,
            conversations=chosen,
            name=request.POST.get("name", ""),
            by=seat.teammate,
            now=seat.now,
        )
    raise LookupError(deed)


def _whole(seat: Seat, thread: Conversation) -> list[Conversation]:
    return list_chosen(seat.business, [thread.public_id])


def _tell(request: SeatedRequest, entry: AuditEntry | None, told: str) -> None:
    tell(request, told, reverse("undo", args=[entry.pk]) if entry else "")


def _onward(request: SeatedRequest, seat: Seat, thread: Conversation, here: str) -> HttpResponse:
    following = find_next(seat, thread)
    if following is None:
        return after_write(request, here)
    return go(request, reverse("conversation", args=[following.public_id]) + "?tab=waiting")


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[:_MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
