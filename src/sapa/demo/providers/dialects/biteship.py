"""Biteship: parcels that move, told by a call with a header of our choosing, asked for by waybill and courier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sapa.demo.providers.dialects.quiet import Quiet
from sapa.demo.providers.wire import Reply, Request, encode, said


class Biteship(Quiet):
    kind = "shipping:biteship"
    path = "biteship"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.parcels: dict[str, dict[str, Any]] = {}

    @property
    def key(self) -> str:
        return f"biteship_test.{self.world.invent('biteship')}"

    @property
    def word(self) -> str:
        return self.world.invent("biteship", "hook")

    def settings(self) -> dict[str, str]:
        return {
            "api_key": self.key,
            "hook_header": "x-sapa-token",
            "hook_secret": self.word,
            "base_url": self.base_url,
        }

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        return {"x-sapa-token": self.word}

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != self.key:
            return said(401, success=False, error="Authorization failed", code=40101001)
        if request.path == ("v1", "couriers"):
            return said(
                success=True,
                object="courier",
                couriers=[{"courier_code": "jne"}, {"courier_code": "sicepat"}],
            )
        if (
            request.path[:2] == ("v1", "trackings")
            and len(request.path) == 5
            and request.path[2] in self.parcels
        ):
            return Reply(200, encode(self.parcels[request.path[2]]))
        return said(404, success=False, error="Tracking not found", code=40003001)

    def moves(self, order: str, status: str, courier: str = "jne") -> str:
        """A parcel of an order: confirmed, picked, dropping_off, delivered, on_hold, returned. Answers its waybill."""
        waybill = f"JNE{int(self.world.invent('waybill', order)[:11], 16) % 10**10:010}"
        at = self.stamp(f"parcel:{order}").isoformat()
        told = self.parcels.setdefault(
            waybill,
            {
                "success": True,
                "object": "tracking",
                "waybill_id": waybill,
                "courier": {"company": courier},
                "external_id": order,
                "history": [],
            },
        )
        history = [*told["history"], {"status": status, "note": f"Paket {status}", "updated_at": at}]
        self.parcels[waybill] = {**told, "status": status, "history": history}
        call = {
            "event": "order.status",
            "order_id": order,
            "courier_waybill_id": waybill,
            "courier_company": courier,
        }
        self.tell(f"{order}:{status}:{len(history)}", {**call, "status": status})
        return waybill
