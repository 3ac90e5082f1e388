"""Calls to our address as providers make them: signed anew at each try, again and ever more rarely until they are taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from sapa.demo.providers.agenda import Agenda
from sapa.demo.providers.faults import Chance, Faults

Door = Callable[[str, str, Mapping[str, str], bytes], tuple[int, bytes]]
"""Method, address, headers, body; answers status and body. Raises `OSError` or `httpx.HTTPError` where nobody answers."""
Signer = Callable[[str, bytes], Mapping[str, str]]

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
MOST_TRIES = 40


@dataclass(frozen=True, slots=True)
class Letter:
    """One call: `key` names what it tells of, `sign` gives the headers for an address and a body."""

    key: str
    address: str
    body: bytes
    sign: Signer


class Postman:
    """Keeps what was promised to be delivered, and what was acknowledged."""

    def __init__(self, agenda: Agenda, chance: Chance, door: Door | None = None) -> None:
        self._agenda, self._chance = agenda, chance
        self._http = httpx.Client(timeout=10.0)
        self._door = door or self._knock
        self._guard = threading.Lock()
        self.faults = Faults()
        self.acknowledged: dict[str, int] = {}
        self.given_up: list[str] = []
        self.calls = 0

    def end(self) -> None:
        self._http.close()

    def send(self, letter: Letter, *, after: float = 0.0) -> None:
        """Delivers later: `after` seconds, and what the faults of the moment add; maybe twice."""
        faults, chance = self.faults, self._chance.of("way", letter.key)
        wait = after + chance.random() * faults.delay
        if chance.random() < faults.reorder:
            wait += chance.random() * faults.hold
        self._agenda.after(wait, lambda: self.carry(letter))
        if chance.random() < faults.duplicate:
            again = wait + chance.random() * faults.hold
            self._agenda.after(again, lambda: self.carry(letter))

    def carry(self, letter: Letter, tries: int = 0) -> None:
        """One try now, and the next one planned where it was not taken."""
        headers = {"content-type": "application/json", **letter.sign(letter.address, letter.body)}
        try:
            status, _body = self._door("POST", letter.address, headers, letter.body)
        except (OSError, httpx.HTTPError):
            status = 0
        with self._guard:
            self.calls += 1
            if 200 <= status < 300:
                self.acknowledged[letter.key] = self.acknowledged.get(letter.key, 0) + 1
                return
            if tries + 1 >= MOST_TRIES:
                self.given_up.append(letter.key)
                return
        pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
        self._agenda.after(pause, lambda: self.carry(letter, tries + 1))

    def ask(self, address: str) -> tuple[int, bytes]:
        """A question by GET, as Meta's for a new address. Status 0 where nobody answers."""
        try:
            return self._door("GET", address, {}, b"")
        except (OSError, httpx.HTTPError):
            return 0, b""

    def _knock(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        answer = self._http.request(method, address, headers=dict(headers), content=body)
        return answer.status_code, answer.content
