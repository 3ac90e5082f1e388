"""`sapa simulate` refuses what could harm a shop, and says what it knows."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.accounts.models import Business
from sapa.channels.operations import connect_channel
from tests.cli.conftest import Sapa

pytestmark = pytest.mark.django_db


def test_a_shop_with_a_connected_channel_is_left_alone(
    sapa: Sapa, toko_sage: Business, now: datetime
) -> None:
    connect_channel(
        business=toko_sage, kind="telegram", name="", account="7001", settings={}, by=None, now=now
    )
    said = sapa("simulate")
    assert (said.status, said.out) == (1, "")
    assert "belum tersambung" in said.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--channel", "merpati"), "marketplace:shopee"),
        (("--speed", "0"), "lebih dari 0"),
        (("--channel", "whatsapp", "--at", "http://127.0.0.1:9"), "Penyedia"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    words: tuple[str, ...], reason: str, sapa: Sapa, toko_sage: Business
) -> None:
    said = sapa("simulate", *words)
    assert (said.status, said.out) == (1, "")
    assert reason in said.err
