"""The visitors' front with the intake behind it, driven as an ASGI server would drive it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import disconnect_channel
from sapa.channels.queries import get_settings
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations import note_stirs
from sapa.conversations.operations.merging import merge_conversations, split_conversation
from sapa.gateway import dispatch
from sapa.gateway.committer import Committer
from sapa.gateway.hooks import Hooks
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Payload
from sapa.gateway.web import front as front_module
from sapa.gateway.web import limits
from sapa.gateway.web.front import Front
from sapa.gateway.web.limits import Limit, Limiter
from sapa.gateway.web.sites import find_site, tell_shop
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://tokosage.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def shop(transactional_db: None, now: datetime) -> Business:
    from sapa.accounts.operations import make_business

    return make_business(name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=now)


@pytest.fixture
def web(shop: Business, now: datetime) -> Channel:
    with httpx.Client() as http:
        return dispatch.try_and_connect(
            business=shop,
            kind="web",
            name="",
            settings={"origins": SITE, "whatsapp": "0812-3456-7890", "track": "always"},
            base_url="https://sapa.example",
            by=None,
            now=now,
            http=http,
        )


class Browser:
    """What a page of the shop's site can do: calls in one event loop, from one address."""

    def __init__(self, front: Front, key: str) -> None:
        self.front, self.key = front, key

    async def send(
        self,
        part: str,
        said: object = None,
        *,
        origin: str = SITE,
        method: str = "POST",
        query: str = "lang=id",
        leaves: asyncio.Event | None = None,
        key: str = "",
    ) -> tuple[int, Any, dict[str, str]]:
        body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
        bodies = iter([{"type": "http.request", "body": body, "more_body": False}])
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            found = next(bodies, None)
            if found is None:
                await (leaves or asyncio.Event()).wait()
            return found or {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(b"host", b"sapa.example"), *([(b"origin", origin.encode())] if origin else [])]
        scope = {
            "type": "http",
            "scheme": "https",
            "method": method,
            "path": f"/widget/{key or self.key}/{part}",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("192.0.2.7", 1),
        }
        await self.front(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        raw = sent[1]["body"]
        content = json.loads(raw) if raw and told["content-type"] == "application/json" else raw
        return sent[0]["status"], content, told

    def call(self, part: str, said: object = None, **more: Any) -> tuple[int, Any]:
        return asyncio.run(self.send(part, said, **more))[:2]

    def visitor(self) -> str:
        return str(self.call("hello", {"new": True})[1]["visitor"])


@pytest.fixture
def browser(web: Channel, now: datetime) -> Iterator[Browser]:
    committer = Committer()
    hooks = Hooks(committer)
    front = Front(hooks, lambda: now)
    yield Browser(front, str(web.public_id))
    for part in (committer, hooks, front):
        part.end()


def message(
    visitor: str, text: str = "Kak, sage L masih ada?", own_id: str = "m-1", **more: Any
) -> dict[str, Any]:
    return {"visitor": visitor, "id": own_id, "text": text, **more}


def upload(visitor: str, content: bytes) -> bytes:
    return json.dumps({"visitor": visitor, "name": "foto.png"}).encode() + b"\n" + content


def answer(shop: Business, text: str, now: datetime) -> None:
    thread = Conversation.objects.get(business=shop)
    dispatch.send_message(
        business=shop, conversation=thread, text=text, by=shop.teammates.get(), idempotency_key=text, now=now
    )
    with httpx.Client() as http:
        dispatch.send_due(now=now, http=http)


def test_a_message_comes_into_the_inbox_once_and_its_answer_back(
    browser: Browser, shop: Business, now: datetime
) -> None:
    visitor = browser.visitor()
    for _again in range(2):
        assert browser.call("send", message(visitor, name="Rina", phone="0812-9999-8888")) == (
            200,
            {"kept": True},
        )
    digest_payloads(business=shop, now=now)
    said = Message.objects.get()
    assert (said.text, said.source, said.provider_id) == ("Kak, sage L masih ada?", "live", "m-1")
    assert said.conversation.waiting_since is not None
    answer(shop, "Masih, Kak.", now)
    status, told = browser.call("thread", {"visitor": visitor})
    assert status == 200
    shown = [(one["in"], one["text"], one["by"]) for one in told["messages"]]
    assert shown == [(True, "Kak, sage L masih ada?", ""), (False, "Masih, Kak.", "Bu Tuti")]
    assert told["messages"][0]["id"] == "m-1"
    assert browser.call("thread", {"visitor": visitor, "have": told["version"]})[1] == {
        "version": told["version"]
    }


def test_who_writes_is_somebody_and_what_they_typed_joins_no_customer(
    browser: Browser, shop: Business, now: datetime
) -> None:
    from sapa.contacts.operations.identify import PersonSeen, identify_many
    from sapa.contacts.types import NormalKey

    seen = PersonSeen(("row", "1"), "Rina Wulandari", (NormalKey("phone", "+6281299998888"),))
    (rina,) = identify_many(business=shop, people=[seen], now=now)
    page = {"type": "page", "messageId": "v-1", "context": {"page": {"path": "/harga"}}}
    visitor = browser.visitor()
    browser.call("views", {"visitor": visitor, "batch": [page]})
    digest_payloads(business=shop, now=now)
    looked = Touchpoint.objects.get(kind="web.price_page")
    assert looked.identity.contact_id is None
    browser.call("send", message(visitor, name="Rina palsu", phone="0812-9999-8888"))
    digest_payloads(business=shop, now=now)
    speaker = Conversation.objects.get().identity
    assert speaker is not None
    assert speaker.contact is not None
    assert speaker.contact.name == "Rina palsu"
    assert speaker.contact_id != rina.contact_id
    looked.identity.refresh_from_db()
    assert looked.identity.contact_id == speaker.contact_id


def test_a_proof_is_never_stored(browser: Browser, web: Channel) -> None:
    visitor, secret = browser.visitor(), get_settings(web)["identity_secret"]
    proof = hmac.new(secret.encode(), b"pelanggan-12", hashlib.sha256).hexdigest()
    browser.call("send", message(visitor, user="pelanggan-12", user_hash=proof))
    browser.call("views", {"visitor": visitor, "sentAt": "", "batch": [{"type": "page", "messageId": "v"}]})
    for payload in Payload.objects.all():
        stored = bytes(payload.body).decode() + json.dumps(payload.head)
        assert visitor.partition(".")[2] not in stored
        assert proof not in stored
    assert json.loads(bytes(Payload.objects.earliest("id").body))["user"] == "pelanggan-12"


def test_a_wrong_proof_names_nobody(browser: Browser) -> None:
    browser.call("send", message(browser.visitor(), user="pelanggan-12", user_hash="0" * 64))
    assert "user" not in json.loads(bytes(Payload.objects.get().body))


@pytest.mark.parametrize("part", ["send", "seen", "views", "thread", "upload"])
def test_nobody_reads_or_writes_for_another_visitor(browser: Browser, part: str) -> None:
    mine, theirs = browser.visitor(), browser.visitor()
    forged = theirs.partition(".")[0] + "." + mine.partition(".")[2]
    for credential in (forged, theirs.partition(".")[0], "", None):
        status, told = browser.call(part, {"visitor": credential, "text": "x", "id": "1"})
        assert (status, told["code"]) == (401, "visitor")
    assert Payload.objects.count() == 0


@pytest.mark.parametrize(
    "origin", ["", "null", "https://jahat.example", "https://tokosage.example.jahat.example"]
)
def test_a_page_of_another_site_gets_nothing(browser: Browser, origin: str) -> None:
    status, told, headers = asyncio.run(browser.send("hello", {"new": True}, origin=origin))
    assert (status, told["code"]) == (403, "origin")
    assert "access-control-allow-origin" not in headers


def test_a_named_site_is_answered_by_its_own_name(browser: Browser) -> None:
    status, told, headers = asyncio.run(browser.send("hello"))
    assert status == 200
    assert headers["access-control-allow-origin"] == SITE
    assert headers["vary"] == "Origin"
    assert (told["shop"], told["open"], told["whatsapp"]) == (
        "Toko Sage",
        True,
        "https://wa.me/6281234567890",
    )
    assert "visitor" not in told
    assert asyncio.run(browser.send("send", method="OPTIONS"))[0] == 204


def test_the_hook_itself_takes_nothing_from_outside(browser: Browser, web: Channel) -> None:
    raw = json.dumps({"type": "message", "visitor": "v", "id": "1", "text": "Halo"}).encode()
    scope = {
        "type": "http",
        "scheme": "https",
        "method": "POST",
        "path": f"/hooks/{web.public_id}/",
        "query_string": b"",
        "headers": [],
    }
    assert asyncio.run(front_module._status_of(browser.front._hooks, scope, raw)) == 401
    assert Payload.objects.count() == 0


@pytest.mark.parametrize(
    ("part", "said", "status", "code"),
    [
        ("send", {"text": " ", "id": "1"}, 422, "empty"),
        ("send", {"text": "Halo"}, 422, "empty"),
        ("send", {"text": "x" * 4001, "id": "1"}, 422, "too_long"),
        ("send", {"text": "Halo", "id": "1", "phone": "08123"}, 422, "phone"),
        ("send", {"text": "Halo", "id": "1", "email": "rina@"}, 422, "email"),
        ("send", {"text": "Halo", "id": "1", "files": ["karangan"]}, 422, "file"),
        ("views", {"batch": []}, 422, "batch"),
        ("views", {"batch": [{}] * 51}, 422, "batch"),
        ("seen", {"ids": "semua"}, 422, "empty"),
        ("poke", {}, 404, "unknown"),
    ],
)
def test_bad_input_gets_a_sentence(
    browser: Browser, part: str, said: dict[str, Any], status: int, code: str
) -> None:
    found, told = browser.call(part, {"visitor": browser.visitor(), **said})
    assert (found, told["code"]) == (status, code)
    assert told["said"]
    assert Payload.objects.count() == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 5000])
