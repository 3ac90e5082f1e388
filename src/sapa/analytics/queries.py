"""The only way to ask the copy anything."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics import copies, operations
from sapa.analytics.questions import compile_question, used_parameters
from sapa.analytics.state import name_of

_ATTEMPTS = 3


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
        cursor = self._opened.cursor()
        try:
            found = cursor.execute(sql, values)
            columns = [column[0] for column in found.description]
            rows = found.fetchall()
        finally:
            cursor.close()
        return [dict(zip(columns, row, strict=True)) for row in rows]


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
