"""Public process logs as timelines: the edges equal those of pm4py and of a plain count, and tell what comes next.

`pm4py_edges.json` is what `pm4py.discover_dfg` found in these logs, names cut to 24 letters as kinds are here;
`bench/journey_1m.py` compares with pm4py itself each time it runs.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from sapa.accounts.models import Business
from sapa.contacts.models import Change, Contact, Identity
from sapa.journeys.queries import get_journey
from sapa.timeline.models import Touchpoint
from tests.world import day

pytestmark = pytest.mark.django_db

Log = dict[str, list[tuple[datetime, str]]]


def read_log(path: Path) -> Log:
    log: Log = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["time:timestamp"])
            log.setdefault(row["case:concept:name"], []).append((at, row["concept:name"][:24]))
    for steps in log.values():
        steps.sort(key=lambda step: step[0])
    return log


def lay_log(business: Business, log: Log) -> None:
    """Each case is a contact, each event a touchpoint; equal times keep the order of the file."""
    names = sorted(log)
    contacts = Contact.objects.bulk_create(
        Contact(business=business, name=name, created_at=day(0)) for name in names
    )
    identities = Identity.objects.bulk_create(
        Identity(business=business, kind="external", value=name, learned_at=day(0), contact=contact)
        for name, contact in zip(names, contacts, strict=True)
    )
    Touchpoint.objects.bulk_create(
        Touchpoint(
            business=business,
            identity=identity,
            kind=kind,
            happened_at=at,
            learned_at=at,
            rank=rank,
            source_kind="event",
            source_key=f"{name}-{rank}",
        )
        for name, identity in zip(names, identities, strict=True)
        for rank, (at, kind) in enumerate(log[name])
    )
    Change.objects.create(business=business)


def plain_edges(log: Log) -> dict[tuple[str, str], tuple[int, int, float]]:
    gaps: dict[tuple[str, str], list[float]] = {}
    cases: dict[tuple[str, str], set[str]] = {}
    for name, steps in log.items():
        for (before, first), (after, then) in pairwise(steps):
            gaps.setdefault((first, then), []).append((after - before).total_seconds() / 3600)
            cases.setdefault((first, then), set()).add(name)
    return {edge: (len(cases[edge]), len(found), median(found)) for edge, found in gaps.items()}


@pytest.mark.parametrize("name", ["running-example", "receipt"])
def test_edges_equal_a_plain_count(toko_sage: Business, now: datetime, shared: Path, name: str) -> None:
    log = read_log(shared / "data" / "process_logs" / f"{name}.csv")
    lay_log(toko_sage, log)
    found = get_journey(toko_sage, from_=None, to=None, now=now)
    edges = {(edge.from_, edge.to): (edge.contacts, edge.events, edge.median_hours) for edge in found.edges}
    assert found.contacts == len(log)
    expected = plain_edges(log)
    assert edges.keys() == expected.keys()
    for edge, (contacts, events, hours) in expected.items():
        assert edges[edge][:2] == (contacts, events)
        assert edges[edge][2] == pytest.approx(hours, abs=1e-6)
    theirs = json.loads((Path(__file__).parent / "pm4py_edges.json").read_text(encoding="utf-8"))[name]
    assert {edge: events for edge, (_, events, _) in edges.items()} == {(a, b): n for a, b, n in theirs}


def test_the_edges_of_the_past_foretell_the_next_step_of_others(
    toko_sage: Business, now: datetime, shared: Path
) -> None:
    """The likeliest edge from where a case stands, learnt on the earlier 70 % of the cases, tried on the others."""
    log = read_log(shared / "data" / "process_logs" / "receipt.csv")
    names = sorted(log, key=lambda name: log[name][0])
    past, later = names[: len(names) * 7 // 10], names[len(names) * 7 // 10 :]
    lay_log(toko_sage, {name: log[name] for name in past})
    likeliest: dict[str, str] = {}
    for edge in sorted(
        get_journey(toko_sage, from_=None, to=None, now=now).edges, key=lambda one: one.events
    ):
        likeliest[edge.from_] = edge.to
    steps = [(first, then) for name in later for (_, first), (_, then) in pairwise(log[name])]
    commonest = Counter(then for _, then in steps).most_common(1)[0][1]
    right = sum(likeliest.get(first) == then for first, then in steps) / len(steps)
    blind = sum(then == commonest for _, then in steps) / len(steps)
    assert right > 0.75
    assert right > blind + 0.4
