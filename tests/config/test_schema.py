"""The tables are brought up to the version at start, and saved first."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sapa.config.addresses import draw_qr, is_free, lan_address
from tests.processes import Home, free_port


def _database(home: Home) -> sqlite3.Connection:
    return sqlite3.connect(home.folder / "sapa.db")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    assert (
        home.run("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example").returncode == 0
    )
    return home


def _tables(home: Home) -> dict[str, object]:
    """Every table and index: columns whatever their order, named constraints, and how each index is written."""
    with closing(_database(home)) as database:
        made = database.execute(
            "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ).fetchall()
        found: dict[str, object] = {name: sql for kind, name, sql in made if kind == "index"}
        for name, sql in [(name, sql) for kind, name, sql in made if kind == "table"]:
            columns = database.execute(f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}')")
            keys = database.execute(f'SELECT "table", "from", "to" FROM pragma_foreign_key_list(\'{name}\')')
            named = set(re.findall(r'CONSTRAINT ("\w+" (?:CHECK|UNIQUE) \(.*?\))(?=, |\)$)', sql))
            found[name] = (set(columns), set(keys), named)
        return found


def test_tables_made_at_once_are_those_that_all_migrations_make(home: Home, tmp_path: Path) -> None:
    migrated = Home(tmp_path / "bertahap")
    migrated.folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v", "0"],
        env={**migrated.environment, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"},
        check=True,
    )
    at_once, in_steps = _tables(home), _tables(migrated)
    assert {
        name: (at_once.get(name), made) for name, made in in_steps.items() if at_once.get(name) != made
    } == {}
    assert at_once.keys() == in_steps.keys()


def test_two_processes_that_begin_at_once_make_one_set_of_tables(tmp_path: Path) -> None:
    home = Home(tmp_path / "berdua")
    words = [sys.executable, "-m", "sapa", "contacts"]
    both = [subprocess.Popen(words, env=home.environment, stderr=subprocess.PIPE) for _ in range(2)]
    said = [one.communicate(timeout=120)[1].decode() for one in both]
    assert all("already exists" not in one for one in said), said
    with closing(_database(home)) as database:
        assert database.execute("SELECT count(*) FROM accounts_business").fetchone() == (0,)


def test_older_tables_are_copied_first_and_then_brought_up(home: Home) -> None:
    with closing(_database(home)) as database:
        database.executescript("DROP TABLE journeys_marker; DROP TABLE journeys_belief")
        database.execute("DELETE FROM django_migrations WHERE app = 'journeys'")
        database.commit()
    assert "journeys" not in home.run("doctor").stdout
    assert home.run("doctor").returncode == 1
    assert home.run("contacts").returncode == 0
    kept = list((home.folder / "backups").glob("sebelum-migrasi-*.db"))
    assert len(kept) == 1
    with closing(sqlite3.connect(kept[0])) as copy:
        assert copy.execute("SELECT slug FROM accounts_business").fetchall() == [("toko-sage",)]
    with closing(_database(home)) as database:
        assert database.execute("SELECT count(*) FROM journeys_marker").fetchone() == (0,)
    assert home.run("contacts").returncode == 0
    assert len(list((home.folder / "backups").glob("*.db"))) == 1


def test_tables_of_a_newer_version_are_left_alone(home: Home) -> None:
    with closing(_database(home)) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('contacts', '0099_later', '2027-01-01')"
        )
        database.commit()
    done = home.run("contacts")
    assert (done.returncode, done.stdout) == (1, "")
    assert "lebih baru" in done.stderr


def test_addresses() -> None:
    assert lan_address("127.0.0.1") is None
    assert lan_address("192.168.1.7") == "192.168.1.7"
    port = free_port()
    assert is_free("127.0.0.1", port)
    drawn = draw_qr("http://192.168.1.7:8000/")
    assert len(drawn.splitlines()) > 10
