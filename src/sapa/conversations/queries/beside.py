"""What stands beside a thread: marks, remarks, labels, drafts, and who has it open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sapa.accounts.models import Business, Team, Teammate
from sapa.conversations.models import Conversation, Draft, Label, Mark, Presence, Remark
from sapa.conversations.types import PRESENT_FOR, Present
from sapa.lib.kept import MANY, MOMENT, NUMBER, kept

_BEGINNING, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def find_newest_mark(conversation: Conversation) -> Mark | None:
    """The newest word of a teammate on this thread that still stands."""
    found: Mark | None = _marks.first(conversation=conversation.pk)
    return found


@kept(conversation=NUMBER)
def _marks(conversation: Any) -> QuerySet[Mark]:
    standing = Mark.objects.filter(conversation_id=conversation, undone_at__isnull=True)
    return standing.select_related("by").order_by("-at", "-id")[:1]


def get_mark(business: Business, mark_id: int) -> Mark:
    """One mark with its thread. Raises `Mark.DoesNotExist`."""
    return Mark.objects.select_related("conversation__identity", "conversation__business").get(
        business=business, pk=mark_id
    )


def list_remarks(
    threads: Sequence[Conversation], *, since: datetime | None = None, until: datetime | None = None
) -> list[Remark]:
    """What the team said beside these threads from one moment until another, in order of time."""
    since, until = since or _BEGINNING, until or _END
    return _remarks(threads=[one.pk for one in threads], since=since, until=until)


@kept(threads=MANY, since=MOMENT, until=MOMENT)
def _remarks(threads: Any, since: Any, until: Any) -> QuerySet[Remark]:
    found = Remark.objects.filter(
        conversation__among=threads, undone_at__isnull=True, at__gte=since, at__lt=until
    )
    return found.select_related("by").order_by("at", "id")


def list_labels(business: Business) -> list[Label]:
    """All labels of the shop, by name."""
    return list(Label.objects.filter(business=business).order_by("name"))


def list_labels_of(conversation: Conversation) -> list[Label]:
    return _labels_of(conversation=conversation.pk)


@kept(conversation=NUMBER)
def _labels_of(conversation: Any) -> QuerySet[Label]:
    return Label.objects.filter(labellings__conversation_id=conversation).order_by("name")


def get_label(business: Business, public_id: UUID | str) -> Label:
    """One label. Raises `Label.DoesNotExist`."""
    return Label.objects.get(business=business, public_id=public_id)


def find_drafts(conversation: Conversation, teammate: Teammate) -> dict[str, Draft]:
    """What this teammate has begun to write here, by kind."""
    return {one.kind: one for one in _drafts(conversation=conversation.pk, teammate=teammate.pk)}


@kept(conversation=NUMBER, teammate=NUMBER)
def _drafts(conversation: Any, teammate: Any) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation_id=conversation, teammate_id=teammate)


def list_present(conversation: Conversation, *, now: datetime, but: Teammate) -> list[Present]:
    """Who else has this open just now, who writes first."""
    rows = _present(conversation=conversation.pk, since=now - PRESENT_FOR, but=but.pk)
    return sorted((Present(*row) for row in rows), key=_who_writes_first)


@kept(conversation=NUMBER, since=MOMENT, but=NUMBER)
def _present(conversation: Any, since: Any, but: Any) -> QuerySet[Any, Any]:
    found = Presence.objects.filter(conversation_id=conversation, at__gt=since).exclude(teammate_id=but)
    return found.values_list("teammate_id", "teammate__name", "state")


def _who_writes_first(one: Present) -> tuple[bool, str]:
    return one.state != "typing", one.name.casefold()


def list_teams(business: Business) -> list[Team]:
    return list(Team.objects.filter(business=business).order_by("name"))


def get_team(business: Business, public_id: UUID | str) -> Team:
    """One team. Raises `Team.DoesNotExist`."""
    return Team.objects.get(business=business, public_id=public_id)
