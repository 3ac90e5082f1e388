"""A message after it came: its author changes it, takes it back, or somebody reacts to it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from sapa.conversations.models import Attachment, Message
from sapa.lib.database import write


def edit_message(message: Message, *, text: str, at: datetime) -> bool:
    """The author's newest words stand; what each edit replaced is kept in `former_texts` as {"text", "until"}, oldest first.

    An edit that comes after a newer one finds its place among them. False where nothing changed.
    """
    former = list(message.former_texts)
    moment = at.isoformat()
    if message.is_deleted or any(one["until"] == moment for one in former):
        return False
    newer = [place for place, one in enumerate(former) if datetime.fromisoformat(one["until"]) > at]
    if newer:
        # What the newer edit replaced was this one's text; what stood before it ends here.
        later = former[newer[0]]
        former.insert(newer[0], {"text": later["text"], "until": moment})
        former[newer[0] + 1] = {"text": text, "until": later["until"]}
    elif text == message.text:
        return False
    else:
        former.append({"text": message.text, "until": moment})
        message.text = text
    message.former_texts, message.is_edited = former, True
    with write():
        message.save(update_fields=["text", "former_texts", "is_edited"])
    return True


def take_back_message(message: Message) -> bool:
    """The words and files of a message go, its former words too; that there was one stays. False where it was so already."""
    if message.is_deleted:
        return False
    message.text, message.media, message.former_texts, message.is_deleted = "", [], [], True
    with write():
        message.save(update_fields=["text", "media", "former_texts", "is_deleted"])
        files = Attachment.objects.filter(message=message)
        stored = list(files.exclude(stored_as="").values_list("stored_as", flat=True))
        files.update(name="", ref={}, stored_as="", state=Attachment.State.GONE, next_try_at=None)
        transaction.on_commit(partial(_delete_unused, stored))
    return True


def react(message: Message, *, by: int | None, emoji: str, at: datetime) -> bool:
    """One reaction a person; an empty `emoji` takes theirs back. `by` is an identity id, None for the shop, 0 for a stranger.

    False where nothing changed, also where a newer reaction of theirs is known.
    """
    theirs = next((one for one in message.reactions if one["by"] == by), None)
    if theirs is not None and (datetime.fromisoformat(theirs["at"]) > at or theirs["emoji"] == emoji):
        return False
    if theirs is None and not emoji:
        return False
    kept = [one for one in message.reactions if one is not theirs]
    message.reactions = kept + ([{"by": by, "emoji": emoji, "at": at.isoformat()}] if emoji else [])
    with write():
        message.save(update_fields=["reactions"])
    return True


def _delete_unused(names: list[str]) -> None:
    """Files are stored by their content: one that another message has stays."""
    used = set(Attachment.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
    for name in set(names) - used:
        default_storage.delete(name)
