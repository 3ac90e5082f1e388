"""5,000 open screens on one process: at most 64 KiB each, and a change on the screens of its shop at once.

Screens are real connections on loopback, ten shops with the same number each; one shop's are told, from the web
process itself and from another one, on SQLite and (where it is installed) on PostgreSQL. Times run from before the
write to the moment at which the screen read it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench._apart import run_apart

SCREENS, SHOPS, ROUNDS = 5000, 10, 20
QUICK_SCREENS, QUICK_ROUNDS = 1000, 5
MOST_KIB, WITHIN_MS, ACROSS_MS, ALL_MS = 64, 30, 80, 200


def run(quick: bool) -> dict[str, Any]:
    asked = {
        "screens": QUICK_SCREENS if quick else SCREENS,
        "shops": 2 if quick else SHOPS,
        "rounds": QUICK_ROUNDS if quick else ROUNDS,
    }
    sqlite = run_apart("bench._screens:measure", **asked)
    postgres = _on_postgres(asked)
    kib = [one["kib_each"] for one in (sqlite, postgres) if one and one["kib_each"] is not None]
    return {
        "name": "open_screens",
        "value": max(kib, default=None),
        "unit": "KiB a screen",
        "sqlite": sqlite,
        "postgresql": postgres,
        "goal": f"<= {MOST_KIB} KiB; median <= {WITHIN_MS} ms within the process and on PostgreSQL, "
        f"<= {ACROSS_MS} ms across processes on SQLite; all <= {ALL_MS} ms",
        "holds": all(one <= MOST_KIB for one in kib)
        and _holds(sqlite, WITHIN_MS, ACROSS_MS)
        and (postgres is None or _holds(postgres, WITHIN_MS, WITHIN_MS)),
    }


def _holds(found: dict[str, Any], within: float, across: float) -> bool:
    """Also that no other shop's screen was told."""
    return (
        found["told_elsewhere"] == 0
        and found["within"]["median_ms"] <= within
        and found["across"]["median_ms"] <= across
        and max(found["within"]["all_ms"], found["across"]["all_ms"]) <= ALL_MS
    )


def _on_postgres(asked: dict[str, int]) -> dict[str, Any] | None:
    """The same beside a PostgreSQL server of its own; None where none is installed."""
    beside = [sys.executable, str(Path("tools") / "with_postgres.py")]
    inner = [sys.executable, "-m", "bench.open_screens", *(str(one) for one in asked.values())]
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        env = {**os.environ, "SAPA_HOME": home, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"}
        done = subprocess.run(
            [*beside, *inner], env=env, capture_output=True, text=True, check=False, timeout=600
        )
    if done.returncode == 0:
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))
    if "not installed" in done.stderr:
        return None
    raise RuntimeError(done.stderr[-2000:])


if __name__ == "__main__":
    os.environ["SAPA_DATABASE_URL"] = os.environ["SAPA_TEST_DATABASE_URL"]
    from bench._screens import main

    main()
