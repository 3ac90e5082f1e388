"""The Bot API: a bot that hears by webhook or is asked, sends, is told to wait, is blocked, and whose group moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said

_SENDS = {
    "sendMessage": "text",
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendDocument": "document",
}


def _error(status: int, words: str, **parameters: Any) -> Reply:
    more = {"parameters": parameters} if parameters else {}
    return said(status, ok=False, error_code=status, description=words, **more)


class Telegram(Dialect):
    kind = "telegram"
    path = "telegram"
    account = "7001002003"
    stamp_step = timedelta(0)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.blocked: set[str] = set()
        self.moved: dict[str, str] = {}
        self._secret = ""
        self._waiting: list[dict[str, Any]] = []

    @property
    def token(self) -> str:
        return f"{self.account}:{self.world.invent('telegram', 'token')}"

    def settings(self) -> dict[str, str]:
        return {"token": self.token, "base_url": self.base_url}

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": self._secret}

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": _error(429, "Too Many Requests: retry after 3", retry_after=3),
            "blocked": _error(403, "Forbidden: bot was blocked by the user"),
            "nobody": _error(400, "Bad Request: chat not found"),
            "token": _error(401, "Unauthorized"),
            "down": _error(502, "Bad Gateway"),
        }

    def answer(self, request: Request) -> Reply:
        first, *rest = request.path
        if first == "file" and rest[:1] == [f"bot{self.token}"] and rest[-1] in self.files:
            mime, content = self.files[rest[-1]]
            return Reply(200, content, mime)
        if first != f"bot{self.token}" or len(rest) != 1:
            return self.failures()["token"]
        given = request.json() or request.form()
        method = rest[0]
        if method in _SENDS or method == "sendMediaGroup":
            return self._send(method, given, request)
        deeds: dict[str, Callable[[dict[str, Any]], Reply]] = {
            "getMe": self._me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getUpdates": self._updates,
            "getFile": self._file,
            "answerCallbackQuery": lambda _given: said(ok=True, result=True),
        }
        deed = deeds.get(method)
        return deed(given) if deed else _error(404, "Not Found")

    def _me(self, given: dict[str, Any]) -> Reply:
        return said(
            ok=True,
            result={
                "id": int(self.account),
                "is_bot": True,
                "first_name": "Toko Sage",
                "username": "tokosage_bot",
            },
        )

    def _set_webhook(self, given: dict[str, Any]) -> Reply:
        url = str(given.get("url"))
        if not url.startswith("https://"):
            return _error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.hook_url, self._secret = url, str(given.get("secret_token"))
        with self.world.guard:
            waiting, self._waiting = self._waiting, []
        for update in waiting:
            self.tell(str(update["update_id"]), update)
        return said(ok=True, result=True, description="Webhook was set")

    def _delete_webhook(self, given: dict[str, Any]) -> Reply:
        self.hook_url = ""
        return said(ok=True, result=True, description="Webhook was deleted")

    def _updates(self, given: dict[str, Any]) -> Reply:
        """What waits from `offset` on; what is before it was kept by whoever asks, and is forgotten."""
        if self.hook_url:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        with self.world.guard:
            self._waiting = [
                one for one in self._waiting if one["update_id"] >= int(given.get("offset") or 0)
            ]
            return said(ok=True, result=self._waiting[: int(given.get("limit") or 100)])

    def _file(self, given: dict[str, Any]) -> Reply:
        name = str(given.get("file_id"))
        if name not in self.files:
            return _error(400, "Bad Request: invalid file_id")
        return said(
            ok=True,
            result={"file_id": name, "file_size": len(self.files[name][1]), "file_path": f"photos/{name}"},
        )

    def _send(self, method: str, given: dict[str, Any], request: Request) -> Reply:
        chat = str(given.get("chat_id"))
        if (refused := self.refusal(chat)) is not None:
            return refused
        if chat in self.moved:
            new = int(self.moved[chat])
            return _error(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new
            )
        customer = self.who(lambda one: self.id_of(one) == chat)
        if chat in self.blocked:
            return self.failures()["blocked"]
        if customer is None and not chat.startswith("-"):
            return self.failures()["nobody"]
        at = int(self.stamp(chat).timestamp())
        text = str(given.get("text") or given.get("caption") or "")
        count = len(json.loads(given["media"])) if method == "sendMediaGroup" else 1
        sent = [
            {
                "message_id": self.next_number(),
                "from": {"id": int(self.account), "is_bot": True, "first_name": "Toko Sage"},
                "chat": {"id": int(chat), "type": "supergroup" if chat.startswith("-") else "private"},
                "date": at,
                **({"text": text} if method == "sendMessage" else {"caption": text}),
            }
            for _ in range(count)
        ]
        taken = Taken(self.kind, chat, text, f"{chat}:{sent[0]['message_id']}", files=len(request.files()))
        answer = said(ok=True, result=sent if method == "sendMediaGroup" else sent[0])
        return self.take(taken, customer, answer)

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        content: dict[str, Any] = {"text": text}
        if picture:
            name = f"AgAC{self.next_number():020}"
            self.files[name] = ("image/png", picture)
            sizes = [
                {
                    "file_id": name,
                    "file_unique_id": name[-8:],
                    "width": 8,
                    "height": 8,
                    "file_size": len(picture),
                }
            ]
            content = {"photo": sizes, "caption": text}
        return self._writes(customer, content)

    def shares_number(self, customer: Customer) -> str:
        """The customer sends their own contact, which Telegram vouches for."""
        own = int(self.id_of(customer))
        contact = {"phone_number": f"+{customer.phone}", "first_name": customer.name, "user_id": own}
        return self._writes(customer, {"contact": contact})

    def edits(self, customer: Customer, message: str, text: str) -> None:
        at = int(self.stamp(self.id_of(customer)).timestamp())
        number = int(message.rpartition(":")[2])
        self._update("edited_message", {**self._frame(customer, number, at), "edit_date": at, "text": text})

    def blocks(self, customer: Customer) -> None:
        """The customer stops the bot: we are told, and what we send is refused from then on."""
        self.blocked.add(self.id_of(customer))
        at = int(self.stamp(self.id_of(customer)).timestamp())
        bot = {"id": int(self.account), "is_bot": True, "first_name": "Toko Sage"}
        change = {**self._frame(customer, 0, at), "old_chat_member": {"user": bot, "status": "member"}}
        self._update("my_chat_member", {**change, "new_chat_member": {"user": bot, "status": "kicked"}})

    def group_says(self, customer: Customer, group: str, text: str) -> str:
        frame = self._frame(customer, self.next_number(), int(self.stamp(group).timestamp()))
        chat = {
            "id": int(group),
            "type": "supergroup" if group.startswith("-100") else "group",
            "title": "Pelanggan Sage",
        }
        self._update("message", {**frame, "chat": chat, "text": text})
        return f"{group}:{frame['message_id']}"

    def group_moves(self, group: str, new: str) -> None:
        """A group becomes a supergroup: its old number is no address any more."""
        self.moved[group] = new
        at = int(self.stamp(group).timestamp())
        row = {"message_id": self.next_number(), "date": at, "chat": {"id": int(group), "type": "group"}}
        self._update("message", {**row, "migrate_to_chat_id": int(new)})

    def _writes(self, customer: Customer, content: dict[str, Any]) -> str:
        number = self.next_number()
        frame = self._frame(customer, number, int(self.stamp(self.id_of(customer)).timestamp()))
        self._update("message", {**frame, **content})
        return f"{self.id_of(customer)}:{number}"

    def _frame(self, customer: Customer, number: int, at: int) -> dict[str, Any]:
        first, _, last = customer.name.partition(" ")
        who = {"id": int(self.id_of(customer)), "is_bot": False, "first_name": first, "last_name": last}
        return {"message_id": number, "date": at, "from": who, "chat": {**who, "type": "private"}}

    def _update(self, name: str, body: dict[str, Any]) -> None:
        update = {"update_id": 500_000 + self.next_number(), name: body}
        if self.hook_url:
            self.tell(str(update["update_id"]), update)
            return
        with self.world.guard:
            self._waiting.append(update)

    def id_of(self, customer: Customer) -> str:
        return customer.digits(self.path, 10)
