"""The screens that a shop in use no longer shows: first run, signing in, an import before, during and after it runs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOOKS, WIDTHS, find_troubles
from tests.processes import Server

pytestmark = pytest.mark.browser

PASSWORD = "kemeja sage ukuran L"
CHAT = """05/10/26 13.10 - +62 812-3456-7890: Kak, sage L masih ada?
05/10/26 13.12 - Bu Tuti: Ada, Kak. Besok kami kirim fotonya ya
06/10/26 09.01 - +62 812-3456-7890: harganya berapa kak?
"""
ORDERS = """No. Pesanan;Nama Pembeli;No HP;Tanggal;Barang;Jumlah;Total;Catatan
TS-001;Rina Wulandari;0812-3456-7890;05/10/2026;Kemeja sage L;1;185000;titip di satpam
TS-002;Budi Santoso;0813-1111-2222;31/02/2026;Kerudung;2;95000;
"""


class Looker:
    """Looks at a page in every width and look, and keeps what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str, heading: str) -> None:
        """At the page as it stands; `heading` says that it is the one meant."""
        self.page.get_by_role("heading", name=heading, exact=True).first.wait_for(timeout=20_000)
        self.seen.append(name)
        for width in WIDTHS:
            for look in LOOKS:
                self.page.set_viewport_size({"width": width, "height": 800})
                self.page.emulate_media(color_scheme=look)
                self.troubles += find_troubles(self.page, f"{name} {width} {look}")


def _first_run(eye: Looker, server: Server) -> None:
    page = eye.page
    page.goto(server.address)
    eye.look("start", "Kenali setiap pelanggan toko Anda")
    page.get_by_role("button", name="Mulai").click()
    eye.look("start refused", "Kenali setiap pelanggan toko Anda")
    page.get_by_label("Nama toko").fill("Toko Sage")
    page.get_by_label("Nama Anda").fill("Bu Tuti")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Mulai").click()
    eye.look("where", "Mulai dari mana?")


def _import(eye: Looker, server: Server, folder: Path) -> None:
    page = eye.page
    files = {"Chat WhatsApp dengan +62 812-3456-7890.txt": CHAT, "pesanan.csv": ORDERS}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    page.goto(f"{server.address}/imports/")
    eye.look("imports", "Impor")
    page.get_by_role("button", name="Pratinjau").click()
    eye.look("imports refused", "Impor")
    page.set_input_files("#files", [folder / name for name in files])
    page.get_by_role("button", name="Pratinjau").click()
    eye.look("preview", "Pratinjau impor")
    page.get_by_role("button", name="Jalankan").click()
    page.get_by_role("heading", name="Hasil impor").wait_for(timeout=20_000)
    with _held(folder / "sapa.db"):
        page.reload()
        eye.look("progress", "Impor sedang diurungkan")
    page.reload()
    eye.look("result", "Hasil impor")


class _held:  # noqa: N801 - reads as a sentence
    """While it lasts the import stands as one that is still being worked on, so that it can be looked at."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def _say(self, state: str) -> None:
        with closing(sqlite3.connect(self.database, timeout=10)) as con, con:
            con.execute("UPDATE imports_batch SET state = ?", [state])

    def __enter__(self) -> None:
        self._say("undoing")

    def __exit__(self, *raised: object) -> None:
        self._say("done")


def _sign_in(eye: Looker, server: Server) -> None:
    page = eye.page
    page.goto(f"{server.address}/settings/team/")
    page.get_by_label("Nama", exact=True).fill("Dina")
    page.get_by_role("button", name="Buat tautan undangan").click()
    link = page.locator("#link").input_value()
    eye.look("invited", "Pengaturan")
    page.goto(f"{server.address}/settings/keys/")
    page.get_by_role("button", name="Buat kunci").click()
    page.locator("#new-key").wait_for()
    eye.look("key", "Pengaturan")
    page.goto(f"{server.address}/settings/")
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url(re.compile("/sign-in/"))
    eye.look("sign in", "Masuk ke Sapa")
    page.get_by_label("E-mail atau nama Anda").fill("Bu Tuti")
    page.get_by_label("Kata sandi").fill("bukan ini")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_text("belum cocok").first.wait_for()
    eye.look("sign in refused", "Masuk ke Sapa")
    page.goto(link)
    eye.look("sign in by link", "Halo, Dina")
    page.goto(f"{server.address}/sign-in/sudah-lewat/")
    eye.look("a link that is over", "Tautan ini sudah dipakai atau lewat waktunya")


def test_axe_finds_nothing_on_the_way_in(page: Page, fresh: Server, tmp_path: Path) -> None:
    eye = Looker(page)
    _first_run(eye, fresh)
    _import(eye, fresh, tmp_path)
    _sign_in(eye, fresh)
    assert len(eye.seen) == 14
    assert not eye.troubles, "\n".join(eye.troubles)
