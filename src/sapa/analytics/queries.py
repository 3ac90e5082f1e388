"""The only way to ask the copy anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics import copies, operations
from sapa.analytics.questions import compile_question, used_parameters


def ask(
    business: Business, name: str, params: Mapping[str, int], *, until: datetime | None = None
) -> list[dict[str, Any]]:
    """The rows that answer a registered question, as dicts by column.

    `params` gives the values of `analytics.questions.PARAMETERS` that the question uses; more do no harm.
    The copy is brought up to date first. With `until` the answer sees nothing later and nothing is stored.
    Raises `UnknownQuestionError`, and KeyError where a value is missing.
    """
    sql = compile_question(name)
    values = {key: params[key] for key in used_parameters(sql)}
    if until is not None:
        con = copies.private_reader(business, copies.state_of(business), until)
    else:
        con = copies.reader(business, operations.build(business))
    cursor = con.cursor()
    try:
        found = cursor.execute(sql, values)
        columns = [column[0] for column in found.description]
        rows = found.fetchall()
    finally:
        cursor.close()
    return [dict(zip(columns, row, strict=True)) for row in rows]
