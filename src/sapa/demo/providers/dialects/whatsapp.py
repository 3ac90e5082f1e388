"""WhatsApp Cloud API: messages, two-step files, templates, statuses, the phone app beside it, its history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sapa.demo.providers.dialect import Taken
from sapa.demo.providers.dialects.graph import Graph, graph_error
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said

WINDOW = timedelta(hours=24)
TEMPLATES = (
    ("kabar_pesanan", "UTILITY", "Halo {{1}}, pesanan {{2}} sudah kami kirim ya."),
    ("apa_kabar", "MARKETING", "Halo {{1}}, koleksi linen terbaru sudah ada. Mau kami kirim fotonya?"),
)
_FAILED = {
    "window": (
        131047,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed",
    ),
    "nobody": (131026, "Message undeliverable", "Message Undeliverable."),
}


class WhatsApp(Graph):
    kind = "whatsapp"
    path = "whatsapp"
    account = "106540352242922"
    waba = "102290129340398"
    phone = "628111222333"
    stamp_step = timedelta(seconds=1)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.coexists = False
        self.history: list[tuple[Customer, bool, str, datetime]] = []
        self._heard_at: dict[str, datetime] = {}
        self._later: list[str] = []

    def settings(self) -> dict[str, str]:
        return {
            "token": self.token,
            "app_secret": self.secret,
            "phone_number_id": self.account,
            "waba_id": self.waba,
            "base_url": self.base_url,
        }

    def failures(self) -> Mapping[str, Reply]:
        return {
            **super().failures(),
            "too_many": graph_error(429, 130429, "Rate limit hit"),
            "down": graph_error(500, 131000, "Something went wrong"),
            "pair": graph_error(400, 131056, "(Business Account, Consumer Account) pair rate limit hit"),
            "payment": graph_error(400, 131042, "Business eligibility payment issue"),
        }

    def fails_later(self, name: str) -> None:
        """The next message is taken and fails afterwards, by status: `window` or `nobody`."""
        self._later.append(name)

    def node(self, request: Request, path: tuple[str, ...]) -> Reply:
        deeds = {
            ("GET", self.account): self._number,
            ("POST", self.account): self._name_address,
            ("POST", f"{self.waba}/subscribed_apps"): self._name_address,
            ("GET", f"{self.waba}/message_templates"): self._templates,
            ("POST", f"{self.account}/messages"): self._send,
            ("POST", f"{self.account}/media"): self._upload,
            ("POST", f"{self.account}/smb_app_data"): self._app_data,
        }
        deed = deeds.get((request.method, "/".join(path)))
        if deed is not None:
            return deed(request)
        return self._file(path) if request.method == "GET" and path[-1] in self.files else self.unknown()

    def _number(self, request: Request) -> Reply:
        return said(
            id=self.account,
            display_phone_number=f"+{self.phone}",
            verified_name="Toko Sage",
            quality_rating="GREEN",
            is_on_biz_app=self.coexists,
            platform_type="CLOUD_API",
        )

    def _name_address(self, request: Request) -> Reply:
        body = request.json()
        told = body.get("webhook_configuration") or body
        return self.subscribe(str(told.get("override_callback_uri")), str(told.get("verify_token")))

    def _templates(self, request: Request) -> Reply:
        rows = [
            {
                "id": str(number),
                "name": name,
                "language": "id",
                "status": "APPROVED",
                "category": category,
                "components": [{"type": "BODY", "text": text}],
            }
            for number, (name, category, text) in enumerate(TEMPLATES, 1)
        ]
        return said(data=rows, paging={"cursors": {"before": "a", "after": "b"}})

    def _upload(self, request: Request) -> Reply:
        files = request.files()
        if not files:
            return graph_error(400, 100, "(#100) The parameter file is required.")
        return said(id=self._keep(files[0][1], files[0][2]))

    def _keep(self, mime: str, content: bytes) -> str:
        number = f"88{self.next_number():013}"
        self.files[number] = (mime, content)
        return number

    def _file(self, path: tuple[str, ...]) -> Reply:
        """First the address of a file, then, at that address, its bytes."""
        number = path[-1]
        mime, content = self.files[number]
        if path[0] == "lookaside":
            return Reply(200, content, mime)
        url = f"{self.base_url}/v25.0/lookaside/{number}"
        digest = hashlib.sha256(content).hexdigest()
        return said(
            id=number,
            url=url,
            mime_type=mime,
            sha256=digest,
            file_size=len(content),
            messaging_product="whatsapp",
        )

    def _send(self, request: Request) -> Reply:
        body = request.json()
        to = str(body.get("to") or body.get("recipient") or "")
        if (refused := self.refusal(to)) is not None:
            return refused
        customer = self.who(lambda one: to in (one.phone, _user_id(one)))
        kind = str(body.get("type"))
        held = body.get(kind) or {}
        text = str(held.get("body") or held.get("caption") or held.get("name") or "")
        provider_id = self._id()
        ref = str(body.get("biz_opaque_callback_data") or "")
        failed = self._later.pop(0) if self._later else "" if customer else "nobody"
        if not failed and kind != "template" and customer and self._is_late(customer):
            failed = "window"
        self._receipts(provider_id, to, ref, failed, priced=kind == "template")
        contacts = [{"input": to, "wa_id": to}]
        answer = said(messaging_product="whatsapp", contacts=contacts, messages=[{"id": provider_id}])
        taken = Taken(
            self.kind, to, text, provider_id, ref, int(kind not in ("text", "template", "interactive"))
        )
        return self.take(taken, None if failed else customer, answer)

    def _is_late(self, customer: Customer) -> bool:
        """Whether the customer's last message is too old; of one who never wrote here nothing is known."""
        heard_at = self._heard_at.get(customer.phone)
        return heard_at is not None and self.world.now() - heard_at > WINDOW

    def _receipts(self, provider_id: str, to: str, ref: str, failed: str, *, priced: bool) -> None:
        told = ("failed",) if failed else ("sent", "delivered", "read")
        for number, status in enumerate(told, 1):
            wait = self.wait_for_receipt(provider_id, number)
            if wait is None:
                continue
            row: dict[str, Any] = {
                "id": provider_id,
                "status": status,
                "timestamp": str(int((self.world.now() + timedelta(seconds=number)).timestamp())),
                "recipient_id": to,
            }
            if ref:
                row["biz_opaque_callback_data"] = ref
            if failed:
                code, title, details = _FAILED[failed]
                row["errors"] = [
                    {"code": code, "title": title, "message": title, "error_data": {"details": details}}
                ]
            elif status == "sent":
                category = "utility" if priced else "service"
                row["pricing"] = {
                    "billable": priced,
                    "pricing_model": "PMP",
                    "category": category,
                    "type": "regular",
                }
            self._tell("messages", f"{provider_id}:{status}", {"statuses": [row]}, after=wait)

    def _tell(self, name: str, key: str, value: dict[str, Any], *, after: float = 0.0) -> None:
        meta = {"display_phone_number": self.phone, "phone_number_id": self.account}
        change = {"field": name, "value": {"messaging_product": "whatsapp", "metadata": meta, **value}}
        entry = {"id": self.waba, "changes": [change]}
        self.tell(key, {"object": "whatsapp_business_account", "entry": [entry]}, after=after)

    def _id(self) -> str:
        return f"wamid.HBgM{self.world.seed:04}{self.next_number():024}AA=="

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        row = self._row(customer, {"type": "text", "text": {"body": text}})
        if picture:
            image = {"id": self._keep("image/png", picture), "mime_type": "image/png", "caption": text}
            row = self._row(customer, {"type": "image", "image": image})
        self._tell_of(customer, row)
        return str(row["id"])

    def edits(self, customer: Customer, message: str, text: str) -> None:
        words = {"type": "text", "text": {"body": text}}
        self._tell_of(
            customer,
            self._row(customer, {"type": "edit", "edit": {"original_message_id": message, "message": words}}),
        )

    def unsends(self, customer: Customer, message: str) -> None:
        self._tell_of(
            customer, self._row(customer, {"type": "revoke", "revoke": {"original_message_id": message}})
        )

    def reacts(self, customer: Customer, message: str, emoji: str) -> None:
        body = {"message_id": message, "emoji": emoji}
        self._tell_of(customer, self._row(customer, {"type": "reaction", "reaction": body}))

    def phone_writes(self, customer: Customer, text: str) -> str:
        """The shop answers in its phone app: an echo."""
        at, provider_id = self.stamp(customer.phone), self._id()
        row = {
            "from": self.phone,
            "to": customer.phone,
            "id": provider_id,
            "timestamp": str(int(at.timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        self._tell("smb_message_echoes", provider_id, {"message_echoes": [row]})
        self.world.heard(self.kind, customer, text)
        return provider_id

    def _row(self, customer: Customer, content: dict[str, Any]) -> dict[str, Any]:
        at = self.stamp(customer.phone)
        self._heard_at[customer.phone] = at
        who = {"from": customer.phone, "from_user_id": _user_id(customer)}
        return {**who, "id": self._id(), "timestamp": str(int(at.timestamp())), **content}

    def _tell_of(self, customer: Customer, row: dict[str, Any]) -> None:
        contact = {"profile": {"name": customer.name}, "wa_id": customer.phone, "user_id": _user_id(customer)}
        self._tell("messages", str(row["id"]), {"contacts": [contact], "messages": [row]})

    def _app_data(self, request: Request) -> Reply:
        """The phone's address book, or its history in chunks that need not come in order."""
        if request.json().get("sync_type") == "history":
            for number, (customer, is_ours, text, at) in enumerate(self.history, 1):
                row = {
                    "from": self.phone if is_ours else customer.phone,
                    "id": f"wamid.HIST{number:028}",
                    "timestamp": str(int(at.timestamp())),
                    "type": "text",
                    "text": {"body": text},
                }
                chunk = {
                    "metadata": {
                        "phase": 0,
                        "chunk_order": number,
                        "progress": 100 * number // len(self.history),
                    },
                    "threads": [{"id": customer.phone, "messages": [row]}],
                }
                self._tell("history", f"history:{number}", {"history": [chunk]}, after=1.0)
        else:
            told_at = str(int(self.world.now().timestamp()))
            people = [
                {
                    "type": "contact",
                    "action": "add",
                    "contact": {
                        "full_name": one.name,
                        "first_name": one.name.split()[0],
                        "phone_number": one.phone,
                    },
                    "metadata": {"timestamp": told_at},
                }
                for one in self.world.customers
            ]
            self._tell("smb_app_state_sync", "people", {"state_sync": people})
        return said(messaging_product="whatsapp", request_id=self.world.invent("sync"))


def _user_id(customer: Customer) -> str:
    """The id that WhatsApp gives a person for one business."""
    return f"ID.{customer.digits('whatsapp', 20)}"
