"""From a thousand to ten million touchpoints of a million contacts: every question <= 0.4 s, the map <= 1 s cold, 0.1 s kept.

Facts are made by DuckDB, so that building is timed from the staging tables on; what reading the shop's database costs is
in `scale_1m`. Takes a quarter of an hour on a machine that does other work: run by hand and dated in docs/scale.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK = SIZES[:3]
LIMIT, COLD, KEPT, BUILD, MEMORY = 0.4, 1.0, 0.1, 30.0, 2_000


def run(quick: bool) -> dict[str, Any]:
    curve = [_measure(size) for size in (QUICK if quick else SIZES)]
    last = curve[-1]
    value = next(iter(last["slowest"].values()))
    return {
        "name": "scale_10m",
        "unit": "s",
        "value": value,
        "worst": next(iter(last["slowest"])),
        "curve": curve,
        "goal": f"every question <= {LIMIT} s, map <= {COLD} s cold and <= {KEPT} s kept, build <= {BUILD} s, memory < {MEMORY} MB",
        "holds": value <= LIMIT
        and last["map_cold_seconds"] <= COLD
        and last["map_kept_seconds"] <= KEPT
        and last["build_seconds"] <= BUILD
        and last["memory_mib"] < MEMORY,
    }


def _measure(touchpoints: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench._grown", str(touchpoints)],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=Path(__file__).resolve().parent.parent,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found
