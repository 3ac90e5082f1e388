"""That somebody was asked, or was not and why: once for each occasion."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sapa.accounts.models import Business
from sapa.conversations.models import Conversation, Message
from sapa.gateway.models import Dispatch
from sapa.lib.database import write
from sapa.surveys.models import Ask, Survey
from sapa.surveys.types import Due, Reason, Way

REPLY_FOR = timedelta(hours=72)
"""How long a number in the chat is read as the answer."""

PAGE_FOR = timedelta(days=14)
"""How long the link stays open."""


def note_asked(
    *,
    survey: Survey,
    due: Due,
    way: str,
    conversation: Conversation | None,
    message: Message | None,
    now: datetime,
    public_id: UUID | None = None,
) -> Ask:
    """That the question went out; `public_id` where its link was already written into the message."""
    closes_at = now + (REPLY_FOR if way in (Way.CHAT, Way.SITE) else PAGE_FOR)
    with write():
        return Ask.objects.create(
            public_id=public_id or uuid4(),
            business=survey.business,
            survey=survey,
            identity_id=due.identity_id,
            conversation=conversation,
            message=message,
            occasion=due.occasion,
            product=due.product,
            state=Ask.State.ASKED,
            way=way,
            due_at=due.at,
            at=now,
            heard_at=now if conversation else None,
            closes_at=closes_at,
        )


def note_skipped(*, survey: Survey, due: Due, reason: str, now: datetime) -> None:
    """That somebody was left in peace, and why; the second time says nothing new."""
    with write():
        Ask.objects.get_or_create(
            business=survey.business,
            survey=survey,
            occasion=due.occasion,
            defaults={
                "identity_id": due.identity_id,
                "product": due.product,
                "state": Ask.State.SKIPPED,
                "reason": reason[:24],
                "due_at": due.at,
                "at": now,
            },
        )


def settle_unsent(*, business: Business) -> int:
    """Who never got the question was not asked: told with the reason of the failed sending. Answers how many."""
    gone = Ask.objects.filter(
        business=business,
        state=Ask.State.ASKED,
        message__dispatch__state__in=(Dispatch.State.FAILED, Dispatch.State.CANCELLED),
    )
    rows = list(gone.values_list("pk", "message__dispatch__failure"))
    if rows:
        with write():
            for pk, failure in rows:
                Ask.objects.filter(pk=pk, state=Ask.State.ASKED).update(
                    state=Ask.State.SKIPPED, reason=failure[:24] or Reason.REFUSED
                )
    return len(rows)
