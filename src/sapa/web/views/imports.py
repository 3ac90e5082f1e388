"""Impor: choose files, answer what they cannot tell, look, run, see what became of each row, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.contacts.queries import count_changes_behind
from sapa.imports.formats.types import FormatError, Preview
from sapa.imports.models import Batch, BatchFile
from sapa.imports.operations import (
    NotUndoableError,
    add_file,
    answer,
    ask_run,
    cancel_batch,
    start_batch,
    undo_batch,
)
from sapa.imports.queries import (
    count_progress,
    get_batch,
    get_coverage,
    list_batches,
    list_failed_rows,
    list_files,
    look_at,
    write_failed_rows,
)
from sapa.snapshots.operations.refresh import CONSUMER
from sapa.standings.directory import list_directory
from sapa.web import import_words
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, attachment, refresh, tell
from sapa.web.uploads import MOST_BYTES, PIECE, UploadError, add_piece, count_received, drop_old, part_path

SESSION_BATCH = "import_batch"
SAMPLE = Path(__file__).resolve().parent.parent / "samples"
SHOWN_FAILURES = 20
_IN_FRONT = (Batch.State.WAITING,)


@dataclass(frozen=True, slots=True)
class Look:
    """A file with what is to be seen and asked before it runs."""

    file: BatchFile
    preview: Preview | None
    columns: tuple[tuple[str, str], ...]


@screen(Act.LOOK)
def imports(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return render(request, "web/imports.html", _front(seat))


def _front(seat: Seat) -> dict[str, Any]:
    coverage = get_coverage(seat.business)
    return {
        "batches": [batch for batch in list_batches(seat.business) if batch.files.all()],
        "coverage": coverage,
        "next_kind": import_words.kind(coverage.next_kind) if coverage.next_kind else "",
        "next_why": import_words.next_why(coverage.next_why),
        "piece": PIECE,
    }


@act_only(Act.IMPORT)
def upload(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The whole form at once, or the end of an upload in pieces."""
    files = request.FILES.getlist("files")
    if request.POST.get("uploaded") and (waiting := _waiting_batch(request, seat)):
        del request.session[SESSION_BATCH]
        return go(request, reverse("batch", args=[waiting.public_id]))
    if not files:
        context = _front(seat) | {
            "trouble": _("Belum ada berkas yang dipilih. Pilih satu berkas atau lebih.")
        }
        return render(request, "web/imports.html", context, status=UNPROCESSABLE)
    batch = start_batch(business=seat.business, by=seat.teammate, now=seat.now)
    for file in files:
        _add(batch, file, seat)
    return go(request, reverse("batch", args=[batch.public_id]))


def _add(batch: Batch, file: UploadedFile[Any], seat: Seat) -> None:
    add_file(batch=batch, name=file.name or "", content=file, now=seat.now)


def _waiting_batch(request: HttpRequest, seat: Seat) -> Batch | None:
    public_id = request.session.get(SESSION_BATCH)
    if not public_id:
        return None
    try:
        batch = get_batch(seat.business, public_id)
    except Batch.DoesNotExist:
        return None
    return batch if batch.state in _IN_FRONT else None


