"""Backup while Sapa is in use, restore into an empty folder, and what is refused."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from sapa.accounts.models import Business
from sapa.upkeep.operations import backup, copy_sqlite
from sapa.upkeep.types import UpkeepError
from tests.cli.conftest import CHAT, ORDERS
from tests.processes import Home

sqlite_only = pytest.mark.skipif(
    bool(os.environ.get("SAPA_TEST_DATABASE_URL")), reason="about the SQLite file itself"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A shop of its own process, with a chat and orders."""
    home = Home(tmp_path / "rumah")
    assert (
        home.run("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example").returncode == 0
    )
    chat, orders = tmp_path / "Chat WhatsApp dengan Rina Wulandari.txt", tmp_path / "pesanan.csv"
    chat.write_text(CHAT, encoding="utf-8")
    orders.write_text(ORDERS, encoding="utf-8")
    assert home.run("import", chat, orders).returncode == 0
    return home


def test_what_was_saved_comes_back_whole_in_an_empty_folder(home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "cadangan.zip"
    done = home.run("backup", saved)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(saved) as archive:
        names = archive.namelist()
        assert not [name for name in names if name.endswith(".key") or "analytics" in name]
        manifest = json.loads(archive.read("manifest.json"))
    assert set(manifest["members"]) == set(names) - {"manifest.json"}
    other = Home(tmp_path / "rumah baru")
    restored = other.run("restore", saved)
    assert restored.returncode == 0, restored.stderr
    now = "2026-11-22T10:00:00+07:00"
    for words in (("contacts",), ("timeline", "Rina Wulandari"), ("snapshot", "Budi Santoso"), ("today",)):
        first, second = (place.run(*words, "--json", "--now", now) for place in (home, other))
        assert first.returncode == second.returncode == 0, first.stderr + second.stderr
        assert first.stdout == second.stdout
    assert other.run("verify").returncode == 0


def test_a_folder_with_a_shop_is_never_overwritten(home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "cadangan.zip"
    home.run("backup", saved)
    done = home.run("restore", saved)
    assert done.returncode == 1
    assert "sudah berisi toko" in done.stderr
    again = home.run("backup", saved)
    assert again.returncode == 1
    assert "sudah ada" in again.stderr


def _rewritten(saved: Path, change: dict[str, bytes], target: Path) -> Path:
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return target


def test_a_broken_foreign_or_newer_copy_is_refused_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "cadangan.zip"
    home.run("backup", saved)
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        database = archive.read("database.db")
    newer = {**manifest, "migrations": [*manifest["migrations"], "contacts.0099_later"]}
    escaping = {**manifest, "members": {**manifest["members"], "files/../../jahat.txt": "0"}}
    truncated = tmp_path / "terpotong.zip"
    truncated.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    elsewhere = {**manifest, "database": "postgresql"}
    wrong = {
        "bukan cadangan": _rewritten(saved, {"manifest.json": b"{}"}, tmp_path / "a.zip"),
        "lebih baru": _rewritten(saved, {"manifest.json": json.dumps(newer).encode()}, tmp_path / "b.zip"),
        "rusak": _rewritten(saved, {"database.db": database[:-4096]}, tmp_path / "c.zip"),
        "dipakai sqlite": _rewritten(
            saved, {"manifest.json": json.dumps(elsewhere).encode()}, tmp_path / "d.zip"
        ),
        "jahat.txt": _rewritten(saved, {"manifest.json": json.dumps(escaping).encode()}, tmp_path / "e.zip"),
        "utuh": truncated,
        "tidak ditemukan": tmp_path / "tidak-ada.zip",
    }
    other = Home(tmp_path / "kosong")
    for sentence, file in wrong.items():
        done = other.run("restore", file)
        assert (done.returncode, done.stdout) == (1, ""), sentence
        assert sentence in done.stderr
    assert not (other.folder / "sapa.db").exists() or "sapa init" in other.run("contacts").stderr
    assert not (tmp_path / "jahat.txt").exists()


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_copy_is_whole_while_others_write(now: datetime, tmp_path: Path) -> None:
    from sapa.accounts.operations import make_business, record_audit

    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            record_audit(business=shop, by=None, verb="x", object_kind="business", object_id="1", now=now)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            copy_sqlite(tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(5):
        with sqlite3.connect(tmp_path / f"{number}.db") as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts.append(copy.execute("SELECT count(*) FROM accounts_auditentry").fetchone()[0])
        copy.close()
    assert counts == sorted(counts)


@pytest.mark.django_db(transaction=True)
def test_files_are_in_the_copy_and_a_failed_one_leaves_nothing(
    toko_sage: Business, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    (tmp_path / "files" / "imports").mkdir(parents=True)
    (tmp_path / "files" / "imports" / "café.txt").write_text("halo", encoding="utf-8")
    manifest = backup(target=tmp_path / "satu.zip", now=now)
    assert "files/imports/café.txt" in manifest.members
    with zipfile.ZipFile(tmp_path / "satu.zip") as archive:
        assert archive.read("files/imports/café.txt") == b"halo"
    with pytest.raises(UpkeepError, match="Folder"):
        backup(target=tmp_path / "tidak ada" / "dua.zip", now=now)

    def broken(into: Path) -> None:
        raise UpkeepError("pg_dump gagal")

    monkeypatch.setattr("sapa.upkeep.operations.copies._dump_database", broken)
    with pytest.raises(UpkeepError):
        backup(target=tmp_path / "tiga.zip", now=now)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "satu.zip"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_saved_and_restored_by_its_own_tools(tmp_path: Path) -> None:
    url = os.environ["SAPA_TEST_DATABASE_URL"]
    server, _slash, _name = url.rpartition("/")
    names = ("sapa_simpan", "sapa_pulih")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE DATABASE {name}")
    try:
        home, other = Home(tmp_path / "rumah"), Home(tmp_path / "rumah baru")
        first, second = ({"SAPA_DATABASE_URL": f"{server}/{name}"} for name in names)
        saved = tmp_path / "cadangan.zip"
        made = home.run("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example", **first)
        assert made.returncode == 0, made.stderr
        orders = tmp_path / "pesanan.csv"
        orders.write_text(ORDERS, encoding="utf-8")
        assert home.run("import", orders, **first).returncode == 0
        done = home.run("backup", saved, **first)
        assert done.returncode == 0, done.stderr
        restored = other.run("restore", saved, **second)
        assert restored.returncode == 0, restored.stderr
        now = "2026-11-22T10:00:00+07:00"
        told = [
            place.run("contacts", "--json", "--now", now, **place_url).stdout
            for place, place_url in ((home, first), (other, second))
        ]
        assert told[0] == told[1]
        assert "Budi Santoso" in told[0]
        refused = other.run("restore", saved, **second)
        assert "sudah berisi toko" in refused.stderr
    finally:
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
