"""Signs that no database keeps: a NUL and half an emoji, which some sources send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, overload

from sapa.gateway.types import Event

T = TypeVar("T")


@overload
def clean_events(events: None, body: bytes) -> None: ...
@overload
def clean_events(events: Sequence[Event], body: bytes) -> list[Event]: ...
def clean_events(events: Sequence[Event] | None, body: bytes) -> list[Event] | None:
    """The events without such signs; `body` tells cheaply whether there can be any."""
    if events is None:
        return None
    if not (b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body or b"\x00" in body):
        return list(events)
    return [_clean(event) for event in events]


def clean_text(text: str) -> str:
    """Without NUL, and with U+FFFD in place of each half of a pair that stands alone."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, tuple | list):
        return type(value)(_clean(one) for one in value)
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: one for name, old in found.items() if (one := _clean(old)) is not old}
        return replace(value, **changed) if changed else value
    return value
