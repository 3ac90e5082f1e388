"""Reads of moments: the register, the trials of a canvas, and the people behind them (`counting`, `quotes`)."""

from sapa.moments.queries.register import find_moment, get_moment, list_moments, may_automate
from sapa.moments.queries.trials import (
    count_steps_done,
    find_running,
    find_trial,
    get_canvas,
    get_step,
    get_trial,
    list_canvases,
    list_looks,
    list_open_steps,
    list_steps,
    list_trials,
)

__all__ = [
    "count_steps_done",
    "find_moment",
    "find_running",
    "find_trial",
    "get_canvas",
    "get_moment",
    "get_step",
    "get_trial",
    "list_canvases",
    "list_looks",
    "list_moments",
    "list_open_steps",
    "list_steps",
    "list_trials",
    "may_automate",
]
