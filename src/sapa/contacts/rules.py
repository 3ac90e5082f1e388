"""Decisions about people as pure functions: what a key is, and which identities add up to one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sapa.contacts.types import ANONYMOUS_KINDS, KEY_KINDS, NormalKey
from sapa.lib.names import cannot_be_same
from sapa.lib.phones import is_masked, normalise_phone

_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$")
_HANDLE = re.compile(r"[^\s/@]+$")
_GMAIL = ("gmail.com", "googlemail.com")
_NO_NAMES = frozenset(
    {
        "anonim",
        "anonymous",
        "tanpa nama",
        "no name",
        "pembeli",
        "pelanggan",
        "customer",
        "tamu",
        "guest",
        "-",
        "n/a",
    }
)
_HANDLE_KINDS = frozenset({"instagram", "telegram", "tiktok", "line", "messenger"})


def normalise_key(kind: str, value: str, *, region: str = "ID") -> NormalKey | None:
    """The stored form of a key as a source wrote it; None where it is no key (masked, unreadable, empty)."""
    value = value.strip()
    if not value or kind not in KEY_KINDS or is_masked(value):
        return None
    if kind in ("phone", "whatsapp"):
        number = normalise_phone(value, region)
        return NormalKey(kind, number) if number else None
    if kind == "email":
        address = normalise_email(value)
        return NormalKey(kind, address) if address else None
    if kind in _HANDLE_KINDS:
        found = _HANDLE.search(value.rstrip("/"))
        return NormalKey(kind, found.group().casefold()) if found else None
    return NormalKey(kind, value.casefold() if kind.startswith("marketplace:") else value)


def normalise_email(value: str) -> str | None:
    """The address in lower case; in a Gmail address dots do not matter, elsewhere they do."""
    address = value.strip().removeprefix("mailto:").strip("<>").casefold()
    if not _EMAIL.match(address) or len(address) > 254:
        return None
    name, _, domain = address.rpartition("@")
    if domain in _GMAIL:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}" if name else None


def shown_name(name: str) -> str:
    """A name fit to keep: trimmed, on one line; a masked one and a stand-in for one are none."""
    plain = " ".join(name.split())[:200]
    return "" if is_masked(plain) or plain.casefold() in _NO_NAMES else plain


def is_somebody(kind: str, name: str) -> bool:
    """Whether an identity alone makes a contact: a key or a name does, a visitor or a masked order does not."""
    if kind in KEY_KINDS:
        return True
    return bool(name) and kind not in ANONYMOUS_KINDS


def is_handle(name: str, values: Iterable[str]) -> bool:
    """Whether a name is only an account's: one of these addresses, or one word with a digit, a dot or an underscore."""
    word = name.strip().removeprefix("@").casefold()
    if not word or " " in word:
        return False
    return any(sign.isdigit() or sign in "._@" for sign in word) or word in {one.casefold() for one in values}


def contradicts(name: str, emails: Iterable[str], other_name: str, other_emails: Iterable[str]) -> bool:
    """Two records on one phone are two people only where unlike names and unlike e-mails both stand against it."""
    mine, theirs = set(emails), set(other_emails)
    if not mine or not theirs or mine & theirs or not name or not other_name:
        return False
    return cannot_be_same(name, other_name)


class Components:
    """Union-find over node numbers that refuses to join what was put apart.

    Joining in the order of the links gives the same components whether they are joined one by one
    as they come or all at once, which is what `verify` relies on.
    """

    def __init__(self, aparts: Iterable[tuple[int, int]] = ()) -> None:
        self._parent: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}
        for a, b in aparts:
            self._foes.setdefault(a, set()).add(b)
            self._foes.setdefault(b, set()).add(a)

    def find(self, node: int) -> int:
        root = node
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(node, node)) != root:
            self._parent[node] = root
            node = above
        return root

    def join(self, a: int, b: int) -> bool:
        """Join two nodes; False where they were put apart. The lower root stays."""
        low, high = sorted((self.find(a), self.find(b)))
        if low == high:
            return True
        foes = self._foes
        if foes and any(self.find(foe) == low for foe in foes.get(high, ())):
            return False
        self._parent[high] = low
        if high in foes:
            enemies = foes.pop(high)
            foes.setdefault(low, set()).update(enemies)
        return True

    def foes_stand_between(self, a: int, b: int) -> bool:
        low, high = sorted((self.find(a), self.find(b)))
        return any(self.find(foe) == low for foe in self._foes.get(high, ()))


def partition(
    nodes: Sequence[int], links: Iterable[tuple[int, int]], aparts: Iterable[tuple[int, int]]
) -> Mapping[int, int]:
    """Each node's component, named by its lowest node; links are taken in the order given."""
    components = Components(aparts)
    for a, b in links:
        components.join(a, b)
    return {node: components.find(node) for node in nodes}
