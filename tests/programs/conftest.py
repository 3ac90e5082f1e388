"""Toko Sage with a program that listens, and what the worker does for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as installed

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.programs.calling import Caller
from sapa.programs.models import Call, Listener
from sapa.programs.operations import (
    Follower,
    add_listener,
    list_due_listeners,
    send_taken,
    take_next,
)
from tests.programs.receiver import Receiver, receiving
from tests.web.conftest import people, story

__all__ = ["people", "story"]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Its address is in our own network: the installation names it as one that may be called."""
    with receiving() as found:
        settings.HOOK_HOSTS = [found.host]
        yield found


@dataclass
class Worker:
    """Follows the log and makes the calls that are due, as the round of the worker does."""

    business: Business
    now: datetime
    follower: Follower = field(init=False)

    def __post_init__(self) -> None:
        self.follower = Follower(self.business)

    def follows(self) -> int:
        return self.follower.turn(now=self.now)

    def calls(self) -> int:
        made = 0
        with Caller(installed.HOOK_HOSTS) as caller:
            for listener_id in list_due_listeners(now=self.now):
                while (taken := take_next(listener_id=listener_id, now=self.now)) is not None:
                    send_taken(call_id=taken, now=self.now, caller=caller)
                    made += 1
        return made

    def works(self, *, after: timedelta = timedelta()) -> int:
        self.now += after
        self.follows()
        return self.calls()


@pytest.fixture
def worker(toko_sage: Business, now: datetime) -> Worker:
    return Worker(toko_sage, now)


def listen(business: Business, address: str, *kinds: str, now: datetime, **more: Any) -> tuple[Listener, str]:
    return add_listener(business=business, address=address, kinds=kinds, by=None, now=now, **more)


def states() -> list[tuple[str, str]]:
    """What was noted and what became of it, in order."""
    return list(Call.objects.order_by("id").values_list("kind", "state"))


@pytest.fixture
def stranger_shop(db: None, now: datetime) -> Business:
    return make_business(name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now)
