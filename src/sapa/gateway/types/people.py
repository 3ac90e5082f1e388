"""Events that say something of a person: rows, notes, behaviour, forms, consent, reviews, survey answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sapa.gateway.types.parts import ChannelRef, Key, Origin, Person


@dataclass(frozen=True, slots=True)
class PersonDescribed:
    """A row about a person (customer sheet, address book, web `identify`): names and keys, where they came from.

    `is_current_name`: the provider says what the person calls themselves now, over what it said before.
    """

    channel: ChannelRef
    person: Person
    at: datetime | None = None
    origin: Origin | None = None
    city: str = ""
    address: str = ""
    note: str = ""
    preferences: tuple[tuple[str, str], ...] = ()
    is_current_name: bool = False


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """A note from the counter or a call: what happened and its outcome, in the shop's words.

    `act` is visit, call, order, complaint or other.
    """

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    text: str
    outcome: str = ""
    act: str = "visit"
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Behaved:
    """A web or app event. `kind` is a code of `timeline.kinds`; `measures` holds only measures that kind allows."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    kind: str
    measures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormFilled:
    """A form on the shop's site or an advertiser's lead form: `fields` are (label, what was typed) in order."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    form: str
    fields: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class ConsentStated:
    """A person lets the shop write to them, or no longer: `purpose` is service or promotion.

    `how` is keyword, form, provider or import; `text_version` names the words that were agreed to.
    """

    channel: ChannelRef
    dedupe_key: str
    person: Person
    purpose: str
    given: bool
    how: str
    at: datetime
    text_version: str = ""


@dataclass(frozen=True, slots=True)
class KeyReplaced:
    """A person's address changed and the provider vouches for it (a new number, a new business-scoped id)."""

    channel: ChannelRef
    old: Key
    new: Key
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPosted:
    """A public review: 1 to 5 stars (None where the source has words only)."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    stars: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ResponseGiven:
    """An answer to a survey: `survey` is nps (0..10), csat (1..5) or ces (1..7)."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    survey: str
    score: int
    words: str = ""
