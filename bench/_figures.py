"""One large shop, its copy and a raw DuckDB of the same facts; every question timed beside its rival.

Run as a process of its own by `metrics_1m` and `journey_1m`: `python -m bench._figures metrics|journey 1000000`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench._pm4py import Pm4py
from bench._shop import NOW, lay_shop, temporary_home

ROUNDS = 5
LIMIT = 0.3

_RAW = """
CREATE TABLE out.touchpoint AS
SELECT i.contact, t.id, make_timestamp(t.happened_at) AS happened_at, t.rank, t.kind, c.kind AS channel
FROM s_touch t JOIN s_identity i ON i.id = t.identity LEFT JOIN s_channel c ON c.id = t.channel;
CREATE TABLE out.orders AS
SELECT o.id, i.contact, make_timestamp(o.placed_at) AS placed_at, o.status, o.goods_total
FROM s_order o JOIN s_identity i ON i.id = o.identity;
CREATE TABLE out.message AS
SELECT m.id, m.conversation, i.contact, m.is_in, make_timestamp(m.happened_at) AS happened_at, m.rank, m.closes,
       m.is_question, m.intent
FROM s_message m JOIN s_conversation v ON v.id = m.conversation JOIN s_identity i ON i.id = v.identity;
"""

RIVALS = {
    "metric.first_contact_to_purchase": """
        WITH f AS (SELECT contact, min(happened_at) AS at0 FROM touchpoint
                   WHERE kind IN ('message.in', 'web.ad_click', 'web.form', 'web.signup', 'note.visit', 'note.call') GROUP BY 1),
             b AS (SELECT contact, min(placed_at) AS bought FROM orders
                   WHERE status NOT IN ('cancelled', 'returned', 'refunded') GROUP BY 1)
        SELECT count(*), median(epoch(bought - at0) / 3600) FROM f JOIN b USING (contact) WHERE bought >= at0""",
    "metric.repeat_order_90d": """
        WITH o AS (SELECT contact, placed_at, row_number() OVER (PARTITION BY contact ORDER BY placed_at, id) AS nth
                   FROM orders WHERE status NOT IN ('cancelled', 'returned', 'refunded')),
             b AS (SELECT contact, min(placed_at) FILTER (nth = 1) AS a1, min(placed_at) FILTER (nth = 2) AS a2
                   FROM o GROUP BY 1)
        SELECT count(*), avg(CASE WHEN a2 <= a1 + INTERVAL 90 DAY THEN 1 ELSE 0 END)
        FROM b WHERE a1 + INTERVAL 90 DAY <= TIMESTAMP '{now}'""",
    "metric.conversion": """
        WITH s AS (SELECT contact, min(happened_at) AS seen FROM touchpoint GROUP BY 1),
             b AS (SELECT DISTINCT contact FROM orders WHERE status NOT IN ('cancelled', 'returned', 'refunded'))
        SELECT count(*), avg(CASE WHEN b.contact IS NULL THEN 0 ELSE 1 END) FROM s LEFT JOIN b USING (contact)""",
    "metric.churn": """
        WITH o AS (SELECT contact, placed_at, placed_at - lag(placed_at) OVER (PARTITION BY contact ORDER BY placed_at) AS gap
                   FROM orders WHERE status NOT IN ('cancelled', 'returned', 'refunded')),
             b AS (SELECT contact, max(placed_at) AS latest, median(epoch(gap)) AS pace, count(gap) AS gaps FROM o GROUP BY 1)
        SELECT count(*), avg(CASE WHEN epoch(TIMESTAMP '{now}' - latest)
            > CASE WHEN gaps >= 2 THEN 2 * pace ELSE 90 * 86400 END THEN 1 ELSE 0 END) FROM b""",
    "metric.first_response": """
        WITH g AS (SELECT *, CASE WHEN happened_at - lag(happened_at) OVER w >= INTERVAL 72 HOUR THEN 1 ELSE 0 END AS cut
                   FROM message WINDOW w AS (PARTITION BY conversation ORDER BY happened_at, rank, id)),
             p AS (SELECT *, sum(cut) OVER (PARTITION BY conversation ORDER BY happened_at, rank, id) AS part FROM g),
             q AS (SELECT conversation, part, min(happened_at) FILTER (is_in AND NOT closes) AS opened FROM p GROUP BY ALL),
             r AS (SELECT p.conversation, p.part, any_value(opened) AS opened, min(happened_at) AS answered
                   FROM p JOIN q USING (conversation, part) WHERE NOT is_in AND happened_at >= opened GROUP BY ALL)
        SELECT count(*), median(epoch(answered - opened) / 60) FROM r""",
    "journey.first_touch": """
        WITH f AS (SELECT contact, arg_min(channel, happened_at) AS channel FROM touchpoint GROUP BY 1)
        SELECT channel, count(*) FROM f GROUP BY 1 ORDER BY 2 DESC""",
    "journey.edges": """
        WITH e AS (SELECT contact, kind, lag(kind) OVER w AS prev, happened_at - lag(happened_at) OVER w AS gap
                   FROM touchpoint WINDOW w AS (PARTITION BY contact ORDER BY happened_at, rank, id))
        SELECT prev, kind, count(*), count(DISTINCT contact), median(epoch(gap) / 3600)
        FROM e WHERE prev IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC""",
    "journey.paths": """
        WITH b AS (SELECT contact, min(placed_at) AS bought FROM orders
                   WHERE status NOT IN ('cancelled', 'returned', 'refunded') GROUP BY 1),
             s AS (SELECT t.contact, t.channel, t.happened_at, t.rank, t.id, lag(t.channel) OVER (
                       PARTITION BY t.contact ORDER BY t.happened_at, t.rank, t.id) AS prev
                   FROM touchpoint t LEFT JOIN b USING (contact) WHERE bought IS NULL OR t.happened_at <= bought),
             p AS (SELECT contact, string_agg(channel, '>' ORDER BY happened_at, rank, id) AS path
                   FROM s WHERE prev IS DISTINCT FROM channel GROUP BY 1)
        SELECT path, count(*) FROM p GROUP BY 1 ORDER BY 2 DESC""",
    "journey.friction": """
        WITH b AS (SELECT DISTINCT contact FROM orders WHERE status NOT IN ('cancelled', 'returned', 'refunded')),
             q AS (SELECT contact, max(happened_at) AS latest,
                       arg_max(intent, happened_at) FILTER (is_question AND NOT closes) AS topic
                   FROM message WHERE is_in GROUP BY 1)
        SELECT topic, count(*) FROM q ANTI JOIN b USING (contact)
        WHERE topic IS NOT NULL AND latest + INTERVAL 14 DAY <= TIMESTAMP '{now}' GROUP BY 1 ORDER BY 2 DESC""",
}


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _lay_raw(business: Any, path: Path) -> Any:
    """The same facts as plain tables in a DuckDB file, opened as the copy is."""
    import duckdb

    from sapa.analytics.sources import stage

    con = duckdb.connect()
    stage(con, business, None)
    con.execute(f"ATTACH '{path}' AS out")
    con.execute(_RAW)
    con.close()
    return duckdb.connect(str(path), read_only=True, config={"threads": 2})


def measure(room: str, touchpoints: int) -> dict[str, Any]:
    """Median seconds of every question of a room, and of the raw rivals that are written above."""
    with temporary_home() as home:
        business = lay_shop(home, touchpoints=touchpoints, contacts=touchpoints // 10)
        from sapa.analytics import operations
        from sapa.analytics.queries import forget_answers, open_copy
        from sapa.analytics.questions import PARAMETERS, TEXTS, list_questions
        from sapa.analytics.windows import Window, parameters
        from sapa.journeys.queries import get_journey
        from sapa.metrics.queries import list_metric_figures

        build = _timed(lambda: operations.build(business))
        copy, raw = open_copy(business), _lay_raw(business, home / "raw.duckdb")
        unused = {**dict.fromkeys(PARAMETERS, 0), **dict.fromkeys(TEXTS, "")}
        given = {**unused, **parameters(business, Window(None, None), NOW), "follow": 30 * 86_400_000_000, "middle_low": 10, "middle_high": 20}  # fmt: skip
        names = [name for name in list_questions() if name.startswith(f"{room}.")]
        rivals = {
            name: RIVALS[name].format(now=NOW.strftime("%Y-%m-%d %H:%M:%S"))
            for name in names
            if name in RIVALS
        }
        seconds: dict[str, list[float]] = {name: [] for name in names}
        rival_seconds: dict[str, list[float]] = {name: [] for name in rivals}
        peer = Pm4py(raw, home / "log.parquet") if room == "journey" else None
        for number in range(ROUNDS + 1):  # the first one warms up
            for name in names:
                forget_answers()
                spent = _timed(lambda name=name: copy.ask(name, given))
                if name in rivals:
                    rival_spent = _timed(lambda name=name: raw.cursor().execute(rivals[name]).fetchall())
                    if number:
                        rival_seconds[name].append(rival_spent)
                if number:
                    seconds[name].append(spent)
            if peer and 0 < number <= 3:
                peer.round()
        whole = {
            "metric": lambda: list_metric_figures(business, from_=None, to=None, now=NOW),
            "journey": lambda: get_journey(business, from_=None, to=None, now=NOW),
        }[room]
        forget_answers()
        found = {
            "touchpoints": raw.execute("SELECT count(*) FROM touchpoint").fetchall()[0][0],
            "build_seconds": round(build, 1),
            "all_seconds": round(_timed(whole), 3),
            "seconds": {name: round(median(values), 4) for name, values in seconds.items()},
            "raw_seconds": {name: round(median(values), 4) for name, values in rival_seconds.items()},
        }
        if peer:
            edges = copy.ask("journey.edges", given)
            found["pm4py"] = peer.compare({(row["prev"], row["kind"]): row for row in edges})
        return found


def judge(found: dict[str, Any]) -> dict[str, Any]:
    """The worst question, and the worst ratio to a hand-written rival on the raw tables."""
    worst = max(found["seconds"], key=lambda name: found["seconds"][name])
    ratios = {name: found["seconds"][name] / spent for name, spent in found["raw_seconds"].items()}
    closest = max(ratios, key=lambda name: ratios[name])
    return {
        "worst": worst,
        "value": found["seconds"][worst],
        "closest": closest,
        "ratio": round(ratios[closest], 3),
        "rival_value": found["raw_seconds"][closest],
        "ratios_to_raw": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "touchpoints": found["touchpoints"],
        "build_seconds": found["build_seconds"],
        "all_seconds": found["all_seconds"],
    }


def run_apart(room: str, quick: bool) -> dict[str, Any]:
    """`measure` in a process of its own, whose data folder nobody else uses."""
    import subprocess

    count = 60_000 if quick else 1_000_000
    done = subprocess.run(
        [sys.executable, "-m", "bench._figures", room, str(count)],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=Path(__file__).resolve().parent.parent,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
