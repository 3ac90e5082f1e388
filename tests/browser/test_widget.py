"""The chat bubble, a form and the snippet on somebody else's page, in a real browser: the page is another origin."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

from tests.conftest import ROOT
from tests.processes import Home, Server, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = ViewportSize(width=320, height=640)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FORM = """<form data-sapa-form="tanya-stok" method="post" action="{sapa}/form/{key}/tanya-stok/">
<label>Nama <input name="nama"></label><label>Nomor WA <input name="hp" type="tel"></label>
<label>Ukuran baju <input name="ukuran"></label>
<label><input type="checkbox" name="setuju" value="s-1a2b"> Saya mau kabar promo</label>
<input name="alamat_situs" tabindex="-1" autocomplete="off" aria-hidden="true" hidden><button>Tanya</button></form>"""


@dataclass
class Site:
    """The shop's own site on a port of its own, with a policy as strict as can be, and Sapa behind it."""

    home: Home
    sapa: Server
    key: str = ""
    origin: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def do(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.shop_with_site", *words],
            env={
                **self.home.environment,
                "PYTHONPATH": f"{ROOT / 'src'}{':' if sys.platform != 'win32' else ';'}{ROOT}",
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def ask(self, question: str) -> list[dict[str, Any]]:
        """Rows of the server's own database, read beside it."""
        with closing(sqlite3.connect(f"file:{self.home.folder / 'sapa.db'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(question)]

    def messages(self) -> list[dict[str, Any]]:
        return self.ask(
            "SELECT text, direction, send_status FROM conversations_message ORDER BY happened_at, id"
        )

    def touches(self) -> list[dict[str, Any]]:
        rows = self.ask("SELECT kind, measures FROM timeline_touchpoint WHERE kind LIKE 'web.%' ORDER BY id")
        return [{**row, "measures": json.loads(row["measures"])} for row in rows]

    def page(self, path: str) -> bytes:
        attributes = " ".join(f'{name}="{value}"' for name, value in self.extra.items())
        tag = f'<script src="{self.sapa.address}/static/public/sapa.js" data-key="{self.key}" {attributes} async></script>'
        form = FORM.format(sapa=self.sapa.address, key=self.key) if path.startswith("/tanya") else ""
        title = path.strip("/").partition("?")[0] or "Toko Sage"
        return (
            f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
            f"<body><main><h1>{title}</h1><p><a href='/harga'>Harga</a></p>{form}</main>{tag}</body></html>"
        ).encode()


def _serve(site: Site) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = site.page(self.path)
            sapa = site.sapa.address
            self.send_response(200 if "favicon" not in self.path else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content) if "favicon" not in self.path else 0))
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; script-src {sapa}; connect-src {sapa}; img-src {sapa}; form-action {sapa}",
            )
            self.end_headers()
            if "favicon" not in self.path:
                self.wfile.write(content)

        def log_message(self, *said: object) -> None:
            return

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = Home(tmp_path_factory.mktemp("site"))
    with home.serving() as server:
        made = Site(home, server)
        web = _serve(made)
        made.origin = f"http://127.0.0.1:{web.server_port}"
        threading.Thread(target=web.serve_forever, daemon=True).start()
        try:
            made.key = made.do("connect", made.origin)["key"]
            yield made
        finally:
            web.shutdown()
            web.server_close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 320 px; an error in the console, such as a policy that was broken, fails the test."""
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    troubles: list[str] = []

    def listen(page: Page) -> None:
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))

    context.on("page", listen)
    yield context
    context.close()
    assert not [one for one in troubles if "net::ERR_" not in one and "422" not in one]


def open_site(visit: BrowserContext, site: Site, path: str = "/") -> Page:
    page = visit.new_page()
    page.goto(site.origin + path)
    return page


def bubble(page: Page) -> Locator:
    return page.get_by_role("button", name="Obrolan")


def log_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Pesan")


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Tulis pesan").fill(text)
    page.get_by_role("button", name="Kirim").click()


def came(site: Site, text: str) -> bool:
    return until(lambda: any(one["text"] == text for one in site.messages()), 30)


def test_a_visitor_writes_the_shop_answers_and_the_thread_stays(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).click()
    panel = page.get_by_role("dialog", name="Obrolan dengan Toko Sage")
    panel.wait_for()
    page.get_by_text("Halo, ada yang bisa kami bantu?").wait_for()
    assert (
        page.get_by_role("link", name="Lanjut di WA?").get_attribute("href") == "https://wa.me/6281234567890"
    )
    write(page, "Kak, sage L masih ada? <b>halo</b>")
    log_of(page).get_by_text("Kak, sage L masih ada? <b>halo</b>").wait_for()
    assert came(site, "Kak, sage L masih ada? <b>halo</b>")

    site.do("answer", "Masih, Kak. Lihat https://tokosage.example/sage ya")
    log_of(page).get_by_text("Masih, Kak.").wait_for(timeout=10_000)
    link = log_of(page).get_by_role("link", name="https://tokosage.example/sage")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert until(lambda: site.messages()[-1]["send_status"] == "read", 20)

    page.reload()
    log_of(page).get_by_text("Masih, Kak.").wait_for()
    assert log_of(page).get_by_text("Kak, sage L masih ada?").count() == 1
    page.get_by_role("button", name="Tutup obrolan").click()
    page.get_by_role("link", name="Harga").click()
    bubble(page).click()
    log_of(page).get_by_text("Masih, Kak.").wait_for()
    assert not visit.cookies()


def test_somebody_else_on_another_phone_sees_nothing_of_it(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).click()
    page.get_by_text("Halo, ada yang bisa kami bantu?").wait_for()
    assert log_of(page).get_by_text("sage L").count() == 0
    assert log_of(page).get_by_text("Masih, Kak.").count() == 0


def test_what_is_written_without_a_connection_goes_out_once_later(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).click()
    page.get_by_text("Halo, ada yang bisa kami bantu?").wait_for()
    write(page, "Pesan pertama Budi")
    assert came(site, "Pesan pertama Budi")
    visit.set_offline(True)
    write(page, "Pesan tanpa sinyal")
    page.get_by_text("Belum terkirim. Dikirim saat tersambung lagi.").wait_for()
    page.get_by_role("textbox", name="Tulis pesan").fill("belum selesai")
    visit.set_offline(False)
    assert came(site, "Pesan tanpa sinyal")
    page.get_by_text("Belum terkirim.").wait_for(state="detached")
    page.reload()
    log_of(page).get_by_text("Pesan tanpa sinyal").wait_for()
    assert log_of(page).get_by_text("Pesan tanpa sinyal").count() == 1
    assert page.get_by_role("textbox", name="Tulis pesan").input_value() == "belum selesai"
    assert [one["text"] for one in site.messages()].count("Pesan tanpa sinyal") == 1


def test_by_keyboard_alone_and_in_order_for_a_screen_reader(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Obrolan dengan Toko Sage").wait_for()
    page.keyboard.type("Halo dari papan ketik")
    page.keyboard.press("Enter")
    assert came(site, "Halo dari papan ketik")
    page.get_by_text("Tinggalkan nomor WA", exact=True).click()
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        found = Axe().run(page)
        assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Obrolan"


def test_a_number_that_cannot_be_read_is_said_and_nothing_is_lost(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).click()
    page.get_by_text("Tinggalkan nomor WA", exact=True).click()
    page.get_by_label("Nama").fill("Sari Dewi")
    page.get_by_label("Nomor WA", exact=True).fill("08123")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Nomor ini tidak bisa dihubungi. Tulis seperti 0812-3456-7890.").wait_for()
    assert page.get_by_label("Nomor WA", exact=True).input_value() == "08123"
    page.get_by_label("Nomor WA", exact=True).fill("0812 1111 2222")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Terima kasih. Kami hubungi Kakak di sana.").wait_for()
    assert came(site, "Nomor WA saya: 0812 1111 2222")


def test_a_form_is_sent_from_the_page_and_says_what_is_wrong(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site, "/tanya?utm_source=instagram&utm_campaign=sage")
    page.get_by_label("Nama").fill("Rina Wulandari")
    page.get_by_label("Nomor WA").fill("12")
    page.get_by_label("Ukuran baju").fill("L")
    page.wait_for_timeout(1600)
    page.get_by_role("button", name="Tanya").click()
    page.get_by_text("Nomor ini tidak bisa dihubungi.").wait_for()
    assert page.evaluate("document.activeElement.name") == "hp"
    page.get_by_label("Nomor WA").fill("0813-9999-1111")
    page.get_by_role("button", name="Tanya").click()
    page.get_by_text("Terima kasih. Sudah kami terima").wait_for()
    assert page.get_by_label("Ukuran baju").input_value() == ""
    assert page.url.startswith(site.origin)


def test_a_form_works_without_any_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=False)
    page = context.new_page()
    page.goto(site.origin + "/tanya")
    page.get_by_label("Nama").fill("Andi Wijaya")
    page.get_by_label("Nomor WA").fill("08x")
    page.get_by_role("button", name="Tanya").click()
    page.get_by_role("heading", name="Belum terkirim").wait_for()
    assert page.get_by_label("nama").input_value() == "Andi Wijaya"
    page.get_by_label("hp").fill("0813-9999-2222")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_role("heading", name="Terima kasih").wait_for()
    context.close()


def test_a_page_looked_at_is_one_touch_with_the_seconds_that_it_was_seen(
    visit: BrowserContext, site: Site
) -> None:
    site.extra = {"data-track": "always"}
    try:
        page = open_site(visit, site, "/tentang-kami?utm_source=tiktok&rahasia=0812")
        page.wait_for_timeout(2300)
        page.get_by_role("link", name="Harga").click()
        page.wait_for_timeout(1200)
        page.close(run_before_unload=True)
    finally:
        site.extra = {}

    def touches() -> list[dict[str, Any]]:
        return [one for one in site.touches() if one["measures"].get("path") in ("/tentang-kami", "/harga")]

    assert until(
        lambda: {"web.page", "web.price_page", "web.ad_click"} <= {one["kind"] for one in touches()}, 30
    )
    by_kind = {one["kind"]: one["measures"] for one in touches()}
    assert len(touches()) == 3
    assert 2 <= by_kind["web.page"]["seconds"] <= 4
    assert 1 <= by_kind["web.price_page"]["seconds"] <= 3
    assert by_kind["web.ad_click"]["utm_source"] == "tiktok"
    assert "0812" not in json.dumps(touches())


def test_who_signs_in_next_on_the_same_phone_sees_nothing_of_the_one_before(
    visit: BrowserContext, site: Site
) -> None:
    page = open_site(visit, site)
    page.wait_for_function("window.sapa")
    page.evaluate("sapa.user('pelanggan-1', 'x')")
    bubble(page).click()
    write(page, "Pesan milik orang pertama")
    assert came(site, "Pesan milik orang pertama")
    page.get_by_role("textbox", name="Tulis pesan").fill("rahasia yang belum dikirim")
    page.evaluate("sapa.user('pelanggan-2', 'x')")
    log_of(page).get_by_text("Pesan milik orang pertama").wait_for(state="detached")
    assert page.get_by_role("textbox", name="Tulis pesan").input_value() == ""
    write(page, "Pesan orang kedua")
    assert came(site, "Pesan orang kedua")
    rows = site.ask(
        "SELECT COUNT(DISTINCT conversation_id) AS many FROM conversations_message WHERE text LIKE 'Pesan % orang%' OR text LIKE 'Pesan orang%'"
    )
    assert rows[0]["many"] == 2


def test_a_photo_goes_to_the_shop_and_is_seen_again(visit: BrowserContext, site: Site) -> None:
    page = open_site(visit, site)
    bubble(page).click()
    page.get_by_label("Lampirkan foto atau PDF").set_input_files(
        {"name": "baju.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    picture = log_of(page).get_by_role("img", name="baju.png")
    picture.wait_for(timeout=30_000)
    assert until(lambda: picture.evaluate("one => one.naturalWidth") == 1)


@pytest.mark.parametrize("asks", ["ask", "gpc"])
def test_nothing_is_counted_or_kept_before_the_visitor_agrees(
    browser: Browser, site: Site, asks: str
) -> None:
    site.extra = {"data-track": "ask" if asks == "ask" else "always"}
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    if asks == "gpc":
        context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    calls: list[str] = []
    context.on("request", lambda request: calls.append(request.url) if "/widget/" in request.url else None)
    try:
        page = open_site(context, site, "/sebelum")
        bubble(page).wait_for()
        page.wait_for_timeout(500)
        page.goto(site.origin + "/sesudah")
        bubble(page).wait_for()
        assert calls == []
        assert page.evaluate("localStorage.length") == 0
        page.evaluate("sapa.consent(true)")
        page.wait_for_timeout(700)
        page.goto(site.origin + "/nanti")
        bubble(page).wait_for()
        assert any(url.endswith("/hello?lang=id") for url in calls) is (asks == "ask")
    finally:
        site.extra = {}
        context.close()


def test_the_owner_copies_the_line_and_tries_the_chat_on_the_preview(
    visit: BrowserContext, site: Site
) -> None:
    page = visit.new_page()
    page.goto(f"{site.sapa.address}/sign-in/{site.do('link')['token']}/")
    page.get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{site.sapa.address}/sites/{site.key}/preview/")
    tag = page.get_by_label("Baris untuk disalin").input_value()
    assert f'src="{site.sapa.address}/static/public/sapa.js" data-key="{site.key}"' in tag
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    bubble(page).click()
    page.get_by_text("Halo, ada yang bisa kami bantu?").wait_for()
    write(page, "Coba dari pratinjau")
    assert came(site, "Coba dari pratinjau")
