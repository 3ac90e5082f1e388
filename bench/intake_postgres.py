"""Webhook intake on one core with PostgreSQL beside it: verified, stored with fsync, answered after the commit."""

from __future__ import annotations

import sys
from typing import Any

from bench import _intake
from bench._postgres import own_postgres


def run(quick: bool) -> dict[str, Any]:
    with own_postgres() as address:
        print("PostgreSQL shares the second core with the load generator", file=sys.stderr)
        return _intake.run(
            "intake_postgres",
            goal=0.4,
            holds_from=0.35,
            quick=quick,
            environment={"SAPA_DATABASE_URL": address},
        )
