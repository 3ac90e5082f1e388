"""Words of the import screen: sorts of files, columns, states, what is worth importing next."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind(code: str) -> str:
    return {
        "whatsapp": _("Chat WhatsApp"),
        "orders": _("Pesanan"),
        "contacts": _("Daftar pelanggan"),
        "notes": _("Catatan toko"),
        "reviews": _("Ulasan"),
        "surveys": _("Jawaban survei"),
        "events": _("Kunjungan situs"),
        "transcripts": _("Catatan konsultasi"),
        "email": _("E-mail"),
        "answers": _("Tanya-jawab"),
    }.get(code, _("Belum dikenali"))


def state(code: str) -> str:
    return {
        "waiting": _("menunggu Anda"),
        "asking": _("menunggu jawaban Anda"),
        "running": _("sedang berjalan"),
        "done": _("selesai"),
        "cancelled": _("dibatalkan"),
        "failed": _("tidak terbaca"),
        "undoing": _("sedang diurungkan"),
        "undone": _("diurungkan"),
    }.get(code, code)


_FIELDS_OF = {
    "contacts": (
        *("name", "first_name", "last_name", "phone", "phone_2", "email", "instagram", "source", "referrer"),
        *("size", "colour", "variant", "city", "address", "note", "since"),
    ),
    "orders": (
        *(
            "number",
            "status",
            "placed",
            "paid",
            "shipped",
            "delivered",
            "cancelled",
            "name",
            "phone",
            "email",
        ),
        *(
            "username",
            "item_name",
            "sku",
            "variant",
            "quantity",
            "price",
            "list_price",
            "goods_total",
            "total",
        ),
        *("discount", "voucher_code", "shipping_fee", "tracking", "channel", "address", "city"),
    ),
    "notes": ("date", "name", "phone", "email", "text", "outcome", "act", "source", "referrer"),
    "reviews": ("date", "name", "stars", "text", "source", "phone", "email", "number"),
    "surveys": (
        *("date", "name", "phone", "email", "person", "nps", "csat", "ces", "survey", "score", "words"),
    ),
    "answers": ("question", "answer"),
}


def fields_of(kind_code: str) -> list[tuple[str, str]]:
    """(code, words) of what a column of this sort of table may hold."""
    return [(code, field(code)) for code in _FIELDS_OF.get(kind_code, ())]


def field(code: str) -> str:
    return (_people_fields() | _order_fields() | _other_fields()).get(code, code)


def _people_fields() -> dict[str, str]:
    return {
        "name": _("nama"),
        "first_name": _("nama depan"),
        "last_name": _("nama belakang"),
        "phone": _("nomor telepon"),
        "phone_2": _("nomor telepon kedua"),
        "email": _("e-mail"),
        "instagram": _("akun Instagram"),
        "source": _("tahu dari mana"),
        "referrer": _("diajak oleh"),
        "size": _("ukuran"),
        "colour": _("warna"),
        "variant": _("varian"),
        "city": _("kota"),
        "address": _("alamat"),
        "note": _("catatan"),
        "since": _("pelanggan sejak"),
        "person": _("orangnya"),
        "username": _("nama akun pembeli"),
    }


def _order_fields() -> dict[str, str]:
    return {
        "number": _("nomor pesanan"),
        "status": _("status pesanan"),
        "placed": _("tanggal pesan"),
        "paid": _("tanggal bayar"),
        "shipped": _("tanggal kirim"),
        "delivered": _("tanggal tiba"),
        "cancelled": _("tanggal batal"),
        "item_name": _("nama barang"),
        "sku": _("kode barang"),
        "quantity": _("jumlah barang"),
        "price": _("harga satuan"),
        "list_price": _("harga sebelum potongan"),
        "goods_total": _("total barang"),
        "total": _("total bayar"),
        "discount": _("potongan"),
        "voucher_code": _("kode voucher"),
        "shipping_fee": _("ongkos kirim"),
        "tracking": _("nomor resi"),
        "channel": _("tempat berjualan"),
    }


def _other_fields() -> dict[str, str]:
    return {
        "date": _("tanggal"),
        "text": _("isi"),
        "outcome": _("hasil"),
        "act": _("jenis"),
        "stars": _("bintang"),
        "nps": _("nilai 0–10 (NPS)"),
        "csat": _("nilai puas (CSAT)"),
        "ces": _("nilai mudah (CES)"),
        "survey": _("jenis survei"),
        "score": _("nilai"),
        "words": _("kata-kata"),
        "question": _("pertanyaan"),
        "answer": _("jawaban"),
    }


def day_order(code: str) -> str:
    return {
        "day_first": _("Hari dulu: 05/08 berarti 5 Agustus"),
        "month_first": _("Bulan dulu: 05/08 berarti 8 Mei"),
    }.get(code, code)


def next_why(code: str) -> str:
    """Why the file named next is worth most."""
    return {
        "no_orders_yet": _(
            "Dengan berkas pesanan, Sapa tahu siapa yang sudah membeli dan siapa yang baru bertanya."
        ),
        "no_chats_yet": _("Dengan chat, Sapa tahu apa yang ditanyakan sebelum orang membeli atau pergi."),
        "buyers_without_chat": _("Ada pembeli yang chatnya belum masuk. Mulai dari yang terakhir membeli."),
        "names_without_numbers": _("Dengan daftar kontak, nama di chat mendapat nomornya."),
        "no_voices_yet": _("Ulasan dan survei memberi tahu siapa yang puas dan siapa yang kecewa."),
        "all_covered": _("Semua jenis berkas sudah masuk. Impor lagi kapan saja untuk menambah yang baru."),
    }.get(code, "")
