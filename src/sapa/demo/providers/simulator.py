"""The simulator: every provider's dialect at one loopback address, customers who write, and the providers' bad days.

    with Simulator(seed=7, now=clock.now) as simulator:
        join(simulator, business=shop, hook_base="http://127.0.0.1:8000", by=None)
        simulator.start()
        simulator.customer("Rina").says("Kak, sage L masih ada?", by="whatsapp")
        simulator.faults(duplicate=0.2, reorder=0.3)

The same seed tells the same story: ids, tokens and faults follow from it. Stamps are the moment's own (`now`), because
windows and signatures are measured by them; `speed` only shortens waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from sapa.demo.providers.agenda import Agenda
from sapa.demo.providers.dialect import Dialect, Taken, World
from sapa.demo.providers.dialects import DIALECTS
from sapa.demo.providers.faults import Chance, Faults
from sapa.demo.providers.people import CAST, Customer
from sapa.demo.providers.plays import Actors
from sapa.demo.providers.postman import Door, Postman
from sapa.demo.providers.server import Server
from sapa.demo.providers.wire import Reply, Request, said

One = TypeVar("One", bound=Dialect)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer to be made to speak: `simulator.customer("Rina").says("halo", by="line")`."""

    customer: Customer
    simulator: Simulator

    def says(self, text: str, *, by: str = "whatsapp", picture: bytes = b"") -> str:
        """Writes to the shop; answers the provider's id of the message."""
        self.simulator.meet(self.customer)
        return self.simulator.dialect(by).says(self.customer, text, picture=picture)

    def heard(self, by: str = "") -> list[str]:
        """What reached this customer, in order; `by` one channel or all."""
        return [text for kind, who, text in self.simulator.heard if who == self.customer and by in ("", kind)]


class Simulator:
    """See the module. `door` takes the calls in place of the address that was named, for tests without a server."""

    def __init__(
        self,
        *,
        seed: int = 1,
        now: Callable[[], datetime],
        speed: float = 1.0,
        port: int = 0,
        door: Door | None = None,
    ) -> None:
        chance, self.agenda = Chance(seed), Agenda(speed)
        self.postman = Postman(self.agenda, chance, door)
        self.world = World(seed, chance, self.agenda, self.postman, now)
        self.heard: list[tuple[str, Customer, str]] = []
        self.world.heard = self._hear
        self._dialects = {one.kind: one(self.world) for one in DIALECTS}
        self._by_path = {one.path: one for one in self._dialects.values()}
        self.actors = Actors(self._dialects, self.world)
        self._server = Server(self._answer, port)
        self.world.base_url = self._server.address

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def address(self) -> str:
        return self._server.address

    @property
    def taken(self) -> list[Taken]:
        """Every message of ours that a provider has taken, in order."""
        with self.world.guard:
            return list(self.world.taken)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._dialects)

    def start(self, threads: int = 2) -> None:
        """From now on calls are made by themselves, when it is time."""
        self.agenda.start(threads)

    def run(self, seconds: float = 3600.0) -> int:
        """Without `start`: makes the calls of the next seconds at once, in order of time; answers how many jobs that were."""
        return self.agenda.run(seconds)

    def end(self) -> None:
        self.agenda.stop()
        self._server.end()
        self.postman.end()

    def faults(self, **shares: Any) -> None:
        """From now on the providers behave as these `Faults` say; nothing given is a good day."""
        self.world.faults = self.postman.faults = Faults(**shares)

    def dialect(self, kind: str) -> Dialect:
        """The provider of this kind of channel. Raises `KeyError`."""
        return self._dialects[kind]

    def provider(self, sort: type[One]) -> One:
        """The provider by its class, for what only this one can do."""
        return next(one for one in self._dialects.values() if isinstance(one, sort))

    def fails(self, kind: str, *names: str) -> None:
        """The next sends by this provider are refused with its own errors of these names."""
        dialect = self._dialects[kind]
        unknown = [name for name in names if name not in dialect.failures()]
        if unknown:
            raise ValueError(f"{kind} knows no {unknown[0]}; it knows {', '.join(dialect.failures())}")
        dialect.failing += names

    def customer(self, name: str, phone: str = "") -> Person:
        """One of the cast by the beginning of the name, or somebody new with a phone."""
        if phone:
            return Person(self.meet(Customer(name, phone)), self)
        found = next((one for one in CAST if one.name.startswith(name)), None)
        if found is None:
            raise KeyError(name)
        return Person(self.meet(found), self)

    def meet(self, customer: Customer) -> Customer:
        """From now on the providers know this person."""
        with self.world.guard:
            if customer not in self.world.customers:
                self.world.customers.append(customer)
        return customer

    def _hear(self, kind: str, customer: Customer, text: str) -> None:
        with self.world.guard:
            self.heard.append((kind, customer, text))
        self.actors.hear(kind, customer, text)

    def _answer(self, first: str, request: Request) -> Reply:
        dialect = self._by_path.get(first)
        return dialect.answer(request) if dialect else said(404, message="There is no such provider.")
