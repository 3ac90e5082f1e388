"""Webhooks a second, beside the same server answering an empty 200 and beside a Django view with one insert.

The server has the first core and the load generator (Debian's `wrk`) the second; rounds are interleaved. Every body is its own
and signed, about 1 kB, and names the second of its sending as a provider's does; in one part of each round three of ten were
sent before. The bare answer is a plain ASGI callable's on the same server. What was answered is counted in the table
at the end: each is there once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from bench._inbox_load import cpu_seconds, free_port, pinned, wait_for
from bench._live import load_now

SECRET = "rahasia-bench-masuk"  # noqa: S105 - of an invented channel
CONNECTIONS = 128
REPEATS = 0.3
_PER_SECOND = 12_000
_FIELD = "".join(chr(97 + n % 26) for n in range(560))
_LUA = Path(__file__).with_name("_intake.lua")


@dataclass(frozen=True)
class Shot:
    """One run of the load generator: answers a second, milliseconds at the 99th of 100, and how many were not 200.

    `cpu_us` is the server's processor time for one answer in µs, where the system tells it: it hardly moves with what else the
    machine does.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    answered: int
    failed: int
    cpu_us: float | None = None


def run(
    name: str, *, goal: float, holds_from: float, quick: bool, environment: dict[str, str]
) -> dict[str, Any]:
    """The bench in a temporary home; `environment` says which database. The result as `interface.md` has it."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is not installed (Debian: apt-get install wrk)")
    rounds, seconds = (1, 2) if quick else (5, 5)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as folder:
        server = _Server(Path(folder), environment)
        try:
            measured = [_round(server, number, seconds) for number in range(rounds)]
            stored = server.count_stored()
        finally:
            server.end()
    return _result(name, measured, stored, goal, holds_from)


class _Server:
    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.port = home, free_port()
        self._environment = {**os.environ, **environment, "SAPA_HOME": str(home / "sapa")}
        (home / "sapa").mkdir()
        self._process = subprocess.Popen(
            [*pinned(0), sys.executable, "-m", "bench._intake_server", str(self.port), SECRET],
            env={**self._environment, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.channel = self._process.stdout.readline().strip()
        if not self.channel:
            raise RuntimeError("the server did not start")
        wait_for(self.port)

    def cpu_seconds(self) -> float | None:
        """Processor time of the server until now, where the system tells it."""
        return cpu_seconds(self._process.pid)

    def count_stored(self) -> int:
        ask = "from sapa.gateway.models import Payload; print(Payload.objects.exclude(head={'x': 1}).count())"
        code = f"import django; django.setup(); {ask}"
        found = subprocess.run(
            [sys.executable, "-c", code],
            env={**self._environment, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"},
            check=True,
            capture_output=True,
            text=True,
        )
        return int(found.stdout)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)


def _round(server: _Server, number: int, seconds: int) -> dict[str, Shot]:
    """Every part once; each begins another round, so that none has the quietest moment."""
    chance = random.Random(number)
    parts = ["bare", "lean", "repeats", "orm"]
    shots: dict[str, Shot] = {}
    for part in parts[number % 4 :] + parts[: number % 4]:
        pool = server.home / "bodies"
        rate = 1_500 if part == "orm" else _PER_SECOND
        unique = _write_pool(pool, f"{number}-{part}", rate * (seconds + 1), chance, part == "repeats")
        path = {"bare": "/bare", "orm": "/orm"}.get(part, f"/hooks/{server.channel}/")
        before = server.cpu_seconds()
        shot = _shoot(server.port, path, pool, seconds)
        shots[part] = _with_cpu(shot, before, server.cpu_seconds())
        print(f"{part}: {shots[part]} (of {unique} bodies)", file=sys.stderr)
    return shots


def _write_pool(pool: Path, tag: str, count: int, chance: random.Random, repeats: bool) -> int:
    """Lines of signature and body; the number of bodies that are not repeats."""
    lines: list[str] = []
    unique = 0
    started = int(time.time())
    for number in range(count):
        if repeats and lines and chance.random() < REPEATS:
            lines.append(lines[chance.randrange(max(0, len(lines) - 2000), len(lines))])
            continue
        unique += 1
        body = _body(f"{tag}-{number}", started + number // _PER_SECOND)
        signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
        lines.append(f"{signature} {body}")
    pool.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return unique


def _body(tag: str, second: int) -> str:
    message = {"from": "6281234567890", "id": f"wamid.{tag}", "timestamp": str(second), "type": "text"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "6281100000001", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Rina Wulandari"}, "wa_id": "6281234567890"}],
        "messages": [{**message, "text": {"body": f"Kak, sage L masih ada? {_FIELD}"}}],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]})


def _shoot(port: int, path: str, pool: Path, seconds: int) -> Shot:
    call = [
        *pinned(1),
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(_LUA),
    ]
    address = f"http://127.0.0.1:{port}{path}"
    done = subprocess.run([*call, address, "--", str(pool)], check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Shot(
        rate=told["requests"] / told["seconds"],
        p50_ms=told["p50_us"] / 1000,
        p99_ms=told["p99_us"] / 1000,
        answered=told["requests"],
        failed=told["failed"],
    )


def _with_cpu(shot: Shot, before: float | None, after: float | None) -> Shot:
    if before is None or after is None:
        return shot
    return replace(shot, cpu_us=round((after - before) * 1e6 / max(1, shot.answered), 1))


def _result(
    name: str, rounds: list[dict[str, Shot]], stored: int, goal: float, holds_from: float
) -> dict[str, Any]:
    def rate(part: str) -> float:
        return median(one[part].rate for one in rounds)

    ratio = median(one["lean"].rate / one["bare"].rate for one in rounds)
    with_repeats = median(one["repeats"].rate / one["bare"].rate for one in rounds)
    times_orm = median(one["lean"].rate / one["orm"].rate for one in rounds)
    slower = median(one["lean"].p99_ms / one["bare"].p99_ms for one in rounds)
    failed = sum(shot.failed for one in rounds for shot in one.values())
    answered = sum(one[part].answered for one in rounds for part in ("lean", "orm"))
    # Of those with repeats a share is there already; none that was answered may be missing.
    is_whole = stored >= answered
    return {
        "name": name,
        "value": round(rate("lean")),
        "unit": "webhooks/s",
        "rival": "the same server answering an empty 200",
        "rival_value": round(rate("bare")),
        "ratio": round(ratio, 3),
        "goal": f">= {goal} of it (holds from {holds_from}), >= 20 x a Django view with one insert, p99 <= 3 x its p99",
        "holds": ratio >= holds_from
        and with_repeats >= holds_from
        and times_orm >= 20
        and slower <= 3
        and not failed
        and is_whole,
        "ratio_with_repeats": round(with_repeats, 3),
        "django_view": round(rate("orm")),
        "times_django_view": round(times_orm, 1),
        "p99_ms": round(median(one["lean"].p99_ms for one in rounds), 1),
        "bare_p99_ms": round(median(one["bare"].p99_ms for one in rounds), 1),
        "times_bare_p99": round(slower, 2),
        "cpu_us": {part: _cpu(rounds, part) for part in rounds[0]},
        "cpu_ratio": _cpu_ratio(rounds, "lean"),
        "cpu_ratio_with_repeats": _cpu_ratio(rounds, "repeats"),
        "load": load_now(),
        "failed": failed,
        "all_stored": is_whole,
        "rounds": len(rounds),
    }


def _cpu(rounds: list[dict[str, Shot]], part: str) -> float | None:
    spent = [one[part].cpu_us for one in rounds]
    return None if None in spent else median(spent)  # type: ignore[type-var]


def _cpu_ratio(rounds: list[dict[str, Shot]], part: str) -> float | None:
    """The part's answers for one second of the server's processor, as a share of the bare server's."""
    bare, own = _cpu(rounds, "bare"), _cpu(rounds, part)
    return round(bare / own, 3) if bare and own else None
