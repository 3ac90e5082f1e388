"""Times and JSON of many rows as text, decoded here: Django's own way costs as much as all the rest of reading.

Of each value it asks the driver's converter, then the setting of the time zone, then whether the time has one: some
3 µs a value, and 4 µs for JSON. A dossier of an order file reads five times and two documents an order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from sapa.lib import json


def as_text(field: str) -> Cast:
    """The column of a time or of JSON as the database writes it, for `moment` or `document`."""
    return Cast(field, TextField())


def moment(text: str) -> datetime:
    """A time from its text. Both databases write it in UTC: PostgreSQL says so, SQLite does not."""
    return datetime.fromisoformat(text if text.endswith("+00") else text + "+00:00")


def moment_or_none(text: str | None) -> datetime | None:
    return moment(text) if text else None


def document(text: str) -> Any:
    """What is stored as JSON."""
    return json.decode(text)
