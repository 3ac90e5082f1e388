"""Messages received end to end: signed webhooks over HTTP, until the last one stands in its conversation.

`python -m bench._receive` prints a line when the shop is served; each line on stdin is a number of messages, each line on
stdout the seconds from the first call until all of them can be read.
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from typing import Any

from bench._live import Served, make_customers, make_shop, served, set_up

CALLERS = 16
CUSTOMERS = 500
_LONGEST = 300.0


def main() -> None:
    set_up()
    from sapa.demo.providers import Simulator, join
    from sapa.lib import clock

    shop = make_shop()
    with served() as server, Simulator(seed=3, now=clock.now) as simulator:
        join(simulator, business=shop, hook_base=server.address, by=None, now=clock.now(), kinds=["whatsapp"])
        print("ready", flush=True)
        for line in sys.stdin:
            print(receive(server, simulator, shop, int(line)), flush=True)


def receive(server: Served, simulator: Any, shop: Any, number: int) -> float:
    from sapa.conversations.models import Message

    letters = _write(simulator, number)
    rows = Message.objects.filter(business=shop, direction="in")
    wanted = rows.count() + number
    parts = [letters[at::CALLERS] for at in range(CALLERS)]
    callers = [threading.Thread(target=_call, args=(server.port, part)) for part in parts]
    began = time.perf_counter()
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    while rows.count() < wanted:
        if time.perf_counter() - began > _LONGEST:
            raise TimeoutError(f"{wanted - rows.count()} of {number} messages did not come")
        time.sleep(0.02)
    return time.perf_counter() - began


def _write(simulator: Any, number: int) -> list[tuple[str, bytes, dict[str, str]]]:
    """The calls that so many messages become, signed; they are made before the time is taken."""
    people, found = make_customers(CUSTOMERS), []
    send = simulator.postman.send

    def keep(letter: Any, *, after: float = 0.0) -> None:
        found.append((letter.address, letter.body, dict(letter.sign(letter.address, letter.body))))

    simulator.postman.send = keep
    try:
        for at in range(number):
            text = "Kak, gamis sage ukuran L berapa ya? Kalau ambil dua ada potongan?"
            simulator.dialect("whatsapp").says(people[at % CUSTOMERS], text)
    finally:
        simulator.postman.send = send
    return found


def _call(port: int, letters: list[tuple[str, bytes, dict[str, str]]]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for address, body, headers in letters:
        path = "/" + address.split("/", 3)[3]
        line.request("POST", path, body, {"content-type": "application/json", **headers})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"a call was answered {answer.status}")
    line.close()


if __name__ == "__main__":
    main()
