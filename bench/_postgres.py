"""A PostgreSQL of the bench's own, durable as it comes: in a temporary folder, on a socket there, pinned to the second core."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.with_postgres import _binaries, _user, _wait


@contextmanager
def own_postgres() -> Iterator[str]:
    """Its address as SAPA_DATABASE_URL takes it. Raises `RuntimeError` where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    user, folder = _user(), Path(tempfile.mkdtemp(prefix="sapa-bench-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    made: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "sapa",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    pinned = ["taskset", "-c", "1"] if (os.cpu_count() or 1) > 1 and shutil.which("taskset") else []
    try:
        subprocess.run(made, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*pinned, binaries / "postgres", "-D", data, *options],
                user=user,
                cwd=folder,
                stderr=log,
                stdout=log,
            )
            try:
                _wait(binaries, folder, server)
                yield f"postgres://sapa@{quote(str(folder), safe='')}/postgres"
            finally:
                server.terminate()
                server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
