"""Where a customer says that they know the shop from."""

from __future__ import annotations

import re

from sapa.gateway.types import Origin
from sapa.lib.patterns import any_of
from sapa.readings.detectors.referrals import is_referred
from sapa.readings.detectors.sentences import VOCATIVES, sentences

_CHANNELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("marketplace:tiktokshop", any_of("tik ?tok ?shop\\b;keranjang kuning")),
    ("marketplace:shopee", any_of("shopee\\b;shoppe\\b")),
    ("marketplace:tokopedia", any_of("tokopedia\\b;tokped\\b;toped\\b")),
    ("marketplace:lazada", any_of("lazada\\b")),
    ("marketplace:blibli", any_of("blibli\\b")),
    ("tiktok", any_of("tik ?tok(?:nya)?\\b;fyp\\b;tt\\b")),
    ("instagram", any_of("instagram\\b;ig(?:nya|s)?\\b;insta\\b;instastory\\b;reels?\\b;explore\\b")),
    ("facebook", any_of("facebook\\b;fb\\b")),
    ("youtube", any_of("youtube\\b;yt\\b;shorts\\b")),
    ("google", any_of("google\\b;gugel\\b;googling\\b;gmaps?\\b;maps?\\b;search\\b")),
    ("twitter", any_of("twitter\\b;threads\\b")),
    ("telegram", any_of("telegram\\b")),
    ("whatsapp", any_of("(?:gr?u?o?up|status|story|sw|broadcast|info) (?:di )?(?:wa|whatsapp)\\b;wa ?gr?oup\\b;wag\\b;(?:status|story) wa")),
    ("web", any_of("web ?site(?:nya)?\\b;web(?:nya)?\\b;blog\\b;artikel\\b;podcast(?:nya)?\\b")),
    (
        "offline",
        any_of("""spanduk;baliho;banner;brosur;flyer;pameran;baz(?:a|aa)r\\b;expo\\b;event\\b;cfd\\b;booth\\b;stan(?:d)?\\b(?= di);plang
        (?:lewat|liwat|depan) (?:depan )?(?:toko|ruko|warung|outlet|rumah);offline store;radio\\b;koran\\b"""),
    ),
)  # fmt: skip
_FRIEND = any_of("""te?me?n(?:ku|nya|-?temen)?\\b;teman(?:ku|nya)?\\b;sodara(?:ku)?\\b;saudara(?:ku)?\\b;tetangga(?:ku)?\\b;rekan\\b;sepupu(?:ku)?\\b
    (?:kakak|adik|adek|ibu|mama|mami|bapak|papa|suami|istri|tante|om|mertua|anak) (?:saya|aku|ku|sy)\\b;(?:kakak|adik|adek|ibu|mama|suami|istri|tante|om|mertua)ku\\b
    keluarga\\b;bos(?:ku)?\\b;guru(?:nya)?\\b;dokter(?:ku)?\\b""")
_TITLE = (
    r"(?:bu|ibu|pak|bapak|bpk|kak|mbak|mba|mas|bang|ci|cici|ko|koh|tante|om|teh|teteh|kang|ustadz?ah?|dr\.?)"
)
_TOLD_BY = re.compile(
    r"\b(?:di\s?kasi(?:h)?\s?(?:tau|tahu)|di\s?beri\s?(?:tau|tahu)|di\s?rekomen\w*|rekomen\w*|di\s?saran\w+|di\s?ajak\w*|di\s?suruh|di\s?kenalin\w*"
    r"|di\s?kasih?\s+(?:nomor|no|kontak|info|link)(?:\s?nya)?(?:\s+(?:ini|kakak|toko))?|diceritain|disuruh|(?:dapat|dapet|dpt)\s+(?:no(?:mor|mer)?|kontak|info|wa)(?:nya)?(?:\s+(?:kakak|ini))?\s+dari|referensi|info|taunya|tau|tahu|kenal)"
    rf"\s+(?:dari\s+|sama\s+|oleh\s+|ama\s+|lewat\s+)?(?P<name>{_TITLE}\s+(?!saya\b|aku\b|ku\b|ini\b|itu\b|yang\b|yg\b|dari\b|di\b|ya\b|kalau\b|kalo\b)[a-z’']+(?:\s+(?-i:[A-Z])[a-z’']+)?)",
    re.I,
)
_FROM_NAME = re.compile(
    rf"\bdari\s+(?P<name>{_TITLE}\s+(?!saya\b|aku\b|ku\b|mana\b|ini\b|ya\b)(?-i:[A-Z])[a-z’']+(?:\s+(?-i:[A-Z])[a-z’']+)?)",
    re.I,
)
_KNOWS = any_of("""(?:taunya|tahunya|tau|tahu|kenal|nemu|nemuin|ketemu|denger|dengar|liat|lihat|lht|nonton|baca|ngeliat|keliatan|muncul|lewat) (?:\\w+ ){0,3}?(?:dari|dr|di|lewat|via|waktu|pas|postingan|video|konten|iklan|fyp|story)
    (?:dapat|dapet|dpt) (?:info|no|nomor|kontak|rekomendasi|link)\\w* (?:\\w+ ){0,2}?(?:dari|dr|di);(?:saya|aku|sy|ak|ini aku|kami|ini) (?:dari|dr) ;(?:dari|dr) (?:iklan|postingan|video|konten|story|live|link|bio)\\b
    lewat (?:fyp|beranda);(?:lewat|liwat) (?:depan )?(?:toko|ruko|warung|outlet);(?:liat|lihat|baca) (?:spanduk|baliho|banner|brosur|iklan|plang)\\w*;(?:found|saw|heard) (?:\\w+ ){0,4}?(?:on|from|in|via|through);(?:from|via) (?:your|the) (?:video|ad|post|story)""")
