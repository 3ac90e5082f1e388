"""Drawings: well-formed, named, with the same numbers as their tables."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from sapa.metrics.types import TrendPoint
from sapa.web.charts import Chart, draw_journey, draw_pair, draw_trend, draw_trust
from sapa.web.charts.journey import Step

DAY = date(2026, 11, 1)


def _points(*values: float | None) -> list[TrendPoint]:
    return [
        TrendPoint(DAY + timedelta(days=at), DAY + timedelta(days=at), value, 10)
        for at, value in enumerate(values)
    ]


def _trend(*values: float | None, target: float | None = None) -> Chart | None:
    return draw_trend(
        _points(*values),
        key="k",
        title="Beli lagi",
        target=target,
        say="{:g}".format,
        say_period=lambda point: f"{point.to:%d}",
    )


def _parse(chart: Chart | None) -> ElementTree.Element:
    assert chart is not None
    return ElementTree.fromstring(chart.svg)  # noqa: S314 - our own drawing


@pytest.mark.parametrize("count", [0, 1, 2])
def test_under_three_values_words_serve_better(count: int) -> None:
    assert _trend(*([1.0] * count)) is None


def test_a_trend_says_where_it_began_and_ended() -> None:
    chart = _trend(10, None, 20, 30, target=25)
    root = _parse(chart)
    assert chart is not None
    assert chart.sentence == "Dari 10 menjadi 30 dalam 4 periode."
    assert [row[1] for row in chart.rows] == ["10", "–", "20", "30"]
    path = next(node for node in root if node.get("class") == "path").get("d", "")
    assert path.count("M") == 2  # the unknown value leaves a gap
    assert any(node.get("class") == "goal" for node in root)


def test_equal_values_are_a_level_line() -> None:
    path = next(node for node in _parse(_trend(5, 5, 5)) if node.get("class") == "path").get("d", "")
    assert len({part.split(" ")[1] for part in path.replace("L", "M").split("M")[1:]}) == 1


def test_every_drawing_has_a_name_and_a_sentence() -> None:
    steps = [Step("Tahu", 40, "", "1 hari", 10), Step("Tanya", 30, "75%", "", 5, "“harga” 3")]
    charts = [
        _trend(1, 2, 3),
        draw_trust({"new": 3, "trusting": 1}, key="t"),
        draw_pair(0.2, 0.4, key="p", title="Beli", say="{:.0%}".format),
        draw_journey(steps, key="j", is_tall=True),
        draw_journey(steps, key="w", is_tall=False),
    ]
    for chart in charts:
        root = _parse(chart)
        assert root.get("role") == "img"
        names = (root.get("aria-labelledby") or "").split()
        told = {node.get("id"): node.text for node in root if node.get("id")}
        assert all(told[name] for name in names)
        assert not any("style" in node.attrib for node in root.iter())


def test_words_of_customers_cannot_break_out_of_a_drawing() -> None:
    step = Step("Tanya", 3, "", "", 2, '"><script>alert(1)</script>')
    chart = draw_journey([step], key="x", is_tall=True)
    assert "<script" not in chart.svg
    assert "&lt;script" in chart.svg


def test_the_shares_of_trust_fill_the_bar() -> None:
    root = _parse(draw_trust({"new": 1, "considering": 1, "trusting": 2, "needs_support": 0}, key="t"))
    widths = [float(node.get("width", "0")) for node in root if node.tag == "rect"]
    assert widths == [78, 78, 158]
    assert draw_trust({}, key="t") is None
