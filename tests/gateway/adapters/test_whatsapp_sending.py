"""WhatsApp: sending in parts, files, the signature, connecting."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters._meta.signing import verify_token
from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Challenge,
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawRequest,
    Retry,
    Sent,
    TokenDeadError,
    Uncertain,
    Verified,
)
from tests.gateway.adapters import meta
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
    FILE_URL,
    NUMBER_ID,
    RINA_NUMBER,
    WABA_ID,
    received,
    text,
)
from tests.gateway.adapters.whatsapp_talk import Answer, requests_of, send, with_settings

# ── the signature ───────────────────────────────────────────────────────────────────────────────────────


def test_a_body_with_escaped_emoji_keeps_its_signature() -> None:
    """Bug 27: the signature failed on emoji only, where the JSON had been read and written again."""
    body = received(text("Halo kak 🙏"))
    assert b"\\ud83d\\ude4f" in body
    assert isinstance(ADAPTER.verify(meta.sign(body), ACCOUNT), Verified)
    rewritten = json.dumps(json.loads(body), ensure_ascii=False).encode()
    signed = meta.sign(body)
    assert not isinstance(
        ADAPTER.verify(RawRequest("POST", signed.url, signed.headers, rewritten), ACCOUNT), Verified
    )


def test_the_signature_of_the_shared_vector_is_the_same(shared: Path) -> None:
    vector = json.loads((shared / "data/channels/signature-vectors.json").read_text(encoding="utf-8"))["meta"]
    account = with_settings(app_secret=vector["app_secret"])
    headers = {vector["header"].lower(): vector["value"]}
    request = RawRequest("POST", "", headers, vector["raw_body"].encode())
    assert isinstance(ADAPTER.verify(request, account), Verified)


def test_a_channel_without_a_secret_takes_nothing() -> None:
    assert not isinstance(ADAPTER.verify(meta.sign(b"{}", ""), with_settings(app_secret="")), Verified)


@pytest.mark.django_db(transaction=True)
def test_the_address_answers_meta_while_the_channel_is_being_connected(now: datetime) -> None:
    from sapa.accounts.operations import make_business
    from sapa.channels.operations import find_or_make_channel
    from sapa.gateway.accounts import get_account
    from sapa.gateway.committer import Committer
    from sapa.gateway.hooks import Hooks

    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    channel = find_or_make_channel(business=shop, kind="whatsapp", now=now)
    token = verify_token(get_account(channel))

    async def ask(method: str, query: str) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(row: dict[str, Any]) -> None:
            sent.append(row)

        path = f"/hooks/{channel.public_id}/"
        scope = {
            "type": "http",
            "scheme": "https",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [],
        }
        await hooks(scope, receive, send)
        return sent[0]["status"], sent[1]["body"]

    committer = Committer()
    hooks = Hooks(committer)
    try:
        query = f"hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}"
        assert asyncio.run(ask("GET", query)) == (200, b"42")
        assert asyncio.run(ask("GET", query + "x"))[0] == 403
        assert asyncio.run(ask("POST", ""))[0] == 404
    finally:
        committer.end()
        hooks.end()


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[OutboundFile, ...]:
    made = []
    for number in range(3):
        path = tmp_path / f"sage{number}.jpg"
        path.write_bytes(b"\xff\xd8\xff some picture")
        made.append(OutboundFile("image", "image/jpeg", path.name, 16, str(path)))
    return tuple(made)


def test_an_album_goes_out_in_parts_with_the_words_under_the_first(
    pictures: tuple[OutboundFile, ...],
) -> None:
    requests = requests_of(Outbound("ref", RINA_NUMBER, "Pilihannya kak", files=pictures, reply_to="wamid.A"))
    bodies = [json.loads(one.content) for one in requests if one.url.path.endswith("/messages")]
    assert [body["image"].get("caption") for body in bodies] == ["Pilihannya kak", None, None]
    assert [body.get("context") for body in bodies] == [{"message_id": "wamid.A"}, None, None]
    assert [body.get("biz_opaque_callback_data") for body in bodies] == ["ref", None, None]


def test_uploads_come_before_anything_is_sent(pictures: tuple[OutboundFile, ...]) -> None:
    """A file that cannot be uploaded stops the message before anybody has seen a part of it."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rsplit("/", 1)[-1])
        if len(asked) == 3:
            raise httpx.ReadTimeout("slow", request=request)
        return httpx.Response(200, json={"id": "999"})

    result = send(Outbound("", RINA_NUMBER, "", files=pictures), answer)
    assert asked == ["media", "media", "media"]
    assert result == Retry(Failure.UNREACHABLE, detail="ReadTimeout")


