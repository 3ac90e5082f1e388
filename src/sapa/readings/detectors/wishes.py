"""Offers asked for and sent, complaints put right, and what the shop itself asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from sapa.lib.patterns import any_of, either
from sapa.readings.detectors.sentences import NOT, sentences

_OFFER = either("""penawaran(?:nya)?;price ?list(?:nya)?;pricelist(?:nya)?;pl\\b;daftar harga(?:nya)?;katalog(?:nya)?;catalogu?e?;quotation
    quote;brosur(?:nya)?;rincian (?:harga|biaya)(?:nya)?;rab\\b;proposal(?:nya)?;simulasi (?:cicilan|kredit|biaya)(?:nya)?;price list;brochure
    skema (?:cicilan|pembayaran)(?:nya)?;list harga(?:nya)?;menu(?:nya)?;silabus(?:nya)?""")
_OFFER_WORD = re.compile(rf"\b(?:{_OFFER})\b", re.I)
_WANTS = any_of("""minta;mnta;mntk;boleh;bisa;mau;pengen;ada;kirim(?:in|kan|i)?;dikirim(?:in|kan|i)?;krm;share;bagi;info(?:in|kan)?;kasih;lihat;liat;butuh
    perlu;tolong;mohon;punya;send;can i;could (?:i|you);may i;do you have;please;i'd like;i need""")
_HAS_IT = any_of("""(?:sudah|udah|udh|sdh|dah|telah|barusan) (?:\\w+ ){0,2}?(?:terima|dapat|dapet|lihat|liat|baca|masuk|saya|aku|dikirim|kirim|download)
    makasih;terima ?kasih;thanks;thank you;bagus;lengkap;sesuai;berdasarkan;dari katalog;di katalog;no(?:mor)? \\d+ di""")
_BRINGS = any_of(
    "ini;berikut;terlampir;lampiran;silak?h?kan (?:dilihat|dicek|download);kami lampirkan;saya lampirkan;here(?:'s| is);attached;sudah (?:saya|kami|di) ?kirim;link"
)
_ADDRESS = re.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:com|id|co\.id|me|ly)/\S", re.I)
_PRICE = re.compile(
    r"(?<!\w)(?:rp\.?\s?\d[\d.,]*|\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?\s?(?:rb|ribu|k|jt|juta))(?!\w)", re.I
)
_PRICED = any_of(
    "harga(?:nya)?;total(?:nya)?;paket;biaya(?:nya)?;penawaran;cicilan;per (?:pcs|bulan|kg|botol|orang|sesi);diskon;price;total"
)
_TO_COME = any_of("besok;nanti;segera;akan;bentar;sebentar;tunggu;ditunggu;menyusul;tomorrow;will\\b;later")
_DOCUMENTS = frozenset({"document", "image", "video"})


def asks_offer(text: str) -> bool:
    """Whether a customer asks for an offer, a price list or a catalogue; a plain question for one price is none."""
    for sentence, question in sentences(text):
        if not _OFFER_WORD.search(sentence) or _HAS_IT.search(sentence):
            continue
        denied = NOT.search(sentence) and not question
        if not denied and (question or _WANTS.search(sentence) or len(sentence.split()) <= 4):
            return True
    return False


def offer_sent(text: str, media: Iterable[str] = ()) -> bool:
    """Whether a message of the shop brings an offer: a document or picture, a link to a catalogue, or prices in words.

    `media` are kinds of attachments. Announcing one for later brings nothing.
    """
    if _DOCUMENTS & set(media):
        return True
    for sentence, question in sentences(text):
        if question or NOT.search(sentence):
            continue
        if _PRICE.search(sentence) and (_PRICED.search(sentence) or len(_PRICE.findall(sentence)) > 1):
            return True
        if (
            _OFFER_WORD.search(sentence)
            and not _TO_COME.search(sentence)
            and (_ADDRESS.search(text) or _says_done(sentence))
        ):
            return True
    return False


def _says_done(sentence: str) -> bool:
    return bool(
        re.search(r"\b(?:sudah|udah|telah|barusan)\b.*\b(?:kirim|email|share)\w*", sentence, re.I)
    ) or bool(re.search(r"\b(?:terlampir|kami\s+lampirkan|saya\s+lampirkan|attached)\b", sentence, re.I))


