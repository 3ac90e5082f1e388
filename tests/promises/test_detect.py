"""Sentences of a shop: promises with their exact due time, and sentences that only sound like one.

All are said on Wednesday 18 November 2026 at 10.00 in Jakarta unless a case names another hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.promises.rules import detect

JAKARTA = ZoneInfo("Asia/Jakarta")
SAID_AT = datetime(2026, 11, 18, 10, 0, tzinfo=JAKARTA)

TODAY, TOMORROW, IN_TWO_DAYS = "19 Nov 00.00", "20 Nov 00.00", "21 Nov 00.00"
MONDAY, FRIDAY, SATURDAY = "24 Nov 00.00", "21 Nov 00.00", "22 Nov 00.00"

PROMISES = [
    # the tracking number
    ("besok kami kirim resinya", "send_tracking", TOMORROW),
    ("Besok kami kirim resinya ya kak 🙏", "send_tracking", TOMORROW),
    ("Resinya nanti malam saya kirim ya kak", "send_tracking", TODAY),
    ("no resi menyusul besok ya", "send_tracking", TOMORROW),
    ("resi kami infokan maksimal jam 8 malam", "send_tracking", "18 Nov 20.00"),
    ("Besok ya kak, resinya saya kirim", "send_tracking", TOMORROW),
    ("Nomor resi akan kami update besok siang kak", "send_tracking", "19 Nov 15.00"),
    ("untuk resi nanti sore kami share ya", "send_tracking", "18 Nov 18.00"),
    ("kalau untuk resi, besok pagi kami kirim ya kak", "send_tracking", "19 Nov 11.00"),
    ("resinya keluar besok ya bu", "send_tracking", TOMORROW),
    ("I'll send you the tracking number tomorrow", "send_tracking", TOMORROW),
    ("We will share the tracking code by 5pm", "send_tracking", "18 Nov 17.00"),
    # the goods
    ("hari ini kami kirim ya kak", "send_goods", TODAY),
    ("pesanannya kami kirim hari ini juga ya", "send_goods", TODAY),
    ("siap kak, besok dikirim", "send_goods", TOMORROW),
    ("bsk sy krm kak", "send_goods", TOMORROW),
    ("besok pagi kurir kami yang ambil, langsung jalan", "send_goods", "19 Nov 11.00"),
    ("Baik kak, paketnya kami kirimkan besok ya", "send_goods", TOMORROW),
    ("lusa kami kirim", "send_goods", IN_TWO_DAYS),
    ("Senin kami kirim ya kak", "send_goods", MONDAY),
    ("barang dikirim hari Jumat ya bu", "send_goods", FRIDAY),
    ("Sabtu ini kita kirim ya", "send_goods", SATURDAY),
    ("pengirimannya besok ya kak", "send_goods", TOMORROW),
    ("besok ya kak kirimnya", "send_goods", TOMORROW),
    ("insyaallah besok kami kirim kak", "send_goods", TOMORROW),
    ("maaf kak hari ini belum bisa, besok kami kirim ya", "send_goods", TOMORROW),
    ("hari ini kami libur kak, besok langsung kami kirim", "send_goods", TOMORROW),
    ("jangan khawatir kak, besok pasti dikirim", "send_goods", TOMORROW),
    ("mohon ditunggu ya kak, sore ini kami pickup", "send_goods", "18 Nov 18.00"),
    ("besok kami kirim ya kak, kalau ada pertanyaan chat saja", "send_goods", TOMORROW),
    ("Besok kami kirim ya kak, alamatnya sudah benar?", "send_goods", TOMORROW),
    ("tak kirim besok ya mbak", "send_goods", TOMORROW),
    ("pesanan kakak kami kirim tanggal 25 ya", "send_goods", "26 Nov 00.00"),
    ("dikirim tgl 3 Desember ya kak", "send_goods", "04 Dec 00.00"),
    ("minggu depan kami kirim kak", "send_goods", "30 Nov 00.00"),
    ("kami kirim sebelum jam 5 ya", "send_goods", "18 Nov 17.00"),
    ("setelah jam makan siang kami kirim, paling lambat jam 3 sore", "send_goods", "18 Nov 15.00"),
    ("maksimal 1x24 jam kami kirim kak", "send_goods", "19 Nov 10.00"),
    ("dalam 3 hari kami kirim ya kak", "send_goods", SATURDAY),
    ("paling lama 2 hari kerja sudah kami kirim", "send_goods", FRIDAY),
    ("hari ini atau besok kami kirim ya", "send_goods", TOMORROW),
    ("besok paling lambat lusa kami kirim", "send_goods", IN_TWO_DAYS),
    ("we will ship it today", "send_goods", TODAY),
    ("We'll ship your order on Monday", "send_goods", MONDAY),
    ("your parcel will be shipped tomorrow morning", "send_goods", "19 Nov 11.00"),
    # arriving
    ("maksimal 2x24 jam barang sampai", "deliver", "20 Nov 10.00"),
    ("besok barangnya sampai ya kak", "deliver", TOMORROW),
    ("besok diantar kurir kami ya", "deliver", TOMORROW),
    ("nanti sore kami antar ke rumah ibu", "deliver", "18 Nov 18.00"),
    ("sudah dikirim kak, besok sampai", "deliver", TOMORROW),
    ("it will be delivered by Friday", "deliver", FRIDAY),
    # replacement and money back
    ("maksimal 2x24 jam kami ganti ya kak", "replace", "20 Nov 10.00"),
    ("maksimal 2x24 jam barang diganti", "replace", "20 Nov 10.00"),
    ("besok kami kirim penggantinya kak", "replace", TOMORROW),
    ("barangnya kami tukar besok ya", "replace", TOMORROW),
    ("We will replace it within 24 hours", "replace", "19 Nov 10.00"),
    ("refundnya kami proses hari ini ya kak", "refund", TODAY),
    ("dana kami kembalikan maksimal 3 hari kerja", "refund", MONDAY),
    ("uangnya kami transfer balik besok", "refund", TOMORROW),
    ("Refund akan masuk maksimal 2x24 jam ya kak", "refund", "20 Nov 10.00"),
    ("sisa dananya kami transfer nanti malam", "refund", TODAY),
    ("we'll refund you within 2 days", "refund", IN_TWO_DAYS),
    # information
    ("nanti sore saya kirim katalognya ya kak", "send_info", "18 Nov 18.00"),
    ("fotonya saya kirim 30 menit lagi", "send_info", "18 Nov 10.30"),
    ("penawarannya besok kami email pak", "send_info", TOMORROW),
    ("invoice kami kirim siang ini ya", "send_info", "18 Nov 15.00"),
    ("sejam lagi saya fotoin ya kak", "send_info", "18 Nov 11.00"),
    ("pricelist terbaru saya share besok pagi jam 9", "send_info", "19 Nov 09.00"),
    ("nanti sore kami kirim simulasi cicilannya ya kak", "send_info", "18 Nov 18.00"),
    ("besok saya kirim simulasinya", "send_info", TOMORROW),
    ("nanti malam kami kirimkan pricelist lengkapnya", "send_info", TODAY),
    ("besok kami kirim foto produknya ya kak", "send_info", TOMORROW),
    ("besok kami kirimkan penawaran dan perhitungannya", "send_info", TOMORROW),
    ("nanti siang dikirim size chart nya ya", "send_info", "18 Nov 15.00"),
    ("besok kami kirim kemejanya", "send_goods", TOMORROW),
    ("I'll send the catalog this afternoon", "send_info", "18 Nov 18.00"),
    ("besok kami buatkan penawaran untuk kantor bapak", "send_info", TOMORROW),
    # calling and telling
    ("nanti sore saya kabari ya kak", "reply", "18 Nov 18.00"),
    ("sore saya kabari", "reply", "18 Nov 18.00"),
    ("besok saya infokan lagi ya", "reply", TOMORROW),
    ("Saya cek ke gudang dulu, nanti siang dikabari ya kak", "reply", "18 Nov 15.00"),
    ("bentar ya kak, 15 menit lagi saya kabarin", "reply", "18 Nov 10.15"),
    ("maksimal besok jam 12 siang kami konfirmasi", "reply", "19 Nov 12.00"),
    ("tim kami akan menghubungi kakak besok pagi", "reply", "19 Nov 11.00"),
    ("We'll get back to you by tomorrow", "reply", TOMORROW),
    ("I will let you know tonight", "reply", TODAY),
    ("saya telepon kakak jam 3 sore", "call_back", "18 Nov 15.00"),
    ("besok jam 10 saya telpon ya pak", "call_back", "19 Nov 10.00"),
    ("I'll call you in an hour", "call_back", "18 Nov 11.00"),
    # goods that come back, work that gets ready
    ("Senin restock ya kak", "restock_info", MONDAY),
    ("minggu depan ready lagi kak", "restock_info", "30 Nov 00.00"),
    ("stoknya masuk hari Sabtu ya", "restock_info", SATURDAY),
    ("jahitannya selesai hari Jumat ya bu", "other", FRIDAY),
    ("besok kami proses ya kak", "other", TOMORROW),
    ("servisnya beres lusa pak", "other", IN_TWO_DAYS),
    ("desainnya kami revisi malam ini", "other", TODAY),
    ("teknisi kami datang besok jam 9", "other", "19 Nov 09.00"),
    # written apart from the patterns; those that failed then were mended
    ("oke kak, paketnya besok pagi sudah kami serahkan ke JNE ya", "send_goods", "19 Nov 11.00"),
    ("Siap bu. Kuenya kami antar Sabtu jam 10 pagi ya bu", "deliver", "21 Nov 10.00"),
    ("baik kak nanti jam 4 aku kirim video barangnya", "send_info", "18 Nov 16.00"),
    ("besok aku cek stok di gudang terus aku kabarin ya", "reply", "20 Nov 00.00"),
    ("Untuk keluhan kakak akan kami tindaklanjuti maksimal 1x24 jam", "reply", "19 Nov 10.00"),
    ("dananya kami kembalikan ke rekening kakak paling lambat Jumat", "refund", "21 Nov 00.00"),
    ("hari Senin admin kami hubungi lagi ya pak", "reply", "24 Nov 00.00"),
    ("Mohon maaf kak, resinya baru keluar nanti malam, langsung saya kirim", "send_tracking", "19 Nov 00.00"),
    ("nanti siang sy fotoin yg warna sage ya kak", "send_info", "18 Nov 15.00"),
    ("bsk sore sy anter ke jnt", "send_goods", "19 Nov 18.00"),
    ("malam ini aku rekap ordernya kak", "other", "19 Nov 00.00"),
    ("Paket dikirim tgl 20 ya kak", "send_goods", "21 Nov 00.00"),
    ("gantinya kami kirim besok kak, maaf ya atas kekeliruannya", "replace", "20 Nov 00.00"),
    ("saya follow up ke ekspedisi dulu, besok pagi saya update", "reply", "19 Nov 11.00"),
    ("Pesanan akan dikirimkan dalam waktu 1x24 jam", "send_goods", "19 Nov 10.00"),
    ("revisi desain selesai lusa ya kak", "send_info", "21 Nov 00.00"),
    ("Invoice menyusul sore ini ya pak Budi", "send_info", "18 Nov 18.00"),
    ("uangnya saya transfer balik siang ini juga ya bu", "refund", "18 Nov 15.00"),
    ("InsyaAllah Kamis sudah kami kirim", "send_goods", "20 Nov 00.00"),
    ("ntar sore tak kabari mbak", "reply", "18 Nov 18.00"),
    ("siang ini kurir jemput barangnya ya kak", "send_goods", "18 Nov 15.00"),
    ("kami kirim ulang besok pagi tanpa biaya tambahan", "replace", "19 Nov 11.00"),
    ("Besok kita launching warna baru, saya kabari kakak duluan", "reply", "20 Nov 00.00"),
    ("Thanks for waiting! We'll have an answer for you by Monday", "reply", "24 Nov 00.00"),
    ("Your replacement ships tomorrow", "replace", "20 Nov 00.00"),
    ("penawaran resmi kami kirim via email selambatnya besok jam 12", "send_info", "19 Nov 12.00"),
    ("Baik ditunggu ya kak, 10 menit lagi dihitungkan ongkirnya", "send_info", "18 Nov 10.10"),
    ("kak maaf baru bales, hari ini pasti kami kirim", "send_goods", "19 Nov 00.00"),
    ("tukar size-nya kami proses besok kak", "replace", "20 Nov 00.00"),
    ("oke bu, kami jadwalkan pengiriman hari Kamis ya", "send_goods", "20 Nov 00.00"),
    ("Maaf ya kak stok kosong, Jumat datang lagi nanti kami infokan", "reply", "21 Nov 00.00"),
    ("pesanan sudah kami packing kak, besok pagi diambil J&T", "send_goods", "19 Nov 11.00"),
    ("baik pak, dalam 2 hari kami kirimkan penawarannya", "send_info", "21 Nov 00.00"),
    ("Mohon maaf atas ketidaknyamanannya, kami kirim barang pengganti besok", "replace", "20 Nov 00.00"),
    ("besok saya ingatkan lagi ya kak jadwal kelasnya", "reply", "20 Nov 00.00"),
    ("siap, link zoom saya share 1 jam sebelum kelas, jam 6 sore", "send_info", "18 Nov 18.00"),
    ("kami refund full hari ini juga kak", "refund", "19 Nov 00.00"),
    ("ya kak besok saya yg antar sendiri", "deliver", "20 Nov 00.00"),
    ("tas kakak selesai dijahit hari Sabtu", "other", "22 Nov 00.00"),
    ("Senin pagi teknisi kami telepon dulu ya pak", "call_back", "23 Nov 11.00"),
    ("aku cekin dulu ya, 5 menit lagi aku balas", "reply", "18 Nov 10.05"),
    ("video tutorialnya nanti malem aku upload kak", "send_info", "19 Nov 00.00"),
    ("orderan batch ini dikirim tgl 22", "send_goods", "23 Nov 00.00"),
    ("ok siap, besok siang dah kukirim", "send_goods", "19 Nov 15.00"),
    ("Uang kembalian saya tf balik sore ini", "refund", "18 Nov 18.00"),
]

NO_PROMISES = [
    # questions
    "mau dikirim besok?",
    "mau dikirim besok atau lusa kak",
    "besok kami kirim ya?",
    "apakah besok bisa kami antar",
    "kakak mau dikirim hari ini?",
    "kapan mau diambil kak, besok atau Senin?",
    "bisa kami telepon besok jam 9 kak?",
    "gimana kalau besok kami kirim",
    "resinya sudah masuk hari ini kak?",
    "Can we deliver it tomorrow?",
    "would you like us to ship today",
    # conditions
    "kalau transfer hari ini, besok dikirim",
    "kalau transfer hari ini besok kami kirim",
    "besok kami kirim kalau pembayarannya sudah masuk",
    "jika sudah bayar sebelum jam 3, hari ini kami kirim",
    "setelah pembayaran masuk, maksimal 1x24 jam kami kirim",
    "begitu lunas besok kami antar",
    "asal transfer hari ini, besok pasti sampai",
    "klo jadi order, hari ini kita kirim kak",
    "apabila barang rusak, maksimal 2x24 jam kami ganti",
    "besok kami kirim asalkan tidak hujan",
    "If you pay today we will ship tomorrow",
    "once payment is received, we ship within 24 hours",
    # what the customer does
    "besok kakak transfer ya",
    "besok kakak kirim alamatnya ya",
    "tolong kirim bukti transfernya hari ini",
    "mohon konfirmasi alamat sebelum jam 3 ya kak",
    "kabari kami besok ya kak",
    "kabarin aku besok ya",
    "ditunggu transferannya hari ini ya kak",
    "silakan ambil besok kak",
    "silahkan diambil besok di toko",
    "besok ibu datang ke toko ya",
    "hubungi kami lagi hari Senin ya",
    "pelunasan paling lambat besok ya kak",
    "pembayarannya ditunggu sampai jam 5 ya kak",
    "kirim alamat lengkapnya hari ini ya kak",
    "chat admin lagi besok ya",
    "you can pay tomorrow",
    "please send the proof of payment today",
    "Anda bisa konfirmasi besok",
    "kak transfer hari ini ya",
    "barangnya boleh diambil besok",
    # customs, guesses and estimates
    "pengiriman setiap Senin",
    "pengiriman tiap hari Senin dan Kamis kak",
    "estimasi 2-3 hari",
    "estimasi sampai besok kak",
    "perkiraan hari Jumat sampai",
    "biasanya besok sampai",
    "2-3 hari sampai kak",
    "kemungkinan besok dikirim",
    "semoga besok sampai ya kak",
    "kami usahakan kirim hari ini",
    "diusahakan besok ya kak dikirim",
    "pesanan sebelum jam 3 sore dikirim hari yang sama",
    "order masuk setelah jam 4 dikirim besok",
    "kira-kira lusa barang datang",
    "pengiriman Senin-Jumat jam 9 sampai jam 4",
    "mungkin minggu depan restock",
    "proses pengerjaan 3-5 hari kerja",
    "jadwal pengiriman kami Selasa dan Jumat",
    "we ship every Monday",
    "it should arrive tomorrow",
    "rencananya Senin kami kirim",
    "garansi 7 hari kak, maksimal 7 hari kami ganti",
    # denials and closed days
    "besok kami libur",
    "tidak bisa kirim hari ini",
    "hari ini ga bisa dikirim kak",
    "hari ini belum bisa kami kirim",
    "besok belum ready kak",
    "hari Minggu kami tutup",
    "besok tidak ada pengiriman kak",
    "maaf kak gak sempat kirim hari ini",
    "besok kami buka jam 9",
    "jangan dikirim hari ini dulu",
    "we can't ship today",
    "hari ini kurir off kak",
    # what has happened
    "kemarin sudah kami kirim",
    "sudah kami kirim hari ini kak",
    "tadi pagi sudah dikirim",
    "hari ini sudah saya infokan ke gudang",
    "barusan saya telepon kak",
    "pesanan dikirim hari Senin kemarin",
    "resinya sudah kami kirim tadi sore",
    "refund sudah kami transfer hari ini",
    "we already shipped it today",
    # greetings
    "sampai besok",
    "sampai jumpa besok kak",
    "see you tomorrow",
    "selamat sore kak, ada yang bisa kami bantu",
    "sore kak, siap kirim",
    "selamat pagi, terima kasih sudah menghubungi kami",
    "sampai ketemu hari Senin",
    # no time, no deed, only possible
    "nanti kami kabari",
    "segera kami kirim ya kak",
    "nanti resinya saya kirim",
    "besok ya kak",
    "promo sampai besok kak",
    "harga berlaku sampai hari Minggu",
    "bisa dikirim hari ini kak",
    "bisa kak, hari ini bisa dikirim",
    "besok hari libur nasional",
    "ukuran 38 ready kak",
    "ready stok kak, 2 warna",
    "jam 3 sore",
    "We'll let you know",
    "oke kak siap",
    "",
    # written apart from the patterns; those that failed then were mended
    "besok jadi diambil kak?",
    "Kak besok ada di rumah kan?",
    "yang sage habis kak, mungkin minggu depan",
    "kalau kakak checkout sekarang, sore ini langsung kami kirim",
    "biar besok bisa dikirim, mohon transfer sebelum jam 3 ya",
    "JNE libur hari Minggu kak",
    "pengiriman H+1 setelah pembayaran",
    "admin online jam 8 sampai jam 5 ya kak",
    "Selamat hari Senin kak, semangat!",
    "ini promo khusus hari ini kak",
    "total 150 ribu kak, transfer hari ini ya",
    "besok saya tidak di toko kak",
    "ukuran M tinggal 1, yang L baru datang kemarin",
    "pesanan kakak sudah sampai hari ini kak?",
    "kakak bisa retur maksimal 2x24 jam setelah barang diterima",
    "komplain maksimal 1x24 jam dengan video unboxing",
    "kirimnya mau hari ini atau besok kak",
    "estimasi tiba Jumat kak",
    "Terima kasih sudah belanja hari ini",
    "barang bisa sampai besok kalau pakai same day",
    "kemarin resinya sudah saya kirim kan kak",
    "kalau sempat nanti sore saya fotokan",
    "belum bisa janji hari ini kak",
    "Reguler 2-3 hari, besok sampai kalau pakai YES",
    "harga naik mulai besok kak",
    "batas pembayaran besok jam 12 siang ya kak",
    "silakan hubungi kami besok",
    "besok masih buka kak sampai jam 9 malam",
    "Customer kami biasanya pesan sebelum jam 12",
    "tadi sore kurir sudah ambil paketnya",
    "Pembayaran maksimal hari ini ya kak supaya bisa diproses besok",
    "ready kak, mau dikirim hari ini?",
    "hari ini ada diskon 20% kak",
    "besok kami ada pameran di JCC, mampir ya kak",
    "mohon dicek paketnya hari ini ya kak",
    "kak mau ambil sendiri besok atau dikirim?",
    "cek ongkir dulu ya kak besok",
    "nanti sore hujan ga ya kak hehe",
    "toko kami buka Senin sampai Sabtu jam 9",
    "besok kakak dapat resinya kan ya",
    "boleh dibayar besok kak",
    "ini stok terakhir, besok harga naik",
    "kalau belum sampai sampai besok kabari kami ya",
    "kemarin kami janji besok, mohon maaf",
    "masa tenggang pembayaran 1x24 jam",
    "bukti transfer dikirim paling lambat malam ini ya kak",
    "pendaftaran ditutup besok kak",
    "kelasnya mulai hari Sabtu jam 9 pagi",
    "acara diskon mulai besok jam 10",
    "expired besok kak vouchernya",
    "simpan di kulkas, habiskan dalam 3 hari",
    "dipakai 2x sehari, hasil terlihat dalam 2 minggu",
    "paket kakak sedang dikirim kurir, tadi jam 9 berangkat",
    "hari ini kurir sudah jalan kak",
    "kami tidak melayani pengiriman hari Minggu",
    "tolong dicek besok ya kak paketnya",
    "garansi tukar 7 hari kak",
    "hari ini spesial buat kakak diskon 10%",
    "semoga harimu menyenangkan kak",
    "jam 3 sore tadi paket dibawa kurir",
]


def _said(due_at: datetime) -> str:
    return due_at.strftime("%d %b %H.%M")


@pytest.mark.parametrize(("text", "kind", "due"), PROMISES)
def test_a_promise_is_found_with_its_due_time(text: str, kind: str, due: str) -> None:
    found = detect(text, SAID_AT, JAKARTA)
    assert [(one.kind.value, _said(one.due_at)) for one in found] == [(kind, due)]
    start, end = found[0].span
    assert 0 <= start < end <= len(text)
    assert found[0].due_words in text[start:end]


@pytest.mark.parametrize("text", NO_PROMISES)
def test_what_only_sounds_like_a_promise_is_none(text: str) -> None:
    assert detect(text, SAID_AT, JAKARTA) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Besok kami kirim barangnya. Resinya saya share lusa ya kak.",
            [("send_goods", TOMORROW), ("send_tracking", IN_TWO_DAYS)],
        ),
        (
            "Hari ini refundnya kami proses, besok penggantinya kami kirim",
            [("refund", TODAY), ("replace", TOMORROW)],
        ),
        (
            "besok kami kirim kak\nnanti sore saya kabari",
            [("send_goods", TOMORROW), ("reply", "18 Nov 18.00")],
        ),
        ("besok kami kirim ya kak. iya besok kami kirim", [("send_goods", TOMORROW)]),
    ],
)
def test_one_message_may_hold_several(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.kind.value, _said(one.due_at)) for one in detect(text, SAID_AT, JAKARTA)] == expected


@pytest.mark.parametrize(
    ("hour", "text", "due"),
    [
        (19, "nanti sore saya kabari", "19 Nov 18.00"),
        (16, "jam 3 saya kabari", "19 Nov 15.00"),
        (23, "besok kami kirim", TOMORROW),
        (0, "hari ini kami kirim", TODAY),
        (9, "jam 10 saya kabari", "18 Nov 10.00"),
        (13, "jam 8 saya kabari", "18 Nov 20.00"),
        (22, "malam ini saya kabari", TODAY),
        (13, "rabu kami kirim", "26 Nov 00.00"),
        (13, "rabu ini kami kirim", TODAY),
    ],
)
def test_the_hour_at_which_it_is_said_decides(hour: int, text: str, due: str) -> None:
    found = detect(text, SAID_AT.replace(hour=hour), JAKARTA)
    assert [_said(one.due_at) for one in found] == [due]


def test_a_day_is_a_day_of_the_shops_zone() -> None:
    late = datetime(2026, 11, 18, 17, 30, tzinfo=UTC)  # 00.30 on the 19th in Jakarta
    (found,) = detect("hari ini kami kirim", late, JAKARTA)
    assert found.due_at == datetime(2026, 11, 20, tzinfo=JAKARTA)


def test_the_span_is_the_clause_that_promises() -> None:
    text = "Halo kak Rina! Terima kasih ya. Besok kami kirim resinya ya kak. Salam, Toko Sage"
    (found,) = detect(text, SAID_AT, JAKARTA)
    assert text[slice(*found.span)] == "Besok kami kirim resinya ya kak"
    assert found.due_words == "Besok"


PIECES = [
    "besok",
    "kami",
    "kirim",
    "resi",
    "?",
    ",",
    "kalau",
    "jam",
    "25",
    "tgl",
    "31/2",
    "sudah",
    "maks",
    "99x24",
    "Senin",
]


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_read_without_error(text: str) -> None:
    for found in detect(text, SAID_AT, JAKARTA):
        assert SAID_AT < found.due_at < SAID_AT + timedelta(days=3000)
        assert 0 <= found.span[0] < found.span[1] <= len(text)
