import pytest

from sapa.analytics.rules import is_promotional, place_of


@pytest.mark.parametrize(
    ("text", "is_offer"),
    [
        ("Lagi ada promo diskon 10% kak, sampai Minggu ya", True),
        ("Pakai kode voucher SAGE10 biar hemat", True),
        ("beli 2 gratis 1 khusus hari ini", True),
        ("flash sale jam 12 siang", True),
        ("25% off untuk semua warna", True),
        ("gratis ongkir ke Bandung kak", True),
        ("belum ada promo kak, nanti dikabari", False),
        ("maaf kak diskonnya sudah habis", True),  # an offer was spoken of; only a plain no is none
        ("ga ada diskon ya kak", False),
        ("tidak ada promo, tapi ada voucher ongkir", True),
        ("baik kak, pesanan kami kirim besok", False),
        ("Rp85.000 belum termasuk ongkir", False),
        ("", False),
    ],
)
def test_an_offer_is_a_lower_price_or_a_gift(text: str, is_offer: bool) -> None:
    assert is_promotional(text) is is_offer


@pytest.mark.parametrize(
    ("source", "host", "place"),
    [
        ("tiktok", None, "tiktok"),
        ("ig_story", None, "instagram"),
        ("IG", None, "instagram"),
        ("google-ads", None, "google"),
        (None, "l.instagram.com", "instagram"),
        (None, "www.google.co.id", "google"),
        (None, "shopee.co.id", "marketplace:shopee"),
        ("newsletter", "www.tiktok.com", "tiktok"),
        ("newsletter", None, None),
        (None, "tokosage.example", None),
        (None, None, None),
    ],
)
def test_a_visit_comes_from_the_platform_that_its_link_names(
    source: str | None, host: str | None, place: str | None
) -> None:
    assert place_of(source, host) == place
