"""The people of the invented shop who have a story of their own. Everybody and every word here is made up.

A line is (days before today, clock, who, words): who is "c" for the customer and "s" for the shop.
Times of today that lie ahead are moved to an hour ago by `files.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

Line = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """One chat: the name under which the shop saved it, the number, and what was said."""

    name: str
    phone: str
    lines: tuple[Line, ...]
    source: str = ""


STORIES: tuple[Story, ...] = (
    Story(
        "Rina Wulandari",
        "0812-3456-7890",
        (
            (111, "10.12", "c", "Kak, aku lihat video cara pilih ukuran di tiktok. kemeja linennya ready?"),
            (111, "10.20", "s", "Ready Kak Rina, warna sage, putih tulang, sama hitam 🙏"),
            (111, "10.24", "c", "mau yg putih tulang ukuran L 1 ya"),
            (111, "10.31", "s", "Siap, totalnya 185.000 belum ongkir. Besok kami kirim resinya ya Kak"),
            (110, "15.02", "s", "Resinya JNE 0112233445566 ya Kak, sudah jalan"),
            (107, "18.40", "c", "udah nyampe kak, bahannya adem bgt suka deh"),
            (2, "19.05", "c", "kak aku biasanya L, kalau model oversize turun ukuran ga ya?"),
            (2, "19.11", "s", "Kak Rina yang oversize tetap L, ini tabel ukurannya ya"),
            (0, "10.05", "c", "Kak, sage L masih ada? boleh minta fotonya"),
        ),
        "TikTok video Cara Pilih Ukuran",
    ),
    Story(
        "Budi Santoso",
        "0813-2211-0098",
        (
            (9, "09.30", "c", "min pesanan saya TS-2107 kok jaitannya lepas di bagian kerah"),
            (9, "09.47", "s", "Waduh maaf sekali Kak Budi, boleh kirim fotonya? Kami bantu ganti ya"),
            (9, "10.02", "c", "<Media tidak disertakan>"),
            (8, "11.15", "s", "Sudah kami cek Kak, maksimal 2x24 jam kami kirim penggantinya"),
            (4, "16.20", "c", "kak gimana ini belum ada kabar juga. kecewa banget saya"),
        ),
        "Iklan Instagram",
    ),
    Story(
        "Andi Wijaya",
        "0857-1010-2020",
        (
            (2, "20.14", "c", "malam kak, ini bisa nyicil ga? 3x gitu"),
            (2, "20.30", "s", "Malam Kak Andi, mau ambil yang mana ya?"),
            (2, "20.33", "c", "yang set linen couple, minta penawarannya dong sama info cicilannya"),
        ),
        "Instagram story teman",
    ),
    Story(
        "Sari Dewi",
        "0821-4455-6677",
        (
            (16, "13.00", "c", "kak tunik hijau yang di story masih?"),
            (16, "13.08", "s", "Masih Kak Sari, tinggal M dan XL"),
            (16, "13.10", "c", "M ya kak, langsung tf bca"),
            (16, "13.25", "c", "<Media tidak disertakan>"),
            (16, "13.40", "s", "Makasih Kak, sudah masuk. Nanti sore saya kirim resinya"),
            (16, "17.20", "s", "Resi SiCepat 000456789012 ya Kak Sari 🙏"),
        ),
        "Story teman",
    ),
    Story(
        "Bu Ratna",
        "0811-812-345",
        (
            (210, "08.30", "c", "Assalamualaikum, mau pesan seragam pengajian 12 potong bisa?"),
            (210, "08.45", "s", "Waalaikumsalam Bu Ratna, bisa Bu. Bahannya mau linen atau katun?"),
            (210, "08.52", "c", "linen saja, warna sage. saya tahu dari Bu Tuti"),
            (
                150,
                "09.00",
                "c",
                "Bu, ibu-ibu yang lain minta juga, tambah 8 potong ya. Saya kasih nomor toko ke grup",
            ),
            (150, "09.10", "s", "Alhamdulillah, siap Bu. Makasih sudah direkomendasikan"),
            (92, "10.10", "c", "tambah 5 lagi ya sama seperti kemarin"),
            (92, "10.15", "s", "Siap Bu Ratna"),
        ),
        "Rekomendasi Bu Tuti",
    ),
    Story(
        "Mega Lestari",
        "0878-3344-5566",
        (
            (6, "12.01", "c", "kak bahannya panas ga? aku gampang gatel kalau polyester"),
            (6, "14.40", "s", "Ini linen campur katun Kak, komposisinya 55 linen 45 katun"),
            (6, "14.42", "c", "oh gitu, ada sertifikatnya ga kak?"),
        ),
        "",
    ),
    Story(
        "Doni Prasetyo",
        "0852-9090-1212",
        (
            (30, "21.10", "c", "ongkir ke Makassar brp kak"),
            (30, "21.55", "s", "Ke Makassar 48.000 Kak untuk 1 kg"),
            (30, "21.57", "c", "wah mahal ya, bisa gratis ongkir ga"),
        ),
        "",
    ),
    Story(
        "Lia Anggraini",
        "0896-1234-8888",
        (
            (45, "10.00", "c", "kak ada ukuran XXL? warna navy"),
            (45, "10.30", "s", "Navy XXL lagi kosong Kak, restock minggu depan kami kabari ya"),
            (45, "10.31", "c", "oke kak ditunggu"),
        ),
        "",
    ),
    Story(
        "Hesti Purnomo",
        "0813-7766-5544",
        (
            (24, "09.15", "c", "halo kak mau tanya dress batik yang di tokped, size M lingkar dada berapa"),
            (24, "09.21", "s", "Lingkar dada 96 cm Kak Hesti"),
            (24, "09.25", "c", "pas nih, aku ambil 1. tf mandiri ya"),
            (24, "09.50", "s", "Siap Kak, sudah kami terima. Hari ini dikirim"),
            (24, "16.30", "s", "Sudah kami kirim ya Kak, resi AnterAja 10002345678"),
            (20, "19.30", "c", "sudah sampai kak, bagus banget. suami sampai nanya beli dimana 😄"),
            (19, "08.20", "c", "aku share ke grup arisan ya kak linknya, pada nanya"),
        ),
        "Google",
    ),
    Story(
        "Joko Purnomo",
        "0812-5050-6161",
        (
            (3, "07.40", "c", "pagi, kemeja hitam XL 2, kirim ke kantor ya alamat sama"),
            (3, "08.05", "s", "Pagi Kak Joko, siap. Besok kami kirim ya"),
            (1, "09.00", "c", "kak udah dikirim blm?"),
        ),
        "Langganan",
    ),
    Story(
        "Putri Maharani",
        "0838-2020-3030",
        (
            (75, "15.00", "c", "kak aku mau balikin, kekecilan. bisa tukar L?"),
            (75, "15.20", "s", "Bisa Kak Putri, kirim balik dulu ya, ongkirnya kami yang tanggung"),
            (71, "11.00", "c", "udah aku kirim kak"),
            (69, "14.00", "s", "Sudah kami terima Kak, besok kami kirim yang L"),
            (68, "13.10", "s", "Penggantinya sudah dikirim ya Kak, resi JNE 0199887766554"),
            (65, "17.00", "c", "makasih kak udah beres, cepet banget ditanganin"),
        ),
        "TikTok",
    ),
    Story(
        "Fajar Nugroho",
        "0819-3131-4141",
        (
            (1, "16.45", "c", "kak kemeja linen navy L berapa harganya?"),
            (1, "16.52", "s", "Halo Kak Fajar, 185.000 ya. Ready navy L tinggal 2"),
            (1, "16.53", "c", "oke makasih kak"),
        ),
        "Iklan Instagram",
    ),
    Story(
        "Tika Rahmawati",
        "0877-6262-7373",
        (
            (0, "08.31", "c", "pagi kak, bisa cod ga ke Depok? mau ambil tunik 2"),
            (0, "08.40", "s", "Pagi Kak Tika, bisa COD. Nanti sore saya kabari totalnya ya"),
        ),
        "TikTok",
    ),
    Story(
        "Wahyu Hidayat",
        "0856-8181-9292",
        (
            (60, "11.11", "c", "bang bisa jadi reseller ga? di kampus banyak yg nanya"),
            (60, "11.30", "s", "Bisa Kak Wahyu, minimal 6 potong dapat harga reseller"),
            (58, "19.20", "c", "oke gas bang, 6 dulu campur warna"),
            (28, "20.00", "c", "bang nambah 10 ya, yg hitam paling laku"),
            (28, "20.15", "s", "Mantap, siap Kak"),
        ),
        "Teman kampus",
    ),
    Story(
        "Nita Kusuma",
        "0812-9393-0404",
        (
            (140, "09.00", "c", "kak kapan promo lagi?"),
            (140, "09.30", "s", "Akhir bulan ini Kak, pakai kode HEMAT20 ya"),
            (138, "10.00", "c", "asik, aku order ya pakai kodenya"),
        ),
        "Instagram",
    ),
    Story(
        "Yusuf Maulana",
        "0822-1414-2525",
        (
            (12, "10.20", "c", "assalamualaikum kak celana linennya bisa dipendekin ga ya panjangnya"),
            (12, "10.45", "s", "Waalaikumsalam, bisa Kak, gratis potong"),
            (12, "10.47", "c", "alhamdulillah, saya ambil 1 yang khaki L"),
            (11, "14.00", "s", "Sudah dikirim ya Kak Yusuf, resi JNT JP8877665544"),
            (6, "20.10", "c", "kak cara cucinya gimana biar ga susut?"),
            (6, "20.25", "s", "Cuci air dingin ya Kak, jangan pakai mesin pengering"),
            (6, "20.26", "c", "sip makasih kak"),
        ),
        "Rekomendasi teman",
    ),
)

OPENERS: dict[str, tuple[str, ...]] = {
    "price": (
        "kak kemeja linen brp?",
        "harga tuniknya berapa ya",
        "min pricelist dong",
        "itu yang set couple harganya brp kak",
        "kalau beli 3 harganya jadi berapa",
        "brp kak yg warna sage",
    ),
    "stock": (
        "kak ukuran M ready?",
        "sage L masih ada ga",
        "yang hitam XL kosong ya?",
        "restock kapan kak navy nya",
        "ready semua warna kak?",
    ),
    "shipping_cost": (
        "ongkir ke Medan berapa kak",
        "ke Balikpapan ongkirnya brp ya",
        "bisa gratis ongkir ga kak",
        "ongkir semarang brp min?",
        "kalau ke Ambon ongkirnya mahal ga",
        "ongkos kirim ke Pontianak berapa ya kak",
        "ada subsidi ongkir ga kak ke Jayapura",
    ),
    "size_fit": (
        "bb 60 tb 158 cocoknya ukuran apa kak",
        "size chart nya ada kak?",
        "L lingkar dadanya berapa",
        "kalo biasa pake M di brand lain, di sini apa ya",
    ),
    "installment": ("bisa cicil ga kak?", "bisa pakai paylater?", "kak bisa dp dulu ga sisanya akhir bulan"),
    "ingredients": ("bahannya apa kak, panas ga?", "komposisi kainnya apa ya", "ini polyester apa katun kak"),
}
ANSWERS: dict[str, tuple[str, ...]] = {
    "price": ("185.000 ya Kak", "Kemeja 185.000, tunik 165.000 Kak", "Mulai 165.000 Kak, mau yang mana?"),
    "stock": ("Masih ada Kak", "Ready Kak, tinggal 2", "Yang itu kosong Kak, ada warna lain"),
    "shipping_cost": ("42.000 ya Kak", "Ke sana 38.000 Kak per kilo", "Ongkirnya 51.000 Kak"),
    "size_fit": ("Cocoknya L Kak", "M pas Kak, lingkar dada 96", "Ini tabel ukurannya ya Kak"),
    "installment": ("Bisa lewat paylater di Shopee Kak", "Untuk cicilan nanti kami infokan ya Kak"),
    "ingredients": ("Linen campur katun Kak, adem", "55 linen 45 katun Kak"),
}
BUYING = ("oke kak aku ambil 1 ya", "mau yang L satu, tf kemana?", "jadi order kak", "fix ya kak 2 potong")
NAMES_FIRST = [
    "Ayu",
    "Bayu",
    "Citra",
    "Dimas",
    "Eka",
    "Fitri",
    "Galih",
    "Hana",
    "Indra",
    "Juwita",
    "Kartika",
    "Lukman",
    "Maya",
    "Nanda",
    "Oki",
    "Prita",
    "Raka",
    "Salma",
    "Teguh",
    "Ulfa",
    "Vino",
    "Winda",
    "Yoga",
    "Zahra",
    "Arif",
    "Bella",
    "Danu",
    "Elsa",
    "Farhan",
    "Gita",
]
NAMES_LAST = [
    "Permata",
    "Saputra",
    "Handayani",
    "Siregar",
    "Gunawan",
    "Utami",
    "Halim",
    "Nasution",
    "Firmansyah",
    "Susanti",
    "Ramadhan",
    "Tanjung",
    "Kurnia",
    "Pratama",
    "Suryani",
    "Lubis",
    "Hartono",
    "Anjani",
    "Wibowo",
    "Melati",
]
