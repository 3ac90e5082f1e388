"""Asking a server for pages as a browser would, with `wrk` on the second core; and the processor's time that it took."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 4
"""As many as a small team has requests on the way at once; more would only wait in line behind one core."""

_LUA = Path(__file__).with_name("_inbox.lua")


@dataclass(frozen=True)
class Shot:
    """One run of the load generator: answers a second, milliseconds, how many were not 200, bytes of one answer.

    `cpu_ms` is the server's processor time for one answer, where it could be read.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    answered: int
    failed: int
    size: int
    cpu_ms: float | None = None


def shoot(
    port: int,
    paths: str | Sequence[str],
    cookie: str,
    seconds: int,
    *,
    pid: int | None = None,
    connections: int = CONNECTIONS,
) -> Shot:
    """`paths` in turn over `connections` for so many seconds. `pid` is the server's, whose processor time is told too."""
    listed = [paths] if isinstance(paths, str) else list(paths)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as folder:
        pool = Path(folder) / "paths"
        pool.write_text("\n".join(listed) + "\n", encoding="utf-8")
        before = cpu_seconds(pid)
        call = [
            *pinned(1),
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "60s",
            "-s",
            str(_LUA),
        ]
        call += [f"http://127.0.0.1:{port}/", "--", str(pool), cookie]
        done = subprocess.run(call, check=True, capture_output=True, text=True)
    spent = cpu_seconds(pid)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    answered = max(1, told["requests"])
    cpu = None if before is None or spent is None else (spent - before) * 1000 / answered
    return Shot(
        rate=told["requests"] / told["seconds"],
        p50_ms=told["p50_us"] / 1000,
        p99_ms=told["p99_us"] / 1000,
        answered=told["requests"],
        failed=told["failed"],
        size=round(told["bytes"] / answered),
        cpu_ms=cpu,
    )


def cpu_seconds(pid: int | None) -> float | None:
    """Processor time of a process and of those that it began, in seconds; None where the system does not tell."""
    if pid is None or not Path(f"/proc/{pid}/stat").exists():
        return None
    ticks = 0
    for each in [pid, *_children(pid)]:
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    own = [int(word) for word in listed.read_text(encoding="utf-8").split()] if listed.exists() else []
    return [found for child in own for found in (child, *_children(child))]


def pinned(core: int) -> list[str]:
    """What to put before a command so that it stays on one core; nothing where that cannot be."""
    enough = (os.cpu_count() or 1) > 1
    return ["taskset", "-c", str(core)] if enough and shutil.which("taskset") else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Until something listens there. RuntimeError after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not listen")
