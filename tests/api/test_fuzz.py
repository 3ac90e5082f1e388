"""Requests that nobody thought of, made from the document by schemathesis: no 5xx, and every answer as documented.

Each request meets the same shop: what it changes is rolled back. Under CI the same ones are made at each run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from sapa.api import reading
from sapa.api.openapi import make_document
from sapa.api.rates import Buckets
from sapa.api.register import REGISTER, Endpoint
from tests.api.conftest import Program
from tests.api.test_outsider import Address, address

__all__ = ["address"]

pytestmark = pytest.mark.django_db

schemathesis.checks.load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
APPLICATION = WSGIHandler()
EXAMPLES, SLOW_EXAMPLES = 4, 1
SLOW = {"list_metrics", "get_the_journey", "create_import"}
EXPECTED_ANYWAY = {405, 429, 503}


def _in_this_transaction(environ: Any, start_response: Any) -> Any:
    """The whole of Sapa, which may not close the connection of the test between two requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        answer = APPLICATION(environ, start_response)
        body = [b"".join(answer)]
        answer.close()
        return body
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def _document() -> dict[str, Any]:
    return make_document() | {"servers": [{"url": "http://testserver/api/v1"}]}


SCHEMA = schemathesis.openapi.from_dict(_document())
SCHEMA.app = _in_this_transaction


def _operations() -> Iterator[tuple[Endpoint, Any]]:
    for one in REGISTER:
        yield one, SCHEMA[one.path][one.method]


def test_whatever_is_asked_is_answered_as_documented(
    program: Program, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BUCKETS", Buckets(a_second=1e6, at_once=1e6))
    asked, seen = 0, set[int]()
    for one, operation in _operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            statuses = _fuzz(program, address(one), one, operation, mode)
            asked += len(statuses)
            seen |= set(statuses)
    assert {200, 201, 204, 400, 404, 422} <= seen
    assert asked > len(REGISTER) * 5


def _fuzz(program: Program, path: str, one: Endpoint, operation: Any, mode: GenerationMode) -> list[int]:
    statuses: list[int] = []

    @settings(
        max_examples=SLOW_EXAMPLES if one.name in SLOW else EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def ask(case: Any, *, is_real: bool) -> None:
        if is_real and case.path_parameters:
            names = [part[1:-1] for part in one.path.split("/") if part[:1] == "{"]
            real = dict(zip(one.path.split("/"), path.split("/"), strict=True))
            case.path_parameters = {name: real[f"{{{name}}}"] for name in names}
        with transaction.atomic():
            answer = case.call(
                headers={"Authorization": f"Bearer {program.secret}", "Accept-Encoding": "identity"}
            )
            transaction.set_rollback(True)
        statuses.append(answer.status_code)
        assert answer.status_code < 500, (one.name, answer.text)
        if answer.status_code in EXPECTED_ANYWAY:
            return
        if b"no_address" in answer.content:
            return  # what schemathesis put into the path led elsewhere
        case.validate_response(answer, checks=CHECKS)

    ask()
    return statuses
