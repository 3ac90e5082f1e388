"""A shop of made facts from a thousand to ten million touchpoints of a million contacts, measured in a process of its own.

Facts are made by DuckDB, so that building is timed from the staging tables on. The largest takes a quarter of an hour on
a machine that does other work: run by hand and dated in docs/scale.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK = SIZES[:3]
LIMIT, COLD, KEPT, BUILD, MEMORY = 0.4, 1.0, 0.1, 30.0, 2_000


@cache
def measure_curve(quick: bool) -> list[dict[str, Any]]:
    """What each size costs, the smallest first; `metrics_10m` and `journey_10m` of one run read the same."""
    return [_measure(size) for size in (QUICK if quick else SIZES)]


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
