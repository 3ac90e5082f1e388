"""Shopee Open Platform: signed pushes of orders, parcels and chat; orders again by list and detail; tokens that rotate."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken
from sapa.demo.providers.orders import Bought, Goods
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said

FEE = 15_000


def _error(status: int, error: str, message: str) -> Reply:
    return said(status, error=error, message=message, request_id="sim")


class Shopee(Dialect):
    kind = "marketplace:shopee"
    path = "shopee"
    account = "220334455"
    partner = "2001234"
    stamp_step = timedelta(seconds=1)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.orders: dict[str, Bought] = {}
        self._renewed = 0

    @property
    def key(self) -> str:
        return self.world.invent("shopee", "partner key")

    @property
    def token(self) -> str:
        return self.world.invent("shopee", "token", str(self._renewed))

    @property
    def refresh_token(self) -> str:
        return self.world.invent("shopee", "refresh", str(self._renewed))

    def settings(self) -> dict[str, str]:
        return {
            "partner_id": self.partner,
            "partner_key": self.key,
            "shop_id": self.account,
            "refresh_token": self.refresh_token,
            "base_url": self.base_url,
        }

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        return {"Authorization": self._hmac(f"{address}|".encode() + body)}

    def _hmac(self, content: bytes) -> str:
        return hmac.new(self.key.encode(), content, hashlib.sha256).hexdigest()

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": _error(429, "error_too_many_request", "Too many requests"),
            "token": _error(403, "invalid_acceess_token", "Invalid access_token, please have a check."),
            "down": _error(500, "error_server", "Something wrong with the server. Please try later."),
        }

    def answer(self, request: Request) -> Reply:
        path, query = "/" + "/".join(request.path), request.query
        if path == "/api/v2/shop/auth_partner":
            return self.consent.ask(query.get("redirect", ""), shop_id=self.account)
        for_shop = "access_token" in query
        own = [query.get("access_token", ""), query.get("shop_id", "")] if for_shop else []
        signed = "".join([query.get("partner_id", ""), path, query.get("timestamp", ""), *own])
        if not hmac.compare_digest(self._hmac(signed.encode()), query.get("sign", "")):
            return _error(403, "error_sign", "Wrong sign.")
        if path == "/api/v2/auth/access_token/get":
            return self._renew(request)
        if path == "/api/v2/auth/token/get":
            return self._first_tokens(request)
        if query.get("access_token") != self.token:
            return self.failures()["token"]
        deeds = {
            "/api/v2/order/get_order_list": self._list,
            "/api/v2/order/get_order_detail": self._details,
            "/api/v2/sellerchat/send_message": self._send,
        }
        deed = deeds.get(path)
        return deed(request) if deed else _error(404, "error_not_found", "Wrong path.")

    def _first_tokens(self, request: Request) -> Reply:
        asked = request.json()
        if str(asked.get("shop_id")) != self.account or not self.consent.takes(str(asked.get("code"))):
            return _error(403, "error_auth", "Invalid code.")
        return said(error="", access_token=self.token, refresh_token=self.refresh_token, expire_in=14400)

    def _renew(self, request: Request) -> Reply:
        """A refresh token works once."""
        if request.json().get("refresh_token") != self.refresh_token:
            return _error(403, "error_auth", "Invalid refresh_token.")
        with self.world.guard:
            self._renewed += 1
        return said(
            error="",
            access_token=self.token,
            refresh_token=self.refresh_token,
            expire_in=14400,
            request_id="sim",
        )

    def _list(self, request: Request) -> Reply:
        begin, end = (int(request.query[name]) for name in ("time_from", "time_to"))
        rows = [
            {"order_sn": one.number, "order_status": one.status}
            for one in self.orders.values()
            if begin <= int(one.changed_at.timestamp()) <= end
        ]
        return said(error="", message="", response={"more": False, "next_cursor": "", "order_list": rows})

    def _details(self, request: Request) -> Reply:
        wanted = request.query["order_sn_list"].split(",")
        rows = [self._detail(self.orders[number]) for number in wanted if number in self.orders]
        return said(error="", message="", response={"order_list": rows})

    def _detail(self, order: Bought) -> dict[str, Any]:
        paid, picked = (order.times.get(name) for name in ("READY_TO_SHIP", "SHIPPED"))
        return {
            "order_sn": order.number,
            "order_status": order.status,
            "create_time": int(order.at.timestamp()),
            "update_time": int(order.changed_at.timestamp()),
            "currency": "IDR",
            "buyer_username": order.customer.handle,
            "recipient_address": {
                "name": order.customer.name,
                "phone": order.customer.phone,
                "full_address": "****",
            },
            "actual_shipping_fee": FEE,
            "pay_time": int(paid.timestamp()) if paid else 0,
            "pickup_done_time": int(picked.timestamp()) if picked else 0,
            "item_list": [
                {
                    "item_name": order.goods.name,
                    "model_name": order.goods.variant,
                    "model_sku": order.goods.sku,
                    "model_quantity_purchased": 1,
                    "model_original_price": order.goods.price,
                    "model_discounted_price": order.goods.price,
                }
            ],
        }

    def buys(self, customer: Customer, goods: Goods) -> str:
        at = self.world.now()
        number = f"261121SIM{self.world.seed:02}{self.next_number():05}"
        self.orders[number] = Bought(number, customer, goods, "UNPAID", at, at)
        self._tell_status(self.orders[number])
        return number

    def moves(self, number: str, status: str) -> None:
        """The order goes on: READY_TO_SHIP (paid), PROCESSED, SHIPPED, TO_CONFIRM_RECEIVE, COMPLETED, CANCELLED."""
        order = self.orders[number]
        order.move(status, self.stamp(f"order:{number}"))
        if status == "PROCESSED":
            order.waybill = f"SPXID{self.next_number():011}"
            data = {"ordersn": number, "package_number": f"OFG{number}", "tracking_no": order.waybill}
            self._push(4, f"{number}:parcel", {**data, "update_time": int(order.changed_at.timestamp())})
        self._tell_status(order)

    def _tell_status(self, order: Bought) -> None:
        data = {
            "ordersn": order.number,
            "status": order.status,
            "update_time": int(order.changed_at.timestamp()),
        }
        self._push(3, f"{order.number}:{order.status}", data)

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        return self._chat(customer, text, is_ours=False)

    def _chat(self, customer: Customer, text: str, *, is_ours: bool, after: float = 0.0) -> str:
        number = f"23{self.next_number():018}"
        buyer = {"id": int(customer.digits(self.path, 9)), "user_name": customer.handle, "shop_id": 0}
        shop = {"id": 990011, "user_name": "tokosage", "shop_id": int(self.account)}
        sides = (shop, buyer) if is_ours else (buyer, shop)
        content: dict[str, Any] = {
            f"{side}_{name}": value
            for side, one in zip(("from", "to"), sides, strict=True)
            for name, value in one.items()
        }
        content |= {
            "message_id": number,
            "conversation_id": customer.digits("shopee talk", 18),
            "message_type": "text",
            "content": {"text": text},
            "created_timestamp": int(self.stamp(customer.handle).timestamp()),
        }
        self._push(10, number, {"type": "message", "region": "ID", "content": content}, after=after)
        return number

    def _push(self, code: int, key: str, data: dict[str, Any], *, after: float = 0.0) -> None:
        at = int(self.world.now().timestamp())
        self.tell(
            key, {"code": code, "shop_id": int(self.account), "timestamp": at, "data": data}, after=after
        )

    def _send(self, request: Request) -> Reply:
        body = request.json()
        to, text = str(body.get("to_id")), str((body.get("content") or {}).get("text"))
        if (refused := self.refusal(to)) is not None:
            return refused
        customer = self.who(lambda one: one.digits(self.path, 9) == to)
        if customer is None:
            return _error(400, "error_param", "to_id is not valid")
        number = self._chat(customer, text, is_ours=True, after=self.wait_for_echo(text))
        answer = said(
            error="", message="", response={"message_id": number, "to_id": int(to), "message_type": "text"}
        )
        return self.take(Taken(self.kind, to, text, number), customer, answer)
