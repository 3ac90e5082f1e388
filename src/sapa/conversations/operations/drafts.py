"""What a teammate has begun to write: kept for each conversation, kind and person, never lost and never another's."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Attachment, Conversation, Draft
from sapa.lib.database import write

KINDS = ("reply", "remark")
LONGEST = 65_536


def save_draft(
    *,
    business: Business,
    conversation: Conversation,
    teammate: Teammate,
    kind: str,
    text: str,
    now: datetime,
) -> Draft | None:
    """Keep what was typed; an empty text without files drops the draft (None). Raises ValueError for another kind."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of draft")
    with write():
        mine = Draft.objects.filter(
            business=business, conversation=conversation, teammate=teammate, kind=kind
        )
        known = mine.first()
        if not text.strip() and not (known and known.attachments.exists()):
            mine.delete()
            return None
        if known is None:
            return Draft.objects.create(
                business=business,
                conversation=conversation,
                teammate=teammate,
                kind=kind,
                text=text[:LONGEST],
                saved_at=now,
            )
        known.text, known.saved_at = text[:LONGEST], now
        known.save(update_fields=["text", "saved_at"])
        return known


def open_draft(
    *, business: Business, conversation: Conversation, teammate: Teammate, kind: str, now: datetime
) -> Draft:
    """The draft to which a file is added, made where nothing was typed yet."""
    with write():
        draft, _made = Draft.objects.get_or_create(
            business=business,
            conversation=conversation,
            teammate=teammate,
            kind=kind,
            defaults={"saved_at": now},
        )
        return draft


def drop_draft(*, business: Business, conversation: Conversation, teammate: Teammate, kind: str) -> None:
    """It was sent: nothing of it stays. Files that became a message's stay with the message."""
    with write():
        Draft.objects.filter(
            business=business, conversation=conversation, teammate=teammate, kind=kind
        ).delete()


def take_file_off(*, attachment: Attachment) -> None:
    """A file that was not sent leaves its draft; its bytes may be another's too and stay until they are cleaned up."""
    with write():
        Attachment.objects.filter(pk=attachment.pk, message__isnull=True).delete()
