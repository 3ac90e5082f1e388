"""Many new rows at once, in plain SQL where Django's `bulk_create` costs more than the database does.

An import writes a dozen rows for each order. `bulk_create` prepares each value of each row by itself and spends
some 60 µs a row where SQLite needs 7; on PostgreSQL the round trip rules, and `bulk_create` stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db import connection, models

from sapa.lib.database import write

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    """How rows of one table are written: the values given, then those that the table adds, then the id if we give it.

    `converts` are the places whose values are stored in another form; `constants` are the stored defaults of columns
    that were not given, `makers` the defaults that are new for each row (a public id).
    """

    statement: str
    converts: tuple[tuple[int, Convert], ...]
    constants: tuple[Any, ...]
    makers: tuple[Callable[[], Any], ...]


def insert_many(rows: Iterable[M]) -> list[M]:
    """Insert new rows of one table; each gets its id. No signal is sent and nothing is looked up.

    The rows must be complete: no default of the database and no `auto_now`.
    """
    new = list(rows)
    if not new:
        return new
    table: type[M] = type(new[0])
    names = tuple(field.attname for field in table._meta.concrete_fields if not field.primary_key)
    for row, number in zip(new, _insert(table, names, map(attrgetter(*names), new)), strict=True):
        row.pk = number
        row._state.adding = False
        row._state.db = connection.alias
    return new


def insert_rows(table: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> Sequence[int]:
    """As `insert_many`, for rows that nobody needs as objects afterwards: their ids, in order.

    Every row names the same two columns or more, keys of other tables by their id (`business_id`); what is not named
    takes the field's default. A model instance costs ten times what its values do.
    """
    new = list(rows)
    if not new:
        return ()
    names = tuple(new[0])
    return _insert(table, names, map(itemgetter(*names), new))


def upsert_rows(table: type[models.Model], rows: Iterable[Mapping[str, Any]], *, key: str) -> None:
    """As `insert_rows`, but a row takes the place of the one that has the same `key`, a unique column; ids stay."""
    new = list(rows)
    if not new:
        return
    names = tuple(new[0])
    with write():
        if connection.vendor != "sqlite":
            table._default_manager.bulk_create(
                [table(**row) for row in new],
                update_conflicts=True,
                unique_fields=[key],
                update_fields=[name for name in names if name != key],
            )
            return
        plan = _plan(table, names, key)
        _execute(plan, _complete(plan, map(itemgetter(*names), new)))


def _insert(
    table: type[models.Model], names: tuple[str, ...], values: Iterable[tuple[Any, ...]]
) -> Sequence[int]:
    with write():
        if connection.vendor != "sqlite":
            made = [table(**dict(zip(names, row, strict=True))) for row in values]
            return [row.pk for row in table._default_manager.bulk_create(made)]
        plan, first = _plan(table, names), _next_id(table)
        rows = _complete(plan, values)
        for number, row in enumerate(rows, first):
            row.append(number)
        _execute(plan, rows)
    return range(first, first + len(rows))


def _complete(plan: _Plan, values: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """The rows as they are stored, but for the id."""
    rows = [[*row, *plan.constants, *[make() for make in plan.makers]] for row in values]
    for place, convert in plan.converts:
        _convert_column(rows, place, convert)
    return rows


def _execute(plan: _Plan, rows: Sequence[list[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(plan.statement, rows)


def _convert_column(rows: Sequence[list[Any]], place: int, convert: Convert) -> None:
    """Values to their stored form; rows that follow one another often hold the same object."""
    before = stored = None
    for row in rows:
        value = row[place]
        if value is not before:
            before, stored = value, None if value is None else convert(value)
        row[place] = stored


def _next_id(table: type[models.Model]) -> int:
    """The id after the highest ever given: the write transaction keeps it ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table._meta.db_table])
        found = cursor.fetchone()
    return int(found[0]) + 1 if found else 1


@cache
def _plan(table: type[models.Model], names: tuple[str, ...], key: str = "") -> _Plan:
    """With ids that we give, or over the row of the same `key`."""
    given = {field.attname: field for field in table._meta.concrete_fields if not field.primary_key}
    fields = [given.pop(name) for name in names]
    made = [field for field in given.values() if _is_made_anew(field)]
    constant = [field for field in given.values() if field not in made]
    quote = connection.ops.quote_name
    numbered = [field for field in table._meta.concrete_fields if field.primary_key and not key]
    columns = [quote(str(field.column)) for field in (*fields, *constant, *made, *numbered)]
    places = ", ".join(["%s"] * len(columns))
    into = f"{quote(table._meta.db_table)} ({', '.join(columns)})"
    statement = f"INSERT INTO {into} VALUES ({places})"  # noqa: S608
    if key:
        changes = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in names if name != key)
        statement += f" ON CONFLICT ({quote(key)}) DO UPDATE SET {changes}"
    return _Plan(
        statement,
        tuple((place, convert) for place, field in enumerate(fields) if (convert := _conversion(field))),
        tuple(_maker(field)() for field in constant),
        tuple(_maker(field) for field in made),
    )


def _is_made_anew(field: models.Field[Any, Any]) -> bool:
    return callable(field.default) and not isinstance(field, models.JSONField)


def _maker(field: models.Field[Any, Any]) -> Callable[[], Any]:
    """The field's default in its stored form."""
    convert = _conversion(field)
    if convert is None or field.default in (None, models.NOT_PROVIDED):
        return field.get_default
    return lambda: convert(field.get_default())


def _conversion(field: models.Field[Any, Any]) -> Convert | None:
    """The stored form where it is not the value itself; the same as Django's, but for what it looks up each time."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.UUIDField):
        return attrgetter("hex")
    if isinstance(field, models.DateField | models.BinaryField | models.DecimalField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def _moment(value: datetime) -> str:
    """Django stores times in UTC, without saying so."""
    return str(value.astimezone(UTC))[:-6]


class Once(Protocol):
    """A row that is the same row wherever its dedupe key is the same within a business."""

    pk: Any
    business_id: int
    dedupe_key: str


Row = TypeVar("Row", bound=Once)


def insert_once(rows: Sequence[Row]) -> list[tuple[int, bool]]:
    """Insert rows of one table and one business whose dedupe key is new; (id, is new) of each, in order."""
    if not rows:
        return []
    table: Any = type(rows[0])
    keys = [row.dedupe_key for row in rows]
    with write():
        stored = table.objects.filter(business_id=rows[0].business_id, dedupe_key__in=keys)
        known: dict[str, int] = dict(stored.values_list("dedupe_key", "id"))
        fresh: dict[str, Row] = {}
        for row in rows:
            if row.dedupe_key not in known:
                fresh.setdefault(row.dedupe_key, row)
        insert_many(fresh.values())  # type: ignore[type-var]
    return [
        (known[row.dedupe_key], False)
        if row.dedupe_key in known
        else (fresh[row.dedupe_key].pk, fresh[row.dedupe_key] is row)
        for row in rows
    ]
