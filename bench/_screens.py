"""The server and the many screens of `open_screens`: real sockets on loopback, the server in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SETTLE_SECONDS = 1.0
GAP_SECONDS = 0.25
STIR_PATH = "/bench/stir/"


def make_application() -> Any:
    """The hub of live screens, with one more address that writes a stir from within this process."""
    import django

    django.setup()
    from sapa.accounts.models import Business
    from sapa.conversations.operations import note_stirs
    from sapa.lib import clock
    from sapa.web.live import Hub

    hub = Hub()

    def write() -> float:
        business = Business.objects.order_by("id").first()
        assert business is not None
        began = time.monotonic()
        note_stirs(business=business, conversation_ids=[None], what="message", now=clock.now())
        return began

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == STIR_PATH:
            body = repr(await asyncio.to_thread(write)).encode()
            headers = [(b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            await hub(scope, receive, send)

    return application


class Screen(asyncio.Protocol):
    """One open screen: notes when it was told something."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        self.is_open = False
        self.told: list[float] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        said = f"GET /live/ HTTP/1.1\r\nHost: sapa\r\nCookie: sapa_session={self._cookie}\r\n\r\n"
        transport.write(said.encode())

    def data_received(self, data: bytes) -> None:
        if b"event: stir" in data:
            self.told.append(time.monotonic())
        self.is_open = self.is_open or b"retry: " in data


def measure(screens: int, shops: int, rounds: int) -> dict[str, Any]:
    """Opens `screens` screens of `shops` shops; the first shop's are told `rounds` times from each process."""
    cookies = _lay_shops(shops)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench._screens:make_application"]
    words = ["--port", str(port), "--log-level", "error", "--lifespan", "off", "--backlog", "8192"]
    server = subprocess.Popen([*command, *words], env=os.environ)
    try:
        return asyncio.run(_watch(port, server.pid, cookies, screens // shops, rounds))
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()


def _lay_shops(shops: int) -> list[str]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from sapa.accounts.operations import make_business
    from sapa.accounts.queries import get_owner
    from sapa.lib import clock

    cookies = []
    for at in range(shops):
        email = f"owner{at}@shop{at}.example"
        shop = make_business(name=f"Toko {at}", owner_email=email, owner_name="Bu Tuti", now=clock.now())
        user, store = get_owner(shop).user, SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        cookies.append(str(store.session_key))
    return cookies


async def _watch(port: int, pid: int, cookies: list[str], each: int, rounds: int) -> dict[str, Any]:
    await _answer(port)
    first = await _open(port, cookies[0], 1)  # what the first screen loads belongs to nobody alone
    await asyncio.sleep(SETTLE_SECONDS)
    before = _resident_kib(pid)
    mine = await _open(port, cookies[0], each)
    others = [one for cookie in cookies[1:] for one in await _open(port, cookie, each)]
    await asyncio.sleep(SETTLE_SECONDS)
    opened = len(mine) + len(others)
    after = _resident_kib(pid)
    # The first stirs of a shop just made may be told with the page; what is measured begins here.
    within = await _tell(port, mine, rounds, inside=True)
    across = await _tell(port, mine, rounds, inside=False)
    told_others = sum(len(one.told) for one in others)
    for screen in [*first, *mine, *others]:
        screen.transport.abort()
    return {
        "screens": opened,
        "kib_each": round((after - before) / opened, 1) if before else None,
        "told": len(mine),
        "told_elsewhere": told_others,
        "within": within,
        "across": across,
    }


async def _answer(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


async def _open(port: int, cookie: str, number: int) -> list[Screen]:
    loop = asyncio.get_running_loop()
    screens: list[Screen] = []
    for start in range(0, number, 100):
        some = [Screen(cookie) for _ in range(min(100, number - start))]
        for one in some:
            await loop.create_connection(lambda one=one: one, "127.0.0.1", port)  # type: ignore[misc]
        await _until(lambda some=some: all(one.is_open for one in some), 60)  # type: ignore[misc]
        screens += some
    return screens


async def _until(true: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("the screens were not told in time")
        await asyncio.sleep(0.01)


async def _tell(port: int, screens: list[Screen], rounds: int, *, inside: bool) -> dict[str, float]:
    """Milliseconds from before the write until the median screen, and until the last one, was told."""
    medians, lasts = [], []
    for _ in range(rounds):
        for screen in screens:
            screen.told.clear()
        began = await _stir_inside(port) if inside else await asyncio.to_thread(_stir_here)
        await _until(lambda: all(one.told for one in screens), 10)
        waits = sorted(one.told[0] - began for one in screens)
        medians.append(statistics.median(waits) * 1000)
        lasts.append(waits[-1] * 1000)
        await asyncio.sleep(GAP_SECONDS)
    return {
        "median_ms": round(statistics.median(medians), 1),
        "worst_median_ms": round(max(medians), 1),
        "all_ms": round(statistics.median(lasts), 1),
        "worst_all_ms": round(max(lasts), 1),
    }


async def _stir_inside(port: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {STIR_PATH} HTTP/1.1\r\nHost: sapa\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return float(answer.rsplit(b"\r\n", 1)[-1])


def _stir_here() -> float:
    from sapa.accounts.models import Business
    from sapa.conversations.operations import note_stirs
    from sapa.lib import clock

    business = Business.objects.order_by("id").first()
    assert business is not None
    began = time.monotonic()
    note_stirs(business=business, conversation_ids=[None], what="message", now=clock.now())
    return began


def _resident_kib(pid: int) -> int:
    """Resident memory where the system tells it (Linux), else 0."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """On the database that the environment names: `python -m bench._screens SCREENS SHOPS ROUNDS`."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(measure(*(int(word) for word in sys.argv[1:4]))) + "\n")


if __name__ == "__main__":
    main()
