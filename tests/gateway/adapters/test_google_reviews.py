"""Reviews on Google one habit at a time: polls, versions, translations, answers, and who may push."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.google_reviews import ADAPTER
from sapa.gateway.adapters.google_reviews.reviews import original_words
from sapa.gateway.contract import (
    Failed,
    Failure,
    OutboundFile,
    ProviderDownError,
    Rejected,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import Event, MessageEdited, MessageReceived, ReceiptGiven, ReviewPosted, Unsupported
from tests.gateway.adapters.cases_google_reviews import (
    ACCOUNT,
    ANYBODYS,
    CASES,
    GOOGLES,
    HOOK,
    PLACE,
    RECEIVED_AT,
    REPLY,
    REVIEW,
    answered,
    certificates,
    item,
    push,
    refuses,
    review,
    says,
    sign,
    signed,
)

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def read(body: dict[str, Any], source: str = "live") -> list[Event]:
    return ADAPTER.parse(item(body, source), ACCOUNT)


def of(kind: type[Any], events: list[Event]) -> Any:
    [found] = [event for event in events if isinstance(event, kind)]
    return found


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_review_is_kept_and_can_be_answered() -> None:
    events = read(review())
    posted, message = of(ReviewPosted, events), of(MessageReceived, events)
    assert (posted.stars, posted.text) == (4, "Jahitannya rapi, kirimnya agak lama.")
    assert message.text == "★★★★☆\nJahitannya rapi, kirimnya agak lama."
    assert message.conversation.key == message.provider_id == REVIEW
    assert message.person == posted.person


def test_a_shown_name_joins_nobody() -> None:
    rina = of(ReviewPosted, read(review())).person
    other = of(ReviewPosted, read(review(name=f"{PLACE}/reviews/other"))).person
    assert rina.name == other.name == "Rina Wulandari"
    assert rina.keys == ()
    assert rina.record != other.record
    assert (
        of(
            ReviewPosted, read(review(reviewer={"displayName": "A Google user", "isAnonymous": True}))
        ).person.name
        == ""
    )


@pytest.mark.parametrize(
    ("word", "stars"), [("ONE", 1), ("FIVE", 5), ("STAR_RATING_UNSPECIFIED", None), (5, None)]
)
def test_stars_are_words(word: Any, stars: int | None) -> None:
    assert of(ReviewPosted, read(review(starRating=word))).stars == stars


@pytest.mark.parametrize(
    ("comment", "original"),
    [
        ("Bagus banget", "Bagus banget"),
        ("(Translated by Google) Very nice\n\n(Original)\nBagus banget", "Bagus banget"),
        ("Bagus banget\n\n(Translated by Google)\nVery nice", "Bagus banget"),
        ("(Translated by Google) Very nice", "Very nice"),
        ("", ""),
    ],
)
def test_the_words_are_the_persons_own(comment: str, original: str) -> None:
    assert original_words(comment) == original


def test_stars_alone_are_still_somebody_waiting() -> None:
    assert of(MessageReceived, read(review(comment=""))).text == "★★★★☆"


def test_an_edit_is_a_new_version_of_the_same_thread() -> None:
    first, again = (
        read(review()),
        read(review(comment="Sudah cepat", starRating="FIVE", updateTime="2026-11-21T03:00:00Z")),
    )
    assert of(ReviewPosted, first).dedupe_key == of(ReviewPosted, again).dedupe_key
    assert of(ReviewPosted, first).at < of(ReviewPosted, again).at
    assert of(MessageReceived, first).dedupe_key == of(MessageReceived, again).dedupe_key
    edit = of(MessageEdited, again)
    assert edit.provider_id == of(MessageReceived, first).provider_id
    assert edit.text == "★★★★★\nSudah cepat"


def test_an_answer_written_on_google_is_the_shops() -> None:
    echo = of(MessageReceived, read(answered()))
    assert echo.person is None
    assert echo.reply_to == REVIEW
    assert echo.conversation.key == REVIEW


def test_a_refused_answer_says_why() -> None:
    for violation in ("PHONE_NUMBER", {"policy": "PHONE_NUMBER"}):
        events = read(answered(reviewReplyState="REJECTED", policyViolation=violation))
        receipt = of(ReceiptGiven, events)
        assert (receipt.status, receipt.failure, receipt.detail) == (
            "failed",
            "refused_content",
            "PHONE_NUMBER",
        )
        assert receipt.provider_id == of(MessageReceived, events).provider_id


def test_a_name_that_is_no_reviews_is_not_taken() -> None:
    assert read(review(name="accounts/1/../secrets")) == [Unsupported("review", "accounts/1/../secrets")]


# ── polling ──────────────────────────────────────────────────────────────────────────────────────────


class Google:
    """Pages of two reviews, newest change first."""

    def __init__(self, reviews: list[dict[str, Any]]) -> None:
        self.reviews = reviews
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"/v4/{PLACE}/reviews"
        assert request.url.params["orderBy"] == "updateTime desc"
        self.pages += 1
        start = int(request.url.params.get("pageToken", "0"))
        newest_first = sorted(self.reviews, key=lambda one: str(one["updateTime"]), reverse=True)
        more = {"nextPageToken": str(start + 2)} if start + 2 < len(newest_first) else {}
        return httpx.Response(200, json={"reviews": newest_first[start : start + 2], **more})


def numbered(number: int) -> dict[str, Any]:
    at = f"2026-11-{number:02}T03:00:00Z"
    return review(name=f"{PLACE}/reviews/r{number}", createTime=at, updateTime=at)


def test_what_was_there_before_connecting_is_history() -> None:
    google = Google([numbered(day) for day in range(1, 6)])
    with client(google) as http:
        first = ADAPTER.poll({}, ACCOUNT, http)
        assert {one.head["source"] for one in first.items} == {"history"}
        assert len(first.items) == 5
        again = ADAPTER.poll(first.cursor, ACCOUNT, http)
        google.reviews.append(numbered(20))
        news = ADAPTER.poll(again.cursor, ACCOUNT, http)
    known = {one.dedupe_key for one in first.items}
    assert {one.dedupe_key for one in again.items} <= known
    [new] = [one for one in news.items if one.dedupe_key not in known]
    assert new.head["source"] == "live"
    assert of(MessageReceived, ADAPTER.parse(new, ACCOUNT)).source == "live"
    assert of(MessageReceived, ADAPTER.parse(first.items[0], ACCOUNT)).source == "history"


def test_a_long_history_is_walked_over_several_polls_and_ends_where_it_began() -> None:
    google = Google([numbered(day) for day in range(1, 24)])
    seen: set[str] = set()
    cursor: dict[str, Any] = {}
    with client(google) as http:
        for _ in range(3):
            polled = ADAPTER.poll(cursor, ACCOUNT, http)
            seen |= {one.dedupe_key for one in polled.items}
            cursor = dict(polled.cursor)
        before = google.pages
        ADAPTER.poll(cursor, ACCOUNT, http)
    assert len(seen) == 23
    assert cursor == {"until": "2026-11-23T03:00:00Z"}
    assert google.pages == before + 1


def test_the_first_review_of_a_new_place_is_news() -> None:
    google = Google([])
    with client(google) as http:
        cursor = ADAPTER.poll({}, ACCOUNT, http).cursor
        google.reviews.append(numbered(3))
        [news] = ADAPTER.poll(cursor, ACCOUNT, http).items
    assert news.head["source"] == "live"


def test_an_answer_to_an_old_review_is_seen_although_the_review_does_not_move() -> None:
    google = Google([numbered(1)])
    with client(google) as http:
        first = ADAPTER.poll({}, ACCOUNT, http)
        google.reviews[0]["reviewReply"] = dict(REPLY)
        second = ADAPTER.poll(first.cursor, ACCOUNT, http)
    fresh = {one.dedupe_key for one in second.items} - {one.dedupe_key for one in first.items}
    assert next(one.dedupe_key for one in second.items if one.dedupe_key in fresh).startswith("reply:")


def test_a_page_that_google_has_forgotten_is_no_dead_channel() -> None:
    google = Google([numbered(1)])

    def answer(request: httpx.Request) -> httpx.Response:
        return (
            refuses(400, "INVALID_ARGUMENT")(request)
            if "pageToken" in request.url.params
            else google(request)
        )

    with client(answer) as http:
        assert len(ADAPTER.poll({"page": "gone", "newest": ""}, ACCOUNT, http).items) == 1


def test_a_poll_that_is_refused_or_unanswered() -> None:
    for status, error in ((401, TokenDeadError), (403, TokenDeadError), (503, ProviderDownError)):
        with client(refuses(status, "NO")) as http, pytest.raises(error):
            ADAPTER.poll({}, ACCOUNT, http)


# ── who may push ─────────────────────────────────────────────────────────────────────────────────────


def test_a_push_says_nothing_more_because_the_poll_brings_the_review() -> None:
    assert ADAPTER.parse(sign(push()), ACCOUNT) == []
    assert ADAPTER.parse(sign(push("GOOGLE_UPDATE")), ACCOUNT) == [Unsupported("push", "GOOGLE_UPDATE")]
    assert ADAPTER.parse(sign(b'{"message":{"data":"%%"}}'), ACCOUNT) == [Unsupported("push", "")]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example/"},
        {"iss": "https://evil.example"},
        {"email": "pubsub@somebody-else.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"exp": int((RECEIVED_AT - timedelta(hours=1)).timestamp())},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_for_somebody_else_is_refused(claims: dict[str, Any]) -> None:
    assert isinstance(ADAPTER.verify(signed(push(), **claims), ACCOUNT), Rejected)


def test_only_googles_key_counts_and_only_with_a_named_sender() -> None:
    assert isinstance(ADAPTER.verify(signed(push(), GOOGLES), ACCOUNT), Verified)
    assert isinstance(ADAPTER.verify(signed(push(), ANYBODYS), ACCOUNT), Rejected)
    unnamed = replace(ACCOUNT, settings={**ACCOUNT.settings, "push_account": ""})
    assert isinstance(ADAPTER.verify(signed(push()), unnamed), Rejected)
    other_keys = replace(ACCOUNT, settings={**ACCOUNT.settings, "certificates": {"keys": []}})
    assert isinstance(ADAPTER.verify(signed(push()), other_keys), Rejected)


def test_a_token_without_a_signature_is_none() -> None:
    import jwt

    bare = jwt.encode({"aud": HOOK, "exp": 9999999999}, "", algorithm="none", headers={"kid": "k1"})
    request = replace(sign(push()), headers={"authorization": f"Bearer {bare}"})
    assert isinstance(ADAPTER.verify(request, ACCOUNT), Rejected)


# ── answering, connecting ────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_put_at_the_reviews_own_address() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=REPLY)

    assert CASES.out is not None
    with client(answer) as http:
        sent = ADAPTER.send(CASES.out, ACCOUNT, http)
    assert (asked[0].method, asked[0].url.path) == ("PUT", f"/v4/{REVIEW}/reply")
    assert json.loads(asked[0].content) == {"comment": "Terima kasih, Kak Rina."}
    echo = of(MessageReceived, read(answered()))
    assert getattr(sent, "provider_id", "") == echo.provider_id


def test_what_google_would_refuse_is_not_sent() -> None:
    assert CASES.out is not None
    photo = (OutboundFile("image", "image/jpeg", "a", 1, ""),)
    with client(lambda request: pytest.fail("it was sent")) as http:
        for out, code in (
            (replace(CASES.out, text="é" * 2049), Failure.TOO_LARGE),
            (replace(CASES.out, text=""), Failure.REFUSED_CONTENT),
            (replace(CASES.out, files=photo), Failure.REFUSED_CONTENT),
            (
                replace(CASES.out, conversation_key="accounts/1/../x", recipient=""),
                Failure.NO_SUCH_RECIPIENT,
            ),
        ):
            result = ADAPTER.send(out, ACCOUNT, http)
            assert isinstance(result, Failed)
            assert result.code == code


def google_for_connecting(places: list[dict[str, str]], asked: list[str]) -> Callable[..., httpx.Response]:
    answers: dict[str, dict[str, Any]] = {
        "/token": {"access_token": "ya29.new", "expires_in": 3599},
        "/oauth2/v3/certs": certificates(),
        "/v1/accounts": {"accounts": [{"name": "accounts/111"}]},
        "/v1/accounts/111/locations": {"locations": places},
        "/v1/accounts/111/notificationSetting": {},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json=answers[request.url.path])

    return answer


TWO = [
    {"name": "locations/222", "title": "Toko Sage"},
    {"name": "locations/333", "title": "Toko Sage Dago"},
]


def connect(places: list[dict[str, str]], asked: list[str], **settings: str) -> dict[str, Any]:
    plain = {
        k: v for k, v in ACCOUNT.settings.items() if k in ("client_id", "client_secret", "refresh_token")
    }
    account = replace(ACCOUNT, settings={**plain, **settings})
    with client(google_for_connecting(places, asked)) as http:
        return ADAPTER.connect(account, http, hook_url=HOOK, now=NOW)


def test_connecting_finds_the_one_place() -> None:
    asked: list[str] = []
    kept = connect(TWO[:1], asked)
    assert kept["account"] == kept["location"] == PLACE
    assert kept["access_token"] == "ya29.new"
    assert kept["token_expires_at"] == "2026-11-21T08:29:59+00:00"
    assert "PATCH /v1/accounts/111/notificationSetting" not in asked


def test_of_several_places_one_must_be_named() -> None:
    with pytest.raises(TokenDeadError, match="Toko Sage, Toko Sage Dago"):
        connect(TWO, [])
    assert connect(TWO, [], location="toko sage dago")["location"] == "accounts/111/locations/333"
    assert connect(TWO, [], location="accounts/111/locations/222")["title"] == "Toko Sage"
    with pytest.raises(TokenDeadError):
        connect([], [])


def test_with_a_topic_google_pushes_and_its_keys_are_kept() -> None:
    asked: list[str] = []
    kept = connect(
        TWO[:1], asked, push_topic="projects/p/topics/t", push_account="a@b.iam.gserviceaccount.com"
    )
    assert "PATCH /v1/accounts/111/notificationSetting" in asked
    assert kept["certificates"] == certificates()
    assert kept["push_audience"] == HOOK


def test_a_withdrawn_permission_is_a_dead_token() -> None:
    with client(says(400, error="invalid_grant")) as http, pytest.raises(TokenDeadError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)
    with client(lambda request: httpx.Response(503)) as http, pytest.raises(ProviderDownError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)
