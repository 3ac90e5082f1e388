"""The processes behind `memory_serve`: `sapa demo`, some pages looked at, and what all of it holds.

`python -m bench._memory QUIET` with QUIET 1 (nobody writes) or 0 (the simulated customers are in the same process).
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

SETTLE_SECONDS, LIVE_SECONDS = 20.0, 60.0
PAGES = ("/", "/inbox/", "/customers/", "/journey/", "/metrics/", "/answers/", "/settings/")
_THREAD = re.compile(r"/inbox/[0-9a-f-]{36}/")


def main() -> None:
    print(json.dumps(measure(sys.argv[1] == "1")), flush=True)


def measure(quiet: bool) -> dict[str, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sapa", "demo", "--host", "127.0.0.1", "--port", str(port)]
    env = {**os.environ, "SAPA_DEMO_QUIET": "1" if quiet else "0"}
    began = time.monotonic()
    log = Path(os.environ["SAPA_HOME"]) / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        first = _first_page(port, process) - began
        time.sleep(SETTLE_SECONDS if quiet else LIVE_SECONDS)
        _look(port)
        time.sleep(SETTLE_SECONDS)
        sizes = [_sizes(pid) for pid in _family(process.pid)]
    finally:
        process.terminate()
        process.wait(timeout=60)
    return {
        "first_page_seconds": round(first, 1),
        "processes": sizes,
        "pss_mb": round(sum(one["pss_mb"] for one in sizes), 1),
        "rss_mb": round(sum(one["rss_mb"] for one in sizes), 1),
    }


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
        "rss_mb": round(kib["Rss"] / 1024, 1),
    }


if __name__ == "__main__":
    main()
