"""What the words of one message name: numbers, sizes, where a person comes from, who was told of the shop.

Pure functions over text, each sure or silent: an origin or a preference that is only guessed is worse than none.
"""

from __future__ import annotations

import re

_RESI_NEAR = re.compile(r"\b(?:resi(?:nya)?|awb|tracking|no\.?\s*resi)\b[^\n]{0,40}?$", re.I)
_TRACKING = re.compile(
    r"\b(?:J[PDXZOTN]\d{10,12}|SPXID\w{10,16}|NLIDAP\w{8,14}|NV?IDID?\w{8,14}|IDE\d{10,14}|IDS\d{8,14}|LXAD-?\w{8,14}"
    r"|JN(?:AP|TCG)-?\w{8,14}|11LP\d{10,14}|TKP\d{2}-?\w{8,12}|GK-\d{2}-\d{6,12}|P\d{13}|[A-Z]{3}\d{13,14}|TLJ\w{10,14})\b",
    re.I,
)
_BARE_TRACKING = re.compile(r"\b(?=[A-Z0-9]*\d{5})[A-Z0-9]{10,18}\b", re.I)


def tracking_numbers(text: str) -> list[str]:
    """Waybill numbers in capitals: those of a carrier's own form, and others where the word resi stands before them."""
    found = [match.group().upper() for match in _TRACKING.finditer(text)]
    bare = (match for match in _BARE_TRACKING.finditer(text) if _RESI_NEAR.search(text[: match.start()]))
    found.extend(match.group().upper() for match in bare)
    return list(dict.fromkeys(found))
