"""Files between a visitor and the shop: put up before they are sent, and read by links that end after an hour."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from sapa.gateway.web.bodies import RefusedError, seal_file
from sapa.gateway.web.sites import Site
from sapa.gateway.web.threads import find_file
from sapa.lib.files import may_show, sniff, store

MOST_BYTES = 10 * 1024 * 1024
LINK_HOURS = 1
_TAKEN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"})


@dataclass(frozen=True, slots=True)
class Linked:
    content: bytes
    mime: str
    name: str


def keep_file(content: bytes, *, name: str, visitor: str, site: Site) -> str:
    """Keeps a picture or PDF; answers what the visitor sends in its place. Raises `RefusedError` for other kinds."""
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise RefusedError(
            413, "large", _("Terlalu besar: paling banyak %(most)s kB.") % {"most": most}, "file"
        )
    if sniff(content[:512]) not in _TAKEN:
        raise RefusedError(422, "file", _("Kirim foto (JPG, PNG, WebP, GIF) atau PDF."), "file")
    kept = store([content], owner=site.business_public_id, most=MOST_BYTES)
    safe = "".join(one for one in name if one.isprintable() and one not in '/\\"')[-120:]
    return seal_file(visitor, stored=kept.name, name=safe, mime=kept.mime, size=kept.size)


def link_of(public_id: str, *, site: Site, visitor: str, now: datetime) -> str:
    """The path by which this visitor can read a file for an hour."""
    ends = int((now + timedelta(hours=LINK_HOURS)).timestamp())
    proof = f"{ends}.{visitor}.{_prove(public_id, visitor, ends, site)}"
    return f"/widget/{site.account.public_id}/file/{public_id}?k={proof}"


def with_links(messages: list[dict[str, Any]], link: Callable[[str], str]) -> list[dict[str, Any]]:
    """The messages, each stored file with its `link`."""
    return [
        {
            **message,
            "files": [{**one, "link": link(one["id"])} if one["ready"] else one for one in message["files"]],
        }
        for message in messages
    ]


def find_linked(public_id: str, proof: str, *, site: Site, now: datetime) -> Linked | None:
    """The file behind a link that we made and that has not ended."""
    ends, _dot, rest = proof.partition(".")
    visitor, _dot, mac = rest.partition(".")
    if not ends.isdecimal() or int(ends) < now.timestamp() or not _is_uuid(public_id):
        return None
    if not hmac.compare_digest(mac.encode(), _prove(public_id, visitor, int(ends), site).encode()):
        return None
    row = find_file((site.account.id, visitor), public_id)
    if row is None or not default_storage.exists(row.stored_as):
        return None
    with default_storage.open(row.stored_as) as file:
        content = file.read()
    return Linked(content, sniff(content[:512]), row.name)


def headers_of(found: Linked) -> tuple[tuple[bytes, bytes], ...]:
    """A picture is shown, everything else is saved; nothing in it may run, whatever it is."""
    how = "inline" if may_show(found.mime) else "attachment"
    name = quote(found.name or "file")
    return (
        (b"content-disposition", f"{how}; filename*=UTF-8''{name}".encode()),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"cross-origin"),
    )


def _prove(public_id: str, visitor: str, ends: int, site: Site) -> str:
    said = f"file\n{public_id}\n{visitor}\n{ends}".encode()
    return hmac.new(site.secret.encode(), said, hashlib.sha256).hexdigest()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
