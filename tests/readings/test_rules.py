"""Words, questions, closings and grave words: lists of cases."""

import pytest

from sapa.readings import rules
from sapa.readings.features import observe, stems


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("brp kak", "berapa kak"),
            ("Brapaaaa kaaak??", "berapa kak ? ?"),
            ("gajadi ya", "tidak jadi ya"),
            ("udh tf blm masuk", "sudah transfer belum masuk"),
            ("bs nyicil?", "bisa cicilan ?"),
            ("ongkirnya piro mbak", "ongkos kirim berapa mbak"),
            ("iso cod ora", "bisa bayar di tempat tidak"),
            ("aya keneh teu", "ada masih tidak"),
            ("kira2 dmn", "kira-kira dimana"),
            ("cek www.toko.id/a?b=1 ya", "cek tautanweb ya"),
            ("150rb boleh?", "jumlahrp boleh ?"),
            ("Rp 1.250.000", "jumlahrp"),
            ("wa 0812-3456-7890", "whatsapp nomorpanjang"),
            ("👍👍", "<senang> <senang>"),
            ("ＨＡＬＯ", "halo"),
            ("", ""),
            ("...", ""),
        ],
    )
    def test_are_what_is_meant(self, typed: str, meant: str) -> None:
        assert " ".join(rules.words(typed)) == meant

    def test_of_a_pasted_document_end(self) -> None:
        assert len(rules.words("kata " * 5000)) == rules.LONGEST_TEXT // 5

    def test_lose_their_endings(self) -> None:
        assert "jahit" in stems("jahitannya")
        assert stems("kak") == ("kak",)


ASKS = [
    "brp kak",
    "ada yg L?",
    "ada yang L",
    "bisa cod",
    "bs nyicil gak",
    "ready kak?",
    "masih ada kak",
    "kapan dikirim",
    "dmn alamatnya",
    "size chart dong kak",
    "spill harga kak",
    "udah dikirim blm",
    "minta norek dong min",
    "cek ongkir 40287 dong",
    "gimana cara pakenya",
    "piro regane mbak",
    "is it available",
    "bisa bayar nyusul ga bu",
    "saya mau tanya soal ukuran",
    "kok belum sampai ya?",
]
TELLS = [
    "saya ambil yang hitam",
    "oke makasih",
    "sudah saya transfer ya",
    "barangnya rusak",
    "gapapa kak",
    "tidak apa apa kak",
    "mau pesan 2 kak",
    "halo kak",
    "enak banget kuenya",
    "👍",
    "",
]


class TestQuestion:
    @pytest.mark.parametrize("text", ASKS)
    def test_asks(self, text: str) -> None:
        assert observe(text).asks

    @pytest.mark.parametrize("text", TELLS)
    def test_tells(self, text: str) -> None:
        assert not observe(text).asks


CLOSINGS = [
    "oke makasih",
    "siap kak",
    "👍",
    "🙏🙏",
    "ok",
    "terima kasih banyak ya bu",
    "baik kak terima kasih infonya",
    "makasi kakkk 😊",
    "sip makasih mas",
    "matur nuwun nggih",
    "hatur nuhun teh",
    "noted kak",
    "oke nanti saya kabari lagi ya kak",
    "sama-sama kak",
    "stiker tidak disertakan",
    "\u200esticker omitted",
    "thx",
    "alhamdulillah makasih kak",
    "oke ditunggu kak",
]
OPENINGS = [
    "makasih kak, ongkirnya berapa?",
    "oke kak jadi totalnya brp",
    "oke saya transfer sekarang",
    "makasih ya udah bikin acara saya berantakan",
    "halo kak",
    "kak",
    "besok",
    "tidak",
    "siap, alamatnya di Jl Melati 4",
    "terima kasih, tapi barangnya rusak",
    "image omitted",
    "<Media tidak disertakan>",
    "?",
    "",
]


class TestClosing:
    @pytest.mark.parametrize("text", CLOSINGS)
    def test_closes(self, text: str) -> None:
        assert rules.closes(rules.words(text))

    @pytest.mark.parametrize("text", OPENINGS)
    def test_leaves_open(self, text: str) -> None:
        assert not rules.closes(rules.words(text))


class TestGrave:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("saya lapor polisi kalau begini", "threat"),
            ("tak viralin lho ya", "threat"),
            ("kok saya ketipu", "fraud"),
            ("ada yang ngaku admin toko ini", "fraud"),
            ("balikin uang saya", "money"),
            ("rasanya pengen mati aja", "distress"),
            ("ibu saya meninggal kemarin kak", "death"),
            ("data saya kok bisa tersebar", "privacy"),
            ("anak saya checkout sendiri", "minor"),
            ("mau ngomong sama orangnya langsung", "person"),
            ("kabelnya hampir kebakaran", "danger"),
            ("muka gatel abis pake krimnya", "health"),
            ("habis makan nasinya saya muntah", "health"),
        ],
    )
    def test_words_call_a_person(self, text: str, reason: str) -> None:
        assert reason in observe(text).reasons

    @pytest.mark.parametrize(
        "text",
        [
            "parah enak banget",
            "gila bagusnya",
            "lapor kak barang sudah sampai",
            "krim buat kulit gatal ada kak?",
            "kulit saya ga gatal lagi sejak pakai sabun ini",
            "gatalnya hilang setelah pakai ini",
            "warna merah jadi yang mana kak",
            "brp kak",
        ],
    )
    def test_words_stay_silent(self, text: str) -> None:
        assert observe(text).reasons == ()
