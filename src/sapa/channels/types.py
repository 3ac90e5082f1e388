"""The kinds of channel that Sapa knows, and what their codes mean on the journey map."""

from __future__ import annotations

from enum import StrEnum


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
