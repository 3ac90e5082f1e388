"""Run a batch: rows become events, events facts, in small transactions that others can slip between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sapa.channels.operations import Cache
from sapa.gateway.digest import Digested, Fact, FactKind, digest_events
from sapa.gateway.digest.clues import refresh_suggestions
from sapa.gateway.types import AnswerApproved, Event
from sapa.imports.formats import register
from sapa.imports.formats.types import FormatError, Problem, Row
from sapa.imports.models import Batch, BatchFile, Effect, FailedRow
from sapa.imports.queries import answers_for, path_of
from sapa.knowledge.operations import record_answers
from sapa.lib.collecting import without_collecting
from sapa.lib.database import BULK_ROWS, BULK_SECONDS, write, yield_to_others
from sapa.lib.inserting import insert_many, insert_rows

ROWS_WHEN_ALONE = 1000
FEWEST_ROWS = 10
KEPT_FAILURES = 10_000

Tell = Callable[[BatchFile], None]


class _Pace:
    """How many rows go into one transaction: many when nobody else writes, else what takes about 20 ms."""

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone
        self.rows = ROWS_WHEN_ALONE if alone else BULK_ROWS // 4

    def after(self, rows: int, seconds: float) -> None:
        if self.alone or not rows:
            return
        fitting = int(rows * BULK_SECONDS / max(seconds, 1e-6))
        self.rows = max(FEWEST_ROWS, min(BULK_ROWS, fitting))


def run_batch(*, batch: Batch, now: datetime, alone: bool = False, tell: Tell | None = None) -> Batch:
    """Read every file of the batch into facts. Safe to run again after a crash: what is in already merges."""
    started = time.monotonic()
    with write():
        batch.state, batch.started_at = Batch.State.RUNNING, batch.started_at or now
        batch.save(update_fields=["state", "started_at"])
    run = _Run(batch, now, _Pace(alone=alone), tell)
    for file in batch.files.filter(problem__isnull=True).order_by("id"):
        if run.is_cancelled():
            break
        run.read(file)
    state = Batch.State.CANCELLED if run.is_cancelled() else Batch.State.DONE
    if state is Batch.State.DONE and not batch.files.filter(problem__isnull=True).exists():
        state = Batch.State.FAILED
    if batch.effects.filter(is_creator=True).exists():
        refresh_suggestions(batch.business, alone=alone)
    with write():
        batch.state, batch.ended_at = state, now + timedelta(seconds=time.monotonic() - started)
        batch.save(update_fields=["state", "ended_at"])
    return batch


class _Run:
    def __init__(self, batch: Batch, now: datetime, pace: _Pace, tell: Tell | None) -> None:
        self.business, self.batch, self.now = batch.business, batch, now
        self.pace, self.tell = pace, tell
        self.channels: Cache = {}
        self.links: set[int] = set()

    def is_cancelled(self) -> bool:
        return Batch.objects.filter(pk=self.batch.pk, cancel_asked=True).exists()

    def read(self, file: BatchFile) -> None:
        """Read one file; what breaks it off is its problem, and what came before stays with the batch."""
        with write():
            BatchFile.objects.filter(pk=file.pk).update(rows=0, created=0, merged=0, skipped=0, failed=0)
            file.failed_rows.all().delete()
        file.refresh_from_db()
        answers = answers_for(file)
        if answers.day_first is not None:
            self._settle_day_order(file)
        try:
            rows = register.get_format(file.format).read(path_of(file), answers)
            for chunk in self._chunks(rows):
                self._take(file, chunk)
                if self.is_cancelled():
                    return
        except FormatError as error:
            self._break_off(file, error.problem)
        except OSError:
            self._break_off(file, Problem("unreadable_file", {"name": file.name}))

    def _chunks(self, rows: Iterator[Row]) -> Iterator[list[Row]]:
        chunk: list[Row] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) >= self.pace.rows:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _take(self, file: BatchFile, chunk: Sequence[Row]) -> None:
        started = time.perf_counter()
        events = [event for row in chunk for event in row.events]
        with write(), without_collecting():
            digested = digest_events(
                business=self.business, events=events, now=self.now, channels=self.channels
            )
            self._keep_answers(events, digested)
            self._vouch(digested)
            self._count(file, chunk, digested)
        self.pace.after(len(chunk), time.perf_counter() - started)
        yield_to_others(alone=self.pace.alone)
        if self.tell is not None:
            self.tell(file)

    def _keep_answers(self, events: Sequence[Event], digested: Sequence[Digested]) -> None:
        """Approved answers belong to a room above the digest, which passes them by."""
        answers = [(i, one) for i, one in enumerate(events) if isinstance(one, AnswerApproved)]
        if not answers:
            return
        approved = [(one.question, one.answer) for _, one in answers]
        rows = record_answers(business=self.business, approved=approved, now=self.now)
        for (i, _one), (pk, is_new) in zip(answers, rows, strict=True):
            digested[i].result = "created" if is_new else "merged"
            digested[i].facts.append(Fact(FactKind.ANSWER, pk, is_new))

    def _vouch(self, digested: Sequence[Digested]) -> None:
        vouched = []
        for fact in (fact for one in digested for fact in one.facts):
            if fact.kind == FactKind.LINK:
                if fact.id in self.links:
                    continue
                self.links.add(fact.id)
            vouched.append(fact)
        insert_rows(
            Effect,
            [
                {
                    "business_id": self.business.pk,
                    "batch_id": self.batch.pk,
                    "kind": int(fact.kind),
                    "object_id": fact.id,
                    "is_creator": fact.is_new,
                }
                for fact in vouched
            ],
        )

    def _count(self, file: BatchFile, chunk: Sequence[Row], digested: Sequence[Digested]) -> None:
        results = iter(digested)
        counts = {"created": 0, "merged": 0, "skipped": 0, "failed": 0}
        failures: list[FailedRow] = []
        for row in chunk:
            became = {next(results).result for _ in row.events}
            outcome = _outcome(row, became)
            counts[outcome] += 1
            if row.problem is not None and file.failed + len(failures) < KEPT_FAILURES:
                failures.append(self._failure(file, row))
        insert_many(failures)
        moments = [at for row in chunk for event in row.events if (at := _moment(event)) is not None]
        _add_up(file, counts, moments)
        file.save(update_fields=["rows", "created", "merged", "skipped", "failed", "first_at", "last_at"])

    def _failure(self, file: BatchFile, row: Row) -> FailedRow:
        problem = row.problem or Problem("unreadable_row")
        return FailedRow(
            business=self.business,
            file=file,
            number=row.number,
            problem={"code": problem.code, "data": dict(problem.data)},
            raw=list(row.raw),
        )

    def _settle_day_order(self, file: BatchFile) -> None:
        """A warning of when the file was looked at alone: other chats of the batch have told since."""
        with write():
            file.warnings = [one for one in file.warnings if one["code"] != "day_order_guessed"]
            file.save(update_fields=["warnings"])

    def _break_off(self, file: BatchFile, problem: Problem) -> None:
        with write():
            file.problem = {"code": problem.code, "data": dict(problem.data)}
            file.save(update_fields=["problem"])


def _outcome(row: Row, became: set[str]) -> str:
    if row.problem is not None:
        return "failed"
    if row.continues:
        return "merged"
    for result in ("created", "merged"):
        if result in became:
            return result
    return "skipped"


def _moment(event: Event) -> datetime | None:
    return getattr(event, "placed_at", None) or getattr(event, "at", None)


def _add_up(file: BatchFile, counts: dict[str, int], moments: Sequence[datetime]) -> None:
    for name, number in counts.items():
        setattr(file, name, getattr(file, name) + number)
    file.rows += sum(counts.values())
    if moments:
        file.first_at = min([*moments, *([file.first_at] if file.first_at else [])])
        file.last_at = max([*moments, *([file.last_at] if file.last_at else [])])
