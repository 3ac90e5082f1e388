"""The sheet as text to share, and all sheets as rows for a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.actions.deriving import derive_many
from sapa.actions.wording import reader_language
from sapa.lib.dates import format_absolute, format_due, format_relative
from sapa.lib.money import format_money
from sapa.lib.phones import format_phone
from sapa.snapshots.composing import compose
from sapa.snapshots.types import IdentityLine, OriginLine, Snapshot
from sapa.standings.dossiers import CHUNK
from sapa.standings.queries import get_settings, iterate_contacts


def trust_words() -> dict[str, str]:
    """Each status of trust in words."""
    return {
        "new": _("baru kenal"),
        "considering": _("sedang pertimbangkan"),
        "trusting": _("sudah percaya"),
        "needs_support": _("butuh dukungan"),
    }


def snapshot_text(snapshot: Snapshot) -> str:
    """The sheet as plain text of a few lines, to send to a colleague."""
    language, zone = reader_language(), snapshot.as_of.tzinfo
    assert zone is not None  # noqa: S101
    told = dict.fromkeys(map(_tell_identity, snapshot.contact.identities))
    lines = [snapshot.contact.name, *[one for one in told if one and one != snapshot.contact.name][:3]]
    lines.append(_("Asal: {origin}").format(origin=tell_origin(snapshot.origin)))
    if snapshot.history:
        lines.append(_("Riwayat:"))
        lines.extend(
            f"• {line.what} ({format_relative(line.at, snapshot.as_of, zone, language)}) → {line.outcome}"
            for line in snapshot.history
        )
    lines.append(
        _("Status: {trust}. {why}").format(trust=trust_words()[snapshot.trust], why=snapshot.trust_why)
    )
    due = format_due(snapshot.action.due_at, snapshot.as_of, zone, language)
    lines.append(_("Tindakan: {text} ({owner}, {due})").format(text=snapshot.action.text, owner=snapshot.action.owner, due=due))  # fmt: skip
    if snapshot.action.material:
        lines.append(snapshot.action.material)
    if snapshot.preferences:
        lines.append(_("Kesukaan: {list}").format(list=", ".join(snapshot.preferences)))
    if snapshot.orders.count:
        total = format_money(snapshot.orders.total, snapshot.orders.currency, language)
        lines.append(_("Pesanan: {count}, total {total}").format(count=snapshot.orders.count, total=total))
    lines.extend(
        _("Janji: {text} (tenggat {due})").format(
            text=one.text, due=format_due(one.due_at, snapshot.as_of, zone, language)
        )
        for one in snapshot.open_promises
    )
    return "\n".join(lines)


def tell_origin(origin: OriginLine) -> str:
    """`TikTok “Cara Pilih Ukuran → Tanya Stok”`; says so where the channel or its context is not known."""
    if origin.channel is None and origin.context is None:
        return _("belum diketahui")
    channel = channel_label(origin.channel or "")
    if origin.context is None:
        return _("{channel} (konteks belum diketahui)").format(channel=channel)
    return f"{channel} “{origin.context}”".strip()


def channel_label(kind: str) -> str:
    """A kind of channel as people call it."""
    name = kind.removeprefix("marketplace:")
    known = {"whatsapp": "WhatsApp", "tiktok": "TikTok", "tiktokshop": "TikTok Shop", "web": _("situs"), "email": "e-mail", "offline": _("toko"), "shop": _("toko"), "call": _("telepon"), "referral": _("rekomendasi"), "line": "LINE"}  # fmt: skip
    return known.get(name, name[:1].upper() + name[1:])


def _tell_identity(one: IdentityLine) -> str:
    """An address as people write it; empty for what is no address (a visitor, the bare name of a chat)."""
    if one.kind in ("visitor", "external"):
        return ""
    return format_phone(one.value) if one.kind in ("phone", "whatsapp") else one.value


def export_header() -> list[str]:
    """The names of the columns of `export_rows`."""
    return [
        _("Nama"),
        _("Telepon"),
        _("E-mail"),
        _("Akun lain"),
        _("Asal"),
        _("Konteks asal"),
        _("Riwayat 1"),
        _("Riwayat 2"),
        _("Riwayat 3"),
        _("Status"),
        _("Alasan status"),
        _("Tindakan"),
        _("Penanggung jawab"),
        _("Tenggat"),
        _("Kesukaan"),
        _("Jumlah pesanan"),
        _("Total pesanan"),
        _("Janji terbuka"),
    ]


def export_rows(business: Business, *, now: datetime) -> Iterator[list[str | int]]:
    """One row a contact in the order of `export_header`: text, and whole numbers for counts and sums."""
    settings = get_settings(business)
    for ids in iterate_contacts(business, CHUNK):
        for derived in derive_many(business, ids, now=now, settings=settings):
            yield _row(compose(business, derived, now, settings))


def _row(sheet: Snapshot) -> list[str | int]:
    language, zone = reader_language(), sheet.as_of.tzinfo
    assert zone is not None  # noqa: S101
    keys: dict[str, list[str]] = {}
    for one in sheet.contact.identities:
        kind = one.kind if one.kind in ("phone", "email") else "other"
        keys.setdefault(kind, []).append(one.value if kind != "other" else f"{one.kind}: {one.value}")
    history = [
        f"{format_absolute(line.at, zone, language)} – {line.what} → {line.outcome}" for line in sheet.history
    ]
    return [
        sheet.contact.name,
        ", ".join(keys.get("phone", [])),
        ", ".join(keys.get("email", [])),
        ", ".join(keys.get("other", [])),
        sheet.origin.channel or "",
        sheet.origin.context or "",
        *([*history, "", "", ""])[:3],
        trust_words()[sheet.trust],
        sheet.trust_why,
        sheet.action.text,
        sheet.action.owner,
        format_absolute(sheet.action.due_at, zone, language),
        ", ".join(sheet.preferences),
        sheet.orders.count,
        sheet.orders.total,
        "; ".join(one.text for one in sheet.open_promises),
    ]
