"""Identifiers that the outside sees."""

from __future__ import annotations

import secrets
from uuid import UUID

import uuid_utils.compat

# Crockford's base 32 without the letters that people confuse when they read one aloud.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): sorts by the time of its making."""
    return uuid_utils.compat.uuid7()


def short_id(length: int = 8) -> str:
    """A random id that a person can read aloud: `length` characters, about 4.9 bits each."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
