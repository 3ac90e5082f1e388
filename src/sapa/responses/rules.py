"""What a score says: the scales of the three questions, and where happy and unhappy begin."""

from __future__ import annotations

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
"""Lowest and highest score of each question; in `ces` 7 is the easy end."""

_HAPPY_FROM = {"nps": 9, "csat": 4, "ces": 6}
_UNHAPPY_TO = {"nps": 6, "csat": 2, "ces": 2}


def is_content(survey: str, score: int) -> bool:
    """A promoter (9, 10), satisfied (4, 5), or an easy way (6, 7)."""
    return score >= _HAPPY_FROM[survey]


def is_unhappy(survey: str, score: int) -> bool:
    """A detractor (0 to 6), dissatisfied (1, 2), or a hard way (1, 2)."""
    return score <= _UNHAPPY_TO[survey]


def is_on_scale(survey: str, score: int) -> bool:
    low, high = SCALES[survey]
    return low <= score <= high
