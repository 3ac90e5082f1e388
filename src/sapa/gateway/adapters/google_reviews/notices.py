"""Pub/Sub's pushes: whether one is Google's own, by the signed token in its header.

The token's keys are Google's published ones; `connect` and `refresh` keep them among the settings, so that nothing is fetched
while a request waits. Anybody with a Google account can have a token made for our address, so its e-mail must be
the one that the shop has chosen.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

import jwt

from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawRequest
from sapa.gateway.types import Event, Unsupported
from sapa.gateway.wire import items, mapping, moment, read_object, words

_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_KINDS = frozenset({"NEW_REVIEW", "UPDATED_REVIEW"})
_CLOCKS_APART = timedelta(minutes=5)


def why_refused(request: RawRequest, account: Account) -> str:
    """Why a push is not believed, "" where it is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    sender = words(account.settings.get("push_account"))
    if scheme.casefold() != "bearer" or not token:
        return "The push shows no token."
    if not sender:
        return "No service account is named for pushes."
    key = _key(token, account)
    if key is None:
        return "The token is signed with a key that is not known."
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=words(account.settings.get("push_audience")),
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp"]},
        )
    except jwt.PyJWTError as error:
        return f"The token is not good: {type(error).__name__}."
    return _why_foreign(claims, sender, request)


def _why_foreign(claims: dict[str, Any], sender: str, request: RawRequest) -> str:
    ends = moment(claims.get("exp"))
    if claims.get("iss") not in _ISSUERS:
        return "The token is not of Google."
    if claims.get("email") != sender or claims.get("email_verified") is not True:
        return "The token is of another account."
    if ends is None or (request.received_at and request.received_at > ends + _CLOCKS_APART):
        return "The token has ended."
    return ""


def _key(token: str, account: Account) -> Any:
    try:
        name = jwt.get_unverified_header(token).get("kid")
        keys = items(mapping(account.settings.get("certificates")).get("keys"))
        found = next((key for key in keys if key.get("kid") == name), None)
        return jwt.PyJWK.from_dict(found).key if found else None
    except (jwt.PyJWTError, UnicodeError, ValueError):
        return None


def events_of_push(body: dict[str, Any]) -> list[Event]:
    """A push names a review without its words: the next poll brings it, so a known kind says nothing more."""
    data = words(mapping(body.get("message")).get("data"))
    try:
        told = read_object(base64.b64decode(data.encode(), validate=True))
    except (binascii.Error, ValueError):
        told = {}
    kind = words(told.get("type")) or words(told.get("notificationType"))
    return [] if kind in _KINDS else [Unsupported("push", kind)]
