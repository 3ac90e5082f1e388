"""Reads of tokens, listeners and calls."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.accounts.queries import digest_token
from sapa.accounts.rules import may
from sapa.channels.queries import sealing_key
from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.lib import json
from sapa.lib.secrets import open_sealed
from sapa.programs.models import Call, CallTry, Listener, Token
from sapa.programs.rules import NEEDED
from sapa.programs.types import Scope, Told, ToldContact

PAGE = 30


def list_tokens(business: Business) -> list[Token]:
    """The tokens that were not withdrawn, newest first."""
    found = Token.objects.filter(business=business, withdrawn_at__isnull=True)
    return list(found.select_related("by").order_by("-id"))


def get_token(business: Business, public_id: UUID | str) -> Token:
    """One token that was not withdrawn. Raises `Token.DoesNotExist`."""
    return Token.objects.get(business=business, public_id=public_id, withdrawn_at__isnull=True)


def find_token(secret: str, *, now: datetime) -> Token | None:
    """The token that a program shows, while it holds and its maker is in the team."""
    found = Token.objects.filter(digest=digest_token(secret), withdrawn_at__isnull=True)
    token = found.select_related("business", "by__user").first()
    if token is None or token.by is None or not (token.by.is_active and token.by.user.is_active):
        return None
    return None if token.expires_at is not None and token.expires_at <= now else token


def has_scope(token: Token, scope: Scope) -> bool:
    """Whether a token bears a scope, and whoever made it may still do what that means."""
    return scope in token.scopes and token.by is not None and may(token.by.role, NEEDED[scope])


def list_listeners(business: Business) -> list[Listener]:
    """Every listener of a shop, oldest first."""
    return list(Listener.objects.filter(business=business).order_by("id"))


def get_listener(business: Business, public_id: UUID | str) -> Listener:
    """Raises `Listener.DoesNotExist`."""
    return Listener.objects.select_related("business").get(business=business, public_id=public_id)


def list_calls(
    listener: Listener, *, state: str = "", before_id: int | None = None, limit: int = PAGE
) -> list[Call]:
    """What a listener was told, newest first; `before_id` goes on behind a row."""
    found = Call.objects.filter(listener=listener)
    found = found.filter(state=state) if state else found
    found = found.filter(id__lt=before_id) if before_id is not None else found
    return list(found.prefetch_related("attempts").order_by("-id")[:limit])


def get_call(listener: Listener, public_id: UUID | str) -> Call:
    """Raises `Call.DoesNotExist`."""
    return Call.objects.select_related("listener__business", "contact__merged_into").get(
        listener=listener, public_id=public_id
    )


def list_attempts(call: Call) -> list[CallTry]:
    """The attempts at a call, in order."""
    return sorted(call.attempts.all(), key=_by_id)


def _by_id(attempt: CallTry) -> int:
    return attempt.pk


def open_secrets(listener: Listener, *, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first. Raises `UnreadableSecretError` for another key file."""
    sealed = [listener.sealed_secret]
    if listener.sealed_former and listener.former_until is not None and listener.former_until > now:
        sealed.append(listener.sealed_former)
    return [open_sealed(sealing_key(), one) for one in sealed]


def make_body(call: Call) -> bytes:
    """What is posted: names and words as they stand now, everything else as it was noted."""
    listener = call.listener
    zone = ZoneInfo(listener.business.timezone)
    data = {"contact": _contact(call.contact), **call.data}
    if listener.with_text and call.source_kind == "message" and call.kind.startswith("message."):
        data["text"] = _text(call)
    return json.encode(Told(type=call.kind, timestamp=call.happened_at.astimezone(zone), data=data))


def _contact(contact: Contact | None) -> ToldContact | None:
    if contact is None:
        return None
    shown = contact.merged_into or contact
    return ToldContact(id=str(shown.public_id), name=shown.name)


def _text(call: Call) -> str | None:
    if not call.source_key.isdecimal():
        return None
    found = Message.objects.filter(business=call.business_id, pk=int(call.source_key), is_deleted=False)
    return found.values_list("text", flat=True).first()
