"""Real processes for tests: the `sapa` command with a data folder of its own, and a server that is ended again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Home:
    """A data folder, and the command that works on it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("SAPA_", "DJANGO_"))
        }
        home = {"SAPA_HOME": str(self.folder), "PYTHONPATH": str(ROOT / "src")}
        # Tests count: nobody writes to the demo shop by themselves.
        return {**ours, **home, "SAPA_DEMO_QUIET": "1"}

    def run(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sapa", *map(str, words)],
            env={**self.environment, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )

    @contextmanager
    def serving(self, *words: str, command: str = "serve") -> Iterator[Server]:
        """A server on loopback, answering; ended at the end."""
        port = free_port()
        log = self.folder.parent / f"{self.folder.name}-{port}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "sapa", command, "--host", "127.0.0.1", "--port", str(port), *words],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
            server = Server(port, process, log)
            try:
                server.wait()
                yield server
            finally:
                process.terminate()
                process.wait(timeout=30)


@dataclass(frozen=True)
class Server:
    """A running `sapa serve` or `sapa demo`."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str = "/") -> tuple[int, str]:
        """Status and body; redirects are not followed."""
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(self.address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()

    def wait(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.get("/v1/")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"the server does not answer:\n{self.log.read_text(encoding='utf-8')}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:
        return None


def until(true: object, seconds: float = 20.0) -> bool:
    """Whether `true()` becomes so within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False
