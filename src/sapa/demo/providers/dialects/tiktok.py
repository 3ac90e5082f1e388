"""TikTok Business Messaging: messages whose content is JSON within JSON, echoes, and that a thread was read."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said


def _answer(code: int, words: str, **data: Any) -> Reply:
    return said(code=code, message=words, request_id="20261121SIM", data=data)


class TikTok(Dialect):
    kind = "tiktok"
    path = "tiktok"
    account = "7410000000000000001"
    client = "7400000000000000009"

    @property
    def secret(self) -> str:
        return self.world.invent("tiktok", "secret")

    @property
    def token(self) -> str:
        return self.world.invent("tiktok", "token")

    def settings(self) -> dict[str, str]:
        return {
            "client_id": self.client,
            "client_secret": self.secret,
            "refresh_token": self.world.invent("tiktok", "refresh"),
            "business_id": self.account,
            "base_url": self.base_url,
        }

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        at = str(int(self.world.now().timestamp()))
        shown = hmac.new(self.secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Tiktok-Signature": f"t={at},s={shown}"}

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": _answer(40100, "Requests made too frequently"),
            "window": _answer(40002, "The message cannot be sent: it is outside the 48 hour window"),
            "nobody": _answer(40002, "The conversation does not exist"),
            "token": _answer(40105, "Access token is incorrect or has been revoked."),
            "down": _answer(50000, "System error"),
        }

    def answer(self, request: Request) -> Reply:
        path = "/".join(request.path[2:])
        if path == "business/webhook/update":
            self.hook_url = str(request.json().get("callback_url"))
            return _answer(0, "OK", app_id=self.client)
        if path == "tt_user/oauth2/refresh_token":
            seconds = {"expires_in": 86400, "refresh_expires_in": 31536000}
            return _answer(
                0,
                "OK",
                access_token=self.token,
                refresh_token=self.settings()["refresh_token"],
                open_id=self.account,
                **seconds,
            )
        if path.startswith("files"):
            mime, content = self.files[request.path[-1]]
            return Reply(200, content, mime)
        if request.headers.get("access-token") != self.token:
            return self.failures()["token"]
        if path == "business/message/send":
            return self._send(request)
        if path == "business/message/media/upload":
            files = request.files()
            return _answer(0, "OK", media_id=self._keep(files[0][1], files[0][2]))
        if path == "business/message/media/download":
            return _answer(
                0, "OK", download_url=f"{self.base_url}/open_api/v1.3/files/{request.json().get('media_id')}"
            )
        return _answer(40001, "Unknown path")

    def _keep(self, mime: str, content: bytes) -> str:
        number = f"v{self.next_number():015}"
        self.files[number] = (mime, content)
        return number

    def _send(self, request: Request) -> Reply:
        body = request.json()
        thread = str(body.get("recipient"))
        if (refused := self.refusal(thread)) is not None:
            return refused
        customer = self.who(lambda one: self.thread_of(one) == thread)
        if customer is None:
            return self.failures()["nobody"]
        kind = str(body.get("message_type", "TEXT")).lower()
        held = body.get(kind) or {}
        text, number = str(held.get("body") or ""), self._id()
        at = self.stamp(thread)
        if (wait := self.wait_for_receipt(number, 0)) is not None:
            echo = self._content(customer, number, at, {"type": kind, kind: held}, is_ours=True)
            self._tell("im_send_msg", f"{number}:echo", echo, after=wait)
        if (wait := self.wait_for_receipt(number, 3)) is not None:
            until = {"read": {"last_read_timestamp": int(at.timestamp() * 1000)}}
            read = self._content(customer, f"{number}r", at, {"type": "mark_read", **until})
            self._tell("im_mark_read_msg", f"{number}:read", read, after=wait)
        taken = Taken(self.kind, thread, text, number, files=int(kind != "text"))
        return self.take(taken, customer, _answer(0, "OK", message={"message_id": number}))

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        number = self._id()
        content: dict[str, Any] = {"type": "text", "text": {"body": text}}
        if picture:
            content = {"type": "image", "image": {"media_id": self._keep("image/png", picture)}}
        at = self.stamp(self.thread_of(customer))
        self._tell("im_receive_msg", number, self._content(customer, number, at, content))
        return number

    def _content(
        self, customer: Customer, number: str, at: datetime, content: dict[str, Any], *, is_ours: bool = False
    ) -> dict[str, Any]:
        person, shop = (
            {"id": customer.letters(self.path), "role": "personal_account"},
            {"id": self.account, "role": "business_account"},
        )
        sides = (shop, person) if is_ours else (person, shop)
        names = ("tokosage", customer.handle) if is_ours else (customer.handle, "tokosage")
        return {
            "conversation_id": self.thread_of(customer),
            "message_id": number,
            "timestamp": int(at.timestamp() * 1000),
            "from": names[0],
            "to": names[1],
            "from_user": sides[0],
            "to_user": sides[1],
            **content,
        }

    def _tell(self, event: str, key: str, content: dict[str, Any], *, after: float = 0.0) -> None:
        body = {
            "client_key": self.client,
            "event": event,
            "create_time": int(self.world.now().timestamp()),
            "user_openid": self.account,
            "content": json.dumps(content),
        }
        self.tell(key, body, after=after)

    def thread_of(self, customer: Customer) -> str:
        return f"0:1:{customer.digits('tiktok', 19)}:{self.account}"

    def _id(self) -> str:
        return f"74{self.next_number():017}"