@screen(Act.IMPORT, write=Act.IMPORT)
def pieces(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """How much of a file has arrived (GET), and its next piece (POST); the last one puts it into the batch."""
    name, stamp = request.GET.get("name", ""), request.GET.get("stamp", "")
    size, at = _whole(request, "size"), _whole(request, "at")
    if not name or size is None or size > MOST_BYTES:
        return JsonResponse(
            {"error": _("Berkas ini terlalu besar atau tidak bernama.")}, status=UNPROCESSABLE
        )
    path = part_path(seat, name, size, stamp)
    if request.method != "POST":
        drop_old(seat)
        return JsonResponse({"received": count_received(path)})
    if at is None or len(request.body) > PIECE:
        return JsonResponse({"received": count_received(path)}, status=UNPROCESSABLE)
    try:
        received = add_piece(path, at, request.body, size)
    except UploadError as error:
        return JsonResponse({"received": error.received}, status=409)
    if received == size:
        _take_whole(request, seat, path, name)
    return JsonResponse({"received": received, "done": received == size})


def _whole(request: HttpRequest, key: str) -> int | None:
    value = request.GET.get(key, "")
    return int(value) if value.isdecimal() and len(value) < 16 else None


def _take_whole(request: SeatedRequest, seat: Seat, path: Path, name: str) -> None:
    batch = _waiting_batch(request, seat)
    if batch is None:
        batch = start_batch(business=seat.business, by=seat.teammate, now=seat.now)
        request.session[SESSION_BATCH] = str(batch.public_id)
    with path.open("rb") as content:
        add_file(batch=batch, name=name, content=content, now=seat.now)
    path.unlink(missing_ok=True)


@act_only(Act.IMPORT)
def sample(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Three invented customers, as a batch of their own that can be taken back like any other."""
    batch = start_batch(business=seat.business, by=seat.teammate, now=seat.now)
    for path in sorted(SAMPLE.glob("*.csv")):
        with path.open("rb") as content:
            add_file(batch=batch, name=path.name, content=content, now=seat.now)
    ask_run(batch=batch, now=seat.now)
    return go(request, reverse("batch", args=[batch.public_id]))


def _batch(seat: Seat, batch_id: UUID) -> Batch:
    try:
        return get_batch(seat.business, batch_id)
    except Batch.DoesNotExist as error:
        raise Http404 from error


@screen(Act.LOOK)
def batch(request: SeatedRequest, seat: Seat, batch_id: UUID) -> HttpResponse:
    """One import, at whatever step it stands; while it runs, htmx asks for the moving part alone."""
    one = _batch(seat, batch_id)
    if request.htmx and "ready" in request.GET:
        return render(request, "web/components/import_next.html", _next_steps(one, seat))
    if request.htmx:
        moving = one.state in (Batch.State.RUNNING, Batch.State.UNDOING)
        if not moving:
            return go(request, reverse("batch", args=[batch_id]))
        return render(request, "web/components/progress.html", _progress(one, seat))
    if one.state in _IN_FRONT:
        return render(request, "web/import_look.html", {"batch": one, "looks": _looks(one)})
    if one.state in (Batch.State.RUNNING, Batch.State.UNDOING):
        return render(request, "web/import_running.html", _progress(one, seat))
    return render(request, "web/import_result.html", _result(one, seat))


def _looks(one: Batch) -> list[Look]:
    return [_look(file) for file in list_files(one)]


def _look(file: BatchFile) -> Look:
    if file.problem:
        return Look(file, None, ())
    try:
        preview = look_at(file)
    except FormatError:
        return Look(file, None, ())
    chosen = {column: code for code, column in preview.mapping.items()}
    columns = tuple((name, chosen.get(name, "")) for name in preview.columns) if preview.mapping else ()
    return Look(file, preview, columns)


def _progress(one: Batch, seat: Seat) -> dict[str, Any]:
    return {"batch": one, "progress": count_progress(one, now=seat.now)}


def _result(one: Batch, seat: Seat) -> dict[str, Any]:
    files = list_files(one)
    troubled = [file for file in files if file.problem or file.failed or file.warnings]
    coverage = get_coverage(seat.business)
    return {
        "batch": one,
        "troubled": [
            (file, list_failed_rows(file, SHOWN_FAILURES) if file.failed else []) for file in troubled
        ],
        "smooth": [file for file in files if file not in troubled],
        "sums": {
            name: sum(getattr(file, name) for file in files)
            for name in ("rows", "created", "merged", "skipped", "failed")
        },
        "coverage": coverage,
        "next_kind": import_words.kind(coverage.next_kind) if coverage.next_kind else "",
        "next_why": import_words.next_why(coverage.next_why),
        **_next_steps(one, seat),
    }


def _next_steps(one: Batch, seat: Seat) -> dict[str, Any]:
    """Where to go from here: nowhere yet while the sheets are still being worked out."""
    return {
        "batch": one,
        "is_behind": count_changes_behind(seat.business, CONSUMER, up_to=1) > 0,
        "newest": list_directory(seat.business, limit=1),
    }


@act_only(Act.IMPORT)
def run(request: SeatedRequest, seat: Seat, batch_id: UUID) -> HttpResponse:
    """Keep the answers, then either look again with them or let the worker begin."""
    one = _batch(seat, batch_id)
    if one.state in _IN_FRONT:
        for look in _looks(one):
            _keep_answers(request, seat, look)
        if "look" not in request.POST:
            ask_run(batch=one, now=seat.now)
    return go(request, reverse("batch", args=[batch_id]))


def _keep_answers(request: SeatedRequest, seat: Seat, look: Look) -> None:
    if look.preview is None:
        return
    said: dict[str, Any] = {}
    own = request.POST.get(f"own_name-{look.file.pk}", "")
    if own in look.preview.people:
        said["own_names"] = [own]
    order = request.POST.get(f"day_order-{look.file.pk}", "")
    if order in ("day_first", "month_first"):
        said["day_first"] = order == "day_first"
    chosen = _answered_columns(request, look)
    if chosen and chosen != dict(look.preview.mapping):
        # An empty column says that nothing holds this field.
        said["columns"] = dict.fromkeys(look.preview.mapping, "") | chosen
    if said:
        answer(file=look.file, answers=said, now=seat.now)


def _answered_columns(request: HttpRequest, look: Look) -> dict[str, str]:
    fields = {code for code, _words in import_words.fields_of(look.file.kind)}
    given = (
        (request.POST.get(f"column-{look.file.pk}-{at}", ""), name)
        for at, (name, _code) in enumerate(look.columns)
    )
    return {code: name for code, name in given if code in fields}


@act_only(Act.IMPORT)
def cancel(request: SeatedRequest, seat: Seat, batch_id: UUID) -> HttpResponse:
    cancel_batch(batch=_batch(seat, batch_id), now=seat.now)
    return go(request, reverse("batch", args=[batch_id]))


@act_only(Act.UNDO_IMPORT)
def undo(request: SeatedRequest, seat: Seat, batch_id: UUID) -> HttpResponse:
    one = _batch(seat, batch_id)
    try:
        undo_batch(business=seat.business, public_id=one.public_id, by=seat.teammate, now=seat.now)
    except NotUndoableError:
        tell(request, _("Impor ini belum bisa diurungkan: masih berjalan, atau sudah diurungkan."))
    else:
        tell(request, _("Impor diurungkan. Yang dibawa berkas lain tetap ada."))
        refresh(seat)
    return go(request, reverse("batch", args=[batch_id]))


@screen(Act.IMPORT)
def failed_rows(request: SeatedRequest, seat: Seat, batch_id: UUID, file_id: UUID) -> HttpResponse:
    """The rows that failed, with their reasons, as a file to mend and import again."""
    file = next((one for one in list_files(_batch(seat, batch_id)) if one.public_id == file_id), None)
    if file is None:
        raise Http404
    name = f"{Path(file.name).stem}-{_('perbaiki')}.csv"
    response = HttpResponse("\ufeff" + write_failed_rows(file), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = attachment(name)
    return response
