"""Handing over without losing the thread: who takes a conversation finds beside it what it is about (S1.9, S3.22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.accounts.models import AuditEntry, Business, Team, Teammate
from sapa.actions.rules.look import last_question
from sapa.actions.rules.told import shorten
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation
from sapa.conversations.operations import add_remark, assign
from sapa.lib.database import write
from sapa.lib.dates import format_due, format_relative
from sapa.snapshots.queries import get_derived, get_snapshot
from sapa.standings.queries import get_settings

_PROMISES = 3
MOST_TOLD = 20
"""Of a large selection so many are told in full: the rest say from whom to whom."""


def hand_over(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    teammate: Teammate | None,
    team: Team | None = None,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """As `conversations.operations.assign`; whose conversation goes to somebody else leaves a remark with its context.

    The remark names the last question, open promises and the action, so that nobody asks the customer again. Nothing is
    left where nobody answered before, or where it goes back to nobody.
    """
    moved = [one for one in conversations if one.assignee_id and _is_new(one, teammate, team)]
    told = {one.pk: text for one in moved[:MOST_TOLD] if (text := tell_context(one, now=now))}
    with write():
        entry = assign(
            business=business, conversations=conversations, teammate=teammate, team=team, by=by, now=now
        )
        for one in moved if entry else ():
            former = one.assignee.name if one.assignee else ""
            heir = teammate.name if teammate else team.name if team else ""
            words = _("Diserahkan dari %(former)s ke %(heir)s.") % {"former": former, "heir": heir}
            add_remark(
                business=business,
                conversation=one,
                text=f"{words}\n{told[one.pk]}" if one.pk in told else words,
                by=by,
                now=now,
            )
    return entry


def _is_new(thread: Conversation, teammate: Teammate | None, team: Team | None) -> bool:
    if teammate is None and team is None:
        return False
    return teammate is None or thread.assignee_id != teammate.pk


def tell_context(conversation: Conversation, *, now: datetime) -> str:
    """What whoever takes this conversation must know, a line each; empty where nothing is known of the person."""
    contact = conversation.identity.contact if conversation.identity else None
    if contact is None:
        return ""
    try:
        snapshot = get_snapshot(contact, now=now)
    except Contact.DoesNotExist:
        return ""
    business = conversation.business
    zone, language = ZoneInfo(business.timezone), get_language() or "id"
    derived = get_derived(contact, now=now, settings=get_settings(business))
    asked = last_question(derived.dossier)
    lines = []
    if asked is not None:
        ago = format_relative(asked.at, now, zone, language)
        lines.append(
            _("Pertanyaan terakhir (%(ago)s): “%(words)s”") % {"ago": ago, "words": shorten(asked.text)}
        )
    for promise in snapshot.open_promises[:_PROMISES]:
        due = format_due(promise.due_at, now, zone, language)
        lines.append(_("Janji terbuka (%(due)s): “%(words)s”") % {"due": due, "words": shorten(promise.text)})
    lines.append(_("Tindakan: %(action)s") % {"action": snapshot.action.text})
    return "\n".join(lines)
