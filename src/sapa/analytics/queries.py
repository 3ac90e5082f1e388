"""The only way to ask the copy anything."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics import copies, operations
from sapa.analytics.questions import compile_question, used_parameters
from sapa.analytics.state import name_of
from sapa.analytics.tables import MINUTE

_ATTEMPTS = 3
_MOST_ANSWERS = 1_000
_MOST_ROWS = 5_000

Answer = tuple[tuple[str, ...], list[tuple[Any, ...]]]


class Answers:
    """What was answered of copies that have not changed since: who comes back to a page, or turns it, asks nothing anew.

    An answer that depends on the present moment is kept for the minute in which it was asked.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, key: Hashable) -> Answer | None:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, answer: Answer) -> None:
        if len(answer[1]) > _MOST_ROWS:
            return
        with self._guard:
            self._kept[key] = answer
            if len(self._kept) > _MOST_ANSWERS:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        with self._guard:
            self._kept.clear()


_answers = Answers()


def forget_answers() -> None:
    """Nothing is kept from here on: for whoever measures how long an answer takes."""
    _answers.forget()


def _minute(now: int | str | None) -> int | None:
    return None if now is None else int(now) // MINUTE


class Copy:
    """The copy of one business as it was when opened: several questions of one page see the same facts."""

    def __init__(self, opened: copies.Opened) -> None:
        self._opened = opened

    def ask_columns(self, name: str, params: Mapping[str, int | str]) -> dict[str, Any]:
        """As `ask`, for answers of very many rows: one numpy array a column. The question must leave nothing null."""
        sql = compile_question(name)
        values = {key: params[key] for key in used_parameters(sql)}
        cursor = self._opened.cursor()
        try:
            found: dict[str, Any] = cursor.execute(sql, values).fetchnumpy()
        finally:
            cursor.close()
        return found

    def ask(self, name: str, params: Mapping[str, int | str]) -> list[dict[str, Any]]:
        """The rows that answer a registered question, as dicts by column.

        `params` gives the values of `analytics.questions.PARAMETERS` and `TEXTS` that the question uses; more do no harm.
        Raises `UnknownQuestionError`, and KeyError where a value is missing.
        """
        sql = compile_question(name)
        values = {key: params[key] for key in used_parameters(sql)}
        key = (self._opened.name, name, tuple(sorted({**values, "now": _minute(values.get("now"))}.items())))
        kept = _answers.get(key) if self._opened.name else None
        columns, rows = kept or self._run(sql, values)
        if self._opened.name and kept is None:
            _answers.keep(key, (columns, rows))
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _run(self, sql: str, values: Mapping[str, int | str]) -> Answer:
        cursor = self._opened.cursor()
        try:
            found = cursor.execute(sql, values)
            return tuple(column[0] for column in found.description), found.fetchall()
        finally:
            cursor.close()


def open_copy(business: Business, *, until: datetime | None = None) -> Copy:
    """The copy, brought up to date first; with `until` one that sees nothing later, in memory only."""
    if until is not None:
        return Copy(copies.private_reader(business, name_of(business), until))
    return Copy(_present(business))


def _present(business: Business) -> copies.Opened:
    """The present copy; another process may replace it between building and opening."""
    import duckdb

    for _ in range(_ATTEMPTS):
        pointer = operations.build_or_older(business)
        with suppress(duckdb.IOException):
            return copies.reader(business, pointer)
    return copies.Opened(copies.make_private(business, None))


def ask(
    business: Business, name: str, params: Mapping[str, int | str], *, until: datetime | None = None
) -> list[dict[str, Any]]:
    """One question, as `Copy.ask`."""
    return open_copy(business, until=until).ask(name, params)
