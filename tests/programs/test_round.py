"""The round of the worker: from a message to the call, in threads of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.operations import make_business
from sapa.config.background import Calling
from sapa.programs.models import Call
from tests.programs.conftest import listen
from tests.programs.receiver import Receiver
from tests.web.conftest import Story


@pytest.mark.django_db(transaction=True)
def test_the_round_notes_and_makes_calls_and_ends_in_order(
    receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sapa.lib.clock.now", lambda: now)
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=now)
    _listener, secret = listen(shop, receiver.address, "message.in", now=now)
    story = Story(shop, now)
    story.tells(story.says("Rina Wulandari", "Halo", timedelta(minutes=1)))
    calling = Calling()
    calling.turn()
    calling.end()
    assert [one.path for one in receiver.calls] == ["/sapa"]
    assert Call.objects.get().state == "sent"
    assert receiver.calls[0].headers["webhook-signature"].startswith("v1,")
    assert secret.encode() not in receiver.calls[0].body
