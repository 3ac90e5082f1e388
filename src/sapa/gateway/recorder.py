"""A stored payload becomes a fixture for tests: the shape as it came, nobody's name, number, address, word or secret.

Equal values stay equal within one fixture, so that an id still names the same message everywhere in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sapa.accounts.models import Teammate
from sapa.accounts.operations import record_audit
from sapa.gateway.models import Payload

_SECRET = re.compile(
    r"token|secret|signature|password|api_?key|authorization|sealed|cookie|auth$", re.IGNORECASE
)
_NAME = re.compile(
    r"(^|_)(name|username|first_name|last_name|nama|buyer|recipient_name|display_?name|nickname|title)$"
)
_CODE = re.compile(r"^[a-z][a-z0-9_.:/-]{0,40}$")
_STAMP = re.compile(r"^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?$|^1\d{9}(\d{3})?$")
_NUMBER = re.compile(r"^[\d.,+-]{1,6}$")
_PHONE = re.compile(r"^\+?\d{8,15}$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
_LINK = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ID = re.compile(r"^[\w.:=+/@-]{6,}$")
# Where codes stand that `parse` must know; a word of the same look under another name is somebody's.
_CODED = re.compile(
    r"(^|_)(type|kind|status|event|field|object|code|category|mime_type|mode|currency|language|method|action|state"
    r"|pricing_model|reason|channel|messaging_product|scope|version)$"
)
_PEOPLE = ("Rina Wulandari", "Budi Santoso", "Sari Dewi", "Andi Wijaya")


def record_fixture(payload: Payload) -> str:
    """JSON: {"kind", "head", "body"}; a body that is no JSON is told by its length only."""
    mask = _Mask()
    try:
        body: Any = mask.value(json.loads(bytes(payload.body)), "")
    except (ValueError, RecursionError):
        body = {"not_json": True, "bytes": len(payload.body)}
    fixture = {"kind": payload.channel.kind, "head": mask.value(payload.head, ""), "body": body}
    return json.dumps(fixture, ensure_ascii=False, indent=1)


def open_payload(payload: Payload, *, by: Teammate | None, now: datetime) -> str:
    """The body with its words, as a teammate asked to see them: told to the audit trail. Only secrets stay masked."""
    record_audit(
        business=payload.business,
        by=by,
        verb="opened_payload",
        object_kind="channel",
        object_id=str(payload.channel_id),
        data={"payload": payload.pk},
        now=now,
    )
    try:
        body = _without_secrets(json.loads(bytes(payload.body)))
    except (ValueError, RecursionError):
        return bytes(payload.body).decode("utf-8", "replace")
    return json.dumps(body, ensure_ascii=False, indent=1)


def _without_secrets(given: Any) -> Any:
    if isinstance(given, dict):
        return {
            name: "***" if isinstance(one, str) and one and _SECRET.search(name) else _without_secrets(one)
            for name, one in given.items()
        }
    return [_without_secrets(one) for one in given] if isinstance(given, list) else given


class _Mask:
    """Masks of one fixture: what a value became it becomes again."""

    def __init__(self) -> None:
        self._became: dict[str, str] = {}
        self._people = 0

    def value(self, given: Any, name: str) -> Any:
        if isinstance(given, dict):
            return {self._key(key): self.value(one, key) for key, one in given.items()}
        if isinstance(given, list):
            return [self.value(one, name) for one in given]
        if isinstance(given, str):
            return self._text(given, name)
        if isinstance(given, bool) or given is None:
            return given
        return self._number(given)

    def _key(self, key: str) -> str:
        """A key is part of the shape, unless it is somebody's number or id."""
        return key if re.fullmatch(r"[A-Za-z_$][\w.$-]{0,40}", key) else self._text(key, "")

    def _number(self, given: float) -> float:
        text = str(given)
        if not isinstance(given, int) or len(text) <= 6 or _STAMP.match(text):
            return given
        return int(self._once(text, lambda: _digits(text)))

    def _text(self, given: str, name: str) -> str:
        if not given or (_SECRET.search(name)):
            return "***" if given else ""
        nested = self._nested(given)
        if nested is not None:
            return nested
        if _NAME.search(name.casefold()):
            return self._once(given, self._next_person)
        if (
            _STAMP.match(given)
            or _NUMBER.match(given)
            or (_CODED.search(name) and _CODE.match(given.casefold()))
        ):
            return given
        return self._once(given, lambda: _masked(given))

    def _nested(self, given: str) -> str | None:
        """JSON within a string, as some providers send it."""
        if given[:1] not in "{[":
            return None
        try:
            return json.dumps(self.value(json.loads(given), ""), ensure_ascii=False)
        except (ValueError, RecursionError):
            return None

    def _next_person(self) -> str:
        self._people += 1
        return _PEOPLE[(self._people - 1) % len(_PEOPLE)]

    def _once(self, given: str, make: Callable[[], str]) -> str:
        if given not in self._became:
            self._became[given] = make()
        return self._became[given]


def _masked(given: str) -> str:
    if _PHONE.match(given):
        plus = "+" if given.startswith("+") else ""
        digits = given.removeprefix("+")
        return plus + digits[:2] + _digits(digits[2:])
    if _EMAIL.match(given):
        return f"{_hash(given)[:8]}@contoh.example"
    if _LINK.match(given):
        return f"https://contoh.example/{_hash(given)[:12]}"
    if _ID.match(given) and re.search(r"\d", given):
        prefix = re.match(r"^[a-z]{1,8}[._:]", given)
        return ((prefix.group() if prefix else "") + _hash(given) * 4)[: min(len(given), 120)]
    words = ("Kak,", "sage", "masih", "ada?", "Mau", "dua", "ya.", "Terima", "kasih")
    return " ".join(words[place % len(words)] for place in range(max(1, len(given.split()))))


def _digits(text: str) -> str:
    """As many digits, which say nothing of those that stood there."""
    return "".join(str(int(char, 16) % 10) for char in _hash(text)[: len(text)]).rjust(len(text), "7")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
