"""Nine of the ten tasks of the product's promise, counted at phone and laptop width: it fails when a count grows.

A tap, a click or a key chord is one; the words of a message are not counted. The tenth, opening a claim, comes later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.processes import Home, Server

pytestmark = pytest.mark.browser

PHONE, LAPTOP = 360, 1366


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo shop, for this file alone: what is done here changes it."""
    with Home(tmp_path_factory.mktemp("tasks")).serving(command="demo") as server:
        yield server


@dataclass
class Hand:
    """Somebody at a screen; `count` is what they did."""

    page: Page
    address: str
    count: int = 0

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("load")
        self.count = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.count += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def writes(self, text: str) -> None:
        """The words of a message: not counted."""
        self.page.keyboard.type(text)


def _hand(browser: Browser, shop: Server, width: int) -> Iterator[Hand]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, has_touch=width == PHONE, locale="id-ID"
    )
    context.route("https://wa.me/**", lambda route: route.fulfill(body="wa.me"))
    yield Hand(context.new_page(), shop.address)
    context.close()


@pytest.fixture
def phone(browser: Browser, shop: Server) -> Iterator[Hand]:
    yield from _hand(browser, shop, PHONE)


@pytest.fixture
def laptop(browser: Browser, shop: Server) -> Iterator[Hand]:
    yield from _hand(browser, shop, LAPTOP)


@pytest.fixture(scope="module", autouse=True)
def answers(browser: Browser, shop: Server) -> None:
    """Two saved replies, and Dina to hand over to."""
    page = browser.new_page()
    for shortcut, text in (("stok", "Masih ready Kak."), ("ongkir", "Ongkirnya 12 ribu Kak.")):
        page.goto(shop.address + "/answers/new/")
        page.locator("#id_text").fill(text)
        page.locator("#id_shortcut").fill(shortcut)
        page.get_by_role("button", name="Simpan").click()
    page.close()


def _waiting(hand: Hand) -> str:
    """The talk that waits longest."""
    hand.page.goto(hand.address + "/inbox/?tab=waiting")
    return hand.page.locator("main a.row").first.get_attribute("href") or ""


def _is_sent(hand: Hand) -> None:
    """The demo shop sends by the shop's own WhatsApp: the words have left for it."""
    with_words = [one.url for one in hand.page.context.pages if one.url.startswith("https://wa.me/")]
    assert with_words, "nothing was sent"
    assert "text=" in with_words[-1]


def _sends(hand: Hand, deed: object) -> None:
    with hand.page.context.expect_page() as opened:
        deed()  # type: ignore[operator]
    opened.value.wait_for_url("https://wa.me/**")


class TestOneReplyToTheLongestWaiting:
    def test_on_a_phone(self, phone: Hand) -> None:
        phone.open()
        phone.tap(phone.page.locator(".doings .main").first)
        phone.page.wait_for_url("**/inbox/**")
        phone.page.wait_for_function("document.activeElement.id === 'words'")
        phone.writes("Siap Kak")
        _sends(phone, lambda: phone.tap(phone.page.locator("[data-send]")))
        _is_sent(phone)
        assert phone.count <= 2

    def test_on_a_laptop(self, laptop: Hand) -> None:
        laptop.open()
        laptop.press("Enter")
        laptop.page.wait_for_url("**/inbox/**")
        laptop.page.wait_for_function("document.activeElement.id === 'words'")
        laptop.writes("Siap Kak")
        _sends(laptop, lambda: laptop.press("Enter"))
        _is_sent(laptop)
        assert laptop.count <= 2


class TestTwoSendASavedAnswer:
    def test_on_a_phone(self, phone: Hand) -> None:
        phone.open(_waiting(phone))
        phone.tap(phone.page.locator("[data-answers] > summary"))
        phone.tap(phone.page.locator(".answer-pick", has_text="/ongkir"))
        assert phone.page.locator("#words").input_value() == "Ongkirnya 12 ribu Kak."
        _sends(phone, lambda: phone.tap(phone.page.locator("[data-send]")))
        _is_sent(phone)
        assert phone.count <= 3

    def test_on_a_laptop(self, laptop: Hand) -> None:
        laptop.open(_waiting(laptop) + "#reply")
        laptop.press("/", "o", "n")
        laptop.page.locator("#menu .answer-pick[aria-current]", has_text="/ongkir").wait_for()
        laptop.press("Enter")
        assert laptop.page.locator("#words").input_value() == "Ongkirnya 12 ribu Kak."
        _sends(laptop, lambda: laptop.press("Enter"))
        _is_sent(laptop)
        assert laptop.count <= 5


class TestThreeCloseAndGoOn:
    def _goes_on(self, hand: Hand, here: str) -> None:
        hand.page.wait_for_url(lambda url: here.split("?")[0] not in url)
        assert "/inbox/" in hand.page.url
        hand.page.get_by_role("button", name="Urungkan").click()
        hand.page.get_by_text("Diurungkan.").wait_for()

    def test_on_a_phone(self, phone: Hand) -> None:
        here = _waiting(phone)
        phone.open(here)
        phone.tap(phone.page.locator(".tools").get_by_role("button", name="Selesai"))
        self._goes_on(phone, here)
        assert phone.count <= 1

    def test_on_a_laptop(self, laptop: Hand) -> None:
        here = _waiting(laptop)
        laptop.open(here)
        laptop.press("e")
        self._goes_on(laptop, here)
        assert laptop.count <= 1


