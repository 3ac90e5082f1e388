"""What is live, in a real browser: messages that arrive, who is answering, replies without a network, the installed app."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.conftest import ROOT
from tests.processes import Home, Server, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROUNDS = int(os.environ.get("SAPA_OUTBOX_ROUNDS", "8"))


@dataclass
class Shop:
    """Toko Sage on a server of its own; what is asked of it besides goes through its data folder."""

    home: Home
    server: Server
    told: dict[str, str] = field(default_factory=dict)
    before: int = 0

    def do(self, *words: str) -> dict[str, Any]:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.shop_online", *words],
            env={**self.home.environment, "PYTHONPATH": path},
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.home.folder / 'sapa.db'}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()

    def replies(self) -> list[str]:
        """What this test has sent."""
        found = self.rows("SELECT id, text FROM conversations_message WHERE direction='out' ORDER BY id")
        return [str(text) for pk, text in found if pk > self.before]

    def begin_test(self) -> None:
        self.before = self.rows("SELECT coalesce(max(id), 0) FROM conversations_message")[0][0]

    @property
    def thread(self) -> str:
        return f"{self.server.address}/inbox/{self.told['thread']}/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = Home(tmp_path_factory.mktemp("live"))
    with home.serving() as server:
        made = Shop(home, server)
        made.told = made.do("begin")
        yield made


@pytest.fixture
def shop(served: Shop) -> Shop:
    served.begin_test()
    return served


def sign_in(page: Page, shop: Shop, who: str) -> None:
    page.goto(f"{shop.server.address}/sign-in/")
    page.get_by_label("E-mail atau nama Anda").fill(who)
    page.get_by_label("Kata sandi").fill("kemeja sage ukuran L")
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{shop.server.address}/")


def enter(browser: Browser, shop: Shop, who: str, **more: Any) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="id-ID", **more)
    sign_in(context.new_page(), shop, who)
    return context


@pytest.fixture
def tuti(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    context = enter(browser, shop, "Bu Tuti")
    yield context
    context.close()


@pytest.fixture
def dina(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    context = enter(browser, shop, "Dina")
    yield context
    context.close()


def test_a_message_arrives_on_an_open_screen(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(shop.thread)
    expect(page.locator("#talk")).to_contain_text("Kak, sage L masih ada?")
    page.wait_for_timeout(1500)
    said = shop.do("say", "Sama yang M juga ya")
    expect(page.locator("#talk")).to_contain_text("Sama yang M juga ya", timeout=3000)
    took = time.time() - said["at"]
    assert took < 3, "most of it is the starting of another Python"
    expect(page).to_have_title("(1) Rina Wulandari · Sapa", timeout=5000)


def test_the_list_follows_too(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(f"{shop.server.address}/inbox/")
    page.wait_for_timeout(1500)
    shop.do("say", "Halo? Masih buka?")
    expect(page.locator("#list")).to_contain_text("Halo? Masih buka?", timeout=6000)


def test_who_is_answering_is_seen_by_the_others(
    shop: Shop, tuti: BrowserContext, dina: BrowserContext
) -> None:
    hers, other = tuti.pages[0], dina.pages[0]
    hers.goto(shop.thread)
    hers.wait_for_timeout(1000)
    other.goto(shop.thread)
    expect(hers.locator("#present")).to_contain_text("Dina", timeout=5000)
    other.locator("#words").press_sequentially("Masih ada Kak")
    expect(hers.locator("#present")).to_contain_text("Dina sedang membalas", timeout=5000)


def test_the_stream_rests_while_nobody_looks(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.new_page()
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url) if "/live/" in request.url else None)
    page.goto(shop.thread)
    page.wait_for_timeout(1000)
    assert len(opened) == 1
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    shop.do("say", "Selagi tak dilihat")
    page.wait_for_timeout(1500)
    assert "Selagi tak dilihat" not in page.locator("#talk").inner_text()
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(page.locator("#talk")).to_contain_text("Selagi tak dilihat", timeout=5000)
    assert len(opened) == 2


def test_without_streams_the_page_asks(browser: Browser, shop: Shop) -> None:
    context = enter(browser, shop, "Bu Tuti")
    context.add_init_script(
        "delete window.EventSource; window.setInterval = ((own) => (f, ms) => own(f, ms === 20000 ? 500 : ms))(setInterval)"
    )
    page = context.new_page()
    page.goto(shop.thread)
    shop.do("say", "Tanpa aliran")
    expect(page.locator("#talk")).to_contain_text("Tanpa aliran", timeout=6000)
    context.close()


def reply(page: Page, text: str) -> None:
    page.locator("#words").fill(text)
    page.locator("[data-send]").click()


def test_a_reply_without_network_waits_and_goes_once(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(shop.thread)
    tuti.set_offline(True)
    reply(page, "Masih ada Kak, mau berapa?")
    expect(page.locator("#outbox")).to_contain_text("menunggu jaringan", timeout=4000)
    assert page.locator("#words").input_value() == ""
    assert not shop.replies()
    tuti.set_offline(False)
    assert until(lambda: shop.replies() == ["Masih ada Kak, mau berapa?"], 15)
    expect(page.locator("#outbox")).not_to_contain_text("menunggu jaringan", timeout=8000)
    expect(page.locator("#talk")).to_contain_text("Masih ada Kak, mau berapa?")


def test_a_reply_that_waits_outlives_its_page(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(shop.thread)
    tuti.set_offline(True)
    reply(page, "Sampai besok ya Kak")
    expect(page.locator("#outbox")).to_contain_text("menunggu jaringan", timeout=4000)
    page.close()
    tuti.set_offline(False)
    tuti.new_page().goto(f"{shop.server.address}/")
    assert until(lambda: shop.replies() == ["Sampai besok ya Kak"], 15)


def test_nobody_else_on_this_device_sends_it(browser: Browser, shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(shop.thread)
    tuti.set_offline(True)
    reply(page, "Dari Bu Tuti")
    expect(page.locator("#outbox")).to_contain_text("menunggu jaringan", timeout=4000)
    page.goto("about:blank")
    tuti.clear_cookies()
    tuti.set_offline(False)
    sign_in(page, shop, "Dina")
    page.goto(shop.thread)
    page.wait_for_timeout(4000)
    assert not shop.replies()
    assert "Dari Bu Tuti" not in page.locator("body").inner_text()


@dataclass
class Line:
    """A network that breaks at random: before the send, after it has reached the server, or not at all."""

    context: BrowserContext
    dice: random.Random
    loses_answers: bool = False

    def lay(self) -> None:
        self.context.route("**/send/", self._carry)

    def _carry(self, route: Route) -> None:
        if not self.loses_answers:
            route.continue_()
            return
        self.loses_answers = False
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    def break_somehow(self) -> bool:
        how = self.dice.choice(("before", "after", "not"))
        self.loses_answers = how == "after"
        if how == "before":
            self.context.set_offline(True)
        return how != "not"

    def mend(self) -> None:
        self.context.set_offline(False)


def test_over_random_disconnects_nothing_is_lost_and_nothing_doubled(
    shop: Shop, tuti: BrowserContext
) -> None:
    """SAPA_OUTBOX_ROUNDS=100 tries the hundred of the goal; here there are fewer."""
    page = tuti.pages[0]
    line = Line(tuti, random.Random(7))  # noqa: S311 - the same line at each run
    line.lay()
    wanted = [f"Balasan nomor {number}" for number in range(ROUNDS)]
    broken = 0
    for text in wanted:
        page.goto(shop.thread)
        broken += line.break_somehow()
        reply(page, text)
        page.wait_for_timeout(line.dice.randint(20, 400))
        line.mend()
        # The page is asked as well: it goes on only while the driver listens to it.
        for _ in range(100):
            if text in shop.replies():
                break
            page.wait_for_timeout(200)
        else:
            raise AssertionError((text, page.evaluate("() => JSON.stringify(localStorage)"), page.url))
        page.wait_for_timeout(300)
        expect(page.locator("#outbox [data-waits=waiting]")).to_have_count(0, timeout=15000)
    assert sorted(shop.replies()) == sorted(wanted)
    assert broken >= ROUNDS // 3


def _worker_ready(page: Page) -> None:
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # a page that came while the worker began is not its own yet
    page.wait_for_function("() => navigator.serviceWorker.controller")


def test_without_network_a_page_says_so_and_keeps_nobodys_data(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(shop.thread)
    _worker_ready(page)
    tuti.set_offline(True)
    page.goto(f"{shop.server.address}/customers/")
    expect(page.get_by_role("heading", name="Tidak ada sambungan")).to_be_visible()
    tuti.set_offline(False)
    kept = page.evaluate(
        "async () => { const all = []; for (const name of await caches.keys())"
        " for (const one of await (await caches.open(name)).keys())"
        " all.push(await (await (await caches.open(name)).match(one)).text()); return all; }"
    )
    assert kept
    assert not any(word in words for words in kept for word in ("Rina", "Toko Sage", "Bu Tuti"))
    page.goto(f"{shop.server.address}/more/")
    page.get_by_role("button", name="Keluar").first.click()
    page.wait_for_url("**/sign-in/")
    assert page.evaluate("() => caches.keys()") == []


def test_the_app_can_be_installed(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(f"{shop.server.address}/")
    _worker_ready(page)
    devtools = tuti.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert not found["errors"], found["errors"]
    troubles = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A browser that is driven like this counts as a private window, in which nothing is installed.
    assert {one["errorId"] for one in troubles} <= {"in-incognito"}


@pytest.mark.parametrize("worker", [True, False], ids=["with a worker", "without a worker"])
def test_a_shared_chat_becomes_an_import_to_look_at(worker: bool, browser: Browser, shop: Shop) -> None:
    context = enter(browser, shop, "Bu Tuti", service_workers="allow" if worker else "block")
    page = context.pages[0]
    page.goto(f"{shop.server.address}/share/")
    if worker:
        _worker_ready(page)
    chat = "21/11/26 14.30 - Rina: Kak, sage L masih ada?\n21/11/26 14.31 - Toko Sage: Ada Kak\n"
    page.get_by_label("Atau pilih berkasnya di sini").set_input_files(
        {"name": "Chat WhatsApp dengan Rina.txt", "mimeType": "text/plain", "buffer": chat.encode()}
    )
    page.get_by_role("button", name="Lihat isinya").click()
    page.wait_for_url("**/imports/*/")
    expect(page.locator("main")).to_contain_text("Chat WhatsApp dengan Rina.txt")
    context.close()


def test_a_push_shows_sender_and_line(browser: Browser, shop: Shop) -> None:
    context = enter(browser, shop, "Bu Tuti")
    context.grant_permissions(["notifications"], origin=shop.server.address)
    page = context.pages[0]
    page.goto(f"{shop.server.address}/")
    _worker_ready(page)
    devtools = context.new_cdp_session(page)
    seen: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: seen.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    assert until(lambda: page.wait_for_timeout(50) or seen)
    words = {"title": "Rina Wulandari", "line": "Kak, sage L masih ada?", "path": "/inbox/", "tag": "c1"}

    def rung() -> bool:
        """The browser tells of registrations one by one, also of one that is just going: each is rung, one shows it."""
        for one in dict.fromkeys(seen):
            told = {"origin": shop.server.address, "registrationId": one, "data": json.dumps(words)}
            devtools.send("ServiceWorker.deliverPushMessage", told)
        page.wait_for_timeout(300)
        return bool(page.evaluate(shown) == [["Rina Wulandari", "Kak, sage L masih ada?"]])

    shown = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((one) => [one.title, one.body])"
    assert until(rung, 20)
    context.close()


def test_a_mention_is_counted_in_the_menu_and_read_when_opened(shop: Shop, tuti: BrowserContext) -> None:
    page = tuti.pages[0]
    page.goto(f"{shop.server.address}/")
    page.wait_for_timeout(1500)
    shop.do("mention")
    assert until(lambda: shop.rows("SELECT 1 FROM notices_notice"), 15)
    page.goto(f"{shop.server.address}/notices/")
    page.get_by_role("link", name="Dina menyebut Anda").click()
    page.wait_for_url(f"{shop.thread}*")
    assert shop.rows("SELECT read_at FROM notices_notice")[0][0]
