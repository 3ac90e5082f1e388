"""What single messages name, as lists of cases; each list has its sound-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.readings import detectors
from sapa.readings.detectors import (
    Asked,
    Referral,
    asks_offer,
    asks_origin,
    asks_review_or_referral,
    offer_sent,
    order_numbers,
    phones_in,
    preferences,
    referral,
    resolution,
    told_origin,
    tracking_numbers,
)

VOLUNTEERED = [
    ("tau dari tiktok kak, yg video cara bedakan jahe asli", "tiktok", "video cara bedakan jahe asli"),
    ("Halo kak, saya tau dari IG", "instagram", ""),
    ("dari story temen di ig", "instagram", "story temen"),
    ("kak aku liat di tiktok video unboxing tas sage", "tiktok", "video unboxing tas sage"),
    ("halo, nemu di google maps", "google", ""),
    ("hai kak dari iklan fb ya", "facebook", "iklan"),
    ("saya dapat info dari grup wa arisan", "whatsapp", "arisan"),
    ("tadi lewat depan toko, terus liat spanduknya", "offline", ""),
    ("muncul di fyp aku kak", "tiktok", ""),
    ("kenal dari pameran di Sarinah", "offline", "Sarinah"),
    ("I found you on instagram", "instagram", ""),
    ("dikasih tau temen kantor kak", "referral", "temen kantor"),
    (
        "Assalamualaikum kak, sy liat postingan di instagram soal gamis sage",
        "instagram",
        "postingan soal gamis sage",
    ),
    ("kak ini dari tiktok ya, yang live semalam", "tiktok", "live semalam"),
    ("min aku dari reels yg review serum", "instagram", "review serum"),
    ("info dari grup whatsapp komplek", "whatsapp", "komplek"),
    ("denger dari podcast", "web", ""),
    ("saya nemu di google pas nyari jahe merah organik", "google", "nyari jahe merah organik"),
    ("saya dikasih nomor ini sama mbak Dina", "referral", "mbak Dina"),
]
ANSWERED = [
    ("tiktok kak", "tiktok"),
    ("ig", "instagram"),
    ("dari shopee kak", "marketplace:shopee"),
    ("temen", "referral"),
    ("google", "google"),
    ("dari Bu Tuti", "referral"),
    ("lewat depan toko kak", "offline"),
    ("liat di fyp", "tiktok"),
    ("facebook marketplace bu", "facebook"),
    ("dari kakak saya", "referral"),
    ("website kak", "web"),
]
NO_ORIGIN = [
    "di tiktok ada gak kak?",
    "bisa order di shopee?",
    "kirim dari mana kak?",
    "saya sudah beli di shopee kemarin",
    "paketnya dikirim dari Bandung ya",
    "follow ig nya apa kak",
    "saya mau transfer dari BCA",
    "ongkir dari Jakarta berapa",
    "link shopee nya dong kak",
    "di tokped lebih murah",
    "temen saya mau pesan juga",
    "halo kak, harga jahe merah berapa?",
    "kapan live tiktok lagi kak?",
    "barang dari tokopedia belum sampai",
    "lihat di katalog ada warna sage",
    "aku lupa tau dari mana",
    "lihat resi di web jne belum update",
    "saya dari Surabaya kak, ongkir berapa?",
    "aku chat di ig ga dibales",
    "dari tadi belum dibalas kak",
    "video di tiktok kok beda sama barangnya",
    "tau gak bedanya jahe merah sama putih?",
    "mau tanya yang di tiktok 99rb masih ada?",
    "",
]
NO_ANSWER = [
    "lupa kak",
    "gak tau",
    "kenapa kak?",
    "harganya berapa ya",
    "di shopee ada juga?",
    "bukan dari tiktok kak",
]


@pytest.mark.parametrize(("text", "channel", "context"), VOLUNTEERED)
def test_an_origin_is_told(text: str, channel: str, context: str) -> None:
    told = told_origin(text)
    assert told is not None
    assert told.channel == channel
    assert context.lower() in told.context.lower()


@pytest.mark.parametrize(("text", "channel"), ANSWERED)
def test_an_origin_is_answered(text: str, channel: str) -> None:
    told = told_origin(text, asked=True)
    assert told is not None
    assert told.channel == channel


@pytest.mark.parametrize("text", NO_ORIGIN)
def test_what_only_sounds_like_an_origin(text: str) -> None:
    assert told_origin(text) is None


@pytest.mark.parametrize("text", NO_ANSWER)
def test_no_answer_to_the_question(text: str) -> None:
    assert told_origin(text, asked=True) is None


@pytest.mark.parametrize(
    ("text", "referrer"),
    [
        ("dikasih tau Bu Tuti", "Bu Tuti"),
        ("tau dari kak Sari, katanya bagus", "kak Sari"),
        ("Saya direkomendasikan oleh Pak Budi Santoso", "Pak Budi Santoso"),
        ("dapat nomor dari Mbak Dina kak", "Mbak Dina"),
        ("dikasih tau temen kak", ""),
        ("tau dari ibu saya", ""),
        ("tau dari tiktok kak ini", ""),
    ],
)
def test_who_sent_them(text: str, referrer: str) -> None:
    told = told_origin(text)
    assert told is not None
    assert told.referrer == referrer


def test_the_context_is_their_own_words_and_short() -> None:
    told = told_origin("tau dari tiktok kak, yg video cara bedakan jahe asli. harganya berapa?")
    assert told is not None
    assert told.context == "video cara bedakan jahe asli"
    long = told_origin("tau dari tiktok, video " + "jahe " * 100)
    assert long is not None
    assert len(long.context) <= 120


REFERRALS = [
    ("disuruh temen beli di sini", Referral.CAME_BY_REFERRAL),
    ("direkomendasiin sama Bu Tuti kak", Referral.CAME_BY_REFERRAL),
    ("rekomendasi dari temen kantor, katanya enak", Referral.CAME_BY_REFERRAL),
    ("saya dapat nomor kakak dari teman", Referral.CAME_BY_REFERRAL),
    ("aku kasih nomor kakak ke temenku ya", Referral.SENT_FRIEND),
    ("udah aku share linknya ke grup arisan", Referral.SENT_FRIEND),
    ("kemarin saya rekomendasiin ke tetangga kak", Referral.SENT_FRIEND),
    ("temenku mau order juga katanya", Referral.SENT_FRIEND),
    ("teman kantor saya jadi pesan juga nih", Referral.SENT_FRIEND),
    ("kak aku sering cerita ke temen2 kantor soal produk kakak", Referral.SENT_FRIEND),
    ("nanti temen aku namanya Sari mau nanya2 ya kak", Referral.SENT_FRIEND),
    ("ini aku lanjutin ke grup RT ya kak", Referral.SENT_FRIEND),
    ("udah 3 temenku yang beli gara2 aku kak hehe", Referral.SENT_FRIEND),
    ("saya tau dari rekomendasi dokter", Referral.CAME_BY_REFERRAL),
    ("serumnya beneran ampuh, jerawatku hilang", Referral.TESTIMONIAL),
    ("jahenya enak banget kak, anak-anak suka", Referral.TESTIMONIAL),
    ("puas banget belanja di sini", Referral.TESTIMONIAL),
    ("ga nyesel beli di sini kak", Referral.TESTIMONIAL),
]
NO_REFERRALS = [
    "temenku belum jadi pesan",
    "enak sih tapi mahal",
    "bagus banget gak kak",
    "temen saya minta dikirim ke alamat beda",
    "mau tanya buat teman saya",
    "rasanya kurang enak kak",
    "yang bagus banget yang mana kak?",
    "kalau enak banget nanti saya pesan lagi",
    "belum aku kasih ke temen",
    "ada kode referral gak kak?",
    "tolong kirim ke alamat teman saya ya",
    "bisa kirim katalog ke nomor ini?",
    "cari yang nyaman banget buat ibu",
    "gak enak banget rasanya",
    "toko sage jam berapa buka",
    "",
]


@pytest.mark.parametrize(("text", "kind"), REFERRALS)
def test_a_referral(text: str, kind: Referral) -> None:
    assert referral(text) is kind


@pytest.mark.parametrize("text", NO_REFERRALS)
def test_no_referral(text: str) -> None:
    assert referral(text, brands=["Toko Sage"]) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("aku biasa beli di Toko Sage bun", Referral.MENTIONS_BRAND),
        ("coba tokosage deh", Referral.MENTIONS_BRAND),
        ("ini bun https://shopee.co.id/tas-sage-i.123.456", Referral.SENDS_LINK),
        ("https://tokosage.id/produk/tas", Referral.SENDS_LINK),
        ("jangan di Toko Sage, lama", None),
        ("ada yang tau toko tas sage?", None),
        ("https://berita.contoh.com/artikel", None),
    ],
)
def test_talk_in_a_group(text: str, kind: Referral | None) -> None:
    links = ["https://tokosage.id", "shopee.co.id/tas-sage"]
    assert referral(text, brands=["Toko Sage"], links=links, in_group=True) is kind


PREFERENCES = [
    ("ukuran L kak", [("size", "L")]),
    ("saya biasanya M", [("size", "M")]),
    ("yang xl ada?", [("size", "XL")]),
    ("mau size 38", [("size", "38")]),
    ("sepatu nomor 40 ready?", [("size", "40")]),
    ("uk 39 warna hitam", [("size", "39"), ("colour", "hitam")]),
    ("ada warna sage?", [("colour", "sage")]),
    ("yang navy XL ya kak", [("colour", "navy"), ("size", "XL")]),
    ("pesan warna coklat 2", [("colour", "cokelat")]),
    ("mau yang black", [("colour", "hitam")]),
    ("rasa original 3 botol", [("variant", "original")]),
    ("yang varian jahe merah ya", [("variant", "jahe merah")]),
    ("aroma lavender masih ada?", [("variant", "lavender")]),
    ("pesannya sage tapi yang datang hitam", [("colour", "sage")]),
    ("3XL ada kak?", [("size", "3XL")]),
    ("warna dusty pink ada?", [("colour", "dusty pink")]),
    ("yang ijo kak", [("colour", "hijau")]),
    ("biru muda ada?", [("colour", "biru muda")]),
    ("sage green ukuran M", [("colour", "sage"), ("size", "M")]),
    ("sz 37 item ready?", [("size", "37")]),
    ("aku pake L biasanya, kalau slim fit XL", [("size", "L"), ("size", "XL")]),
    ("maroon ukuran all size", [("colour", "maroon"), ("size", "ALLSIZE")]),
    ("sage L", [("colour", "sage"), ("size", "L")]),
    ("kemeja sage L ada?", [("colour", "sage"), ("size", "L")]),
    ("kemeja L masih ada kak", [("size", "L")]),
    ("celananya M ya", [("size", "M")]),
    ("gamis navy s ready?", [("colour", "navy"), ("size", "S")]),
    ("biru muda xl 2", [("colour", "biru muda"), ("size", "XL")]),
    ("sage XL", [("colour", "sage"), ("size", "XL")]),
]
NO_PREFERENCES = [
    "jahe merah 2 botol ya",
    "gula merahnya ada?",
    "kopi hitam berapa kak",
    "beli 5 L",
    "jangan yang hitam ya",
    "selain warna hitam ada?",
    "ukurannya berapa kak?",
    "rasa apa aja yang ada",
    "transfer 38 ribu",
    "no 38 di katalog",
    "warna apa yang ready?",
    "kak M sudah makan?",
    "datangnya warna putih, salah kirim",
    "varian mana yang enak",
    "kebesaran yang L",
    "ukuran 90x200 ada?",
    "ukuran 250 gr",
    "teh hijau 2 kotak",
    "L/XL beda berapa cm?",
    "kemeja L/XL beda berapa cm?",
    "gula merah L",
    "minyak 2 L",
    "kopi M ada?",
    "L",
    "kak L",
    "jangan kemeja L",
    "",
]


@pytest.mark.parametrize(("text", "expected"), PREFERENCES)
def test_preferences(text: str, expected: list[tuple[str, str]]) -> None:
    assert preferences(text) == expected


@pytest.mark.parametrize("text", NO_PREFERENCES)
def test_no_preferences(text: str) -> None:
    assert preferences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "minta pricelist dong kak",
        "boleh minta katalognya?",
        "ada katalog?",
        "bisa dikirimin penawaran untuk 50 pcs?",
        "mohon dikirim penawaran ke email kami",
        "kirim daftar harga ya",
        "katalog kak",
        "mau lihat pricelist terbaru",
        "could you send me the catalog",
        "minta simulasi cicilannya kak",
        "ada brosurnya ga kak",
        "pl nya kak",
    ],
)
def test_an_offer_is_asked_for(text: str) -> None:
    assert asks_offer(text)


@pytest.mark.parametrize(
    "text",
    [
        "katalognya sudah saya terima",
        "makasih katalognya kak",
        "harganya berapa kak?",
        "katalognya bagus",
        "gak perlu katalog kak",
        "minta alamatnya dong",
        "yang di katalog halaman 3",
        "minta diskon dong",
        "",
    ],
)
def test_no_offer_is_asked_for(text: str) -> None:
    assert not asks_offer(text)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("", ("document",)),
        ("ini ya kak", ("image",)),
        ("berikut katalognya kak https://contoh.id/katalog", ()),
        ("penawaran sudah saya kirim via email ya pak", ()),
        ("harganya Rp150.000 per pcs kak", ()),
        ("paket A 250rb, paket B 400rb", ()),
        ("Total 1.250.000 sudah termasuk ongkir", ()),
        ("katalog terlampir ya kak", ()),
    ],
)
def test_an_offer_is_sent(text: str, media: tuple[str, ...]) -> None:
    assert offer_sent(text, media)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("besok kami kirim penawarannya", ()),
        ("mau katalog yang mana kak?", ()),
        ("penawarannya belum kami buat", ()),
        ("siap kak", ()),
        ("", ("sticker",)),
        ("sebentar ya kak, katalognya kami siapkan", ()),
        ("transfer ke BCA ya kak", ()),
    ],
)
def test_no_offer_is_sent(text: str, media: tuple[str, ...]) -> None:
    assert not offer_sent(text, media)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("pesanan 261121AB12CD34 kapan dikirim?", ["261121AB12CD34"]),
        ("no pesanan: 261121ab12cd34", ["261121AB12CD34"]),
        ("order 576812345678901234 belum sampai", ["576812345678901234"]),
        ("INV/20261121/MPL/1234567890", ["INV/20261121/MPL/1234567890"]),
        ("pesanan saya #1234", ["1234"]),
        ("nomor order SG-2026-0042 kak", ["SG-2026-0042"]),
        ("invoice INV-0091", ["INV-0091"]),
        ("mau order 100 pcs", []),
        ("order 150rb", []),
        ("pesanan tanggal 21-11-2026", []),
        ("hp saya 081234567890", []),
        ("#promo", []),
        ("", []),
    ],
)
def test_order_numbers(text: str, numbers: list[str]) -> None:
    assert order_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("resinya JP1234567890 ya kak", ["JP1234567890"]),
        ("spxid061234567890", ["SPXID061234567890"]),
        ("Resi JNE: 0123456789012345", ["0123456789012345"]),
        ("no resi 003112345678", ["003112345678"]),
        ("hp saya 081234567890", []),
        ("resi belum ada", []),
        ("rekening 1234567890", []),
        ("261121AB12CD34", []),
    ],
)
def test_tracking_numbers(text: str, numbers: list[str]) -> None:
    assert tracking_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("nomor saya 0812-3456-7890 ya", ["+6281234567890"]),
        ("hubungi +62 812-3456-7890 atau 0811812345", ["+6281234567890", "+62811812345"]),
        ("wa.me/6281234567890", ["+6281234567890"]),
        ("Rina, Jl. Melati 5, 081234567890", ["+6281234567890"]),
        ("(021) 7581-8888", ["+622175818888"]),
        ("+65 9123 4567", ["+6591234567"]),
        ("transfer ke BCA 8123456789 a.n. Tuti", []),
        ("rek 081234567890", []),
        ("no resi 081234567890", []),
        ("Rp 12.500.000", []),
        ("order 576812345678901234", []),
        ("tanggal 21-11-2026 jam 10", []),
        ("0812****7890", []),
    ],
)
def test_phones_in_a_message(text: str, numbers: list[str]) -> None:
    assert phones_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "sudah beres kak, makasih",
        "udah aman kok",
        "penggantinya sudah sampai, terima kasih ya",
        "refundnya udah masuk kak",
        "alhamdulillah sudah normal lagi",
        "masalahnya sudah selesai ya",
        "oke sudah saya terima gantinya",
        "it's solved, thank you",
        "ok clear",
        "udah ya kak, sudah ditukar",
        "sudah bisa login kak makasih",
    ],
)
def test_a_complaint_is_put_right(text: str) -> None:
    assert resolution(text)


@pytest.mark.parametrize(
    "text",
    [
        "belum beres kak",
        "kapan beres?",
        "sudah beres belum?",
        "sudah 3 hari belum ada kabar",
        "refundnya belum masuk",
        "sudah selesai tapi masih bocor",
        "makasih kak",
        "sudah saya transfer",
        "penggantinya mana?",
        "",
    ],
)
def test_a_complaint_is_not_put_right(text: str) -> None:
    assert not resolution(text)


@pytest.mark.parametrize(
    "text",
    [
        "tahu kami dari mana kak?",
        "Boleh tau kakak kenal Toko Sage dari mana?",
        "dapat info tentang kami dari siapa ya kak",
        "dari mana kakak tahu toko kami?",
        "How did you hear about us?",
        "kakak nemu toko kami lewat mana?",
    ],
)
def test_the_shop_asks_for_the_origin(text: str) -> None:
    assert asks_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        "kakak dari mana?",
        "kirimnya ke mana kak?",
        "tahu isi 2 bungkus",
        "barangnya dari mana kak",
        "mau diambil di mana?",
        "",
    ],
)
def test_the_shop_asks_for_something_else(text: str) -> None:
    assert not asks_origin(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("boleh minta reviewnya kak?", Asked.REVIEW),
        ("jangan lupa bintang 5 ya kak", Asked.REVIEW),
        ("kalau berkenan tinggalkan ulasan ya", Asked.REVIEW),
        ("bantu rekomendasikan ke teman ya kak", Asked.REFERRAL),
        ("ajak teman dapat voucher", Asked.REFERRAL),
        ("would you leave a review?", Asked.REVIEW),
        ("makasih reviewnya kak", None),
        ("reviewnya ada di shopee kak", None),
        ("terima kasih sudah kasih bintang 5", None),
        ("bantu cek alamatnya ya kak", None),
        ("", None),
    ],
)
def test_the_shop_asks_for_a_review_or_for_friends(text: str, asked: Asked | None) -> None:
    assert asks_review_or_referral(text) is asked


@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    for name in detectors.__all__:
        detector = getattr(detectors, name)
        if not isinstance(detector, type):
            detector(text)
    told_origin(text, asked=True)
    referral(text, brands=["Toko Sage", ""], in_group=True)