class TestFourSnoozeToTomorrow:
    def _is_put_off(self, hand: Hand) -> None:
        hand.page.get_by_text("ditunda sampai besok 09.00").wait_for()
        hand.page.get_by_role("button", name="Urungkan").click()
        hand.page.get_by_text("Diurungkan.").wait_for()

    def test_on_a_phone(self, phone: Hand) -> None:
        phone.open(_waiting(phone))
        phone.tap(phone.page.locator(".tools summary", has_text="Tunda"))
        phone.tap(phone.page.get_by_role("button", name="Besok pagi"))
        self._is_put_off(phone)
        assert phone.count <= 2

    def test_on_a_laptop(self, laptop: Hand) -> None:
        laptop.open(_waiting(laptop))
        laptop.press("z", "Enter")
        self._is_put_off(laptop)
        assert laptop.count <= 2


class TestFiveHandOver:
    def _is_handed(self, hand: Hand) -> None:
        hand.page.get_by_text("Diserahkan kepada Dina").wait_for()
        hand.page.get_by_role("button", name="Urungkan").click()
        hand.page.get_by_text("Diurungkan.").wait_for()

    def test_on_a_phone(self, phone: Hand) -> None:
        phone.open(_waiting(phone))
        phone.tap(phone.page.locator(".tools summary", has_text="Serahkan"))
        phone.tap(phone.page.locator("form[data-narrow] button[data-name^=dina]"))
        self._is_handed(phone)
        assert phone.count <= 3

    def test_on_a_laptop(self, laptop: Hand) -> None:
        laptop.open(_waiting(laptop))
        laptop.press("a", "d", "i", "Enter")
        self._is_handed(laptop)
        assert laptop.count <= 4


class TestSixKnowWhoThisIs:
    @pytest.mark.parametrize("width", [PHONE, LAPTOP])
    def test_without_a_tap(self, browser: Browser, shop: Server, width: int) -> None:
        for hand in _hand(browser, shop, width):
            hand.open(_waiting(hand))
            place = hand.page.locator(".strip summary" if width == PHONE else ".side")
            assert place.is_visible()
            assert place.locator(".chip").first.is_visible(), "the trust status"
            text = place.inner_text()
            assert "Balas" in text or "Kirim" in text or "Tindakan" in text, "the next step"
            assert hand.count == 0


class TestSevenRecordAPromise:
    def test_on_a_phone(self, phone: Hand) -> None:
        phone.open(_waiting(phone) + "#reply")
        phone.page.locator("#words").focus()
        phone.writes("Oke Kak, besok jam 3")
        phone.tap(phone.page.locator("#chip button", has_text="Catat janji"))
        phone.page.locator("#chip", has_text="Janji tercatat").wait_for()
        assert phone.count <= 1

    def test_on_a_laptop(self, laptop: Hand) -> None:
        laptop.open(_waiting(laptop) + "#reply")
        laptop.page.locator("#words").fill("")
        laptop.writes("Oke Kak, besok jam 3")
        laptop.page.locator("#chip button", has_text="Catat janji").wait_for()
        laptop.press("Tab", "Enter")
        laptop.page.locator("#chip", has_text="Janji tercatat").wait_for()
        assert laptop.count <= 2


class TestEightFindByFourDigits:
    @pytest.fixture
    def digits(self, phone: Hand) -> tuple[str, str]:
        phone.page.goto(phone.address + "/customers/")
        sheet = phone.page.locator("#found a.row").first.get_attribute("href") or ""
        phone.page.goto(phone.address + sheet)
        number = phone.page.get_by_text("+62 8").first.inner_text()
        return number.replace("-", "").strip()[-4:], sheet

    def test_on_a_phone(self, phone: Hand, digits: tuple[str, str]) -> None:
        number, sheet = digits
        phone.open()
        phone.tap(phone.page.locator(".look"))
        phone.page.locator("#palette-q").wait_for()
        phone.press(*number)
        phone.tap(phone.page.locator(f"[data-hit][href='{sheet}']"))
        phone.page.wait_for_url("**" + sheet)
        assert phone.count <= 6

    def test_on_a_laptop(self, laptop: Hand, digits: tuple[str, str]) -> None:
        number, sheet = digits
        laptop.open()
        laptop.press("Control+k")
        laptop.page.locator("#palette-q").wait_for()
        laptop.press(*number)
        laptop.press("Enter")
        laptop.page.wait_for_url("**" + sheet)
        assert laptop.count <= 6


class TestTenTurnAMetricIntoActions:
    @pytest.mark.parametrize("width", [PHONE, LAPTOP])
    def test_from_home(self, browser: Browser, shop: Server, width: int) -> None:
        for hand in _hand(browser, shop, width):
            hand.open()
            hand.tap(hand.page.locator(".rail").get_by_role("link", name="Metrik"))
            hand.tap(hand.page.locator(".metric .next a.button").first)
            hand.page.wait_for_load_state("load")
            assert hand.page.locator(".deed, .rows a.row").count(), "people to act on"
            assert hand.count <= 2


def test_nothing_went_wrong_on_the_way(shop: Server) -> None:
    """The log of the server tells of no trouble."""
    assert "Traceback" not in Path(shop.log).read_text(encoding="utf-8")
