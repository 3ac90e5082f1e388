"""The inbox in a real browser: drafts that survive, keys that keep out of the way, deeds for many, a list beside the talk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.processes import Home, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo shop, for this file alone: what is done here changes it."""
    with Home(tmp_path_factory.mktemp("inbox")).serving(command="demo") as server:
        yield server


@pytest.fixture
def laptop(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="id-ID")
    yield context.new_page()
    context.close()


def _talks(page: Page, shop: Server) -> list[str]:
    page.goto(shop.address + "/inbox/?tab=waiting")
    found = page.locator("main a.row").evaluate_all("rows => rows.map(row => row.getAttribute('href'))")
    return [shop.address + str(path) for path in found]


def test_a_draft_survives_the_page_and_stays_in_its_talk(laptop: Page, shop: Server) -> None:
    first, second, *_ = _talks(laptop, shop)
    laptop.goto(first)
    with laptop.expect_response("**/draft/"):
        laptop.locator("#words").fill("sebentar ya Kak")
    laptop.goto(second)
    assert laptop.locator("#words").input_value() == ""
    laptop.goto(first)
    assert laptop.locator("#words").input_value() == "sebentar ya Kak"
    laptop.locator(".remark > summary").click()
    laptop.locator("#note-words").fill("stok tinggal 2")
    assert laptop.locator("#words").input_value() == "sebentar ya Kak"
    with laptop.expect_response("**/draft/"):
        laptop.locator("#words").fill("")


def test_what_is_typed_without_a_network_is_there_again(laptop: Page, shop: Server) -> None:
    first = _talks(laptop, shop)[0]
    for round_ in range(3):
        laptop.goto(first)
        laptop.context.set_offline(True)
        laptop.locator("#words").fill(f"kata-kata {round_}")
        laptop.wait_for_timeout(1000)
        laptop.context.set_offline(False)
        laptop.reload()
        assert laptop.locator("#words").input_value() == f"kata-kata {round_}"
    with laptop.expect_response("**/draft/"):
        laptop.locator("#words").fill("")


def test_letters_do_nothing_while_somebody_types(laptop: Page, shop: Server) -> None:
    first = _talks(laptop, shop)[0]
    laptop.goto(first)
    laptop.locator("#words").fill("")  # a draft may have been kept
    laptop.locator("#words").click()
    laptop.keyboard.type("eza jk?")
    assert laptop.url == first
    assert laptop.locator("#words").input_value() == "eza jk?"
    assert not laptop.locator("#keys").is_visible()
    laptop.locator("#words").fill("")
    laptop.keyboard.press("Escape")
    laptop.keyboard.press("?")
    assert laptop.locator("#keys").is_visible()


def test_the_list_comes_beside_the_talk_and_knows_which_is_open(laptop: Page, shop: Server) -> None:
    first = _talks(laptop, shop)[0]
    laptop.goto(first)
    expect(laptop.locator("#list a.row[aria-current]")).to_have_count(1)
    assert not Axe().run(laptop).response["violations"]


def test_the_palette_is_a_dialog_that_axe_likes(laptop: Page, shop: Server) -> None:
    laptop.goto(_talks(laptop, shop)[0])
    laptop.keyboard.press("Control+k")
    laptop.locator("#palette-q").wait_for()
    laptop.keyboard.type("lusa pagi")
    laptop.get_by_text("Tunda sampai lusa").wait_for()
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]}}
    assert not Axe().run(laptop, options=rules).response["violations"]
    laptop.keyboard.press("Escape")
    expect(laptop.locator("#palette")).not_to_be_visible()


def test_ticked_ones_are_closed_together_and_come_back(laptop: Page, shop: Server) -> None:
    before = len(_talks(laptop, shop))
    assert not laptop.locator(".bulk-bar").is_visible()
    for at in (0, 1):
        laptop.locator(".tick input").nth(at).check()
    laptop.locator(".bulk-bar").get_by_role("button", name="Selesai").click()
    laptop.get_by_text("2 percakapan diubah.").wait_for()
    assert len(_talks(laptop, shop)) == before - 2
    laptop.go_back()
    laptop.goto(shop.address + "/history/")
    laptop.get_by_role("button", name="Urungkan").first.click()
    laptop.get_by_text("Diurungkan.").wait_for()
    assert len(_talks(laptop, shop)) == before


def test_without_script_a_note_is_kept_and_a_talk_put_off(browser: Browser, shop: Server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(_talks(page, shop)[0])
    if not page.locator("#note-words").is_visible():  # what another story left there opens it
        page.locator(".remark > summary").click()
    page.locator("#note-words").fill("cek stok dulu")
    page.get_by_role("button", name="Simpan catatan").click()
    page.get_by_text("Catatan tim disimpan.").wait_for()
    assert page.locator(".note-bubble", has_text="cek stok dulu").count() == 1
    page.locator(".tools summary", has_text="Tunda").click()
    page.get_by_role("button", name="Besok pagi").click()
    page.get_by_text("ditunda sampai besok 09.00").wait_for()
    page.get_by_role("button", name="Urungkan").click()
    page.get_by_text("Diurungkan.").wait_for()
    context.close()
