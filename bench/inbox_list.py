"""The inbox and a conversation at 100,000 conversations and 2 million messages, beside two help desks at as many tickets.

Each server has the first core to itself and the load generator (Debian's `wrk`, 4 connections) the second; rounds are interleaved
with django-helpdesk's, of which a person's queue is two requests: the shell, then the rows as JSON. Request Tracker takes some
minutes to set up: `python -m bench.inbox_list --set-up-rivals` does that once, and makes django-helpdesk's environment, in the
platform's cache folder; its figures stand in `rivals.json` with their date. Both are told beside the goal: the page of the list,
and opening a conversation with all that is known of the customer beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench._helpdesk import Helpdesk, set_up
from bench._inbox_load import Shot, free_port, pinned, shoot, wait_for

GOAL, LIMIT_MS = 50, 60
FULL, QUICK = 100_000, 4_000
ROUNDS_FULL, ROUNDS_QUICK = 5, 1
SECONDS_FULL, SECONDS_QUICK = 4, 2
RIVALS = Path(__file__).with_name("rivals.json")
_LISTS = ("waiting", "all", "mine", "snoozed", "old")


def run(quick: bool) -> dict[str, Any]:
    """As `interface.md` says. RuntimeError where wrk or django-helpdesk's environment is missing."""
    conversations = QUICK if quick else FULL
    rounds, seconds = (ROUNDS_QUICK, SECONDS_QUICK) if quick else (ROUNDS_FULL, SECONDS_FULL)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as folder:
        own = _Sapa(Path(folder), conversations)
        rival = Helpdesk(conversations)
        try:
            for server in (own, rival):  # what the first request of a page loads is no part of the rounds
                server.shots(1)
            measured = [_round(own, rival, number, seconds) for number in range(rounds)]
        finally:
            own.end()
            rival.end()
    return _result(measured, own.told, rival, read_rivals())


