"""Every question of the map at a million touchpoints: 0.3 s at most, and its edges 5 times as fast as pm4py's."""

from __future__ import annotations

from typing import Any

from bench._figures import LIMIT, judge, run_apart

TIMES = 5


def run(quick: bool) -> dict[str, Any]:
    found = run_apart("journey", quick)
    judged = judge(found)
    peer = found["pm4py"]
    ours = found["seconds"]["journey.edges"]
    ratio = peer and round(peer["seconds"] / ours, 1)
    return {
        **judged,
        "name": "journey_1m",
        "unit": "s",
        "rival": f"pm4py {peer['version']}: format and performance graph" if peer else None,
        "rival_value": peer and peer["seconds"],
        "ratio": ratio,
        "whole_map_ratio": peer and round(peer["seconds"] / found["all_seconds"], 1),
        "edges_seconds": ours,
        "edges_equal": peer and peer["equal"],
        "slowest_ratio_to_raw": judged["ratio"],
        "goal": f"every question <= {LIMIT} s, none slower than SQL by hand, edges >= {TIMES} x pm4py and equal to its",
        "holds": bool(peer)
        and judged["value"] <= LIMIT
        and judged["ratio"] <= 1
        and bool(ratio and ratio >= TIMES)
        and peer["equal"],
    }
