"""Files of messages: fetched apart from their message, with tries of their own; what we send is kept the same way.

A file that cannot be had never touches its message: the words are there, and the picture says why it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import httpx
import structlog
from django.db.models import Q

from sapa.accounts.models import Business
from sapa.channels.operations import mark_broken
from sapa.conversations.models import Attachment, Draft
from sapa.conversations.operations import note_stirs
from sapa.gateway.accounts import get_account
from sapa.gateway.contract import Failure, MediaGoneError, ProviderDownError, TokenDeadError
from sapa.gateway.registry import find_adapter
from sapa.lib.database import write
from sapa.lib.files import Stored, TooLargeError, store
from sapa.lib.secrets import UnreadableSecretError

log = structlog.get_logger(__name__)

MOST_BYTES = 100 * 1024 * 1024
MEDIA_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
LEASE = timedelta(minutes=10)
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 600, 3600, 6 * 3600, 24 * 3600))
_BROKEN_PAUSE = timedelta(minutes=5)


def fetch_due_media(*, now: datetime, http: httpx.Client, limit: int = 20) -> int:
    """Fetches what is due, one after the other; answers how many were tried. The worker fetches side by side."""
    taken = take_due_media(now=now, limit=limit)
    for attachment_id in taken:
        fetch_taken(attachment_id=attachment_id, now=now, http=http)
    return len(taken)


def take_due_media(*, now: datetime, limit: int) -> list[int]:
    """Takes files whose turn it is, for ten minutes each; a process that dies leaves them to the next."""
    due = Q(next_try_at__lte=now) | Q(state=Attachment.State.WAITING, next_try_at=None)
    rows = Attachment.objects.filter(
        due,
        state__in=(Attachment.State.WAITING, Attachment.State.FAILED),
        message__conversation__channel__is_live=True,
        message__conversation__channel__broken_since=None,
    )
    found = list(rows.order_by("id").values_list("id", "next_try_at")[:limit])
    return [pk for pk, next_try_at in found if _take(pk, next_try_at, now)]


def _take(attachment_id: int, next_try_at: datetime | None, now: datetime) -> bool:
    with write():
        found = Attachment.objects.filter(pk=attachment_id, next_try_at=next_try_at).exclude(
            state__in=(Attachment.State.STORED, Attachment.State.GONE)
        )
        return found.update(next_try_at=now + LEASE) == 1


def fetch_taken(*, attachment_id: int, now: datetime, http: httpx.Client) -> None:
    """Fetches one file and writes down what became of it."""
    found = Attachment.objects.select_related("message__conversation__channel__business", "business")
    one = found.get(pk=attachment_id)
    channel = one.message.conversation.channel  # type: ignore[union-attr]
    adapter = find_adapter(channel.kind)
    if adapter is None:
        _settle(one, now, state=Attachment.State.GONE, problem="no_adapter")
        return
    try:
        chunks = adapter.fetch_media(one.ref, get_account(channel), http)
        stored = store(chunks, owner=str(one.business.public_id), most=MOST_BYTES)
    except MediaGoneError:
        _settle(one, now, state=Attachment.State.GONE, problem="gone")
    except TooLargeError:
        _settle(one, now, state=Attachment.State.FAILED, problem=Failure.TOO_LARGE.value)
    except (TokenDeadError, UnreadableSecretError):
        _wait_for_channel(one, now)
    except ProviderDownError as error:
        _try_later(one, now, Failure.PROVIDER_DOWN.value, error.after)
    except (httpx.HTTPError, OSError) as error:
        _try_later(one, now, Failure.UNREACHABLE.value, None)
        log.info("a file could not be fetched", attachment=one.pk, error=type(error).__name__)
    except Exception:
        log.exception("an adapter broke while fetching a file", attachment=one.pk)
        _try_later(one, now, Failure.UNKNOWN.value, None)
    else:
        _keep(one, stored, now)


def _keep(one: Attachment, stored: Stored, now: datetime) -> None:
    one.stored_as, one.size, one.mime = stored.name, stored.size, stored.mime
    if one.kind not in ("sticker", "gif"):
        one.kind = _shown_kind(one.kind, stored.kind)
    _settle(one, now, state=Attachment.State.STORED)


def _shown_kind(said: str, found: str) -> str:
    """What the bytes are decides; only whether a webm or ogg holds pictures or sound the sender knows better."""
    if {said, found} == {"audio", "video"} or (said == "document" and found != "document"):
        return said
    return found


def _settle(one: Attachment, now: datetime, *, state: str, problem: str = "") -> None:
    one.state, one.problem, one.next_try_at, one.tries = state, problem, None, one.tries + 1
    _save(one, now)


def _try_later(one: Attachment, now: datetime, problem: str, after: timedelta | None) -> None:
    if one.tries >= len(BACKOFF):
        _settle(one, now, state=Attachment.State.FAILED, problem=problem)
        return
    delay = max(BACKOFF[one.tries], after or timedelta())
    one.state, one.problem, one.tries, one.next_try_at = (
        Attachment.State.FAILED,
        problem,
        one.tries + 1,
        now + delay,
    )
    _save(one, now)


def _wait_for_channel(one: Attachment, now: datetime) -> None:
    """No fault of the file: it waits until the channel is connected again, without using up a try."""
    channel = one.message.conversation.channel  # type: ignore[union-attr]
    one.state, one.problem = Attachment.State.FAILED, Failure.TOKEN_DEAD.value
    one.next_try_at = now + _BROKEN_PAUSE
    with write():
        _save(one, now)
        if mark_broken(channel=channel, why=Failure.TOKEN_DEAD.value, now=now):
            note_stirs(business=one.business, conversation_ids=[None], what="channel", now=now)


def _save(one: Attachment, now: datetime) -> None:
    fields = ["state", "problem", "next_try_at", "tries", "stored_as", "size", "mime", "kind"]
    with write():
        one.save(update_fields=fields)
        if one.message is not None:
            note_stirs(
                business=one.business,
                conversation_ids=[one.message.conversation_id],
                what="message",
                now=now,
            )


def fetch_again(*, attachment: Attachment, now: datetime) -> bool:
    """A teammate asks once more for a file that could not be had; False where it is there, or gone for good."""
    with write():
        found = Attachment.objects.filter(pk=attachment.pk, state=Attachment.State.FAILED)
        return found.update(next_try_at=now, tries=0) == 1


def store_upload(
    *, business: Business, name: str, chunks: Iterable[bytes], draft: Draft | None = None, now: datetime
) -> Attachment:
    """A file that a teammate wants to send: kept by its content, its kind read from it. Raises `TooLargeError`."""
    stored = store(_pieces(chunks), owner=str(business.public_id), most=MOST_BYTES)
    with write():
        return Attachment.objects.create(
            business=business,
            draft=draft,
            kind=stored.kind,
            mime=stored.mime,
            name=name[:200],
            size=stored.size,
            state=Attachment.State.STORED,
            stored_as=stored.name,
            created_at=now,
        )


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield from chunks
