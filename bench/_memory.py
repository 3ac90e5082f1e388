"""The processes behind `memory_serve`: `sapa serve` on a folder that `sapa demo` made, some pages looked at, and what it holds.

`python -m bench._memory QUIET` with QUIET 1 (`sapa serve`: nobody writes) or 0 (`sapa demo` itself, with the simulated
customers in the same process that also made the shop).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

SETTLE_SECONDS, LIVE_SECONDS, IDLE_SECONDS = 20.0, 60.0, 20.0
PAGES = ("/", "/inbox/", "/customers/", "/journey/", "/metrics/", "/answers/", "/settings/")
_THREAD = re.compile(r"/inbox/[0-9a-f-]{36}/")


def main() -> None:
    print(json.dumps(measure(sys.argv[1] == "1")), flush=True)


def measure(quiet: bool) -> dict[str, Any]:
    home = Path(os.environ["SAPA_HOME"])
    if not quiet:
        return _run("demo", home, {"SAPA_DEMO_QUIET": "0"}, LIVE_SECONDS)
    made = home / "made"
    first = _make(made)
    # SAPA_DEMO lets this machine look without signing in; everything else is as a shop of one's own is served.
    return {"demo_first_page_seconds": first, **_run("serve", made, {"SAPA_DEMO": "1"}, SETTLE_SECONDS)}


def _make(made: Path) -> float:
    """The folder of a demo shop, copied while its demo still runs; seconds until that showed its first page."""
    with _serving("demo", made.parent, {"SAPA_DEMO_QUIET": "1"}) as (process, port, began):
        first = round(_first_page(port, process) - began, 1)
        [laid] = made.parent.glob("sapa-demo-*")
        time.sleep(SETTLE_SECONDS)  # what its worker still derives
        shutil.copytree(laid, made, ignore=shutil.ignore_patterns("*.lock", "*.db-wal", "*.db-shm", "*.db"))
        with (
            closing(sqlite3.connect(laid / "sapa.db")) as live,
            closing(sqlite3.connect(made / "sapa.db")) as kept,
        ):
            live.backup(kept)
    return first


@contextmanager
def _serving(
    command: str, home: Path, more: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """(process, port, when it began) of `sapa serve` or `sapa demo`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "sapa", command, "--host", "127.0.0.1", "--port", str(port)]
    env = {**os.environ, "SAPA_HOME": str(home), **more}
    began = time.monotonic()
    with (home / f"{command}.log").open("wb") as out:
        process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        yield process, port, began
    finally:
        process.terminate()
        process.wait(timeout=60)


def _run(command: str, home: Path, more: dict[str, str], settle: float) -> dict[str, Any]:
    with _serving(command, home, more) as (process, port, began):
        first = _first_page(port, process) - began
        time.sleep(settle)
        _look(port)
        time.sleep(SETTLE_SECONDS)
        family = _family(process.pid)
        sizes = [_sizes(pid) for pid in family]
        idle = _processor_share(family)
    return {
        "first_page_seconds": round(first, 1),
        "processes": sizes,
        "pss_mb": round(sum(one["pss_mb"] for one in sizes), 1),
        "rss_mb": round(sum(one["rss_mb"] for one in sizes), 1),
        "idle_percent_of_a_core": idle,
    }


def _processor_share(pids: list[int]) -> float:
    """Per cent of one core that these processes take while nobody asks anything."""
    before = sum(map(_worked, pids))
    time.sleep(IDLE_SECONDS)
    return round((sum(map(_worked, pids)) - before) / IDLE_SECONDS * 100, 2)


def _worked(pid: int) -> float:
    """Seconds on the processor so far, of all its threads."""
    paths = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text(encoding="ascii").split()[0]) for path in paths) / 1e9


def _first_page(port: int, process: subprocess.Popen[bytes]) -> float:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=30.0, follow_redirects=True).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return time.monotonic()
    raise RuntimeError("the demo does not answer")


def _look(port: int) -> None:
    """What a person opens in the first minutes, three times over."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60.0, follow_redirects=True) as http:
        for _ in range(3):
            for page in PAGES:
                http.get(page)
            for thread in list(dict.fromkeys(_THREAD.findall(http.get("/inbox/").text)))[:10]:
                http.get(thread)


def _family(pid: int) -> list[int]:
    """The process and all that it has spawned."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text(encoding="ascii").split():
            found += _family(int(child))
    return found


def _sizes(pid: int) -> dict[str, Any]:
    """Proportional and resident size (Linux): what is shared between the two counts once in the first."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:] if line.endswith("kB")}
    words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    return {
        "what": words[3] if len(words) > 3 else words[0],
        "pss_mb": round(kib["Pss"] / 1024, 1),
        "uss_mb": round((kib["Private_Clean"] + kib["Private_Dirty"]) / 1024, 1),
        "rss_mb": round(kib["Rss"] / 1024, 1),
    }


if __name__ == "__main__":
    main()
