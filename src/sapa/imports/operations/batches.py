"""A batch is put together: files come in, questions are answered, then it is asked to run or to stop."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from sapa.accounts.models import Business, Teammate
from sapa.imports.formats import archives, register
from sapa.imports.formats.text import read_head
from sapa.imports.formats.types import FormatError, Preview, Problem
from sapa.imports.models import Batch, BatchFile
from sapa.imports.models import Mapping as Remembered
from sapa.imports.queries import kept_in, look_at, path_of, signature_of
from sapa.lib.database import write
from sapa.lib.ids import uuid7

_CHUNK = 1024 * 1024
_LONGEST_PATH = 255


def start_batch(*, business: Business, by: Teammate | None, now: datetime) -> Batch:
    """An empty batch that waits for its files."""
    with write():
        return Batch.objects.create(business=business, by=by, created_at=now)


def add_file(
    *, batch: Batch, name: str, content: IO[bytes], now: datetime, kind: str = "auto"
) -> list[BatchFile]:
    """Store an uploaded file and say what it is; a zip gives one row for each readable file inside it."""
    shown = Path(name.replace("\\", "/")).name[:200] or "file"
    path = _new_folder(batch) / _safe(shown)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file, _CHUNK)
    return add_stored_file(batch=batch, name=shown, path=path, now=now, kind=kind)


def add_stored_file(
    *, batch: Batch, name: str, path: Path, now: datetime, kind: str = "auto"
) -> list[BatchFile]:
    """The same for a file that lies on this machine already; it is read where it lies, and not kept."""
    name = name.encode("utf-8", "replace").decode()
    path = _nameable(batch, name, path)
    found = [_file_row(batch, shown, one, problem) for shown, one, problem in _open(name, path, batch)]
    for row in found:
        if row.problem is None:
            _recognise(row, kind)
    with write():
        BatchFile.objects.bulk_create(found)
    return found


def answer(*, file: BatchFile, answers: Mapping[str, Any], now: datetime) -> BatchFile:
    """What the importer says of a file (day order, own name, columns): it holds, and is remembered for the next."""
    with write():
        file.answers = {**file.answers, **answers}
        file.save(update_fields=["answers"])
        _remember(file, answers, now)
    return file


def ask_run(*, batch: Batch, now: datetime) -> None:
    """The batch may run: the worker takes it from here."""
    with write():
        Batch.objects.filter(pk=batch.pk, state=Batch.State.WAITING).update(state=Batch.State.RUNNING)


def cancel_batch(*, batch: Batch, now: datetime) -> None:
    """Stop after the rows under way; what came in stays until the batch is undone."""
    with write():
        Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING).update(cancel_asked=True)
        Batch.objects.filter(pk=batch.pk, state=Batch.State.WAITING).update(
            state=Batch.State.CANCELLED, ended_at=now
        )


def drop_batch(*, batch: Batch) -> None:
    """A batch that was put together and never asked to run goes, with its files."""
    with write():
        dropped, _ = Batch.objects.filter(pk=batch.pk, state=Batch.State.WAITING).delete()
    if dropped:
        shutil.rmtree(kept_in(batch), ignore_errors=True)


def _nameable(batch: Batch, name: str, path: Path) -> Path:
    """The path, or a copy of the file with a name that a table can hold (a file system takes any bytes)."""
    shown = str(path)
    if len(shown) <= _LONGEST_PATH and shown == shown.encode("utf-8", "replace").decode():
        return path
    if not path.is_file():
        return path
    folder = _new_folder(batch)
    return Path(shutil.copyfile(path, folder / _safe(name)))


def _new_folder(batch: Batch) -> Path:
    folder = kept_in(batch) / str(uuid7())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open(name: str, path: Path, batch: Batch) -> list[tuple[str, Path | None, Problem | None]]:
    if path.is_dir():
        return [(name, None, Problem("is_folder", {"name": name}))]
    if not path.exists():
        return [(name, None, Problem("file_missing", {"name": name}))]
    try:
        if not archives.is_archive(path, read_head(path)):
            return [(name, path, None)]
        members = list(archives.expand(path, _new_folder(batch)))
    except FormatError as error:
        return [(name, None, error.problem)]
    except OSError:
        return [(name, None, Problem("unreadable_file", {"name": name}))]
    if len(members) == 1:
        return [(name, members[0].path, members[0].problem)]
    return [(member.name, member.path, member.problem) for member in members]


def _file_row(batch: Batch, shown: str, path: Path | None, problem: Problem | None) -> BatchFile:
    return BatchFile(
        business=batch.business,
        batch=batch,
        name=shown[-255:],
        stored_as=_stored_as(path) if path else "",
        size=path.stat().st_size if path else 0,
        problem={"code": problem.code, "data": dict(problem.data)} if problem else None,
    )


def _stored_as(path: Path) -> str:
    """Below SAPA_HOME/files without that folder, so that a restored backup finds it; elsewhere the whole path."""
    folder = Path(settings.MEDIA_ROOT)
    if path.is_relative_to(folder):
        return path.relative_to(folder).as_posix()
    return str(path.absolute())


def _recognise(row: BatchFile, kind: str) -> None:
    """Name the format by content; the remembered answers of a file of the same shape go with it."""
    path = path_of(row)
    try:
        found = register.recognise(path) if kind == "auto" else register.recognise_as(path, kind)
        if found is None:
            raise FormatError(register.why_unreadable(path) or Problem("unknown_format", {"name": row.name}))
        row.format, row.kind = found[0].name, found[0].kind
        preview = look_at(row)
        row.rows_expected = preview.rows
        row.answers = _remembered(row, preview)
        if preview.day_first is not None:
            row.answers["day_first"] = preview.day_first
        row.warnings = [{"code": w.code, "data": dict(w.data)} for w in preview.warnings]
    except FormatError as error:
        row.problem = {"code": error.problem.code, "data": dict(error.problem.data)}
    except OSError:
        row.problem = {"code": "unreadable_file", "data": {"name": row.name}}


def _remembered(row: BatchFile, preview: Preview) -> dict[str, Any]:
    remembered = Remembered.objects.filter(
        business=row.business, signature=signature_of(row.format, preview.columns)
    ).first()
    return dict(remembered.answers) if remembered and preview.columns else {}


def _remember(file: BatchFile, answers: Mapping[str, Any], now: datetime) -> None:
    business = file.business
    for name in answers.get("own_names", ()):
        if name not in business.own_names:
            business.own_names = [*business.own_names, name]
            business.save(update_fields=["own_names"])
    if "columns" not in answers:
        return
    preview = look_at(file)
    if preview.columns:
        Remembered.objects.update_or_create(
            business=business,
            signature=signature_of(file.format, preview.columns),
            defaults={"answers": {"columns": answers["columns"]}, "updated_at": now},
        )


def _safe(name: str) -> str:
    """A name that every file system takes, and that still says what the chat was called."""
    plain = "".join(c if c.isalnum() or c in " ._-+()~@" else "_" for c in name).strip(" .")
    return plain[-120:] or hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
