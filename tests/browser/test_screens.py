"""Every screen of the demo shop: nothing that axe finds, nothing sideways, nothing heavy, in every width and look."""

from __future__ import annotations

import re
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import LOOKS, WIDTHS, find_troubles
from tests.processes import Server

pytestmark = pytest.mark.browser

SCREENS = {
    "today": "/",
    "inbox": "/inbox/",
    "talk": "",
    "answers": "/answers/",
    "answer_new": "/answers/new/",
    "palette": "/palette/?q=ri",
    "customers": "/customers/",
    "sheet": "",
    "customer_new": "/customers/new/",
    "duplicates": "/customers/duplicates/",
    "ready": "/customers/ready/",
    "metrics": "/metrics/",
    "metric": "/metrics/repeat_order_90d/",
    "cohorts": "/metrics/cohorts/",
    "cohort_people": "",
    "expected": "/metrics/expected/",
    "perception": "/metrics/perception/",
    "voice": "/voice/",
    "referrals": "/referrals/",
    "spend": "/spend/",
    "journey": "/journey/",
    "moments": "/moments/",
    "moment": "",
    "moment_new": "/moments/new/",
    "journey_behind": "/journey/people/?part=stopped.asked&days=365",
    "surveys": "/surveys/",
    "survey": "",
    "survey_new": "/surveys/new/?kind=nps&occasion=rhythm",
    "imports": "/imports/",
    "batch": "",
    "settings": "/settings/",
    "hours": "/settings/hours/",
    "team": "/settings/team/",
    "keys": "/settings/keys/",
    "service": "/settings/service/",
    "automations": "/settings/automations/",
    "performance": "/team/?days=365",
    "channels": "/settings/channels/",
    "channel_whatsapp": "/settings/channels/new/whatsapp/",
    "channel_shopee": "/settings/channels/new/marketplace:shopee/",
    "channel": "",
    "channel_edit": "",
    "channel_log": "",
    "payloads": "",
    "sources": "/settings/sources/",
    "history": "/history/",
    "more": "/more/",
    "where": "/start/where/",
    "gallery": "/gallery/",
}
FIRST_LOAD, AGAIN = 60_000, 15_000


@pytest.fixture(scope="module")
def addresses(browser: Browser, demo: Server) -> dict[str, str]:
    """The screens that need an id get the first of their list."""
    page = browser.new_page()
    found = dict(SCREENS)
    for name, listed, link in (
        ("talk", "/inbox/?tab=all", "main a.row"),
        ("sheet", "/customers/", "#found a.row"),
        ("batch", "/imports/", "main a.row"),
        ("cohort_people", "/metrics/cohorts/", "main td a"),
        ("moment", "/moments/", "main a.row"),
        ("survey", "/surveys/", "main a.row"),
    ):
        page.goto(demo.address + listed)
        found[name] = page.locator(link).first.get_attribute("href") or ""
    found |= _connect_site(page, demo.address)
    page.close()
    return found


def _connect_site(page: Page, address: str) -> dict[str, str]:
    """The pages of a channel that is connected: the shop's own site asks no provider."""
    page.goto(address + "/settings/channels/new/web/")
    page.locator("input[name=name]").fill("Peramban")
    page.locator("input[name=set_origins]").fill("https://tokosage.example")
    page.get_by_role("button", name="Coba & sambungkan").click()
    page.wait_for_url(re.compile(r"/settings/channels/[0-9a-f-]{36}/$"))
    own = page.url.removeprefix(address)
    return {
        "channel": own,
        "channel_edit": own + "connect/",
        "channel_log": own + "sent/",
        "payloads": own + "came/",
    }


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, demo: Server, addresses: dict[str, str]
) -> None:
    view = browser.new_page()
    troubles = []
    for name, path in addresses.items():
        view.goto(demo.address + path)
        view.wait_for_load_state("networkidle")
        for width, look in product(WIDTHS, LOOKS):
            view.set_viewport_size({"width": width, "height": 800})
            view.emulate_media(color_scheme=look)
            troubles += find_troubles(view, f"{name} {width} {look}")
    view.close()
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize(
    "name", ["today", "inbox", "talk", "customers", "sheet", "metrics", "journey", "imports"]
)
def test_first_load_and_return_are_light(
    browser: Browser, demo: Server, addresses: dict[str, str], name: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    first = _weigh(page, demo.address + addresses[name])
    again = _weigh(page, demo.address + addresses[name])
    context.close()
    assert first <= FIRST_LOAD, f"{name}: {first} bytes"
    assert again <= AGAIN, f"{name}: {again} bytes again"


def _weigh(page: Page, address: str) -> int:
    """Bytes of all bodies as they came over the wire; the stream of news, which never ends, has none."""
    came: list[Request] = []

    def note(request: Request) -> None:
        came.append(request)

    page.on("requestfinished", note)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", note)
    return sum(one.sizes()["responseBodySize"] for one in came)


def test_our_own_script_and_style_are_small(demo: Server) -> None:
    import brotli

    from tests.conftest import ROOT

    static = ROOT / "src/sapa/web/static/web"
    sizes = {name: len(brotli.compress((static / name).read_bytes())) for name in ("sapa.js", "sapa.css")}
    assert sizes["sapa.js"] <= 6_000
    assert sizes["sapa.css"] <= 10_000


def test_every_screen_works_without_script(browser: Browser, demo: Server, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = context.new_page()
    for path in addresses.values():
        answer = page.goto(demo.address + path)
        assert answer is not None
        assert answer.status == 200
        assert page.locator("h1").count() == 1
    page.goto(demo.address + "/")
    page.locator("button[value=later]").first.click()
    page.get_by_text("Ditunda sampai besok 09.00.").wait_for()
    page.get_by_role("button", name="Urungkan").click()
    page.get_by_text("Diurungkan.").wait_for()
    context.close()


def test_keys_move_and_search_and_can_be_switched_off(browser: Browser, demo: Server) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 800})
    page = context.new_page()
    page.goto(demo.address + "/customers/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = "document.activeElement === document.querySelectorAll('[data-row]')[1]"
    assert page.evaluate(focused)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("jk/")
    assert page.locator("#search").input_value() == "jk/"
    page.goto(demo.address + "/settings/look/")
    page.locator("input[name=keys]").uncheck()
    page.get_by_role("button", name="Simpan tampilan").click()
    page.goto(demo.address + "/customers/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    context.close()


@pytest.mark.parametrize(("paper", "size"), [("a6", (297.6, 419.5)), ("a4", (595.3, 841.9))])
def test_a_sheet_prints_on_one_page_of_its_paper(
    browser: Browser, demo: Server, addresses: dict[str, str], paper: str, size: tuple[float, float]
) -> None:
    page = browser.new_page()
    page.goto(f"{demo.address}{addresses['sheet']}?paper={paper}")
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert box
    assert (float(box[1]), float(box[2])) == pytest.approx(size, abs=1)
