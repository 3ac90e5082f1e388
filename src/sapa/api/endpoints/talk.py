"""Conversations: listed, read, answered, handed on, put off, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sapa.accounts.models import AuditEntry, Team, Teammate
from sapa.accounts.queries import list_teammates
from sapa.actions.types import ContactRef
from sapa.api.endpoints.customers import Moment
from sapa.api.endpoints.shop import contact_of, local
from sapa.api.errors import ApiError, not_found, unfit
from sapa.api.paging import Number, Page, PageAsked, make_page, read_cursor
from sapa.api.register import Asked, endpoint
from sapa.api.types import ConversationLine, ConversationSheet, MessageLine, ReplyState, SentLine, TeamLine
from sapa.conversations import operations, queries
from sapa.conversations.models import Conversation, Message
from sapa.conversations.types import Choice, InboxRow, Spot, Tab
from sapa.gateway.dispatch import get_sendability, send_message
from sapa.gateway.dispatch.types import CannotSendError
from sapa.lib.database import write
from sapa.programs.types import Scope

BY_COLUMN = {Tab.WAITING: "waiting_since", Tab.SNOOZED: "snoozed_until", Tab.ALL: "last_message_at"}


class View(Enum):
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ALL = "all"


class ConversationsAsked(PageAsked, forbid_unknown_fields=True, kw_only=True):
    """waiting: who waits longest first; snoozed: whose moment comes first; all: the newest first."""

    view: View = View.ALL
    assignee: UUID | None = None
    team: UUID | None = None
    channel: UUID | None = None
    label: UUID | None = None
    nobody: bool = False


class Template(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    language: Annotated[str, msgspec.Meta(max_length=12)] = "id"
    values: Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=20)] = (
        msgspec.field(default_factory=list)
    )


class Purpose(Enum):
    SERVICE = "service"
    PROMOTION = "promotion"


class ReplyTold(msgspec.Struct, forbid_unknown_fields=True):
    """`reply_to` is a message of the same conversation. Nobody is sent what they did not agree to: the same rules as in the inbox."""

    text: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    template: Template | None = None
    reply_to: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")] | None = None
    purpose: Purpose = Purpose.SERVICE


class Assignment(msgspec.Struct, forbid_unknown_fields=True):
    """Both null: nobody in particular."""

    teammate: UUID | None = None
    team: UUID | None = None


class SnoozeTold(msgspec.Struct, forbid_unknown_fields=True):
    until: Moment


class LabelTold(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


def _thread(asked: Asked) -> Conversation:
    return queries.get_conversation(asked.business, asked.ids["conversation_id"])


@endpoint(
    "GET",
    "/conversations",
    Scope.READ_TALK,
    "Conversations in one view, narrowed to whom they are handed, a channel or a label",
    answer=ConversationLine,
    paged=True,
    query=ConversationsAsked,
)
def list_conversations(asked: Asked) -> Page[ConversationLine]:
    wanted: ConversationsAsked = asked.query
    tab = Tab(wanted.view.value)
    place = read_cursor(wanted.after, tuple[Moment, Number])
    rows = queries.list_inbox(
        asked.business,
        now=asked.now,
        tab=tab,
        choice=Choice(
            channel=wanted.channel,
            label=wanted.label,
            assignee=wanted.assignee,
            team=wanted.team,
            nobody=wanted.nobody,
        ),
        after=Spot(place[0], place[1]) if place else None,
        limit=wanted.limit + 1,
    )
    mates = {one.pk: str(one.public_id) for one in list_teammates(asked.business, everyone=True)}
    return make_page(
        rows,
        wanted.limit,
        lambda row: [getattr(row, BY_COLUMN[tab]), row.id],
        lambda row: _line(row, asked, mates),
    )


def _line(row: InboxRow, asked: Asked, mates: dict[int, str]) -> ConversationLine:
    return ConversationLine(
        id=row.public_id,
        name=row.name,
        channel=row.channel,
        contact=ContactRef(id=row.contact, name=row.name) if row.contact and not row.is_group else None,
        is_group=row.is_group,
        waiting_since=local(row.waiting_since, asked.zone),
        last_message_at=local(row.last_message_at, asked.zone),
        last_text=row.text,
        assignee=mates.get(row.assignee_id or 0),
        snoozed_until=local(row.snoozed_until, asked.zone),
        is_closed=row.is_closed,
        labels=row.labels,
    )


@endpoint(
    "GET",
    "/conversations/{conversation_id}",
    Scope.READ_TALK,
    "One conversation, and whether the shop may write there now",
    answer=ConversationSheet,
)
def get_conversation(asked: Asked) -> ConversationSheet:
    thread = _thread(asked)
    can = get_sendability(thread, now=asked.now)
    return ConversationSheet(
        id=str(thread.public_id),
        name=queries.get_title(thread),
        channel=thread.channel.kind,
        contact=None if thread.is_group else contact_of(thread.identity),
        is_group=thread.is_group,
        waiting_since=local(thread.waiting_since, asked.zone),
        last_message_at=local(thread.last_message_at, asked.zone),
        assignee=str(thread.assignee.public_id) if thread.assignee else None,
        team=str(thread.team.public_id) if thread.team else None,
        snoozed_until=local(thread.snoozed_until, asked.zone),
        is_closed=thread.closed_at is not None,
        labels=tuple(TeamLine(str(one.public_id), one.name) for one in queries.list_labels_of(thread)),
        reply=ReplyState(
            state=can.state,
            code=can.code.value if can.code else None,
            why=can.why,
            closes_at=local(can.closes_at, asked.zone),
            templates=can.templates,
        ),
    )


@endpoint(
    "GET",
    "/conversations/{conversation_id}/messages",
    Scope.READ_TALK,
    "The messages, the newest first",
    answer=MessageLine,
    paged=True,
    query=PageAsked,
)
def list_messages(asked: Asked) -> Page[MessageLine]:
    wanted: PageAsked = asked.query
    thread = _thread(asked)
    number = read_cursor(wanted.after, Number)
    before = queries.get_message(thread, number) if number is not None else None
    rows = queries.list_messages(thread, before=before, limit=wanted.limit + 1)
    return make_page(list(reversed(rows)), wanted.limit, _place, lambda row: _message(row, asked))


def _place(message: Message) -> int:
    return message.pk


def _message(row: Message, asked: Asked) -> MessageLine:
    is_out = row.direction == Message.Direction.OUT
    author = row.author_name or (row.identity.name if row.identity else "")
    return MessageLine(
        id=str(row.pk),
        direction=row.direction,
        at=row.happened_at.astimezone(asked.zone),
        text="" if row.is_deleted else row.text,
        author=author,
        files=tuple(str(one.get("kind", "file")) for one in row.media if isinstance(one, dict)),
        is_automatic=row.is_automatic,
        is_edited=row.is_edited,
        is_deleted=row.is_deleted,
        status=row.send_status or None if is_out else None,
    )


@endpoint(
    "POST",
    "/conversations/{conversation_id}/messages",
    Scope.WRITE_TALK,
    "Writes to the customer: into the outbox, from where it is sent. Needs an Idempotency-Key",
    answer=SentLine,
    status=201,
    body=ReplyTold,
    needs_key=True,
    may_fail=(409,),
)
def send_reply(asked: Asked) -> SentLine:
    told: ReplyTold = asked.body
    thread = _thread(asked)
    try:
        dispatch = send_message(
            business=asked.business,
            conversation=thread,
            text=told.text.strip(),
            template=msgspec.structs.asdict(told.template) if told.template else None,
            reply_to=queries.get_message(thread, int(told.reply_to)) if told.reply_to else None,
            by=asked.by,
            idempotency_key=f"api:{asked.token.pk}:{asked.key}",
            now=asked.now,
            purpose=told.purpose.value,
        )
    except CannotSendError as error:
        raise ApiError(409, error.code.value, str(error)) from error
    operations.take_up(business=asked.business, conversations=[thread], now=asked.now)
    return SentLine(str(dispatch.public_id), str(dispatch.message_id), dispatch.state)


def _do(asked: Asked, deed: Callable[..., AuditEntry | None], **told: Any) -> ConversationSheet:
    """A deed on one conversation with those that were merged into it, and how it stands then; `told` is the deed's own."""
    with write():
        rows = queries.list_chosen(asked.business, [_thread(asked).public_id])
        deed(business=asked.business, conversations=rows, by=asked.by, now=asked.now, **told)
        return get_conversation(asked)


