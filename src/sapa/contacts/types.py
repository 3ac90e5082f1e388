"""What crosses the room: kinds of identity, normalised keys, and what a duplicate looks like."""

from __future__ import annotations

from dataclasses import dataclass

# Kinds by which a person can be reached or is known anywhere: equal values are one person.
KEY_KINDS = frozenset(
    {
        "phone",
        "email",
        "whatsapp",
        "whatsapp_user",
        "instagram",
        "messenger",
        "telegram",
        "line",
        "tiktok",
        "user",
        "web",
        "marketplace:shopee",
        "marketplace:tokopedia",
        "marketplace:tiktokshop",
        "marketplace:lazada",
    }
)

# Kinds that interface.md shows of a contact: keys, and the source names that stand for one. Who wrote through the
# shop's site has the same value as visitor and as `web`.
SHOWN_KINDS = KEY_KINDS - {"web"} | {"visitor", "external"}

# Records of nobody known until a key joins them.
ANONYMOUS_KINDS = frozenset({"visitor", "typed"})


@dataclass(frozen=True, slots=True)
class NormalKey:
    """A key in the one form under which it is stored and compared."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Identified:
    """What `identify_many` found or made for one person; `links` are (link id, is new).

    `is_met` says that the person was known before, or met earlier in the same call, by whatever record.
    """

    identity_id: int
    contact_id: int | None
    is_new: bool
    links: tuple[tuple[int, bool], ...] = ()
    is_met: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateSide:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two contacts who may be one: `score` is 0..1, `evidence` are sentences in the reader's language."""

    id: str
    a: DuplicateSide
    b: DuplicateSide
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clue:
    """What a room above knows that may make two contacts one: a code of `contacts.duplicates.CLUES` and what it rests on.

    It never joins anybody; it stands among the evidence of a suggestion.
    """

    a: int
    b: int
    code: str
    value: str


class AmbiguousNameError(Exception):
    """Several contacts bear this name; `choices` are their public ids."""

    def __init__(self, who: str, choices: tuple[str, ...]) -> None:
        super().__init__(who)
        self.who = who
        self.choices = choices
