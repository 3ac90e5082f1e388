"""The same questions for every adapter; what it is asked with stands in `cases_<folder>.py` beside this."""

from __future__ import annotations

import json
import logging
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any, get_args

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.gateway.adapters as here
from sapa.gateway.contract import (
    Challenge,
    MediaGoneError,
    ProviderDownError,
    RawItem,
    RawRequest,
    Rejected,
    Sent,
    TokenDeadError,
    Verified,
)
from sapa.gateway.registry import find_adapter, list_adapters
from sapa.gateway.types import (
    Event,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Reacted,
    ReceiptGiven,
    Unsupported,
)
from tests.gateway.adapters.cases import AdapterCases

EVENTS = get_args(Event)
STATUSES = {"sent", "delivered", "read", "played", "failed"}
SOURCES = {"live", "echo", "history", "import"}
LONGEST = {
    "dedupe_key": 64,
    "provider_id": 255,
    "reply_to": 255,
    "client_ref": 64,
    "conversation_key": 255,
    "old_key": 255,
    "new_key": 255,
    "failure": 60,
}


def _load() -> dict[str, AdapterCases]:
    found = (
        module.name for module in pkgutil.iter_modules(here.__path__) if module.name.startswith("cases_")
    )
    return {
        name.removeprefix("cases_"): import_module(f"{here.__name__}.{name}").CASES for name in sorted(found)
    }


ALL = _load()


@pytest.fixture(params=list(ALL), ids=list(ALL))
def cases(request: pytest.FixtureRequest) -> AdapterCases:
    return ALL[request.param]


def needs(value: Any, what: str) -> Any:
    if value is None or value == {}:
        pytest.skip(f"this channel has no {what}")
    return value


def stored(cases: AdapterCases, body: bytes | RawItem) -> RawRequest | RawItem:
    """A body as the intake hands it to `parse`: verified, stored as JSON and bytes, and read again."""
    if isinstance(body, RawItem):
        return RawItem(body.dedupe_key, bytes(body.body), json.loads(json.dumps(dict(body.head))))
    assert cases.sign is not None, "a channel whose bodies are requests needs `sign`"
    verdict = cases.adapter.verify(cases.sign(body), cases.account)
    head: Mapping[str, Any] = verdict.head if isinstance(verdict, Verified) else {}
    return RawRequest("POST", "", json.loads(json.dumps(dict(head))), body)


def parse(cases: AdapterCases, body: bytes | RawItem) -> list[Any]:
    return list(cases.adapter.parse(stored(cases, body), cases.account))


def with_body(cases: AdapterCases, like: bytes | RawItem, body: bytes) -> list[Any]:
    """What `parse` makes of other bytes beside the same head."""
    raw = stored(cases, like)
    return list(cases.adapter.parse(replace(raw, body=body), cases.account))


def body_of(given: bytes | RawItem) -> bytes:
    return given.body if isinstance(given, RawItem) else given


def of_kind(events: list[Any], kind: type) -> list[Any]:
    found = [event for event in events if isinstance(event, kind)]
    assert found, f"no {kind.__name__} in {events!r}"
    return found


