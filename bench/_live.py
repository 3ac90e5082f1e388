"""`sapa serve` beside the simulator of the providers, for benches: started, killed, started again; a shop with live channels."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sapa.accounts.models import Business
    from sapa.demo.providers import Customer

FIRST = ("Rina", "Budi", "Sari", "Andi", "Dewi", "Agus", "Putri", "Joko", "Nita", "Yusuf")
LAST = (
    "Wulandari",
    "Santoso",
    "Dewi",
    "Wijaya",
    "Lestari",
    "Setiawan",
    "Maharani",
    "Purnomo",
    "Kusuma",
    "Maulana",
)


def run_with(module: str, words: list[str], *, database: str = "") -> dict[str, Any]:
    """`python -m module words…` with a data folder of its own; its last line is its result."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
        env = {**kept, "SAPA_HOME": home, "SAPA_LOG_LEVEL": "WARNING"}
        env |= {"DJANGO_SETTINGS_MODULE": "sapa.config.settings"}
        if database:
            env["SAPA_DATABASE_URL"] = database
        done = subprocess.run(
            [sys.executable, "-m", module, *words], env=env, stdout=subprocess.PIPE, check=True, text=True
        )
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def set_up() -> None:
    """Django with its tables, in this process."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def make_shop() -> Business:
    from sapa.accounts.operations import make_business
    from sapa.lib import clock

    return make_business(
        name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=clock.now()
    )


def make_customers(number: int) -> list[Customer]:
    from sapa.demo.providers import Customer

    return [
        Customer(f"{FIRST[one % 10]} {LAST[one // 10 % 10]} {one}", f"62812{10_000_000 + one * 37}")
        for one in range(number)
    ]


class Served:
    """`sapa serve` on a free port of loopback, with the data folder and the database of this process."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = Path(os.environ["SAPA_HOME"]) / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *words: str, wait: bool = True) -> None:
        command = [sys.executable, "-m", "sapa", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        if wait:
            self.wait()

    def wait(self, seconds: float = 90.0) -> None:
        """Until it answers."""
        end = time.monotonic() + seconds
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if time.monotonic() > end or self._process is None or self._process.poll() is not None:
                raise RuntimeError(self.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """The processes that the server has spawned (Linux)."""
        found = []
        for path in Path(f"/proc/{self.pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(word) for word in path.read_text(encoding="ascii").split()]
        return found

    def kill_web(self) -> None:
        """As the system does when memory is short: at once, without a word. Its worker sees that it is alone, and ends."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_worker(self) -> bool:
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextmanager
def served() -> Iterator[Served]:
    found = Served()
    try:
        found.start()
        yield found
    finally:
        found.stop()


class LightDoor:
    """Calls by the standard library on lines that stay open, one for each thread: the caller must not be what is measured."""

    def __init__(self) -> None:
        self._own = threading.local()

    def __call__(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        parts = urlsplit(address)
        line = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = http.client.HTTPConnection(parts.netloc, timeout=30)
        try:
            line.request(method, f"{parts.path}?{parts.query}".rstrip("?"), body, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            line.close()
            self._own.line = None
            raise ConnectionError(type(error).__name__) from error


def load_now() -> list[float]:
    """The machine's load of the last 1 and 5 minutes, where the system tells it."""
    return [round(one, 1) for one in os.getloadavg()[:2]] if hasattr(os, "getloadavg") else []
