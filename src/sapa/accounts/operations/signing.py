"""Signing in: by password and by a link that works once; guessing is slowed down."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from sapa.accounts.models import SignInAttempt, SignInLink, User
from sapa.accounts.queries import digest_token, find_sign_in_link, find_user
from sapa.accounts.rules import (
    ATTEMPT_WINDOW,
    ATTEMPTS_BY_ADDRESS,
    ATTEMPTS_BY_EMAIL,
    LINK_MINUTES,
    may_try_at,
    normalise_email,
)
from sapa.accounts.types import AccountError, TooManyAttemptsError
from sapa.lib.database import write


def set_password(*, user: User, password: str) -> None:
    """A new password, and the end of the links that were out. Raises `AccountError` with what it lacks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountError(" ".join(error.messages)) from error
    with write():
        user.set_password(password)
        user.save(update_fields=["password"])
        SignInLink.objects.filter(user=user, used_at=None).delete()


def check_password(*, email: str, password: str, address: str, now: datetime) -> User | None:
    """The person whose e-mail and password these are, else None, which is remembered against e-mail and address.

    `address` is the network address of who asks. Raises `TooManyAttemptsError` after 5 failures of an e-mail or
    20 of an address within 15 minutes; then even the right password waits.
    """
    email = normalise_email(email)[:254]
    _slow_down(email, ATTEMPTS_BY_EMAIL, now)
    _slow_down(address, ATTEMPTS_BY_ADDRESS, now)
    user = find_user(email)
    if user is None:
        make_password(password)  # an unknown e-mail takes as long as a known one
    elif user.is_active and user.check_password(password):
        with write():
            SignInAttempt.objects.filter(key=email).delete()
            User.objects.filter(id=user.id).update(last_login=now)
        return user
    _remember_failure((email, address), now)
    return None


def make_sign_in_link(*, user: User, now: datetime, minutes: int = 30) -> str:
    """The token of a new link that signs `user` in once within `minutes` (held between 15 and 60)."""
    token = secrets.token_urlsafe(32)
    least, most = LINK_MINUTES
    lasts = timedelta(minutes=min(max(minutes, least), most))
    with write():
        SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        SignInLink.objects.create(
            user=user, token_digest=digest_token(token), created_at=now, expires_at=now + lasts
        )
    return token


def use_sign_in_link(*, token: str, address: str, now: datetime) -> User | None:
    """The person whom this token signs in, once; None for a token that is unknown, used or too old.

    Raises `TooManyAttemptsError` where `address` has guessed too often.
    """
    _slow_down(address, ATTEMPTS_BY_ADDRESS, now)
    with write():
        link = find_sign_in_link(token, now=now)
        # The conditional update decides between two who come with the same token at once.
        if link and SignInLink.objects.filter(id=link.id, used_at=None).update(used_at=now) == 1:
            User.objects.filter(id=link.user_id).update(last_login=now)
            return link.user
    _remember_failure((address,), now)
    return None


def _slow_down(key: str, allowed: int, now: datetime) -> None:
    failed = SignInAttempt.objects.filter(key=key, at__gt=now - ATTEMPT_WINDOW).order_by("at")
    until = may_try_at(list(failed.values_list("at", flat=True)), allowed, now)
    if until is None:
        return
    minutes = max(1, -int((now - until).total_seconds() // 60))
    raise TooManyAttemptsError(
        ngettext(
            "Terlalu banyak percobaan. Coba lagi %(minutes)d menit lagi, atau masuk lewat tautan.",
            "Terlalu banyak percobaan. Coba lagi %(minutes)d menit lagi, atau masuk lewat tautan.",
            minutes,
        )
        % {"minutes": minutes},
        until,
    )


def _remember_failure(keys: tuple[str, ...], now: datetime) -> None:
    with write():
        SignInAttempt.objects.filter(at__lt=now - ATTEMPT_WINDOW).delete()
        SignInAttempt.objects.bulk_create([SignInAttempt(key=key[:254], at=now) for key in keys if key])


__all__ = ["AccountError", "check_password", "make_sign_in_link", "set_password", "use_sign_in_link"]
