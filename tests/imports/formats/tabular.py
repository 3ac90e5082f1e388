"""Short tables in the real headers of marketplaces, with invented rows of the usual cast."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sapa.gateway.types import Event
from sapa.imports.formats import register
from sapa.imports.formats.types import Answers, Row

ANSWERS = Answers(ZoneInfo("Asia/Jakarta"))

SHOPEE = [
    "No. Pesanan",
    "Tipe Pesanan",
    "Status Pesanan",
    "Alasan Pembatalan",
    "Status Pembatalan/ Pengembalian",
    "No. Resi",
    "Opsi Pengiriman",
    "Antar ke counter/ pick-up",
    "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)",
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
    "Diskon Dari Penjual",
    "Diskon Dari Shopee",
    "Berat Produk",
    "Jumlah Produk di Pesan",
    "Total Berat",
    "Voucher Ditanggung Penjual",
    "Cashback Koin",
    "Voucher Ditanggung Shopee",
    "Paket Diskon",
    "Paket Diskon (Diskon dari Shopee)",
    "Paket Diskon (Diskon dari Penjual)",
    "Potongan Koin Shopee",
    "Diskon Kartu Kredit",
    "Ongkos Kirim Dibayar oleh Pembeli",
    "Estimasi Potongan Biaya Pengiriman",
    "Ongkos Kirim Pengembalian Barang",
    "Total Pembayaran",
    "Perkiraan Ongkos Kirim",
    "Catatan dari Pembeli",
    "Catatan",
    "Username (Pembeli)",
    "Nama Penerima",
    "No. Telepon",
    "Alamat Pengiriman",
    "Kota/Kabupaten",
    "Provinsi",
    "Waktu Pesanan Selesai",
]
TIKTOK = [
    "Order ID",
    "Order Status",
    "Order Substatus",
    "Cancelation/Return Type",
    "Normal or Pre-order",
    "SKU ID",
    "Seller SKU",
    "Product Name",
    "Variation",
    "Quantity",
    "Sku Quantity of return",
    "SKU Unit Original Price",
    "SKU Subtotal Before Discount",
    "SKU Platform Discount",
    "SKU Seller Discount",
    "SKU Subtotal After Discount",
    "Shipping Fee After Discount",
    "Order Refund Amount",
    "Buyer Service Fee",
    "Order Amount",
    "Created Time",
    "Paid Time",
    "RTS Time",
    "Shipped Time",
    "Delivered Time",
    "Cancelled Time",
    "Tracking ID",
    "Buyer Username",
    "Recipient",
    "Phone #",
    "Purchase Channel",
    "Tokopedia Invoice Number",
]
LAZADA = [
    "orderItemId",
    "sellerSku",
    "lazadaSku",
    "createTime",
    "updateTime",
    "orderNumber",
    "deliveredDate",
    "customerName",
    "customerEmail",
    "shippingName",
    "shippingPhone",
    "billingPhone",
    "paidPrice",
    "unitPrice",
    "sellerDiscountTotal",
    "shippingFee",
    "walletCredit",
    "itemName",
    "variation",
    "trackingCode",
    "status",
    "status",
    "bundleDiscount",
    "refundAmount",
    "platformDiscountTotal",
]
TOKOPEDIA = [
    "Nomor",
    "Nomor Invoice",
    "Tanggal Pembayaran",
    "Status Terakhir",
    "Tanggal Pesanan Selesai",
    "Waktu Pesanan Selesai",
    "Tanggal Pesanan Dibatalkan",
    "Waktu Pesanan Dibatalkan",
    "Nama Produk",
    "Nomor SKU",
    "Jumlah Produk Dibeli",
    "Harga Jual (IDR)",
    "Jenis Kupon Toko Terpakai",
    "Kode Kupon Toko Yang Digunakan",
    "Total Biaya Pengiriman (IDR)",
    "Total Penjualan (IDR)",
    "Nama Pembeli",
    "No Telp Pembeli",
    "Nama Penerima",
    "No Telp Penerima",
    "Kota",
]


def filled(header: Sequence[str], **cells: str) -> list[str]:
    """A row with these cells under the columns whose names begin with the given words (`_` for a blank)."""
    row = [""] * len(header)
    for name, value in cells.items():
        wanted = name.replace("_", " ").lower()
        plain = [
            h.lower()
            .replace("(", "")
            .replace(")", "")
            .replace(".", "")
            .replace("#", "")
            .replace("/", "")
            .strip()
            for h in header
        ]
        place = (
            plain.index(wanted)
            if wanted in plain
            else next(i for i, h in enumerate(plain) if h.startswith(wanted))
        )
        row[place] = value
    return row


def as_csv(*rows: Sequence[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write(path: Path, *rows: Sequence[str], delimiter: str = ",") -> Path:
    path.write_text(as_csv(*rows, delimiter=delimiter), encoding="utf-8")
    return path


def read(path: Path, answers: Answers = ANSWERS, kind: str = "") -> list[Row]:
    """The rows of a file by the format that claims it."""
    found = register.recognise_as(path, kind) if kind else register.recognise(path)
    assert found is not None
    return list(found[0].read(path, answers))


def events(rows: list[Row]) -> list[Event]:
    return [event for row in rows for event in row.events]


def problems(rows: list[Row]) -> list[tuple[int, str]]:
    return [(row.number, row.problem.code) for row in rows if row.problem is not None]
