"""The map at ten million touchpoints: each of its questions <= 0.4 s, the whole of it <= 1 s cold and <= 0.1 s kept."""

from __future__ import annotations

from typing import Any

from bench._scale import COLD, KEPT, LIMIT, measure_curve


def run(quick: bool) -> dict[str, Any]:
    last = measure_curve(quick)[-1]
    worst, value = last["slowest_of"]["journey."]
    cold, kept = last["map_cold_seconds"], last["map_kept_seconds"]
    return {
        "name": "journey_10m",
        "unit": "s",
        "value": value,
        "worst": worst,
        "rival": "limit",
        "rival_value": LIMIT,
        "ratio": round(value / LIMIT, 3),
        "map_cold_seconds": cold,
        "map_kept_seconds": kept,
        "touchpoints": last["touchpoints"],
        "goal": f"every question <= {LIMIT} s, the map <= {COLD} s cold and <= {KEPT} s kept",
        "holds": value <= LIMIT and cold <= COLD and kept <= KEPT,
    }
