"""`serve` and `demo` as real processes: pages and intake answer, background work follows, everything ends."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import segment.analytics as segment

from tests.processes import Home, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(os.environ.get("SAPA_TEST_DATABASE_URL")), reason="about the default installation"
    ),
]


def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    assert (
        home.run("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example").returncode == 0
    )
    return home


def _write_key(home: Home, *, for_server: bool) -> str:
    done = home.run("write-key", *(["--server"] if for_server else []))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_real_segment_client_sends_events_and_they_become_a_timeline(tmp_path: Path) -> None:
    home = _home(tmp_path)
    key = _write_key(home, for_server=True)
    with home.serving() as server:
        problems: list[Any] = []
        client = segment.Client(
            key,
            host=server.address,
            sync_mode=True,
            on_error=lambda *given: problems.append(given),
            max_retries=1,
        )
        who = {"user_id": "77", "anonymous_id": "pengunjung-1"}
        client.identify(**who, traits={"name": "Rina Wulandari", "phone": "0812-3456-7890"})
        client.page(**who, name="Sage", properties={"path": "/sage", "url": "https://tokosage.example/sage"})
        client.track(**who, event="Product Viewed", properties={"name": "Sage L", "sku": "SG-L"})
        client.track(
            **who, event="Order Completed", properties={"order_id": "W-1", "total": 125000, "currency": "IDR"}
        )
        packed = segment.Client(key, host=server.address, sync_mode=True, gzip=True)
        packed.track(**who, event="Checkout Started", properties={"value": 125000})
        assert not problems
        with pytest.raises(Exception, match="write key"):
            segment.Client("kunci-salah", host=server.address, sync_mode=True, max_retries=0).track("1", "x")

        def kinds() -> list[str]:
            said = home.run("timeline", "0812-3456-7890", "--json")
            return [entry["kind"] for entry in json.loads(said.stdout)] if said.returncode == 0 else []

        wanted = {"web.page", "web.product", "web.checkout", "order.placed"}
        assert until(lambda: wanted <= set(kinds())), kinds()
        first = len(kinds())
        again = segment.Client(key, host=server.address, sync_mode=True)
        again.track(**who, event="Product Viewed", message_id="satu", properties={"sku": "SG-M"})
        again.track(**who, event="Product Viewed", message_id="satu", properties={"sku": "SG-M"})
        assert until(lambda: len(kinds()) == first + 1)
        time.sleep(1.5)
        assert len(kinds()) == first + 1


def test_the_worker_comes_back_when_it_dies_and_ends_with_the_server(tmp_path: Path) -> None:
    home = _home(tmp_path)

    def worker_alive() -> bool:
        found = {one["what"]: one["health"] for one in json.loads(home.run("doctor", "--json").stdout)}
        return found["worker"] == "ok"

    with home.serving():
        assert until(worker_alive)
    assert until(lambda: not worker_alive())


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    home = _home(tmp_path)
    with home.serving() as server:
        done = home.run("serve", "--host", "127.0.0.1", "--port", str(server.port))
        assert (done.returncode, done.stdout) == (1, "")
        assert str(server.port) in done.stderr
    assert home.run("serve", "--port", "70000").returncode == 1


def test_the_demo_answers_with_a_page_and_leaves_no_trace(tmp_path: Path) -> None:
    home = Home(tmp_path / "rumah")
    with home.serving(command="demo") as server:
        status, page = server.get("/")
        assert status == 200
        assert "<html" in page
        assert "Toko Sage" in page or "Hari ini" in page
        style = page.split('rel="stylesheet"')[0].rsplit("<link", 1)[-1] + page.split('rel="stylesheet"')[1]
        address = style.split('href="')[1].split('"')[0]
        assert server.get(address)[0] == 200
    assert until(lambda: not list(home.folder.glob("sapa-demo-*")))