def test_what_is_no_object_is_refused(browser: Browser, raw: bytes) -> None:
    assert browser.call("send", raw)[0] == 400
    assert browser.call("send", b"x" * (front_module.MOST_BYTES + 1))[0] == 413


def test_a_site_that_is_disconnected_or_never_was_is_unknown(
    browser: Browser, web: Channel, now: datetime
) -> None:
    assert browser.call("hello", key="bukan-kunci")[0] == 404
    assert browser.call("hello", key="019a0000-0000-7000-8000-000000000007")[0] == 404
    disconnect_channel(channel=web, by=None, now=now)
    assert browser.call("hello")[0] == 404


def test_pages_are_not_counted_where_the_owner_said_never(
    browser: Browser, web: Channel, now: datetime
) -> None:
    from sapa.channels.operations import save_settings

    save_settings(channel=web, settings={"track": "never"}, now=now)
    view = {"visitor": browser.visitor(), "batch": [{"type": "page", "messageId": "v"}]}
    assert browser.call("views", view)[0] == 403


def test_a_waiting_visitor_hears_at_once_and_one_who_leaves_holds_nothing(
    browser: Browser, shop: Business, now: datetime
) -> None:
    visitor = browser.visitor()
    browser.call("send", message(visitor))
    digest_payloads(business=shop, now=now)
    version = browser.call("thread", {"visitor": visitor})[1]["version"]
    asked = {"visitor": visitor, "have": version, "wait": True}

    async def wait() -> tuple[Any, float]:
        loop = asyncio.get_running_loop()
        waiting = asyncio.ensure_future(browser.send("thread", asked))
        await asyncio.sleep(1.0)
        assert not waiting.done()
        began = loop.time()
        await asyncio.to_thread(_in_a_thread_of_its_own, lambda: answer(shop, "Masih, Kak.", now))
        told = (await asyncio.wait_for(waiting, 10))[1]
        return told, loop.time() - began

    async def leave() -> int:
        gone = asyncio.Event()
        waiting = [asyncio.ensure_future(browser.send("thread", asked_again, leaves=gone)) for _ in range(6)]
        await asyncio.sleep(0.3)
        full = await browser.send("thread", asked_again)
        gone.set()
        await asyncio.wait_for(asyncio.gather(*waiting), 5)
        assert browser.front._waiting._count == 0
        return full[0]

    told, seconds = asyncio.run(wait())
    assert [one["text"] for one in told["messages"]] == ["Kak, sage L masih ada?", "Masih, Kak."]
    assert seconds < 5
    asked_again = {**asked, "have": told["version"]}
    assert asyncio.run(leave()) == 429


