"""`sapa payloads`: what came in, what was not understood, and once more after it was mended."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sapa.accounts.models import Business
from sapa.channels.operations import connect_channel
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Payload
from tests.cli.conftest import Sapa
from tests.gateway.adapters.cases_midtrans import KEY, notification, signed

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.fixture
def terminal(shop: Sapa) -> Sapa:
    """The command, with one call understood and one that is not."""
    business = Business.objects.get()
    channel = connect_channel(
        business=business,
        kind="payment:midtrans",
        name="Midtrans",
        account="",
        settings={"server_key": KEY},
        by=None,
        now=NOW,
    )
    for number, body in enumerate(
        (signed(notification()), signed(notification(transaction_id=None, order_id="")))
    ):
        Payload.objects.create(
            business=business, channel=channel, dedupe_key=str(number), body=body, received_at=NOW
        )
    digest_payloads(business=business, now=NOW)
    return shop


def test_what_was_not_understood_is_listed_with_why(terminal: Sapa) -> None:
    assert len(terminal("payloads", "--json").json) == 2
    (row,) = terminal("payloads", "--problem", "--json").json
    assert row["problem"].startswith("unsupported")


def test_it_is_read_again(terminal: Sapa) -> None:
    assert terminal("payloads", "--replay", "--json").json == {"replayed": 1, "not_understood": 1}


def test_a_fixture_bears_no_secret(terminal: Sapa) -> None:
    payload = Payload.objects.order_by("id")[0]
    said = terminal("payloads", "--record", str(payload.pk))
    assert said.status == 0
    fixture = json.loads(said.out)
    assert fixture["kind"] == "payment:midtrans"
    assert fixture["body"]["signature_key"] == "***"


def test_one_that_is_not_there_is_said_so(terminal: Sapa) -> None:
    said = terminal("payloads", "--record", "999999")
    assert said.status == 1
    assert "sapa payloads" in said.err
