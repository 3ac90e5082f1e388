"""The adapters that there are: every folder of `gateway.adapters` is one, but for what several share (`_meta`)."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from sapa.gateway import adapters
from sapa.gateway.contract import ChannelAdapter


@cache
def list_adapters() -> dict[str, ChannelAdapter]:
    """Every adapter by its kind of channel, in the order of their names."""
    found = [
        import_module(f"{adapters.__name__}.{module.name}")
        for module in pkgutil.iter_modules(adapters.__path__)
        if not module.name.startswith("_")
        if not module.name.startswith("_")
    ]
    return {module.ADAPTER.kind: module.ADAPTER for module in found}


def find_adapter(kind: str) -> ChannelAdapter | None:
    """The adapter for a kind of channel, None where that kind is only filled by files."""
    return list_adapters().get(kind)
