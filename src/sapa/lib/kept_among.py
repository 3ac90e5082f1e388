"""Kept queries that are asked with many words: the rows whose column is among them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import update_wrapper
from typing import Any

from django.db.models import Field, QuerySet

from sapa.lib.kept import TEXT, Kept, kept

MOST_AT_ONCE = 256


class KeptAmong:
    """As `Kept`, one form for each power of two of words: what is left of it is filled up with a word that was said."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], given: dict[str, Field[Any, Any]]) -> None:
        self._build, self._given = build, given
        self._forms: dict[int, Kept] = {}
        update_wrapper(self, build)

    def __call__(self, words: Collection[str], **given: Any) -> list[Any]:
        """The rows for these words, in the queryset's order within each `MOST_AT_ONCE` of them."""
        wanted = list(dict.fromkeys(words))
        found: list[Any] = []
        for start in range(0, len(wanted), MOST_AT_ONCE):
            piece = wanted[start : start + MOST_AT_ONCE]
            size = 1 << (len(piece) - 1).bit_length()
            piece += piece[-1:] * (size - len(piece))
            found += self._form(size)(
                **{f"word_{number}": word for number, word in enumerate(piece)}, **given
            )
        return found

    def _form(self, size: int) -> Kept:
        form = self._forms.get(size)
        if form is None:
            names = [f"word_{number}" for number in range(size)]

            def build(**slots: Any) -> QuerySet[Any, Any]:
                words = [slots.pop(name) for name in names]
                return self._build(words=words, **slots)

            form = self._forms[size] = kept(**dict.fromkeys(names, TEXT), **self._given)(build)
        return form


def kept_among(**given: Field[Any, Any]) -> Callable[[Callable[..., QuerySet[Any, Any]]], KeptAmong]:
    """As `kept`, for a function that takes `words` too and says `column__in=words`."""
    return lambda build: KeptAmong(build, given)
