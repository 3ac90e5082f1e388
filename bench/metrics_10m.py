"""Every metric at ten million touchpoints of a million contacts: <= 0.4 s each; the build <= 30 s, memory < 2 GB."""

from __future__ import annotations

from typing import Any

from bench._scale import BUILD, LIMIT, MEMORY, measure_curve


def run(quick: bool) -> dict[str, Any]:
    curve = measure_curve(quick)
    worst, value = curve[-1]["slowest_of"]["metric."]
    return {
        "name": "metrics_10m",
        "unit": "s",
        "value": value,
        "worst": worst,
        "rival": "limit",
        "rival_value": LIMIT,
        "ratio": round(value / LIMIT, 3),
        "curve": curve,
        "goal": f"every metric <= {LIMIT} s, build <= {BUILD} s, memory < {MEMORY} MB",
        "holds": value <= LIMIT and curve[-1]["build_seconds"] <= BUILD and curve[-1]["memory_mib"] < MEMORY,
    }
