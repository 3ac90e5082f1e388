"""Reads about imports: what a file is, how far a batch is, what became of each row, what is still missing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Sum

from sapa.accounts.models import Business
from sapa.accounts.queries import list_teammates
from sapa.contacts.models import Identity
from sapa.contacts.queries import count_contacts, get_head
from sapa.conversations.models import Message
from sapa.imports import rules, words
from sapa.imports.formats import register
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem
from sapa.imports.models import Batch, BatchFile, FailedRow
from sapa.imports.types import Coverage, FileResult, ImportResult, Progress, RowError, Source
from sapa.orders.models import Order
from sapa.timeline.models import Touchpoint

SILENT_NAMED = 5
ORDERS_AT_ONCE, MOST_ORDERS_LOOKED_AT = 500, 2_000


def get_batch(business: Business, public_id: UUID | str) -> Batch:
    """Raises Batch.DoesNotExist for another business's batch."""
    return Batch.objects.get(business=business, public_id=public_id)


def list_batches(business: Business, limit: int = 30) -> list[Batch]:
    return list(
        Batch.objects.filter(business=business)
        .prefetch_related("files")
        .order_by("-created_at", "-id")[:limit]
    )


def list_files(batch: Batch) -> list[BatchFile]:
    return list(batch.files.order_by("id"))


def list_asked(batch: Batch) -> list[tuple[BatchFile, Preview]]:
    """The files of a batch that a person must answer something about, with what is asked."""
    readable = batch.files.filter(problem__isnull=True).order_by("id")
    seen = [(file, look_at(file)) for file in readable]
    return [(file, preview) for file, preview in seen if preview.questions]


def answers_for(file: BatchFile) -> Answers:
    """What is known when this file is read: told for it, or remembered of the business."""
    told: dict[str, Any] = file.answers
    business = file.business
    return Answers(
        timezone=ZoneInfo(business.timezone),
        own_names=(*told.get("own_names", ()), *business.own_names, *_own_addresses(file)),
        day_first=told["day_first"] if "day_first" in told else _day_first_of_siblings(file),
        columns=told.get("columns", {}),
        currency=business.currency,
    )


def _own_addresses(file: BatchFile) -> tuple[str, ...]:
    """The addresses by which teammates sign in are the shop's in a mailbox."""
    if file.kind != "email":
        return ()
    return tuple(mate.user.email for mate in list_teammates(file.business))


def _day_first_of_siblings(file: BatchFile) -> bool | None:
    """Chats of one batch come from one phone: a chat that cannot tell takes the order that all the others have."""
    if file.kind != "whatsapp":
        return None
    siblings = BatchFile.objects.filter(batch=file.batch_id, kind=file.kind).exclude(pk=file.pk)
    orders = {
        answers["day_first"]
        for answers in siblings.values_list("answers", flat=True)
        if "day_first" in answers
    }
    return orders.pop() if len(orders) == 1 else None


def path_of(file: BatchFile) -> Path:
    """Where the file is read: below SAPA_HOME/files where it is kept, else where its owner has it."""
    return Path(settings.MEDIA_ROOT) / file.stored_as


def kept_in(batch: Batch) -> Path:
    """The folder of what is kept of a batch: uploads, and what was in its zips."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(batch.public_id)


def look_at(file: BatchFile) -> Preview:
    """What the file shows before anything of it is stored; raises FormatError where it cannot be read."""
    return register.get_format(file.format).preview(path_of(file), answers_for(file))


def signature_of(name: str, columns: Sequence[str]) -> str:
    """Tables with the same headers ask the same questions: what their answers are remembered by."""
    return hashlib.blake2b("\x1f".join([name, *columns]).encode(), digest_size=24).hexdigest()


def list_failed_rows(file: BatchFile, limit: int | None = None) -> list[RowError]:
    rows = FailedRow.objects.filter(file=file).order_by("number", "id")[:limit]
    return [RowError(row=row.number, reason=words.say(_problem(row.problem))) for row in rows]


def write_failed_rows(file: BatchFile) -> str:
    """The failed rows as a CSV to mend and import again: the file's own columns, and the reason behind them.

    Without its columns where the file is no longer to be had: what the command line read is not kept.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    header = _columns_of(file)
    if header:
        writer.writerow([*header, words.REASON_COLUMN])
    for row in FailedRow.objects.filter(file=file).order_by("number", "id"):
        cells = [rules.inert(str(cell)) for cell in row.raw]
        writer.writerow([*cells, words.say(_problem(row.problem))] if header else cells)
    return out.getvalue()


