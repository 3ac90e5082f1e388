"""The ledger of one contact: what the shop promised in its messages and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from sapa.promises.rules import PATIENCE, detect, judge
from sapa.promises.types import PromiseState, Said, Step

Verdicts = Mapping[tuple[int, int], tuple[str, datetime]]
"""The newest word of a teammate (kept, no_promise; when) by message and ordinal."""


class Outgoing(NamedTuple):
    """A message of the shop to the contact."""

    message_id: int
    said: Said


class PromiseFact(NamedTuple):
    """A promise: where it stands in its message, when it is due, when its deed was announced (None: not yet)."""

    message_id: int
    ordinal: int
    kind: str
    start: int
    end: int
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
    is_dismissed: bool


def keep_ledger(
    outgoing: Sequence[Outgoing], steps: Sequence[Step], zone: tzinfo, verdicts: Verdicts
) -> tuple[PromiseFact, ...]:
    """The promises in these messages, oldest first. Automatic answers promise nothing.

    What a teammate said stands: no promise at all, or kept at that moment unless it was done before.
    """
    found: list[PromiseFact] = []
    for number, (message_id, said) in enumerate(outgoing):
        if said.automatic or not said.text:
            continue
        for ordinal, promised in enumerate(detect(said.text, said.at, zone)):
            last = promised.due_at + PATIENCE
            later = [one.said for one in outgoing[number + 1 :] if one.said.at <= last]
            judged = judge(
                kind=promised.kind,
                made_at=said.at,
                due_at=promised.due_at,
                said=later,
                steps=[step for step in steps if said.at < step.at <= last],
                now=last,
            )
            verdict, at = verdicts.get((message_id, ordinal), ("", None))
            done_at = judged.done_at
            if verdict == "kept" and at is not None:
                done_at = min(done_at or at, at)
            found.append(
                PromiseFact(
                    message_id,
                    ordinal,
                    promised.kind.value,
                    *promised.span,
                    said.at,
                    promised.due_at,
                    done_at,
                    verdict == "no_promise",
                )
            )
    return tuple(found)


def state_of(promise: PromiseFact, now: datetime) -> PromiseState:
    """Kept, late, open, or broken once 14 days past due have gone by."""
    if promise.done_at is not None:
        return PromiseState.KEPT if promise.done_at <= promise.due_at else PromiseState.LATE
    return PromiseState.BROKEN if now > promise.due_at + PATIENCE else PromiseState.OPEN


def is_open(promise: PromiseFact, now: datetime) -> bool:
    """Whether it is still to be done: not done, not dismissed, at most 14 days past due."""
    return not promise.is_dismissed and state_of(promise, now) is PromiseState.OPEN
