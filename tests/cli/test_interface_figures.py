"""interface.md, "What the figures mean": small worlds counted by hand, read from files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Sapa
from tests.cli.test_interface_files import write

NOW = "2026-11-21T12:00:00+07:00"
FIRST = date(2026, 6, 13)
NAMES = "Adi Bayu Citra Dewi Eka Fajar Gita Hadi Indah Joko Kiki Lina Mega Nina Oki Putri Rudi Siti Tono Umar Vina Wati Yudi Zaki Ayu Bella Cahya Dian Erna Fitri Galih Hesti Ida Jihan Kurnia".split()  # fmt: skip
HEADER = "No Pesanan,Tanggal,Nama,No HP,Produk,Qty,Harga,Diskon,Ongkir,Total Bayar,Kode Voucher,Status"


def orders() -> str:
    """Twenty buyers old enough to be judged, fifteen too recent; delivery costs 10,000 on top of every order.

    Of the twenty five come back by themselves within 90 days (200,000), three with a voucher (150,000), two after
    100 days (300,000); one cancels the second order, one had cancelled a first before the valid one.
    """
    lines = [HEADER]

    def order(who: int, day: date, goods: int, status: str = "Selesai", voucher: str = "") -> None:
        number, phone = len(lines), f"0812{who:08d}"
        lines.append(
            f"INV-{number},{day:%d/%m/%Y},{NAMES[who]},{phone},Gamis,1,{goods},0,10000,{goods + 10000},{voucher},{status}"
        )

    for who in range(20):
        day = FIRST + timedelta(days=who % 10)
        if who == 11:
            order(who, day - timedelta(days=30), 100_000, "Batal")
        order(who, day, 100_000)
        if who < 5:
            order(who, day + timedelta(days=40), 200_000)
        elif who < 8:
            order(who, day + timedelta(days=50), 150_000, voucher="HEMAT")
        elif who < 10:
            order(who, day + timedelta(days=100), 300_000)
        elif who == 10:
            order(who, day + timedelta(days=20), 300_000, "Batal")
    for who in range(20, 35):
        order(who, date(2026, 10, 13), 100_000)
    return "\n".join(lines) + "\n"


def survey(name: str, scores: list[int]) -> str:
    rows = (f"2026-11-{1 + n:02d},0812{n:08d},{score}\n" for n, score in enumerate(scores))
    return f"date,person,{name}\n" + "".join(rows)


def figures(shop: Sapa, *words: str) -> dict[str, dict[str, Any]]:
    return {figure["key"]: figure for figure in shop("metrics", "--json", "--now", NOW, *words).json}


def test_buyers_and_their_answers(shop: Sapa, tmp_path: Path) -> None:
    files = [
        write(tmp_path, "pesanan.csv", orders()),
        write(tmp_path, "nps.csv", survey("nps", [10, 10, 9, 9, 9, 9, 8, 7, 7, 3, 0, 6])),
        write(tmp_path, "csat.csv", survey("csat", [5, 5, 4, 4, 4, 4, 4, 4, 4, 3, 2, 1])),
        write(tmp_path, "ces.csv", survey("ces", [1, 2, 2, 2, 3, 3, 1, 2, 7, 6, 5, 4])),
    ]
    assert shop("import", *files).status == 0
    found = figures(shop)
    assert {key: (found[key]["value"], found[key]["sample_size"]) for key in (
        "repeat_order_90d", "organic_repeat_90d", "repeat_order_value", "conversion", "churn", "nps", "csat", "ces",
    )} == {
        "repeat_order_90d": (8 / 20, 20),
        "organic_repeat_90d": (5 / 20, 20),
        "repeat_order_value": ((5 * 200_000 + 3 * 150_000 + 2 * 300_000) // 10, 10),
        "conversion": (1.0, 35),
        # Past 90 days: all of the twenty but the two who came back after 100 days.
        "churn": (18 / 35, 35),
        "nps": (100 * (6 - 3) / 12, 12),
        "csat": (9 / 12, 12),
        "ces": (38 / 12, 12),
    }  # fmt: skip
    assert found["retention"]["value"] == pytest.approx(1 - found["churn"]["value"])
    assert found["repeat_order_90d"]["excluded"]["too_recent"] == 15
    assert isinstance(found["repeat_order_value"]["value"], int)
    for figure in found.values():
        assert (figure["value"] is None) == (figure["why_not"] is not None)
    june = figures(shop, "--from", "2026-06-01", "--to", "2026-06-30")
    assert (june["repeat_order_90d"]["value"], june["repeat_order_90d"]["excluded"]) == (0.4, {})
    assert figures(shop, "--from", "2026-06-13", "--to", "2026-06-13")["repeat_order_90d"]["sample_size"] == 2


CHATS = {
    "Rina Wulandari": """\
02/11/26 10.00 - Rina Wulandari: Kak, ukuran L ada? harganya berapa?
02/11/26 10.30 - Toko Sage: Ada kak, 150rb
02/11/26 10.31 - Rina Wulandari: oke makasih
06/11/26 10.00 - Rina Wulandari: Kak bisa cicil?
06/11/26 13.00 - Toko Sage: Bisa kak. Besok kami kirim rinciannya ya
""",
    "Budi Santoso": """\
03/11/26 22.00 - Budi Santoso: ongkir ke Bandung berapa ya?
04/11/26 09.15 - Toko Sage: 12rb kak
04/11/26 09.16 - Budi Santoso: makasih kak
""",
    "Sari Dewi": """\
05/11/26 11.00 - Sari Dewi: kak stok ukuran M ready?
13/11/26 10.00 - Toko Sage: maaf baru balas kak, ada
""",
    "Andi Wijaya": "04/11/26 14.00 - Andi Wijaya: makasih kak\n",
}


def test_talk_and_its_answers(shop: Sapa, tmp_path: Path) -> None:
    """Three conversations of two people answered in 30, 180 and 15 minutes of business hours; thanks open nothing.

    Sari's conversation had ended, after 72 hours without a message, when the shop wrote again: unanswered.
    """
    files = [write(tmp_path, f"Chat WhatsApp dengan {name}.txt", text) for name, text in CHATS.items()]
    assert shop("import", "--as", "Toko Sage", *files).status == 0
    found = figures(shop)
    first = found["first_response"]
    assert (first["sample_size"], first["excluded"]) == (3, {"unanswered": 1})
    assert sorted(person["said"] for person in first["people"]) == ["15 menit", "180 menit", "30 menit"]
    assert found["replied_within_target"]["sample_size"] == 4
    assert found["replied_within_target"]["why_not"].startswith("2 dari 4")
    assert found["promises_kept"]["why_not"].startswith("0 dari 1")
    journey = shop("journey", "--json", "--now", NOW).json
    assert [stage["left"] for stage in journey["stages"] if stage["key"] == "asked"] == [3]
    assert sorted(point["topic"] for point in journey["friction"]) == [
        "installment",
        "shipping_cost",
        "stock",
    ]
    assert {point["share"] for point in journey["friction"]} == {1 / 3}
    for point in journey["friction"]:
        assert point["currency"] == "IDR"
        assert (point["estimated_cost"] is None) == (point["why_not"] is not None)
        assert all(example["at"].endswith("+07:00") for example in point["examples"])
