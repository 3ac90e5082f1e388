"""What the web process and its worker hold with the demo shop, after its first pages were looked at.

The goal is for what `sapa serve` is: the demo without its simulated customers, who live in the same process. With
them it is told beside. Proportional size (PSS): what both share is counted once. Linux only.
"""

from __future__ import annotations

from typing import Any

from bench._live import run_with

MOST_MB = 350


def run(quick: bool) -> dict[str, Any]:
    quiet = run_with("bench._memory", ["1"])
    live = None if quick else run_with("bench._memory", ["0"])
    return {
        "name": "memory_serve",
        "value": quiet["pss_mb"],
        "unit": "MB, web and worker together",
        "quiet": quiet,
        "with_live_customers": live,
        "goal": f"<= {MOST_MB} MB",
        "holds": quiet["pss_mb"] <= MOST_MB,
    }
