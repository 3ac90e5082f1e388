"""Queries that are built and compiled once, and asked with other values each time.

Building a queryset and compiling it costs Django 0.3 to 0.5 ms of processor time, several times what the database
takes to answer; a page of forty queries spends most of its time there. `@kept` keeps the compiled SQL of a queryset:
a call puts the values in and makes of the rows what the queryset would have made: models (those of `select_related`
with them), or tuples of `values_list`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache, update_wrapper
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Expression,
    Field,
    Model,
    QuerySet,
    TextField,
    UUIDField,
)
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from sapa.lib.lookups import Ids

NUMBER, MOMENT, TEXT, UUID_ = BigIntegerField(), DateTimeField(), TextField(), UUIDField()
"""What can be put in: an id or a number, a time, words, a public id."""

_PLACE = re.compile(r"(?<!%)(?:%%)*(%s)")
_WRITTEN_OUT = 30

Row = Sequence[Any]


class _Given:
    """Stands among the compiled parameters where a value comes in; `field` is None for many ids."""

    __slots__ = ("field", "name")

    def __init__(self, name: str, field: Field[Any, Any] | None) -> None:
        self.name, self.field = name, field


class _Slot(Expression):
    """A value that is not known yet."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.given = _Given(name, field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self.given,)


class _ManySlot(Ids):
    """Ids that are not known yet, for the lookup `among`."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(())
        self.sql, self.given = "%s", _Given(name, None)


class Many:
    """Said of what `@kept` is given: any number of ids, for `id__among`."""


MANY = Many()


class Kept:
    """A queryset that is compiled at its first call and asked again and again; thread-safe."""

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], given: dict[str, Field[Any, Any] | Many]
    ) -> None:
        self._build, self._given = build, given
        self._forms: dict[str, _Form] = {}
        update_wrapper(self, build)

    def __call__(self, **given: Any) -> list[Any]:
        """The rows for these values, as the queryset would give them."""
        form = self._forms.get(connection.vendor)
        if form is None:
            form = self._forms[connection.vendor] = _Form(self.queryset())
        return form.ask(given)

    def first(self, **given: Any) -> Any:
        """The first row, or None; the queryset has its own limit."""
        return next(iter(self(**given)), None)

    def queryset(self) -> QuerySet[Any, Any]:
        return self._build(
            **{
                name: _ManySlot(name) if isinstance(kind, Many) else _Slot(name, kind)
                for name, kind in self._given.items()
            }
        )


def kept(**given: Field[Any, Any] | Many) -> Callable[[Callable[..., QuerySet[Any, Any]]], Kept]:
    """Makes of a function that builds a queryset one that answers its rows. Each keyword says what sort of value comes in."""
    return lambda build: Kept(build, given)


class _Form:
    """The SQL with its places, and how a row is read."""

    def __init__(self, found: QuerySet[Any, Any]) -> None:
        compiler = found.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        ends = [place.span(1) for place in _PLACE.finditer(sql)]
        cuts = [0, *(at for span in ends for at in span), len(sql)]
        self._pieces = [sql[a:b] for a, b in pairwise(cuts)][::2]
        self._params = tuple(params)
        if len(self._pieces) != len(self._params) + 1:
            raise ValueError(f"a percent sign in a kept query: {sql}")
        self._is_plain = not any(isinstance(one, _Given) and one.field is None for one in self._params)
        self._sql = sql
        self._converters = _converters(compiler, [column[0] for column in compiler.select])
        self._read = _reader(found, compiler)

    def ask(self, given: dict[str, Any]) -> list[Any]:
        rows = _execute(*self._filled(given))
        if self._converters and rows:
            rows = _converted(rows, self._converters)
        return self._read(rows)

    def _filled(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        if self._is_plain:
            return self._sql, [_prepared(one, given) for one in self._params]
        text, params = [self._pieces[0]], list[Any]()
        for one, piece in zip(self._params, self._pieces[1:], strict=True):
            if isinstance(one, _Given) and one.field is None:
                numbers = _numbers(given[one.name])
                # Few ids stay parameters, so that the database knows the statement again.
                is_few = 0 < len(numbers) <= _WRITTEN_OUT
                text.append(
                    ",".join(["%s"] * len(numbers)) if is_few else ",".join(map(str, numbers)) or "NULL"
                )
                params += numbers if is_few else ()
            else:
                text.append("%s")
                params.append(_prepared(one, given))
            text.append(piece)
        return "".join(text), params


def _execute(sql: str, params: Sequence[Any]) -> list[Any]:
    rows: list[Any]
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite" or connection.queries_logged or connection.execute_wrappers:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            return rows
        # Past Django's search for placeholders, which takes as long as asking a small table.
        with connection.wrap_database_errors:
            rows = sqlite3.Cursor.execute(cursor.cursor, _asked(sql), params).fetchall()
            return rows


@lru_cache(maxsize=512)
def _asked(sql: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


def _numbers(ids: Ids | Iterable[int]) -> tuple[int, ...]:
    return ids.numbers if isinstance(ids, Ids) else tuple(map(int, ids))


def _prepared(param: Any, given: dict[str, Any]) -> Any:
    if not isinstance(param, _Given):
        return param
    value = given[param.name]
    if param.field is None or param.field is NUMBER or value is None:
        return value
    return param.field.get_db_prep_value(value, connection)


Converter = Callable[[Any], Any]


def _converters(compiler: Any, expressions: Sequence[Any]) -> list[tuple[int, Converter]]:
    return [
        (place, _joined(functions, expression))
        for place, (functions, expression) in compiler.get_converters(expressions).items()
    ]


def _joined(functions: Sequence[Any], expression: Any) -> Converter:
    names = [getattr(one, "__name__", "") for one in functions]
    if names == ["convert_datetimefield_value"] and connection.vendor == "sqlite":
        return _sqlite_moment

    def convert(value: Any) -> Any:
        for one in functions:
            value = one(value, expression, connection)
        return value

    return convert


def _sqlite_moment(value: datetime | None) -> datetime | None:
    """Django's own way takes five times as long; SQLite has every time in UTC, without saying so."""
    return value and value.replace(tzinfo=UTC)


