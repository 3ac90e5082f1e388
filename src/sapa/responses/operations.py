"""Survey answers are recorded once each; who answered may change their mind for a while."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.lib.database import write
from sapa.lib.inserting import insert_once
from sapa.responses.models import Response


def record_responses(responses: Sequence[Response]) -> list[tuple[int, bool]]:
    """(id, is new) of each answer, in order; the same dedupe key is the same answer."""
    return insert_once(responses)


def change_response(*, response_id: int, score: int, words: str | None) -> None:
    """Another score, and other words where there are any (None keeps them); when it was given stays."""
    values: dict[str, object] = {"score": score} | ({} if words is None else {"words": words})
    with write():
        Response.objects.filter(pk=response_id).update(**values)
