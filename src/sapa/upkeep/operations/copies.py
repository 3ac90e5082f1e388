"""Backup and restore: database, files and a manifest in one zip; the key file stays outside of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _

import sapa
from sapa.analytics import operations as analytics
from sapa.lib.json import encode
from sapa.upkeep.living import is_worker_alive
from sapa.upkeep.operations.forgetting import replay_forgotten
from sapa.upkeep.schema import is_newer, list_applied, list_known
from sapa.upkeep.types import Manifest, UpkeepError

_MANIFEST = "manifest.json"
_DATABASE = {"sqlite": "database.db", "postgresql": "database.dump"}
_FILES = "files/"
_CHUNK = 1024 * 1024


def copy_sqlite(target: Path) -> None:
    """A whole copy of the SQLite database as of one moment, while others read and write (SQLite's backup API)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source_path = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(source_path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def backup(*, target: Path, now: datetime) -> Manifest:
    """One zip with database, files and manifest, made while Sapa runs; it appears under its name when it is whole."""
    if target.exists():
        raise UpkeepError(_("%(file)s sudah ada. Pilih nama lain.") % {"file": target})
    if not target.parent.is_dir():
        raise UpkeepError(_("Folder %(folder)s tidak ada. Buat dulu foldernya.") % {"folder": target.parent})
    draft = target.with_name(f".{target.name}.sebagian")
    members: dict[str, str] = {}
    try:
        with (
            tempfile.TemporaryDirectory(dir=settings.HOME) as work,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        ):
            name = _DATABASE[connection.vendor]
            _dump_database(Path(work) / name)
            members[name] = _add(archive, Path(work) / name, name)
            for path in _stored_files():
                inside = _FILES + path.relative_to(settings.MEDIA_ROOT).as_posix()
                members[inside] = _add(archive, path, inside)
            manifest = Manifest(
                version=sapa.__version__,
                made_at=now.isoformat(),
                database=connection.vendor,
                migrations=tuple(sorted(f"{app}.{name}" for app, name in list_applied())),
                members=members,
            )
            archive.writestr(_MANIFEST, encode(manifest, indent=2))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def restore(*, source: Path, now: datetime) -> Manifest:
    """A backup back into an empty data folder, checked byte by byte before anything is put in place.

    Who was forgotten after the backup is forgotten again, where `forgotten.jsonl` and the key lie in the folder.
    Raises `UpkeepError` where the folder holds data, Sapa runs, or the file is broken, foreign or of a newer Sapa.
    """
    if is_worker_alive():
        raise UpkeepError(_("Sapa sedang berjalan. Hentikan dulu, lalu pulihkan."))
    with _opened(source) as archive, tempfile.TemporaryDirectory(dir=settings.HOME) as work:
        manifest = _read_manifest(archive)
        _check_fit(manifest)
        _check_empty()
        for name, digest in manifest.members.items():
            _extract(archive, name, digest, Path(work))
        connections.close_all()
        _load_database(Path(work) / _DATABASE[manifest.database])
        if (Path(work) / "files").is_dir():
            shutil.copytree(Path(work) / "files", settings.MEDIA_ROOT, dirs_exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    analytics.drop_all()
    replay_forgotten(now=now)
    return manifest


def _dump_database(into: Path) -> None:
    if connection.vendor == "sqlite":
        copy_sqlite(into)
        return
    _run_postgres_tool("pg_dump", "--format=custom", "--no-owner", f"--file={into}")


def _load_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        for leftover in (f"{database}-wal", f"{database}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.move(copy, database)
        return
    _run_postgres_tool(
        "pg_restore", "--no-owner", "--clean", "--if-exists", "--single-transaction", str(copy)
    )


def _run_postgres_tool(name: str, *words: str) -> None:
    tool = shutil.which(name)
    if tool is None:
        raise UpkeepError(
            _("%(tool)s tidak ada di komputer ini. Pasang alat klien PostgreSQL, atau salin dari servernya.")
            % {"tool": name}
        )
    values = connection.settings_dict
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    places = {variable: str(values[key]) for variable, key in named.items() if values.get(key)}
    target = ["--dbname", str(values["NAME"])] if name == "pg_restore" else []
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL with our own words
        [tool, *target, *words], env={**os.environ, **places}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UpkeepError(
            _("%(tool)s gagal: %(why)s") % {"tool": name, "why": " ".join(done.stderr.split())[:300]}
        )


def _stored_files() -> Iterator[Path]:
    folder = Path(settings.MEDIA_ROOT)
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    digest = hashlib.sha256()
    with (
        path.open("rb") as file,
        archive.open(zipfile.ZipInfo.from_file(path, name), "w", force_zip64=True) as out,
    ):
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    if not source.is_file():
        raise UpkeepError(_("%(file)s tidak ditemukan.") % {"file": source})
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError) as error:
        raise UpkeepError(
            _("%(file)s bukan cadangan yang utuh. Ambil salinan lain.") % {"file": source}
        ) from error


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        return msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
    except (KeyError, msgspec.DecodeError) as error:
        raise UpkeepError(_("Berkas ini bukan cadangan Sapa: daftar isinya tidak ada.")) from error


def _check_fit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise UpkeepError(
            _(
                "Cadangan ini dari %(theirs)s, sedangkan di sini dipakai %(ours)s. Atur SAPA_DATABASE_URL lebih dulu."
            )
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    had = {(app, name) for app, _dot, name in (one.partition(".") for one in manifest.migrations)}
    if is_newer(had, list_known()):
        raise UpkeepError(
            _("Cadangan ini dibuat Sapa %(version)s yang lebih baru. Pasang versi itu dulu.")
            % {"version": manifest.version}
        )


def _check_empty() -> None:
    if "accounts_business" not in connection.introspection.table_names():
        return
    from sapa.accounts.queries import count_businesses

    if count_businesses():
        raise UpkeepError(
            _(
                "Folder data ini sudah berisi toko. Pulihkan ke folder kosong: SAPA_HOME=FOLDER sapa restore FILE"
            )
        )


def _extract(archive: zipfile.ZipFile, name: str, digest: str, into: Path) -> None:
    """One member into `into`, if it is what the manifest says and stays inside."""
    parts = PurePosixPath(name).parts
    is_ours = name in _DATABASE.values() or (
        name.startswith(_FILES) and ".." not in parts and "\\" not in name
    )
    broken = UpkeepError(_("Bagian %(name)s dari cadangan ini rusak. Ambil salinan lain.") % {"name": name})
    if not is_ours:
        raise broken
    target = into.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open(name) as member, target.open("wb") as out:
            if _copy_digesting(member, out) != digest:
                raise broken
    except (KeyError, zipfile.BadZipFile, OSError) as error:
        raise broken from error


def _copy_digesting(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()
