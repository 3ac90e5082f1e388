"""`serve`, `worker` and `demo`: the processes that stay. Web in this one, background work in one spawned beside it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext as _

import sapa
from sapa.accounts.models import Business
from sapa.accounts.operations import make_sign_in_link
from sapa.accounts.queries import count_businesses, get_owner
from sapa.analytics import questions
from sapa.cli.types import Call, CannotError, Command
from sapa.config.addresses import draw_qr, is_free, lan_address
from sapa.config.worker import work_until
from sapa.lib import clock

_SHORTEST_LIFE = 5.0
AS_SERVED: dict[str, Any] = {
    "http": "sapa.gateway.doorway:DoorwayProtocol",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 5,
}
"""How uvicorn serves, wherever it does."""
NOT_SERVED = ["htmax-*", "htmx-4*", "*-4.js", "*-4.min.js", "htmx-2.js"]
"""Files of django-htmx for another version of htmx, or for reading: compressing them would be half of a first start."""


def add_address_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="0.0.0.0", help=_("alamat jaringan yang dilayani"))  # noqa: S104 - phones of the shop come in over the local network
    parser.add_argument("--port", type=int, default=8000, help=_("nomor port"))


def serve(call: Call) -> int:
    """Web and background work until it is stopped."""
    _leave_tidily()
    _check_port(call)
    _say_where(call, None)
    _serve(call)
    return 0


def demo(call: Call) -> int:
    """The demo shop, made now, served until it is stopped."""
    from sapa.demo.live import live_play
    from sapa.demo.operations import make_demo

    _leave_tidily()
    _check_port(call)
    sys.stderr.write(_("Menyiapkan toko contoh…") + "\n")
    laying = threading.Thread(target=collect_static)
    laying.start()
    business = make_demo(now=call.now)
    laying.join()
    _say_where(call, business)
    with live_play(business, host=call.words.host, port=call.words.port, now=clock.now):
        _serve(call)
    return 0


def worker(call: Call) -> int:
    """Background work alone, until stdin closes (when a parent spawned it) or it is interrupted."""
    questions.compiles_apart = True
    stop = threading.Event()
    if call.words.with_parent:
        threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    _stop_on_signals(stop)
    work_until(stop)
    return 0


def _add_worker_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def _leave_tidily() -> None:
    """Asked to end, this process ends its worker and its temporary folder too; uvicorn hands the signal on."""
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(0))


def _check_port(call: Call) -> None:
    if not 0 < call.words.port < 65536:
        raise CannotError(_("Port harus antara 1 dan 65535."))
    if not is_free(call.words.host, call.words.port):
        raise CannotError(
            _("Port %(port)d sudah dipakai program lain. Pilih yang lain, misalnya --port %(other)d.")
            % {"port": call.words.port, "other": min(call.words.port + 1, 65535)}
        )


def _serve(call: Call) -> None:
    import uvicorn

    questions.compiles_apart = True
    collect_static()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), name="sapa-worker-keeper")
    keeper.start()
    try:
        uvicorn.run(
            "sapa.config.asgi:application",
            host=call.words.host,
            port=call.words.port,
            **AS_SERVED,
        )
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    finally:
        stop.set()
        keeper.join()


def collect_static() -> None:
    """Lays out style sheets and scripts, compressed and named by content, once for each version."""
    marker = settings.STATIC_ROOT / ".sapa-version"
    wanted = f"{sapa.__version__} {_newest_static()}"
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=NOT_SERVED)
    marker.write_text(wanted, encoding="utf-8")


def _newest_static() -> int:
    from django.contrib.staticfiles.finders import get_finders

    files = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return max((os.stat(path).st_mtime_ns for path in files), default=0)  # noqa: PTH116


def _keep_worker(stop: threading.Event) -> None:
    """Spawns the worker, spawns it again when it ends by itself, and ends it with this process."""
    patient = {**os.environ, "SAPA_BUSY_SECONDS": "30"}
    while not stop.is_set():
        started = time.monotonic()
        command = [sys.executable, "-m", "sapa", "worker", "--with-parent"]
        # The worker reads its stdin and ends when this process closes it or dies: that works on every system.
        child = subprocess.Popen(command, stdin=subprocess.PIPE, env=patient)  # noqa: S603 - our own interpreter and words
        while child.poll() is None and not stop.wait(0.2):
            pass
        _end(child)
        if not stop.is_set() and time.monotonic() - started < _SHORTEST_LIFE:
            stop.wait(_SHORTEST_LIFE)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.terminate()
        child.wait(timeout=10)


def _wait_for_parent(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    stop.set()


def _stop_on_signals(stop: threading.Event) -> None:
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_given: stop.set())


def _say_where(call: Call, demo_shop: Business | None) -> None:
    """Prints the address, and a QR of it for a phone on the same network."""
    from sapa.web.views.start import start_path

    port = call.words.port
    here = f"http://localhost:{port}/"
    sys.stderr.write(_("Sapa berjalan di %(address)s (hentikan dengan Ctrl+C)") % {"address": here} + "\n")
    address = lan_address(call.words.host)
    if address is None:
        return
    outside = f"http://{address}:{port}/"
    if demo_shop is not None:
        token = make_sign_in_link(user=get_owner(demo_shop).user, now=call.now, minutes=60)
        outside = outside.rstrip("/") + reverse("sign_in_link", args=[token])
    elif not count_businesses():
        # Without the key in this address nobody but who sits here may make the first shop.
        outside = outside.rstrip("/") + start_path()
    sys.stderr.write(_("Dari HP di jaringan yang sama: %(address)s") % {"address": outside} + "\n")
    sys.stderr.write(draw_qr(outside) + "\n")


COMMANDS = (
    Command(
        "serve", _("jalankan Sapa: halaman dan pekerjaan latar bersama"), serve, add_address_words, "database"
    ),
    Command("worker", _("jalankan pekerjaan latar saja"), worker, _add_worker_words, "database"),
    Command(
        "demo",
        _("toko contoh dengan pelanggan rekaan, langsung bisa dibuka"),
        demo,
        add_address_words,
        "database",
    ),
)
