"""Reads of automations, and what the answer after hours must know of the shop and of who writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.automations.models import Automation, Run
from sapa.automations.rules import FRESH, Closed, Heard, usual_minutes
from sapa.conversations.models import Conversation, Mark, Message
from sapa.conversations.rules import NEVER_ARRIVED
from sapa.conversations.service.waits import Said, list_waits
from sapa.readings.models import Reading
from sapa.standings.models import Standing
from sapa.standings.waiting import TROUBLE

ASKED_THREADS = 200
ASKED_DAYS = timedelta(days=28)
TROUBLE_LASTS = timedelta(days=14)
_SHOWN = 20


def find_automation(business: Business, kind: str) -> Automation | None:
    return Automation.objects.filter(business=business, kind=kind).select_related("moment").first()


def get_automation(business: Business, automation_id: int) -> Automation:
    """One automation. Raises `Automation.DoesNotExist`."""
    return Automation.objects.select_related("moment").get(business=business, pk=automation_id)


def list_runs(automation: Automation, *, limit: int = _SHOWN) -> list[Run]:
    """What it did last, newest first."""
    runs = Run.objects.filter(automation=automation).select_related("conversation__identity", "message")
    return list(runs.order_by("-at", "-id")[:limit])


def find_usual_minutes(business: Business, *, now: datetime) -> int | None:
    """How long people usually wait for the first answer, in business minutes; None where too little is known.

    Of the 200 private threads with the newest words, what was asked within four weeks. Three queries.
    """
    since = now - ASKED_DAYS
    threads = Conversation.objects.filter(business=business, is_group=False, last_out_at__gte=since)
    ids = list(threads.order_by("-last_message_at", "-id").values_list("id", flat=True)[:ASKED_THREADS])
    rows = Message.objects.filter(conversation__in=ids, happened_at__gte=since, happened_at__lte=now)
    rows = rows.exclude(send_status__in=NEVER_ARRIVED).order_by("happened_at", "rank", "id")
    said: dict[int, list[Said]] = defaultdict(list)
    for pk, at, thread, direction, closes, is_automatic, source in rows.values_list(
        "id", "happened_at", "conversation", "direction", "reading__closes", "is_automatic", "source"
    ):
        is_in = direction == Message.Direction.IN
        said[thread].append(Said(at, pk, is_in, bool(closes) or source == "history", is_automatic))
    words = _words(ids)
    calendar = get_calendar(business)
    return usual_minutes(
        wait.lapse.open_minutes
        for thread, lines in said.items()
        for wait in list_waits(lines, calendar, answered_elsewhere=words[thread])
        if wait.is_first and wait.lapse is not None
    )


def _words(conversation_ids: Sequence[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    marks = Mark.objects.filter(conversation__in=conversation_ids, kind="answered", undone_at=None)
    for thread, at in marks.order_by("at").values_list("conversation", "at"):
        found[thread].append(at)
    return found


def list_unanswered(business: Business, closed: Closed, *, now: datetime) -> list[Conversation]:
    """Private live threads in which somebody has just written since the shop closed, and waits."""
    waiting = Conversation.objects.filter(
        business=business,
        is_group=False,
        merged_into=None,
        identity__isnull=False,
        channel__is_live=True,
        waiting_since__isnull=False,
        last_in_at__gte=max(closed.since, now - FRESH),
    )
    return list(waiting.select_related("channel", "identity__contact").order_by("waiting_since", "id"))


def listen(thread: Conversation, *, now: datetime) -> list[Heard]:
    """What is known of the messages that wait in this thread."""
    rows = Message.objects.filter(
        conversation=thread, direction=Message.Direction.IN, happened_at__gte=thread.waiting_since
    )
    has_trouble = _has_trouble(thread, now)
    return [
        Heard(
            is_live=source == Message.Source.LIVE,
            is_automatic=is_automatic,
            is_read=intent is not None,
            needs_human=bool(needs_human),
            complains=sentiment == "negative" or intent in TROUBLE,
            has_trouble=has_trouble,
        )
        for source, is_automatic, intent, sentiment, needs_human in rows.order_by("happened_at").values_list(
            "source", "is_automatic", "reading__intent", "reading__sentiment", "reading__needs_human"
        )
    ]


def _has_trouble(thread: Conversation, now: datetime) -> bool:
    """Whether this person has a complaint open, or complained within two weeks."""
    contact = thread.identity.contact if thread.identity else None
    mine = {"message__conversation": thread} if contact is None else {"message__identity__contact": contact}
    lately = Reading.objects.filter(**mine, message__happened_at__gte=now - TROUBLE_LASTS)
    if any(
        sentiment == "negative" or intent in TROUBLE
        for intent, sentiment in lately.values_list("intent", "sentiment")
    ):
        return True
    return contact is not None and Standing.objects.filter(contact=contact, trust="needs_support").exists()
