"""A real worker, killed in mid-send: what it was sending is uncertain, and the next worker does not send it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from sapa.accounts.models import Business
from sapa.channels.operations import connect_channel
from sapa.conversations.models import Conversation
from sapa.gateway.dispatch import send_message
from sapa.gateway.dispatch.sending import TAKEN_LIMIT
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Dispatch
from sapa.gateway.storing import Arrival, store_arrivals
from sapa.lib import clock
from tests.conftest import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class _Telegram:
    """Bot API enough for a reply. The first call never gets its answer."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.over = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                owner.texts.append(body["text"])
                if body["text"] == "satu":
                    owner.over.wait(30)
                    return
                sent = {"message_id": len(owner.texts), "chat": {"id": int(body["chat_id"])}, "date": 1}
                answer = json.dumps({"ok": True, "result": sent}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_given: Any) -> None:
                """Tests speak for themselves."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def telegram() -> Iterator[_Telegram]:
    found = _Telegram()
    yield found
    found.over.set()
    found.server.shutdown()
    found.thread.join()
    found.server.server_close()


def _worker() -> subprocess.Popen[bytes]:
    name = str(connection.settings_dict["NAME"])
    url = os.environ.get("SAPA_TEST_DATABASE_URL", "")
    address = f"{url.rsplit('/', 1)[0]}/{name}" if url else f"sqlite:///{name}"
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("SAPA_", "DJANGO_"))}
    environment = {
        **ours,
        "SAPA_HOME": str(settings.HOME),
        "SAPA_DATABASE_URL": address,
        "PYTHONPATH": str(ROOT / "src"),
    }
    log = Path(settings.HOME) / "worker.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "sapa", "worker", "--with-parent"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
        )


def _until(told: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not told():
        assert time.monotonic() < end, (Path(settings.HOME) / "worker.log").read_text(encoding="utf-8")
        time.sleep(0.05)


def _state(dispatch: Dispatch) -> str:
    return str(Dispatch.objects.values_list("state", flat=True).get(pk=dispatch.pk))


def test_a_worker_that_is_killed_in_mid_send_is_followed_by_one_that_does_not_repeat_it(
    toko_sage: Business, telegram: _Telegram
) -> None:
    now = clock.now()
    channel = connect_channel(
        business=toko_sage,
        kind="telegram",
        name="",
        account="7001",
        settings={"token": "7001:uji", "base_url": telegram.address},
        by=None,
        now=now,
    )
    for number, name in enumerate(("Rina", "Budi"), 1):
        who = {"id": 9000 + number, "is_bot": False, "first_name": name}
        said = {"message_id": number, "from": who, "chat": {**who, "type": "private"}}
        update = {"update_id": number, "message": {**said, "date": int(now.timestamp()), "text": "ada kak?"}}
        store_arrivals([Arrival(toko_sage.pk, channel.pk, json.dumps(update).encode())], now=now)
    digest_payloads(business=toko_sage, now=now)
    rina, budi = Conversation.objects.filter(channel=channel).order_by("id")

    def write(thread: Conversation, text: str) -> Dispatch:
        return send_message(
            business=toko_sage, conversation=thread, text=text, by=None, idempotency_key=text, now=clock.now()
        )

    first = write(rina, "satu")
    killed = _worker()
    _until(lambda: telegram.texts == ["satu"])
    killed.kill()
    killed.wait(timeout=30)
    killed.stdin.close()  # type: ignore[union-attr]
    assert _state(first) == "taken"

    Dispatch.objects.filter(pk=first.pk).update(taken_at=now - TAKEN_LIMIT - timedelta(seconds=1))
    second = write(budi, "dua")
    other = _worker()
    _until(lambda: (_state(first), _state(second)) == ("uncertain", "sent"))
    third = write(budi, "tiga")
    _until(lambda: _state(third) == "sent")
    other.stdin.close()  # type: ignore[union-attr]
    assert other.wait(timeout=30) == 0
    assert telegram.texts == ["satu", "dua", "tiga"]
