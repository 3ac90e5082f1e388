"""What shops and programs call their columns, for every kind of table (names as `columns.plain_name` writes them)."""

from __future__ import annotations

from sapa.imports.formats.columns import Field, vocabulary

_NAME = ("nama lengkap", "nama pelanggan", "nama pembeli", "nama customer", "nama penerima", "nama konsumen", "nama klien", "customer name", "full name", "display name", "buyer name", "billing name", "contact name", "pelanggan", "pembeli", "customer", "konsumen", "nama", "name", "member", "kontak")  # fmt: skip
_FIRST = ("first name", "nama depan", "given name", "billing first name", "first name billing")
_LAST = ("last name", "nama belakang", "family name", "billing last name", "last name billing", "surname")
_PHONE = ("no hp", "nomor hp", "no wa", "nomor wa", "no whatsapp", "nomor whatsapp", "whatsapp", "wa", "hp", "no telepon", "nomor telepon", "no telp", "no tlp", "telepon", "telp", "handphone", "no handphone", "nomor handphone", "ponsel", "nomor ponsel", "phone number", "phone", "mobile", "mobile phone", "mobile number", "nomor", "no hp wa", "kontak wa", "billing phone", "phone billing", "customer phone", "contact number", "nomor kontak")  # fmt: skip
_EMAIL = ("email", "e mail", "alamat email", "email address", "e mail address", "surel", "billing email", "email billing", "customer email")  # fmt: skip
_DATE = ("tanggal", "tgl", "date", "waktu", "timestamp", "cap waktu", "stempel waktu", "hari tanggal", "tanggal jam", "time", "created at", "datetime")  # fmt: skip
_CITY = ("kota", "kota kabupaten", "kabupaten", "city", "billing city", "shipping city", "domisili", "asal kota", "kab kota")  # fmt: skip
_ADDRESS = ("alamat lengkap", "alamat", "address", "alamat pengiriman", "alamat rumah", "street address", "address 1 formatted", "shipping address")  # fmt: skip
_NOTE = ("catatan", "keterangan", "note", "notes", "ket", "remark", "remarks", "memo", "komentar")
_INSTAGRAM = ("instagram", "ig", "akun ig", "akun instagram", "username ig", "username instagram", "instagram handle")  # fmt: skip
_SOURCE = ("sumber", "tahu dari", "tahu dari mana", "tau dari mana", "tau dari", "dari mana tahu", "asal", "asal pelanggan", "sumber pelanggan", "sumber info", "sumber lead", "lead source", "source", "how did you hear about us", "acquisition channel", "channel asal", "kenal dari", "kenal dari mana", "dapat info dari")  # fmt: skip
_REFERRER = ("referral", "referensi", "direferensikan oleh", "referred by", "rekomendasi dari", "diajak oleh", "perekomendasi", "dibawa oleh", "referrer", "ajakan")  # fmt: skip

