"""Frozen dataclasses, enums and times as the JSON of the public interface."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

_PLAIN = frozenset({str, int, float, bool, type(None)})
_LISTS = (list, tuple, set, frozenset)


@cache
def _fields(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((f.name, f.name.removesuffix("_")) for f in dataclasses.fields(kind))


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return to_builtins(value.value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be written: {value.isoformat()}")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Path):
        return str(value)
    if isinstance(value, str):  # a lazy or safe string of a subclass
        return str(value)
    if isinstance(value, int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def to_builtins(value: Any) -> Any:
    """`value` as dicts, lists, strings and numbers.

    Dataclasses become objects; a field whose name ends in `_` (`from_`) loses that underscore.
    Enums become their values, times ISO 8601 with their own offset, UUIDs and decimals strings.
    Raises ValueError for a time without a zone, TypeError for what has no form in JSON.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if dataclasses.is_dataclass(kind):
        return {key: to_builtins(getattr(value, name)) for name, key in _fields(kind)}
    if isinstance(value, Mapping):
        return {str(_scalar_key(key)): to_builtins(item) for key, item in value.items()}
    if isinstance(value, _LISTS):
        return [to_builtins(item) for item in value]
    return _scalar(value)


def _scalar_key(key: Any) -> Any:
    return key if type(key) is str else to_builtins(key)


def encode(value: Any, *, indent: int = 0) -> bytes:
    """UTF-8 JSON of `value`, on one line unless `indent` is given; NaN and infinity become null."""
    raw = encode_plain(to_builtins(value))
    return msgspec.json.format(raw, indent=indent) if indent else raw


def encode_plain(value: Any) -> bytes:
    """As `encode`, of what is dicts with string keys, lists, strings and numbers already: twenty times as fast."""
    return msgspec.json.encode(value)


def encode_text(value: Any, *, indent: int = 0) -> str:
    """As `encode`, as a string."""
    return encode(value, indent=indent).decode()


def decode(raw: bytes | str) -> Any:
    """Dicts, lists, strings and numbers from JSON. Raises `msgspec.DecodeError` (a ValueError)."""
    return msgspec.json.decode(raw)
