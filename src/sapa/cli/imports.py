"""`import`: files in, and a whole import taken back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sapa.cli.printing import print_json, print_line, print_table, tell
from sapa.cli.types import Call, CannotError, Command
from sapa.cli.visible import make_visible
from sapa.imports.formats import register
from sapa.imports.models import Batch, BatchFile
from sapa.imports.operations import NotUndoableError, import_files, preview_files, undo_batch
from sapa.imports.types import ImportResult
from sapa.upkeep.living import is_worker_alive

KINDS = ("auto", *register.KINDS)


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help=_("berkas yang dibaca"))
    parser.add_argument("--kind", choices=KINDS, default="auto", help=_("jenis berkas; auto membaca isinya"))
    parser.add_argument(
        "--as", dest="own_name", default="", metavar="NAMA", help=_("nama toko di dalam chat")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("hanya lihat, jangan simpan"))
    parser.add_argument("--undo", metavar="ID", help=_("tarik kembali satu impor"))


def _import(call: Call) -> int:
    words = call.words
    if bool(words.files) == bool(words.undo):
        tell(_("sapa import: sebut berkas yang dibaca, atau --undo ID."))
        return 2
    if words.undo:
        return _undo(call)
    paths = [Path(file) for file in words.files]
    if words.dry_run:
        result = preview_files(
            business=call.shop, paths=paths, kind=words.kind, own_name=words.own_name, now=call.now
        )
    else:
        result = import_files(
            business=call.shop,
            paths=paths,
            kind=words.kind,
            own_name=words.own_name,
            now=call.now,
            alone=not is_worker_alive(),
            progress=_progress if sys.stderr.isatty() else None,
        )
        make_visible(call)
    _show(call, result)
    return 0 if any(file.problem is None for file in result.files) else 1


def _progress(file: BatchFile) -> None:
    of = f"/{file.rows_expected}" if file.rows_expected else ""
    sys.stderr.write(f"\r{file.name[:40]}: {file.rows}{of}".ljust(78))
    sys.stderr.flush()


def _undo(call: Call) -> int:
    public_id = call.words.undo
    try:
        undo_batch(business=call.shop, public_id=public_id, now=call.now, alone=not is_worker_alive())
    except (Batch.DoesNotExist, ValidationError) as error:
        raise CannotError(_("Tidak ada impor dengan id %(id)s.") % {"id": public_id}) from error
    except NotUndoableError as error:
        raise CannotError(_("Impor ini masih berjalan, atau sudah ditarik kembali.")) from error
    make_visible(call)
    if call.words.json:
        print_json({"id": public_id, "undone": True})
    else:
        print_line(_("Impor ini sudah ditarik kembali."))
    return 0


def _show(call: Call, result: ImportResult) -> None:
    if call.words.json:
        print_json(result)
        return
    titles = (_("berkas"), _("jenis"), _("baris"), _("baru"), _("digabung"), _("dilewati"), _("gagal"))
    rows = [
        (file.file, file.kind, file.rows, file.created, file.merged, file.skipped, file.failed)
        for file in result.files
    ]
    print_table(titles, rows, empty=_("Tidak ada berkas yang dibaca."))
    for file in result.files:
        for sentence in (*filter(None, (file.problem,)), *file.warnings):
            tell(f"{file.file}: {sentence}")
        for error in file.errors:
            tell(f"{file.file}, {_('baris')} {error.row}: {error.reason}")
    if not call.words.dry_run:
        tell(_("Untuk menarik kembali: sapa import --undo %(id)s") % {"id": result.id})


COMMANDS = (
    Command("import", _("baca berkas: chat, pesanan, pelanggan, catatan, …"), _import, _words, reads=True),
)