def _in_a_thread_of_its_own(do: Callable[[], None]) -> None:
    from django.db import connection

    try:
        do()
    finally:
        connection.close()


def test_what_waits_or_failed_is_not_shown_and_a_deleted_message_has_no_words(
    browser: Browser, shop: Business, now: datetime
) -> None:
    visitor = browser.visitor()
    browser.call("send", message(visitor))
    digest_payloads(business=shop, now=now)
    for text in ("Terkirim", "Rahasia"):
        answer(shop, text, now)
    thread = Conversation.objects.get()
    with write():
        Message.objects.filter(text="Rahasia").update(send_status="uncertain")
        Message.objects.filter(text="Terkirim").update(is_deleted=True)
        note_stirs(business=shop, conversation_ids=[thread.pk], what="message", now=now)
    shown = browser.call("thread", {"visitor": visitor})[1]["messages"]
    assert [(one["text"], one["gone"]) for one in shown] == [("Kak, sage L masih ada?", False), ("", True)]


def test_a_thread_that_teammates_split_or_joined_still_answers_its_visitor(
    browser: Browser, shop: Business, now: datetime
) -> None:
    mine, theirs = browser.visitor(), browser.visitor()
    for visitor, text, own_id in ((mine, "Pertanyaan saya", "a"), (theirs, "Rahasia orang lain", "b")):
        browser.call("send", message(visitor, text, own_id))
    digest_payloads(business=shop, now=now)
    browser.call("send", message(mine, "Soal lain", "c"))
    digest_payloads(business=shop, now=now + timedelta(minutes=1))
    own, other = Conversation.objects.order_by("id")
    split = split_conversation(
        business=shop, conversation=own, message=Message.objects.get(text="Soal lain"), by=None, now=now
    )
    assert [one["text"] for one in browser.call("thread", {"visitor": mine})[1]["messages"]] == [
        "Pertanyaan saya",
        "Soal lain",
    ]
    merge_conversations(business=shop, kept=other, absorbed=[split], by=None, now=now)
    later = now + timedelta(minutes=5)
    dispatch.send_message(
        business=shop, conversation=other, text="Ini jawabannya", by=None, idempotency_key="j", now=later
    )
    with httpx.Client() as http:
        dispatch.send_due(now=later, http=http)
    shown = [one["text"] for one in browser.call("thread", {"visitor": mine})[1]["messages"]]
    assert shown == ["Pertanyaan saya", "Soal lain", "Ini jawabannya"]