def _columns_of(file: BatchFile) -> list[str]:
    try:
        return list(look_at(file).columns) if file.format else []
    except (FormatError, OSError):
        return []


def get_result(batch: Batch) -> ImportResult:
    """What became of every row of every file: the JSON of `sapa import`."""
    return ImportResult(
        id=str(batch.public_id), files=tuple(_file_result(file) for file in list_files(batch))
    )


def _file_result(file: BatchFile) -> FileResult:
    return FileResult(
        file=file.name,
        kind=file.kind,
        rows=file.rows,
        created=file.created,
        merged=file.merged,
        skipped=file.skipped,
        failed=file.failed,
        errors=tuple(list_failed_rows(file)),
        warnings=tuple(words.say(_problem(warning)) for warning in file.warnings),
        problem=words.say(_problem(file.problem)) if file.problem else None,
    )


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(stored["code"], stored.get("data", {}))


def count_progress(batch: Batch, *, now: datetime) -> Progress:
    """Rows read so far, rows there are where that is known, and the seconds that the rest will take."""
    sums = batch.files.filter(problem__isnull=True).aggregate(done=Sum("rows"), expected=Sum("rows_expected"))
    done, expected = sums["done"] or 0, sums["expected"]
    spent = (now - batch.started_at).total_seconds() if batch.started_at else 0.0
    return Progress(done, expected, rules.eta_seconds(done, expected, spent))


def list_sources(business: Business) -> tuple[Source, ...]:
    rows = (
        BatchFile.objects.filter(business=business, batch__state=Batch.State.DONE, problem__isnull=True)
        .values("kind")
        .annotate(rows_sum=Sum("rows"), files=Count("id"), last=Max("last_at"))
        .order_by("kind")
    )
    return tuple(
        Source(
            row["kind"], row["rows_sum"] or 0, row["files"], row["last"].isoformat() if row["last"] else ""
        )
        for row in rows
    )


def get_coverage(business: Business) -> Coverage:
    """How far the known customers are covered, and which file is worth most next.

    In a shop of hundreds of thousands the counting takes a quarter of a second: it is kept until a fact changes.
    """
    sources = list_sources(business)
    stands = (get_head(business), frozenset(source.kind for source in sources))
    kept = _covered.get(business.public_id)
    if kept is None or kept[0] != stands:
        kept = stands, _cover(business, sources)
        _covered[business.public_id] = kept
    return replace(kept[1], sources=sources)


# The head of the change log and the kinds of source, with what was counted there, by business.
_covered: dict[UUID, tuple[tuple[int, frozenset[str]], Coverage]] = {}


def _cover(business: Business, sources: tuple[Source, ...]) -> Coverage:
    contacts = count_contacts(business)
    with_messages, with_orders = _count_with_messages(business), _count_with_orders(business)
    kind, why = rules.next_file(contacts, with_messages, with_orders, {source.kind for source in sources})
    names = _list_silent_buyers(business) if kind == "whatsapp" else ()
    return Coverage(contacts, with_messages, with_orders, sources, kind, why, names)


def _count_with_messages(business: Business) -> int:
    """Contacts who wrote; a message without an identity is the shop's."""
    wrote = Exists(Message.objects.filter(identity=OuterRef("pk")))
    known = Identity.objects.filter(wrote, business=business, contact__isnull=False)
    count: int = known.aggregate(n=Count("contact", distinct=True))["n"]
    return count


def _count_with_orders(business: Business) -> int:
    orders = Order.objects.filter(business=business, identity__contact__isnull=False)
    count: int = orders.aggregate(n=Count("identity__contact", distinct=True))["n"]
    return count


def _list_silent_buyers(business: Business) -> tuple[str, ...]:
    """Names of those who bought last and of whom no chat is known."""
    orders = (
        Order.objects.filter(business=business, identity__contact__isnull=False)
        .exclude(identity__contact__name="")
        .order_by("-placed_at", "-id")
        .values_list("identity__contact_id", "identity__contact__name")
    )
    silent: dict[int | None, str] = {}
    for start in range(0, MOST_ORDERS_LOOKED_AT, ORDERS_AT_ONCE):
        buyers = dict(orders[start : start + ORDERS_AT_ONCE])
        wrote = Touchpoint.objects.filter(identity__contact__in=buyers, kind="message.in")
        heard = set(wrote.values_list("identity__contact_id", flat=True).distinct())
        silent |= {pk: str(name) for pk, name in buyers.items() if pk not in heard and pk not in silent}
        if len(silent) >= SILENT_NAMED or not buyers:
            break
    return tuple(silent.values())[:SILENT_NAMED]
