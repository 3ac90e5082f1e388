"""Where each marketplace's order export keeps what: its header signature and the names of its columns.

Names are as `columns.plain_name` writes them, the present name first and older or English ones after it.
Headers as documented in the exports of 2026: Shopee (50 columns), TikTok Shop with Tokopedia (63 to 65),
Lazada (76 or 77), old Tokopedia (header in row 5), Shopify.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sapa.imports.formats.columns import CHOSEN, Matched, plain_name

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """One export: `signatures` are sets of names, one of which must be in the header whole.

    `channel` is the kind of channel, `market` the first half of its order keys. `day_first` says how its
    numeric dates are written (None: the file must show it).
    """

    name: str
    channel: str
    signatures: tuple[frozenset[str], ...]
    names: Names
    day_first: bool | None = None
    description_row: bool = False

    @property
    def market(self) -> str:
        """The channel's own name, as it stands in order keys."""
        return self.channel.removeprefix("marketplace:")

    def fits(self, header: Iterable[str]) -> bool:
        """Whether the header is this export's."""
        names = {plain_name(name) for name in header}
        return any(signature <= names for signature in self.signatures)

    def match(self, header: tuple[str, ...], chosen: Mapping[str, str]) -> Matched:
        """The columns by their exact names, after what a person chose."""
        places: dict[str, int] = {}
        for index, name in enumerate(header):
            places.setdefault(plain_name(name), index)
        columns: dict[str, int] = {}
        confidence: dict[str, int] = {}
        for wanted, names in self.names.items():
            found = next((places[name] for name in names if name in places), None)
            if wanted in chosen:
                found = places.get(plain_name(chosen[wanted]), found if chosen[wanted] else None)
                confidence[wanted] = CHOSEN
            if found is not None:
                columns[wanted] = found
                confidence.setdefault(wanted, 99)
        return Matched(columns, {name: confidence[name] for name in columns}, header)


