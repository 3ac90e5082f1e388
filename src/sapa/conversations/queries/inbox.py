"""The list of conversations: pages by key, each view along an index that stands in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Conversation, Labelling, Message
from sapa.conversations.queries.threads import list_absorbed
from sapa.conversations.types import Choice, InboxRow, Spot, Tab
from sapa.lib.kept import MANY, MOMENT, NUMBER, kept

PAGE = 30
_COUNTED = 100
_NEXT = 4
"""So many who wait longest are looked at for one that is not left out."""
EVERYTHING = Choice()


class _Thread(NamedTuple):
    """What a row shows of a thread; models of four tables would cost ten times what their values do."""

    id: int
    public_id: UUID
    title: str
    key: str
    is_group: bool
    waiting_since: datetime | None
    last_message_at: datetime | None
    snoozed_until: datetime | None
    closed_at: datetime | None
    assignee_id: int | None
    team_id: int | None
    merged_into_id: int | None
    channel: str
    target_minutes: int | None
    identity_id: int | None
    identity_name: str
    identity_value: str
    contact_id: int | None
    contact: UUID | None
    contact_name: str

    def name(self) -> str:
        """As `threads.title_of` names it."""
        if self.identity_id is None:
            return self.title or self.key
        return self.contact_name or self.identity_name or self.title or self.identity_value


_FIELDS = (
    *_Thread._fields[:12],
    "channel__kind",
    "channel__reply_target_minutes",
    "identity_id",
    "identity__name",
    "identity__value",
    "identity__contact_id",
    "identity__contact__public_id",
    "identity__contact__name",
)


class _Last(NamedTuple):
    """The newest message of a thread."""

    conversation_id: int
    text: str
    media: list[dict[str, Any]]
    direction: str
    send_status: str


def list_inbox(
    business: Business,
    *,
    now: datetime,
    tab: Tab = Tab.WAITING,
    edge: datetime | None = None,
    me: Teammate | None = None,
    choice: Choice = EVERYTHING,
    after: Spot | None = None,
    limit: int = PAGE,
) -> list[InboxRow]:
    """A page of one view.

    waiting, old: those in which somebody waits and whose last word came since (before) `edge`, longest first;
    mine: what `me` answers and is not closed, those who wait first; snoozed: what is put off, soonest first; unread: what `me` marked so;
    all: newest first.
    """
    found = _chosen(Conversation.objects.filter(business=business, last_message_at__isnull=False), choice)
    rows: list[_Thread]
    if tab is Tab.MINE:
        rows = _mine(found.filter(assignee=me, closed_at__isnull=True), now, after, limit)
    elif tab is Tab.SNOOZED:
        rows = _page(found.filter(snoozed_until__gt=now), "snoozed_until", after, limit)
    elif tab is Tab.UNREAD:
        rows = _page(found.filter(unreads__teammate=me), "-last_message_at", after, limit)
    elif tab is Tab.ALL:
        rows = _page(found, "-last_message_at", after, limit)
    else:
        heard = {"heard_since": edge} if tab is Tab.WAITING else {"heard_before": edge}
        rows = _page(_at_hand(_waiting(found, **heard), now), "waiting_since", after, limit)
    return _rows(business, rows)


def list_returned(
    business: Business, *, now: datetime, choice: Choice = EVERYTHING, limit: int = PAGE
) -> list[InboxRow]:
    """Conversations that were put off until a moment that has come, in which nobody waits, the earliest first."""
    found = Conversation.objects.filter(
        business=business, snoozed_until__lte=now, waiting_since__isnull=True, closed_at__isnull=True
    )
    chosen = _chosen(found, choice)
    # Mostly there are none: asked first by that alone, which costs a quarter of asking for all that a row shows.
    return _rows(business, _page(chosen, "snoozed_until", None, limit)) if chosen.exists() else []


def _mine(found: QuerySet[Conversation], now: datetime, after: Spot | None, limit: int) -> list[_Thread]:
    rows: list[_Thread] = []
    if after is None or not after.rests:
        rows = _page(_at_hand(_waiting(found), now), "waiting_since", after, limit)
        after = None
    if len(rows) < limit:
        rests = _at_hand(found.filter(waiting_since__isnull=True), now)
        rows += _page(rests, "-last_message_at", after, limit - len(rows))
    return rows


def _page(found: QuerySet[Conversation], order: str, after: Spot | None, limit: int) -> list[_Thread]:
    column, is_up = order.removeprefix("-"), not order.startswith("-")
    if after is not None:
        found = found.filter(_behind(column, after, up=is_up))
    rank = (order, "id" if is_up else "-id")
    # Who stands on the page first, and their names after: else SQLite joins all that wait before it puts them in order.
    return _in_order(found.order_by(*rank).values_list("id", flat=True)[:limit])


def _in_order(chosen: Iterable[int]) -> list[_Thread]:
    ids = list(chosen)
    known = {one.id: one for one in _threads(ids)}
    return [known[pk] for pk in ids if pk in known]


def _threads(ids: Sequence[int]) -> list[_Thread]:
    return list(map(_Thread._make, _fields(ids=ids))) if ids else []


@kept(ids=MANY)
def _fields(ids: Any) -> QuerySet[Any, Any]:
    return Conversation.objects.filter(pk__among=ids).values_list(*_FIELDS)


def _at_hand(found: QuerySet[Conversation], now: datetime) -> QuerySet[Conversation]:
    return found.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))


def _chosen(found: QuerySet[Conversation], choice: Choice) -> QuerySet[Conversation]:
    if choice.channel:
        found = found.filter(channel__public_id=choice.channel)
    if choice.label:
        found = found.filter(
            pk__in=Labelling.objects.filter(label__public_id=choice.label).values("conversation")
        )
    if choice.assignee:
        found = found.filter(assignee__public_id=choice.assignee)
    if choice.team:
        found = found.filter(team__public_id=choice.team)
    if choice.nobody:
        found = found.filter(assignee__isnull=True)
    return found


def _waiting(
    found: QuerySet[Conversation],
    heard_since: datetime | None = None,
    heard_before: datetime | None = None,
) -> QuerySet[Conversation]:
    found = found.filter(waiting_since__isnull=False)
    if heard_since is not None:
        found = found.filter(last_in_at__gte=heard_since)
    if heard_before is not None:
        # Said as what it is not: those of long ago may be all, and are read by the index in which they stand in order.
        found = found.exclude(last_in_at__gte=heard_before)
    return found


def _behind(column: str, spot: Spot, *, up: bool) -> Q:
    sign = "gt" if up else "lt"
    edge = Q(**{column: spot.at, f"id__{sign}": spot.id})
    # The first condition alone is an index range; the second decides among equal moments.
    return Q(**{f"{column}__{sign}e": spot.at}) & (Q(**{f"{column}__{sign}": spot.at}) | edge)


def _rows(business: Business, threads: Sequence[_Thread]) -> list[InboxRow]:
    if not threads:
        return []
    last = _last_messages([thread.id for thread in threads])
    labels = _labels([thread.id for thread in threads])
    kept = _kept(business, {thread.merged_into_id for thread in threads if thread.merged_into_id})
    rows: dict[int, InboxRow] = {}
    for thread in threads:
        shown = kept.get(thread.merged_into_id or 0, thread)
        # Of merged threads the first on the page stands for all of them.
        rows.setdefault(shown.id, _row(thread, shown, last.get(thread.id), labels.get(thread.id, ())))
    return list(rows.values())


def _last_messages(conversation_ids: Sequence[int]) -> dict[int, _Last]:
    return {row[0]: _Last._make(row) for row in _newest(ids=conversation_ids)}


@kept(ids=MANY)
def _newest(ids: Any) -> QuerySet[Any, Any]:
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-happened_at", "-rank", "-id")
    found = Conversation.objects.filter(pk__among=ids).values(newest=Subquery(newest.values("id")[:1]))
    return Message.objects.filter(pk__in=found).values_list(*_Last._fields)


def _labels(conversation_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for pk, name in _labelled(ids=conversation_ids):
        found[pk] = (*found.get(pk, ()), name)
    return found


@kept(ids=MANY)
def _labelled(ids: Any) -> QuerySet[Any, Any]:
    rows = Labelling.objects.filter(conversation_id__among=ids).order_by("label__name")
    return rows.values_list("conversation", "label__name")


def _kept(business: Business, ids: set[int]) -> dict[int, _Thread]:
    if not ids:
        return {}
    return {one.id: one for one in _threads(list(ids))}


def _row(thread: _Thread, shown: _Thread, last: _Last | None, labels: tuple[str, ...]) -> InboxRow:
    return InboxRow(
        id=thread.id,
        public_id=str(shown.public_id),
        name=shown.name(),
        channel=thread.channel,
        is_group=thread.is_group,
        contact_id=shown.contact_id,
        contact=str(shown.contact) if shown.contact else "",
        waiting_since=thread.waiting_since,
        target_minutes=thread.target_minutes,
        last_message_at=thread.last_message_at,
        text=last.text if last else "",
        media=tuple(str(one.get("kind", "")) for one in last.media) if last else (),
        is_out=bool(last and last.direction == Message.Direction.OUT),
        assignee_id=thread.assignee_id,
        team_id=thread.team_id,
        snoozed_until=thread.snoozed_until,
        is_closed=thread.closed_at is not None,
        labels=labels,
        send_status=last.send_status if last else "",
    )


def count_waiting(
    business: Business,
    *,
    up_to: int = _COUNTED,
    heard_since: datetime | None = None,
    heard_before: datetime | None = None,
    now: datetime | None = None,
) -> int:
    """How many threads wait for an answer, counted no further than `up_to`; without what is put off past `now`."""
    if heard_since is not None and heard_before is None and now is not None and up_to == _COUNTED:
        return len(_waiting_now(business=business.pk, heard_since=heard_since, now=now))
    waiting = _waiting(Conversation.objects.filter(business=business), heard_since, heard_before)
    if now is not None:
        waiting = _at_hand(waiting, now)
    return waiting.order_by().values("id")[:up_to].count()


@kept(business=NUMBER, heard_since=MOMENT, now=MOMENT)
def _waiting_now(business: Any, heard_since: Any, now: Any) -> QuerySet[Any, Any]:
    found = _at_hand(_waiting(Conversation.objects.filter(business_id=business), heard_since), now)
    return found.order_by().values_list("id", flat=True)[:_COUNTED]


def has_conversations(business: Business, *, more_than: int = 0) -> bool:
    """Whether there are any threads, or more than so many."""
    rows = Conversation.objects.filter(business=business, last_message_at__isnull=False).order_by()
    return rows.values("id")[: more_than + 1].count() > more_than


def find_next_waiting(
    business: Business,
    *,
    now: datetime,
    edge: datetime | None,
    me: Teammate | None = None,
    but: Iterable[int] = (),
) -> Conversation | None:
    """Whom to answer next: who waits longest, of those that `me` answers or nobody does; `but` are ids to leave out."""
    left_out = set(but)
    if edge is not None and len(left_out) < _NEXT:
        given = {"business": business.pk, "edge": edge, "now": now}
        rows = _next_of_all(**given) if me is None else _next_of_mine(me=me.pk, **given)
        return next((one for one in rows if one.pk not in left_out), None)
    found = _next(
        _at_hand(_waiting(Conversation.objects.filter(business=business), heard_since=edge), now), me
    )
    return found.exclude(pk__in=left_out).first()


def _next(found: QuerySet[Conversation], me: Any) -> QuerySet[Conversation]:
    if me is not None:
        found = found.filter(Q(assignee=me) | Q(assignee__isnull=True))
    return found.order_by("waiting_since", "id")


@kept(business=NUMBER, edge=MOMENT, now=MOMENT)
def _next_of_all(business: Any, edge: Any, now: Any) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(business_id=business)
    return _next(_at_hand(_waiting(found, heard_since=edge), now), None)[:_NEXT]


@kept(business=NUMBER, edge=MOMENT, now=MOMENT, me=NUMBER)
def _next_of_mine(business: Any, edge: Any, now: Any, me: Any) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(business_id=business)
    return _next(_at_hand(_waiting(found, heard_since=edge), now), me)[:_NEXT]


def list_chosen(business: Business, public_ids: Sequence[UUID], *, limit: int = 200) -> list[Conversation]:
    """The conversations of a selection, with those that were merged into them."""
    chosen = Conversation.objects.filter(business=business, public_id__in=public_ids[:limit])
    rows = list(chosen.select_related("identity").order_by("id"))
    return rows + list_absorbed(row.pk for row in rows)
