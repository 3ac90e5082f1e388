"""Whether a moment may be left to a machine: decisions without database and clock."""

from __future__ import annotations

from datetime import datetime

LEAST_RISK = 10
"""Letters of a risk that says something: "tidak ada" is no thought."""


def lacks(name: str, feeling: str, risk: str) -> str:
    """The first thing that is missing before a moment may be automated: name, feeling or risk; empty where none is."""
    if not name.strip():
        return "name"
    if not feeling.strip():
        return "feeling"
    return "" if len(risk.strip()) >= LEAST_RISK else "risk"


def may_run(*, may_be_automated: bool, is_whole: bool, valid_from: datetime, now: datetime) -> bool:
    """Whether a machine may act in a moment now: named, its risk written, permitted, and the permission holds already."""
    return may_be_automated and is_whole and valid_from <= now