def _converted(rows: Iterable[Row], converters: Sequence[tuple[int, Converter]]) -> list[Any]:
    done = []
    for row in rows:
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place])
        done.append(values)
    return done


def _reader(found: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], list[Any]]:
    shape = found._iterable_class
    if shape is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if shape is ValuesListIterable:
        return lambda rows: [tuple(row) for row in rows]
    if shape is not ModelIterable or compiler.annotation_col_map or compiler.klass_info is None:
        raise TypeError("a kept query gives models or tuples")
    return _Models(compiler.klass_info, compiler.select, found.db).read


class _Models:
    """Makes models of rows, with those of related tables beside them."""

    def __init__(self, info: dict[str, Any], select: Sequence[Any], db: str) -> None:
        places = info["select_fields"]
        self._model: type[Model] = info["model"]
        self._start, self._end, self._db = places[0], places[-1] + 1, db
        self._names = [column[0].target.attname for column in select[self._start : self._end]]
        pk = self._model._meta.pk
        assert pk is not None  # noqa: S101  every model has one
        self._key = self._start + self._names.index(pk.attname)
        self._related = [
            (_Models(one, select, db), one["local_setter"], one["remote_setter"])
            for one in info.get("related_klass_infos", ())
        ]

    def read(self, rows: list[Any]) -> list[Any]:
        return [self.make(row) for row in rows]

    def make(self, row: Row) -> Model | None:
        if row[self._key] is None:
            return None
        # As Model.from_db, without asking every field how it is set: a fifth of the time.
        made = self._model.__new__(self._model)
        state = ModelState()
        state.db, state.adding = self._db, False
        values = made.__dict__
        values["_state"] = state
        values.update(zip(self._names, row[self._start : self._end], strict=True))
        for related, set_here, set_there in self._related:
            other = related.make(row)
            set_here(made, other)
            if other is not None:
                set_there(other, made)
        return made
