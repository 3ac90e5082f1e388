"""What crosses the room: a backup's manifest, the doctor's findings, what a recount found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UpkeepError(Exception):
    """It could not be done; str is the reason in one sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `members` is {name in the zip: SHA-256}; `migrations` are those of its tables."""

    version: str
    made_at: str
    database: str
    migrations: tuple[str, ...]
    members: dict[str, str]


class Health(StrEnum):
    """OK: nothing to do. WARN: works, but see to it. BAD: does not work until it is mended."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor looked at: what it found, and what to do about it ("" where nothing)."""

    what: str
    health: Health
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived value that does not equal its recount."""

    table: str
    id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure took away, in rows."""

    identities: int
    messages: int
    others: int
