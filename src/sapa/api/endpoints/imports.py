"""Files in: stored, read by the worker, taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import Enum
from typing import IO, Annotated, Any

import msgspec
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from sapa.accounts.rules import may
from sapa.accounts.types import Act
from sapa.api.door import key_reused
from sapa.api.endpoints.shop import local
from sapa.api.errors import ApiError, conflict, unfit
from sapa.api.paging import Page, PageAsked
from sapa.api.reading import digest_request, too_large
from sapa.api.register import Asked, endpoint
from sapa.api.types import ImportLine
from sapa.imports import operations, queries
from sapa.imports.formats.register import KINDS
from sapa.imports.models import Batch
from sapa.lib import json
from sapa.programs.operations import find_kept, once
from sapa.programs.types import Kept, KeyReusedError, Scope

MOST_BYTES = 2 << 30
MULTIPART = "multipart/form-data"
_PIECE = 1 << 20

Kind = Enum("Kind", {kind.upper(): kind for kind in ("auto", *KINDS)})  # type: ignore[misc]


class UploadAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`name` is the file's own name; `own_name` that of the shop in a chat, where Sapa cannot know it."""

    name: Annotated[str, msgspec.Meta(max_length=200)] = "file"
    kind: Kind = Kind("auto")
    own_name: Annotated[str, msgspec.Meta(max_length=120)] = ""


class _Counted:
    """A body as a file that ends in 413 where it grows too large, and knows the digest of what was read."""

    def __init__(self, request: HttpRequest) -> None:
        self._request, self._left = request, MOST_BYTES
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._request.read(size)
        except UnreadablePostError as error:
            raise _cut_off() from error
        self._left -= len(piece)
        if self._left < 0:
            raise too_large()
        self.digest.update(piece)
        return piece


@endpoint(
    "POST",
    "/imports",
    Scope.WRITE_IMPORTS,
    "A file, as the raw body or as multipart: it is stored now and read by the worker",
    answer=ImportLine,
    status=202,
    query=UploadAsked,
    keeps=False,
    takes=("application/octet-stream", MULTIPART),
)
def create_import(asked: Asked) -> Kept:
    """The file is stored outside of any transaction; what makes it count, and the kept answer, are one."""
    batch, digest = _store(asked)
    if asked.key:
        try:
            if (kept := _find_kept(asked, digest)) is not None:
                operations.drop_batch(batch=batch)
                return kept
            return _begin_once(asked, batch, digest)
        except KeyReusedError as error:
            operations.drop_batch(batch=batch)
            raise key_reused() from error
    return _begin(asked, batch)


def _store(asked: Asked) -> tuple[Batch, str]:
    wanted: UploadAsked = asked.query
    request = asked.request
    batch = operations.start_batch(business=asked.business, by=asked.by, now=asked.now)
    digest = hashlib.sha256()
    try:
        for name, content in _files(request, wanted):
            stored = operations.add_file(
                batch=batch, name=name, content=content, now=asked.now, kind=wanted.kind.value
            )
            digest.update(name.encode() + _digest_of(content))
            for file in stored:
                if wanted.own_name and file.problem is None:
                    operations.answer(file=file, answers={"own_names": [wanted.own_name]}, now=asked.now)
    except BaseException:
        operations.drop_batch(batch=batch)
        raise
    if not queries.list_files(batch):
        operations.drop_batch(batch=batch)
        raise unfit(_("Belum ada berkas. Kirim isinya sebagai badan permintaan."))
    return batch, digest_request(request, digest.digest())


def _files(request: HttpRequest, wanted: UploadAsked) -> Iterator[tuple[str, Any]]:
    if request.content_type != MULTIPART:
        if not int(request.headers.get("Content-Length") or 0) and "Transfer-Encoding" not in request.headers:
            raise unfit(_("Berkasnya kosong. Kirim isinya sebagai badan permintaan."))
        yield wanted.name, _Counted(request)
        return
    try:
        files = [one for _field, found in request.FILES.lists() for one in found]
    except RequestDataTooBig as error:
        raise too_large() from error
    except UnreadablePostError as error:
        raise _cut_off() from error
    except (MultiPartParserError, BadRequest, SuspiciousOperation) as error:
        raise ApiError(400, "bad_form", _("Formulir kiriman tidak terbaca. Kirim lagi.")) from error
    for one in files:
        yield one.name or wanted.name, one


def _digest_of(content: IO[bytes] | _Counted) -> bytes:
    if isinstance(content, _Counted):
        return content.digest.digest()
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(_PIECE):
        digest.update(piece)
    return digest.digest()


def _cut_off() -> ApiError:
    return ApiError(400, "cut_off", _("Kiriman terputus di tengah jalan. Kirim lagi."))


def _find_kept(asked: Asked, digest: str) -> Kept | None:
    return find_kept(token=asked.token, key=asked.key, asked=digest, now=asked.now)


def _begin_once(asked: Asked, batch: Batch, digest: str) -> Kept:
    kept, was_done = once(
        token=asked.token,
        key=asked.key,
        asked=digest,
        now=asked.now,
        deed=lambda: _begin(asked, batch),
    )
    if was_done:
        operations.drop_batch(batch=batch)
    return kept


def _begin(asked: Asked, batch: Batch) -> Kept:
    operations.ask_run(batch=batch, now=asked.now)
    batch.refresh_from_db()
    return Kept(202, json.encode_text(_line(asked, batch)))


@endpoint(
    "GET",
    "/imports",
    Scope.WRITE_IMPORTS,
    "The newest imports",
    answer=ImportLine,
    paged=True,
    query=PageAsked,
)
def list_imports(asked: Asked) -> Page[ImportLine]:
    wanted: PageAsked = asked.query
    rows = queries.list_batches(asked.business, limit=wanted.limit)
    return Page(items=tuple(_line(asked, row) for row in rows), next=None)


@endpoint(
    "GET",
    "/imports/{import_id}",
    Scope.WRITE_IMPORTS,
    "How far an import is, and what became of each row",
    answer=ImportLine,
)
def get_import(asked: Asked) -> ImportLine:
    return _line(asked, queries.get_batch(asked.business, asked.ids["import_id"]))


@endpoint(
    "POST",
    "/imports/{import_id}/undo",
    Scope.WRITE_IMPORTS,
    "Takes everything back that it brought",
    answer=ImportLine,
    keeps=False,
    may_fail=(409,),
)
def undo_import(asked: Asked) -> ImportLine:
    """Done in many small transactions, and whole by itself: taken back twice is taken back."""
    if not may(asked.by.role, Act.UNDO_IMPORT):
        raise ApiError(403, "no_scope", _("Yang membuat token ini tidak boleh mengurungkan impor."))
    batch = queries.get_batch(asked.business, asked.ids["import_id"])
    if batch.state != Batch.State.UNDONE:
        try:
            batch = operations.undo_batch(
                business=asked.business, public_id=batch.public_id, by=asked.by, now=asked.now
            )
        except operations.NotUndoableError as error:
            raise conflict(
                "still_running", _("Impor ini masih berjalan. Coba lagi setelah selesai.")
            ) from error
    return _line(asked, batch)


def _line(asked: Asked, batch: Batch) -> ImportLine:
    result = queries.get_result(batch)
    return ImportLine(
        id=result.id,
        state=batch.state,
        created_at=batch.created_at.astimezone(asked.zone),
        ended_at=local(batch.ended_at, asked.zone),
        progress=queries.count_progress(batch, now=asked.now),
        files=result.files,
    )
