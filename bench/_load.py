"""The run behind `inbox_under_load`: providers that send without pause, and twenty teammates who read and answer.

`python -m bench._load SECONDS MESSAGES_A_SECOND TEAMMATES` on the database that the environment names.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from bench._live import LightDoor, load_now, make_customers, make_shop, served, set_up

CUSTOMERS = 800
THINK = (2.0, 6.0)
WARM_SECONDS = 5.0
_THREAD = re.compile(r"/inbox/([0-9a-f-]{36})/")
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


@dataclass
class Seen:
    """What the teammates met: seconds by what they asked for, and every answer that was no page."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"list": [], "open": [], "reply": []})
    statuses: Counter[int] = field(default_factory=Counter)
    backlog: list[int] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float, status: int) -> None:
        with self.guard:
            self.seconds[what].append(seconds)
            self.statuses[status] += 1


def main() -> None:
    seconds, rate, teammates = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    set_up()
    print(json.dumps(measure(seconds, rate, teammates)), flush=True)


def measure(seconds: float, rate: float, teammates: int) -> dict[str, Any]:
    from sapa.conversations.models import Message
    from sapa.demo.providers import Simulator, join
    from sapa.gateway.models import Payload
    from sapa.lib import clock

    shop, before = make_shop(), load_now()
    cookies = _sign_in(shop, teammates)
    seen, stop = Seen(), threading.Event()
    with served() as server, Simulator(seed=5, now=clock.now, door=LightDoor()) as simulator:
        join(simulator, business=shop, hook_base=server.address, by=None, now=clock.now(), kinds=["whatsapp"])
        simulator.start(threads=8)
        jobs = [
            threading.Thread(target=_work, args=(server.address, cookie, seen, stop)) for cookie in cookies
        ]
        jobs.append(threading.Thread(target=_watch, args=(shop, seen, stop)))
        for one in jobs:
            one.start()
        began = time.monotonic()
        said = _write(simulator, seconds, rate)
        took = time.monotonic() - began
        acknowledged = len(simulator.postman.acknowledged)
        ended = time.monotonic()
        while Payload.objects.filter(business=shop, digested_at=None).exists():
            if time.monotonic() - ended > 120:
                break
            time.sleep(0.1)
        behind = time.monotonic() - ended
        stop.set()
        for one in jobs:
            one.join()
        log = server.log.read_text(encoding="utf-8", errors="replace")
    there = Message.objects.filter(business=shop, direction="in").count()
    return {
        "said_a_second": round(said / took, 1),
        "calls_acknowledged_a_second": round(acknowledged / took, 1),
        "said": said,
        "there_at_the_end": there,
        "most_waiting": max(seen.backlog, default=0),
        "median_waiting": statistics.median(seen.backlog or [0]),
        "seconds_behind_at_the_end": round(behind, 1),
        "list": _times(seen.seconds["list"]),
        "open": _times(seen.seconds["open"]),
        "reply": _times(seen.seconds["reply"]),
        "statuses": {str(status): count for status, count in sorted(seen.statuses.items())},
        "locked": log.count("database is locked"),
        "log_errors": log.count('"level": "error"'),
        "load": [before, load_now()],
    }


def _sign_in(shop: Any, number: int) -> list[str]:
    """Sessions of so many teammates."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from sapa.accounts.operations import add_teammate
    from sapa.lib import clock

    cookies = []
    for at in range(number):
        mate = add_teammate(
            business=shop, email=f"tim{at}@tokosage.example", name=f"Tim {at}", role="member", now=clock.now()
        )
        store = SessionStore()
        store[SESSION_KEY] = str(mate.user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = mate.user.get_session_auth_hash()
        store.create()
        cookies.append(str(store.session_key))
    return cookies


def _write(simulator: Any, seconds: float, rate: float) -> int:
    people = [simulator.meet(one) for one in make_customers(CUSTOMERS)]
    whatsapp, began, number = simulator.dialect("whatsapp"), time.monotonic(), 0
    while (now := time.monotonic() - began) < seconds:
        while number < now * rate:
            whatsapp.says(people[number % CUSTOMERS], f"kak, pesanan {number} sudah dikirim belum ya?")
            number += 1
        time.sleep(0.01)
    return number


def _work(address: str, cookie: str, seen: Seen, stop: threading.Event) -> None:
    """One teammate: looks at the list, opens who waits, answers every other one, thinks in between."""
    chance, turns = random.Random(cookie), 0
    with httpx.Client(base_url=address, cookies={"sapa_session": cookie}, timeout=30.0) as http:
        stop.wait(WARM_SECONDS + chance.random() * THINK[1])
        while not stop.wait(chance.uniform(*THINK)):
            page = _get(http, "/inbox/", "list", seen)
            threads = list(dict.fromkeys(_THREAD.findall(page)))
            if not threads or stop.wait(chance.uniform(*THINK) / 2):
                continue
            thread = chance.choice(threads)
            page = _get(http, f"/inbox/{thread}/", "open", seen)
            turns += 1
            if turns % 2 and page and not stop.wait(chance.uniform(*THINK)):
                _reply(http, thread, page, seen)


def _get(http: httpx.Client, path: str, what: str, seen: Seen) -> str:
    began = time.monotonic()
    try:
        answer = http.get(path)
    except httpx.HTTPError:
        seen.note(what, time.monotonic() - began, 0)
        return ""
    seen.note(what, time.monotonic() - began, answer.status_code)
    return answer.text if answer.status_code == 200 else ""


def _reply(http: httpx.Client, thread: str, page: str, seen: Seen) -> None:
    form = page.partition(f'action="/inbox/{thread}/send/"')[2].partition("</form>")[0]
    fields = {name: unescape(value) for name, value in _HIDDEN.findall(form)}
    if "csrfmiddlewaretoken" not in fields:
        return
    fields |= {"text": f"Sudah kak, ditunggu ya {uuid.uuid4().hex[:6]}", "anyway": "1"}
    headers = {"Referer": f"{http.base_url}/inbox/{thread}/"}
    began = time.monotonic()
    try:
        status = http.post(f"/inbox/{thread}/send/", data=fields, headers=headers).status_code
    except httpx.HTTPError:
        status = 0
    seen.note("reply", time.monotonic() - began, status)


def _watch(shop: Any, seen: Seen, stop: threading.Event) -> None:
    """How many bodies wait to be understood, each second."""
    from django.db import connection

    from sapa.gateway.models import Payload

    while not stop.wait(1.0):
        seen.backlog.append(Payload.objects.filter(business=shop, digested_at=None).count())
    connection.close()


def _times(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {"count": len(seconds)}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    told = {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {"count": len(seconds), **{name: round(value * 1000, 1) for name, value in told.items()}}


if __name__ == "__main__":
    if not Path(os.environ.get("SAPA_HOME", "")).is_dir():
        raise SystemExit("SAPA_HOME must be a folder of its own")
    main()
