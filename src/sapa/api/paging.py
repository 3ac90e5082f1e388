"""Pages by key: `next` is where the page ends, as an opaque word that `after` takes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from django.utils.translation import gettext as _

from sapa.api.errors import ApiError
from sapa.lib import json

T = TypeVar("T")
R = TypeVar("R")

Number = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
MOST = 200
USUAL = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is null on the last page."""

    items: tuple[T, ...]
    next: str | None


class PageAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How much, and where to go on."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = USUAL
    after: Annotated[str, msgspec.Meta(max_length=500)] | None = None


def read_cursor(word: str | None, kind: type[T]) -> T | None:
    """The place that a word stands for. Raises `ApiError` for one that is none of ours."""
    if not word:
        return None
    try:
        raw = base64.urlsafe_b64decode(word.encode() + b"=" * (-len(word) % 4))
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError) as error:
        raise ApiError(
            400,
            "bad_cursor",
            _("Penanda halaman ini tidak terbaca. Pakai next dari halaman sebelumnya."),
            "after",
        ) from error


def write_cursor(place: Any) -> str:
    return base64.urlsafe_b64encode(json.encode(place)).decode().rstrip("=")


def make_page(rows: Sequence[R], limit: int, place: Callable[[R], Any], show: Callable[[R], T]) -> Page[T]:
    """A page of rows of which one more than `limit` was asked for."""
    shown = rows[:limit]
    return Page(
        items=tuple(show(row) for row in shown),
        next=write_cursor(place(shown[-1])) if len(rows) > limit else None,
    )


def cut_page(
    rows: Sequence[T],
    asked: PageAsked,
    name: Callable[[T], tuple[Any, ...]],
    is_behind: Callable[[T, Any], bool],
) -> Page[T]:
    """A page of a list that is made whole: behind the row that `after` names, or, where it is gone, behind its place."""
    spot: tuple[Any, ...] | None = read_cursor(asked.after, tuple)
    start = 0
    if spot is not None:
        names = [msgspec.to_builtins(msgspec.json.decode(json.encode(name(row)))) for row in rows]
        wanted = list(spot)
        if wanted in names:
            start = names.index(wanted) + 1
        else:
            start = next((at for at, row in enumerate(rows) if is_behind(row, spot)), len(rows))
    shown = rows[start : start + asked.limit]
    more = start + asked.limit < len(rows)
    return Page(items=tuple(shown), next=write_cursor(name(shown[-1])) if more else None)
