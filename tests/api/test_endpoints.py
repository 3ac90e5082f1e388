"""What a program can do: the same things, by the same code, as the screens and the commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.actions.models import Decision
from sapa.contacts.models import Contact, Statement
from sapa.conversations.models import Labelling, Note
from sapa.lib import json
from sapa.snapshots.operations import refresh_changed
from sapa.snapshots.queries import get_snapshot, list_contacts, list_told_timeline
from sapa.surveys.operations import answer_openly
from tests.api.conftest import Program, code
from tests.surveys.conftest import running
from tests.web.conftest import Story, contact, thread

pytestmark = pytest.mark.django_db


def _plain(value: object) -> Any:
    return json.decode(json.encode(value))


def test_customers_are_those_of_the_command_page_by_page(
    program: Program, people: Story, toko_sage: Business
) -> None:
    everyone = program.pages("/contacts", limit=1)
    assert sorted(everyone, key=_name) == sorted(_plain(list_contacts(toko_sage)), key=_name)
    assert [one["last_seen_at"] for one in everyone] == sorted(
        (one["last_seen_at"] for one in everyone), reverse=True
    )


def _name(one: dict[str, Any]) -> str:
    return str(one["name"])


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("search=rina", ["Rina Wulandari"]),
        ("search=0812-3456-7890", ["Rina Wulandari"]),
        ("search=1111", ["Sari Dewi"]),
        ("search=tidak+ada", []),
        ("trust=new", None),
    ],
)
def test_customers_are_found(asked: str, names: list[str] | None, program: Program, people: Story) -> None:
    found = [one["name"] for one in program.get(f"/contacts?{asked}")["items"]]
    assert found == names if names is not None else isinstance(found, list)


def test_one_customer_with_sheet_and_timeline(program: Program, people: Story, now: datetime) -> None:
    sari = contact("Sari Dewi")
    at = f"/contacts/{sari.public_id}"
    assert program.get(at)["name"] == "Sari Dewi"
    assert program.get(f"{at}/snapshot") == _plain(get_snapshot(sari, now=now))
    told = _plain(list_told_timeline(sari))
    assert len(told) > 5
    assert program.pages(f"{at}/timeline", limit=2) == told


def test_a_page_of_the_timeline_goes_on_where_its_mark_is_gone(program: Program, people: Story) -> None:
    sari = contact("Sari Dewi")
    page = program.get(f"/contacts/{sari.public_id}/timeline?limit=2")
    rest = program.get(f"/contacts/{sari.public_id}/timeline?after={page['next']}")["items"]
    from sapa.timeline.models import Touchpoint

    last = page["items"][-1]
    gone = Touchpoint.objects.filter(identity__contact=sari, source_key=last["source"]["id"])
    gone.filter(kind=last["kind"]).delete()
    again = program.get(f"/contacts/{sari.public_id}/timeline?after={page['next']}")["items"]
    assert [one["source"] for one in again] == [one["source"] for one in rest]


def test_a_customer_is_written_down_and_the_same_number_is_the_same_person(
    program: Program, people: Story, toko_sage: Business, now: datetime
) -> None:
    made = program.post(
        "/contacts",
        {
            "name": "Andi Wijaya",
            "phone": "0815 2222 3333",
            "asked": "Ada ukuran XL?",
            "origin": {"channel": "instagram", "context": "Reels kemeja"},
        },
    )
    assert {"kind": "phone", "value": "+6281522223333"} in made["identities"]
    again = program.post("/contacts", {"name": "Andi W.", "phone": "+62 815-2222-3333"})
    assert again["id"] == made["id"]
    refresh_changed(toko_sage, now=now)
    assert program.get(f"/contacts/{made['id']}/snapshot")["origin"]["context"] == "Reels kemeja"


def test_notes_and_statements_stand_under_the_makers_name(
    program: Program, people: Story, bu_tuti: Teammate
) -> None:
    rina = contact("Rina Wulandari")
    at = f"/contacts/{rina.public_id}"
    note = program.post(f"{at}/notes", {"text": "Suka warna hijau"})
    assert Note.objects.get(pk=note["id"]).by == bu_tuti
    said = program.post(f"{at}/statements", {"field": "trust", "value": "trusting", "why": "langganan"})
    assert program.get(f"{at}/snapshot")["trust"] == "trusting"
    program.send("DELETE", f"{at}/statements/{said['id']}", status=204)
    assert program.get(f"{at}/snapshot")["trust"] != "trusting"
    program.send("DELETE", f"{at}/statements/{said['id']}", status=404)
    program.post(f"{at}/statements", {"field": "owner", "value": str(bu_tuti.public_id)})
    assert Statement.objects.get(field="owner").value == bu_tuti.pk
    for wrong in (
        {"field": "trust", "value": "kenal"},
        {"field": "owner", "value": "Bu Tuti"},
        {"field": "name", "value": " "},
        {"field": "umur", "value": "7"},
    ):
        program.post(f"{at}/statements", wrong, status=422)


def test_two_who_are_one_are_joined_and_parted(program: Program, people: Story, now: datetime) -> None:
    rina, sari = contact("Rina Wulandari"), contact("Sari Dewi")
    made = program.post("/merges", {"a": str(rina.public_id), "b": str(sari.public_id)})
    joined = {program.get(f"/contacts/{one.public_id}")["id"] for one in (rina, sari)}
    assert len(joined) == 1
    assert code(program.ask("POST", "/merges", {"a": str(rina.public_id), "b": str(sari.public_id)})) == (
        "same_person"
    )
    program.send("DELETE", f"/merges/{made['id']}", status=204)
    program.send("DELETE", f"/merges/{made['id']}", status=404)
    assert Contact.objects.filter(merged_into__isnull=True).count() == 3
    assert program.get("/duplicates")["next"] is None


def test_today_and_what_somebody_made_of_it(program: Program, people: Story, bu_tuti: Teammate) -> None:
    items = program.pages("/today", limit=1)
    assert [one["contact"]["name"] for one in items[:2]] == ["Budi Santoso", "Rina Wulandari"]
    assert program.get(f"/today?for={bu_tuti.user.email}")["items"]
    program.get("/today?for=nobody@toko.example", status=422)
    late = program.post(f"/today/{items[0]['id']}/decision", {"verdict": "later"})
    assert late["until"] == "2026-11-22T09:00:00+07:00"
    done = program.post(f"/today/{items[1]['id']}/decision", {"verdict": "done"})
    assert Decision.objects.get(pk=done["id"]).by == bu_tuti
    program.send("DELETE", f"/decisions/{done['id']}", status=204)
    program.send("DELETE", f"/decisions/{done['id']}", status=404)
    for wrong in (
        {"verdict": "nanti"},
        {"verdict": "later", "until": "2026-11-20T09:00:00+07:00"},
        {"verdict": "later", "until": "2026-11-23T09:00:00"},
        {"verdict": "later", "until": "9999-12-31T23:59:59-12:00"},
        {"verdict": "done", "until": "2026-11-23T09:00:00+07:00"},
    ):
        program.post(
            f"/today/{items[2]['id'] if len(items) > 2 else items[0]['id']}/decision", wrong, status=422
        )


def test_figures_and_the_map(program: Program, people: Story) -> None:
    keys = {one["key"] for one in program.get("/metrics?from=2026-09-01&to=2026-11-21")["items"]}
    assert {"repeat_order_90d", "conversion"} <= keys
    trend = next(one["trend"] for one in program.get("/metrics")["items"] if one["trend"])
    assert {"from", "to"} <= set(trend[0])
    assert program.get("/journey")["contacts"] == 3
    program.get("/metrics?from=2026-11-21&to=2026-09-01", status=422)
    program.get("/journey?from=0001-01-01", status=422)


def test_surveys_with_their_figure_and_who_was_not_asked(
    program: Program, toko_sage: Business, now: datetime
) -> None:
    survey = running(toko_sage, at=now - timedelta(days=2), occasion="open", ways=())
    for score in (5, 4, 1):
        answer_openly(survey=survey, score=score, now=now)
    [found] = program.get("/surveys")["items"]
    assert (found["id"], found["kind"], found["is_running"]) == (str(survey.public_id), "csat", True)
    assert (found["asked"], found["answered"], found["unhappy"]) == (3, 3, 1)
    assert (found["value"], found["sample_size"]) == (None, 3), "three answers are no figure"
    for score in [5] * 9:
        answer_openly(survey=survey, score=score, now=now)
    [found] = program.get("/surveys")["items"]
    assert found["value"] == pytest.approx(11 / 12)
    assert found["interval"] == pytest.approx([0.6461, 0.9851], abs=0.0005)
    assert program.get("/surveys?to=2026-01-01")["items"][0]["asked"] == 0
    assert program.get("/surveys?from=2000-01-01&to=2099-12-31")["items"][0]["asked"] == 12
    program.get("/surveys?from=2026-11-21&to=2026-09-01", status=422)


def test_conversations_in_their_views(program: Program, people: Story, now: datetime) -> None:
    waiting = program.pages("/conversations?view=waiting")
    assert [one["name"] for one in waiting] == ["Budi Santoso", "Rina Wulandari"]
    everything = program.pages("/conversations")
    assert [one["name"] for one in everything] == ["Rina Wulandari", "Budi Santoso", "Sari Dewi"]
    one = program.get(f"/conversations/{thread('Sari Dewi').public_id}")
    assert one["reply"]["state"] == "import_only"
    said = program.pages(f"/conversations/{one['id']}/messages")
    assert [message["direction"] for message in said] == ["out", "in"]
    assert said[1]["text"].startswith("Halo kak")


def test_deeds_on_a_conversation(program: Program, people: Story, dina: Teammate, now: datetime) -> None:
    at = f"/conversations/{thread('Rina Wulandari').public_id}"
    handed = program.send("PUT", f"{at}/assignment", {"teammate": str(dina.public_id)})
    assert handed["assignee"] == str(dina.public_id)
    assert program.get(f"/conversations?assignee={dina.public_id}")["items"][0]["id"] == handed["id"]
    assert program.send("PUT", f"{at}/assignment", {})["assignee"] is None
    later = (now + timedelta(days=1)).isoformat()
    assert program.send("PUT", f"{at}/snooze", {"until": later})["snoozed_until"] == later
    assert [one["id"] for one in program.get("/conversations?view=snoozed")["items"]] == [handed["id"]]
    assert program.send("DELETE", f"{at}/snooze")["snoozed_until"] is None
    labelled = program.post(f"{at}/labels", {"name": "stok"}, status=200)
    assert program.get("/team")["labels"] == labelled["labels"]
    assert program.send("DELETE", f"{at}/labels/{labelled['labels'][0]['id']}")["labels"] == []
    assert not Labelling.objects.exists()
    program.send("DELETE", f"{at}/labels/{labelled['labels'][0]['id']}", status=404)
    assert program.post(f"{at}/close", status=200)["is_closed"]
    assert not program.post(f"{at}/reopen", status=200)["is_closed"]
    program.send("PUT", f"{at}/snooze", {"until": now.isoformat()}, status=422)
    nobody = "00000000-0000-0000-0000-000000000007"
    program.send("PUT", f"{at}/assignment", {"teammate": nobody}, status=422)
    program.send("PUT", f"{at}/assignment", {"team": nobody}, status=422)


def test_channels_and_orders(program: Program, people: Story) -> None:
    channels = program.get("/channels")["items"]
    assert {one["state"] for one in channels} == {"import_only"}
    assert program.get(f"/channels/{channels[0]['id']}") == channels[0]
    orders = program.pages("/orders")
    assert {one["number"] for one in orders} == {"S-39", "S-10"}
    assert orders[0]["contact"]["name"] == "Sari Dewi"
    assert orders[0]["goods_total"] == 185_000
    assert program.get(f"/orders/{orders[0]['id']}") == orders[0]
    assert program.get(f"/orders?contact={contact('Rina Wulandari').public_id}")["items"] == []
    program.get("/orders?contact=00000000-0000-0000-0000-000000000007", status=404)
