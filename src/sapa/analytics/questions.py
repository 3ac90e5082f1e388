"""Named questions over the copy: Ibis expressions made once a process, then plain SQL with named parameters.

Rooms above register a function that is handed the tables and the parameters and gives back a table
expression. They need no import of Ibis for that; Ibis itself is loaded at the first question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from sapa.analytics.tables import TABLES

Build = Callable[[SimpleNamespace, SimpleNamespace], Any]
"""(tables by name, parameters by name) → an Ibis table expression."""

PARAMETERS = (
    "from_day",  # first day of the window, in days since 1970
    "to_day",  # the day after its last day
    "now",  # microseconds since 1970; so are all that follow but the last four
    "leave_after",
    "churn_after",
    "follow",  # how long a contact is followed in a comparison
    "registers",  # 1 where the goal of the business is a registration, else 0
    "middle_low",  # ranks, from 0, that bound a median
    "middle_high",
    "number",  # how many rows
)

_MARK = 9_100_000_000_000_000_000
_MARKS = re.compile(r"\b91000000000000000\d\d\b")
_QUESTIONS: dict[str, Build] = {}


class UnknownQuestionError(LookupError):
    """No question of this name is registered."""


def register(name: str, build: Build) -> None:
    """Makes `name` askable. Raises ValueError where the name is taken by another question."""
    if _QUESTIONS.setdefault(name, build) is not build:
        raise ValueError(f"the question {name} is registered twice")


def list_questions() -> list[str]:
    """The names of all registered questions."""
    return sorted(_QUESTIONS)


@cache
def compile_question(name: str) -> str:
    """The SQL of a question for DuckDB, parameters as `$name`. Raises UnknownQuestionError."""
    import ibis

    if name not in _QUESTIONS:
        raise UnknownQuestionError(name)
    # Ibis writes a parameter's value into the SQL. Each parameter is therefore a number that nothing else
    # is, and becomes a parameter of DuckDB afterwards: compiled once, asked with any values.
    marks = {key: ibis.literal(_MARK + n, type="int64") for n, key in enumerate(PARAMETERS)}
    tables = {key: ibis.table(columns, name=key) for key, columns in TABLES.items()}
    expression = _QUESTIONS[name](SimpleNamespace(**tables), SimpleNamespace(**marks))
    sql = str(ibis.to_sql(expression, dialect="duckdb"))
    return _MARKS.sub(lambda found: f"CAST(${PARAMETERS[int(found[0]) - _MARK]} AS BIGINT)", sql)


def used_parameters(sql: str) -> set[str]:
    """The parameters that stand in compiled SQL: DuckDB refuses values that it does not use."""
    return set(re.findall(r"\$(\w+)", sql))
