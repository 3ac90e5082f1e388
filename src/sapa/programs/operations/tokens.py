"""Tokens: made, shown once, withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.accounts.queries import digest_token
from sapa.lib.database import write
from sapa.programs.models import Token
from sapa.programs.types import ProgramError, Scope

PREFIX = "sapa_"
COARSE = timedelta(hours=1)
_LONGEST_NAME = 60


def make_token(
    *,
    business: Business,
    name: str,
    scopes: Iterable[Scope],
    by: Teammate,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token and what the program shows: the second is to be seen this once. Raises `ProgramError`."""
    plain, wanted = " ".join(name.split()), sorted(set(scopes))
    if not plain or len(plain) > _LONGEST_NAME:
        raise ProgramError(_("Beri nama, paling panjang 60 huruf."), "name")
    if not wanted:
        raise ProgramError(_("Pilih paling sedikit satu hal yang boleh dilakukan."), "scopes")
    if expires_at is not None and expires_at <= now:
        raise ProgramError(_("Waktu berakhirnya sudah lewat. Pilih yang akan datang."), "expires_at")
    secret = PREFIX + secrets.token_urlsafe(32)
    with write():
        token = Token.objects.create(
            business=business,
            name=plain,
            scopes=[scope.value for scope in wanted],
            digest=digest_token(secret),
            tail=secret[-4:],
            by=by,
            created_at=now,
            expires_at=expires_at,
        )
        _audit(token, "token.made", by, now)
    return token, secret


def withdraw_token(*, token: Token, by: Teammate | None, now: datetime) -> bool:
    """No program may use it any more; False where that was so already."""
    with write():
        standing = Token.objects.filter(pk=token.pk, withdrawn_at__isnull=True)
        if not standing.update(withdrawn_at=now):
            return False
        _audit(token, "token.withdrawn", by, now)
        return True


def note_use(*, token: Token, now: datetime) -> None:
    """Remembers that a token was used, at most once an hour."""
    if token.last_used_at is not None and token.last_used_at > now - COARSE:
        return
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - COARSE)
    with write():
        Token.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)


def _audit(token: Token, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=token.business,
        by=by,
        verb=verb,
        object_kind="token",
        object_id=str(token.pk),
        data={"scopes": list(token.scopes)},
        now=now,
    )
