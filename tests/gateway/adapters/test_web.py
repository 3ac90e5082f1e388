"""The adapter of the shop's own site: what a visitor's body becomes, and what it may never become."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.web import ADAPTER
from sapa.gateway.adapters.web.door import door_headers
from sapa.gateway.adapters.web.origins import is_allowed, list_origins, normalise_origin
from sapa.gateway.adapters.web.parsing import true_moment
from sapa.gateway.adapters.web.visitors import find_user, find_visitor, new_credential
from sapa.gateway.contract import RawItem, RawRequest, Rejected, TokenDeadError
from sapa.gateway.types import (
    Behaved,
    ConsentStated,
    FormFilled,
    Key,
    MessageReceived,
    PersonDescribed,
    Unsupported,
)
from tests.gateway.adapters.cases_web import ACCOUNT, ARRIVED, MESSAGE, SECRET, VISITOR, body, sign

SENT = "2026-11-21T07:30:00.000Z"


def read(**values: Any) -> list[Any]:
    return ADAPTER.parse(RawItem("", body(visitor=VISITOR, **values), {"at": ARRIVED.isoformat()}), ACCOUNT)


def view(seq: int, at: str, path: str = "/", **values: Any) -> dict[str, Any]:
    page = {"url": f"https://tokosage.example{path}", "path": path, "title": "Toko Sage"}
    return {
        "type": "page",
        "messageId": f"m-{seq}",
        "seq": seq,
        "timestamp": at,
        "properties": {"seconds": 12.4},
        "context": {"page": page},
        **values,
    }


def views(*batch: dict[str, Any], **values: Any) -> list[Any]:
    return read(type="views", sentAt=SENT, batch=list(batch), **values)


def test_a_message_is_the_visitors_and_what_they_typed_of_themselves_is_not_believed() -> None:
    said, typed = ADAPTER.parse(RawItem("", MESSAGE, {"at": ARRIVED.isoformat()}), ACCOUNT)
    assert isinstance(said, MessageReceived)
    assert (said.source, said.text, said.conversation.key) == ("live", "Kak, sage L masih ada?", VISITOR)
    assert said.person is not None
    assert said.person.record == ("visitor", VISITOR)
    assert said.person.keys == (Key("web", VISITOR),)
    assert isinstance(typed, PersonDescribed)
    assert typed.person.keys == (Key("phone", "+6281234567890"),)
    assert typed.person.trusted is False
    assert said.origin is not None
    assert (said.origin.channel, said.origin.referrer) == ("instagram", "l.instagram.com")
    assert said.at == ARRIVED - timedelta(seconds=5)


def test_only_the_sites_own_word_on_who_is_signed_in_is_believed() -> None:
    said, described = read(type="message", id="1", text="Halo", user="pelanggan-12", phone="+6281234567890")
    assert said.person.keys == (Key("web", VISITOR), Key("user", "pelanggan-12"))
    assert said.person.trusted is True
    assert isinstance(described, PersonDescribed)
    assert described.person.trusted is False
    assert described.person.keys == (Key("phone", "+6281234567890"),)


@pytest.mark.parametrize(
    ("at", "sent", "ago"),
    [
        ("2026-11-21T07:29:00Z", "2026-11-21T07:30:00Z", timedelta(minutes=1)),
        ("2031-01-01T00:00:00Z", "2031-01-01T00:02:00Z", timedelta(minutes=2)),  # a clock years ahead
        ("2026-11-21T07:31:00Z", "2026-11-21T07:30:00Z", timedelta(0)),  # done after it was sent: no
        ("2026-10-01T00:00:00Z", "2026-11-21T07:30:00Z", timedelta(days=7)),
        ("kemarin", "sekarang", timedelta(0)),
        (None, None, timedelta(0)),
        ("2026-11-21T07:29:00", "2026-11-21T07:30:00Z", timedelta(0)),  # one without a zone: not comparable
    ],
)
def test_a_wrong_clock_moves_nothing(at: object, sent: object, ago: timedelta) -> None:
    assert true_moment(at, sent, ARRIVED) == ARRIVED - ago


def test_what_was_written_without_a_connection_keeps_its_time_and_its_key() -> None:
    early = read(type="message", id="a", text="Halo", at="2026-11-21T05:00:00Z", sent=SENT)[0]
    again = read(type="message", id="a", text="Halo", at="2026-11-21T05:00:00Z", sent="2026-11-21T08:00:00Z")[
        0
    ]
    assert early.at == ARRIVED - timedelta(hours=2, minutes=30)
    assert early.dedupe_key == again.dedupe_key
    other = ADAPTER.parse(
        RawItem("", body(type="message", visitor="vBBBB", id="a", text="Halo"), {"at": ARRIVED.isoformat()}),
        ACCOUNT,
    )[0]
    assert isinstance(other, MessageReceived)
    assert other.dedupe_key != early.dedupe_key


def test_text_is_kept_as_written_without_signs_that_no_keyboard_has() -> None:
    said = read(type="message", id="1", text="  <b>Halo</b>\r\nKak \x00\x1b[31m👨‍👩‍👧  ")[0]
    assert said.text == "<b>Halo</b>\nKak [31m👨‍👩‍👧"


def test_a_form_says_what_was_typed_where_they_came_from_and_what_they_agreed_to() -> None:
    filled, typed, agreed = read(
        type="form",
        id="f-1",
        form="tanya-stok",
        name="Rina",
        phone="+6281234567890",
        fields=[["Ukuran", "L"], ["Kosong", ""], "rusak", ["", "x"]],
        consent="s-9f31",
        first={"source": "tiktok", "campaign": "lebaran"},
    )
    assert isinstance(filled, FormFilled)
    assert (filled.form, filled.fields) == ("tanya-stok", (("Ukuran", "L"),))
    assert typed.person.trusted is False
    assert filled.person.record == ("visitor", VISITOR)
    assert filled.origin is not None
    assert filled.origin.context == "tiktok · lebaran"
    assert isinstance(agreed, ConsentStated)
    assert (agreed.purpose, agreed.given, agreed.how, agreed.text_version) == (
        "promotion",
        True,
        "form",
        "s-9f31",
    )


def test_a_form_without_a_visitor_is_a_record_of_its_own_and_without_a_tick_says_no_consent() -> None:
    raw = body(type="form", id="f-1", form="tanya", name="Rina", visitor="")
    (filled,) = ADAPTER.parse(RawItem("", raw, {"at": ARRIVED.isoformat()}), ACCOUNT)
    assert isinstance(filled, FormFilled)
    assert filled.person.record == ("form", filled.dedupe_key)


def test_pages_come_in_the_visitors_order_whatever_the_clock_did() -> None:
    first, second, third = views(
        view(3, "2026-11-21T07:20:00Z", "/tentang"),  # the clock was set back in between
        view(1, "2026-11-21T07:25:00Z"),
        view(2, "2026-11-21T07:26:00Z", "/harga"),
    )
    assert [one.measures["path"] for one in (first, second, third)] == ["/", "/harga", "/tentang"]
    assert first.at < second.at <= third.at
    assert [one.kind for one in (first, second, third)] == ["web.page", "web.price_page", "web.page"]
    assert first.measures["seconds"] == 12
    assert first.channel == ACCOUNT.ref


def test_a_look_is_half_an_hour_at_most_and_the_same_look_again_is_the_same() -> None:
    long = view(1, "2026-11-21T07:00:00Z", properties={"seconds": 86_000})
    (one,) = views(long)
    assert one.measures["seconds"] == 1800
    assert views(long)[0].dedupe_key == one.dedupe_key


def test_a_product_page_counts_once_with_its_seconds() -> None:
    goods = {"name": "Kemeja sage L", "sku": "SG-L", "price": "185000", "seconds": 40}
    (one,) = views(view(1, SENT, "/p/sage", type="track", event="Product Viewed", properties=goods))
    assert one.kind == "web.product"
    assert (one.measures["product"], one.measures["value"], one.measures["seconds"]) == (
        "Kemeja sage L",
        185000,
        40,
    )


@pytest.mark.parametrize(
    "forged",
    [
        {"type": "track", "event": "Order Completed", "properties": {"order_id": "A1", "total": 9}},
        {"type": "identify", "traits": {"email": "budi@contoh.example"}},
        {"type": "alias", "previousId": "orang-lain"},
        {"type": "page", "messageId": ""},
    ],
)
def test_a_browser_cannot_claim_an_order_a_name_or_another_visitor(forged: dict[str, Any]) -> None:
    assert all(isinstance(one, Unsupported) for one in views(view(1, SENT) | forged))


def test_a_page_cannot_speak_for_somebody_else() -> None:
    forged = view(
        1, SENT, anonymousId="orang-lain", userId="bos", context={"traits": {"phone": "081234567890"}}
    )
    (one,) = views(forged)
    assert isinstance(one, Behaved)
    assert (one.person.record, one.person.keys) == (("visitor", VISITOR), ())


def test_the_door_opens_only_for_what_the_front_signed() -> None:
    good = sign(MESSAGE)
    for bad in (
        replace(good, body=MESSAGE + b" "),
        replace(good, headers={**good.headers, "x-sapa-at": "2030-01-01T00:00:00+00:00"}),
        replace(good, headers={}),
        RawRequest("POST", "", door_headers(MESSAGE, "", ARRIVED), MESSAGE),
    ):
        assert isinstance(ADAPTER.verify(bad, ACCOUNT), Rejected)
    without_secret = replace(ACCOUNT, settings={})
    unset = RawRequest("POST", "", door_headers(MESSAGE, "", ARRIVED), MESSAGE)
    assert isinstance(ADAPTER.verify(unset, without_secret), Rejected)


def test_a_credential_is_good_for_its_own_visitor_and_channel_only() -> None:
    one, other = new_credential(SECRET), new_credential(SECRET)
    visitor = find_visitor(one, SECRET)
    assert visitor
    assert visitor != find_visitor(other, SECRET)
    mixed = one.split(".")[0] + "." + other.split(".")[1]
    for bad in (mixed, visitor, f"{visitor}.", "", None, 7, one + "x", one.upper()):
        assert find_visitor(bad, SECRET) == ""
    assert find_visitor(one, "kanal lain") == ""
    assert find_visitor(one, "") == ""


def test_the_sites_proof_of_a_user_is_an_hmac_that_any_language_makes() -> None:
    secret = "rahasia-situs"
    proof = hmac.new(secret.encode(), b"pelanggan-12", hashlib.sha256).hexdigest()
    assert find_user("pelanggan-12", proof, secret) == "pelanggan-12"
    assert find_user("pelanggan-12", proof.upper(), secret) == "pelanggan-12"
    for user, given in (("pelanggan-13", proof), ("pelanggan-12", ""), ("", proof), (12, proof), ("x", None)):
        assert find_user(user, given, secret) == ""
    assert find_user("pelanggan-12", hmac.new(b"", b"pelanggan-12", hashlib.sha256).hexdigest(), "") == ""


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://tokosage.example", "https://tokosage.example"),
        ("tokosage.example/", "https://tokosage.example"),
        ("HTTPS://TokoSage.example:443/harga?x=1", "https://tokosage.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://*.tokosage.example", ""),
        ("javascript:alert(1)", ""),
        ("https://tokosage.example:abc", ""),
        ("", ""),
    ],
)
def test_an_origin_is_exact(written: str, origin: str) -> None:
    assert normalise_origin(written) == origin


def test_only_named_sites_and_the_preview_may_call() -> None:
    settings = {"origins": "tokosage.example, https://www.tokosage.example\nhttp://localhost:8080"}
    assert len(list_origins(settings)) == 3
    for allowed in ("https://tokosage.example", "https://www.tokosage.example", "https://sapa.example"):
        assert is_allowed(allowed, settings, own_host="sapa.example")
    for refused in (
        "http://tokosage.example",
        "https://tokosage.example.jahat.example",
        "null",
        "",
        "https://[x",
    ):
        assert not is_allowed(refused, settings, own_host="sapa.example")


def test_connecting_again_leaves_visitors_and_the_sites_own_code_their_secrets() -> None:
    fresh = replace(ACCOUNT, settings={"origins": "https://tokosage.example"})
    other = replace(fresh, public_id="019a0000-0000-7000-8000-000000000008")
    with httpx.Client() as http:
        made, again, others = (
            ADAPTER.connect(one, http, hook_url="", now=ARRIVED) for one in (fresh, fresh, other)
        )
        with pytest.raises(TokenDeadError):
            ADAPTER.connect(replace(fresh, settings={"origins": "*"}), http, hook_url="", now=ARRIVED)
    assert made == again
    assert len({made["visitor_secret"], made["identity_secret"], others["visitor_secret"]}) == 3
    assert made["account"] == "tokosage.example"
