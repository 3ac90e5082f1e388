"""How pressing each rule is. Bands part the rules; within a band the earlier due comes first."""

from __future__ import annotations

from datetime import datetime, timedelta

WITHIN = timedelta(hours=48)
"""Nothing asked of a teammate is due later than this (docs: interface, "today")."""

SOFT = 60.0
"""Below this an action waits a day after somebody has just been in touch with the contact."""

_FAR_FUTURE = 4_102_444_800.0  # 2100-01-01


def score(band: float, due_at: datetime) -> float:
    """The band and, behind the point, how early it is due. Rests on facts only, so that it can be recounted."""
    return band + max(0.0, min(0.999, 1 - due_at.timestamp() / _FAR_FUTURE))


def soon(since: datetime, learned_at: datetime, now: datetime) -> datetime:
    """48 hours after the matter arose, or after we first could know of it; never more than 48 hours from now."""
    return min(max(since, learned_at), now) + WITHIN
