"""Reviews on Google: bodies as Business Profile documents them, with invented people and a key of our own as Google's."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sapa.gateway.adapters.google_reviews import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawItem, RawRequest, Retry, Sent
from tests.gateway.adapters.cases import AdapterCases, Answer

PLACE = "accounts/111/locations/222"
REVIEW = f"{PLACE}/reviews/AbFvOqn-1_x"
HOOK = "https://tokosage.example/hooks/0193/"
SENDER = "pubsub@toko-sage.iam.gserviceaccount.com"
TOKEN = "ya29.token-google-toko-sage"
RECEIVED_AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

GOOGLES = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANYBODYS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificates(key: rsa.RSAPrivateKey = GOOGLES) -> dict[str, Any]:
    return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": "k1", "alg": "RS256"}]}


ACCOUNT = Account(
    1,
    "0193",
    "google",
    "Toko Sage",
    PLACE,
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {
        "client_id": "111.apps",
        "client_secret": "rahasia-google-toko-sage",
        "refresh_token": "1//refresh-google-toko-sage",
        "access_token": TOKEN,
        "location": PLACE,
        "push_account": SENDER,
        "push_audience": HOOK,
        "certificates": certificates(),
    },
)


def review(**fields: Any) -> dict[str, Any]:
    return {
        "name": REVIEW,
        "reviewId": "AbFvOqn-1_x",
        "reviewer": {"displayName": "Rina Wulandari", "profilePhotoUrl": "https://lh3.example/a"},
        "starRating": "FOUR",
        "comment": "Jahitannya rapi, kirimnya agak lama.",
        "createTime": "2026-11-20T03:00:00.123Z",
        "updateTime": "2026-11-20T03:00:00.123Z",
        **fields,
    }


REPLY = {"comment": "Terima kasih, Kak Rina.", "updateTime": "2026-11-20T05:00:00Z"}


def answered(**fields: Any) -> dict[str, Any]:
    return {
        "name": REVIEW,
        "reviewer": {"displayName": "Rina Wulandari"},
        "reviewReply": {**REPLY, **fields},
    }


def item(body: dict[str, Any], source: str = "live") -> RawItem:
    return RawItem("review:1", json.dumps(body).encode(), {"source": source})


def push(kind: str = "NEW_REVIEW") -> bytes:
    data = json.dumps({"type": kind, "review": REVIEW, "location": PLACE}).encode()
    message = {"data": base64.b64encode(data).decode(), "messageId": "1"}
    return json.dumps({"message": message, "subscription": "projects/toko-sage/subscriptions/s"}).encode()


def signed(body: bytes, key: rsa.RSAPrivateKey = GOOGLES, **claims: Any) -> RawRequest:
    told = {
        "iss": "https://accounts.google.com",
        "aud": HOOK,
        "email": SENDER,
        "email_verified": True,
        "exp": int(RECEIVED_AT.timestamp()) + 3600,
        **claims,
    }
    token = jwt.encode(told, key, algorithm="RS256", headers={"kid": "k1"})
    headers = {"authorization": f"Bearer {token}"}
    return RawRequest("POST", HOOK, headers, body, received_at=RECEIVED_AT)


def sign(body: bytes) -> RawRequest:
    return signed(body)


def forge(body: bytes) -> RawRequest:
    return signed(body, ANYBODYS)


def says(status: int, **body: Any) -> Answer:
    return lambda request: httpx.Response(status, json=body)


def refuses(status: int, reason: str, words: str = "") -> Answer:
    return says(status, error={"code": status, "status": reason, "message": words})


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=item(review()),
    unknown=item({"name": REVIEW, "hologram": {}}),
    sign=sign,
    forge=forge,
    receipts={
        "failed": json.dumps(answered(reviewReplyState="REJECTED", policyViolation="PHONE_NUMBER")).encode()
    },
    edit=json.dumps(review(comment="Cepat sekarang!", updateTime="2026-11-21T03:00:00Z")).encode(),
    echo=json.dumps(answered()).encode(),
    out=Outbound(client_ref="r1", recipient=REVIEW, conversation_key=REVIEW, text="Terima kasih, Kak Rina."),
    answers={
        "sent": (says(200, **REPLY), Sent(f"{REVIEW}/reply@2026-11-20T05:00:00Z")),
        "rejected": (
            says(200, **REPLY, reviewReplyState="REJECTED", policyViolation="PHONE_NUMBER"),
            Failed(Failure.REFUSED_CONTENT),
        ),
        "rate_limited": (refuses(429, "RESOURCE_EXHAUSTED"), Retry(Failure.TOO_MANY)),
        "token_dead": (refuses(401, "UNAUTHENTICATED"), Failed(Failure.TOKEN_DEAD)),
        "gone": (refuses(404, "NOT_FOUND"), Failed(Failure.NO_SUCH_RECIPIENT)),
        "refused": (refuses(400, "INVALID_ARGUMENT"), Failed(Failure.REFUSED_CONTENT)),
        "unverified_place": (refuses(403, "PERMISSION_DENIED"), Failed(Failure.REFUSED_CONTENT)),
        "down": (lambda request: httpx.Response(502), Retry(Failure.PROVIDER_DOWN)),
        "broke_off": (breaks_off, Retry(Failure.UNREACHABLE)),
    },
)