SHOPEE = Layout(
    "shopee",
    "marketplace:shopee",
    (
        frozenset({"no pesanan", "status pesanan", "waktu pesanan dibuat"}),
        frozenset({"no pesanan", "status pesanan", "username pembeli"}),
        frozenset({"order id", "order status", "username buyer"}),
        frozenset({"order id", "order status", "order creation date"}),
    ),
    {
        "number": ("no pesanan", "order id"),
        "status": ("status pesanan", "order status"),
        "return_status": ("status pembatalan pengembalian", "return refund status"),
        "placed": ("waktu pesanan dibuat", "order creation date"),
        "paid": ("waktu pembayaran dilakukan", "order paid time"),
        "shipped": ("waktu pengiriman diatur", "ship time"),
        "completed": ("waktu pesanan selesai", "order complete time"),
        "tracking": ("no resi", "tracking number"),
        "sku": ("nomor referensi sku", "sku reference no"),
        "parent_sku": ("sku induk", "parent sku reference no"),
        "item_name": ("nama produk", "product name"),
        "variant": ("nama variasi", "variation name"),
        "list_price": ("harga awal", "original price"),
        "price": ("harga setelah diskon", "deal price"),
        "quantity": ("jumlah", "quantity"),
        "returned_quantity": ("returned quantity", "jumlah dikembalikan"),
        "goods_total": ("subtotal pesanan", "total harga produk", "product subtotal"),
        "seller_voucher": ("voucher ditanggung penjual", "seller voucher"),
        "platform_voucher": ("voucher ditanggung shopee", "shopee voucher"),
        "coin_voucher": (
            "cashback koin",
            "cashback koin ditanggung penjual",
            "seller absorbed coin cashback",
        ),
        "seller_bundle": (
            "paket diskon diskon dari penjual",
            "seller bundle discount",
        ),
        "platform_bundle": ("paket diskon diskon dari shopee", "shopee bundle discount"),
        "shipping_fee": ("ongkos kirim dibayar oleh pembeli", "buyer paid shipping fee"),
        "total": ("total pembayaran", "grand total", "total amount"),
        "username": ("username pembeli", "username buyer"),
        "name": ("nama penerima", "receiver name"),
        "phone": ("no telepon", "phone number"),
        "note": ("catatan dari pembeli", "remark from buyer"),
    },
)
TIKTOK = Layout(
    "tiktokshop",
    "marketplace:tiktokshop",
    (
        frozenset({"order id", "order status", "sku id"}),
        frozenset({"order id", "order substatus"}),
        frozenset({"order id", "purchase channel"}),
    ),
    {
        "number": ("order id",),
        "status": ("order status",),
        "substatus": ("order substatus",),
        "return_status": ("cancelation return type", "cancellation return type", "cancel return type"),
        "placed": ("created time",),
        "paid": ("paid time",),
        "shipped": ("shipped time", "rts time"),
        "delivered": ("delivered time",),
        "cancelled": ("cancelled time", "canceled time"),
        "completed": ("completed time", "complete time"),
        "tracking": ("tracking id",),
        "sku": ("seller sku", "sku id"),
        "item_name": ("product name",),
        "variant": ("variation",),
        "quantity": ("quantity",),
        "returned_quantity": ("sku quantity of return",),
        "list_price": ("sku unit original price",),
        "list_total": ("sku subtotal before discount",),
        "platform_discount": ("sku platform discount",),
        "seller_discount": ("sku seller discount",),
        "goods_total": ("sku subtotal after discount",),
        "shipping_fee": ("shipping fee after discount",),
        "fee_1": ("buyer service fee",),
        "fee_2": ("handling fee",),
        "fee_3": ("shipping insurance",),
        "fee_4": ("item insurance",),
        "fee_5": ("taxes",),
        "refund": ("order refund amount",),
        "total": ("order amount",),
        "username": ("buyer username",),
        "name": ("recipient", "receiver name"),
        "phone": ("phone", "phone number"),
        "channel": ("purchase channel",),
        "invoice": ("tokopedia invoice number",),
        "note": ("buyer message",),
    },
    day_first=True,
    description_row=True,
)
LAZADA = Layout(
    "lazada",
    "marketplace:lazada",
    (frozenset({"orderitemid", "ordernumber"}), frozenset({"lazadasku", "ordernumber"})),
    {
        "number": ("ordernumber",),
        "line": ("orderitemid",),
        "status": ("status",),
        "status_2": ("status 2",),
        "placed": ("createtime",),
        "updated": ("updatetime",),
        "delivered": ("delivereddate",),
        "tracking": ("trackingcode", "cdtrackingcode"),
        "sku": ("sellersku", "lazadasku"),
        "item_name": ("itemname",),
        "variant": ("variation",),
        "price": ("paidprice",),
        "list_price": ("unitprice",),
        "seller_voucher": ("sellerdiscounttotal",),
        "platform_voucher": ("platformdiscounttotal",),
        "bundle": ("bundlediscount",),
        "shipping_fee": ("shippingfee",),
        "refund": ("refundamount",),
        "name": ("customername",),
        "email": ("customeremail",),
        "phone": ("billingphone", "shippingphone"),
        "phone_2": ("shippingphone",),
        "return_status": ("buyerfaileddeliveryreturninitiator",),
    },
)
TOKOPEDIA = Layout(
    "tokopedia",
    "marketplace:tokopedia",
    (
        frozenset({"nomor invoice", "status terakhir"}),
        frozenset({"nomor invoice", "tanggal pembayaran", "nama produk"}),
    ),
    {
        "number": ("nomor invoice",),
        "status": ("status terakhir",),
        "placed": ("tanggal pembayaran",),
        "completed": ("tanggal pesanan selesai",),
        "completed_time": ("waktu pesanan selesai",),
        "cancelled": ("tanggal pesanan dibatalkan",),
        "cancelled_time": ("waktu pesanan dibatalkan",),
        "shipped": ("tanggal pengiriman barang",),
        "shipped_time": ("waktu pengiriman barang",),
        "tracking": ("no resi kode booking", "no resi"),
        "sku": ("nomor sku", "sku"),
        "item_name": ("nama produk",),
        "quantity": ("jumlah produk dibeli",),
        "list_price": ("harga awal idr",),
        "price": ("harga jual idr", "harga satuan bundling idr"),
        "voucher_code": ("kode kupon toko yang digunakan",),
        "coupon_kind": ("jenis kupon toko terpakai",),
        "shipping_fee": ("total biaya pengiriman idr", "biaya pengiriman tunai idr"),
        "total": ("total penjualan idr",),
        "name": ("nama pembeli", "nama penerima"),
        "phone": ("no telp pembeli", "no telp penerima"),
        "note": ("catatan produk pembeli",),
    },
    day_first=True,
)
SHOPIFY = Layout(
    "shopify",
    "web",
    (frozenset({"name", "financial status", "lineitem name"}),),
    {
        "number": ("name",),
        "payment_status": ("financial status",),
        "fulfillment_status": ("fulfillment status",),
        "placed": ("created at",),
        "paid": ("paid at",),
        "shipped": ("fulfilled at",),
        "cancelled": ("cancelled at",),
        "currency": ("currency",),
        "goods_total": ("subtotal",),
        "total": ("total",),
        "tax": ("taxes",),
        "shipping_fee": ("shipping",),
        "voucher_code": ("discount code",),
        "discount": ("discount amount",),
        "item_name": ("lineitem name",),
        "sku": ("lineitem sku",),
        "quantity": ("lineitem quantity",),
        "price": ("lineitem price",),
        "list_price": ("lineitem compare at price",),
        "name": ("billing name", "shipping name"),
        "email": ("email",),
        "phone": ("phone", "billing phone"),
        "phone_2": ("shipping phone",),
        "note": ("notes",),
    },
)
LAYOUTS = (SHOPEE, TIKTOK, LAZADA, TOKOPEDIA, SHOPIFY)
