"""Each provider's dialect, in a module of its own."""

from sapa.demo.providers.dialects.biteship import Biteship
from sapa.demo.providers.dialects.google import Google
from sapa.demo.providers.dialects.line import Line
from sapa.demo.providers.dialects.midtrans import Midtrans
from sapa.demo.providers.dialects.pages import Instagram, Messenger
from sapa.demo.providers.dialects.shopee import Shopee
from sapa.demo.providers.dialects.telegram import Telegram
from sapa.demo.providers.dialects.tiktok import TikTok
from sapa.demo.providers.dialects.tiktokshop import TikTokShop
from sapa.demo.providers.dialects.whatsapp import WhatsApp
from sapa.demo.providers.dialects.xendit import Xendit

DIALECTS = (
    WhatsApp,
    Instagram,
    Messenger,
    Telegram,
    Line,
    TikTok,
    Shopee,
    TikTokShop,
    Midtrans,
    Xendit,
    Biteship,
    Google,
)

__all__ = [
    "DIALECTS",
    "Biteship",
    "Google",
    "Instagram",
    "Line",
    "Messenger",
    "Midtrans",
    "Shopee",
    "Telegram",
    "TikTok",
    "TikTokShop",
    "WhatsApp",
    "Xendit",
]