@endpoint(
    "PUT",
    "/conversations/{conversation_id}/assignment",
    Scope.WRITE_TALK,
    "Hands it to a teammate, a team or nobody",
    answer=ConversationSheet,
    body=Assignment,
)
def put_assignment(asked: Asked) -> ConversationSheet:
    told: Assignment = asked.body
    mate = _find_mate(asked, told.teammate) if told.teammate else None
    team = _find_team(asked, told.team) if told.team else None
    return _do(asked, operations.assign, teammate=mate, team=team)


def _find_mate(asked: Asked, wanted: UUID) -> Teammate:
    mate = next((one for one in list_teammates(asked.business) if one.public_id == wanted), None)
    if mate is None:
        raise unfit(_("Tidak ada anggota tim dengan id ini."), "teammate")
    return mate


def _find_team(asked: Asked, wanted: UUID) -> Team:
    try:
        return queries.get_team(asked.business, wanted)
    except Team.DoesNotExist as error:
        raise unfit(_("Tidak ada kelompok tim dengan id ini."), "team") from error


@endpoint(
    "POST",
    "/conversations/{conversation_id}/close",
    Scope.WRITE_TALK,
    "Closes it until the customer writes again",
    answer=ConversationSheet,
)
def close_conversation(asked: Asked) -> ConversationSheet:
    return _do(asked, operations.close)


