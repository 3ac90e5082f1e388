"""Every endpoint; importing them fills the register."""

from sapa.api.endpoints import customers, figures, imports, shop, surveys, talk, webhooks, work

__all__ = ["customers", "figures", "imports", "shop", "surveys", "talk", "webhooks", "work"]
