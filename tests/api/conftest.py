"""A program that works for Toko Sage through the API, and one that works for another shop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business
from sapa.api import reading
from sapa.api.rates import Buckets
from sapa.lib import json
from sapa.programs.models import Token
from sapa.programs.operations import make_token
from sapa.programs.types import Scope
from tests.web.conftest import people, story

__all__ = ["people", "story"]


class Program:
    """Asks the API under one token; `code` is that of the error in the answer."""

    def __init__(self, secret: str, token: Token | None = None) -> None:
        self.secret, self.token = secret, token
        self._client = Client(raise_request_exception=True)

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", language: str = "id", **more: Any
    ) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language}
        headers |= {"Idempotency-Key": key} if key else {}
        if body is not None:
            more = {"data": json.encode(body), "content_type": "application/json"} | more
        elif method != "GET":
            more = {"content_type": "application/json"} | more
        answer: Any = self._client.generic(method, f"/api/v1{path}", headers=headers, **more)
        return answer

    def get(self, path: str, status: int = 200) -> Any:
        return read(self.ask("GET", path), status)

    def post(self, path: str, body: Any = None, status: int = 201, key: str = "") -> Any:
        return read(self.ask("POST", path, body, key=key), status)

    def send(self, method: str, path: str, body: Any = None, status: int = 200, key: str = "") -> Any:
        return read(self.ask(method, path, body, key=key), status)

    def pages(self, path: str, limit: int = 1) -> list[Any]:
        """Every item, page by page."""
        found: list[Any] = []
        after = ""
        for _ in range(50):
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after}")
            assert len(page["items"]) <= limit
            found += page["items"]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"
        raise AssertionError("the pages have no end")


def read(answer: HttpResponse, status: int) -> Any:
    assert answer.status_code == status, answer.content.decode()
    if status == 204:
        assert answer.content == b""
        return None
    assert answer.headers["Content-Type"] == "application/json"
    return json.decode(answer.content)


def code(answer: HttpResponse) -> str:
    """The code of an error, whose shape is checked on the way."""
    fault = json.decode(answer.content)["error"]
    assert set(fault) == {"code", "message", "field"}
    assert fault["message"]
    return str(fault["code"])


def make_program(
    business: Business, by: Teammate, now: datetime, scopes: Iterable[Scope] = Scope, name: str = "Kasir"
) -> Program:
    token, secret = make_token(business=business, name=name, scopes=scopes, by=by, now=now)
    return Program(secret, token)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, settings: Any, tmp_path: Path) -> None:
    """The clock stands, uploads go to a folder of the test, and nobody has asked before."""
    monkeypatch.setattr("sapa.lib.clock.now", lambda: now)
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(reading, "BUCKETS", Buckets())


@pytest.fixture
def program(toko_sage: Business, bu_tuti: Teammate, now: datetime) -> Program:
    """May everything that Bu Tuti may."""
    return make_program(toko_sage, bu_tuti, now)


@pytest.fixture
def other_shop(db: None, now: datetime) -> Business:
    return make_business(name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now)


@pytest.fixture
def outsider(other_shop: Business, now: datetime) -> Program:
    """May everything, in another shop."""
    return make_program(other_shop, other_shop.teammates.get(role="owner"), now)
