"""interface.md, `--now`: derives afresh as of that moment, sees nothing later, stores nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sapa
from tests.cli.test_interface_files import write

ORDER = """\
No Pesanan,Status,Tanggal Pesanan,Tanggal Bayar,Tanggal Kirim,Tanggal Sampai,Nama,No HP,Produk,Jumlah,Total
D-1,Selesai,02/11/2026 09:50,02/11/2026 10:00,02/11/2026 17:00,04/11/2026 12:00,Rina,081277778888,Gamis,1,150000
D-2,Selesai,28/10/2026 09:50,28/10/2026 10:00,28/10/2026 17:00,30/10/2026 12:00,Budi,081277778889,Gamis,1,150000
"""


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ("2026-11-02T09:55", "belum dibayar"),
        ("2026-11-02T12:00", "sedang disiapkan"),
        ("2026-11-03T09:00", "dalam kiriman"),
        ("2026-11-04T12:00", "sampai"),
    ],
)
def test_an_order_stands_where_it_stood_then(shop: Sapa, tmp_path: Path, now: str, outcome: str) -> None:
    shop("import", write(tmp_path, "pesanan.csv", ORDER))
    sheet = shop("snapshot", "081277778888", "--json", "--now", now).json
    assert [line["outcome"] for line in sheet["history"]] == [outcome]
    assert shop("snapshot", "081277778888", "--json").json["history"][0]["outcome"] == "sampai"


def test_before_the_first_word_there_is_nobody(shop: Sapa, tmp_path: Path) -> None:
    shop("import", write(tmp_path, "pesanan.csv", ORDER))
    assert [row["name"] for row in shop("contacts", "--json", "--now", "2026-11-01T00:00").json] == ["Budi"]
    said = shop("snapshot", "081277778888", "--json", "--now", "2026-11-01T00:00")
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert shop("journey", "--json", "--now", "2026-11-01T00:00").json["contacts"] == 1
    assert shop("today", "--json", "--now", "2020-01-01").json == []