PERSON = (
    Field("name", _NAME),
    Field("first_name", _FIRST),
    Field("last_name", _LAST),
    Field("phone", _PHONE, "phone", by_content=True),
    Field("email", _EMAIL, "email", by_content=True),
    Field("instagram", _INSTAGRAM),
)
PEOPLE = (
    *PERSON,
    Field("phone_2", ("no hp 2", "telepon 2", "phone 2", "hp 2", "no telepon 2", "telepon rumah", "home phone", "other phone", "nomor lain"), "phone"),
    Field("email_2", ("email 2", "email 2 address", "e mail 2 address"), "email"),
    Field("source", _SOURCE),
    Field("referrer", _REFERRER),
    Field("size", ("ukuran", "size", "ukuran baju", "ukuran sepatu", "nomor sepatu", "sz")),
    Field("colour", ("warna", "warna favorit", "warna kesukaan", "color", "colour", "favorite color")),
    Field("variant", ("varian", "varian favorit", "rasa", "rasa favorit", "variant", "produk favorit", "preferensi", "kesukaan", "favorit", "preference", "preferences", "suka")),
    Field("city", _CITY),
    Field("address", _ADDRESS),
    Field("note", _NOTE),
    Field("since", ("tanggal daftar", "tgl daftar", "tanggal gabung", "tanggal masuk", "bergabung", "created", "created at", "registered", "join date", "tanggal", "tgl", "customer since", "pelanggan sejak", "timestamp", "date added", "tanggal lead"), "date"),
)  # fmt: skip
NOTES = (
    Field("date", ("tanggal kunjungan", *_DATE), "date", by_content=True),
    *PERSON,
    Field("text", ("apa yang terjadi", "kejadian", "catatan", "isi catatan", "what happened", "aktivitas", "kegiatan", "keterangan", "percakapan", "pembicaraan", "obrolan", "uraian", "deskripsi", "kebutuhan", "pertanyaan", "note", "notes", "catatan sales", "ringkasan", "topik", "hal", "summary"), "words"),
    Field("outcome", ("hasil", "hasilnya", "outcome", "result", "tindak lanjut", "follow up", "status", "kesimpulan", "next step")),
    Field("act", ("jenis", "tipe", "jenis kegiatan", "jenis kontak", "type", "act", "kind", "cara", "via", "media")),
    Field("source", _SOURCE),
    Field("referrer", _REFERRER),
)  # fmt: skip
REVIEWS = (
    Field("date", ("tanggal ulasan", "tanggal review", "waktu ulasan", "review date", "tanggal penilaian", "waktu penilaian", *_DATE), "date", by_content=True),
    Field("name", ("nama pengulas", "reviewer", "reviewer name", "penulis", "author", "username", "username pembeli", "user", *_NAME)),
    Field("stars", ("bintang", "rating", "stars", "star", "star rating", "jumlah bintang", "nilai", "penilaian", "penilaian produk", "skor", "score"), "stars"),
    Field("text", ("ulasan", "isi ulasan", "teks ulasan", "review", "review text", "komentar", "comment", "text", "teks", "isi", "testimoni", "ulasan pembeli", "catatan", "content", "body"), "words"),
    Field("source", ("sumber", "platform", "source", "channel", "kanal", "situs", "marketplace", "asal", "tempat")),
    Field("phone", _PHONE, "phone"),
    Field("email", _EMAIL, "email"),
    Field("number", ("no pesanan", "nomor pesanan", "order id", "order number", "invoice")),
)  # fmt: skip
RESPONSES = (
    Field("date", ("tanggal survei", "tanggal isi", "submitted at", "submit date", "response date", *_DATE), "date", by_content=True),
    *PERSON,
    Field("person", ("responden", "respondent", "person", "orang", "siapa")),
    Field("nps", ("nps", "skor nps", "nps score", "rekomendasi", "merekomendasikan", "recommend", "likely to recommend", "seberapa mungkin", "net promoter score"), "score"),
    Field("csat", ("csat", "skor csat", "kepuasan", "puas", "tingkat kepuasan", "satisfaction", "satisfied", "seberapa puas", "customer satisfaction"), "score"),
    Field("ces", ("ces", "skor ces", "kemudahan", "mudah", "effort", "easy", "seberapa mudah", "customer effort score"), "score"),
    Field("survey", ("survei", "survey", "jenis survei", "jenis", "survey type", "type", "metric", "tipe", "metrik", "kind", "question", "pertanyaan", "nama survei", "survey name")),
    Field("score", ("skor", "score", "nilai", "jawaban angka", "angka", "rating"), "score"),
    Field("words", ("alasan", "komentar", "masukan", "saran", "words", "comment", "comments", "feedback", "kata kata", "verbatim", "catatan", "reason", "kenapa", "mengapa", "why", "keterangan", "cerita"), "words"),
)  # fmt: skip
ANSWERS = (
    Field("question", ("question", "pertanyaan", "tanya", "soal", "q", "judul")),
    Field("answer", ("answer", "jawaban", "jawab", "balasan", "a", "isi jawaban", "response")),
)
ORDERS = (
    Field("number", ("no pesanan", "nomor pesanan", "no order", "nomor order", "order id", "order number", "order no", "order_id", "id pesanan", "id order", "no invoice", "nomor invoice", "invoice number", "invoice no", "invoice", "no nota", "nomor nota", "nota", "no transaksi", "nomor transaksi", "id transaksi", "kode transaksi", "kode pesanan", "kode order", "transaction id", "no faktur", "faktur", "order")),
    Field("status", ("status pesanan", "status order", "order status", "status transaksi", "status terakhir", "status")),
    Field("payment_status", ("status pembayaran", "payment status", "financial status", "status bayar", "pembayaran")),
    Field("fulfillment_status", ("status pengiriman", "fulfillment status", "shipping status", "delivery status")),
    Field("placed", ("tanggal pesanan", "tanggal order", "tgl order", "tgl pesanan", "waktu pesanan dibuat", "order date", "order created", "created at", "created time", "created", "tanggal transaksi", "tgl transaksi", "tanggal pembelian", "tanggal beli", "waktu transaksi", "purchase date", "transaction date", "date created", "tanggal invoice", "invoice date", "waktu order", "waktu pesan", *_DATE), "date", by_content=True),
    Field("paid", ("tanggal bayar", "tanggal pembayaran", "waktu pembayaran", "paid at", "paid date", "payment date", "paid time", "date paid", "tgl bayar"), "date"),
    Field("shipped", ("tanggal kirim", "tanggal pengiriman", "tgl kirim", "shipped at", "shipped date", "ship date", "fulfilled at", "shipped time", "dikirim"), "date"),
    Field("delivered", ("tanggal sampai", "tanggal diterima", "tanggal tiba", "delivered at", "delivered date", "delivered time", "tgl sampai", "tgl terima", "diterima"), "date"),
    Field("completed", ("tanggal selesai", "completed at", "completed date", "date completed", "waktu pesanan selesai", "tgl selesai"), "date"),
    Field("cancelled", ("cancelled at", "canceled at", "tanggal batal", "cancelled time", "tanggal dibatalkan"), "date"),
    Field("updated", ("updated at", "terakhir diubah", "last updated", "diperbarui", "update time", "modified date"), "date"),
    Field("username", ("username pembeli", "username", "buyer username", "akun pembeli")),
    *PERSON,
    Field("item_name", ("nama produk", "produk", "product name", "product", "nama barang", "barang", "item name", "item", "lineitem name", "items", "pesanan", "nama item", "menu", "order items", "detail pesanan", "description", "deskripsi")),
    Field("sku", ("sku", "kode produk", "kode barang", "product sku", "lineitem sku", "seller sku", "nomor sku", "item sku")),
    Field("variant", ("varian", "variasi", "variant", "variation", "ukuran", "size", "warna")),
    Field("quantity", ("jumlah barang", "jumlah beli", "jumlah produk", "jumlah item", "qty", "quantity", "kuantitas", "jml", "banyak", "lineitem quantity", "pcs", "item quantity", "jumlah"), "count"),
    Field("list_price", ("harga awal", "harga normal", "harga coret", "list price", "original price", "compare at price", "lineitem compare at price", "harga sebelum diskon"), "amount"),
    Field("price", ("harga satuan", "harga jual", "harga per pcs", "harga setelah diskon", "unit price", "price", "harga", "item cost", "lineitem price", "harga barang", "harga produk", "item price"), "amount"),
    Field("goods_total", ("subtotal", "sub total", "total harga produk", "total barang", "total produk", "order subtotal", "order subtotal amount", "goods total", "nilai barang", "subtotal pesanan"), "amount"),
    Field("total", ("total bayar", "total pembayaran", "grand total", "total belanja", "total harga", "total pesanan", "total transaksi", "order total", "order total amount", "total order", "total penjualan", "total amount", "order amount", "nominal", "nilai transaksi", "omzet", "total", "amount", "revenue", "jumlah rp", "jumlah bayar", "jumlah"), "amount"),
    Field("discount", ("diskon", "total diskon", "potongan", "potongan harga", "discount", "discount amount", "cart discount amount", "discount total", "nilai diskon"), "amount"),
    Field("voucher_code", ("kode voucher", "voucher", "kode kupon", "kupon", "kode promo", "promo", "discount code", "coupon code", "coupon", "coupons", "voucher code", "coupon code used")),
    Field("shipping_fee", ("ongkir", "ongkos kirim", "biaya kirim", "biaya pengiriman", "shipping", "shipping fee", "shipping cost", "shipping total", "order shipping amount", "delivery fee"), "amount"),
    Field("tax", ("pajak", "ppn", "tax", "taxes", "order total tax amount", "total tax"), "amount"),
    Field("currency", ("mata uang", "currency", "kurs")),
    Field("tracking", ("no resi", "nomor resi", "resi", "tracking number", "tracking no", "awb", "tracking id")),
    Field("channel", ("channel", "kanal", "saluran", "marketplace", "platform", "sumber order", "sumber penjualan", "sales channel", "channel penjualan", "via", "toko", "source", "sumber")),
)  # fmt: skip
GOOGLE = (
    Field("google", ("given name", "group membership", "labels", "phone 1 value", "e mail 1 value", "e mail 1 label", "phone 1 label", "phonetic first name")),
)  # fmt: skip
MARKETS = (
    Field("markets", ("status pesanan", "waktu pesanan dibuat", "username pembeli", "username buyer", "sku id", "order substatus", "seller sku", "orderitemid", "ordernumber", "createtime", "paidprice", "unitprice", "sellersku", "itemname", "updatetime", "nomor invoice", "tanggal pembayaran", "status terakhir", "nama produk", "no telp pembeli", "no resi", "financial status", "lineitem name", "lineitem quantity")),
)  # fmt: skip

KNOWN = vocabulary(PEOPLE, NOTES, REVIEWS, RESPONSES, ANSWERS, ORDERS, GOOGLE, MARKETS)
