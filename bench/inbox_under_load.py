"""100 messages a second by webhook for ten minutes while twenty teammates read and answer, on SQLite.

Each message is a signed call of its own; the receipts of the team's answers come beside them. The digest keeps up where
what waits does not grow; teammates think two to six seconds between two clicks.
"""

from __future__ import annotations

from typing import Any

from bench._live import run_with

SECONDS, QUICK_SECONDS = 600, 45
RATE, TEAMMATES = 100, 20
LIST_P95_MS, MOST_BEHIND_SECONDS = 200, 3


def run(quick: bool) -> dict[str, Any]:
    words = [str(one) for one in (QUICK_SECONDS if quick else SECONDS, RATE, TEAMMATES)]
    found = run_with("bench._load", words)
    p95 = found["list"].get("p95_ms")
    failed = sum(count for status, count in found["statuses"].items() if not 200 <= int(status) < 400)
    keeps_up = (
        found["said_a_second"] >= RATE * 0.98
        and found["there_at_the_end"] == found["said"]
        and found["most_waiting"] <= RATE * MOST_BEHIND_SECONDS
        and found["seconds_behind_at_the_end"] <= MOST_BEHIND_SECONDS
    )
    return {
        "name": "inbox_under_load",
        "value": p95,
        "unit": "ms, list p95",
        "keeps_up": keeps_up,
        "failed_pages": failed,
        **found,
        "goal": f"{RATE} messages/s for {SECONDS} s: digest at most {MOST_BEHIND_SECONDS} s behind, no lock error, list p95 < {LIST_P95_MS} ms",
        "holds": keeps_up and not failed and not found["locked"] and p95 is not None and p95 < LIST_P95_MS,
    }
