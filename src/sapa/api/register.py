"""The register of endpoints: the addresses and the OpenAPI document are both made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest

from sapa.accounts.models import Business, Teammate
from sapa.programs.models import Token
from sapa.programs.types import Scope

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read and judged: `query` and `body` are of the types that the endpoint names."""

    token: Token
    business: Business
    by: Teammate
    now: datetime
    ids: dict[str, UUID]
    query: Any
    body: Any
    key: str
    request: HttpRequest

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.business.timezone)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address below /api/v1.

    `answer` is the type of what `run` returns (None: no body), `paged` says that it comes in pages. `keeps` says that a
    write with an Idempotency-Key is done once by the door; a write that handles the key itself says False. `needs_key` asks
    for one. `takes` are the media types of the body where it is not JSON.
    """

    name: str
    method: str
    path: str
    scope: Scope | None
    summary: str
    run: Callable[[Asked], Any]
    answer: Any = None
    status: int = 200
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    paged: bool = False
    keeps: bool = True
    needs_key: bool = False
    takes: tuple[str, ...] = ()
    may_fail: tuple[int, ...] = field(default=())

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


REGISTER: list[Endpoint] = []


Run = TypeVar("Run", bound=Callable[[Asked], Any])


def endpoint(method: str, path: str, scope: Scope | None, summary: str, **more: Any) -> Callable[[Run], Run]:
    """Puts a function into the register under its own name."""

    def put(run: Run) -> Run:
        REGISTER.append(Endpoint(run.__name__, method, path, scope, summary, run, **more))
        return run

    return put
