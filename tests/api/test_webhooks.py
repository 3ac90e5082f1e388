"""Webhooks by the API: made, changed, tried, read with their attempts, told once more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.programs.kinds import TELLABLE
from sapa.programs.models import Listener
from tests.api.conftest import Program, code
from tests.programs.conftest import Worker, receiver
from tests.programs.receiver import Receiver
from tests.web.conftest import Story

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db


def _make(program: Program, receiver: Receiver, **more: Any) -> dict[str, Any]:
    told = {"url": receiver.address, "events": ["message.in"], "name": "Kasir"} | more
    made: dict[str, Any] = program.post("/webhooks", told)
    return made


def test_a_webhook_from_its_making_to_its_end(
    program: Program, receiver: Receiver, story: Story, toko_sage: Business, now: datetime
) -> None:
    worker = Worker(toko_sage, now)
    made = _make(program, receiver)
    at = f"/webhooks/{made['webhook']['id']}"
    assert program.get(at) == made["webhook"]
    assert made["secret"] not in str(program.get("/webhooks"))
    program.post(f"{at}/test", status=202)
    story.tells(*(story.says("Rina Wulandari", f"Halo {n}", (now - now)) for n in range(3)))
    receiver.answers = [204, 500]
    assert worker.works() == 4
    calls = program.pages(f"{at}/calls", limit=2)
    assert [one["event"] for one in calls] == ["message.in"] * 3 + ["test"]
    assert sorted(one["state"] for one in calls) == ["sent", "sent", "sent", "waiting"]
    (late,) = (one for one in calls if one["state"] == "waiting")
    assert [one["status"] for one in late["attempts"]] == [500]
    assert program.get(f"{at}/calls?state=waiting")["items"] == [late]
    replayed = program.post(f"{at}/calls/{late['id']}/replay", status=202)
    assert replayed["next_try_at"] == now.isoformat()
    assert worker.works() == 1
    program.send("DELETE", at, status=204)
    program.get(at, status=404)


def test_a_webhook_is_changed_and_switched(program: Program, receiver: Receiver) -> None:
    at = f"/webhooks/{_make(program, receiver)['webhook']['id']}"
    changed = program.send("PATCH", at, {"events": ["order.paid"], "with_text": True, "on": False})
    assert (changed["events"], changed["with_text"], changed["state"], changed["off_why"]) == (
        ["order.paid"],
        True,
        "off",
        "withdrawn",
    )
    assert code(program.ask("POST", f"{at}/test")) == "webhook_off"
    assert program.send("PATCH", at, {"on": True})["state"] == "on"
    refused = program.ask("PATCH", at, {"url": "http://kasir.example.com/", "on": False})
    assert (refused.status_code, code(refused)) == (422, "unfit")
    assert b'"field":"url"' in refused.content
    assert program.get(at)["state"] == "on"


def test_a_new_secret_stands_beside_the_old_one_for_a_day(program: Program, receiver: Receiver) -> None:
    made = _make(program, receiver)
    fresh = program.post(f"/webhooks/{made['webhook']['id']}/secret")
    assert fresh["secret"] != made["secret"]
    assert fresh["former_until"] == "2026-11-22T14:30:00+07:00"


@pytest.mark.parametrize(
    "told",
    [
        {"url": "http://kasir.example.com/", "events": ["message.in"]},
        {"url": "https://127.0.0.1:1/", "events": ["message.in"]},
        {"url": "https://kasir.example.com/", "events": []},
        {"url": "https://kasir.example.com/", "events": ["message.sideways"]},
        {"url": "https://kasir.example.com/"},
    ],
)
def test_what_is_no_webhook(told: dict[str, Any], program: Program) -> None:
    program.post("/webhooks", told, status=422)
    assert not Listener.objects.exists()


def test_every_kind_can_be_heard(program: Program, receiver: Receiver) -> None:
    assert _make(program, receiver, events=list(TELLABLE))["webhook"]["events"] == list(TELLABLE)
