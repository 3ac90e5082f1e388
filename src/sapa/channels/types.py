"""The kinds of channel that Sapa knows, and what their codes mean on the journey map."""

from __future__ import annotations

from enum import StrEnum

TOKEN_EXPIRES = "token_expires_at"  # noqa: S105 - the name of a setting
"""The setting (ISO 8601) that says until when the channel's token holds."""


class ChannelError(Exception):
    """A channel cannot be connected as asked; says in one sentence why and what to do."""


class ChannelKind(StrEnum):
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"
    MESSENGER = "messenger"
    TELEGRAM = "telegram"
    LINE = "line"
    TIKTOK = "tiktok"
    EMAIL = "email"
    WEB = "web"
    GOOGLE = "google"
    CALL = "call"
    OFFLINE = "offline"
    SHOP = "shop"
    SHOPEE = "marketplace:shopee"
    TOKOPEDIA = "marketplace:tokopedia"
    TIKTOKSHOP = "marketplace:tiktokshop"
    LAZADA = "marketplace:lazada"
    MIDTRANS = "payment:midtrans"
    XENDIT = "payment:xendit"
    BITESHIP = "shipping:biteship"
