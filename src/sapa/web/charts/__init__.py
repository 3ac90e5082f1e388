"""Charts drawn as SVG by the server, each with a sentence and a table of the same numbers."""

from sapa.web.charts.bars import Bar, draw_bars
from sapa.web.charts.drawing import Chart
from sapa.web.charts.journey import draw_journey
from sapa.web.charts.pair import draw_pair
from sapa.web.charts.retention import draw_retention
from sapa.web.charts.trend import draw_trend
from sapa.web.charts.trust import draw_trust

__all__ = [
    "Bar",
    "Chart",
    "draw_bars",
    "draw_journey",
    "draw_pair",
    "draw_retention",
    "draw_trend",
    "draw_trust",
]
