"""Draws the icons of the installed app from `mark.svg` with Chromium: `python -m tools.icons`.

A maskable icon bleeds to its edges and keeps what matters in the middle four fifths (W3C manifest, maskable).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "src" / "sapa" / "web" / "static" / "web"
PLAIN = {"192.png": 192, "512.png": 512, "apple-180.png": 180}
MASKABLE = {"maskable-512.png": 512}
GROUND = "#0f6b5c"


def main() -> None:
    mark = (FOLDER / "mark.svg").read_text(encoding="utf-8")
    inner = re.sub(r'<rect[^>]*rx="9"[^>]*/>', "", mark)
    (FOLDER / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for name, size in {**PLAIN, **MASKABLE}.items():
            bleeds = name in MASKABLE or name.startswith("apple")
            drawn, share = (inner, 80) if bleeds else (mark, 100)
            ground = GROUND if bleeds else "transparent"
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(
                f"<style>*{{margin:0}}body{{background:{ground};display:grid;place-items:center;height:100vh}}"
                f"svg{{width:{share}vw;height:{share}vw}}</style>{drawn}"
            )
            page.screenshot(path=FOLDER / "icons" / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
