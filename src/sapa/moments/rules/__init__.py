"""Decisions about moments without database and clock; what weighs numbers is in `comparing`, which needs numpy."""

from sapa.moments.rules.permission import LEAST_RISK, lacks, may_run

__all__ = ["LEAST_RISK", "lacks", "may_run"]
