"""A hundred replies over a network that breaks at random: none lost, none doubled, in a real browser.

The line is cut before the send, or after the server has taken it and before its answer comes, or not at all.
Needs Chromium. The same test, shorter, stands in `tests/browser/test_live.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

ROUNDS, QUICK_ROUNDS = 100, 10
_TEST = "tests/browser/test_live.py::test_over_random_disconnects_nothing_is_lost_and_nothing_doubled"


def run(quick: bool) -> dict[str, Any]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", _TEST],
        env={**os.environ, "SAPA_OUTBOX_ROUNDS": str(rounds)},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    held = done.returncode == 0 and "1 passed" in done.stdout
    return {
        "name": "offline_replies",
        "value": rounds if held else None,
        "unit": "replies, each sent once",
        "seconds": round(time.monotonic() - began, 1),
        "goal": f"{ROUNDS} random disconnects: 0 lost, 0 doubled",
        "said": "" if held else done.stdout[-500:],
        "holds": held,
    }
