"""How the team serves: by teammate, channel, hour and load, each number with the messages behind it (S1.21, S1.19, S4.19)."""

from sapa.metrics.service.queries import MOST_LISTED, get_performance, list_replies

__all__ = ["MOST_LISTED", "get_performance", "list_replies"]