def _moments(value: Any) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _moments(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _moments(getattr(value, field.name))


def assert_well_formed(cases: AdapterCases, events: list[Any]) -> None:
    for event in events:
        assert isinstance(event, EVENTS), event
        channel = getattr(event, "channel", None)
        assert channel is None or channel.name == cases.account.name, event
        assert all(moment.tzinfo is not None for moment in _moments(event)), event
        for name, longest in LONGEST.items():
            value = getattr(event, name, "")
            assert isinstance(value, str), (name, event)
            assert len(value) <= longest, (name, event)
        if hasattr(event, "dedupe_key"):
            assert event.dedupe_key, event
        if isinstance(event, MessageReceived):
            assert event.source in SOURCES, event
            assert isinstance(event.text, str), event
            assert 0 < len(event.conversation.key) <= 255, event
        if isinstance(event, ReceiptGiven):
            assert event.status in STATUSES, event
            assert event.provider_id or event.up_to, event


def assert_same(events: list[Any], again: list[Any]) -> None:
    assert repr(events) == repr(again)


def secrets_of(cases: AdapterCases) -> list[str]:
    """The values of settings that nobody may read anywhere."""
    named = {field.name for field in cases.adapter.guide.fields if field.is_secret}
    words = ("token", "secret", "password", "app_key", "server_key", "private")
    return [
        str(value)
        for name, value in cases.account.settings.items()
        if (name in named or any(word in name for word in words))
        and name != "token_expires_at"
        and len(str(value)) >= 6
    ]


def assert_no_secret(cases: AdapterCases, *shown: object) -> None:
    for secret in secrets_of(cases):
        for text in map(str, shown):
            assert secret not in text, f"a secret stands in {text[:200]!r}"


# ── what it is ───────────────────────────────────────────────────────────────────────────────────────


def test_every_adapter_has_its_cases_and_is_found_by_its_kind() -> None:
    with_cases = {cases.adapter.kind for cases in ALL.values()}
    assert with_cases == set(list_adapters())
    for kind, adapter in list_adapters().items():
        assert find_adapter(kind) is adapter


def test_its_account_is_of_its_kind_and_hides_its_settings(cases: AdapterCases) -> None:
    assert cases.account.kind == cases.adapter.kind
    assert_no_secret(cases, repr(cases.account), repr(cases.adapter))


def test_its_guide_asks_for_each_setting_once(cases: AdapterCases) -> None:
    names = [field.name for field in cases.adapter.guide.fields]
    assert len(names) == len(set(names))
    assert str(cases.adapter.guide.title)
    assert all(str(field.label) for field in cases.adapter.guide.fields)


# ── verify ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_takes_what_the_provider_signed(cases: AdapterCases) -> None:
    sign: Callable[[bytes], RawRequest] = needs(cases.sign, "webhooks")
    verdict = cases.adapter.verify(sign(body_of(cases.message)), cases.account)
    assert isinstance(verdict, Verified), verdict
    assert_no_secret(cases, json.dumps(dict(verdict.head)))


def test_it_takes_no_forged_request(cases: AdapterCases) -> None:
    forge: Callable[[bytes], RawRequest] = needs(cases.forge, "webhooks that could be forged")
    verdict = cases.adapter.verify(forge(body_of(cases.message)), cases.account)
    assert isinstance(verdict, Rejected), verdict
    assert 400 <= verdict.status < 500
    assert_no_secret(cases, verdict.why)


def test_no_header_is_no_signature(cases: AdapterCases) -> None:
    needs(cases.forge, "webhooks that could be forged")
    if cases.signs_in_body:
        pytest.skip("the proof is in the body")
    bare = RawRequest("POST", "https://sapa.example/hooks/x/", {}, body_of(cases.message))
    assert isinstance(cases.adapter.verify(bare, cases.account), Rejected)


@pytest.mark.parametrize(
    "junk", ["", "ñandú ÿ", "sha256=", "sha256=ñ", "t=,s=", "t=x,s=ñ", "Basic ñ", "\x00"]
)
def test_a_strange_header_is_no_accident(cases: AdapterCases, junk: str) -> None:
    sign: Callable[[bytes], RawRequest] = needs(cases.sign, "webhooks")
    signed = sign(body_of(cases.message))
    for name in signed.headers:
        asked = replace(signed, headers={**signed.headers, name: junk})
        assert isinstance(cases.adapter.verify(asked, cases.account), Verified | Rejected | Challenge)
    for body in (b"", b"\xff\xfe", b"[]", b"null"):
        assert isinstance(
            cases.adapter.verify(replace(signed, body=body), cases.account), Verified | Rejected | Challenge
        )


def test_it_answers_the_challenge(cases: AdapterCases) -> None:
    request, expected = needs(cases.challenge, "challenge")
    assert cases.adapter.verify(request, cases.account) == expected


def test_it_answers_no_challenge_with_another_token(cases: AdapterCases) -> None:
    request, _ = needs(cases.challenge, "challenge")
    if not request.query:
        pytest.skip("this challenge is no query")
    spoiled = {name: value + "x" if "token" in name else value for name, value in request.query.items()}
    if spoiled == dict(request.query):
        pytest.skip("this challenge shows no token")
    assert isinstance(cases.adapter.verify(replace(request, query=spoiled), cases.account), Rejected)


# ── parse ────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_a_message(cases: AdapterCases) -> None:
    events = parse(cases, cases.message)
    assert events
    assert not any(isinstance(event, Unsupported) for event in events), events
    assert_well_formed(cases, events)
    for event in events:
        if isinstance(event, MessageReceived):
            assert event.person is not None
            assert event.source == "live"
    assert_no_secret(cases, repr(events))


def test_the_same_body_twice_gives_the_same_events(cases: AdapterCases) -> None:
    assert_same(parse(cases, cases.message), parse(cases, cases.message))


def test_the_unknown_becomes_unsupported(cases: AdapterCases) -> None:
    events = of_kind(parse(cases, cases.unknown), Unsupported)
    assert all(event.code for event in events)
    assert_no_secret(cases, repr(events))


def test_an_empty_body_is_nothing_or_unsupported(cases: AdapterCases) -> None:
    assert all(isinstance(event, Unsupported) for event in with_body(cases, cases.message, b""))


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b"{}", b"0", b'"x"', b"[null]", b"\xff\xfe\x00", b"{" * 2000, b"<html>"]
)
def test_what_is_no_body_of_the_provider_raises_nothing(cases: AdapterCases, body: bytes) -> None:
    assert_well_formed(cases, with_body(cases, cases.message, body))


