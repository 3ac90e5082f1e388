"""What a command wrote is followed through before it returns, whether or not a worker runs."""

from __future__ import annotations

from sapa.analytics import operations as analytics
from sapa.cli.types import Call
from sapa.snapshots.operations import refresh_changed


def make_visible(call: Call) -> None:
    """Refreshes what the change log names and builds the analytics copy."""
    refresh_changed(call.shop, now=call.now)
    analytics.build(call.shop)
