"""What a visitor sent, judged and put into the form that is stored: without proofs, and only what has a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from sapa.gateway.adapters.web.parsing import LONGEST_TEXT
from sapa.gateway.adapters.web.views import VIEWS_AT_ONCE
from sapa.gateway.adapters.web.visitors import find_user
from sapa.gateway.web.sites import Site
from sapa.lib.phones import normalise_phone

FILE_SALT = "sapa widget file"
FILES_AT_ONCE = 5
_FILE_SECONDS = 24 * 3600
_TOLD = ("source", "medium", "campaign", "content", "term", "referrer", "landing")

Said = Mapping[str, Any]


class RefusedError(Exception):
    """Not taken: a status, a code for the script, the field it is about, and a sentence for the visitor."""

    def __init__(self, status: int, code: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.field = status, code, sentence, field


def message_body(said: Said, *, visitor: str, site: Site) -> dict[str, Any]:
    """A message to the shop, with what the visitor says of themselves."""
    text, own_id = _text(said, "text", LONGEST_TEXT + 1), _text(said, "id", 64)
    files = [_opened_file(one, visitor) for one in _list(said, "files")[:FILES_AT_ONCE]]
    if len(text) > LONGEST_TEXT:
        raise RefusedError(
            422,
            "too_long",
            _(
                "Pesan ini terlalu panjang. Kirim dalam beberapa bagian; satu bagian paling banyak %(most)s huruf."
            )
            % {"most": LONGEST_TEXT},
            "text",
        )
    if not own_id or not (text.strip() or files):
        raise RefusedError(422, "empty", _("Pesan ini kosong. Tulis dulu, lalu kirim."), "text")
    return {
        "type": "message",
        "visitor": visitor,
        "id": own_id,
        "text": text,
        "files": files,
        **_person(said, site),
        **_moments(said),
        **_first(said),
    }


def seen_body(said: Said, *, visitor: str) -> dict[str, Any]:
    """The visitor has seen these messages of the shop."""
    ids = [one for one in _list(said, "ids")[:100] if isinstance(one, str) and len(one) <= 255]
    if not ids:
        raise RefusedError(422, "empty", _("Tidak ada pesan yang disebut."))
    return {"type": "seen", "visitor": visitor, "status": "read", "ids": ids}


def views_body(said: Said, *, visitor: str, site: Site) -> dict[str, Any]:
    """Pages looked at; what each may say is decided when it is read."""
    batch = [one for one in _list(said, "batch") if isinstance(one, dict)]
    if not batch or len(batch) > VIEWS_AT_ONCE:
        raise RefusedError(
            422, "batch", _("Kirim 1 sampai %(most)s halaman sekaligus.") % {"most": VIEWS_AT_ONCE}
        )
    user = find_user(said.get("user"), said.get("user_hash"), site.identity_secret)
    sent = _text(said, "sentAt", 40)
    return {
        "type": "views",
        "visitor": visitor,
        "sentAt": sent,
        "batch": batch,
        **({"user": user} if user else {}),
    }


def form_body(
    *,
    form: str,
    own_id: str,
    visitor: str,
    person: Said,
    fields: list[tuple[str, str]],
    consent: str,
    said: Said,
) -> dict[str, Any]:
    """A form as it was filled in; `person` holds name, phone and email as typed, `said` the moments and first visit."""
    return {
        "type": "form",
        "form": form,
        "id": own_id,
        "visitor": visitor,
        "fields": [list(pair) for pair in fields],
        "consent": consent,
        **readable_person(person),
        **_moments(said),
        **_first(said),
    }


def readable_person(said: Said) -> dict[str, str]:
    """Name, phone (E.164) and e-mail as typed. Raises `RefusedError` for a phone or e-mail that nobody can reach."""
    name, phone, email = _text(said, "name", 120), _text(said, "phone", 40), _text(said, "email", 200).strip()
    found = {"name": name} if name else {}
    if phone.strip():
        number = normalise_phone(phone)
        if number is None:
            raise RefusedError(
                422, "phone", _("Nomor ini tidak bisa dihubungi. Tulis seperti 0812-3456-7890."), "phone"
            )
        found["phone"] = number
    if email:
        if not _is_email(email):
            raise RefusedError(
                422, "email", _("Email ini kurang lengkap. Tulis seperti nama@contoh.id."), "email"
            )
        found["email"] = email
    return found


def seal_file(visitor: str, *, stored: str, name: str, mime: str, size: int) -> str:
    """What the visitor hands back to send a file that they have put up; only they can."""
    return signing.dumps(
        {"v": visitor, "stored": stored, "name": name, "mime": mime, "size": size}, salt=FILE_SALT
    )


def _opened_file(token: object, visitor: str) -> dict[str, Any]:
    try:
        found = signing.loads(str(token), salt=FILE_SALT, max_age=_FILE_SECONDS)
    except signing.BadSignature:
        found = {}
    if not isinstance(found, dict) or found.pop("v", "") != visitor:
        raise RefusedError(422, "file", _("Berkas itu sudah tidak ada. Pilih lagi."), "file")
    return found


def _person(said: Said, site: Site) -> dict[str, str]:
    user = find_user(said.get("user"), said.get("user_hash"), site.identity_secret)
    return readable_person(said) | ({"user": user} if user else {})


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host.strip(".") and not any(one.isspace() for one in text))


def _moments(said: Said) -> dict[str, str]:
    return {name: text for name in ("at", "sent") if (text := _text(said, name, 40))}


def _first(said: Said) -> dict[str, Any]:
    first = said.get("first")
    if not isinstance(first, dict):
        return {}
    told = {name: _text(first, name, 500) for name in _TOLD}
    return {"first": {name: text for name, text in told.items() if text}}


def _text(said: Said, name: str, most: int) -> str:
    value = said.get(name)
    return value[:most] if isinstance(value, str) else ""


def _list(said: Said, name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []
