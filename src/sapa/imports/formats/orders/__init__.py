"""Order files: Shopee, TikTok Shop with Tokopedia, Lazada, old Tokopedia, Shopify, and any table of orders."""

from sapa.imports.formats.orders.format import FORMATS

__all__ = ["FORMATS"]