_SOLVED = any_of("""(?:sudah|udah|udh|sdh|dah|telah|akhirnya|alhamdulillah) (?:\\w+ ){0,3}?(?:beres|selesai|aman|clear|teratasi|normal|bisa|benar|bener|sesuai|baik|oke|ok|kembali|masuk|ketemu|nyala|berfungsi|diganti|ditukar|direfund|terselesaikan)\\b
    (?:penggantinya|gantinya|barang pengganti\\w*|barang gantinya|refund(?:nya)?|dananya|uangnya|dana refund|tukarannya) (?:\\w+ ){0,3}?(?:sudah|udah|udh|sdh|telah) (?:\\w+ )?(?:sampai|sampe|nyampe|masuk|terima|saya terima|aku terima|diterima|datang|dateng|balik|kembali)
    (?:sudah|udah|udh|sdh|telah) (?:\\w+ ){0,2}?(?:sampai|sampe|nyampe|masuk|terima|diterima|datang|dateng) (?:\\w+ ){0,2}?(?:penggantinya|gantinya|barang pengganti|refund\\w*|dananya|uangnya|tukarannya)
    masalah(?:nya)? (?:\\w+ )?(?:selesai|beres|teratasi);(?:gak?|nggak|tidak|udah gak?|ga) (?:ada )?masalah lagi;(?:it's |all |everything is )?(?:solved|sorted|resolved|fixed)\\b
    (?:works|working) (?:now|again);(?:ok|oke|okay) (?:clear|beres|aman)\\b""")
_STILL = any_of("tapi;tp\\b;cuma\\b;masih;kapan;kok (?=\\w);lagi rusak;but\\b;still\\b")
_CLEAR = any_of("(?:gak?|nggak|tidak|ga) (?:ada )?masalah lagi")


def resolution(text: str) -> bool:
    """Whether a customer says that what went wrong has been put right (`sudah beres kak, makasih`)."""
    for sentence, question in sentences(text):
        plain = _CLEAR.sub("", sentence)
        if not question and _SOLVED.search(sentence) and not NOT.search(plain) and not _STILL.search(plain):
            return True
    return False


_ASKS_ORIGIN = any_of("""(?:tau|tahu|kenal|ketemu|nemu|dengar|denger|lihat|liat|dapat|dapet|dpt) (?:\\w+ ){0,6}?(?:dari|dr|lewat|via|di) (?:mana|siapa)\\b
    (?:dari|dr|lewat|via) (?:mana|siapa) (?:\\w+ ){0,4}?(?:tau|tahu|kenal|ketemu|nemu|dengar|denger|lihat|liat|dapat|dapet)
    how did you (?:hear|find|know|learn);where did you (?:hear|find|see);siapa yang (?:rekomen\\w*|mengenalkan|kasih tau)""")
_OWN_GOODS = any_of("(?:barang|pesanan|paket|resi|nomor pesanan|harga)(?:nya)? (?:\\w+ )?(?:dari|di) mana")


def asks_origin(text: str) -> bool:
    """Whether the shop asks where the customer knows it from; `kakak dari mana?` asks for a town."""
    return any(
        _ASKS_ORIGIN.search(sentence) and not _OWN_GOODS.search(sentence) for sentence, _ in sentences(text)
    )


class Asked(StrEnum):
    """What the shop asked for: what follows it is not unprompted."""

    REVIEW = "review"
    REFERRAL = "referral"


_REQUESTS = any_of("""boleh;bisa;minta;mohon;tolong;bantu;dibantu;ditunggu;kasih;beri(?:kan)?;tinggalkan;tinggalin;jangan lupa;kalau berkenan;jika berkenan;yuk
    ajak;please;could you;can you;would you;don't forget;kami tunggu;sudi""")
_REVIEW = any_of("""re?view(?:nya)?\\b;ulasan(?:nya)?\\b;testi(?:moni)?(?:nya)?\\b;bintang ?(?:5|lima)?(?:nya)?\\b;rating(?:nya)?\\b;penilaian(?:nya)?\\b;feedback\\b
    kesan(?:nya)?\\b;stars?\\b""")
_FRIENDS = any_of("""(?:rekomendasi\\w*|rekomen\\w*|ceritakan|ceritain|infokan|infoin|kasih tau|beri tahu|share|bagikan|sebarkan|ajak|kenalkan|refer|tell|recommend) (?:\\w+ ){0,6}?(?:ke |kepada |sama |your )?(?:te?me?n|teman|saudara|keluarga|kerabat|tetangga|rekan|friends?|family|kolega)
    (?:kode|program) referral;ajak te?man""")


def asks_review_or_referral(text: str) -> Asked | None:
    """Whether the shop asks for a review or for friends to be told; None where it does neither."""
    for sentence, _ in sentences(text):
        if _FRIENDS.search(sentence):
            return Asked.REFERRAL
        if _REVIEW.search(sentence) and _REQUESTS.search(sentence) and not _HAS_IT.search(sentence):
            return Asked.REVIEW
    return None