def test_a_read_message_is_known_to_be_read(browser: Browser, shop: Business, now: datetime) -> None:
    visitor = browser.visitor()
    browser.call("send", message(visitor))
    digest_payloads(business=shop, now=now)
    answer(shop, "Masih, Kak.", now)
    shown = browser.call("thread", {"visitor": visitor})[1]["messages"]
    assert browser.call("seen", {"visitor": visitor, "ids": [shown[1]["id"]]})[0] == 200
    digest_payloads(business=shop, now=now + timedelta(seconds=1))
    assert Message.objects.get(direction="out").send_status == "read"


def test_a_picture_goes_up_is_sent_and_only_its_visitor_has_the_link(
    browser: Browser, shop: Business, now: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine, theirs = browser.visitor(), browser.visitor()
    status, kept = browser.call("upload", upload(mine, PNG))
    assert status == 200
    stolen = browser.call("send", message(theirs, "", files=[kept["file"]]))
    assert (stolen[0], stolen[1]["code"]) == (422, "file")
    assert browser.call("send", message(mine, "", files=[kept["file"]]))[0] == 200
    digest_payloads(business=shop, now=now)
    with httpx.Client() as http:
        dispatch.fetch_due_media(now=now, http=http)
    one = browser.call("thread", {"visitor": mine})[1]["messages"][0]["files"][0]
    path, _mark, query = one["link"].partition("?")
    part = path.split("/", 3)[3]
    status, content, headers = asyncio.run(browser.send(part, method="GET", query=query, origin=""))
    assert (status, content) == (200, PNG)
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    for other in (query[:-1] + ("0" if query[-1] != "0" else "1"), query.replace("k=", "k=9"), ""):
        assert browser.call(part, method="GET", query=other, origin="")[0] == 404


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"MZ\x90\0"]
)
def test_what_could_run_is_not_taken(browser: Browser, content: bytes) -> None:
    status, told = browser.call("upload", upload(browser.visitor(), content))
    assert (status, told["code"]) == (422, "file")


def test_floods_are_slowed_and_wait_is_said(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGES_OF_VISITOR", Limit("few", 2, 60))
    visitor = browser.visitor()
    found = [asyncio.run(browser.send("send", message(visitor, own_id=f"m-{number}"))) for number in range(3)]
    assert [one[0] for one in found] == [200, 200, 429]
    assert found[2][2]["retry-after"] == "3"


def test_a_bucket_fills_again_and_forgets_the_oldest() -> None:
    limiter, limit = Limiter(remembered=2), Limit("l", 2, 10)
    assert [limiter.allows(limit, "a", 0.0) for _ in range(3)] == [True, True, False]
    assert limiter.allows(limit, "a", 5.0)
    assert not limiter.allows(limit, "a", 5.0)
    for caller in ("b", "c"):
        limiter.allows(limit, caller, 5.0)
    assert limiter.allows(limit, "a", 5.0)


@pytest.mark.parametrize(
    ("hour", "day", "language", "sentence"),
    [
        (10, 21, "id", "Kami sedang buka. Tulis saja."),
        (6, 21, "id", "Kami buka hari ini 09.00. Tinggalkan nomor WA."),
        (20, 20, "id", "Kami buka besok 09.00. Tinggalkan nomor WA."),
        (18, 21, "id", "Kami buka Senin 09.00. Tinggalkan nomor WA."),
        (18, 21, "en", "We open Monday 09.00. Leave your WhatsApp number."),
    ],
)
def test_the_visitor_hears_when_the_shop_opens(
    web: Channel, now: datetime, hour: int, day: int, language: str, sentence: str
) -> None:
    site = find_site(str(web.public_id))
    assert site is not None
    told = tell_shop(site, language=language, now=now.replace(day=day, hour=hour, minute=0))
    assert told["sentence"] == sentence
