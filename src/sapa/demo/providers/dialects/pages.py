"""Instagram and Messenger: `entry[].messaging[]`, replies by the Send API, echoes of what we send, seen and delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.demo.providers.dialect import Taken
from sapa.demo.providers.dialects.graph import Graph, graph_error
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said


class _Page(Graph):
    """What the two have in common; `thing` is the name of the object in webhooks."""

    thing = ""
    bears_metadata = False

    def settings(self) -> dict[str, str]:
        return {"token": self.token, "app_secret": self.secret, "base_url": self.base_url}

    def failures(self) -> dict[str, Reply]:
        words = "This message is sent outside of allowed window."
        return {
            **super().failures(),
            "window": graph_error(
                403, 10, words, error_subcode=2534022 if self.thing == "instagram" else 2018278
            ),
            "nobody": graph_error(400, 100, "No matching user found", error_subcode=2018001),
            "blocked": graph_error(400, 551, "This person isn't available right now."),
        }

    def node(self, request: Request, path: tuple[str, ...]) -> Reply:
        if request.method == "GET" and path == ("me",):
            return self._me()
        if request.method == "GET" and path[-1] == "conversations":
            return self._people()
        if request.method == "POST" and path[-1] == "subscribed_apps":
            return said(success=True)
        if request.method == "POST" and path[-1] == "message_attachments":
            return self._upload(request)
        if request.method == "POST" and path[-1] == "messages":
            return self._send(request)
        return self.unknown()

    def answer(self, request: Request) -> Reply:
        if request.path[:1] == ("files",) and request.path[-1] in self.files:
            mime, content = self.files[request.path[-1]]
            return Reply(200, content, mime)
        if request.path == ("refresh_access_token",):
            return said(access_token=self.token, token_type="bearer", expires_in=5184000)  # noqa: S106 - a word of the protocol
        return super().answer(request)

    def _me(self) -> Reply:
        return said(id=self.account, user_id=self.account, username="tokosage", name="Toko Sage")

    def _people(self) -> Reply:
        """The names of people in the newest threads."""
        at = self.world.now().strftime("%Y-%m-%dT%H:%M:%S+0000")
        own = {"id": self.account, "username": "tokosage", "name": "Toko Sage"}
        rows = [
            {
                "id": f"t_{one.letters(self.path)}",
                "updated_time": at,
                "participants": {
                    "data": [own, {"id": self.id_of(one), "username": one.handle, "name": one.name}]
                },
            }
            for one in self.world.customers
            if self.id_of(one) in self._stamps
        ]
        return said(data=rows)

    def _upload(self, request: Request) -> Reply:
        files = request.files()
        if not files:
            return graph_error(400, 100, "The parameter filedata is required")
        return said(attachment_id=self._keep(files[0][1], files[0][2]))

    def _keep(self, mime: str, content: bytes) -> str:
        number = f"77{self.next_number():013}"
        self.files[number] = (mime, content)
        return number

    def _send(self, request: Request) -> Reply:
        body = request.json()
        to = str((body.get("recipient") or {}).get("id") or "")
        if (refused := self.refusal(to)) is not None:
            return refused
        customer = self.who(lambda one: self.id_of(one) == to)
        if customer is None:
            return self.failures()["nobody"]
        message = body.get("message") or {}
        text, ref = str(message.get("text") or ""), str(message.get("metadata") or "")
        mid = self._id()
        at = self.stamp(to)
        echo: dict[str, Any] = {"mid": mid, "is_echo": True, "app_id": 1517776481860111}
        if text:
            echo["text"] = text
        if self.bears_metadata and ref:
            echo["metadata"] = ref
        if attached := message.get("attachment"):
            number = str(attached["payload"]["attachment_id"])
            payload = {"url": f"{self.base_url}/files/{number}"}
            echo["attachments"] = [{"type": attached["type"], "payload": payload}]
        wait = self.wait_for_receipt(mid, 0)
        if wait is not None:
            self._tell(f"{mid}:echo", to, at, {"message": echo}, is_ours=True, after=wait)
        self._receipts(mid, to)
        taken = Taken(self.kind, to, text, mid, ref, int("attachment" in message))
        return self.take(taken, customer, said(recipient_id=to, message_id=mid))

    def _receipts(self, mid: str, person: str) -> None:
        raise NotImplementedError

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        person, mid = self.id_of(customer), self._id()
        message: dict[str, Any] = {"mid": mid, "text": text}
        if picture:
            payload = {"url": f"{self.base_url}/files/{self._keep('image/png', picture)}"}
            message["attachments"] = [{"type": "image", "payload": payload}]
        self._tell(mid, person, self.stamp(person), {"message": message})
        return mid

    def unsends(self, customer: Customer, mid: str) -> None:
        person = self.id_of(customer)
        self._tell(f"{mid}:gone", person, self.stamp(person), {"message": {"mid": mid, "is_deleted": True}})

    def reacts(self, customer: Customer, mid: str, emoji: str) -> None:
        person = self.id_of(customer)
        body = {"mid": mid, "action": "react", "reaction": "other", "emoji": emoji}
        self._tell(f"{mid}:reaction", person, self.stamp(person), {"reaction": body})

    def page_writes(self, customer: Customer, text: str) -> str:
        """The shop answers in the provider's own app."""
        person, mid = self.id_of(customer), self._id()
        echo = {"mid": mid, "is_echo": True, "text": text}
        self._tell(mid, person, self.stamp(person), {"message": echo}, is_ours=True)
        self.world.heard(self.kind, customer, text)
        return mid

    def _tell(
        self,
        key: str,
        person: str,
        at: datetime,
        said_of: dict[str, Any],
        *,
        is_ours: bool = False,
        after: float = 0.0,
    ) -> None:
        sender, recipient = (self.account, person) if is_ours else (person, self.account)
        row = {
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": int(at.timestamp() * 1000),
            **said_of,
        }
        entry = {"id": self.account, "time": int(self.world.now().timestamp() * 1000), "messaging": [row]}
        self.tell(key, {"object": self.thing, "entry": [entry]}, after=after)

    def id_of(self, customer: Customer) -> str:
        return customer.digits(self.path, 16)

    def _id(self) -> str:
        return f"m_{self.path}{self.world.seed:04}{self.next_number():020}"


class Instagram(_Page):
    kind = "instagram"
    path = "instagram"
    account = "17841400008460056"
    thing = "instagram"

    def settings(self) -> dict[str, str]:
        return {**super().settings(), "login": "instagram"}

    def _receipts(self, mid: str, person: str) -> None:
        if (wait := self.wait_for_receipt(mid, 3)) is not None:
            self._tell(f"{mid}:read", person, self.world.now(), {"read": {"mid": mid}}, after=wait)


class Messenger(_Page):
    kind = "messenger"
    path = "messenger"
    account = "104567890123456"
    thing = "page"
    bears_metadata = True

    def _receipts(self, mid: str, person: str) -> None:
        """Both name the moment until which all messages arrived or were seen."""
        until = int(self._stamps[person].timestamp() * 1000)
        told = ((2, "delivery", {"mids": [mid], "watermark": until}), (3, "read", {"watermark": until}))
        for number, name, body in told:
            if (wait := self.wait_for_receipt(mid, number)) is not None:
                self._tell(f"{mid}:{name}", person, self.world.now(), {name: body}, after=wait)
