"""Request Tracker 5 as Debian packs it, on a PostgreSQL of its own: set up whole, filled, asked, and thrown away again.

Some minutes of work, so it is done once (`python -m bench.inbox_list --set-up-rivals`) and its figures are kept with their date.
Tickets are laid by SQL with the role groups that Request Tracker makes for each; four of ten are open.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from bench._inbox_load import Shot, free_port, pinned, shoot, wait_for
from bench._postgres import own_postgres

PACKAGES = "request-tracker5 rt5-db-postgresql rt5-standalone starman postgresql"
_SERVER = "/usr/share/request-tracker5/libexec/rt-server"
_SETUP = "/usr/sbin/rt-setup-database-5"
_QUERY = "Queue = 'General' AND Status = '__Active__'"
_ROWS = 25
_REQUESTORS = 1_000

_SITE = """Set($rtname, 'bench'); Set($Organization, 'bench.example');
Set($WebPath, ''); Set($WebDomain, '127.0.0.1'); Set($WebPort, {port});
Set($DatabaseType, 'Pg'); Set($DatabaseHost, '{host}'); Set($DatabasePort, '');
Set($DatabaseName, 'rt5'); Set($DatabaseUser, 'rt_user'); Set($DatabasePassword, 'x'); Set($DatabaseAdmin, 'sapa');
Set($MailCommand, 'testfile'); Set($LogToSyslog, undef); Set($LogToSTDERR, 'error');
1;
"""

_LAY = """
INSERT INTO Principals (id, PrincipalType) SELECT {p} + n, 'User' FROM generate_series(1, {people}) n;
INSERT INTO Users (id, Name, EmailAddress, RealName, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT {p} + n, 'orang' || n || '@surat.example', 'orang' || n || '@surat.example', 'Orang ' || n, 1, now(), 1, now()
FROM generate_series(1, {people}) n;
INSERT INTO Principals (id, PrincipalType) SELECT {g} + n, 'Group' FROM generate_series(1, 4 * {tickets}) n;
INSERT INTO Groups (id, Name, Domain, Instance, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT {g} + 4 * (t - 1) + k, (ARRAY['Owner', 'Requestor', 'Cc', 'AdminCc'])[k], 'RT::Ticket-Role', t, 1, now(), 1, now()
FROM generate_series(1, {tickets}) t, generate_series(1, 4) k;
INSERT INTO GroupMembers (GroupId, MemberId, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT {g} + 4 * (t - 1) + 1, {nobody}, 1, now(), 1, now() FROM generate_series(1, {tickets}) t
UNION ALL
SELECT {g} + 4 * (t - 1) + 2, {p} + 1 + t % {people}, 1, now(), 1, now() FROM generate_series(1, {tickets}) t;
INSERT INTO CachedGroupMembers (GroupId, MemberId, Via, ImmediateParentId, Disabled)
SELECT {g} + n, {g} + n, 0, {g} + n, 0 FROM generate_series(1, 4 * {tickets}) n
UNION ALL SELECT GroupId, MemberId, 0, GroupId, 0 FROM GroupMembers WHERE GroupId > {g};
UPDATE CachedGroupMembers SET Via = id WHERE Via = 0;
INSERT INTO Tickets (id, EffectiveId, Queue, Type, Owner, Subject, Status, Creator, Created, LastUpdatedBy, LastUpdated, Started)
SELECT t, t, (SELECT id FROM Queues WHERE Name = 'General'), 'ticket', {nobody}, 'Gamis sage ukuran L, pesanan ' || t,
       CASE WHEN t % 10 < 4 THEN 'open' ELSE 'resolved' END, 1, now() - t * interval '4 minutes', 1,
       now() - t * interval '3 minutes', now() - t * interval '4 minutes'
FROM generate_series(1, {tickets}) t;
INSERT INTO Transactions (ObjectType, ObjectId, Type, Creator, Created)
SELECT 'RT::Ticket', t, 'Create', 1, now() - t * interval '4 minutes' FROM generate_series(1, {tickets}) t;
"""


def is_installed() -> bool:
    """Whether Debian's packages are there; else `PACKAGES` says what to ask apt for."""
    return Path(_SERVER).exists() and Path(_SETUP).exists() and shutil.which("starman") is not None


def measure(tickets: int, seconds: int) -> dict[str, Any]:
    """Set it up, and ask for the queue as a page, for the same search by REST, and for one ticket. RuntimeError if not installed."""
    if not is_installed():
        raise RuntimeError(
            f"Request Tracker is not installed: apt-get install --no-install-recommends {PACKAGES}"
        )
    with own_postgres() as address, tempfile.TemporaryDirectory(prefix="sapa-bench-rt-") as folder:
        host, port = unquote(address.removeprefix("postgres://sapa@").partition("/")[0]), free_port()
        site = Path(folder) / "RT_SiteConfig.pm"
        site.write_text(_SITE.format(port=port, host=host), encoding="utf-8")
        environment = {**os.environ, "RT_SITE_CONFIG": str(site), "RT_SITE_CONFIG_DIR": folder + "/none"}
        begun = time.monotonic()
        _make_database(host, environment)
        _lay(host, tickets)
        laid = time.monotonic() - begun
        with _served(port, environment, Path(folder)) as pid:
            shots = _ask(port, pid, seconds)
    return {"tickets": tickets, "rows": _ROWS, "set_up_seconds": round(laid), **shots}


def _make_database(host: str, environment: dict[str, str]) -> None:
    import psycopg

    with psycopg.connect(host=host, user="sapa", dbname="postgres", autocommit=True) as con:
        con.execute("CREATE ROLE rt_user LOGIN")
        con.execute("CREATE DATABASE rt5 OWNER rt_user ENCODING 'UTF8' TEMPLATE template0")
    call = [_SETUP, "--action", "init", "--skip-create"]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"rt-setup-database-5: {done.stdout[-500:]} {done.stderr[-500:]}")


def _lay(host: str, tickets: int) -> None:
    import psycopg

    with psycopg.connect(host=host, user="sapa", dbname="rt5", autocommit=True) as con:
        highest = int(con.execute("SELECT max(id) FROM Principals").fetchone()[0])  # type: ignore[index]
        nobody = int(con.execute("SELECT id FROM Users WHERE Name = 'Nobody'").fetchone()[0])  # type: ignore[index]
        given = {
            "p": highest,
            "g": highest + _REQUESTORS,
            "people": _REQUESTORS,
            "tickets": tickets,
            "nobody": nobody,
        }
        for statement in _LAY.format(**given).split(";\n"):
            if statement.strip():
                con.execute(statement.encode())
        for table in ("Principals", "Tickets", "Users", "Groups"):
            con.execute(f"SELECT setval('{table.lower()}_id_seq', (SELECT max(id) FROM {table}))".encode())
        con.execute("VACUUM ANALYZE")


@contextmanager
def _served(port: int, environment: dict[str, str], folder: Path) -> Iterator[int]:
    call = [*pinned(0), "starman", "--workers", "1", "--listen", f"127.0.0.1:{port}", _SERVER]
    with (folder / "starman.log").open("wb") as log:
        server = subprocess.Popen(call, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=60)


def _ask(port: int, pid: int, seconds: int) -> dict[str, Any]:
    cookie = f"RT_SID_bench.{port}={_sign_in(port)}"
    words = urllib.parse.urlencode({"Query": _QUERY, "Rows": _ROWS}, quote_via=quote)
    asked = urllib.parse.urlencode({"query": _QUERY, "per_page": _ROWS}, quote_via=quote)
    paths = {
        "page": f"/Search/Results.html?{words}",
        "rest": f"/REST/2.0/tickets?{asked}",
        "ticket": "/Ticket/Display.html?id=4711",
    }
    found: dict[str, Any] = {}
    for name, path in paths.items():
        body = _get(port, path, cookie)
        if name == "page" and "pesanan" not in body:
            raise RuntimeError("Request Tracker's queue shows no ticket")
        shoot(port, path, cookie, 1)
        shots = [shoot(port, path, cookie, seconds, pid=pid) for _ in range(3)]
        best: Shot = max(shots, key=_rate)  # a noisy moment shall not count against the rival
        found[name] = {"rate": round(best.rate, 2), "p50_ms": round(best.p50_ms), "p99_ms": round(best.p99_ms), "cpu_ms": round(best.cpu_ms or 0),
            "bytes": len(body), "failed": sum(one.failed for one in shots)}  # fmt: skip
    return found


def _rate(shot: Shot) -> float:
    return shot.rate


def _sign_in(port: int) -> str:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    data = urllib.parse.urlencode({"user": "root", "pass": "password"}).encode()
    with opener.open(f"http://127.0.0.1:{port}/NoAuth/Login.html", data, timeout=120) as answer:
        answer.read()
    return next(str(one.value) for one in jar if one.name.startswith("RT_SID"))


def _get(port: int, path: str, cookie: str) -> str:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
        return str(answer.read().decode("utf-8", "replace"))
