"""Webhook intake on one core with SQLite: verified, stored with synchronous=FULL, answered after the commit."""

from __future__ import annotations

from typing import Any

from bench import _intake


def run(quick: bool) -> dict[str, Any]:
    return _intake.run(
        "intake_sqlite", goal=0.5, holds_from=0.45, quick=quick, environment={"SAPA_DATABASE_URL": ""}
    )
