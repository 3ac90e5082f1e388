"""Whether a later message of the shop announces that something was done."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sapa.promises.rules.promised import clause_texts, kinds_in
from sapa.promises.rules.wording import CUSTOMER_THINGS, DONE, INFO, NOT, NOT_A_REFUSAL, RESI
from sapa.promises.types import PromiseKind
from sapa.readings.detectors import tracking_numbers

_SHOWS = re.compile(
    r"\b(?:ini(?:\s+(?:ya|kak|dia))?|berikut|terlampir|lampiran|kami\s+lampirkan|saya\s+lampirkan|here(?:'s|\s+is|\s+are)?|attached)\b",
    re.I,
)
_INFO_WORD = re.compile(rf"\b{INFO}\b", re.I)
_RESI_WORD = re.compile(rf"\b{RESI}", re.I)
_LINK = re.compile(r"https?://|\bwww\.|\b\w+\.(?:com|id|co\.id|me)/\S+", re.I)
_PRESENT = re.compile(
    r"\b(?:ready\s+(?:lagi|kembali|stock|stok)|restock\s+(?:sudah|udah)|back\s+in\s+stock|(?:has|have)\s+been|was\s+sent|shipped|refunded)\b",
    re.I,
)
_FOR_MONEY_BACK = re.compile(r"refund|kembali|balik|cashback|selisih|money\s+back", re.I)
_PAYMENT = re.compile(r"\b(?:pembayaran|transferan|bukti|payment|tf)\w*", re.I)
_BY_CUSTOMER = re.compile(
    r"\b(?:sudah|udah|udh|sdh|telah|already)\s+(?:di)?\s?(?:kakak|kak|anda|ibu|bapak|kamu|you)\b|\b(?:kakak|anda|kamu|you)\s+(?:sudah|udah|udh|sdh|telah|already|have)\b",
    re.I,
)
_ON_THE_WAY = re.compile(
    r"\bsampai\s+(?:di\s+)?(?:gudang|sorting|hub|dc|transit|kota|cabang|ekspedisi|mana)", re.I
)
_CONDITION = re.compile(r"^\W*(?:kalau|kalo|klo|jika|bila|apabila|setelah|if|once|when)\b", re.I)
_SHOWN_MEDIA = frozenset({"image", "video", "document"})


def deed(text: str, media: Iterable[str] = ()) -> set[PromiseKind]:
    """What a message announces as done; `media` are kinds of attachments sent with it.

    A tracking number announces the goods on their way as well. Questions, denials and conditions announce nothing.
    """
    done: set[PromiseKind] = set()
    if _SHOWN_MEDIA & set(media):
        done.add(PromiseKind.SEND_INFO)
        if _RESI_WORD.search(text):
            done |= {PromiseKind.SEND_TRACKING, PromiseKind.SEND_GOODS}
    if tracking_numbers(text):
        done |= {PromiseKind.SEND_TRACKING, PromiseKind.SEND_GOODS}
    if not (DONE.search(text) or _PRESENT.search(text) or _SHOWS.search(text) or _LINK.search(text)):
        return done
    for clause, question in clause_texts(text):
        if not question:
            done |= _in_clause(clause, text)
    return done


def _in_clause(clause: str, text: str) -> set[PromiseKind]:
    if _CONDITION.match(clause) or NOT.search(NOT_A_REFUSAL.sub(" ", clause)):
        return set()
    done: set[PromiseKind] = set()
    shows = _SHOWS.search(clause)
    if _INFO_WORD.search(clause) and (shows or _LINK.search(text)):
        done.add(PromiseKind.SEND_INFO)
    if shows and re.search(r"\bresi(?:nya)?\b", clause, re.I):
        done |= {PromiseKind.SEND_TRACKING, PromiseKind.SEND_GOODS}
    if (DONE.search(clause) or _PRESENT.search(clause)) and not _BY_CUSTOMER.search(clause):
        done |= {kind for kind in kinds_in(clause) if _means_it(kind, clause)}
    return done


def _means_it(kind: PromiseKind, clause: str) -> bool:
    if kind is PromiseKind.REFUND:
        return bool(_FOR_MONEY_BACK.search(clause))
    if kind is PromiseKind.DELIVER:
        return not (_PAYMENT.search(clause) or _ON_THE_WAY.search(clause))
    if kind is PromiseKind.SEND_GOODS:
        return not (_INFO_WORD.search(clause) or CUSTOMER_THINGS.search(clause) or _PAYMENT.search(clause))
    return True
