"""Taking in what a page of ours was given, as the visitors' front does, but from a page's thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sapa.gateway.adapters.web import ADAPTER
from sapa.gateway.adapters.web.door import door_headers
from sapa.gateway.contract import RawRequest, Verified
from sapa.gateway.storing import Arrival, head_text, store_arrivals
from sapa.gateway.web.bodies import RefusedError
from sapa.gateway.web.sites import Site


def take_body(body: Mapping[str, Any], *, site: Site, now: datetime) -> None:
    """Stores a judged body for the digest. Raises `RefusedError` where the site's settings are not whole."""
    raw = msgspec.json.encode(body)
    request = RawRequest("POST", "", door_headers(raw, site.secret, now), raw)
    verdict = ADAPTER.verify(request, site.account)
    if not isinstance(verdict, Verified):
        raise RefusedError(403, "refused", "The site is not connected.")
    store_arrivals([Arrival(site.business_id, site.account.id, raw, head_text(verdict.head))], now=now)
