"""The command as somebody at a keyboard has it: words in, status and what was printed out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sapa.config.main import main

CHAT = """\
20/11/26, 09.12 - Pesan dan panggilan dienkripsi secara end-to-end. Tidak seorang pun di luar chat ini, termasuk WhatsApp, yang dapat membaca atau mendengarkannya.
20/11/26, 09.12 - Rina Wulandari: Kak, sage ukuran L ada?
20/11/26, 09.20 - Toko Sage: Ada kak, ready. Besok kami kirim fotonya ya
20/11/26, 09.25 - Rina Wulandari: harganya berapa kak?
bisa cicil?
21/11/26, 08.00 - Rina Wulandari: halo kak?
"""
ORDERS = """\
No. Pesanan,Status,Nama Pembeli,No HP,Tanggal,Produk,Jumlah,Total
INV-1,Selesai,Budi Santoso,0812-3456-7890,2026-10-01 10:00,Sage L,1,125000
INV-2,Selesai,Sari Dewi,0813-1111-2222,2026-10-03 10:00,Sage M,2,250000
"""


@dataclass(frozen=True)
class Said:
    """What one call of the command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Sapa = Callable[..., Said]


@pytest.fixture
def sapa(transactional_db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sapa:
    """Calls `sapa` with words (and text on stdin) in this process."""

    def call(*words: str | Path, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as stopped:
            status = int(str(stopped.code))
        out, err = capsys.readouterr()
        return Said(status, out, err)

    return call


@pytest.fixture
def shop(sapa: Sapa) -> Sapa:
    """The command, with Toko Sage there."""
    said = sapa("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example")
    assert said.status == 0, said.err
    return sapa


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A chat with Rina and two orders."""
    chat, orders = tmp_path / "Chat WhatsApp dengan Rina Wulandari.txt", tmp_path / "pesanan.csv"
    chat.write_text(CHAT, encoding="utf-8")
    orders.write_text(ORDERS, encoding="utf-8")
    return chat, orders


@pytest.fixture
def known(shop: Sapa, files: tuple[Path, Path]) -> Sapa:
    """The command, with Toko Sage and its files read."""
    assert shop("import", *files).status == 0
    return shop
