"""Words on conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Conversation, Label, Labelling
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write

LONGEST = 40


def put_label(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    name: str,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """A label on each of these, made where it is new, whatever its case; None where all carry it already.

    Raises ValueError for a name that is empty or longer than 40 characters.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST:
        raise ValueError("a label has one to forty characters")
    with write():
        label = Label.objects.filter(business=business, name__iexact=plain).first()
        label = label or Label.objects.create(business=business, name=plain)
        ids = [one.pk for one in conversations]
        carrying = set(
            Labelling.objects.filter(label=label, conversation__in=ids).values_list("conversation", flat=True)
        )
        fresh = [pk for pk in ids if pk not in carrying]
        Labelling.objects.bulk_create(
            Labelling(business=business, conversation_id=pk, label=label) for pk in fresh
        )
        return _tell(business, label, fresh, "conversation.labelled", by, now)


def take_label(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    label: Label,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """A label goes from these; None where none carried it."""
    with write():
        ids = [one.pk for one in conversations]
        rows = Labelling.objects.filter(business=business, label=label, conversation__in=ids)
        carrying = list(rows.order_by("conversation").values_list("conversation", flat=True))
        rows.delete()
        return _tell(business, label, carrying, "conversation.unlabelled", by, now)


def undo_labelling(
    *, business: Business, entry_data: Mapping[str, Any], was_put: bool, by: Teammate | None, now: datetime
) -> None:
    """A label that was put on goes, one that was taken off returns. Raises Label.DoesNotExist."""
    label = Label.objects.get(business=business, pk=entry_data["label"])
    found = Conversation.objects.filter(business=business, pk__in=entry_data["conversations"])
    with write():
        if was_put:
            take_label(business=business, conversations=list(found), label=label, by=by, now=now)
        else:
            put_label(business=business, conversations=list(found), name=label.name, by=by, now=now)


def _tell(
    business: Business, label: Label, ids: Sequence[int], verb: str, by: Teammate | None, now: datetime
) -> AuditEntry | None:
    if not ids:
        return None
    note_stirs(business=business, conversation_ids=ids, what="state", now=now)
    return record_audit(
        business=business,
        by=by,
        verb=verb,
        object_kind="conversation",
        object_id=str(ids[0]),
        data={"label": label.pk, "conversations": list(ids)},
        now=now,
    )
