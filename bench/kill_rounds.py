"""`kill -9` of web, worker and database at random, while providers send with duplicates and in another order.

Every message that was acknowledged (and every one that a poll will find) must be there once and in the provider's order; no
reply may reach a customer twice. A reply that was being sent when the worker died is uncertain: it waits for a person. On
SQLite the database is killed with its processes; on PostgreSQL the server is, with all its processes, and started again.
"""

from __future__ import annotations

from typing import Any

from bench._live import run_with
from tools.with_postgres import _binaries

ROUNDS, MESSAGES, SECONDS = 200, 20_000, 1.5
QUICK_ROUNDS, QUICK_MESSAGES, QUICK_SECONDS = 7, 600, 4.5
_MUST_BE_ZERO = (
    "unacknowledged",
    "lost",
    "twice",
    "threads_in_other_order",
    "replies_lost",
    "sent_twice",
    "shown_twice",
    "said_sent_but_never_taken",
)


def run(quick: bool) -> dict[str, Any]:
    rounds, messages, seconds = (
        (QUICK_ROUNDS, QUICK_MESSAGES, QUICK_SECONDS) if quick else (ROUNDS, MESSAGES, SECONDS)
    )
    words = [str(rounds), str(messages), str(seconds)]
    found = {name: run_with("bench._kill", [*words, name]) for name in _databases(quick)}
    wrong = {
        f"{where}.{name}": one[name] for where, one in found.items() for name in _MUST_BE_ZERO if one[name]
    }
    return {
        "name": "kill_rounds",
        "value": sum(wrong.values()),
        "unit": "messages lost, doubled, or in another order",
        "rounds": rounds,
        **found,
        "wrong": wrong,
        "goal": f"0 in {ROUNDS} rounds with {MESSAGES} messages on each database",
        "holds": not wrong,
    }


def _databases(quick: bool) -> list[str]:
    """SQLite, and in a whole run PostgreSQL too. Raises `RuntimeError` where it is not installed."""
    if not quick and _binaries() is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return ["sqlite"] if quick else ["sqlite", "postgresql"]
