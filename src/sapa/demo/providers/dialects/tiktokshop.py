"""TikTok Shop Partner API, which serves Tokopedia too: chat by signed webhook, orders by search."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken
from sapa.demo.providers.orders import Bought, Goods
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said

_FEE = 12_000


def _answer(status: int, code: int, message: str, data: Any = None) -> Reply:
    return said(status, code=code, message=message, request_id="sim", data=data or {})


class TikTokShop(Dialect):
    kind = "marketplace:tiktokshop"
    path = "tiktokshop"
    account = "7494001122334455667"
    app = "6abc9sim"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.orders: dict[str, Bought] = {}
        self.of_tokopedia: set[str] = set()

    @property
    def secret(self) -> str:
        return self.world.invent("tiktokshop", "secret")

    @property
    def token(self) -> str:
        return self.world.invent("tiktokshop", "token")

    registered = ""
    """The redirect address of the program in the Partner Center."""

    def settings(self) -> dict[str, str]:
        refresh = self.world.invent("tiktokshop", "refresh")
        return {
            "app_key": self.app,
            "app_secret": self.secret,
            "refresh_token": refresh,
            "base_url": self.base_url,
        }

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        content = self.app.encode() + body
        return {"Authorization": hmac.new(self.secret.encode(), content, hashlib.sha256).hexdigest()}

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": _answer(429, 36009003, "Too many requests"),
            "token": _answer(401, 105002, "Expired credentials: access_token is expired"),
            "down": _answer(500, 36009001, "Internal error"),
        }

    def answer(self, request: Request) -> Reply:
        path = "/" + "/".join(request.path)
        if path == "/api/v2/token/refresh":
            return self._renew(request)
        if path == "/open/authorize":
            return self.consent.ask(self.registered, request.query.get("state", ""), app_key=self.app)
        if path == "/api/v2/token/get":
            return (
                self._tokens()
                if self.consent.takes(request.query.get("auth_code", ""))
                else _answer(200, 36004003, "auth code is invalid")
            )
        if not hmac.compare_digest(self._signature(path, request), request.query.get("sign", "")):
            return _answer(401, 106001, "Sign is invalid")
        if request.headers.get("x-tts-access-token") != self.token:
            return self.failures()["token"]
        if path == "/authorization/202309/shops":
            shop = {
                "id": self.account,
                "name": "Toko Sage",
                "region": "ID",
                "cipher": self.world.invent("cipher"),
            }
            return _answer(200, 0, "Success", {"shops": [shop]})
        if path == "/order/202309/orders/search":
            return self._search(request)
        if path.startswith("/customer_service/202309/conversations/"):
            return self._send(request)
        return _answer(404, 36009009, "Invalid path")

    def _signature(self, path: str, request: Request) -> str:
        names = sorted(name for name in request.query if name not in ("sign", "access_token"))
        pairs = "".join(f"{name}{request.query[name]}" for name in names)
        secret = self.secret.encode()
        content = secret + f"{path}{pairs}".encode() + request.body + secret
        return hmac.new(secret, content, hashlib.sha256).hexdigest()

    def _renew(self, request: Request) -> Reply:
        if request.query.get("refresh_token") != self.settings()["refresh_token"]:
            return _answer(200, 36004004, "refresh token is invalid")
        return self._tokens()

    def _tokens(self) -> Reply:
        refresh = self.settings()["refresh_token"]
        ends = int((self.world.now() + timedelta(days=7)).timestamp())
        data = {"access_token": self.token, "refresh_token": refresh, "access_token_expire_in": ends}
        return _answer(200, 0, "success", data)

    def _search(self, request: Request) -> Reply:
        asked = request.json()
        begin, end = int(asked["update_time_ge"]), int(asked["update_time_lt"])
        found = [one for one in self.orders.values() if begin <= int(one.changed_at.timestamp()) < end + 1]
        rows = [self._order(one) for one in sorted(found, key=lambda one: one.changed_at)]
        return _answer(200, 0, "Success", {"orders": rows, "next_page_token": "", "total_count": len(rows)})

    def _order(self, order: Bought) -> dict[str, Any]:
        price, paid = str(order.goods.price), order.times.get("AWAITING_SHIPMENT")
        shipped, delivered = (order.times.get(name) for name in ("IN_TRANSIT", "DELIVERED"))
        line = {
            "sku_id": order.goods.sku,
            "seller_sku": order.goods.sku,
            "product_name": order.goods.name,
            "sku_name": order.goods.variant,
            "sale_price": price,
            "original_price": price,
            "tracking_number": order.waybill,
        }
        return {
            "id": order.number,
            "status": order.status,
            "create_time": int(order.at.timestamp()),
            "update_time": int(order.changed_at.timestamp()),
            "paid_time": int(paid.timestamp()) if paid else 0,
            "collection_time": int(shipped.timestamp()) if shipped else 0,
            "delivery_time": int(delivered.timestamp()) if delivered else 0,
            "commerce_platform": "TOKOPEDIA" if order.number in self.of_tokopedia else "TIKTOK_SHOP",
            "payment": {
                "currency": "IDR",
                "sub_total": price,
                "original_total_product_price": price,
                "shipping_fee": str(_FEE),
            },
            "recipient_address": {
                "name": order.customer.name,
                "phone_number": f"(+62){order.customer.phone[2:]}",
            },
            "line_items": [line],
        }

    def buys(self, customer: Customer, goods: Goods, *, tokopedia: bool = False) -> str:
        at = self.world.now()
        number = f"5767{self.world.seed:02}{self.next_number():012}"
        if tokopedia:
            self.of_tokopedia.add(number)
        self.orders[number] = Bought(number, customer, goods, "UNPAID", at, at)
        self._tell_status(number)
        return number

    def moves(self, number: str, status: str) -> None:
        """AWAITING_SHIPMENT (paid), AWAITING_COLLECTION, IN_TRANSIT, DELIVERED, COMPLETED, CANCELLED."""
        order = self.orders[number]
        order.move(status, self.stamp(f"order:{number}"))
        if status == "AWAITING_COLLECTION":
            order.waybill = f"JX{self.next_number():010}"
        self._tell_status(number)

    def _tell_status(self, number: str) -> None:
        order = self.orders[number]
        data = {
            "order_id": number,
            "order_status": order.status,
            "update_time": int(order.changed_at.timestamp()),
        }
        self._hook(1, f"{number}:{order.status}", data)

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        return self._chat(customer, text, is_ours=False)

    def _chat(self, customer: Customer, text: str, *, is_ours: bool, after: float = 0.0) -> str:
        number = f"73{self.next_number():017}"
        sender = {"role": "CUSTOMER_SERVICE", "im_user_id": "990011", "nickname": "tokosage"}
        if not is_ours:
            sender = {
                "role": "BUYER",
                "im_user_id": customer.digits(self.path, 19),
                "nickname": customer.name,
            }
        at = self.stamp(customer.handle)
        data = {
            "message_id": number,
            "conversation_id": self.thread_of(customer),
            "type": "TEXT",
            "content": json.dumps({"content": text}),
            "create_time": int(at.timestamp()),
            "index": str(int(at.timestamp() * 1000)),
            "is_visible": True,
            "sender": sender,
        }
        self._hook(14, number, data, after=after)
        return number

    def _hook(self, kind: int, key: str, data: dict[str, Any], *, after: float = 0.0) -> None:
        at = int(self.world.now().timestamp())
        notice = {
            "type": kind,
            "tts_notification_id": self.world.invent("notice", key),
            "shop_id": self.account,
        }
        self.tell(key, {**notice, "timestamp": at, "data": data}, after=after)

    def _send(self, request: Request) -> Reply:
        thread = request.path[3]
        if (refused := self.refusal(thread)) is not None:
            return refused
        customer = self.who(lambda one: self.thread_of(one) == thread)
        if customer is None:
            return _answer(400, 45101004, "The conversation does not exist")
        text = str(json.loads(request.json().get("content") or "{}").get("content") or "")
        number = self._chat(customer, text, is_ours=True, after=self.wait_for_echo(text))
        return self.take(
            Taken(self.kind, thread, text, number),
            customer,
            _answer(200, 0, "Success", {"message_id": number}),
        )

    def thread_of(self, customer: Customer) -> str:
        return customer.digits("tiktokshop talk", 19)
