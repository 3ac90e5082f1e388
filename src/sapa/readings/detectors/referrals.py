"""Who was told of the shop, and who came because of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from sapa.lib.patterns import any_of
from sapa.readings.detectors.sentences import NOT, sentences


class Referral(StrEnum):
    """What a customer does for the shop's name: three events (S2.46), a friend sent on, or having come by one."""

    MENTIONS_BRAND = "mentions_brand"
    SENDS_LINK = "sends_link"
    TESTIMONIAL = "testimonial"
    SENT_FRIEND = "sent_friend"
    CAME_BY_REFERRAL = "came_by_referral"


_CAME = any_of("""(?:di ?suruh|di ?ajak|di ?kasi(?:h)? ?(?:tau|tahu|info)|di ?rekomen\\w*|di ?saran\\w+|di ?referensi\\w*) (?:\\w+ ){0,2}?(?:te?me?n|teman|saudara|sodara|tetangga|kakak|adik|ibu|mama|sepupu|bu|pak|mbak|mas|kak|tante|om)
    (?:rekomen\\w*|referensi(?:nya)?|saran|info(?:nya)?) (?:dari )?(?:dokter|bidan|guru|te?me?n|teman|saudara|sodara|tetangga|kakak (?:saya|ku)|adik|ibu|mama|sepupu|bu|pak|mbak|mas|kak [A-Z])
    (?:dapat|dapet|dpt) (?:no|nomor|kontak|wa)\\w* (?:\\w+ ){0,2}?(?:dari|dr) (?:te?me?n|teman|saudara|sodara|tetangga|bu|pak|mbak|mas);(?:tau|tahu|taunya) (?:dari|dr) (?:te?me?n|teman|saudara|sodara|tetangga)
    te?me?n(?:ku)? (?:saya )?(?:yang|yg) (?:nyaranin|rekomen\\w*|ngasih tau|kasih tau);my friend (?:told|recommended|sent);recommended by""")
_SENT = any_of("""(?:aku|saya|sy|ku|udah|sudah|tadi|nanti) (?:\\w+ ){0,3}?(?:kasih|kasi|share|forward|lanjut(?:in|kan)?|bagi(?:in|kan)?|sebar(?:in)?|kirim(?:in)?|terus(?:in|kan)?) (?:\\w+ ){0,3}?(?:(?:nomor|no|kontak|wa|link|info|ig|toko|katalog)(?:nya)? ?(?:\\w+ ){0,3}?)?ke (?:te?me?n|teman|saudara|sodara|tetangga|grup|kakak|adik|ibu|mama|kantor|keluarga|sepupu|rekan)
    (?:aku|saya|sy|ku|udah|sudah|tadi|nanti) (?:\\w+ ){0,2}?(?:rekomen\\w*|promosi\\w*|cerita(?:in)?|sarani?n|kasih ?tau|kenalin|ajak(?:in)?) (?:\\w+ ){0,4}?(?:te?me?n|teman|saudara|sodara|tetangga|grup|kantor|keluarga|sepupu|rekan)
    te?me?n(?:-?te?me?n)?(?:ku|nya)? (?:\\w+ ){0,3}?(?:nanti|mau|bakal|jadi|juga|pada|yang|yg) (?:\\w+ ){0,2}?(?:chat|wa|nanya|tanya|order|pesan|beli|hubungi|kontak|ikut|ikutan|nitip)
    te?man(?:-?te?man)?(?:ku|nya)? (?:\\w+ ){0,3}?(?:nanti|mau|bakal|jadi|juga|pada) (?:\\w+ ){0,2}?(?:chat|wa|order|pesan|beli|hubungi|kontak|ikut|ikutan|nitip)
    i(?:'ve| have)? (?:told|recommended|sent) (?:\\w+ ){0,4}?(?:friend|friends|sister|brother|mother)""")
_PRAISE = any_of("""(?:enak|bagus|mantap|mantul|puas|cakep|keren|cantik|rapi|wangi|lembut|nyaman|adem|awet|cocok|halus|segar|gurih|suka) (?:banget|bgt|sekali|pol|parah|bener|bngt)
    (?:puas|seneng|senang|suka|cocok) (?:banget |bgt |sekali )?(?:sama|dengan|pake|pakai|belanja|beli);(?:gak?|nggak|tidak|ga) (?:nyesel|nyesal|menyesal|kecewa);recommended\\b;(?:beneran|bener|memang|emang|sangat|langsung) (?:ampuh|manjur|mempan|cocok);rekomen(?:ded)? (?:banget|bgt);juara\\b
    love it;so good;very (?:good|happy|satisfied)""")
_WISH = any_of(
    "kalau;kalo;klo;semoga;biar;supaya;pengen;pingin;mau (?:yang|yg);cari(?:in)?;katanya;kayaknya;kelihatannya;keliatannya;fotonya;gambarnya"
)
_LINK = re.compile(r"https?://\S+|\b(?:www\.)\S+|\b[\w.-]+\.(?:com|id|co\.id|me|link|ly)/\S+", re.I)
_SHOP_LINK = re.compile(
    r"shopee\.|shp\.ee|tokopedia\.|tiktok\.com/(?:view/)?(?:product|@)|vt\.tiktok|lazada\.|instagram\.com|wa\.me/",
    re.I,
)


def referral(
    text: str, *, brands: Iterable[str] = (), links: Iterable[str] = (), in_group: bool = False
) -> Referral | None:
    """What a customer's message does for the shop's name, the strongest first; None where nothing.

    `brands` are names of the shop, `links` beginnings of its own addresses, `in_group` whether others read along.
    Naming the brand or sending its link counts in a group only: to the shop itself it is no recommendation.
    """
    said = [sentence for sentence, question in sentences(text) if not question]
    if any(is_referred(sentence) for sentence in said):
        return Referral.CAME_BY_REFERRAL
    if any(_SENT.search(sentence) and not NOT.search(sentence) for sentence in said):
        return Referral.SENT_FRIEND
    if in_group and _sends_link(text, tuple(links)):
        return Referral.SENDS_LINK
    if in_group and any(_names(sentence, brand) for sentence in said for brand in brands):
        return Referral.MENTIONS_BRAND
    return Referral.TESTIMONIAL if any(map(_praises, said)) else None


def is_referred(sentence: str) -> bool:
    """Whether a sentence says that somebody else sent this person."""
    return bool(_CAME.search(sentence)) and not NOT.search(sentence)


def _praises(sentence: str) -> bool:
    praised = _PRAISE.search(sentence)
    return (
        bool(praised)
        and not _WISH.search(sentence)
        and not NOT.search(sentence.replace(praised.group(), "") if praised else "")
    )


def _sends_link(text: str, links: tuple[str, ...]) -> bool:
    sent = [match.group().lower() for match in _LINK.finditer(text)]
    if links:
        return any(
            own.lower().removeprefix("https://").rstrip("/") in address for address in sent for own in links
        )
    return any(_SHOP_LINK.search(address) for address in sent)


def _names(sentence: str, brand: str) -> bool:
    plain = re.escape(brand.strip()).replace(r"\ ", r"\s*")
    return (
        bool(plain)
        and bool(re.search(rf"(?<!\w)@?{plain}(?!\w)", sentence, re.I))
        and not NOT.search(sentence)
    )
