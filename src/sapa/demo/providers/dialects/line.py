"""LINE: signed events, pushes that a retry key makes harmless to repeat, files by the message's id."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken, unauthorised
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, encode, said


class Line(Dialect):
    kind = "line"
    path = "line"
    account = "U0d1234567890abcdef1234567890abcd"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._pushed: dict[str, dict[str, Any]] = {}

    @property
    def secret(self) -> str:
        return self.world.invent("line", "secret")

    @property
    def token(self) -> str:
        return self.world.invent("line", "token")

    def settings(self) -> dict[str, str]:
        return {"channel_secret": self.secret, "access_token": self.token, "base_url": self.base_url}

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        return {"X-Line-Signature": base64.b64encode(digest).decode()}

    def failures(self) -> Mapping[str, Reply]:
        wrong = [{"message": "Not found", "property": "to"}]
        return {
            "too_many": Reply(
                429,
                encode({"message": "The API rate limit has been exceeded."}),
                headers={"retry-after": "3"},
            ),
            "quota": said(429, message="You have reached your monthly limit."),
            "nobody": said(400, message="The property, 'to', in the request body is invalid", details=wrong),
            "token": said(401, message="Authentication failed due to the following reason: invalid token"),
            "down": said(500, message="Internal server error"),
        }

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return unauthorised()
        path = "/".join(request.path)
        if path == "v2/bot/info":
            return said(userId=self.account, basicId="@tokosage", displayName="Toko Sage")
        if path == "v2/bot/channel/webhook/endpoint":
            self.hook_url = str(request.json().get("endpoint"))
            return said()
        if path == "v2/bot/message/push":
            return self._push(request)
        if path.startswith("v2/bot/profile/"):
            person = self.who(lambda one: self.id_of(one) == request.path[-1])
            return (
                said(userId=request.path[-1], displayName=person.name)
                if person
                else said(404, message="Not found")
            )
        if path.endswith("/content") and request.path[-2] in self.files:
            mime, content = self.files[request.path[-2]]
            return Reply(200, content, mime)
        return said(404, message="Not found")

    def _push(self, request: Request) -> Reply:
        body, key = request.json(), request.headers.get("x-line-retry-key", "")
        if key in self._pushed:
            return said(409, message="The retry key is already accepted", **self._pushed[key])
        to = str(body.get("to"))
        if (refused := self.refusal(to)) is not None:
            return refused
        customer = self.who(lambda one: self.id_of(one) == to)
        if customer is None:
            return self.failures()["nobody"]
        text = "\n".join(str(one.get("text") or "") for one in body.get("messages") or ())
        number = f"6{self.next_number():017}"
        sent = {"sentMessages": [{"id": number, "quoteToken": self.world.invent("quote", number)}]}
        with self.world.guard:
            self._pushed[key] = sent
        return self.take(Taken(self.kind, to, text, number, key), customer, said(**sent))

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        number = f"5{self.next_number():017}"
        content: dict[str, Any] = {
            "id": number,
            "type": "text",
            "text": text,
            "quoteToken": self.world.invent("quote", number),
        }
        if picture:
            self.files[number] = ("image/png", picture)
            content = {"id": number, "type": "image", "contentProvider": {"type": "line"}}
        self._event(customer, number, {"type": "message", "message": content})
        return number

    def unsends(self, customer: Customer, message: str) -> None:
        self._event(customer, f"{message}:gone", {"type": "unsend", "unsend": {"messageId": message}})

    def follows(self, customer: Customer) -> None:
        self._event(customer, f"{self.id_of(customer)}:follow", {"type": "follow"})

    def _event(self, customer: Customer, key: str, content: dict[str, Any]) -> None:
        at: datetime = self.stamp(self.id_of(customer))
        event = {
            "mode": "active",
            "timestamp": int(at.timestamp() * 1000),
            "source": {"type": "user", "userId": self.id_of(customer)},
            "webhookEventId": self.world.invent("line event", key),
            "deliveryContext": {"isRedelivery": False},
            "replyToken": self.world.invent("line reply", key),
            **content,
        }
        self.tell(key, {"destination": self.account, "events": [event]})

    def id_of(self, customer: Customer) -> str:
        return f"U{customer.letters(self.path)}"
