"""Conversations find somebody by themselves: who knows the customer, else whoever on duty has least to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from sapa.accounts.models import AuditEntry, Business, Teammate, TeamPlace
from sapa.accounts.queries import get_calendar
from sapa.contacts.models import Statement
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations.assigning import assign
from sapa.conversations.service.duty import OnDuty, choose_teammate
from sapa.lib.database import write
from sapa.lib.hours import is_open

AT_ONCE = 50
_LOOK_BACK = timedelta(days=1)


def hand_out(*, business: Business, now: datetime) -> int:
    """Give the conversations in which somebody waits and that nobody answers to those on duty; answers how many it gave.

    Only where the shop wants it, is open, and more than one person answers. What came in by a channel of a team goes to
    that team. Where nobody has room, or nobody of the team is on duty, a conversation stays with nobody.
    """
    if not business.assigns_by_itself or not is_open(get_calendar(business), now):
        return 0
    mates = _answering(business)
    duty = {one.id: one for one in _on_duty(business, mates, now)}
    if len(mates) < 2 or not duty:
        return 0
    threads = list(_unassigned(business, now)[:AT_ONCE])
    knowing = _who_knows(business, threads)
    teams = _members(business)
    given = 0
    for thread in threads:
        team = thread.team or thread.channel.team
        able = [one for one in duty.values() if team is None or one.id in teams.get(team.pk, ())]
        contact_id = thread.identity.contact_id if thread.identity else None
        chosen = choose_teammate(able, knowing.get(contact_id or 0, ()))
        if chosen is None:
            continue
        with write():
            free = Conversation.objects.filter(pk=thread.pk, assignee=None).exists()
            if free and assign(
                business=business, conversations=[thread], teammate=mates[chosen], team=team, by=None, now=now
            ):
                duty[chosen] = replace(duty[chosen], open=duty[chosen].open + 1, last_given_at=now)
                given += 1
    return given


def _answering(business: Business) -> dict[int, Teammate]:
    """Everybody who answers customers, on duty or not."""
    found = Teammate.objects.filter(business=business, is_active=True).exclude(role=Teammate.Role.VIEWER)
    return {mate.pk: mate for mate in found.order_by("id")}


def _on_duty(business: Business, mates: dict[int, Teammate], now: datetime) -> list[OnDuty]:
    """Who is here, with what they hold: what they answer, is not closed, and was not silent for as long as leaving takes."""
    lively = now - timedelta(days=business.leave_after_days)
    held = Conversation.objects.filter(
        business=business, assignee__in=mates, closed_at=None, last_message_at__gte=lively
    )
    load = dict(held.values_list("assignee").annotate(Count("id")).order_by())
    given = _last_given(business, now)
    return [
        OnDuty(mate.pk, load.get(mate.pk, 0), mate.most_open, given.get(mate.pk))
        for mate in mates.values()
        if not mate.is_away
    ]


def _last_given(business: Business, now: datetime) -> dict[int, datetime]:
    """When each got a conversation last, within a day."""
    entries = AuditEntry.objects.filter(
        business=business, verb="conversation.assigned", at__gte=now - _LOOK_BACK
    )
    found: dict[int, datetime] = {}
    for data, at in entries.order_by("at", "id").values_list("data", "at"):
        found[data.get("after", {}).get("assignee_id")] = at
    return found


def _unassigned(business: Business, now: datetime) -> QuerySet[Conversation]:
    """Who waits longest first; only what came live and lately."""
    waiting = Conversation.objects.filter(
        Q(snoozed_until=None) | Q(snoozed_until__lte=now),
        business=business,
        waiting_since__isnull=False,
        last_in_at__gte=now - timedelta(days=business.leave_after_days),
        assignee=None,
        closed_at=None,
        merged_into=None,
        channel__is_live=True,
    )
    return waiting.select_related("channel__team", "team", "identity").order_by("waiting_since", "id")


def _members(business: Business) -> dict[int, set[int]]:
    teams: dict[int, set[int]] = {}
    for team_id, mate_id in TeamPlace.objects.filter(business=business).values_list("team", "teammate"):
        teams.setdefault(team_id, set()).add(mate_id)
    return teams


def _who_knows(business: Business, threads: Sequence[Conversation]) -> dict[int, list[int]]:
    """By contact, who knows them: whom a teammate named, then who answered last (S0.11)."""
    contacts = {one.identity.contact_id for one in threads if one.identity and one.identity.contact_id}
    knowing: dict[int, list[int]] = {pk: [] for pk in contacts if pk}
    for pk, mate_id in _named(business, knowing).items():
        knowing[pk].append(mate_id)
    for pk, mate_id in _answered_last(business, knowing).items():
        knowing[pk].append(mate_id)
    return knowing


def _named(business: Business, contacts: dict[int, list[int]]) -> dict[int, int]:
    stated = Statement.objects.filter(
        Q(contact__in=contacts) | Q(contact__merged_into__in=contacts),
        business=business,
        field="owner",
        undone_at=None,
    )
    found: dict[int, int] = {}
    for contact_id, into, value in stated.order_by("at", "id").values_list(
        "contact", "contact__merged_into", "value"
    ):
        pk = contact_id if contact_id in contacts else into or 0
        if isinstance(value, int):
            found[pk] = value
        else:
            found.pop(pk, None)  # taken back to what is derived
    return found


def _answered_last(business: Business, contacts: dict[int, list[int]]) -> dict[int, int]:
    newest = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Message.Direction.OUT, by__isnull=False, is_automatic=False
    ).order_by("-happened_at", "-rank", "-id")
    threads = Conversation.objects.filter(business=business, identity__contact__in=contacts)
    rows = threads.annotate(
        spoke=Subquery(newest.values("by")[:1]), at=Subquery(newest.values("happened_at")[:1])
    )
    spoken = rows.exclude(spoke=None).order_by("at").values_list("identity__contact", "spoke")
    return dict(spoken)


def count_load(business: Business, *, now: datetime) -> Counter[int]:
    """What each teammate holds now, by id."""
    return Counter({one.id: one.open for one in _on_duty(business, _answering(business), now)})
