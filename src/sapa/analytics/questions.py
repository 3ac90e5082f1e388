"""Named questions over the copy: Ibis expressions made once a process, then plain SQL with named parameters.

Rooms above register a function that is handed the tables and the parameters and gives back a table
expression. They need no import of Ibis for that; Ibis itself is loaded at the first question.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from filelock import FileLock, Timeout

from sapa.analytics.tables import TABLES
from sapa.lib import json

Build = Callable[[SimpleNamespace, SimpleNamespace], Any]
"""(tables by name, parameters by name) → an Ibis table expression. `nobody` among the parameters is the empty
text, for which a Python string would be taken as a column's name."""

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
    "teammate",  # ids: of a teammate (0 is whoever is not known), and an hour of the day
    "hour",
    "low",  # bounds of how many waited
    "high",
    "before",  # microseconds since 1970: a page ends before it
)

TEXTS = (
    "origin",  # a segment: channel and context of the origin, a channel that was used; "" is everybody
    "context",
    "channel",
    "key",  # what stands behind one number of the map: a topic, a path, a kind of touchpoint
    "other",
)

_MARKS = re.compile(r"'\$(\w+)'")
_QUESTIONS: dict[str, Build] = {}
_compiled: dict[str, str] = {}


compiles_apart = False
"""Whether another process compiles: what Ibis takes, 100 MB, goes with it. Set by processes that stay (`sapa serve`)."""
_APART_SECONDS = 120.0


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
    """The SQL of a question for DuckDB, parameters as `$name`. Raises UnknownQuestionError.

    What was compiled is kept beside the copies until the code of the questions changes: loading Ibis and
    compiling all takes seconds, reading them takes milliseconds.
    """
    if name not in _QUESTIONS:
        raise UnknownQuestionError(name)
    if name not in _compiled:
        prepare()
    return _compiled[name]


def prepare() -> None:
    """Reads the SQL of every question that is registered by now, compiling what is not yet on file."""
    digests = {name: _digest(".".join(build.__module__.split(".")[:2])) for name, build in _QUESTIONS.items()}
    fresh = _on_file(digests)
    if compiles_apart and _QUESTIONS.keys() - fresh.keys():
        _compile_apart()
        fresh = _on_file(digests)
    missing = [name for name in _QUESTIONS if name not in fresh]
    fresh.update({name: _compile(name) for name in missing})
    _compiled.update({name: fresh[name] for name in _QUESTIONS})
    if missing:
        _store({name: [digests[name], fresh[name]] for name in missing})


def _path() -> Path:
    return Path(settings.HOME) / "analytics" / "questions.json"


def _known() -> dict[str, list[str]]:
    try:
        known: dict[str, list[str]] = json.decode(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    return known


def _on_file(digests: Mapping[str, str]) -> dict[str, str]:
    """The SQL of the questions whose code is still what it was made from."""
    return {name: sql for name, (digest, sql) in _known().items() if digests.get(name) == digest}


def _store(compiled: dict[str, list[str]]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
        unfinished.write(json.encode(_known() | compiled))
    with suppress(OSError):  # on Windows while another process reads it: the next one writes it
        Path(unfinished.name).replace(path)


def _compile_apart() -> None:
    """Has a process of its own compile what lacks; two that lack the same wait for one another, and the second reads."""
    rooms = sorted({build.__module__ for build in _QUESTIONS.values()})
    _path().parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "sapa.analytics.compiling", *rooms]
    with suppress(Timeout, OSError), FileLock(_path().with_suffix(".lock"), timeout=_APART_SECONDS):
        subprocess.run(command, check=False, timeout=_APART_SECONDS, stdin=subprocess.DEVNULL)  # noqa: S603 - our own interpreter and words


@cache
def _digest(room: str) -> str:
    """Of all code from which the questions of a room are made: its own and this room's."""
    digest = hashlib.sha256()
    for name in ("sapa.analytics", room):
        folder = Path(str(sys.modules[name].__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _compile(name: str) -> str:
    import ibis

    # Ibis writes a parameter's value into the SQL. Each parameter is therefore its own name as a text cast to
    # a number, and becomes a parameter of DuckDB afterwards: compiled once, asked with any values.
    marks = {key: ibis.literal(f"${key}").cast("int64") for key in PARAMETERS}
    marks.update({key: ibis.literal(f"${key}") for key in TEXTS})
    marks["nobody"] = ibis.literal("")
    tables = {key: ibis.table(columns, name=key) for key, columns in TABLES.items()}
    expression = _QUESTIONS[name](SimpleNamespace(**tables), SimpleNamespace(**marks))
    sql = str(ibis.to_sql(expression, dialect="duckdb"))
    return _MARKS.sub(r"$\1", sql)


def used_parameters(sql: str) -> set[str]:
    """The parameters that stand in compiled SQL: DuckDB refuses values that it does not use."""
    return set(re.findall(r"\$(\w+)", sql))
