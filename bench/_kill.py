"""The rounds of `kill_rounds`: providers that misbehave, a team that answers, and processes that are killed meanwhile.

`python -m bench._kill ROUNDS MESSAGES SECONDS_A_ROUND sqlite|postgresql`: on a file, or on a server of its own.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench._live import Served, load_now, make_customers, make_shop, served, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench._postgres import OwnPostgres

KINDS = ("whatsapp", "messenger", "line", "telegram")
CUSTOMERS = 240
REPLY_EVERY = 8
FAULTS = {
    "duplicate": 0.25,
    "reorder": 0.35,
    "hold": 8.0,
    "delay": 1.0,
    "shuffled": True,
    "early": 0.1,
    "lost_receipts": 0.05,
    "break_off": 0.02,
    "refuse": 0.03,
}


@dataclass
class Story:
    """What was said and answered: the truth that the database is held against."""

    said: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    replies: list[str] = field(default_factory=list)
    unsaid: Counter[str] = field(default_factory=Counter)
    round: int = 0
    done: threading.Event = field(default_factory=threading.Event)


def main() -> None:
    sizes = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    with _database(sys.argv[4]) as database:
        set_up()
        print(json.dumps(measure(*sizes, database)), flush=True)


@contextmanager
def _database(name: str) -> Iterator[OwnPostgres | None]:
    """What can be killed: nothing apart from our processes on SQLite, a server of the bench's own on PostgreSQL."""
    if name == "sqlite":
        yield None
        return
    from bench._postgres import OwnPostgres

    server = OwnPostgres()
    try:
        server.start()
        os.environ["SAPA_DATABASE_URL"] = server.address
        yield server
    finally:
        server.end()


def measure(rounds: int, messages: int, seconds: float, database: OwnPostgres | None) -> dict[str, Any]:
    from sapa.demo.providers import Simulator, join
    from sapa.lib import clock

    shop, story, began, before = make_shop(), Story(), time.monotonic(), load_now()
    with served() as server, Simulator(seed=11, now=clock.now, speed=2.0) as simulator:
        join(simulator, business=shop, hook_base=server.address, by=None, now=clock.now(), kinds=KINDS)
        simulator.faults(**FAULTS)
        simulator.start(threads=4)
        jobs = [
            threading.Thread(target=_write, args=(simulator, story, messages, rounds, seconds)),
            threading.Thread(target=_answer, args=(shop, story)),
        ]
        for one in jobs:
            one.start()
        killed = _kill(server, database, story, rounds, seconds)
        jobs[0].join()
        _calm_down(simulator, shop)
        story.done.set()
        jobs[1].join()
        _calm_down(simulator, shop)
        server.stop()
        _settle(shop)
        found = _judge(shop, story, simulator)
    took = round(time.monotonic() - began, 1)
    return {**found, "killed": dict(killed), "seconds": took, "load": [before, load_now()]}


def _write(simulator: Any, story: Story, messages: int, rounds: int, seconds: float) -> None:
    """Customers write the same number in each round, evenly over its time; in each thread the texts count up."""
    people = make_customers(CUSTOMERS)
    pause = seconds * rounds / messages
    for number in range(messages):
        while story.round < number * rounds // messages:
            time.sleep(0.02)
        who = people[number % CUSTOMERS]
        kind = KINDS[number % CUSTOMERS % len(KINDS)]
        text = f"pesan {number}"
        simulator.meet(who)
        story.said[(kind, who.name)].append((simulator.dialect(kind).says(who, text), text))
        time.sleep(pause * 0.9)


def _answer(shop: Any, story: Story) -> None:
    """A teammate answers one message of eight, and presses again with the same key where Sapa did not answer."""
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    from sapa.conversations.models import Message
    from sapa.gateway.dispatch import CannotSendError, send_message
    from sapa.lib import clock

    answered = 0
    while not story.done.is_set():
        time.sleep(0.2)
        try:
            close_old_connections()
            rows = Message.objects.filter(business=shop, direction="in", id__gt=answered).order_by("id")
            for message in rows.select_related("conversation__channel", "conversation__identity")[:50]:
                answered = message.pk
                if message.pk % REPLY_EVERY:
                    continue
                text = f"jawaban {message.pk}"
                try:
                    _press(send_message, shop, message.conversation, text, clock)
                except CannotSendError as error:
                    story.unsaid[str(error.code)] += 1
                else:
                    story.replies.append(text)
        except (DatabaseError, InterfaceError):  # the database is one of those that are killed
            connection.close()
    connection.close()


def _press(send: Any, shop: Any, thread: Any, text: str, clock: Any) -> None:
    from django.db import DatabaseError, InterfaceError, connection

    for _try in range(40):
        try:
            send(
                business=shop, conversation=thread, text=text, by=None, idempotency_key=text, now=clock.now()
            )
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("the database did not come back")


