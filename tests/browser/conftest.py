"""A real Chromium against a real server: the demo shop, and a machine on which Sapa was never started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.processes import Home, Server

CHROMIUM = os.environ.get("SAPA_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


WIDTHS = (320, 360, 1366)
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def find_troubles(view: Page, name: str) -> list[str]:
    """What axe finds on the page as it stands, and whether it is wider than the screen."""
    found = Axe().run(view)
    troubles = [
        f"{name}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]
    ]
    wide = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*troubles, f"{name}: {wide} px sideways"] if wide > 0 else troubles


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("needs Chromium: install it, or name it in SAPA_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo shop, as `sapa demo` serves it."""
    with Home(tmp_path_factory.mktemp("demo")).serving(command="demo") as server:
        yield server


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """`sapa serve` on a machine that has no shop yet, with its worker."""
    with Home(tmp_path).serving() as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone that has never been here; an error in the console fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="id-ID")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    left: list[str] = []
    opened.on("requestfailed", lambda one: left.append(one.url) if "ABORTED" in (one.failure or "") else None)
    yield opened
    context.close()
    known = ["422", "net::ERR_"]
    if left:  # a request that the page gave up by leaving; one that failed otherwise is a trouble
        known += ["htmx:sendError", "htmx:afterRequest"]
    assert not [one for one in troubles if not any(word in one for word in known)]