_OPENING_FROM = re.compile(
    rf"^\W*(?:(?:halo|hallo|hai|hi|pagi|siang|sore|malam|{VOCATIVES})\b\W*)*(?:info\s+)?(?:dari|dr)\s+", re.I
)
_OTHER_FROM = any_of("""(?:order(?:an)?|beli|pesan(?:an)?|checkout|co|bayar|transfer|tf|kirim(?:an)?|dikirim|paket|barang(?:nya)?|ongkir|ambil|retur|resi(?:nya)?|cek|katalog(?:nya)?|foto(?:nya)?|status) (?:\\w+ ){0,3}?(?:dari|dr|di|lewat|via|ke)\\b
    follow;(?:ada|punya|jual|ready|bisa|boleh) (?:\\w+ ){0,2}?(?:di|lewat|via|dari)\\b;link (?:shopee|tokped|tokopedia|lazada);lebih (?:murah|mahal)""")
_UNKNOWN = any_of(
    "(?:lupa|lali);(?:gak?|nggak|tidak|tdk|ga) (?:tau|tahu|inget|ingat)\\b;bukan (?:dari|lewat)\\b"
)
_ASKS_BACK = re.compile(r"\b(?:mana|berapa|brp|kapan|apa|siapa|gimana|bisa|boleh|ada)\b[^?]*\?", re.I)
_PLEASANTRY = re.compile(
    r"\b(?:kak|kakak|kk|min|mimin|admin|sis|gan|bun)\b(?!\s+(?-i:[A-Z]))|\b(?:bu|ibu|pak|bapak|mas|mbak)\b(?=\W*$)"
    r"|\b(?:ya|yaa|nih|sih|dong|aja|deh|hehe|kok|tuh|gitu|oh|iya|tadi|kemarin|halo|hallo|hai|hi|assalamu\S*)\b|(?<!-)\b(?:saya|aku|sy|ak)\b(?!-)",
    re.I,
)
_LEAD = re.compile(
    r"^(?:\W|\b(?:tau|taunya|tahu|tahunya|kenal|liat|lihat|lht|ngeliat|nemu|nemuin|ketemu|nonton|denger|dengar|baca|muncul|lewat|dapat|dapet|dpt|info"
    r"|ini|toko|tokonya|dari|dr|via|di|yg|yang|pas|waktu|pagi|siang|sore|malam|i|found|saw|heard|you|of|on|in|from)\b)+",
    re.I,
)
_CONTINUES = re.compile(
    r"^\s*(?:yg|yang|video|story|postingan|konten|iklan|live|waktu|pas|akun|soal|tentang|reels?)\b", re.I
)
_LONGEST_CONTEXT = 120
_HINT = re.compile(
    "|".join((*(pattern.pattern for _, pattern in _CHANNELS), _FRIEND.pattern, rf"\b{_TITLE}\s")), re.I
)


def told_origin(text: str, *, asked: bool = False) -> Origin | None:
    """Where a customer says that they know the shop from; None where nothing is said of it.

    `asked`: the shop has just asked `tahu dari mana?`, so that `tiktok kak` is an answer. `channel` is a kind of
    channel, or `referral` where only a person is named; `referrer` is that person's name if given; `context` is the
    person's own words around it (`video cara bedakan jahe asli`), at most 120 characters.
    """
    if not _HINT.search(text):
        return None
    for sentence, question in sentences(text):
        found = _origin_in(sentence, asked=asked, question=question)
        if found:
            return found
    return None


def _origin_in(sentence: str, *, asked: bool, question: bool) -> Origin | None:
    if _UNKNOWN.search(sentence):
        return None
    by = _TOLD_BY.search(sentence) or (_FROM_NAME.search(sentence) if asked else None)
    channel = next((kind for kind, pattern in _CHANNELS if pattern.search(sentence)), "")
    friend = bool(_FRIEND.search(sentence))
    tells = (
        by
        or _KNOWS.search(sentence)
        or (_OPENING_FROM.match(sentence) and (channel or friend))
        or is_referred(sentence)
    )
    if not tells and not (asked and not question):
        return None
    if not by and not asked and (_OTHER_FROM.search(sentence) or (question and _ASKS_BACK.search(sentence))):
        return None
    if not (channel or friend or by):
        return None
    referrer = by["name"].strip() if by else ""
    return Origin(channel=channel or "referral", context=_context(sentence, channel), referrer=referrer)


def _context(sentence: str, channel: str) -> str:
    parts = sentence.split(",")
    pattern = dict(_CHANNELS).get(channel)
    place = next((at for at, part in enumerate(parts) if pattern and pattern.search(part)), 0)
    kept = parts[place : place + 1] + [
        part for part in parts[place + 1 : place + 2] if _CONTINUES.match(part)
    ]
    bare = ",".join(kept)
    if pattern:
        bare = re.sub(
            rf"(?:\b(?:dari|dr|di|lewat|via|on|in|from)\s+)?{pattern.pattern}", " ", bare, count=1, flags=re.I
        )
    bare = _LEAD.sub("", _PLEASANTRY.sub(" ", bare))
    return " ".join(bare.replace(" ,", ",").split()).strip(" ,.-!?")[:_LONGEST_CONTEXT]
