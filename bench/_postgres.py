"""A PostgreSQL of the bench's own, durable as it comes: in a temporary folder, on a socket there, pinned to the second core."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from tools.with_postgres import _binaries, _user, _wait


@contextmanager
def own_postgres() -> Iterator[str]:
    """Its address as SAPA_DATABASE_URL takes it. Raises `RuntimeError` where PostgreSQL is not installed."""
    server = OwnPostgres()
    try:
        server.start()
        yield server.address
    finally:
        server.end()


class OwnPostgres:
    """A server that can be killed as a power cut would, and started again on the same data."""

    def __init__(self) -> None:
        binaries = _binaries()
        if binaries is None:
            raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        self._binaries, self._user = binaries, _user()
        self._folder = Path(tempfile.mkdtemp(prefix="sapa-bench-postgres-"))
        self._server: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        words = ["-U", "sapa", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [binaries / "initdb", "-D", self._folder / "data", *words],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    @property
    def address(self) -> str:
        return f"postgres://sapa@{quote(str(self._folder), safe='')}/postgres"

    def start(self) -> None:
        """Raises `RuntimeError` with the server's log where it does not answer in time."""
        pinned = ["taskset", "-c", "1"] if (os.cpu_count() or 1) > 1 and shutil.which("taskset") else []
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self._folder}"]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*pinned, self._binaries / "postgres", "-D", self._folder / "data", *options],
                user=self._user,
                cwd=self._folder,
                stderr=log,
                stdout=log,
            )
        _wait(self._binaries, self._folder, self._server)

    def kill(self) -> int:
        """`kill -9` of the first process and of every one that it started (Linux); answers how many those were."""
        assert self._server is not None
        pids = [self._server.pid]
        os.kill(pids[0], signal.SIGSTOP)  # else it starts another while those are counted
        for path in Path(f"/proc/{pids[0]}/task").glob("*/children"):
            pids += [int(word) for word in path.read_text(encoding="ascii").split()]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait()
        return len(pids)

    def end(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.terminate()
            self._server.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)
