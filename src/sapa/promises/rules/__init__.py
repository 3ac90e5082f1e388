"""Promises in what the shop writes, and what became of them: pure, without database or clock."""

from __future__ import annotations

from sapa.promises.rules.deeds import deed
from sapa.promises.rules.due import find_due
from sapa.promises.rules.judging import PATIENCE, judge
from sapa.promises.rules.promised import detect

__all__ = ["PATIENCE", "deed", "detect", "find_due", "judge"]
