"""Connecting a shop's channels to the simulator, as a person would on the settings page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import httpx

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.demo.providers.simulator import Simulator
from sapa.gateway.dispatch import hook_path, try_and_connect


def join(
    simulator: Simulator,
    *,
    business: Business,
    hook_base: str,
    by: Teammate | None,
    now: datetime,
    kinds: Iterable[str] = (),
    settings: Mapping[str, str] | None = None,
) -> dict[str, Channel]:
    """Connects these kinds (all by default) and tells each provider our address. Raises `ChannelError`.

    Some providers are told the address by `connect`, as Meta is; with others a person copies it: so it is done here.
    """
    found: dict[str, Channel] = {}
    with httpx.Client(timeout=20.0) as http:
        for kind in kinds or simulator.kinds:
            dialect = simulator.dialect(kind)
            channel = try_and_connect(
                business=business,
                kind=kind,
                name="",
                settings={**dialect.settings(), **(settings or {})},
                base_url=hook_base,
                by=by,
                now=now,
                http=http,
            )
            if kind not in ("telegram", "google"):
                dialect.hook_url = hook_base.rstrip("/") + hook_path(channel)
            found[kind] = channel
    return found
