"""Writes of moments: the register, the canvas, its trials and the looks at their figures."""

from sapa.moments.operations.canvas import (
    bring_back_canvas,
    change_canvas,
    make_canvas,
    put_back_canvas,
    remove_canvas,
)
from sapa.moments.operations.register import put_back_moment, write_moment
from sapa.moments.operations.trials import (
    decide_step,
    end_trial,
    pause_trial,
    put_back_plan,
    put_back_step,
    put_back_trial,
    resume_trial,
    save_plan,
    start_trial,
)

__all__ = [
    "bring_back_canvas",
    "change_canvas",
    "decide_step",
    "end_trial",
    "make_canvas",
    "pause_trial",
    "put_back_canvas",
    "put_back_moment",
    "put_back_plan",
    "put_back_step",
    "put_back_trial",
    "remove_canvas",
    "resume_trial",
    "save_plan",
    "start_trial",
    "write_moment",
]
