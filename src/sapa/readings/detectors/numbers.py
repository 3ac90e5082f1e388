"""Waybills, orders and phone numbers in a message."""

from __future__ import annotations

import re

from sapa.lib.phones import normalise_phone

_RESI_NEAR = re.compile(r"\b(?:resi(?:nya)?|awb|tracking)\b[^\n]{0,40}?$", re.I)
_TRACKING = re.compile(
    r"\b(?:J[PDXZOTN]\d{10,12}|SPXID\w{10,16}|NLIDAP\w{8,14}|NV?IDID?\w{8,14}|IDE\d{10,14}|IDS\d{8,14}|LXAD-?\w{8,14}"
    r"|JN(?:AP|TCG)-?\w{8,14}|11LP\d{10,14}|TKP\d{2}-?\w{8,12}|GK-\d{2}-\d{6,12}|P\d{13}|[A-Z]{3}\d{13,14}|TLJ\w{10,14})\b",
    re.I,
)
_BARE_TRACKING = re.compile(r"\b(?=[A-Z0-9]*\d{5})[A-Z0-9]{10,18}\b", re.I)
_ORDER_FORMS = re.compile(
    r"\bINV/\d{8}/[A-Z]{2,4}/\d{6,12}\b"  # Tokopedia
    r"|\b2\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=[A-Z0-9]*[A-Z])[A-Z0-9]{8}\b"  # Shopee: the date, then eight signs
    r"|\b5[78]\d{16}\b",  # TikTok Shop
    re.I,
)
_ORDER_NAMED = re.compile(
    r"\b(?:no(?:mor|mer)?\.?\s*)?(?:pesanan(?:nya)?|order(?:an)?(?:nya)?|invoice|inv|transaksi|order\s?id|id\s?(?:order|pesanan))"
    r"\s*(?:id|no(?:mor)?\.?|saya|aku|ku)?\s*[:=#]*\s*(?P<number>#?(?=[A-Z0-9/_-]*\d{3})[A-Z0-9](?:[A-Z0-9/_-]{2,28})[A-Z0-9])\b",
    re.I,
)
_HASH_NUMBER = re.compile(r"(?<!\w)#(\d{3,12})\b")
_AMOUNT = re.compile(r"^(?:\d{1,3}(?:rb|ribu|k|jt|pcs|pc|gr|ml|kg)|\d{1,4}[-/]\d{1,2}[-/]\d{1,4})$", re.I)
_PHONE = re.compile(r"(?<![\w/.])\(?(?:\+\d|62|0[1-9]|8\d)[\d\s().\-‐-―]{6,18}\d(?!\w)")
_PHONE_LINK = re.compile(r"(?:wa\.me/|whatsapp\.com/send/?\?\S*?phone=)\+?\d{8,15}", re.I)
_NO_PHONE_NEAR = re.compile(
    r"\b(?:rek(?:ening)?|bca|bri|bni|bsi|mandiri|permata|cimb|va|virtual\s+account|resi|awb|invoice|inv|pesanan|order|rp|nik|ktp|npwp)"
    r"\b[\s.:#a-z]{0,20}$",
    re.I,
)
_PHONE_NEAR = re.compile(r"\b(?:wa|hp|whatsapp|telp?|tlp|telepon|nomor(?:nya)?|no)\b[\s.:]*$", re.I)


def tracking_numbers(text: str) -> list[str]:
    """Waybill numbers in capitals: those of a carrier's own form, and others where the word resi stands before them."""
    found = [match.group().upper() for match in _TRACKING.finditer(text)]
    bare = (
        match
        for match in _BARE_TRACKING.finditer(text)
        if _RESI_NEAR.search(text, max(0, match.start() - 60), match.start())
    )
    found.extend(match.group().upper() for match in bare)
    return list(dict.fromkeys(found))


def order_numbers(text: str) -> list[str]:
    """Order numbers in capitals without `#`: marketplaces' own forms, and what is called pesanan, order or invoice."""
    found = [match.group().upper() for match in _ORDER_FORMS.finditer(text)]
    named = (match["number"] for match in _ORDER_NAMED.finditer(text))
    found.extend(number.lstrip("#").upper() for number in named if not _AMOUNT.match(number))
    found.extend(match[1] for match in _HASH_NUMBER.finditer(text))
    whole = list(dict.fromkeys(found))
    return [one for one in whole if not any(one != other and one in other for other in whole)]


def phones_in(text: str) -> list[str]:
    """Phone numbers (E.164) that a message gives; bank accounts, waybills and prices are none."""
    found = [normalise_phone(match.group()) for match in _PHONE_LINK.finditer(text)]
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if _PHONE_NEAR.search(before) or not _NO_PHONE_NEAR.search(before):
            found.append(normalise_phone(match.group()))
    return list(dict.fromkeys(number for number in found if number))
