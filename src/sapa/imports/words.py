"""What a problem with a file or a row says to people: what happened, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.imports.formats.types import Problem

REASON_COLUMN = _("Kenapa gagal")
UNKNOWN = _("Bagian ini tidak bisa dibaca. Periksa isinya, perbaiki, lalu impor lagi.")

_FILES = {
    "unreadable_file": _(
        "File “%(name)s” tidak bisa dibuka. Tutup program yang sedang memakainya, lalu coba lagi."
    ),
    "file_missing": _("File “%(name)s” tidak ditemukan. Periksa nama dan foldernya."),
    "is_folder": _("“%(name)s” itu folder. Sebut file di dalamnya, atau jadikan satu zip dulu."),
    "empty_file": _("File “%(name)s” kosong. Ekspor sekali lagi dari sumbernya, lalu impor file yang baru."),
    "not_text": _(
        "Isi “%(name)s” bukan teks atau tabel (%(looks_like)s). Pilih file ekspornya: .txt, .zip, .csv, atau .xlsx."
    ),
    "file_too_large": _("File “%(name)s” terlalu besar (%(bytes)s). Bagi menjadi beberapa file, lalu impor satu per satu."),
    "unknown_format": _(
        "Isi file ini belum dikenali. Pilih sendiri jenisnya (chat, pesanan, pelanggan, …), atau cek apakah filenya benar."
    ),
    "workbook_broken": _("File Excel “%(name)s” rusak atau terpotong. Unduh sekali lagi, lalu impor file yang baru."),
    "workbook_locked": _(
        "File Excel “%(name)s” dikunci kata sandi. Buka di Excel, simpan tanpa kata sandi, lalu impor lagi."
    ),
    "unpacked_too_large": _(
        "Isi “%(name)s” terlalu besar setelah dibuka (%(bytes)s). Bagi per bulan, lalu impor satu per satu."
    ),
    "no_table": _("Di “%(name)s” tidak ada tabel yang bisa dibaca. Baris pertama sebaiknya berisi nama kolom."),
    "column_needed": _(
        "Kolom untuk %(field)s tidak ditemukan. Pilih sendiri kolomnya, atau beri nama kolom itu di baris pertama."
    ),
    "not_whatsapp": _(
        "“%(name)s” bukan chat WhatsApp. Di WhatsApp buka chatnya, pilih Ekspor chat, lalu Tanpa media."
    ),
    "no_turns": _("Di “%(name)s” tidak ada percakapan. Setiap giliran ditulis “Nama: kata-katanya”."),
    "not_vcard": _("“%(name)s” bukan file kontak. Ekspor kontak dari ponsel sebagai file .vcf, lalu impor lagi."),
    "zip_truncated": _("Zip “%(name)s” terpotong, mungkin unduhannya belum selesai. Kirim atau unduh sekali lagi."),
    "zip_damaged": _("“%(name)s” rusak. Buat zip-nya sekali lagi, lalu impor yang baru."),
    "zip_encrypted": _("“%(name)s” dikunci kata sandi. Buka zip-nya dulu, lalu impor isinya."),
    "zip_bomb": _("Zip “%(name)s” membengkak tidak wajar saat dibuka, jadi tidak dibaca. Impor file di dalamnya satu per satu."),
    "zip_empty": _("Di zip “%(name)s” tidak ada file yang bisa dibaca. Pilih zip dari Ekspor chat, atau filenya langsung."),
    "zip_unsafe_path": _("“%(name)s” di dalam zip bernama tidak aman, jadi dilewati. Keluarkan file itu dan impor langsung."),
}  # fmt: skip

_WARNINGS = {
    "day_order_guessed": _(
        "Tanggal seperti 03/04 bisa berarti dua hari. Dibaca tanggal dulu, baru bulan; ubah kalau keliru."
    ),
    "day_order_mixed": _(
        "Ada tanggal yang ditulis hari dulu dan ada yang bulan dulu. Yang meragukan dibaca hari dulu; periksa pratinjaunya."
    ),
    "day_from_file": _(
        "Di transkrip ini tidak tertulis tanggal, jadi dipakai tanggal filenya (%(day)s). Tulis tanggalnya di baris pertama kalau keliru."
    ),
    "own_name_guessed": _("Nama toko di chat ini dikira %(names)s. Ubah kalau keliru."),
    "other_sheets": _("Hanya satu lembar yang dibaca. Lembar lain (%(sheets)s) simpan sebagai file sendiri kalau perlu."),
}  # fmt: skip

_CELLS = {
    "not_a_date": _("“%(value)s” di kolom “%(column)s” bukan tanggal. Tulis seperti 21/11/2026 atau 2026-11-21."),
    "no_such_date": _("Tanggal “%(value)s” di kolom “%(column)s” tidak ada di kalender. Betulkan tanggalnya."),
    "date_absurd": _("Tahun pada “%(value)s” di kolom “%(column)s” tidak masuk akal. Betulkan tanggalnya."),
    "impossible_date": _("Tanggal “%(value)s” tidak ada di kalender. Betulkan tanggalnya."),
    "impossible_time": _("Jam “%(value)s” tidak ada. Betulkan jamnya."),
    "not_a_number": _("“%(value)s” di kolom “%(column)s” bukan angka. Tulis angkanya saja, misalnya 89000."),
    "amount_absurd": _("Nilai “%(value)s” di kolom “%(column)s” terlalu besar untuk sebuah pesanan. Betulkan angkanya."),
    "amount_negative": _("Nilai “%(value)s” di kolom “%(column)s” kurang dari nol. Betulkan angkanya."),
    "quantity_absurd": _("Jumlah “%(value)s” di kolom “%(column)s” tidak masuk akal. Tulis banyaknya barang, misalnya 2."),
    "id_mangled": _(
        "Nomor “%(value)s” di kolom “%(column)s” sudah dibulatkan Excel sehingga angka belakangnya hilang. "
        "Ekspor sekali lagi dan impor tanpa membukanya di Excel, atau ubah kolom itu menjadi teks dulu."
    ),
    "id_rounded": _(
        "Nomor pesanan “%(value)s” berakhir nol semua: Excel membulatkannya. "
        "Ekspor sekali lagi dan impor tanpa membukanya di Excel."
    ),
    "phone_mangled": _(
        "Nomor “%(value)s” di kolom “%(column)s” sudah diubah Excel. Ubah kolom itu menjadi teks dan tulis nomor lengkapnya."
    ),
}  # fmt: skip

_ROWS = {
    "row_too_wide": _(
        "Baris ini punya lebih dari %(columns)s kolom, jadi isinya bergeser. "
        "Biasanya karena tanda koma di dalam teks: beri tanda kutip, atau hapus komanya."
    ),
    "row_without_date": _("Tanggalnya kosong. Isi tanggal, lalu impor lagi."),
    "person_without_name": _("Tidak ada nama, nomor, atau e-mail di baris ini. Isi salah satunya."),
    "order_without_date": _("Pesanan %(order)s tidak punya tanggal. Isi tanggal pesanannya."),
    "order_without_number": _("Nomor pesanannya kosong. Isi nomornya, lalu impor lagi."),
    "order_without_number_or_person": _(
        "Pesanan ini tanpa nomor dan tanpa nama pembeli, jadi tidak bisa dikenali lagi. Isi salah satunya."
    ),
    "order_too_many_rows": _(
        "Satu nomor pesanan dipakai di lebih dari %(most)s baris. Periksa apakah kolom nomor pesanannya benar."
    ),
    "order_has_bad_row": _("Baris %(row)s dari pesanan %(order)s belum benar, jadi pesanan ini menunggu. Betulkan baris itu."),
    "status_unknown": _(
        "Status “%(value)s” di kolom “%(column)s” belum dikenal. Ganti dengan yang umum: belum bayar, dikirim, selesai, batal, atau dikembalikan."
    ),
    "note_without_words": _("Catatannya kosong. Tulis apa yang terjadi."),
    "line_too_short": _("“%(value)s” kurang lengkap. Tulis: tanggal; nama atau nomor; apa yang terjadi; hasilnya."),
    "not_json": _("Baris ini bukan giliran bicara yang utuh. Setiap baris harus satu objek JSON."),
    "words_missing": _("Giliran bicara ini tanpa kata-kata. Isi teksnya, atau hapus barisnya."),
    "line_without_header": _("Baris ini tidak diawali tanggal dan nama, jadi tidak jelas siapa yang menulis. Hapus atau betulkan."),
    "stars_unknown": _("“%(value)s” bukan bintang. Tulis angka 1 sampai 5."),
    "review_empty": _("Ulasan ini tanpa bintang dan tanpa kata. Isi salah satunya."),
    "score_unknown": _("“%(value)s” bukan nilai %(survey)s. Tulis angkanya saja."),
    "score_out_of_range": _("Nilai “%(value)s” untuk %(survey)s harus antara %(low)s dan %(high)s."),
    "survey_unknown": _("Jenis survei “%(value)s” belum dikenal. Tulis nps, csat, atau ces."),
    "response_without_score": _("Tidak ada nilai di baris ini. Isi nilainya, lalu impor lagi."),
    "answer_incomplete": _("Pertanyaan atau jawabannya kosong. Isi keduanya."),
    "unreadable_row": UNKNOWN,
}  # fmt: skip

_MAIL = {
    "mail_too_large": _("E-mail ini terlalu besar untuk dibaca. Simpan tanpa lampiran, lalu impor lagi."),
    "mail_unreadable": _("E-mail ini rusak dan tidak bisa dibaca. Unduh sekali lagi dari kotak suratnya."),
    "mail_without_date": _("E-mail ini tanpa tanggal, jadi tidak tahu kapan dikirim. Unduh sekali lagi sebagai file .eml."),
    "sender_missing": _("E-mail ini tanpa alamat pengirim. Unduh sekali lagi sebagai file .eml."),
}  # fmt: skip

_EVENTS = {
    "event_not_json": _("Baris ini bukan catatan web yang utuh (“%(value)s”). Ambil sekali lagi dari sumbernya."),
    "event_not_an_object": _("Baris ini bukan catatan web. Setiap baris harus satu objek JSON."),
    "event_type_unknown": _("Jenis “%(value)s” tidak ada. Yang ada: track, page, screen, identify, alias, dan group."),
    "event_without_person": _("Tidak jelas siapa pengunjungnya. Kirim anonymousId atau userId."),
    "event_without_time": _("Waktunya kosong atau tidak terbaca. Kirim timestamp seperti 2026-11-21T09:00:00+07:00."),
    "event_order_without_number": _("Pesanan ini tanpa order_id. Kirim order_id-nya."),
    "event_amount_unreadable": _("“%(value)s” bukan nilai uang. Kirim angka, misalnya 89000."),
    "event_too_deep": _("Catatan web ini bertingkat terlalu dalam. Kirim isinya lebih sederhana."),
}  # fmt: skip

_SENTENCES: Mapping[str, Any] = {**_FILES, **_WARNINGS, **_CELLS, **_ROWS, **_MAIL, **_EVENTS}


def say(problem: Problem) -> str:
    """The sentence for a problem in the reader's language; what its data lack reads as "?"."""
    data = {name: _shown(name, value) for name, value in problem.data.items()}
    return str(_SENTENCES.get(problem.code, UNKNOWN)) % defaultdict(lambda: "?", data)


def codes() -> frozenset[str]:
    """All codes that have a sentence."""
    return frozenset(_SENTENCES)


_FIELDS = {
    "number": _("nomor pesanan"),
    "date": _("tanggal"),
    "name": _("nama"),
    "text": _("isi"),
    "question": _("pertanyaan"),
    "answer": _("jawaban"),
    "nps": _("nilai survei"),
    "first_name": _("nama"),
}
_LOOKS = {
    "picture": _("gambar"),
    "video": _("video"),
    "audio": _("suara"),
    "pdf": _("PDF"),
    "zip": _("zip"),
    "archive": _("arsip"),
    "old_office": _("dokumen Office lama"),
    "database": _("basis data"),
    "binary": _("data biner"),
}
_NAMED = {"field": _FIELDS, "looks_like": _LOOKS}


def _shown(name: str, value: Any) -> str:
    """A piece of data as people say it: fields and kinds of file by name, sizes in MB, lists with commas."""
    if name in _NAMED:
        return str(_NAMED[name].get(str(value), value))
    if name == "bytes" and isinstance(value, int):
        return f"{max(value // 1024**2, 1)} MB"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    return str(value)
