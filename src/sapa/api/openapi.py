"""The OpenAPI 3.1 document, made from the register: what is documented is what is checked."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from sapa import __version__
from sapa.api.errors import FaultBody
from sapa.api.register import JSON, REGISTER, Endpoint
from sapa.api.schemas import REF, describe
from sapa.programs.types import Scope

_BLANK = re.compile(r"\{(\w+)\}")
_TEXT = {
    400: "What was sent cannot be read",
    401: "No token, or one that does not hold",
    403: "The token may not do this",
    404: "Nothing under this id in this shop",
    409: "It cannot be done as things stand",
    410: "It was done; its answer is kept no longer",
    413: "Too large",
    415: "The body is of another media type",
    422: "It can be read and does not fit",
    429: "Too fast; come again after Retry-After",
    503: "Busy; come again after Retry-After",
}
_INTRO = (
    "Everything here is also on a screen and in a command; the three call the same code. Times are ISO 8601 with the shop's"
    " offset; money is an integer in minor units with its currency beside it. Errors are"
    ' {"error": {"code", "message", "field"}}; the sentence is in the language of Accept-Language (id or en).'
    " A page ends with `next`; hand it back as `after`. A write may carry an Idempotency-Key: for a day the same write under"
    " the same key is done once and has the same answer."
)


@cache
def make_document() -> dict[str, Any]:
    """The whole document, as dicts and lists."""
    components = _components()
    paths: dict[str, dict[str, Any]] = {}
    for one in REGISTER:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sapa", "version": __version__, "description": _INTRO},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Scopes: " + ", ".join(scope.value for scope in Scope),
                }
            },
        },
    }


def _components() -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = {}
    read: dict[Any, None] = {}
    describe(FaultBody, known)
    for one in REGISTER:
        if one.answer is not None:
            describe(one.answer, known)
        read |= dict.fromkeys(kind for kind in (one.body, one.query) if kind is not None)
    _schemas, components = msgspec.json.schema_components(list(read), ref_template=REF)
    return dict(sorted((components | known).items()))


def _operation(one: Endpoint, components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_in_path(one), *_in_query(one, components), *_in_header(one)],
        "responses": {str(one.status): _answer(one)} | {str(code): _fault(code) for code in _codes(one)},
    }
    if one.scope is not None:
        found["description"] = f"Needs the scope `{one.scope.value}`."
    if one.body is not None:
        content = {JSON: {"schema": _ref(one.body)}}
        found["requestBody"] = {"required": True, "content": content}
    elif one.takes:
        content = {kind: {"schema": _upload(kind)} for kind in one.takes}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _upload(kind: str) -> dict[str, Any]:
    if kind != "multipart/form-data":
        return {"type": "string", "format": "binary", "minLength": 1}
    file = {"type": "string", "format": "binary"}
    return {"type": "object", "required": ["file"], "properties": {"file": file}}


def _codes(one: Endpoint) -> list[int]:
    codes = {401, 403, 422, 429, 503, *one.may_fail}
    codes |= {404} if "{" in one.path or one.body is not None or one.query is not None else set()
    codes |= {400, 410, 413} if one.is_write else {400}
    codes |= {415} if one.body is not None else set()
    return sorted(codes)


def _answer(one: Endpoint) -> dict[str, Any]:
    if one.answer is None:
        return {"description": "Done"}
    schema: dict[str, Any] = _ref(one.answer)
    if one.paged:
        schema = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": schema},
                "next": {"type": ["string", "null"]},
            },
        }
    return {"description": one.summary, "content": {JSON: {"schema": schema}}}


def _fault(code: int) -> dict[str, Any]:
    return {"description": _TEXT[code], "content": {JSON: {"schema": _ref(FaultBody)}}}


def _ref(kind: Any) -> dict[str, Any]:
    return {"$ref": REF.format(name=kind.__name__)}


def _in_path(one: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _id_schema(name)}
        for name in _BLANK.findall(one.path)
    ]


def _id_schema(name: str) -> dict[str, Any]:
    if name == "number":
        return {"type": "integer", "minimum": 1, "maximum": 2**62}
    return {"type": "string", "format": "uuid"}


def _in_query(one: Endpoint, components: dict[str, Any]) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = components[one.query.__name__]
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": value}
        for name, value in schema["properties"].items()
    ]


def _in_header(one: Endpoint) -> list[dict[str, Any]]:
    if not one.is_write:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"}
    return [{"name": "Idempotency-Key", "in": "header", "required": one.needs_key, "schema": schema}]
