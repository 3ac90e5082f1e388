"""The doctor: looks at everything that Sapa stands on, and says what to do where something is wrong."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

import sapa
from sapa.accounts.queries import count_businesses
from sapa.upkeep.living import is_worker_alive
from sapa.upkeep.schema import list_applied, list_known
from sapa.upkeep.types import Finding, Health

_LEAST_FREE = 1024**3
_OLDEST_SQLITE = (3, 38)
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def doctor(*, now: datetime) -> list[Finding]:
    """Every finding, in the order in which Sapa needs the things; a look that fails is a finding too."""
    looks: tuple[Callable[[datetime], Finding], ...] = (
        _python,
        _folder,
        _disk,
        _key,
        _clock,
        _database,
        _pragmas,
        _schema,
        _business,
        _worker,
        _analytics,
        _security,
    )
    return [_look(look, now) for look in looks]


def _look(look: Callable[[datetime], Finding], now: datetime) -> Finding:
    try:
        return look(now)
    except Exception as error:  # noqa: BLE001 - a look that fails is a finding
        name = look.__name__.removeprefix("_")
        return Finding(name, Health.BAD, f"{type(error).__name__}: {error}", _("Laporkan pesan ini."))


def _python(now: datetime) -> Finding:
    found = f"Python {platform.python_version()}, Sapa {sapa.__version__}, {platform.system()}"
    return Finding("python", Health.OK, found)


def _folder(now: datetime) -> Finding:
    home = Path(settings.HOME)
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        return Finding(
            "folder", Health.BAD, f"{home}: {error}", _("Beri izin tulis, atau pilih SAPA_HOME lain.")
        )
    return Finding("folder", Health.OK, str(home))


def _disk(now: datetime) -> Finding:
    free = shutil.disk_usage(settings.HOME).free
    found = _("%(free).1f GB kosong") % {"free": free / 1024**3}
    if free < _LEAST_FREE:
        return Finding("disk", Health.WARN, found, _("Sisakan paling sedikit 1 GB untuk data dan cadangan."))
    return Finding("disk", Health.OK, found)


def _key(now: datetime) -> Finding:
    path = Path(settings.KEY_FILE)
    if not path.exists():
        return Finding(
            "key", Health.BAD, _("%(path)s tidak ada") % {"path": path}, _("Kembalikan berkas kuncinya.")
        )
    Fernet(path.read_bytes().strip())
    if hasattr(path.stat(), "st_uid") and platform.system() != "Windows" and path.stat().st_mode & 0o077:
        return Finding("key", Health.WARN, str(path), _("Hanya pemilik yang boleh membacanya: chmod 600."))
    return Finding(
        "key", Health.OK, _("%(path)s (simpan salinannya terpisah dari cadangan)") % {"path": path}
    )


def _clock(now: datetime) -> Finding:
    found = f"{now:%Y-%m-%d %H:%M} UTC, {time.tzname[0]}"
    if now < _EARLIEST:
        return Finding("clock", Health.BAD, found, _("Jam komputer tertinggal. Betulkan tanggalnya."))
    return Finding("clock", Health.OK, found)


def _database(now: datetime) -> Finding:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding(
            "database", Health.BAD, str(error).strip(), _("Periksa SAPA_DATABASE_URL dan servernya.")
        )
    if connection.vendor != "sqlite":
        return Finding("database", Health.OK, f"PostgreSQL {connection.pg_version}")  # type: ignore[attr-defined]
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        return Finding(
            "database", Health.BAD, f"SQLite {sqlite3.sqlite_version}", _("Pakai Python yang lebih baru.")
        )
    with connection.cursor() as cursor:
        problem = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        return Finding("database", Health.BAD, problem, _("Berkas data rusak. Pulihkan cadangan terakhir."))
    return Finding(
        "database", Health.OK, f"SQLite {sqlite3.sqlite_version}, {connection.settings_dict['NAME']}"
    )


def _pragmas(now: datetime) -> Finding:
    if connection.vendor != "sqlite":
        return Finding("pragmas", Health.OK, _("tidak berlaku di sini"))
    with connection.cursor() as cursor:
        values = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    found = ", ".join(f"{name}={value}" for name, value in values.items())
    if values != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}:
        return Finding(
            "pragmas", Health.BAD, found, _("Jangan taruh folder data di folder jaringan atau awan.")
        )
    return Finding("pragmas", Health.OK, found)


def _schema(now: datetime) -> Finding:
    waiting = list_known() - list_applied()
    if waiting:
        found = _("%(number)d perubahan tabel belum dijalankan") % {"number": len(waiting)}
        return Finding("schema", Health.BAD, found, _("Jalankan: sapa migrate"))
    return Finding("schema", Health.OK, _("sesuai dengan versi ini"))


def _business(now: datetime) -> Finding:
    number = count_businesses()
    found = _("%(number)d toko") % {"number": number}
    if not number:
        return Finding("business", Health.WARN, found, _("Buat toko: sapa init, atau buka Sapa di peramban."))
    return Finding("business", Health.OK, found)


def _worker(now: datetime) -> Finding:
    if is_worker_alive():
        return Finding("worker", Health.OK, _("pekerjaan latar berjalan"))
    return Finding("worker", Health.WARN, _("pekerjaan latar tidak berjalan"), _("Jalankan: sapa serve"))


def _analytics(now: datetime) -> Finding:
    folder = Path(settings.HOME) / "analytics"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    if not size:
        return Finding("analytics", Health.OK, _("belum ada salinan hitungan; dibuat saat pertama ditanya"))
    return Finding("analytics", Health.OK, _("salinan hitungan %(size).1f MB") % {"size": size / 1024**2})


def _security(now: datetime) -> Finding:
    if not settings.HTTPS:
        advice = _("Di internet, pasang di belakang TLS lalu atur SAPA_HTTPS=1 dan SAPA_ALLOWED_HOSTS.")
        return Finding("security", Health.OK, _("untuk komputer dan jaringan sendiri"), advice)
    warnings = [
        str(warning.id) for warning in run_checks(tags=[Tags.security], include_deployment_checks=True)
    ]
    if "*" in settings.ALLOWED_HOSTS:
        warnings.append("SAPA_ALLOWED_HOSTS")
    if warnings:
        return Finding(
            "security", Health.BAD, ", ".join(warnings), _("Atur SAPA_ALLOWED_HOSTS ke nama situs Anda.")
        )
    return Finding("security", Health.OK, _("pengaturan untuk internet lengkap"))
