"""Order files: one order per number, its worth, its state, its buyer; and what is wrong with a row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sapa.gateway.types import Key, OrderStated
from sapa.imports.formats import register
from sapa.imports.formats.orders.grouping import index_of
from sapa.imports.formats.orders.statuses import is_return_agreed, of_rows, status_of
from tests.imports.formats.tabular import (
    ANSWERS,
    LAZADA,
    SHOPEE,
    TIKTOK,
    TOKOPEDIA,
    filled,
    problems,
    read,
    write,
)


def orders(path: Path) -> list[OrderStated]:
    found = [event for row in read(path) for event in row.events]
    assert all(isinstance(event, OrderStated) for event in found)
    return found  # type: ignore[return-value]


def shopee(number: str = "261119RINA0001", **cells: str) -> list[str]:
    said = {
        "no_pesanan": number,
        "status_pesanan": "Selesai",
        "waktu_pesanan_dibuat": "2026-11-19 09:12",
        "waktu_pembayaran_dilakukan": "2026-11-19 09:14",
        "nama_produk": "Kopi Gayo 200gr",
        "nomor_referensi_sku": "KG-200",
        "nama_variasi": "Bubuk",
        "harga_awal": "89.000",
        "harga_setelah_diskon": "79.000",
        "jumlah": "2",
        "returned_quantity": "0",
        "subtotal_pesanan": "158.000",
        "total_pembayaran": "163.500",
        "ongkos_kirim_dibayar_oleh_pembeli": "5.500",
        "username_pembeli": "rina.wulandari",
        "nama_penerima": "R****a",
        "no_telepon": "******45",
        "waktu_pesanan_selesai": "2026-11-21 10:00",
    }
    return filled(SHOPEE, **{**said, **cells})


class TestShopee:
    def test_an_order_as_its_export_tells_it(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", SHOPEE, shopee()))
        assert (order.number, order.status, order.channel.kind) == (
            "261119RINA0001",
            "completed",
            "marketplace:shopee",
        )
        assert (order.goods_total, order.list_total, order.discount_total) == (158_000, 178_000, 20_000)
        assert order.shipping_fee == 5_500
        assert order.placed_at.isoformat() == "2026-11-19T09:12:00+07:00"
        assert order.stated_at == order.completed_at
        (item,) = order.items
        assert (item.sku, item.name, item.variant, item.quantity, item.price, item.list_price) == ("KG-200", "Kopi Gayo 200gr", "Bubuk", 2, 79_000, 89_000)  # fmt: skip

    def test_the_user_name_is_a_key_and_masked_values_are_none(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", SHOPEE, shopee()))
        assert order.person.record == ("order", "shopee:261119RINA0001")
        assert order.person.keys == (Key("marketplace:shopee", "rina.wulandari"),)
        assert (order.person.name, order.masked) == ("", False)
        (hidden,) = orders(write(tmp_path / "b", SHOPEE, shopee(username_pembeli="r****n")))
        assert (hidden.person.keys, hidden.masked) == ((), True)

    def test_an_unmasked_phone_is_a_key_too(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(tmp_path / "a", SHOPEE, shopee(no_telepon="6281234567890", nama_penerima="Rina Wulandari"))
        )
        assert Key("phone", "6281234567890") in order.person.keys
        assert order.person.name == "Rina Wulandari"

    def test_order_amounts_repeated_on_item_rows_count_once(self, tmp_path: Path) -> None:
        both = {
            "voucher_ditanggung_penjual": "10.000",
            "voucher_ditanggung_shopee": "5.000",
            "total_pembayaran": "198.500",
        }
        path = write(
            tmp_path / "a",
            SHOPEE,
            shopee(**both),
            shopee(
                **both,
                nama_produk="Filter V60",
                harga_awal="60.000",
                harga_setelah_diskon="55.000",
                jumlah="1",
                subtotal_pesanan="55.000",
            ),
        )
        rows = read(path)
        assert [row.continues for row in rows] == [False, True]
        (order,) = rows[0].events
        assert isinstance(order, OrderStated)
        assert (order.goods_total, order.list_total) == (158_000 + 55_000 - 15_000, 178_000 + 60_000)
        assert order.voucher_codes == ("voucher:seller", "voucher:platform")
        assert len(order.items) == 2

    def test_coins_pay_the_bill_and_a_cashback_voucher_is_a_voucher(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(
                tmp_path / "a",
                SHOPEE,
                shopee(potongan_koin_shopee="20.000", diskon_kartu_kredit="3.000", cashback_koin="1.000"),
            )
        )
        assert (order.goods_total, order.voucher_codes) == (158_000, ("voucher:cashback",))

    @pytest.mark.parametrize(
        ("said", "status"),
        [("Selesai", "completed"), ("Sedang Dikirim", "shipped"), ("Telah Dikirim", "delivered"), ("Perlu Dikirim", "to_ship"), ("Batal", "cancelled"), ("Belum Bayar", "unpaid")],
    )  # fmt: skip
    def test_states(self, tmp_path: Path, said: str, status: str) -> None:
        (order,) = orders(write(tmp_path / "a", SHOPEE, shopee(status_pesanan=said)))
        assert order.status == status

    def test_a_return_that_was_agreed_and_one_only_asked_for(self, tmp_path: Path) -> None:
        for said, status in (
            ("Permintaan Disetujui", "returned"),
            ("Permintaan Ditolak", "completed"),
            ("Menunggu Respon Penjual", "completed"),
        ):
            (order,) = orders(write(tmp_path / "a", SHOPEE, shopee(status_pembatalan_pengembalian=said)))
            assert order.status == status

    def test_one_piece_of_two_sent_back(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(
                tmp_path / "a",
                SHOPEE,
                shopee(returned_quantity="1", status_pembatalan_pengembalian="Permintaan Disetujui"),
            )
        )
        assert (order.status, order.goods_total) == ("completed", 79_000)
        (order,) = orders(write(tmp_path / "a", SHOPEE, shopee(returned_quantity="2")))
        assert (order.status, order.goods_total) == ("returned", 158_000)

    def test_the_old_header_has_the_total_of_goods_under_another_name(self, tmp_path: Path) -> None:
        header = ["Total Harga Produk" if name == "Subtotal Pesanan" else name for name in SHOPEE]
        (order,) = orders(write(tmp_path / "a", header, shopee(harga_setelah_diskon="", harga_awal="")))
        assert order.goods_total == 158_000


def tiktok(number: str = "584697260225955022", **cells: str) -> list[str]:
    said = {
        "order_id": f"{number}\t",
        "order_status": "Selesai",
        "seller_sku": "GMS-01-L",
        "product_name": "Gamis Sage",
        "variation": "Sage, L",
        "quantity": "1",
        "sku_unit_original_price": "200000",
        "sku_subtotal_before_discount": "200000",
        "sku_platform_discount": "10000",
        "sku_seller_discount": "20000",
        "sku_subtotal_after_discount": "170000",
        "shipping_fee_after_discount": "9000",
        "order_amount": "179000",
        "created_time": "03/08/2026 11:27:18\t",
        "buyer_username": "sari.dewi",
        "recipient": "S*** D***",
        "phone": "(+62)812****45",
        "purchase_channel": "TikTok",
    }
    return filled(TIKTOK, **{**said, **cells})


DESCRIPTION = filled(TIKTOK, order_id="Platform unique order ID.", order_status="Current order status.")


class TestTikTokShop:
    def test_the_description_row_is_skipped_and_ids_lose_their_tab(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", TIKTOK, DESCRIPTION, tiktok(), delimiter=";"))
        assert [(row.number, row.skipped) for row in rows] == [(2, "description"), (3, "")]
        (order,) = rows[1].events
        assert isinstance(order, OrderStated)
        assert order.number == "584697260225955022"
        assert order.placed_at.isoformat() == "2026-08-03T11:27:18+07:00"
        assert (order.goods_total, order.list_total, order.discount_total) == (170_000, 200_000, 30_000)
        assert order.person.keys == (Key("marketplace:tiktokshop", "sari.dewi"),)

    def test_an_order_of_tokopedia_is_one_of_tokopedia(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", TIKTOK, tiktok(purchase_channel="Tokopedia", tokopedia_invoice_number="INV/20260803/MPL/1", buyer_username="s***i")))  # fmt: skip
        assert order.channel.kind == "marketplace:tokopedia"
        assert order.person.record == ("order", "tokopedia:584697260225955022")
        assert (order.other_numbers, order.masked) == (("INV/20260803/MPL/1",), True)

    @pytest.mark.parametrize(
        ("status", "substatus", "expected"),
        [("Dikirim", "Sedang transit", "shipped"), ("Dikirim", "Terkirim", "delivered"), ("Perlu dikirim", "Menunggu pengambilan", "to_ship"), ("Dibatalkan", "", "cancelled"), ("Belum dibayar", "", "unpaid"), ("Completed", "", "completed"), ("Shipped", "In transit", "shipped")],
    )  # fmt: skip
    def test_states(self, tmp_path: Path, status: str, substatus: str, expected: str) -> None:
        (order,) = orders(
            write(tmp_path / "a", TIKTOK, tiktok(order_status=status, order_substatus=substatus))
        )
        assert order.status == expected

    def test_without_goods_the_amount_less_delivery_and_fees_is_taken(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", TIKTOK, tiktok(sku_subtotal_after_discount="", buyer_service_fee="1000")))  # fmt: skip
        assert order.goods_total == 169_000

    def test_money_given_back(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(tmp_path / "a", TIKTOK, tiktok(cancelation="Return/Refund", order_refund_amount="170000"))
        )
        assert order.status == "returned"
        (order,) = orders(
            write(tmp_path / "a", TIKTOK, tiktok(cancelation="Refund only", order_refund_amount="170000"))
        )
        assert order.status == "refunded"

    def test_an_id_that_excel_rounded_off_says_so(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", TIKTOK, tiktok("5.84697260225955E+17"), tiktok()))
        assert problems(rows) == [(2, "id_mangled")]
        assert rows[0].problem is not None
        assert rows[0].problem.data["column"] == "Order ID"
        numbers = [f"58469726022595{n}000" for n in range(4)]
        assert {code for _, code in problems(read(write(tmp_path / "b", TIKTOK, *map(tiktok, numbers))))} == {
            "id_rounded"
        }

    def test_ids_kept_as_numbers_by_a_workbook_are_refused(self, tmp_path: Path) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(TIKTOK)
        sheet.append([584697260225955022, *tiktok()[1:]])
        sheet.append(tiktok())
        book.save(tmp_path / "a.xlsx")
        rows = read(tmp_path / "a.xlsx")
        assert problems(rows) == [(2, "id_mangled")]
        assert len(rows[1].events) == 1


def lazada(line: str, number: str = "1234567890123", **cells: str) -> list[str]:
    said = {
        "orderitemid": line,
        "ordernumber": number,
        "createtime": "19 Nov 2026 09:12",
        "updatetime": "21 Nov 2026 10:00",
        "sellersku": "TEH-01",
        "itemname": "Teh Melati",
        "paidprice": "25000.00",
        "unitprice": "30000.00",
        "sellerdiscounttotal": "-5000.00",
        "shippingfee": "4000.00",
        "customername": "A***i",
        "billingphone": "62812*****90",
        "status": "delivered",
    }
    return filled(LAZADA, **{**said, **cells})


class TestLazada:
    def test_one_row_a_piece_is_one_order(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", LAZADA, lazada("1"), lazada("2", updatetime="22 Nov 2026 08:00")))
        assert [row.continues for row in rows] == [False, True]
        (order,) = rows[0].events
        assert isinstance(order, OrderStated)
        assert (order.goods_total, order.list_total, order.shipping_fee) == (50_000, 60_000, 8_000)
        assert (order.status, order.voucher_codes, order.masked) == ("delivered", ("voucher:seller",), True)
        assert order.stated_at.isoformat() == "2026-11-22T08:00:00+07:00"

    def test_a_cancelled_piece_leaves_the_other(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", LAZADA, lazada("1"), lazada("2", status="canceled")))
        assert (order.status, order.goods_total) == ("delivered", 25_000)

    def test_the_second_status_column_is_read_where_the_first_says_nothing(self, tmp_path: Path) -> None:
        row = lazada("1", status="")
        row[LAZADA.index("status") + 1] = "returned"
        (order,) = orders(write(tmp_path / "a", LAZADA, row))
        assert order.status == "returned"

    def test_without_a_paid_price_the_discounts_are_taken_off(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(tmp_path / "a", LAZADA, lazada("1", paidprice="", platformdiscounttotal="-2000"))
        )
        assert order.goods_total == 23_000


class TestOldTokopedia:
    def row(self, **cells: str) -> list[str]:
        said = {
            "nomor_invoice": "INV/20240105/MPL/1",
            "tanggal_pembayaran": "05-01-2024 10:11:12",
            "status_terakhir": "Pesanan Selesai",
            "tanggal_pesanan_selesai": "09-01-2024",
            "waktu_pesanan_selesai": "17:30:00",
            "nama_produk": "Kopi Gayo",
            "jumlah_produk_dibeli": "2",
            "harga_jual_idr": "50.000",
            "total_biaya_pengiriman_idr": "12.000",
            "total_penjualan_idr": "112.000",
            "nama_pembeli": "Andi Wijaya",
            "no_telp_pembeli": "6281298765432",
        }
        return filled(TOKOPEDIA, **{**said, **cells})

    def test_the_header_stands_below_four_rows(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", ["Laporan Penjualan"], [], [], [], TOKOPEDIA, self.row()))
        assert rows[0].number == 6
        (order,) = rows[0].events
        assert isinstance(order, OrderStated)
        assert (order.status, order.goods_total) == ("completed", 100_000)
        assert order.completed_at is not None
        assert order.completed_at.isoformat() == "2024-01-09T17:30:00+07:00"
        assert order.person.keys == (Key("phone", "6281298765432"),)

    def test_a_coupon_lowers_the_goods(self, tmp_path: Path) -> None:
        (order,) = orders(write(tmp_path / "a", TOKOPEDIA, self.row(kode_kupon_toko_yang_digunakan="SAGE10", total_penjualan_idr="102.000")))  # fmt: skip
        assert (order.goods_total, order.voucher_codes) == (90_000, ("SAGE10",))


class TestAnyTable:
    def test_a_sheet_of_the_shops_own(self, tmp_path: Path) -> None:
        header = [
            "No Nota",
            "Tanggal",
            "Nama",
            "No HP",
            "Produk",
            "Qty",
            "Harga",
            "Ongkir",
            "Total",
            "Status",
            "Via",
        ]
        row = [
            "N-001",
            "19/11/2026",
            "Rina Wulandari",
            "0812-3456-7890",
            "Gamis Sage",
            "2",
            "Rp 150.000",
            "10.000",
            "310.000",
            "lunas",
            "WA",
        ]
        (order,) = orders(write(tmp_path / "a", header, row))
        assert (order.number, order.status, order.goods_total, order.shipping_fee) == (
            "N-001",
            "paid",
            300_000,
            10_000,
        )
        assert (order.channel.kind, order.person.record) == ("whatsapp", ("order", "whatsapp:N-001"))
        assert order.person.keys == (Key("phone", "0812-3456-7890"),)

    def test_without_numbers_a_day_and_a_person_make_an_order(self, tmp_path: Path) -> None:
        header = ["Tanggal", "Nama", "Produk", "Total"]
        path = write(
            tmp_path / "a", header,
            ["19/11/2026", "Rina", "Kopi", "50.000"], ["19/11/2026", "Budi", "Teh", "20.000"],
            ["19/11/2026", "Rina", "Gula", "10.000"], ["20/11/2026", "Rina", "Kopi", "50.000"],
            ["20/11/2026", "", "Kopi", "50.000"],
        )  # fmt: skip
        rows = read(path)
        assert [(len(row.events), row.continues) for row in rows[:4]] == [
            (1, False),
            (1, False),
            (0, True),
            (1, False),
        ]
        first = rows[0].events[0]
        assert isinstance(first, OrderStated)
        assert first.goods_total == 60_000
        assert problems(rows) == [(6, "order_without_number_or_person")]
        again = [event.number for event in orders(path)]
        assert again == [event.number for event in orders(path)]

    def test_shopify_leaves_out_what_would_be_repeated(self, tmp_path: Path) -> None:
        header = [
            "Name",
            "Email",
            "Financial Status",
            "Fulfillment Status",
            "Currency",
            "Subtotal",
            "Shipping",
            "Taxes",
            "Total",
            "Discount Code",
            "Discount Amount",
            "Created at",
            "Lineitem quantity",
            "Lineitem name",
            "Lineitem price",
            "Billing Name",
            "Phone",
        ]
        first = [
            "#1001",
            "rina@contoh.example",
            "paid",
            "fulfilled",
            "IDR",
            "170000",
            "20000",
            "0",
            "190000",
            "SAGE10",
            "10000",
            "2026-11-19 09:12:00 +0700",
            "1",
            "Gamis",
            "100000",
            "Rina Wulandari",
            "",
        ]
        second = ["#1001", *[""] * 11, "1", "Hijab", "80000", "", ""]
        (order,) = orders(write(tmp_path / "a", header, first, second))
        assert (order.number, order.status, order.goods_total, order.list_total) == (
            "#1001",
            "shipped",
            170_000,
            180_000,
        )
        assert (order.voucher_codes, order.channel.kind, len(order.items)) == (("SAGE10",), "web", 2)
        (refunded,) = orders(write(tmp_path / "b", header, [*first[:2], "refunded", *first[3:]], second))
        assert refunded.status == "refunded"

    def test_amounts_follow_the_currency_of_the_row(self, tmp_path: Path) -> None:
        header = ["Order ID", "Order date", "Customer name", "Total", "Currency"]
        path = write(tmp_path / "a", header, ["1", "2026-11-19", "Rina", "12.50", "USD"], ["2", "2026-11-19", "Budi", "12.500", "IDR"], ["3", "2026-11-19", "Sari", "12.500", "rupiah"])  # fmt: skip
        assert [(order.goods_total, order.currency) for order in orders(path)] == [
            (1250, "USD"),
            (12_500, "IDR"),
            (12_500, "IDR"),
        ]

    def test_row_totals_are_added_and_order_totals_are_not(self, tmp_path: Path) -> None:
        header = ["No Pesanan", "Tanggal", "Nama", "Produk", "Qty", "Harga", "Total"]

        def both(first: str, second: str) -> int | None:
            path = write(tmp_path / "a", header, ["1", "2026-11-19", "Rina", "Kopi", "1", "50.000", first], ["1", "2026-11-19", "Rina", "Teh", "1", "30.000", second])  # fmt: skip
            return orders(path)[0].goods_total

        assert both("50.000", "30.000") == 80_000
        assert both("80.000", "80.000") == 80_000
        assert both("80.000", "") == 80_000

    def test_an_order_number_on_the_first_row_only(self, tmp_path: Path) -> None:
        header = ["No Pesanan", "Tanggal", "Nama", "Produk", "Qty", "Harga"]
        path = write(tmp_path / "a", header, ["7", "2026-11-19", "Rina", "Kopi", "1", "50.000"], ["", "", "", "Teh", "1", "30.000"], ["", "2026-11-20", "Budi", "Teh", "1", "30.000"])  # fmt: skip
        rows = read(path)
        assert [row.continues for row in rows] == [False, True, False]
        assert problems(rows) == [(4, "order_without_number")]


class TestGrouping:
    def test_rows_of_an_order_far_apart_are_one_order(self, tmp_path: Path) -> None:
        many = [shopee(f"26111{n}BUDI{n:04}") for n in range(300)]
        path = write(
            tmp_path / "a",
            SHOPEE,
            shopee(),
            *many,
            shopee(nama_produk="Teh", harga_setelah_diskon="10.000", jumlah="1"),
        )
        rows = read(path)
        (order,) = rows[0].events
        assert isinstance(order, OrderStated)
        assert order.goods_total == 168_000
        assert (rows[-1].continues, rows[-1].events) == (True, ())
        assert sum(len(row.events) for row in rows) == 301

    def test_an_order_with_a_bad_row_waits_as_a_whole(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a", SHOPEE, shopee(), shopee("261119BUDI0002"), shopee(jumlah="-3"))
        rows = read(path)
        assert problems(rows) == [(2, "order_has_bad_row"), (4, "quantity_absurd")]
        assert rows[0].raw == tuple(shopee())

    def test_a_bad_amount_of_the_order_is_found_on_its_row(self, tmp_path: Path) -> None:
        second = shopee(nama_produk="Teh", voucher_ditanggung_penjual="gratis")
        assert problems(read(write(tmp_path / "a", SHOPEE, shopee(), second))) == [
            (2, "order_has_bad_row"),
            (3, "not_a_number"),
        ]

    def test_lines_pasted_twice_count_once(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", SHOPEE, shopee(), shopee()))
        assert rows[1].continues
        (order,) = rows[0].events
        assert isinstance(order, OrderStated)
        assert order.goods_total == 158_000

    def test_the_index_finds_what_is_scattered(self) -> None:
        assert index_of(["a", "a", "b", "", "c"]).scattered == frozenset()
        assert index_of(["a", "b", "a", "b", "c"]).scattered == {hash("a"), hash("b")}
        assert not index_of(["584697260225955022", "584697260225955000"]).rounded

    def test_one_number_on_every_row_is_a_wrong_column(self, tmp_path: Path) -> None:
        rows = read(write(tmp_path / "a", SHOPEE, *[shopee(nama_produk=f"Kopi {n}") for n in range(1100)]))
        assert {code for _, code in problems(rows)} == {"order_too_many_rows"}
        assert all(row.problem is not None for row in rows)
        assert len(rows) == 1100


LINES = [
    (f"26111900{who}", what) for who in ("RINA", "BUDI", "SARI") for what in ("Kopi", "Teh", "Gula", "Susu")
]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(LINES))
def test_however_the_rows_lie_the_orders_are_the_same(tmp_path: Path, lines: list[tuple[str, str]]) -> None:
    rows = [
        shopee(number, nama_produk=what, harga_setelah_diskon="10.000", jumlah="1") for number, what in lines
    ]
    read_rows = read(write(tmp_path / "a", SHOPEE, *rows))
    found = [event for row in read_rows for event in row.events if isinstance(event, OrderStated)]
    assert {order.number: (order.goods_total, len(order.items)) for order in found} == {number: (40_000, 4) for number, _ in LINES}  # fmt: skip
    assert len(found) == 3
    first_of = {number: lines.index(next(line for line in lines if line[0] == number)) for number, _ in LINES}
    assert [row.number - 2 for row in read_rows if row.events] == sorted(first_of.values())


class TestBadRows:
    @pytest.mark.parametrize(
        ("cells", "code", "column"),
        [
            ({"waktu_pesanan_dibuat": "2026-02-31 09:00"}, "no_such_date", "Waktu Pesanan Dibuat"),
            ({"harga_setelah_diskon": "gratis"}, "not_a_number", "Harga Setelah Diskon"),
            ({"harga_setelah_diskon": "-79.000"}, "amount_negative", "Harga Setelah Diskon"),
            ({"harga_awal": "99999999999999999"}, "amount_absurd", "Harga Awal"),
            ({"status_pesanan": "Melayang"}, "status_unknown", "Status Pesanan"),
        ],
    )
    def test_the_cell_and_its_column_are_named(
        self, tmp_path: Path, cells: dict[str, str], code: str, column: str
    ) -> None:
        (row,) = read(write(tmp_path / "a", SHOPEE, shopee(**cells)))
        assert row.problem is not None
        assert (row.problem.code, row.problem.data["column"]) == (code, column)
        assert row.raw

    def test_no_date_at_all(self, tmp_path: Path) -> None:
        (row,) = read(write(tmp_path / "a", SHOPEE, shopee(waktu_pesanan_dibuat="", waktu_pembayaran_dilakukan="-", waktu_pesanan_selesai="")))  # fmt: skip
        assert row.problem is not None
        assert row.problem.code == "order_without_date"

    def test_shifted_cells(self, tmp_path: Path) -> None:
        (row,) = read(write(tmp_path / "a", SHOPEE, [*shopee(), "lebih"]))
        assert row.problem is not None
        assert row.problem.code == "row_too_wide"

    def test_markup_and_formulas_in_names_stay_text(self, tmp_path: Path) -> None:
        (order,) = orders(
            write(tmp_path / "a", SHOPEE, shopee(nama_produk="<b>Kopi</b>", nama_penerima='=HYPERLINK("x")'))
        )
        assert (order.items[0].name, order.person.name) == ("<b>Kopi</b>", '=HYPERLINK("x")')


def test_every_row_counts_once_and_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "a", SHOPEE, shopee(), shopee(jumlah="x"), shopee("261119BUDI0002"), [])
    rows = read(path)
    assert [row.number for row in rows] == [2, 3, 4]
    assert all(
        bool(row.events) + bool(row.skipped) + (row.problem is not None) + row.continues == 1 for row in rows
    )
    assert rows == read(path)


def test_day_and_month_are_asked_where_the_file_does_not_show_them(tmp_path: Path) -> None:
    header = ["No Nota", "Tanggal", "Nama", "Total"]
    path = write(
        tmp_path / "a", header, ["1", "03/04/2026", "Rina", "5.000"], ["2", "05/06/2026", "Budi", "5.000"]
    )
    found = register.recognise(path)
    assert found is not None
    preview = found[0].preview(path, ANSWERS)
    assert [question.code for question in preview.questions] == ["day_order"]
    assert [warning.code for warning in preview.warnings] == ["day_order_guessed"]
    assert orders(path)[0].placed_at.month == 4
    answered = replace(ANSWERS, day_first=False)
    (first, _) = found[0].read(path, answered)
    assert isinstance(first.events[0], OrderStated)
    assert first.events[0].placed_at.month == 3
    write(path, header, ["1", "03/04/2026", "Rina", "5.000"], *[["2", "05/06/2026", "Budi", "5.000"]] * 200, ["3", "04/25/2026", "Sari", "5.000"])  # fmt: skip
    assert found[0].preview(path, ANSWERS).questions == ()
    assert orders(path)[0].placed_at.month == 3


def test_a_preview_shows_mapping_and_sample(tmp_path: Path) -> None:
    path = write(tmp_path / "a", SHOPEE, shopee(), shopee("261119BUDI0002", nama_penerima="Budi Santoso"))
    found = register.recognise(path)
    assert found is not None
    preview = found[0].preview(path, ANSWERS)
    assert (preview.kind, preview.format, preview.rows) == ("orders", "shopee", 2)
    assert preview.mapping["number"] == "No. Pesanan"
    assert preview.confidence["number"] == 99
    assert preview.people == ("Budi Santoso",)
    assert preview.sample[0][0] == "261119RINA0001"
    assert preview.first_at.startswith("2026-11-19")


@pytest.mark.parametrize(
    ("said", "status"),
    [("Sudah dibayar", "paid"), ("LUNAS", "paid"), ("wc-completed", "completed"), ("Pending payment", "unpaid"), ("Refunded", "refunded"), ("Dikembalikan", "returned"), ("on-hold", "unpaid"), ("Dikemas", "to_ship"), ("Dalam perjalanan", "shipped"), ("Sudah diterima", "delivered"), ("Dibatalkan pembeli", "cancelled"), ("ungu", "")],
)  # fmt: skip
def test_states_in_the_words_of_shops(said: str, status: str) -> None:
    assert status_of(said) == status


def test_the_state_of_several_rows() -> None:
    assert of_rows(["completed", "cancelled"]) == "completed"
    assert of_rows(["shipped", "delivered"]) == "shipped"
    assert of_rows(["cancelled", "returned"]) == "returned"
    assert of_rows([""]) == ""
    assert is_return_agreed("Pengembalian Selesai")


@pytest.mark.parametrize("name", ["lazada-orders-2026", "shopee-orders-id-2026", "tiktok-shop-orders-id-2026", "tokopedia-legacy-laporan-penjualan"])  # fmt: skip
def test_the_headers_as_found(shared: Path, name: str) -> None:
    path = shared / "data" / "channels" / "marketplace-exports" / f"{name}.csv"
    found = register.recognise(path)
    assert found is not None
    assert (found[0].kind, found[1]) == ("orders", 98)
    assert problems(list(found[0].read(path, ANSWERS))) == []
