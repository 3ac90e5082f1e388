"""The MIT client pywa as judge of WhatsApp, with what it asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.gateway.adapters.cases_whatsapp import NUMBER_ID
from tests.gateway.adapters.meta import takes_everything

if TYPE_CHECKING:
    import pywa


@pytest.fixture
def asked() -> list[httpx.Request]:
    return []


@pytest.fixture
def judge(asked: list[httpx.Request]) -> Iterator[pywa.WhatsApp]:
    import pywa

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        asked.append(request)
        return takes_everything(request)

    with httpx.Client(transport=httpx.MockTransport(answer)) as session:
        yield pywa.WhatsApp(phone_id=NUMBER_ID, token="x", session=session)
