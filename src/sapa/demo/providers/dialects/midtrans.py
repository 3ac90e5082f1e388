"""Midtrans: a notification whose signature does not cover the status, and the status itself when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sapa.demo.providers.dialects.quiet import Quiet, shows_key
from sapa.demo.providers.wire import Reply, Request, encode, said

_JAKARTA = ZoneInfo("Asia/Jakarta")


class Midtrans(Quiet):
    kind = "payment:midtrans"
    path = "midtrans"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.payments: dict[str, dict[str, str]] = {}

    @property
    def key(self) -> str:
        return f"SB-Mid-server-{self.world.invent('midtrans')}"

    def settings(self) -> dict[str, str]:
        return {"server_key": self.key, "base_url": self.base_url}

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        """The signature stands in the body."""
        return {}

    def answer(self, request: Request) -> Reply:
        """HTTP says 200 and the body the real status, as Midtrans does."""
        if not shows_key(request, self.key):
            return said(
                200, status_code="401", status_message="Access denied due to unauthorized transaction"
            )
        wanted = request.path[1] if len(request.path) == 3 else ""
        for one in self.payments.values():
            if wanted in (one["transaction_id"], one["order_id"]):
                return Reply(200, encode(one))
        return said(200, status_code="404", status_message="Transaction doesn't exist.")

    def pays(self, order: str, amount: int, status: str = "settlement") -> str:
        """A payment of an order moves: pending, settlement, expire, deny, refund. Answers its id."""
        number = self.world.invent("midtrans", order)
        at = self.stamp(f"payment:{order}").astimezone(_JAKARTA).strftime("%Y-%m-%d %H:%M:%S")
        gross = f"{amount}.00"
        code = "201" if status == "pending" else "202" if status in ("deny", "expire") else "200"
        signed = hashlib.sha512(f"{order}{code}{gross}{self.key}".encode()).hexdigest()
        told = {
            "transaction_id": number,
            "order_id": order,
            "transaction_status": status,
            "fraud_status": "accept",
            "status_code": code,
            "gross_amount": gross,
            "currency": "IDR",
            "payment_type": "qris",
            "transaction_time": at,
            "settlement_time": at,
            "signature_key": signed,
        }
        self.payments[number] = told
        self.tell(f"{order}:{status}", told)
        return number
