"""JSON Schema of the frozen dataclasses that `lib.json` writes: every field is always there.

msgspec makes the schemas of what is read; of what is written it refuses a field that may be one of two dataclasses.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

REF = "#/components/schemas/{name}"
_PLAIN: dict[Any, dict[str, Any]] = {
    Any: {},
    type(None): {"type": "null"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    UUID: {"type": "string", "format": "uuid"},
}


def describe(kind: Any, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of a type; dataclasses are put into `known` under their names. Raises TypeError for other sorts."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, given = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [describe(one, known) for one in given]}
    if origin in (list, tuple) or (isinstance(origin, type) and issubclass(origin, typing.Sequence)):
        return _list(given, known)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": describe(given[1], known)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": sorted(one.value for one in kind)}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, known)
    raise TypeError(f"{kind} has no schema")


def _list(given: tuple[Any, ...], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if len(given) > 1 and given[1] is not Ellipsis:
        parts = [describe(one, known) for one in given]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    return {"type": "array", "items": describe(given[0], known)}


def _object(kind: type, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if kind.__name__ not in known:
        known[kind.__name__] = {}
        hints = typing.get_type_hints(kind)
        names = [one.name for one in dataclasses.fields(kind)]
        known[kind.__name__] |= {
            "type": "object",
            "title": kind.__name__,
            "description": (kind.__doc__ or "").strip(),
            "properties": {name.removesuffix("_"): describe(hints[name], known) for name in names},
            "required": [name.removesuffix("_") for name in names],
        }
        if (kind.__doc__ or "").startswith(f"{kind.__name__}("):  # what `dataclass` makes itself
            del known[kind.__name__]["description"]
    return {"$ref": REF.format(name=kind.__name__)}
