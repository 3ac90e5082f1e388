"""Events that are about the shop itself: its answers, its channels, and what is not understood yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sapa.gateway.types.parts import ChannelRef


@dataclass(frozen=True, slots=True)
class AnswerApproved:
    """A question with the answer that the shop has approved; the knowledge room keeps it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ChannelStateChanged:
    """The provider says that the connection itself changed: `why` is a code, empty where it works (again)."""

    channel: ChannelRef
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LookAgain:
    """A hint that something changed, from a body that proves too little: the provider is asked by `ref` before it counts.

    `ref` is what the adapter's `look` takes, such as "payment:6ee793df". `fresh_for`: what was answered so lately is not
    asked again, None where every hint counts.
    """

    channel: ChannelRef
    ref: str
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TemplateStated:
    """The provider's word on a message template; fields as in `gateway.models.Template`."""

    channel: ChannelRef
    name: str
    language: str
    status: str
    at: datetime
    category: str = ""
    text: str = ""
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that a source yields and Sapa does not understand yet; never an exception."""

    code: str
    detail: str = ""