def all_bodies(cases: AdapterCases) -> list[bytes | RawItem]:
    more = [cases.edit, cases.delete, cases.reaction, cases.reaction_taken_back, cases.echo, cases.history]
    return [cases.message, *cases.receipts.values(), *(body for body in more if body is not None)]


_FUZZ = settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)


@_FUZZ
@given(data=st.data())
def test_random_bytes_raise_nothing(cases: AdapterCases, data: st.DataObject) -> None:
    assert_well_formed(cases, with_body(cases, cases.message, data.draw(st.binary(max_size=400))))


@_FUZZ
@given(data=st.data())
def test_a_torn_body_raises_nothing(cases: AdapterCases, data: st.DataObject) -> None:
    given_body = data.draw(st.sampled_from(all_bodies(cases)))
    body = body_of(given_body)
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    put = data.draw(st.sampled_from([b"", b"0", b"null", b"[]", b"{}", b'"', b"\xff", b"\\u0000", b"-1e999"]))
    for torn in (body[:start], body[:start] + put + body[end:]):
        assert_well_formed(cases, with_body(cases, given_body, torn))


JUNK: list[Any] = [
    None, True, 0, -1, 1e308, 2**63, 10**20, "", "x", "\x00", "ñ" * 300, "٣", [], {}, [None], [[]], {"id": []},
]  # fmt: skip


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _places(value, (*path, name))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _places(value, (*path, number))


def _put(node: Any, path: tuple[Any, ...], value: Any, *, drop: bool) -> Any:
    if not path:
        return value
    copied = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1 and drop:
        del copied[path[0]]
    else:
        copied[path[0]] = _put(copied[path[0]], path[1:], value, drop=drop)
    return copied


def test_any_field_may_be_missing_or_of_another_type(cases: AdapterCases) -> None:
    """Every place of every body, one by one: gone, or something else."""
    for given_body in all_bodies(cases):
        try:
            content = json.loads(body_of(given_body))
        except ValueError:
            continue
        for path in _places(content):
            changed = [_put(content, path, junk, drop=False) for junk in JUNK]
            changed += [_put(content, path, None, drop=True)] if path else []
            for one in changed:
                body = json.dumps(one).encode()
                try:
                    events = with_body(cases, given_body, body)
                except Exception as error:  # noqa: BLE001 - the place is what the author must know
                    pytest.fail(f"{error!r} at {path}: {body[:300]!r}")
                assert_well_formed(cases, events)


