"""Who may in: tokens, scopes, methods, sizes, speed, languages; and one shape for every refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import change_role, remove_teammate
from sapa.api import reading
from sapa.api.rates import Buckets
from sapa.lib import json
from sapa.programs.models import Token
from sapa.programs.operations import make_token, withdraw_token
from sapa.programs.types import ProgramError, Scope
from tests.api.conftest import Program, code, make_program
from tests.web.conftest import Story, contact

pytestmark = pytest.mark.django_db


def test_a_token_says_whose_it_is(program: Program, toko_sage: Business) -> None:
    me = program.get("/me")
    assert me["business"]["slug"] == toko_sage.slug
    assert me["made_by"] == "Bu Tuti"
    assert set(me["scopes"]) == {scope.value for scope in Scope}


@pytest.mark.parametrize("secret", ["", "sapa_tidak-ada", "x" * 5000])
def test_without_a_token_that_holds_nothing_is_told(secret: str, toko_sage: Business) -> None:
    answer = Program(secret).ask("GET", "/contacts")
    assert answer.status_code == 401
    assert code(answer) == "no_token"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_the_bearer_header_counts(program: Program) -> None:
    for asked in (
        Client().get(f"/api/v1/me?token={program.secret}"),
        Client().get("/api/v1/me", headers={"Authorization": f"Basic {program.secret}"}),
    ):
        assert asked.status_code == 401


def test_a_token_ends_withdrawn_expired_or_with_its_maker(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    withdrawn = make_program(toko_sage, bu_tuti, now)
    assert withdrawn.token
    assert withdraw_token(token=withdrawn.token, by=bu_tuti, now=now)
    assert not withdraw_token(token=withdrawn.token, by=bu_tuti, now=now)
    token, secret = make_token(
        business=toko_sage,
        name="Sebentar",
        scopes=[Scope.READ_TALK],
        by=bu_tuti,
        now=now - timedelta(days=1),
        expires_at=now,
    )
    assert token.tail == secret[-4:]
    assert secret not in str(Token.objects.values_list())
    for ended in (withdrawn, Program(secret)):
        assert ended.ask("GET", "/me").status_code == 401


def test_a_token_never_may_more_than_its_maker(toko_sage: Business, dina: Teammate, now: datetime) -> None:
    made = make_program(toko_sage, dina, now)
    assert made.ask("GET", "/webhooks").status_code == 403  # a member may not change settings
    assert made.ask("POST", "/contacts", {"name": "Rina"}).status_code == 201
    change_role(teammate=dina, role="viewer", by=None, now=now)
    assert made.ask("POST", "/contacts", {"name": "Budi"}).status_code == 403
    assert made.ask("GET", "/contacts").status_code == 200
    remove_teammate(teammate=dina, by=None, now=now)
    assert made.ask("GET", "/contacts").status_code == 401


def test_a_scope_opens_its_own_doors_only(toko_sage: Business, bu_tuti: Teammate, now: datetime) -> None:
    reader = make_program(toko_sage, bu_tuti, now, [Scope.READ_TALK])
    assert reader.ask("GET", "/conversations").status_code == 200
    refused = reader.ask("GET", "/contacts", language="en")
    assert refused.status_code == 403
    assert code(refused) == "no_scope"
    assert "read:customers" in refused.content.decode()


def test_what_makes_no_token(toko_sage: Business, bu_tuti: Teammate, now: datetime) -> None:
    for name, scopes, expires, field in (
        ("", [Scope.READ_TALK], None, "name"),
        ("x" * 61, [Scope.READ_TALK], None, "name"),
        ("Kasir", [], None, "scopes"),
        ("Kasir", [Scope.READ_TALK], now, "expires_at"),
    ):
        with pytest.raises(ProgramError) as refused:
            make_token(business=toko_sage, name=name, scopes=scopes, by=bu_tuti, now=now, expires_at=expires)
        assert refused.value.field == field


def test_use_is_noted_at_most_once_an_hour(
    program: Program, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes, noted in ((0, 0), (59, 0), (60, 60)):
        monkeypatch.setattr("sapa.lib.clock.now", lambda at=now + timedelta(minutes=minutes): at)
        program.get("/me")
        assert Token.objects.get().last_used_at == now + timedelta(minutes=noted)


def test_refusals_have_one_shape_and_the_askers_language(program: Program) -> None:
    for path, status, which in (
        ("/contacts?limit=0", 422, "unfit"),
        ("/contacts?limit=banyak", 422, "unfit"),
        ("/contacts?batas=3", 422, "unknown_field"),
        ("/contacts?after=xx", 400, "bad_cursor"),
        ("/contacts/00000000-0000-0000-0000-000000000007", 404, "not_found"),
        ("/tidak-ada", 404, "no_address"),
        ("/contacts/dua%0Abaris", 404, "no_address"),
        ("/contacts/bukan-id", 404, "no_address"),
    ):
        answer = program.ask("GET", path)
        assert (answer.status_code, code(answer)) == (status, which), path
        assert answer.headers["Content-Language"] == "id"
    indonesian, english = (
        json.decode(program.ask("GET", "/contacts?batas=3", language=language).content)["error"]
        for language in ("id", "en-GB,en;q=0.8")
    )
    assert indonesian["field"] == english["field"] == "batas"
    assert "tidak dikenal" in indonesian["message"]
    assert "not known" in english["message"]


@pytest.mark.parametrize(
    ("body", "status", "which", "field"),
    [
        (b"{", 400, "bad_json", None),
        (b"\xff\xfe", 400, "bad_json", None),
        (b"[" * 20_000, 422, "unfit", None),
        (b"[]", 422, "unfit", None),
        (b"{}", 422, "missing_field", "name"),
        (b'{"name": 7}', 422, "unfit", "name"),
        (b'{"name": ""}', 422, "unfit", "name"),
        (b'{"name": "  "}', 422, "unfit", "name"),
        (b'{"name": "a\\u0000b"}', 422, "unfit", "name"),
        (b'{"name": "Rina", "nomor": "08"}', 422, "unknown_field", "nomor"),
        (b'{"name": "Rina", "phone": "abc"}', 422, "unfit", "phone"),
        (b'{"name": "Rina", "origin": {"channel": 3}}', 422, "unfit", "origin.channel"),
    ],
)
def test_a_body_that_does_not_fit_names_its_field(
    body: bytes, status: int, which: str, field: str | None, program: Program
) -> None:
    answer = program.ask("POST", "/contacts", data=body)
    assert (answer.status_code, code(answer)) == (status, which)
    assert json.decode(answer.content)["error"]["field"] == field


def test_methods_media_types_and_sizes(program: Program) -> None:
    answer = program.ask("DELETE", "/contacts")
    assert (answer.status_code, code(answer)) == (405, "no_method")
    assert answer.headers["Allow"] == "HEAD, GET, POST"
    answer = program.ask("POST", "/contacts", data=b"name=Rina", content_type="text/plain")
    assert (answer.status_code, code(answer)) == (415, "not_json")
    answer = program.ask("POST", "/contacts", data=b'{"name": "' + b"x" * (3 << 20) + b'"}')
    assert (answer.status_code, code(answer)) == (413, "too_large")
    assert program.ask("HEAD", "/contacts").status_code == 200


def test_who_asks_too_fast_is_told_when_to_come_again(
    program: Program, monkeypatch: pytest.MonkeyPatch, outsider: Program
) -> None:
    monkeypatch.setattr(reading, "BUCKETS", Buckets(a_second=0.5, at_once=3))
    assert [program.ask("GET", "/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = program.ask("GET", "/me")
    assert code(answer) == "too_fast"
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert outsider.ask("GET", "/me").status_code == 200


def test_a_failure_of_ours_is_json_too_and_tells_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch, people: Story
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError("rahasia")

    monkeypatch.setattr("sapa.api.endpoints.customers.list_directory", fail)
    answer = program.ask("GET", "/contacts")
    assert (answer.status_code, code(answer)) == (500, "broken")
    assert b"rahasia" not in answer.content

    def busy(*_given: object, **_named: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("sapa.api.endpoints.customers.list_directory", busy)
    answer = program.ask("GET", "/contacts")
    assert (answer.status_code, code(answer)) == (503, "busy")
    assert answer.headers["Retry-After"] == "2"


def test_answers_are_kept_by_nobody_on_the_way(program: Program, people: Story) -> None:
    answer = program.ask("GET", f"/contacts/{contact('Sari Dewi').public_id}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sapa_session" not in answer.cookies
