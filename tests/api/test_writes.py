"""Writes that are done once: keys, replies to customers, files."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.conversations.models import Note
from sapa.gateway.models import Dispatch
from sapa.imports.models import Batch
from sapa.imports.tasks import run_waiting_task
from sapa.lib import json
from sapa.programs.models import KeptAnswer, Listener
from sapa.programs.operations import drop_old_answers
from sapa.upkeep.operations.forgetting import forget
from tests.api.conftest import Program, code, make_program
from tests.gateway.dispatch.conftest import Desk, desk, http, provider
from tests.web.conftest import Story, contact

__all__ = ["desk", "http", "provider"]

pytestmark = pytest.mark.django_db

ROWS = b"Nama,No HP\nRina Wulandari,0812-3456-7890\nBudi Santoso,0813-1111-2222\n"


def test_the_same_key_and_body_is_done_once(program: Program, people: Story) -> None:
    at = f"/contacts/{contact('Rina Wulandari').public_id}/notes"
    first = program.ask("POST", at, {"text": "Suka hijau"}, key="a")
    again = program.ask("POST", at, {"text": "Suka hijau"}, key="a")
    assert (first.content, first.status_code) == (again.content, again.status_code)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Note.objects.filter(text="Suka hijau").count() == 1
    other = program.ask("POST", at, {"text": "Suka biru"}, key="a")
    assert (other.status_code, code(other)) == (422, "key_reused")
    elsewhere = program.ask("POST", "/contacts", {"name": "Andi"}, key="a")
    assert code(elsewhere) == "key_reused"


def test_a_key_is_one_tokens_own_and_holds_for_a_day(
    program: Program, people: Story, toko_sage: Business, bu_tuti: Teammate, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = make_program(toko_sage, bu_tuti, now, name="Lain")
    at = f"/contacts/{contact('Rina Wulandari').public_id}/notes"
    for one in (program, other, program):
        one.post(at, {"text": "Suka hijau"}, key="a")
    assert Note.objects.filter(text="Suka hijau").count() == 2
    assert drop_old_answers(now=now + timedelta(hours=23)) == 0
    monkeypatch.setattr("sapa.lib.clock.now", lambda: now + timedelta(hours=25))
    program.post(at, {"text": "Suka biru"}, key="a")
    assert drop_old_answers(now=now + timedelta(hours=25)) == 1


def test_what_was_refused_is_not_kept(program: Program, people: Story) -> None:
    rina = contact("Rina Wulandari")
    same = {"a": str(rina.public_id), "b": str(rina.public_id)}
    assert program.ask("POST", "/merges", same, key="a").status_code == 409
    assert not KeptAnswer.objects.exists()
    sari = {"a": str(rina.public_id), "b": str(contact("Sari Dewi").public_id)}
    program.post("/merges", sari, key="a")


@pytest.mark.parametrize("key", [" ", "x" * 256, "a\x7f"])
def test_what_is_no_key(key: str, program: Program) -> None:
    answer = program.ask("POST", "/contacts", {"name": "Rina"}, key=key)
    assert (answer.status_code, code(answer)) == (400, "bad_key")
    assert not Contact.objects.exists()


def test_nothing_that_is_taken_away_is_told_again_from_what_was_kept(
    program: Program, people: Story, toko_sage: Business, now: datetime
) -> None:
    told = {"name": "Andi Wijaya", "phone": "0815-2222-3333"}
    program.post("/contacts", told, key="a")
    assert "Andi" not in KeptAnswer.objects.get().body
    forget(business=toko_sage, contact=contact("Andi Wijaya"), by=None, now=now)
    answer = program.ask("POST", "/contacts", told, key="a")
    assert (answer.status_code, code(answer)) == (410, "answer_gone")


def test_a_secret_shown_once_lies_sealed_in_what_is_kept(program: Program) -> None:
    told = {"url": "https://kasir.example.com/sapa", "events": ["message.in"]}
    made = program.post("/webhooks", told, key="a")
    assert program.post("/webhooks", told, key="a") == made
    assert Listener.objects.count() == 1
    assert made["secret"] not in str(list(KeptAnswer.objects.values()))


def test_a_reply_goes_into_the_outbox_once(program: Program, desk: Desk) -> None:
    thread = desk.thread()
    at = f"/conversations/{thread.public_id}/messages"
    assert program.get(f"/conversations/{thread.public_id}")["reply"]["state"] == "open"
    missing = program.ask("POST", at, {"text": "Ready kak"})
    assert (missing.status_code, code(missing)) == (400, "no_key")
    sent = program.post(at, {"text": "Ready kak"}, key="r1")
    assert program.post(at, {"text": "Ready kak"}, key="r1") == sent
    assert sent["state"] == "queued"
    assert Dispatch.objects.count() == 1
    assert desk.sends() == 1
    assert [one.text for one in desk.provider.sent] == ["Ready kak"]
    newest = program.get(f"{at}?limit=1")["items"][0]
    assert (newest["id"], newest["status"], newest["author"]) == (sent["message"], "sent", "Bu Tuti")


@pytest.mark.parametrize(
    ("told", "status", "which"),
    [
        ({"text": ""}, 409, "empty"),
        ({"text": "x" * 1001}, 409, "too_large"),
        ({"text": "Halo", "template": {"name": "tidak_ada"}}, 409, "template_unfit"),
        ({"text": "Halo", "reply_to": "999999"}, 404, "not_found"),
        ({"text": "Halo", "reply_to": "bukan"}, 422, "unfit"),
        ({"text": "Halo", "purpose": "iklan"}, 422, "unfit"),
    ],
)
def test_what_may_not_go_is_refused_with_its_code(
    told: dict[str, Any], status: int, which: str, program: Program, desk: Desk
) -> None:
    answer = program.ask("POST", f"/conversations/{desk.thread().public_id}/messages", told, key="r")
    assert (answer.status_code, code(answer)) == (status, which)
    assert not Dispatch.objects.exists()


def test_a_closed_window_says_so(program: Program, desk: Desk) -> None:
    thread = desk.thread(waits=False)
    desk.hears(thread, "kak?", at=desk.now - timedelta(hours=25))
    answer = program.ask("POST", f"/conversations/{thread.public_id}/messages", {"text": "Ya?"}, key="r")
    assert (answer.status_code, code(answer)) == (409, "window_closed")
    assert "Waktu membalas sudah lewat" in answer.content.decode()


@pytest.mark.parametrize("form", ["raw", "multipart"])
def test_a_file_is_stored_read_and_taken_back(
    form: str, program: Program, toko_sage: Business, now: datetime
) -> None:
    if form == "raw":
        given: dict[str, Any] = {"data": ROWS, "content_type": "application/octet-stream"}
    else:
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        file = SimpleUploadedFile("kontak.csv", ROWS)
        given = {"data": encode_multipart(BOUNDARY, {"file": file}), "content_type": MULTIPART_CONTENT}
    answer = program.ask("POST", "/imports?name=kontak.csv", key="f1", **given)
    made = json.decode(answer.content)
    assert (answer.status_code, made["state"]) == (202, "running")
    again = json.decode(program.ask("POST", "/imports?name=kontak.csv", key="f1", **given).content)
    assert again["id"] == made["id"]
    assert Batch.objects.count() == 1
    program.post(f"/imports/{made['id']}/undo", status=409)
    run_waiting_task(now=now)
    done = program.get(f"/imports/{made['id']}")
    assert done["state"] == "done"
    assert [(one["file"], one["kind"], one["created"]) for one in done["files"]] == [
        ("kontak.csv", "contacts", 2)
    ]
    assert program.get("/imports")["items"][0]["id"] == made["id"]
    assert program.post(f"/imports/{made['id']}/undo", status=200)["state"] == "undone"
    assert program.post(f"/imports/{made['id']}/undo", status=200)["state"] == "undone"
    assert not Contact.objects.exists()
    other = {"data": b"Nama\nSari\n", "content_type": "application/octet-stream"}
    assert code(program.ask("POST", "/imports?name=kontak.csv", key="f1", **other)) == "key_reused"


def test_what_is_no_file(
    program: Program, toko_sage: Business, dina: Teammate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw: dict[str, Any] = {"content_type": "application/octet-stream"}
    assert program.ask("POST", "/imports", data=b"", **raw).status_code == 422
    assert code(program.ask("POST", "/imports?kind=lagu", data=ROWS, **raw)) == "unfit"
    broken = program.ask(
        "POST", "/imports", data=b"--x\r\nContent", content_type="multipart/form-data; boundary=x"
    )
    assert broken.status_code in (400, 422)
    no_boundary = program.ask("POST", "/imports", data=b"abc", content_type="multipart/form-data")
    assert (no_boundary.status_code, code(no_boundary)) == (400, "bad_form")
    monkeypatch.setattr("sapa.api.endpoints.imports.MOST_BYTES", 10)
    assert program.ask("POST", "/imports", data=ROWS, **raw).status_code == 413
    assert not Batch.objects.exists()


def test_a_file_that_cannot_be_read_says_why(program: Program, toko_sage: Business, now: datetime) -> None:
    made = program.ask("POST", "/imports?name=foto.png", data=b"\x89PNG\r\n\x1a\n" + b"x" * 90,
                       content_type="application/octet-stream")  # fmt: skip
    run_waiting_task(now=now)
    done = program.get(f"/imports/{json.decode(made.content)['id']}")
    assert done["files"][0]["problem"]


def test_a_member_imports_and_takes_nothing_back(toko_sage: Business, dina: Teammate, now: datetime) -> None:
    member = make_program(toko_sage, dina, now)
    made = member.ask(
        "POST", "/imports", data=io.BytesIO(ROWS).getvalue(), content_type="application/octet-stream"
    )
    assert made.status_code == 202
    run_waiting_task(now=now)
    at = f"/imports/{json.decode(made.content)['id']}/undo"
    assert member.ask("POST", at).status_code == 403