def test_each_receipt_says_its_status(cases: AdapterCases) -> None:
    for name, body in needs(cases.receipts, "receipts").items():
        events = parse(cases, body)
        assert {event.status for event in of_kind(events, ReceiptGiven)} == {name.split(":")[0]}
        assert_well_formed(cases, events)
    told = {name.split(":")[0] for name in cases.receipts}
    assert cases.adapter.capabilities.receipts <= told


def test_an_edit_names_the_message_and_the_new_words(cases: AdapterCases) -> None:
    [edit] = of_kind(parse(cases, needs(cases.edit, "edits")), MessageEdited)
    assert edit.provider_id
    assert edit.text


def test_a_deletion_names_the_message(cases: AdapterCases) -> None:
    [gone] = of_kind(parse(cases, needs(cases.delete, "deletions")), MessageDeleted)
    assert gone.provider_id


def test_a_reaction_is_no_message(cases: AdapterCases) -> None:
    events = parse(cases, needs(cases.reaction, "reactions"))
    [reacted] = of_kind(events, Reacted)
    assert reacted.emoji
    assert reacted.provider_id
    assert not any(isinstance(event, MessageReceived) for event in events)


def test_a_reaction_taken_back_has_no_emoji(cases: AdapterCases) -> None:
    [reacted] = of_kind(parse(cases, needs(cases.reaction_taken_back, "reactions")), Reacted)
    assert reacted.emoji == ""
    assert reacted.provider_id


def test_an_echo_is_the_shops_own(cases: AdapterCases) -> None:
    events = parse(cases, needs(cases.echo, "echoes"))
    for event in of_kind(events, MessageReceived):
        assert event.person is None
        assert event.source == "echo"
        assert event.provider_id or event.client_ref
    assert_well_formed(cases, events)


def test_history_is_marked_as_such(cases: AdapterCases) -> None:
    events = parse(cases, needs(cases.history, "history"))
    assert {event.source for event in of_kind(events, MessageReceived)} == {"history"}
    assert_well_formed(cases, events)


# ── send and fetch_media ─────────────────────────────────────────────────────────────────────────────


def test_each_answer_of_the_provider_is_understood(
    cases: AdapterCases, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = needs(cases.answers, "sending")
    out = needs(cases.out, "sending")
    caplog.set_level(logging.DEBUG)
    for situation, (answer, expected) in answers.items():
        with httpx.Client(transport=httpx.MockTransport(answer), timeout=5) as http:
            result = cases.adapter.send(out, cases.account, http)
        assert type(result) is type(expected), f"{situation}: {result!r}"
        if isinstance(expected, Sent):
            assert result == expected, situation
        for name in ("code", "after", "new_recipient"):
            wanted = getattr(expected, name, None)
            if wanted not in (None, ""):
                assert getattr(result, name) == wanted, f"{situation}: {result!r}"
        assert_no_secret(cases, repr(result))
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    printed = capsys.readouterr()
    assert_no_secret(cases, *logged, printed.out, printed.err)


def test_who_sends_knows_what_may_go_wrong(cases: AdapterCases) -> None:
    if not cases.adapter.capabilities.sends:
        pytest.skip("nothing can be sent")
    if not cases.speaks_http:
        pytest.skip("tried with a real counterpart")
    assert {"sent", "token_dead", "down", "broke_off"} <= set(cases.answers)


def test_a_file_is_fetched_or_it_is_said_why_not(cases: AdapterCases) -> None:
    ref = needs(cases.media_ref, "files")
    refused = {"gone": MediaGoneError, "token_dead": TokenDeadError, "down": ProviderDownError}
    assert {"ok", *refused} <= set(cases.media_answers)
    for situation, answer in cases.media_answers.items():
        with httpx.Client(transport=httpx.MockTransport(answer), timeout=5) as http:
            if situation not in refused:
                assert b"".join(cases.adapter.fetch_media(ref, cases.account, http)) == b"picture"
                continue
            with pytest.raises(refused[situation]) as raised:
                b"".join(cases.adapter.fetch_media(ref, cases.account, http))
            assert_no_secret(cases, raised.value)
