"""Survey answers are recorded once each."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.lib.inserting import insert_once
from sapa.responses.models import Response


def record_responses(responses: Sequence[Response]) -> list[tuple[int, bool]]:
    """(id, is new) of each answer, in order; the same dedupe key is the same answer."""
    return insert_once(responses)
