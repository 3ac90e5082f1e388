"""A Shopee order file from upload to derived rows, beside bare batched inserts of the same stored rows.

Ours reads, checks, recognises people, folds orders, records touchpoints, vouches, and derives standings, actions
and phases. The rival is told every row of every table that this stored and inserts it with `executemany` in batches
of 500 into empty tables with the same indexes, one commit a batch, at the same durability. No other writer lives.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench._apart import run_apart

LEAST_SHARE = 0.1
MOST_MB = 400
_BATCH = 500
_HEADER = [
    "No. Pesanan",
    "Status Pesanan",
    "Alasan Pembatalan",
    "Status Pembatalan/ Pengembalian",
    "No. Resi",
    "Opsi Pengiriman",
    "Waktu Pengiriman Diatur",
    "Waktu Pesanan Dibuat",
    "Waktu Pembayaran Dilakukan",
    "Metode Pembayaran",
    "SKU Induk",
    "Nama Produk",
    "Nomor Referensi SKU",
    "Nama Variasi",
    "Harga Awal",
    "Harga Setelah Diskon",
    "Jumlah",
    "Returned quantity",
    "Subtotal Pesanan",
    "Total Diskon",
    "Voucher Ditanggung Penjual",
    "Voucher Ditanggung Shopee",
    "Total Pembayaran",
    "Username (Pembeli)",
    "Nama Penerima",
    "No. Telepon",
    "Kota/Kabupaten",
    "Provinsi",
    "Waktu Pesanan Selesai",
]


def run(quick: bool) -> dict[str, Any]:
    found = run_apart("bench.orders_import:measure", rows=20_000 if quick else 300_000)
    ratio = found["bare_seconds"] / found["seconds"]
    return {
        "name": "orders_import",
        "value": round(found["rows"] / found["seconds"]),
        "unit": "rows/s",
        "rival": "bare batched inserts of the same stored rows",
        "rival_value": round(found["rows"] / found["bare_seconds"]),
        "ratio": round(ratio, 3),
        "goal": f"at least {LEAST_SHARE} of bare inserts, under {MOST_MB} MB",
        "holds": ratio >= LEAST_SHARE and (found["import_mb"] or 0) < MOST_MB,
        **found,
    }


def measure(rows: int) -> dict[str, Any]:
    from django.conf import settings

    from bench._apart import _peak_mb
    from sapa.accounts.operations import make_business
    from sapa.imports.operations import import_files
    from sapa.snapshots.operations import refresh_changed

    now = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Asia/Jakarta"))
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    path = Path(settings.HOME) / "pesanan.csv"
    orders = write_orders(path, rows)
    started = time.perf_counter()
    result = import_files(business=shop, paths=[path], now=now, alone=True)
    stored = time.perf_counter()
    refresh_changed(shop, now=now)
    ended = time.perf_counter()
    import_mb = _peak_mb()
    file = result.files[0]
    bare, count = insert_bare(Path(settings.DATABASES["default"]["NAME"]), Path(settings.HOME) / "bare.db")
    return {
        "rows": rows,
        "orders": orders,
        "created": file.created,
        "failed": file.failed,
        "seconds": round(ended - started, 2),
        "seconds_stored": round(stored - started, 2),
        "bare_seconds": round(bare, 2),
        "stored_rows": count,
        "import_mb": import_mb,
    }


def write_orders(path: Path, rows: int) -> int:
    """An invented Shopee file of this many rows, 1 to 4 rows an order; returns how many orders."""
    chance = random.Random(5)
    start = datetime(2025, 1, 1, 8, tzinfo=ZoneInfo("Asia/Jakarta"))
    orders = written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, _HEADER)
        out.writeheader()
        while written < rows:
            orders += 1
            for row in _order(chance, orders, start + timedelta(minutes=3 * orders))[: rows - written]:
                out.writerow(row)
                written += 1
    return orders


def _order(chance: random.Random, number: int, at: datetime) -> list[dict[str, Any]]:
    items = chance.choices((1, 2, 3, 4), (6, 3, 2, 1))[0]
    price = chance.randrange(20, 300) * 1000
    status = chance.choices(("Selesai", "Sedang Dikirim", "Batal", "Perlu Dikirim"), (80, 8, 7, 5))[0]
    order = {
        "No. Pesanan": f"{at:%y%m%d}{number:08X}",
        "Status Pesanan": status,
        "No. Resi": f"SPXID{number:011d}",
        "Waktu Pesanan Dibuat": f"{at:%Y-%m-%d %H:%M}",
        "Waktu Pembayaran Dilakukan": f"{at + timedelta(minutes=4):%Y-%m-%d %H:%M}",
        "Metode Pembayaran": "ShopeePay",
        "Subtotal Pesanan": f"{price * items:,}".replace(",", "."),
        "Total Pembayaran": f"{price * items + 9000:,}".replace(",", "."),
        "Username (Pembeli)": f"pembeli{chance.randrange(60_000)}",
        "Nama Penerima": "B****i",
        "No. Telepon": "******45",
        "Kota/Kabupaten": "KAB. SLEMAN",
        "Provinsi": "DI YOGYAKARTA",
        "Waktu Pesanan Selesai": f"{at + timedelta(days=3):%Y-%m-%d %H:%M}" if status == "Selesai" else "",
    }
    return [
        {
            **order,
            "Nama Produk": f"Kopi {chance.choice(('Gayo', 'Toraja', 'Kintamani'))} 200gr",
            "Nomor Referensi SKU": f"KG-{item}",
            "Nama Variasi": chance.choice(("Bubuk", "Biji")),
            "Harga Awal": f"{price + 10_000:,}".replace(",", "."),
            "Harga Setelah Diskon": f"{price:,}".replace(",", "."),
            "Jumlah": 1,
        }
        for item in range(items)
    ]


def insert_bare(ours: Path, bare: Path) -> tuple[float, int]:
    """Seconds to insert every row of every table into an empty copy of the schema, and how many rows."""
    source, target = sqlite3.connect(ours), sqlite3.connect(bare, isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    for (statement,) in source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC"
    ):
        target.execute(statement)
    tables = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    seconds, count = 0.0, 0
    for table in tables:
        if table.startswith(("sqlite_", "django_migrations")):
            continue
        rows = source.execute(f'SELECT * FROM "{table}"')
        insert = f'INSERT INTO "{table}" VALUES ({",".join("?" * len(rows.description))})'
        while chunk := rows.fetchmany(_BATCH):
            started = time.perf_counter()
            target.execute("BEGIN IMMEDIATE")
            target.executemany(insert, chunk)
            target.execute("COMMIT")
            seconds += time.perf_counter() - started
            count += len(chunk)
    print(f"{count} stored rows, bare {seconds:.1f} s", file=sys.stderr)
    return seconds, count
