"""The first hour, as a new owner would try it on a phone: from an empty machine to the first answer.

Every tap is counted; text typed is not. The ceilings are those of the design: a test that fails here means that
something got longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_TAPS_TO_SNAPSHOT = 6
MOST_TAPS_TO_ANSWER = 4
MOST_SECONDS = 30.0

CHAT = """25/10/26 13.10 - +62 812-3456-7890: Kak, sage L masih ada?
25/10/26 13.12 - Bu Tuti: Ada, Kak. Besok kami kirim fotonya ya
26/10/26 09.01 - +62 812-3456-7890: harganya berapa kak?
"""


class Hand:
    """Counts taps."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.click()
        self.taps += 1


def _first_run(page: Page, hand: Hand, server: Server) -> None:
    page.goto(server.address)
    page.get_by_label("Nama toko").fill("Toko Sage")
    page.get_by_label("Nama Anda").fill("Bu Tuti")
    page.get_by_label("Kata sandi").fill("kemeja sage ukuran L")
    hand.tap(page.get_by_role("button", name="Mulai"))
    page.get_by_role("heading", name="Mulai dari mana?").wait_for()


def _import(page: Page, hand: Hand, folder: Path) -> None:
    chat = folder / "Chat WhatsApp dengan +62 812-3456-7890.txt"
    chat.write_text(CHAT, encoding="utf-8")
    hand.tap(page.get_by_role("link", name="Ekspor chat WhatsApp"))
    page.set_input_files("#files", chat)
    hand.taps += 1
    hand.tap(page.get_by_role("button", name="Pratinjau"))
    page.get_by_text("2 orang").wait_for()
    assert page.get_by_text("3 pesan").is_visible()
    hand.tap(page.get_by_role("button", name="Jalankan"))
    page.get_by_role("heading", name="Hasil impor").wait_for(timeout=20_000)


def _answer(page: Page, hand: Hand, address: str) -> None:
    context = page.context
    context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp", content_type="text/html"))
    page.goto(address)
    page.locator(".deed").first.wait_for()
    hand.tap(page.locator(".deed").first.get_by_role("link", name="Balas", exact=False).last)
    page.locator("#words").fill("Rp185.000, Kak")
    with context.expect_page() as opened:
        hand.tap(page.get_by_role("button", name="Salin & buka WhatsApp"))
    assert opened.value.url == "https://wa.me/6281234567890?text=Rp185.000%2C+Kak"
    hand.tap(page.get_by_role("button", name="Sudah saya balas"))
    page.get_by_text("Dicatat: sudah dibalas.").wait_for()


def test_from_an_empty_machine_to_the_first_answer(
    page: Page, fresh: Server, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    began, hand = time.monotonic(), Hand()
    _first_run(page, hand, fresh)
    _import(page, hand, tmp_path)
    hand.tap(page.get_by_role("link", name="Lihat lembar"))
    page.get_by_text("Tindakan dalam 48 jam").wait_for()
    assert page.get_by_text("+62 812-3456-7890").first.is_visible()
    assert page.locator(".three-lines li").count() <= 3
    assert hand.taps <= MOST_TAPS_TO_SNAPSHOT

    answer = Hand()
    _answer(page, answer, fresh.address)
    assert answer.taps <= MOST_TAPS_TO_ANSWER
    seconds = time.monotonic() - began
    assert seconds <= MOST_SECONDS
    for name, value in (("taps to sheet", hand.taps), ("taps to answer", answer.taps), ("seconds", seconds)):
        record_property(name, value)


def test_the_toast_leaves_by_itself_and_the_row_hands_its_place_on(browser: Browser, demo: Server) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(demo.address)
    rows = page.locator(".deed").count()
    page.locator(".deed").first.get_by_role("button", name="Tunda").click()
    page.get_by_text("Ditunda sampai besok 09.00.").wait_for()
    assert page.locator(".deed").count() == rows - 1
    assert page.evaluate("document.activeElement.closest('.deed') !== null")
    page.get_by_text("Ditunda sampai besok 09.00.").wait_for(state="detached", timeout=15_000)
    context.close()


def test_a_large_file_goes_up_in_pieces_over_a_broken_line(page: Page, fresh: Server, tmp_path: Path) -> None:
    _first_run(page, Hand(), fresh)
    lines = [
        f"25/10/26 {at // 60 % 24:02d}.{at % 60:02d} - Rina Wulandari: pesan nomor {at} tentang kemeja sage"
        for at in range(45_000)
    ]
    chat = tmp_path / "Chat WhatsApp dengan Rina Wulandari.txt"
    chat.write_text("\n".join(lines), encoding="utf-8")
    broken = []

    def break_one(route: Route) -> None:
        if "at=1048576" in route.request.url and not broken:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/imports/pieces/**", break_one)
    page.goto(fresh.address + "/imports/")
    page.set_input_files("#files", chat)
    page.get_by_role("button", name="Pratinjau").click()
    page.get_by_role("heading", name="Pratinjau impor").wait_for(timeout=30_000)
    assert broken
    assert page.get_by_text("45000 pesan").or_(page.get_by_text("45.000 pesan")).is_visible()
