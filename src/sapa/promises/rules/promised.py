"""Which clauses of what the shop writes are promises with a time.

Decided here:
- A condition (`kalau transfer hari ini, besok dikirim`) promises nothing: what follows it in the sentence, and
  the clause that it ends, count only once the shop says them again without it.
- Attempts, guesses and customs (`kami usahakan`, `estimasi 2-3 hari`, `setiap Senin`) promise nothing, nor does
  what is merely possible (`bisa dikirim besok`). `InsyaAllah besok kami kirim` is a promise: customers hear one.
- A time without a deed, a deed without a time, and what the customer is asked to do, promise nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sapa.promises.rules import wording
from sapa.promises.rules.due import Due, find_due, may_name_a_time
from sapa.promises.types import Promised, PromiseKind


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    text: str
    question: bool
    conditional: bool


def detect(text: str, at: datetime, timezone: tzinfo) -> list[Promised]:
    """The promises in one message that the shop sent at `at` (aware), read in the shop's zone, in order of their place."""
    found: list[Promised] = []
    if not may_name_a_time(text):
        return found
    for sentence in _sentences(text):
        if wording.TERMS.search(text[sentence[0] : sentence[1]]):
            continue
        clauses = list(_clauses(text, *sentence))
        for number, clause in enumerate(clauses):
            promised = _promised(clause, clauses, number, at, timezone)
            if promised and not any(
                (known.kind, known.due_at) == (promised.kind, promised.due_at) for known in found
            ):
                found.append(promised)
    return found


def _sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    start = 0
    for match in wording.SENTENCE_END.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start(), "?" in match.group()
        start = match.end()
    if text[start:].strip():
        yield start, len(text), False


def _clauses(text: str, start: int, end: int, question: bool) -> Iterator[_Clause]:
    cuts = [(match.start(), match.end()) for match in wording.CLAUSE_END.finditer(text, start, end)]
    edges = list(zip([start, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), end], strict=True))
    edges = [(left, right) for left, right in edges if text[left:right].strip(" \t,")]
    conditions = [_is_condition(text[left:right]) for left, right in edges]
    for number, (left, right) in enumerate(edges):
        part = text[left:right]
        last = number == len(edges) - 1
        depends = any(conditions[: number + 1]) or (
            not last and conditions[number + 1] and _binds(text, *edges[number + 1])
        )
        yield _Clause(left, right, part, (question and last) or bool(wording.QUESTION.match(part)), depends)


def _is_condition(part: str) -> bool:
    return bool(wording.CONDITION.match(part)) and not wording.TOPIC.match(part)


def _binds(text: str, left: int, right: int) -> bool:
    """Whether a condition after its main clause makes that clause depend on it."""
    return not wording.COURTESY_CONDITION.search(text[left:right])


def _promised(
    clause: _Clause, clauses: list[_Clause], number: int, at: datetime, zone: tzinfo
) -> Promised | None:
    if clause.question or clause.conditional or not _may_promise(clause.text):
        return None
    opener = wording.OPENERS.match(clause.text)
    offset = opener.end() if opener else 0
    body = clause.text[offset:]
    due, start, end = find_due(body, at, zone), clause.start + offset, clause.end
    if due is None:
        lent = _lent_due(body, clauses, number, at, zone)
        if lent is None:
            return None
        due, words, start, end = lent[0], lent[1], min(start, lent[2]), max(end, lent[3])
        if wording.DONE.search(body):
            return None
    else:
        words = body[due.start : due.end]
        body = _what_remains(body, due)
    kind = _kind(_topic_before(clauses, number) + body)
    if kind is None or _asks_customer(body, kind):
        return None
    return Promised(kind, _trimmed(clauses, start, end), due.at, words)


def _topic_before(clauses: list[_Clause], number: int) -> str:
    """The words of `kalau untuk resi,` or `resinya,` that tell what the next clause is about."""
    before = clauses[number - 1].text if number else ""
    bare = wording.OPENERS.sub("", before)
    named = len(bare.split()) <= 3 and wording.THING.match(bare)
    return f"{before} " if named or wording.TOPIC.match(before) else ""


def _trimmed(clauses: list[_Clause], start: int, end: int) -> tuple[int, int]:
    whole = "".join(clause.text.ljust(clause.end - clause.start) for clause in clauses if clause.end == end)
    return start, end - (len(whole) - len(whole.rstrip(" \t,.")))


def _may_promise(part: str) -> bool:
    plain = wording.NOT_A_REFUSAL.sub(" ", part)
    if (
        wording.NOT.search(plain)
        or wording.CLOSED.search(plain)
        or wording.GUESS.search(plain)
        or wording.CUSTOM.search(plain)
    ):
        return False
    body = wording.OPENERS.sub("", plain)
    return not (wording.REQUEST.search(body) or wording.POSSIBLE.match(body))


def _what_remains(body: str, due: Due) -> str:
    """Without what stands as done before the time: `sudah dikirim, besok sampai` still promises the arrival."""
    done = wording.DONE.search(body)
    if done is None:
        return body
    if done.start() < due.start:
        return body[due.start :] if not due.today else ""
    return body if not due.today else ""


def _lent_due(
    body: str, clauses: list[_Clause], number: int, at: datetime, zone: tzinfo
) -> tuple[Due, str, int, int] | None:
    """The time of a neighbouring clause that has no deed of its own: `Besok ya kak, resinya kami kirim`."""
    if not (wording.BY_US.search(body) or wording.PASSIVE.search(body)):
        return None
    for other in clauses[max(number - 1, 0) : number] + clauses[number + 1 : number + 2]:
        if (
            other.question
            or other.conditional
            or not _may_promise(other.text)
            or wording.DONE.search(other.text)
        ):
            continue
        due = find_due(other.text, at, zone)
        if due and _kind(other.text) is None and not wording.CUSTOMER_DOES.search(other.text):
            return due, other.text[due.start : due.end], other.start, other.end
    return None


def clause_texts(text: str) -> Iterator[tuple[str, bool]]:
    """Each clause of a message and whether it asks."""
    for sentence in _sentences(text):
        for clause in _clauses(text, *sentence):
            yield clause.text, clause.question


def kinds_in(part: str) -> set[PromiseKind]:
    """Every kind of deed that a clause names."""
    return {kind for kind, pattern in wording.KINDS if pattern.search(part)}


def _kind(body: str) -> PromiseKind | None:
    return next((kind for kind, pattern in wording.KINDS if pattern.search(body)), None)


def _asks_customer(body: str, kind: PromiseKind) -> bool:
    if wording.CUSTOMER_DOES.search(body) or (
        wording.CUSTOMER_THINGS.search(body) and not wording.BY_US.search(body)
    ):
        return True
    by_us = wording.BY_US.search(body) or wording.PASSIVE.search(body)
    return kind in wording.NEEDS_US and not by_us and bool(wording.BARE_REQUEST.search(body))
