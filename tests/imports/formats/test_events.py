"""Segment-spec events from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sapa.gateway.types import Behaved, OrderStated, PersonDescribed
from sapa.imports.formats import register
from tests.imports.formats.tabular import ANSWERS, problems, read


def event(**said: Any) -> dict[str, Any]:
    return {"type": "page", "anonymousId": "v1", "messageId": f"m-{len(str(said))}", "timestamp": "2026-11-19T09:12:00Z", **said}  # fmt: skip


def jsonl(folder: Path, *lines: Any) -> Path:
    path = folder / "events.txt"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n",
        encoding="utf-8",
    )
    return path


def test_a_file_of_events(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        event(properties={"path": "/harga"}),
        event(type="identify", userId="7", traits={"name": "Rina Wulandari", "email": "rina@contoh.example"}),
        event(
            type="track",
            event="Order Completed",
            userId="7",
            properties={"order_id": "T-1", "subtotal": 150000},
        ),
        event(type="group", userId="7"),
    )
    found = register.recognise(path)
    assert found is not None
    assert found[0].kind == "events"
    page, rina, order, group = read(path)
    assert isinstance(page.events[0], Behaved)
    assert page.events[0].kind == "web.price_page"
    assert isinstance(rina.events[0], PersonDescribed)
    assert rina.events[0].person.trusted
    assert isinstance(order.events[0], OrderStated)
    assert (group.events, group.skipped) == ((), "nothing_to_keep")
    preview = found[0].preview(path, ANSWERS)
    assert (preview.rows, preview.people) == (4, ("Rina Wulandari",))
    assert preview.first_at.startswith("2026-11-19T09:12")


def test_lines_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = jsonl(tmp_path, event(), event(), event(), '{"type":"page"', "[1]", event(type="track", event="Order Completed"), event(anonymousId=""), event(timestamp="kemarin"))  # fmt: skip
    rows = read(path)
    assert problems(rows) == [(4, "event_not_json"), (5, "event_not_an_object"), (6, "event_order_without_number"), (7, "event_without_person"), (8, "event_without_time")]  # fmt: skip
    assert rows[3].raw == ('{"type":"page"',)


def test_a_failed_line_that_came_back_through_a_csv_is_read(tmp_path: Path) -> None:
    quoted = '"' + json.dumps(event()).replace('"', '""') + '"'
    assert [len(row.events) for row in read(jsonl(tmp_path, quoted, quoted))] == [1, 1]


def test_other_json_is_left_alone(tmp_path: Path) -> None:
    found = register.recognise(jsonl(tmp_path, {"type": "message", "text": "halo"}, {"a": 1}))
    assert found is None or found[0].kind != "events"
