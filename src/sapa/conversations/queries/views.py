"""How a teammate looks at the inbox: what they marked unread, and the views that were kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import SavedView, Unread
from sapa.lib.kept import NUMBER, kept


def find_unread(teammate: Teammate) -> dict[int, bool]:
    """The conversations that this teammate marked unread, by id, with whether somebody waits in them."""
    return {pk: since is not None for pk, since in _unread(teammate=teammate.pk)}


@kept(teammate=NUMBER)
def _unread(teammate: Any) -> QuerySet[Any, Any]:
    rows = Unread.objects.filter(teammate_id=teammate).order_by("id")
    return rows.values_list("conversation_id", "conversation__waiting_since")


def list_views(teammate: Teammate) -> list[SavedView]:
    """A teammate's own views and the team's, in their order."""
    return list(_views(business=teammate.business_id, teammate=teammate.pk))


@kept(business=NUMBER, teammate=NUMBER)
def _views(business: Any, teammate: Any) -> QuerySet[SavedView]:
    found = SavedView.objects.filter(business_id=business)
    return found.filter(Q(teammate_id=teammate) | Q(teammate__isnull=True)).order_by("position", "id")


def get_view(business: Business, teammate: Teammate, public_id: UUID) -> SavedView:
    """A view that this teammate sees. Raises `SavedView.DoesNotExist`."""
    found = SavedView.objects.filter(Q(teammate=teammate) | Q(teammate__isnull=True))
    return found.select_related("business").get(business=business, public_id=public_id)
