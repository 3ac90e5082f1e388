"""Notices on screen: the list, the settings, the counts, the installed app and what is shared to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.imports.models import Batch
from sapa.notices.models import Device, Notice
from sapa.notices.operations import notify
from sapa.notices.queries import find_wish
from tests.notices.receiver import Receiver, receiving
from tests.web.conftest import Story, thread

pytestmark = pytest.mark.django_db

WISHES = {"wants_mentions": "on", "wants_escalations": "on", "quiet_from": "21:00", "quiet_to": "07:00"}


@pytest.fixture
def service(settings: Any) -> Iterator[Receiver]:
    with receiving() as receiver:
        settings.PUSH_HOSTS = [receiver.host]
        yield receiver


def subscribe(client: Client, service: Receiver, **more: str) -> Any:
    given = service.subscribe()
    words = {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth, **more}
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    return client.post("/push/", words, headers={"user-agent": agent})


def test_a_device_is_taken_on_tried_and_let_go(owner: Client, bu_tuti: Teammate, service: Receiver) -> None:
    assert subscribe(owner, service, hides_words="1").status_code == 200
    device = Device.objects.get()
    assert (device.name, device.hides_words, device.teammate) == ("Chrome di Android", True, bu_tuti)
    page = owner.post(f"/push/{device.public_id}/test/", follow=True).content.decode()
    assert "terkirim dalam" in page
    assert service.open()["title"] == "Pemberitahuan uji dari Sapa"
    owner.post(f"/push/{device.public_id}/drop/")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("status", "words"), [(410, "izinnya sudah dicabut"), (403, "ditolak"), (500, "belum menjawab")]
)
def test_the_test_button_tells_what_went_wrong(
    status: int, words: str, owner: Client, service: Receiver
) -> None:
    subscribe(owner, service)
    service.answers = [status]
    page = owner.post(f"/push/{Device.objects.get().public_id}/test/", follow=True).content.decode()
    assert words in page


def test_an_address_that_is_no_push_service_is_refused(owner: Client) -> None:
    answer = owner.post("/push/", {"endpoint": "http://169.254.169.254/x", "p256dh": "x", "auth": "y"})
    assert answer.status_code == 422
    assert "peramban" in answer.json()["error"]


def test_a_teammate_cannot_try_or_drop_anothers_device(
    owner: Client, teammate: Client, service: Receiver
) -> None:
    subscribe(owner, service)
    device = Device.objects.get()
    for deed in ("test", "drop"):
        assert teammate.post(f"/push/{device.public_id}/{deed}/").status_code == 404
    assert not service.taken


def test_wishes_are_kept(owner: Client, bu_tuti: Teammate) -> None:
    assert owner.post("/settings/save/notices/", WISHES).status_code == 303
    wish = find_wish(bu_tuti)
    assert (wish.wants_messages, wish.wants_mentions, wish.wants_morning_mail) == (False, True, False)
    assert (wish.quiet_from_minute, wish.quiet_to_minute) == (21 * 60, 7 * 60)
    page = owner.get("/settings/notices/").content.decode()
    assert 'value="21:00"' in page


@pytest.mark.parametrize("missing", ["quiet_from", "quiet_to"])
def test_half_a_quiet_stretch_is_asked_about(missing: str, owner: Client, bu_tuti: Teammate) -> None:
    answer = owner.post("/settings/save/notices/", {**WISHES, missing: ""})
    assert answer.status_code == 422
    assert "Isi kedua jam hening" in answer.content.decode()
    assert find_wish(bu_tuti).pk is None


def test_the_settings_say_what_notices_need(owner: Client) -> None:
    page = owner.get("/settings/notices/").content.decode()
    for words in ("HTTPS", "localhost", "Tailscale", "Caddy", "VPS", "Xiaomi", "iOS 16.4", "belum kami coba"):
        assert words in page


def test_a_notice_leads_to_its_conversation_and_is_read(
    owner: Client, toko_sage: Business, bu_tuti: Teammate, people: Story, now: datetime
) -> None:
    rina = thread("Rina Wulandari")
    told = {"kind": "mention", "title": "Dina menyebut Anda", "line": "boleh diskon?", "conversation": rina}
    notify(business=toko_sage, teammate_ids=[bu_tuti.pk], now=now, **told)  # type: ignore[arg-type]
    assert "Dina menyebut Anda" in owner.get("/notices/").content.decode()
    assert owner.get("/notices/counts/").json()["unread"] == 1
    answer = owner.get(f"/notices/{Notice.objects.get().public_id}/")
    assert answer.headers["Location"] == f"/inbox/{rina.public_id}/"
    assert owner.get("/notices/counts/").json()["unread"] == 0


def test_all_can_be_read_at_once(
    owner: Client, toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    for line in ("satu", "dua"):
        notify(business=toko_sage, teammate_ids=[bu_tuti.pk], kind="mention", title="x", line=line, now=now)
    owner.post("/notices/read/")
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_a_teammate_sees_no_notice_of_another(
    teammate: Client, toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    notify(business=toko_sage, teammate_ids=[bu_tuti.pk], kind="mention", title="Rahasia", line="x", now=now)
    assert "Rahasia" not in teammate.get("/notices/").content.decode()
    assert teammate.get(f"/notices/{Notice.objects.get().public_id}/").status_code == 404


def test_the_counts_say_how_many_wait(owner: Client, people: Story) -> None:
    told = owner.get("/notices/counts/").json()
    assert (told["waiting"], told["shown"]) == (2, "2")
    assert told["said"] == "2 percakapan menunggu."


def test_today_counts_again_by_itself(owner: Client, people: Story) -> None:
    page = owner.get("/").content.decode()
    assert 'hx-trigger="sapa:tick from:body"' in page
    piece = owner.get("/?left", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r"\d+ tindakan", piece)
    assert "<html" not in piece


def test_the_manifest_offers_a_place_for_exported_chats() -> None:
    manifest = json.loads(Client().get("/manifest.webmanifest").content)
    assert manifest["display"] == "standalone"
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    target = manifest["share_target"]
    assert (target["action"], target["method"]) == ("/share/", "POST")
    assert {".txt", ".zip"} <= set(target["params"]["files"][0]["accept"])


def test_the_worker_keeps_the_shell_and_no_page_of_anybody() -> None:
    answer = Client().get("/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    words = answer.content.decode()
    kept = re.search(r"const FILES = \[(.*?)\];", words)
    assert kept
    assert all("static" in one or "offline" in one or "OFFLINE" in one for one in kept[1].split(","))


def test_a_shared_chat_waits_to_be_looked_at(owner: Client) -> None:
    chat = SimpleUploadedFile("Chat WhatsApp dengan Rina.txt", b"21/11/26 14.30 - Rina: Kak?\n")
    answer = owner.post("/share/", {"files": chat, "title": "Chat"})
    batch = Batch.objects.get()
    assert answer.headers["Location"] == f"/imports/{batch.public_id}/"
    assert batch.state == Batch.State.WAITING


def test_the_share_sheet_carries_no_token_and_another_site_is_refused(bu_tuti: Teammate) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bu_tuti.user, backend="django.contrib.auth.backends.ModelBackend")

    def share(site: str) -> int:
        chat = SimpleUploadedFile("chat.txt", b"21/11/26 14.30 - Rina: Kak?\n")
        return strict.post("/share/", {"files": chat}, headers={"Sec-Fetch-Site": site}).status_code

    assert share("none") == 303
    assert share("cross-site") == 403
    assert share("same-site") == 403
    assert Batch.objects.count() == 1


def test_a_share_without_a_file_says_what_to_do(owner: Client) -> None:
    answer = owner.post("/share/", {"text": "halo"})
    assert answer.status_code == 422
    assert "Ekspor chat" in answer.content.decode()


def test_a_viewer_shares_nothing(viewer: Client) -> None:
    assert viewer.post("/share/", {}).status_code == 403