def _kill(
    server: Served, database: OwnPostgres | None, story: Story, rounds: int, seconds: float
) -> Counter[str]:
    """In each round one is killed at a random moment: the web process, the worker, both, or (PostgreSQL) the database.

    On SQLite the database lives in those processes: every kill is one in the midst of its writes.
    """
    chance = random.Random(20261122)
    victims = ["web", "worker", "both"] + (["database"] * 2 if database else [])
    killed: Counter[str] = Counter()
    for number in range(rounds):
        story.round = number
        killed["in mid-work"] += _wait_for_life(server)
        end = time.monotonic() + seconds
        time.sleep(chance.random() * seconds * 0.8)
        victim = chance.choice(victims)
        if victim == "database" and database:
            killed["processes of the database"] += database.kill()
            killed[victim] += 1
            time.sleep(chance.random())
            database.start()
        if victim in ("worker", "both"):
            killed["worker"] += server.kill_worker()
        if victim in ("web", "both"):
            server.kill_web()
            killed["web"] += 1
            server.start(wait=False)
        time.sleep(max(0.0, end - time.monotonic()))
    server.wait()
    return killed


def _wait_for_life(server: Served) -> bool:
    """A round begins when the web process answers and the worker understands what comes: else kills would only meet starts.

    False where that took longer than half a minute.
    """
    from django.db import DatabaseError, InterfaceError, connection

    from sapa.gateway.models import Payload
    from sapa.lib import clock

    server.wait()
    began, end = clock.now(), time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if Payload.objects.filter(digested_at__gt=began).exists():
                return True
            if not Payload.objects.filter(digested_at=None).exists():
                return bool(server.workers())
        except (DatabaseError, InterfaceError):
            connection.close()
        time.sleep(0.1)
    return False


def _calm_down(simulator: Any, shop: Any) -> None:
    """The providers behave again, and have all the time they need to deliver what is left."""
    from sapa.gateway.models import Dispatch

    simulator.faults()
    waits = Dispatch.objects.filter(business=shop, state=Dispatch.State.QUEUED, failure="")
    end, quiet = time.monotonic() + 240, 0
    while quiet < 8 and time.monotonic() < end:
        time.sleep(1.0)
        quiet = quiet + 1 if simulator.agenda.is_idle and not waits.exists() else 0


def _settle(shop: Any) -> None:
    """What was being sent when a worker was killed becomes uncertain after three minutes: those are over now."""
    from sapa.gateway.dispatch.sending import TAKEN_LIMIT, settle_stale
    from sapa.gateway.intake import digest_payloads
    from sapa.lib import clock

    later = clock.now() + TAKEN_LIMIT + timedelta(seconds=1)
    while digest_payloads(business=shop, now=clock.now()):
        continue
    settle_stale(now=later)


def _judge(shop: Any, story: Story, simulator: Any) -> dict[str, Any]:
    from sapa.conversations.models import Message
    from sapa.gateway.models import Dispatch, Payload

    acknowledged = simulator.postman.acknowledged
    rows = Message.objects.filter(business=shop, direction="in")
    there = Counter(rows.values_list("provider_id", flat=True))
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    ordered = rows.order_by("conversation", "happened_at", "rank", "id")
    names = ordered.values_list("conversation__channel__kind", "provider_id", "text")
    owners = {(kind, pid): who for (kind, who), said in story.said.items() for pid, _text in said}
    for kind, provider_id, text in names:
        texts[(kind, owners.get((kind, provider_id), "?"))].append(text)
    lost = twice = unacknowledged = 0
    for (kind, _who), said in story.said.items():
        for provider_id, _text in said:
            known = kind == "telegram" or f"{kind}:{provider_id}" in acknowledged
            unacknowledged += not known
            lost += known and not there[provider_id]
            twice += there[provider_id] > 1
    disordered = sum(texts[key] != [text for _id, text in said] for key, said in story.said.items())
    heard = Counter((one.kind, one.to, one.text) for one in simulator.taken)
    states = Counter(Dispatch.objects.filter(business=shop).values_list("state", flat=True))
    shown = Counter(Message.objects.filter(business=shop, direction="out").values_list("text", flat=True))
    sent = set(Dispatch.objects.filter(business=shop, state="sent").values_list("message__text", flat=True))
    taken = {one.text for one in simulator.taken}
    return {
        "said": sum(len(one) for one in story.said.values()),
        "calls": simulator.postman.calls,
        "unacknowledged": unacknowledged,
        "lost": lost,
        "twice": twice,
        "threads": len(story.said),
        "threads_in_other_order": disordered,
        "problems": Payload.objects.filter(business=shop).exclude(problem="").count(),
        "replies": len(story.replies),
        "replies_refused": dict(story.unsaid),
        "replies_by_state": dict(states),
        "replies_lost": sum(not shown[text] for text in story.replies),
        "sent_twice": sum(count > 1 for count in heard.values()),
        "shown_twice": sum(count > 1 for count in shown.values()),
        "said_sent_but_never_taken": len(sent - taken),
        "locked": _count_in_log("database is locked"),
    }


def _count_in_log(words: str) -> int:
    from pathlib import Path

    log = Path(os.environ["SAPA_HOME"]) / "serve.log"
    return log.read_text(encoding="utf-8", errors="replace").count(words) if log.exists() else 0


if __name__ == "__main__":
    main()
