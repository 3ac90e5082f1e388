"""Every metric at a million touchpoints and 100,000 contacts: 0.3 s at most, no slower than SQL by hand on raw tables."""

from __future__ import annotations

from typing import Any

from bench._figures import LIMIT, judge, run_apart


def run(quick: bool) -> dict[str, Any]:
    judged = judge(run_apart("metric", quick))
    return {
        "name": "metrics_1m",
        "unit": "s",
        "rival": f"hand-written DuckDB SQL on the raw tables ({judged['closest']})",
        "goal": f"every question <= {LIMIT} s, none slower than its rival (ratio <= 1)",
        "holds": judged["value"] <= LIMIT and judged["ratio"] <= 1,
        **judged,
    }