def test_what_broke_off_after_the_first_part_is_for_a_teammate(pictures: tuple[OutboundFile, ...]) -> None:
    sent = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        if request.url.path.endswith("/media"):
            return httpx.Response(200, json={"id": "999"})
        sent += 1
        if sent == 2:
            return meta.fails(429, 130429)(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.OUT01"}]})

    result = send(Outbound("", RINA_NUMBER, "", files=pictures), answer)
    assert isinstance(result, Uncertain)
    assert result.detail.startswith("1 of 3 parts went out")


def test_a_long_text_stands_before_its_picture(pictures: tuple[OutboundFile, ...]) -> None:
    requests = requests_of(Outbound("", RINA_NUMBER, "a" * 1025, files=pictures[:1]))
    kinds = [json.loads(one.content)["type"] for one in requests if one.url.path.endswith("/messages")]
    assert kinds == ["text", "image"]


@pytest.mark.parametrize(
    ("out", "failure"),
    [
        (Outbound("", "Rina", "Halo"), Failure.NO_SUCH_RECIPIENT),
        (Outbound("", "", "Halo"), Failure.NO_SUCH_RECIPIENT),
        (Outbound("", RINA_NUMBER, ""), Failure.REFUSED_CONTENT),
        (Outbound("", RINA_NUMBER, "a" * 4097), Failure.TOO_LARGE),
        (Outbound("", RINA_NUMBER, "", buttons=(("a", "A"),)), Failure.REFUSED_CONTENT),
        (
            Outbound("", RINA_NUMBER, "Pilih", buttons=tuple((str(n), "x") for n in range(11))),
            Failure.REFUSED_CONTENT,
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_before_the_network(out: Outbound, failure: Failure) -> None:
    result = send(out, meta.nobody_asked)
    assert isinstance(result, Failed)
    assert result.code is failure


def test_a_value_of_a_template_has_no_line_breaks() -> None:
    template = {"name": "resi", "language": "id", "values": ["Jl. Melati 5\nBandung\t\t40115"]}
    [request] = requests_of(Outbound("", RINA_NUMBER, template=template))
    [part] = json.loads(request.content)["template"]["components"]
    assert part["parameters"] == [{"type": "text", "text": "Jl. Melati 5 Bandung 40115"}]


def test_graph_says_how_long_to_wait() -> None:
    usage = json.dumps({"102290129340398": [{"type": "messaging", "estimated_time_to_regain_access": 7}]})

    def busy(request: httpx.Request) -> httpx.Response:
        answer = meta.fails(400, 80007)(request)
        answer.headers["X-Business-Use-Case-Usage"] = usage
        return answer

    result = send(Outbound("", RINA_NUMBER, "Halo"), busy)
    assert isinstance(result, Retry)
    assert result.after is not None
    assert result.after.total_seconds() == 420


def test_a_shop_beside_the_phone_app_sends_more_slowly() -> None:
    assert [rate.count for rate in ADAPTER.capabilities_for(ACCOUNT).rates] == [80, 1]
    assert [rate.count for rate in ADAPTER.capabilities_for(with_settings(coexistence="yes")).rates] == [
        20,
        1,
    ]


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────


def fetch(ref: dict[str, str], answer: Answer) -> bytes:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return b"".join(ADAPTER.fetch_media(ref, ACCOUNT, http))


def test_an_address_in_the_webhook_saves_a_call_and_is_asked_anew_when_it_is_gone() -> None:
    """Bug 10: the file is two calls, and its address lives five minutes."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        assert request.headers["authorization"].startswith("Bearer ")
        if request.url.host == "graph.facebook.com":
            return httpx.Response(200, json={"url": FILE_URL})
        return httpx.Response(200 if len(asked) != 2 else 404, content=b"picture")

    ref = {"id": "24230790383178626", "url": FILE_URL}
    assert fetch(ref, answer) == b"picture"
    assert asked == ["lookaside.fbsbx.com"]
    assert fetch(ref, answer) == b"picture"
    assert asked[1:] == ["lookaside.fbsbx.com", "graph.facebook.com", "lookaside.fbsbx.com"]


@pytest.mark.parametrize(
    "url", ["https://evil.example/a", "http://lookaside.fbsbx.com/a", "file:///etc/passwd"]
)
def test_our_token_goes_to_no_other_machine(url: str) -> None:
    with pytest.raises(MediaGoneError):
        fetch({"url": url}, meta.nobody_asked)
    with pytest.raises(MediaGoneError):
        fetch({"id": "1"}, meta.says(url=url))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (meta.fails(400, 100, 33), MediaGoneError),
        (meta.fails(401, 190), TokenDeadError),
        (meta.fails(403, 200), TokenDeadError),
        (meta.fails(500, 131000), ProviderDownError),
        (meta.fails(429, 80007), ProviderDownError),
        (meta.unreachable, ProviderDownError),
    ],
)
def test_why_a_file_does_not_come(answer: Answer, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        fetch({"id": "24230790383178626"}, answer)


# ── connecting ──────────────────────────────────────────────────────────────────────────────────────────


def connect(answer: Answer, account: Account, now: datetime) -> dict[str, Any]:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.connect(account, http, hook_url=meta.HOOK, now=now)


def test_connecting_names_our_address_and_asks_for_the_phones_history(now: datetime) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        asked.append((request.method, request.url.path, body))
        if request.method == "GET":
            number = {"id": NUMBER_ID, "display_phone_number": "+62 811", "verified_name": "Toko Sage"}
            return httpx.Response(200, json={**number, "is_on_biz_app": True})
        return httpx.Response(200, json={"success": True})

    kept = connect(answer, ACCOUNT, now)
    assert (kept["account"], kept["coexistence"]) == (NUMBER_ID, "yes")
    assert kept["history_asked"] == "smb_app_state_sync history"
    override = {"override_callback_uri": meta.HOOK, "verify_token": meta.VERIFY_TOKEN}
    assert asked[1][1:] == (f"/v25.0/{WABA_ID}/subscribed_apps", override)
    assert asked[2][1:] == (f"/v25.0/{NUMBER_ID}", {"webhook_configuration": override})
    assert [body.get("sync_type") for *_, body in asked[3:]] == ["smb_app_state_sync", "history"]
    assert not any(meta.TOKEN in str(value) or meta.APP_SECRET in str(value) for value in kept.values())


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (meta.fails(401, 190), TokenDeadError),
        (meta.fails(400, 100, 33), TokenDeadError),
        (meta.fails(500, 2), ProviderDownError),
        (meta.gateway_breaks, ProviderDownError),
        (meta.unreachable, ProviderDownError),
    ],
)
def test_settings_that_do_not_work_connect_nothing(
    answer: Answer, problem: type[Exception], now: datetime
) -> None:
    with pytest.raises(problem) as raised:
        connect(answer, ACCOUNT, now)
    assert meta.TOKEN not in str(raised.value)


def test_a_base_address_of_the_settings_is_asked_instead(now: datetime) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(str(request.url).split("/v25.0")[0])
        return httpx.Response(200, json={"id": NUMBER_ID, "messages": [{"id": "wamid.1"}]})

    account = with_settings(base_url="http://127.0.0.1:9999/meta/")
    connect(answer, account, now)
    assert send(Outbound("", RINA_NUMBER, "Halo"), answer, account) == Sent("wamid.1")
    assert set(hosts) == {"http://127.0.0.1:9999/meta"}


def test_the_challenge_needs_the_channels_own_word() -> None:
    request, challenge = meta.ask_whether_it_is_ours()
    bare = Account(1, "0190", "whatsapp", "", "", ACCOUNT.timezone, "IDR", {})
    assert ADAPTER.verify(request, ACCOUNT) == challenge
    assert not isinstance(ADAPTER.verify(request, bare), Challenge)
    assert verify_token(bare) == verify_token(bare)
    assert len(verify_token(bare)) == 32