class _Sapa:
    """Our server as `sapa serve` starts it, over a shop that another process has laid."""

    def __init__(self, home: Path, conversations: int) -> None:
        self._environment = {
            **os.environ,
            "SAPA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "sapa.config.settings",
        }
        self._environment.pop("SAPA_DATABASE_URL", None)
        self.told = self._lay(conversations)
        self.cookie = f"sapa_session={self.told.pop('cookie')}"
        self.talks: list[str] = self.told.pop("talks")
        self.port = free_port()
        self.server = subprocess.Popen(
            [*pinned(0), sys.executable, "-m", "bench._inbox_server", str(self.port)], env=self._environment
        )
        wait_for(self.port)

    def _lay(self, conversations: int) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "bench._inbox_shop", str(conversations)],
            env=self._environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    def shots(self, seconds: int) -> dict[str, Shot]:
        """Each view of the list and the opening of conversations, those that wait as often as the others."""
        paths = {tab: [f"/inbox/?tab={tab}"] for tab in _LISTS}
        paths |= {"conversation": self.talks, "today": ["/"], "customers": ["/customers/"]}
        found = {}
        for name, asked in paths.items():
            long = seconds if name in ("waiting", "conversation") else max(1, seconds // 2)
            found[name] = shoot(self.port, asked, self.cookie, long, pid=self.server.pid)
        return found

    def end(self) -> None:
        self.server.terminate()
        self.server.wait(timeout=30)


def _round(own: _Sapa, rival: Helpdesk, number: int, seconds: int) -> dict[str, Shot]:
    """Every part once; who begins changes, so that none has the quietest moment."""
    if number % 2:
        shots = rival.shots(seconds) | own.shots(seconds)
    else:
        shots = own.shots(seconds) | rival.shots(seconds)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    for name, shot in shots.items():
        print(f"{name}: {shot} (load {load})", file=sys.stderr)
        if not shot.answered:
            raise RuntimeError(
                f"{name}: no answer in the time of a round; the machine (load {load}) is too busy to measure"
            )
    return shots


def read_rivals() -> dict[str, Any]:
    """What was measured of rivals that take minutes to set up, with its date; empty where nothing was."""
    return dict(json.loads(RIVALS.read_text(encoding="utf-8"))) if RIVALS.exists() else {}


def _result(
    rounds: list[dict[str, Shot]], told: dict[str, Any], rival: Helpdesk, dated: dict[str, Any]
) -> dict[str, Any]:
    def rate(part: str) -> float:
        return median(one[part].rate for one in rounds)

    def p99(part: str) -> float:
        return median(one[part].p99_ms for one in rounds)

    tracker = dated["request_tracker"]
    page, talk, queue = rate("waiting"), rate("conversation"), median(_queue(one) for one in rounds)
    ratios = {
        "list_to_helpdesk_queue": median(one["waiting"].rate / _queue(one) for one in rounds),
        "conversation_to_helpdesk_queue": median(one["conversation"].rate / _queue(one) for one in rounds),
        "list_to_rt_page": page / tracker["page"]["rate"],
        "conversation_to_rt_page": talk / tracker["page"]["rate"],
        "list_to_rt_rest_search": page / tracker["rest"]["rate"],
        "conversation_to_helpdesk_ticket": median(
            one["conversation"].rate / one["hd_ticket"].rate for one in rounds
        ),
        "conversation_to_rt_ticket": talk / tracker["ticket"]["rate"],
    }
    goals = (
        "list_to_helpdesk_queue",
        "conversation_to_helpdesk_queue",
        "list_to_rt_page",
        "conversation_to_rt_page",
    )
    worst = min(goals, key=lambda name: ratios[name])
    slowest = max(p99(part) for part in ("waiting", "conversation"))
    failed = sum(shot.failed for one in rounds for shot in one.values())
    return {
        "name": "inbox_list",
        "value": round(page, 1),
        "unit": "pages/s of the inbox on one core",
        "rival": f"django-helpdesk {rival.version}, its queue as a person sees it: shell and rows",
        "rival_value": round(queue, 2),
        "ratio": round(ratios[worst], 1),
        "worst": worst,
        "goal": f">= {GOAL} x both queues, for the list and for opening a conversation; p99 < {LIMIT_MS} ms",
        "holds": ratios[worst] >= GOAL and slowest < LIMIT_MS and not failed,
        "ratios": {name: round(found, 1) for name, found in ratios.items()},
        "processor_ratios": {part: _processor_ratio(rounds, part) for part in ("waiting", "conversation")},
        "pages_per_second": {part: round(rate(part), 1) for part in rounds[0]},
        "p99_ms": {part: round(p99(part), 1) for part in rounds[0]},
        "cpu_ms": {part: _cpu(rounds, part) for part in rounds[0]},
        "bytes": {part: rounds[0][part].size for part in rounds[0]},
        "failed": failed,
        "shop": told,
        "helpdesk": {"tickets": rival.tickets, "follow_ups": rival.tickets * rival.follow_ups},
        "request_tracker": tracker,
        "rounds": len(rounds),
    }


def _queue(one: dict[str, Shot]) -> float:
    """Queues a second as a person sees them: the shell and then its rows, one after the other on the same core."""
    return 1 / (1 / one["hd_shell"].rate + 1 / one["hd_rows"].rate)


def _processor_ratio(rounds: list[dict[str, Shot]], part: str) -> float | None:
    """How many times our processor time for a page django-helpdesk's queue takes: it moves less than rates on a busy machine."""
    ours, shell, rows = (_cpu(rounds, name) for name in (part, "hd_shell", "hd_rows"))
    return round((shell + rows) / ours, 1) if ours and shell and rows else None


def _cpu(rounds: list[dict[str, Shot]], part: str) -> float | None:
    spent = [one[part].cpu_ms for one in rounds]
    known = [one for one in spent if one is not None]
    return round(median(known), 2) if known else None


def set_up_rivals() -> dict[str, Any]:
    """django-helpdesk's environment, and Request Tracker's figures with their date, written to `rivals.json`."""
    from bench import _inbox_rt

    set_up()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    found = {
        "measured_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "load_before": load,
        **_inbox_rt.measure(FULL, 8),
    }
    RIVALS.write_text(
        json.dumps(read_rivals() | {"request_tracker": found}, indent=1) + "\n", encoding="utf-8"
    )
    return found


if __name__ == "__main__":
    if "--set-up-rivals" in sys.argv:
        print(json.dumps(set_up_rivals()))
    else:
        print(json.dumps(run("--quick" in sys.argv)))
