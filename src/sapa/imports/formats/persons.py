"""People as table rows name them: keys beside a name, "name or phone" in one cell, and stable record keys."""

from __future__ import annotations

import hashlib
import re

from sapa.gateway.types import Key, Person
from sapa.imports.formats.columns import is_email, is_phone

_PHONE_IN = re.compile(r"\(?\+?\d[\d\s().-]{7,18}\d")
_EMAIL_IN = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[A-Za-z]{2,}")
_HANDLE = re.compile(r"^@[A-Za-z0-9._]{2,40}$")
_LONGEST_CELL = 1000
_LONGEST_NAME = 200
_SEPARATED = re.compile(r"\s*(?::::|[,;/|\n]|\batau\b|\bor\b)\s*")


def digest(*parts: object) -> str:
    """A short stable name for what these parts say (case and doubled spaces do not matter)."""
    text = "\x1f".join(" ".join(str(part).lower().split()) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def is_masked(text: str) -> bool:
    """Whether a marketplace has starred the value out; such a value is no name and no key."""
    return "*" in text


def unmasked(text: str) -> str:
    """The value, or "" where it is masked."""
    return "" if "*" in text else text


def phone_digits(text: str) -> str:
    """The digits that stay the same however an Indonesian number is written: for record keys only."""
    digits = "".join(filter(str.isdigit, text))
    return digits.removeprefix("62").lstrip("0")


def phones_in(text: str) -> tuple[str, ...]:
    """The numbers of a cell that may hold several (`0812… / 0813…`, Google's `::: `); masked ones are left out."""
    return tuple(part for part in _SEPARATED.split(text) if part and not is_masked(part) and is_phone(part))


def emails_in(text: str) -> tuple[str, ...]:
    """The addresses of a cell that may hold several; masked ones are left out."""
    return tuple(part for part in _SEPARATED.split(text) if part and not is_masked(part) and is_email(part))


def keys_of(phones: str = "", emails: str = "", handles: tuple[tuple[str, str], ...] = ()) -> tuple[Key, ...]:
    """The strong keys of cells with phones, e-mails and (kind, handle); masked and empty ones are left out."""
    keys = [Key("phone", phone) for phone in phones_in(phones[:_LONGEST_CELL])] if phones else []
    if emails:
        keys += [Key("email", email) for email in emails_in(emails[:_LONGEST_CELL])]
    keys += [Key(kind, handle) for kind, handle in handles if handle and not is_masked(handle)]
    return tuple(dict.fromkeys(keys))


def person_of(source: str, name: str, keys: tuple[Key, ...]) -> Person:
    """The person of a row: with keys a record of its own, with a name alone one that the name stands for.

    The record key is made of the name and the keys, so that the same row gives the same record when its
    other cells have changed.
    """
    shown = unmasked(name)[:_LONGEST_NAME]
    if not keys and shown:
        return Person(("external", f"{source}:{shown}"), shown)
    said = sorted(phone_digits(key.value) if key.kind == "phone" else key.value for key in keys)
    return Person(("row", f"{source}:{digest(shown, *said)}"), shown, keys)


def name_and_keys(text: str) -> tuple[str, tuple[Key, ...]]:
    """Take "Bu Sari 0812-3456-7890" apart: what is left beside phones, an e-mail and @handles is the name."""
    keys: list[Key] = []
    rest = text[:_LONGEST_CELL]
    for email in _EMAIL_IN.findall(rest):
        keys.append(Key("email", email))
        rest = rest.replace(email, " ")
    for phone in _PHONE_IN.findall(rest):
        number = phone.strip() if ")" in phone else phone.strip(" (")
        if is_phone(number):
            keys.append(Key("phone", number))
            rest = rest.replace(phone, " ")
    if _HANDLE.match(rest.strip()):
        return rest.strip(), (*keys, Key("instagram", rest.strip()))
    name = " ".join(rest.replace("()", " ").replace("<>", " ").split()).strip(" -–,;:/()<>")
    return name, tuple(keys)
