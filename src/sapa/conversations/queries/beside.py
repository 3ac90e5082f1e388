"""What stands beside a thread: marks, remarks, labels, drafts, and who has it open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sapa.accounts.models import Business, Team, Teammate
from sapa.conversations.models import Conversation, Draft, Label, Mark, Presence, Remark
from sapa.conversations.types import PRESENT_FOR, Present


def find_newest_mark(conversation: Conversation) -> Mark | None:
    """The newest word of a teammate on this thread that still stands."""
    standing = Mark.objects.filter(conversation=conversation, undone_at__isnull=True)
    return standing.select_related("by").order_by("-at", "-id").first()


def get_mark(business: Business, mark_id: int) -> Mark:
    """One mark with its thread. Raises `Mark.DoesNotExist`."""
    return Mark.objects.select_related("conversation__identity", "conversation__business").get(
        business=business, pk=mark_id
    )


def list_remarks(
    threads: Sequence[Conversation], *, since: datetime | None = None, until: datetime | None = None
) -> list[Remark]:
    """What the team said beside these threads from one moment until another, in order of time."""
    found = Remark.objects.filter(conversation__in=[one.pk for one in threads], undone_at__isnull=True)
    found = found.filter(at__gte=since) if since else found
    found = found.filter(at__lt=until) if until else found
    return list(found.select_related("by").order_by("at", "id"))


def list_labels(business: Business) -> list[Label]:
    """All labels of the shop, by name."""
    return list(Label.objects.filter(business=business).order_by("name"))


def list_labels_of(conversation: Conversation) -> list[Label]:
    return list(Label.objects.filter(labellings__conversation=conversation).order_by("name"))


def get_label(business: Business, public_id: UUID | str) -> Label:
    """One label. Raises `Label.DoesNotExist`."""
    return Label.objects.get(business=business, public_id=public_id)


def find_drafts(conversation: Conversation, teammate: Teammate) -> dict[str, Draft]:
    """What this teammate has begun to write here, by kind."""
    mine = Draft.objects.filter(conversation=conversation, teammate=teammate)
    return {one.kind: one for one in mine.prefetch_related("attachments")}


def list_present(conversation: Conversation, *, now: datetime, but: Teammate) -> list[Present]:
    """Who else has this open just now, who writes first."""
    rows = Presence.objects.filter(conversation=conversation, at__gt=now - PRESENT_FOR).exclude(teammate=but)
    found = [
        Present(one.teammate_id, one.teammate.name, one.state) for one in rows.select_related("teammate")
    ]
    return sorted(found, key=_who_writes_first)


def _who_writes_first(one: Present) -> tuple[bool, str]:
    return one.state != "typing", one.name.casefold()


def list_teams(business: Business) -> list[Team]:
    return list(Team.objects.filter(business=business).order_by("name"))


def get_team(business: Business, public_id: UUID | str) -> Team:
    """One team. Raises `Team.DoesNotExist`."""
    return Team.objects.get(business=business, public_id=public_id)
