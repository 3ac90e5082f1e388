"""Xendit: invoices, told with a static token and asked for by their id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sapa.demo.providers.dialects.quiet import Quiet, shows_key
from sapa.demo.providers.wire import Reply, Request, encode, said


class Xendit(Quiet):
    kind = "payment:xendit"
    path = "xendit"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.invoices: dict[str, dict[str, Any]] = {}

    @property
    def key(self) -> str:
        return f"xnd_development_{self.world.invent('xendit')}"

    @property
    def word(self) -> str:
        return self.world.invent("xendit", "callback")

    def settings(self) -> dict[str, str]:
        return {"secret_key": self.key, "callback_token": self.word, "base_url": self.base_url}

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        return {"X-Callback-Token": self.word}

    def answer(self, request: Request) -> Reply:
        if not shows_key(request, self.key):
            return said(
                401, error_code="INVALID_API_KEY", message="API key is not authorized for this API service"
            )
        if request.path[:2] == ("v2", "invoices") and request.path[-1] in self.invoices:
            return Reply(200, encode(self.invoices[request.path[-1]]))
        return said(404, error_code="INVOICE_NOT_FOUND_ERROR", message="Could not find invoice by id")

    def pays(self, order: str, amount: int, status: str = "PAID") -> str:
        """An invoice of an order moves: PENDING, PAID, EXPIRED. Answers its id."""
        number = self.world.invent("xendit", order)[:24]
        at = self.stamp(f"invoice:{order}").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        told = {
            "id": number,
            "external_id": order,
            "status": status,
            "amount": amount,
            "currency": "IDR",
            "payment_channel": "BCA",
            "created": at,
            "updated": at,
        }
        if status == "PAID":
            told |= {"paid_amount": amount, "paid_at": at}
        self.invoices[number] = told
        self.tell(f"{order}:{status}", told)
        return number
