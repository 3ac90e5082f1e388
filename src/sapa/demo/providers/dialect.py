"""What every provider here has in common: one account, an address of ours, messages both ways, receipts and echoes."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sapa.demo.providers.agenda import Agenda
from sapa.demo.providers.consent import Consent
from sapa.demo.providers.faults import Chance, Faults
from sapa.demo.providers.people import Customer
from sapa.demo.providers.postman import Letter, Postman
from sapa.demo.providers.wire import Reply, Request, encode, said

EPOCH_STEP = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message of ours that a provider has taken: `ref` is our own id for it where the provider is told one."""

    kind: str
    to: str
    text: str
    provider_id: str
    ref: str = ""
    files: int = 0


@dataclass
class World:
    """What the dialects share. `now` tells the moment of the story; `heard` is told of each message that reaches a customer."""

    seed: int
    chance: Chance
    agenda: Agenda
    postman: Postman
    now: Callable[[], datetime]
    base_url: str = ""
    faults: Faults = field(default_factory=Faults)
    customers: list[Customer] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    heard: Callable[[str, Customer, str], object] = lambda *_given: None
    guard: threading.RLock = field(default_factory=threading.RLock)

    def invent(self, *about: str) -> str:
        """A word of 32 letters that nobody guesses and the same seed repeats: tokens and keys of this world."""
        return hashlib.sha256(":".join((str(self.seed), *about)).encode()).hexdigest()[:32]


class Dialect:
    """One provider. `answer` is what we ask of it; `says` makes a customer write to us by it."""

    kind = ""
    path = ""
    account = ""
    stamp_step = EPOCH_STEP
    """How far apart two messages of one thread are stamped: what comes at once has no order of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hook_url = ""
        self.consent = Consent()
        self.failing: list[str] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self._numbers = itertools.count(1)
        self._stamps: dict[str, datetime] = {}

    @property
    def base_url(self) -> str:
        return f"{self.world.base_url}/{self.path}"

    def settings(self) -> dict[str, str]:
        """What a shop enters to connect to this provider."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        """What the provider answers to a call of ours."""
        raise NotImplementedError

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        """The headers by which the provider proves itself."""
        raise NotImplementedError

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        """A customer writes; answers the id by which the provider knows the message."""
        raise NotImplementedError

    def failures(self) -> Mapping[str, Reply]:
        """This provider's own error answers to a send by our name for each."""
        return {}

    def tell(self, key: str, body: Any, *, after: float = 0.0) -> None:
        """Calls our address, if it is known, with this body."""
        if self.hook_url:
            content = body if isinstance(body, bytes) else encode(body)
            self.world.postman.send(
                Letter(f"{self.path}:{key}", self.hook_url, content, self.sign), after=after
            )

    def next_number(self) -> int:
        with self.world.guard:
            return next(self._numbers)

    def stamp(self, thread: str) -> datetime:
        """The provider's time of a new message in a thread: now, and after the one before it."""
        with self.world.guard:
            before = self._stamps.get(thread)
            at = self.world.now()
            if before is not None and at < before + self.stamp_step:
                at = before + self.stamp_step
            self._stamps[thread] = at
            return at

    def who(self, test: Callable[[Customer], bool]) -> Customer | None:
        """The customer with this address here."""
        with self.world.guard:
            return next((one for one in self.world.customers if test(one)), None)

    def refusal(self, about: str) -> Reply | None:
        """An error that was asked for, or that the faults of the moment throw; None where the send is taken."""
        errors = self.failures()
        with self.world.guard:
            name = self.failing.pop(0) if self.failing else ""
        if name:
            return errors[name]
        number = self.next_number()
        if self.world.chance.falls(self.world.faults.refuse, "refuse", self.path, about, number):
            return errors.get("too_many") or errors.get("down")
        return None

    def take(self, taken: Taken, customer: Customer | None, answer: Reply) -> Reply:
        """Notes a message that arrived, lets the customer hear it, and answers; or breaks off instead."""
        with self.world.guard:
            self.world.taken.append(taken)
        if customer is not None:
            self.world.heard(self.kind, customer, taken.text)
        breaks = self.world.chance.falls(self.world.faults.break_off, "break", self.path, taken.provider_id)
        return Reply(breaks_off=True) if breaks else answer

    def wait_for_receipt(self, provider_id: str, number: int) -> float | None:
        """Seconds until the receipt with this number (1 sent, 2 delivered, 3 read) comes; None: never."""
        faults = self.world.faults
        chance = self.world.chance.of("receipt", self.path, provider_id, number)
        if chance.random() < faults.lost_receipts:
            return None
        if chance.random() < faults.early:
            return 0.0
        return chance.random() * 6 if faults.shuffled else 0.5 * number + chance.random() * 0.4

    def wait_for_echo(self, about: str) -> float:
        """Seconds until our own send comes back."""
        wait = self.wait_for_receipt(about, 0)
        return 0.5 if wait is None else wait


def unauthorised() -> Reply:
    return said(401, message="Authentication failed")