@endpoint(
    "POST",
    "/conversations/{conversation_id}/reopen",
    Scope.WRITE_TALK,
    "Puts it on the table again",
    answer=ConversationSheet,
)
def reopen_conversation(asked: Asked) -> ConversationSheet:
    return _do(asked, operations.reopen)


@endpoint(
    "PUT",
    "/conversations/{conversation_id}/snooze",
    Scope.WRITE_TALK,
    "Puts it off until a moment, or until the customer writes",
    answer=ConversationSheet,
    body=SnoozeTold,
)
def put_snooze(asked: Asked) -> ConversationSheet:
    until: datetime = asked.body.until
    if until <= asked.now:
        raise unfit(_("Waktunya sudah lewat. Pilih yang akan datang."), "until")
    return _do(asked, operations.snooze, until=until)


@endpoint(
    "DELETE",
    "/conversations/{conversation_id}/snooze",
    Scope.WRITE_TALK,
    "Back on the table before its time",
    answer=ConversationSheet,
)
def delete_snooze(asked: Asked) -> ConversationSheet:
    return _do(asked, operations.unsnooze)


@endpoint(
    "POST",
    "/conversations/{conversation_id}/labels",
    Scope.WRITE_TALK,
    "Puts a label on it, made where it is new",
    answer=ConversationSheet,
    body=LabelTold,
)
def create_label(asked: Asked) -> ConversationSheet:
    name = " ".join(asked.body.name.split())
    if not name:
        raise unfit(_("Isian ini masih kosong."), "name")
    return _do(asked, operations.put_label, name=name)


@endpoint(
    "DELETE",
    "/conversations/{conversation_id}/labels/{label_id}",
    Scope.WRITE_TALK,
    "Takes a label off",
    answer=ConversationSheet,
)
def delete_label(asked: Asked) -> ConversationSheet:
    label = queries.get_label(asked.business, asked.ids["label_id"])
    if all(one.pk != label.pk for one in queries.list_labels_of(_thread(asked))):
        raise not_found()
    return _do(asked, operations.take_label, label=label)
