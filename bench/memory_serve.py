"""What `sapa serve`, web process and worker, holds with the demo shop after its first pages were looked at.

The folder is one that `sapa demo` made, in processes that have ended. `sapa demo` itself, which also makes the shop and lets the
simulated customers live in its web process, is told beside. Proportional size (PSS): what both share is counted once.
What both take of a core while nobody asks anything is told too. Linux only.
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
