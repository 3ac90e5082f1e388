"""A team at one inbox: replies on the channel that is open, nothing twice, nothing lost, and deeds for many at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sapa.accounts.models import Teammate
from sapa.channels.models import Channel
from sapa.conversations.models import Attachment, Conversation, Draft, Label, Message, Remark
from sapa.conversations.operations import be_present, save_draft
from sapa.gateway.models import Dispatch, ScheduledMessage, Template
from sapa.knowledge.models import Answer
from sapa.notices.models import Notice
from sapa.snapshots.operations import refresh_changed
from tests.gateway.dispatch.conftest import Desk, desk, http, provider
from tests.web.conftest import Story, thread

__all__ = ["desk", "http", "provider"]

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
HOUR = timedelta(hours=1)


@pytest.fixture
def rina(desk: Desk) -> Conversation:
    return _settled(desk, desk.thread())


def _settled(desk: Desk, made: Conversation) -> Conversation:
    from sapa.contacts.operations import note_changes

    note_changes(desk.business, [made.identity.contact_id if made.identity else None])
    refresh_changed(desk.business, now=desk.now)
    return made


def _path(made: Conversation, part: str = "") -> str:
    return f"/inbox/{made.public_id}/{part}"


def _send(client: Client, made: Conversation, text: str = "Ready Kak", **more: Any) -> Any:
    seen = Message.objects.filter(conversation=made).order_by("-id").values_list("id", flat=True).first() or 0
    form = {
        "text": text,
        "idempotency_key": str(uuid4()),
        "seen": str(seen),
        "via": str(made.public_id),
    } | more
    return client.post(_path(made, "send/"), form)


class TestReplying:
    def test_puts_the_message_into_the_outbox_and_stops_the_clock(
        self, owner: Client, rina: Conversation, bu_tuti: Teammate
    ) -> None:
        answer = _send(owner, rina)
        assert answer.status_code == 303
        dispatch = Dispatch.objects.get()
        assert (dispatch.message.text, dispatch.message.by) == ("Ready Kak", bu_tuti)
        rina.refresh_from_db()
        assert rina.waiting_since is None
        page = owner.get(_path(rina)).content.decode()
        assert "menunggu jaringan" in page
        assert "menunggu pelanggan" in owner.get("/inbox/?tab=all").content.decode()

    def test_twice_pressed_is_sent_once(self, owner: Client, rina: Conversation) -> None:
        key = str(uuid4())
        for _press in range(2):
            assert _send(owner, rina, idempotency_key=key).status_code == 303
        assert Dispatch.objects.count() == 1

    def test_goes_on_to_who_waits_next(self, owner: Client, rina: Conversation, desk: Desk) -> None:
        budi = _settled(desk, desk.thread("Budi Santoso"))
        assert _send(owner, rina, tab="waiting").headers["Location"] == _path(budi) + "?tab=waiting#reply"
        assert _send(owner, budi, tab="all").headers["Location"].startswith(_path(budi))

    def test_can_close_at_once(self, owner: Client, rina: Conversation) -> None:
        _send(owner, rina, do="close")
        rina.refresh_from_db()
        assert rina.closed_at

    def test_of_nothing_says_so_and_keeps_the_page(self, owner: Client, rina: Conversation) -> None:
        answer = _send(owner, rina, "  ")
        assert answer.status_code == 422
        assert "Pesannya masih kosong" in answer.content.decode()
        assert not Dispatch.objects.exists()

    def test_after_a_teammate_asks_first(self, owner: Client, teammate: Client, rina: Conversation) -> None:
        seen = Message.objects.latest("id").pk
        _send(teammate, rina, "Ready, masih 2")
        asked = _send(owner, rina, "Masih ada Kak", seen=str(seen))
        page = asked.content.decode()
        assert asked.status_code == 422
        assert "Dina baru membalas 0 detik lalu — tetap kirim?" in page
        assert "Masih ada Kak" in page
        assert asked.headers["Sapa-Why"].startswith("Dina")
        assert Dispatch.objects.count() == 1
        assert _send(owner, rina, "Masih ada Kak", seen=str(seen), anyway="1").status_code == 303
        assert Dispatch.objects.count() == 2

    def test_through_another_channel_answers_the_thread_that_waits(
        self, owner: Client, story: Story, desk: Desk, rina: Conversation
    ) -> None:
        assert rina.identity
        closed = Conversation.objects.create(
            business=desk.business,
            channel=desk.business.channels.create(kind="whatsapp", name="lama", created_at=desk.now),
            key="wa",
            identity=rina.identity,
            last_message_at=desk.now,
            last_in_at=desk.now,
            waiting_since=desk.now,
        )
        page = owner.get(_path(closed)).content.decode()
        assert "Balasan ini lewat" in page
        assert str(rina.public_id) in page
        form = {"text": "Ready", "idempotency_key": "k", "seen": "0", "via": str(rina.public_id)}
        assert owner.post(_path(closed, "send/"), form).status_code == 303
        closed.refresh_from_db()
        assert closed.waiting_since is None
        assert Dispatch.objects.get().message.conversation == rina


class TestTheComposer:
    def test_says_until_when_the_window_is_open(self, owner: Client, rina: Conversation) -> None:
        page = owner.get(_path(rina)).content.decode()
        assert "data-composer" in page
        assert "tertutup" in page

    def test_offers_templates_only_once_it_is_closed(
        self, owner: Client, rina: Conversation, desk: Desk
    ) -> None:
        Message.objects.update(happened_at=desk.now - 30 * HOUR)
        Template.objects.create(
            business=desk.business,
            channel=desk.channel,
            name="kabar",
            category="utility",
            text="Halo {{1}}, pesanannya siap.",
            blanks=["nama"],
            learned_at=desk.now,
        )
        page = owner.get(_path(rina)).content.decode()
        assert "data-composer" not in page
        assert "Waktu membalas sudah lewat" in page
        assert "Pilih templat" in page
        made = Template.objects.get()
        refused = _send(owner, rina, "", template=str(made.public_id), value_0="")
        assert "Templat ini belum" in refused.content.decode()
        assert _send(owner, rina, "", template=str(made.public_id), value_0="Rina").status_code == 303
        assert Dispatch.objects.get().message.text == "Halo Rina, pesanannya siap."

    def test_tells_what_became_of_each_message(self, owner: Client, rina: Conversation) -> None:
        words = {
            "sent": "terkirim",
            "delivered": "sampai",
            "read": "dibaca",
            "failed": "gagal",
            "uncertain": "belum pasti",
        }
        _send(owner, rina)
        for status, word in words.items():
            Message.objects.filter(direction="out").update(send_status=status)
            assert word in owner.get(_path(rina)).content.decode()

    def test_lets_a_teammate_decide_what_is_uncertain(self, owner: Client, rina: Conversation) -> None:
        _send(owner, rina)
        Dispatch.objects.update(state="uncertain")
        Message.objects.filter(direction="out").update(send_status="uncertain")
        page = owner.get(_path(rina)).content.decode()
        assert "Sudah sampai" in page
        assert "Kirim lagi" in page
        dispatch = Dispatch.objects.get()
        owner.post(f"/inbox/outbox/{dispatch.public_id}/arrived/")
        dispatch.refresh_from_db()
        assert dispatch.state == "sent"
        assert owner.post(f"/inbox/outbox/{dispatch.public_id}/nonsense/").status_code == 404

    def test_offers_another_try_with_the_cause(self, owner: Client, rina: Conversation) -> None:
        _send(owner, rina)
        Dispatch.objects.update(state="failed", failure="blocked")
        Message.objects.filter(direction="out").update(send_status="failed")
        page = owner.get(_path(rina)).content.decode()
        assert "memblokir akun toko" in page
        assert "Coba lagi" in page
        owner.post(f"/inbox/outbox/{Dispatch.objects.get().public_id}/retry/")
        assert Dispatch.objects.get().state == "queued"


class TestSavedReplies:
    @pytest.fixture
    def ongkir(self, owner: Client, desk: Desk) -> Answer:
        form = {"text": "Ongkir ke {kota} 12 ribu, Kak {nama}", "shortcut": "/Ongkir", "picture": _picture()}
        assert owner.post("/answers/new/", form).status_code == 303
        return Answer.objects.get()

    def test_are_found_behind_the_slash(self, owner: Client, ongkir: Answer) -> None:
        assert ongkir.shortcut == "ongkir"
        assert "Ongkir ke" in owner.get("/answers/menu/?q=ong").content.decode()
        assert "Belum ada balasan" in owner.get("/answers/menu/?q=zzz").content.decode()

    def test_blanks_are_asked_and_never_sent(self, owner: Client, ongkir: Answer, rina: Conversation) -> None:
        asked = _send(owner, rina, ongkir.text, answer=str(ongkir.public_id))
        page = asked.content.decode()
        assert asked.status_code == 422
        assert 'name="blank_kota"' in page
        assert "Kak Rina" in page, "a name that is known is filled in"
        assert not Dispatch.objects.exists()
        _send(owner, rina, ongkir.text, answer=str(ongkir.public_id), blank_kota="Bandung")
        message = Dispatch.objects.get().message
        assert message.text == "Ongkir ke Bandung 12 ribu, Kak Rina"
        assert [one.mime for one in message.attachments.all()] == ["image/png"]
        ongkir.refresh_from_db()
        assert ongkir.uses == 1

    def test_can_be_chosen_without_script(self, owner: Client, ongkir: Answer, rina: Conversation) -> None:
        page = owner.get(_path(rina) + f"?answer={ongkir.public_id}").content.decode()
        assert "Ongkir ke {kota}" in page
        assert f'name="answer" value="{ongkir.public_id}"' in page

    def test_change_and_go_and_come_back(self, owner: Client, ongkir: Answer) -> None:
        path = f"/answers/{ongkir.public_id}/"
        owner.post(path, {"text": "Ongkir 10 ribu", "shortcut": "kirim", "drop_picture": "on"})
        ongkir.refresh_from_db()
        assert (ongkir.text, ongkir.shortcut, ongkir.picture) == ("Ongkir 10 ribu", "kirim", "")
        page = owner.get("/answers/").content.decode()
        undo = re.findall(r'action="(/history/\d+/undo/)"', page)[-1]
        owner.post(undo)
        ongkir.refresh_from_db()
        assert (ongkir.shortcut, bool(ongkir.picture)) == ("ongkir", True)
        owner.post(path + "remove/")
        assert owner.get(path).status_code == 404

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ({"text": "", "shortcut": "a"}, "belum diisi"),
            ({"text": "x", "shortcut": "a/b!"}, "huruf dan angka saja"),
            ({"text": "x", "shortcut": "ongkir"}, "sudah dipakai"),
            ({"text": "x", "picture": SimpleUploadedFile("a.png", b"<html><script>")}, "bukan gambar"),
        ],
    )
    def test_that_cannot_be_kept_say_why(
        self, owner: Client, ongkir: Answer, form: dict[str, Any], told: str
    ) -> None:
        answer = owner.post("/answers/new/", form)
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert Answer.objects.count() == 1


def _picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("tabel.png", PNG, "image/png")


class TestFiles:
    def test_wait_with_the_draft_and_go_with_the_reply(self, owner: Client, rina: Conversation) -> None:
        owner.post(_path(rina, "files/"), {"files": _picture()})
        one = Attachment.objects.get()
        assert "tabel.png" in owner.get(_path(rina)).content.decode()
        _send(owner, rina, "ini tabelnya")
        one.refresh_from_db()
        assert one.message == Dispatch.objects.get().message
        assert not Draft.objects.exists()

    def test_are_served_so_that_nothing_in_them_runs(
        self, owner: Client, teammate: Client, stranger: Client, rina: Conversation
    ) -> None:
        page = SimpleUploadedFile("x.png", b"<html><script>alert(1)</script>", "image/png")
        owner.post(_path(rina, "files/"), {"files": [_picture(), page]})
        picture, disguised = Attachment.objects.order_by("id")
        shown = owner.get(f"/inbox/files/{picture.public_id}/")
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert b"".join(shown.streaming_content) == PNG  # type: ignore[attr-defined]
        saved = owner.get(f"/inbox/files/{disguised.public_id}/")
        assert saved.headers["Content-Type"] == "application/octet-stream"
        assert saved.headers["Content-Disposition"].startswith("attachment")
        assert b"".join(saved.streaming_content)  # type: ignore[attr-defined]
        for other in (teammate, stranger):
            assert other.get(f"/inbox/files/{picture.public_id}/").status_code == 404
        owner.post(f"/inbox/files/{picture.public_id}/drop/")
        assert Attachment.objects.get() == disguised


class TestLater:
    def test_words_are_read_and_the_reply_waits(
        self, owner: Client, rina: Conversation, now: datetime
    ) -> None:
        answer = _send(owner, rina, "Sudah ready Kak", do="later", when="besok jam 9")
        assert answer.status_code == 303
        planned = ScheduledMessage.objects.get()
        assert planned.send_at == (now + timedelta(days=1)).replace(hour=9, minute=0)
        assert "besok 09.00" in owner.get(_path(rina)).content.decode()
        owner.post(f"/inbox/scheduled/{planned.public_id}/cancel/")
        planned.refresh_from_db()
        assert planned.state == "cancelled"
        assert Draft.objects.get().text == "Sudah ready Kak"

    def test_what_names_no_time_is_asked_again(self, owner: Client, rina: Conversation) -> None:
        answer = _send(owner, rina, "Sudah", do="later", when="kapan-kapan")
        assert answer.status_code == 422
        assert "Waktunya belum terbaca" in answer.content.decode()


class TestWhileWriting:
    def test_the_draft_is_kept_and_a_time_is_offered_as_a_promise(
        self, owner: Client, teammate: Client, rina: Conversation
    ) -> None:
        chip = owner.post(_path(rina, "draft/"), {"kind": "reply", "text": "oke kak besok jam 3"})
        assert "Catat janji:" in chip.content.decode()
        added = re.search(r'data-add="([^"]+)"', chip.content.decode())
        assert added
        noted = owner.post(
            _path(rina, "draft/"), {"kind": "reply", "text": f"oke kak besok jam 3. {added[1]}"}
        )
        assert "Janji tercatat" in noted.content.decode()
        assert "oke kak besok jam 3" in owner.get(_path(rina)).content.decode()
        assert "oke kak besok" not in teammate.get(_path(rina)).content.decode(), "a draft is one person's"

    def test_others_see_who_is_here(
        self, owner: Client, rina: Conversation, dina: Teammate, desk: Desk
    ) -> None:
        be_present(business=desk.business, conversation=rina, teammate=dina, state="typing", now=desk.now)
        assert "Dina sedang membalas" in owner.get(_path(rina)).content.decode()
        told = owner.post(_path(rina, "presence/"), {"state": "viewing"}).content.decode()
        assert "Dina sedang membalas" in told
        assert owner.post(_path(rina, "presence/"), {"state": "dancing"}).status_code == 404

    def test_a_note_for_the_team_tells_whom_it_names(
        self, owner: Client, rina: Conversation, dina: Teammate
    ) -> None:
        owner.post(_path(rina, "remark/"), {"text": "@Dina tolong cek stok"})
        assert Remark.objects.get().mentions == [dina.pk]
        assert Notice.objects.filter(teammate=dina).count() == 1
        page = owner.get(_path(rina)).content.decode()
        assert "note-bubble" in page
        assert "tolong cek stok" in page


class TestDeeds:
    def test_selesai_goes_on_to_the_next(self, owner: Client, people: Story) -> None:
        budi = thread("Budi Santoso")
        answer = owner.post(_path(budi, "close/"), {"do": "close"})
        assert answer.headers["Location"] == _path(thread("Rina Wulandari")) + "?tab=waiting"
        assert "selesai" in owner.get("/inbox/?tab=all").content.decode()

    def test_put_off_in_words(self, owner: Client, people: Story) -> None:
        budi = thread("Budi Santoso")
        owner.post(_path(budi, "snooze/"), {"words": "besok jam 3"})
        budi.refresh_from_db()
        assert budi.snoozed_until == (people.now + timedelta(days=1)).replace(hour=15, minute=0)
        assert "Budi Santoso" in owner.get("/inbox/?tab=snoozed").content.decode()
        owner.post(_path(budi, "snooze/"), {"do": "now"})
        budi.refresh_from_db()
        assert budi.snoozed_until is None
        page = owner.post(_path(budi, "snooze/"), {"words": "kapan ya"}, follow=True).content.decode()
        assert "Waktunya belum terbaca" in page

    @pytest.mark.parametrize("form", [{"name": "di"}, {"to": "me"}])
    def test_hand_over(self, owner: Client, people: Story, dina: Teammate, form: dict[str, str]) -> None:
        budi = thread("Budi Santoso")
        owner.post(_path(budi, "assign/"), form)
        budi.refresh_from_db()
        assert budi.assignee
        assert budi.assignee.name == ("Dina" if "name" in form else "Bu Tuti")
        page = owner.post(_path(budi, "assign/"), {"name": "zzz"}, follow=True).content.decode()
        assert "Tidak ada orang atau tim" in page

    def test_for_all_that_are_ticked(self, owner: Client, people: Story, dina: Teammate) -> None:
        ids = [str(thread(name).public_id) for name in ("Rina Wulandari", "Budi Santoso")]
        for form in (
            {"do": "label", "name": "stok"},
            {"do": "assign", "to": str(dina.public_id)},
            {"do": "close"},
        ):
            page = owner.post("/inbox/bulk/", form | {"id": ids}, follow=True).content.decode()
            assert "2 percakapan diubah." in page
        assert Label.objects.get().labellings.count() == 2
        assert Conversation.objects.filter(assignee=dina, closed_at__isnull=False).count() == 2
        undo = re.findall(r'action="(/history/\d+/undo/)"', page)[-1]
        owner.post(undo)
        assert Conversation.objects.filter(waiting_since__isnull=False, closed_at=None).count() == 2

    @pytest.mark.parametrize(
        "form", [{}, {"do": "assign", "to": "zzz"}, {"do": "snooze", "when": "dulu"}, {"do": "dance"}]
    )
    def test_that_cannot_be_read_change_nothing(
        self, owner: Client, people: Story, form: dict[str, str]
    ) -> None:
        ids = [] if not form else [str(thread("Rina Wulandari").public_id)]
        page = owner.post("/inbox/bulk/", form | {"id": ids}, follow=True).content.decode()
        assert "Belum" in page
        assert not Conversation.objects.filter(closed_at__isnull=False).exists()

    def test_merge_shows_both_in_one(self, owner: Client, people: Story) -> None:
        rina, budi = thread("Rina Wulandari"), thread("Budi Santoso")
        assert "Budi Santoso" in owner.get(_path(rina, "merge/")).content.decode()
        owner.post(_path(rina, "merge/"), {"other": str(budi.public_id)})
        page = owner.get(_path(rina)).content.decode()
        assert "jaitannya lepas" in page
        assert owner.get(_path(budi)).headers["Location"] == _path(rina)
        owner.post(_path(rina, "close/"), {"do": "close"})
        budi.refresh_from_db()
        assert budi.waiting_since is None, "what was merged is closed with it"


def _seen(client: Client, path: str) -> str:
    """A page as people read it: without tags, spaces folded."""
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(path).content.decode()).split())


class TestTheList:
    def test_one_person_sees_nothing_of_a_team(self, owner: Client, people: Story) -> None:
        page = owner.get("/inbox/?tab=all&filter=1").content.decode()
        for word in ("Milik saya", "Penanggung jawab", "Serahkan"):
            assert word not in page
        talk = owner.get(_path(thread("Rina Wulandari"))).content.decode()
        assert "Serahkan" not in talk

    def test_three_customers_need_no_tabs(self, owner: Client, people: Story, dina: Teammate) -> None:
        assert 'class="tabs"' not in owner.get("/inbox/").content.decode()
        people.tells(people.says("Andi Wijaya", "ready kak?", HOUR))
        people.settle()
        page = owner.get("/inbox/").content.decode()
        assert 'class="tabs"' in page
        assert "Milik saya" in page

    def test_waiting_is_said_in_one_measure_on_every_screen(self, owner: Client, story: Story) -> None:
        story.tells(story.says("Rina Wulandari", "ready kak?", 24 * HOUR))
        story.settle()
        talk = _path(thread("Rina Wulandari"))
        shown = {path: _seen(owner, path) for path in ("/", "/inbox/?tab=all", talk, "/customers/")}
        assert "Menunggu 8 jam buka (24 jam) (target 2 jam)" in shown["/"]
        assert "8 jam buka ! lewat target" in shown["/inbox/?tab=all"]
        assert "sejak kemarin 14.30" in shown["/inbox/?tab=all"]
        assert "menunggu 8 jam buka (24 jam)" in shown[talk]
        assert "menunggu 8 jam buka (24 jam)" in shown["/customers/"]

    def test_late_is_by_the_channel_s_own_target_and_sooner_for_a_complaint(
        self, owner: Client, story: Story
    ) -> None:
        story.tells(
            story.says("Rina Wulandari", "bukanya sampai jam berapa kak?", 1.5 * HOUR),
            story.says("Budi Santoso", "jahitannya lepas, saya kecewa!", 1.5 * HOUR),
        )
        story.settle()
        page = _seen(owner, "/inbox/?tab=waiting")
        assert page.count("lewat target") == 1
        assert "Budi Santoso 1 j 30 mnt ! lewat target" in page
        Channel.objects.update(reply_target_minutes=30)
        assert owner.get("/inbox/?tab=waiting").content.decode().count("lewat target") == 2

    def test_narrowed_to_a_channel_and_a_label(self, owner: Client, people: Story) -> None:
        rina = thread("Rina Wulandari")
        owner.post(_path(rina, "label/"), {"name": "stok"})
        label = Label.objects.get()
        page = owner.get(f"/inbox/?tab=all&label={label.public_id}").content.decode()
        assert "Rina Wulandari" in page
        assert "Budi Santoso" not in page
        assert "Tidak ada yang cocok" in owner.get(f"/inbox/?tab=all&channel={uuid4()}").content.decode()
        owner.post(_path(rina, f"label/{label.public_id}/drop/"))
        assert not label.labellings.exists()

    def test_a_broken_channel_says_since_when(self, owner: Client, desk: Desk, rina: Conversation) -> None:
        _send(owner, rina)
        desk.channel.broken_since = desk.now - HOUR
        desk.channel.broken_why = "token_dead"
        desk.channel.save()
        page = owner.get("/inbox/?tab=all").content.decode()
        assert "terputus sejak" in page
        assert "13.30" in page
        assert "1 pesan berisiko" in page
        assert "Sambungkan lagi" in page
        assert "menunggu sampai tersambung lagi" in owner.get(_path(rina)).content.decode()

    def test_next_leads_to_the_longest_waiting(self, owner: Client, people: Story) -> None:
        assert owner.get("/inbox/next/").headers["Location"].startswith(_path(thread("Budi Santoso")))


def test_what_a_hand_over_lost_is_shown_with_its_evidence(owner: Client, story: Story) -> None:
    asked = story.says("Rina Wulandari", "boleh minta nomor pesanannya kak?", 5 * HOUR, ours=True)
    again = story.says("Rina Wulandari", "nomor pesanannya berapa ya kak?", HOUR, ours=True)
    story.tells(
        story.says("Rina Wulandari", "paket saya belum sampai", 6 * HOUR),
        replace(asked, teammate="Dina"),
        story.says("Rina Wulandari", "2411215ABC", 4 * HOUR),
        replace(again, teammate="Bu Tuti"),
    )
    story.settle()
    first = Message.objects.get(text=asked.text)
    page = owner.get(_path(thread("Rina Wulandari"))).content.decode()
    assert page.count("Ditanya lagi, padahal sudah dijawab") == 1
    assert f'href="#m{first.pk}"' in page
    assert f'id="m{first.pk}"' in page
    assert "pindah tangan" in page


class TestComingBack:
    def test_unread_is_marked_in_the_list_the_menu_and_the_count(
        self, owner: Client, story: Story, people: Story
    ) -> None:
        story.tells(story.says("Sari Dewi", "Sudah sampai ya kak?", HOUR, ours=True))
        story.settle()
        sari = thread("Sari Dewi")
        before = owner.get("/notices/counts/").json()["waiting"]
        page = owner.post(_path(sari, "unread/"), {"do": "unread"}, follow=True)
        assert "Sari Dewi: belum dibaca, hanya untuk Anda." in page.content.decode()
        assert owner.get("/notices/counts/").json()["waiting"] == before + 1
        assert "belum dibaca Sari Dewi" in _seen(owner, "/inbox/?tab=unread")
        assert "Belum dibaca 1" in _seen(owner, "/inbox/?tab=all")
        owner.get(_path(sari))
        assert owner.get("/notices/counts/").json()["waiting"] == before
        assert "Tidak ada yang Anda tandai" in _seen(owner, "/inbox/?tab=unread")

    def test_for_all_that_are_ticked(self, owner: Client, people: Story) -> None:
        every = [str(one.public_id) for one in Conversation.objects.all()]
        owner.post("/inbox/bulk/", {"do": "unread", "id": every})
        assert f"Belum dibaca {len(every)}" in _seen(owner, "/inbox/?tab=all")
        owner.post("/inbox/bulk/", {"do": "read", "id": every})
        assert "Belum dibaca" not in _seen(owner, "/inbox/?tab=all").partition("Saring")[0]

    def test_a_filter_is_kept_under_a_name_and_found_by_the_palette(
        self, owner: Client, people: Story
    ) -> None:
        rina = thread("Rina Wulandari")
        owner.post(_path(rina, "label/"), {"name": "grosir"})
        label = Label.objects.get()
        shown = owner.get(f"/inbox/?tab=all&filter=1&label={label.public_id}").content.decode()
        assert f'<input type="hidden" name="label" value="{label.public_id}">' in shown
        given = {"name": "Pembeli grosir", "tab": "all", "label": str(label.public_id), "for": "me"}
        page = owner.post("/inbox/views/", given, follow=True).content.decode()
        assert "Rina Wulandari" in page
        assert "Budi Santoso" not in page
        found = owner.get("/palette/?q=grosir", HTTP_HX_REQUEST="true").content.decode()
        address = re.search(r'href="(/inbox/\?view=[^"]+)"', found)
        assert address
        assert "Hapus tampilan" in owner.get(address[1]).content.decode()

    def test_without_a_name_nothing_is_kept(self, owner: Client, people: Story) -> None:
        page = owner.post("/inbox/views/", {"name": " ", "tab": "all"}, follow=True).content.decode()
        assert "Beri nama dulu" in page


class TestThePalette:
    def test_finds_people_by_the_last_four_digits(self, owner: Client, people: Story) -> None:
        page = owner.get("/palette/?q=7890").content.decode()
        assert "Rina Wulandari" in page
        assert "Budi Santoso" not in page

    def test_finds_orders_and_pages(self, owner: Client, people: Story) -> None:
        assert "Sari Dewi" in owner.get("/palette/?q=S-39").content.decode()
        assert 'href="/metrics/"' in owner.get("/palette/?q=metr").content.decode()
        assert "Tidak ada yang cocok" in owner.get("/palette/?q=zzzz").content.decode()

    def test_time_words_put_the_open_conversation_off(self, owner: Client, people: Story) -> None:
        rina = thread("Rina Wulandari")
        page = owner.get(f"/palette/?chat={rina.public_id}&q=besok jam 3").content.decode()
        assert "Tunda sampai besok 15.00" in page
        assert 'name="when" value="2026-11-22T15:00:00+07:00"' in page

    def test_of_another_shop_offers_nothing_here(self, stranger: Client, people: Story) -> None:
        rina = thread("Rina Wulandari")
        page = stranger.get(f"/palette/?chat={rina.public_id}&q=").content.decode()
        assert "Percakapan ini" not in page


def test_a_draft_survives_a_refused_reply(
    owner: Client, rina: Conversation, bu_tuti: Teammate, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_draft(
        business=desk.business, conversation=rina, teammate=bu_tuti, kind="reply", text="lama", now=desk.now
    )
    Message.objects.update(happened_at=desk.now - 30 * HOUR)
    answer = _send(owner, rina, "kata-kata yang panjang")
    assert answer.status_code == 422
    assert Draft.objects.get().text == "kata-kata yang panjang"


def test_the_viewer_may_look_and_nothing_else(viewer: Client, people: Story) -> None:
    page = viewer.get(_path(thread("Rina Wulandari"))).content.decode()
    assert 'id="reply"' not in page
    assert "Selesai" not in page.split('id="talk"')[0].split("<section")[1]
