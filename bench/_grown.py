"""One shop of made facts: its copy built, every question of figures and map asked, the whole map cold and kept.

Run as a process of its own by `metrics_10m` and `journey_10m`: `python -m bench._grown 1000000`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench._made import build_from_facts, peak_memory
from bench._shop import NOW, START, temporary_home

ROUNDS = 3
MORE = {
    "follow": 30 * 86_400_000_000,
    "middle_low": 10,
    "middle_high": 20,
}


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _costs(work: Callable[[], Any]) -> float:
    """Processor seconds of all threads: what remains the same while others work on the machine."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _lay(touchpoints: int) -> tuple[Any, float, float]:
    """A business whose published copy is one of made facts; seconds by the clock and of processor that building took."""
    from sapa.accounts.operations import make_business
    from sapa.analytics import copies, places
    from sapa.analytics.places import Pointer
    from sapa.analytics.state import read_mark
    from sapa.analytics.tables import VERSION

    business = make_business(
        name="Toko Besar", owner_email="tuti@toko.example", owner_name="Bu Tuti", now=START
    )
    contacts = max(touchpoints // 10, 10)
    con = copies.connect(str(places.base_path(business, 1)))
    clock, processor = time.perf_counter(), time.process_time()
    build_from_facts(con, business, touchpoints, contacts)
    con.execute("CHECKPOINT")
    took = time.perf_counter() - clock, time.process_time() - processor
    con.close()
    places.replace_pointer(business, Pointer(VERSION, 1, 0, contacts, 0, False, read_mark(business, 0)))
    return business, *took


def measure(touchpoints: int) -> dict[str, Any]:
    """Seconds of all that an owner may ask of a shop of that size."""
    with temporary_home():
        business, build, processor = _lay(touchpoints)
        from sapa.analytics import places
        from sapa.analytics.queries import forget_answers, open_copy
        from sapa.analytics.questions import PARAMETERS, TEXTS, list_questions, prepare
        from sapa.analytics.windows import Window, parameters
        from sapa.journeys.queries import get_journey
        from sapa.metrics.queries import list_metric_figures

        built = peak_memory()
        prepare()  # as on any day but the first after an update
        copy = open_copy(business)
        given: dict[str, Any] = {
            **dict.fromkeys(PARAMETERS, 0),
            **dict.fromkeys(TEXTS, ""),
            **parameters(business, Window(None, None), NOW),
            **MORE,
            "before": 2**62,
            "high": 30,
        }
        cold = _timed(lambda: get_journey(business, from_=None, to=None, now=NOW))
        kept = _timed(lambda: get_journey(business, from_=None, to=None, now=NOW))
        figures = _timed(lambda: list_metric_figures(business, from_=None, to=None, now=NOW))
        names = [name for name in list_questions() if name.startswith(("metric.", "journey."))]
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(ROUNDS):
            for name in names:
                forget_answers()
                seconds[name].append(_timed(lambda name=name: copy.ask(name, given)))
        found = {name: round(median(values), 4) for name, values in seconds.items()}
        worst = sorted(found, key=lambda name: -found[name])[:5]
        slowest_of = {
            prefix: max((name for name in found if name.startswith(prefix)), key=lambda name: found[name])
            for prefix in ("metric.", "journey.")
        }
        return {
            "touchpoints": touchpoints,
            "contacts": max(touchpoints // 10, 10),
            "build_seconds": round(build, 1),
            "build_processor_seconds": round(processor, 1),
            "build_memory_mib": built,
            "memory_mib": peak_memory(),
            "file_mb": round(places.base_path(business, 1).stat().st_size / 1e6, 1),
            "map_cold_seconds": round(cold, 3),
            "map_kept_seconds": round(kept, 3),
            "all_figures_seconds": round(figures, 3),
            "questions": len(found),
            "slowest_processor": {name: _processor(copy, name, given) for name in worst},
            "slowest": {name: found[name] for name in worst},
            "slowest_of": {prefix: [name, found[name]] for prefix, name in slowest_of.items()},
        }


def _processor(copy: Any, name: str, given: dict[str, Any]) -> float:
    from sapa.analytics.queries import forget_answers

    forget_answers()
    return round(_costs(lambda: copy.ask(name, given)), 4)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
