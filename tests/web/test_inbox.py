"""Kotak Masuk and the talk: who waits, the answer by WhatsApp, one tap that stops the clock, a reading put right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sapa.contacts.operations import note_changes
from sapa.conversations.models import Mark, Message
from sapa.conversations.queries import count_waiting, list_inbox
from sapa.conversations.types import Spot, Tab
from sapa.promises.models import Promise
from sapa.readings.models import Reading
from tests.web.conftest import Story, contact, thread

pytestmark = pytest.mark.django_db


def _talk(name: str) -> str:
    return f"/inbox/{thread(name).public_id}/"


def test_the_longest_waiting_stands_first(owner: Client, people: Story) -> None:
    page = owner.get("/inbox/").content.decode()
    assert page.index("Budi Santoso") < page.index("Rina Wulandari")
    assert "Sari Dewi" not in page
    assert "Sari Dewi" in owner.get("/inbox/?tab=all").content.decode()


def test_with_nobody_waiting_everybody_is_shown(owner: Client, story: Story) -> None:
    story.tells(
        story.says("Rina Wulandari", "Kak, sage L masih ada?", timedelta(hours=3)),
        story.says("Rina Wulandari", "Ada, Kak", timedelta(hours=2), ours=True),
    )
    story.settle()
    assert "Rina Wulandari" in owner.get("/inbox/").content.decode()
    assert "Tidak ada yang menunggu." in owner.get("/inbox/?tab=waiting").content.decode()


def test_who_wrote_long_ago_does_not_bury_who_waits_today(owner: Client, people: Story) -> None:
    day = timedelta(days=1)
    people.tells(
        people.says("Andi Wijaya", "ready kak?", 200 * day),
        people.says("Joko Purnomo", "harganya berapa kak?", 30 * day),
        people.says("Joko Purnomo", "kak, jadi berapa?", 2 * day),
        people.says("Nita Kusuma", "ongkirnya berapa kak?", 13 * day),
    )
    people.settle()
    page = owner.get("/inbox/").content.decode()
    # Joko asked again, so he waits today, and longest of all.
    names = [page.find(name) for name in ("Joko Purnomo", "Nita Kusuma", "Budi Santoso", "Rina Wulandari")]
    assert -1 not in names
    assert names == sorted(names)
    assert "Andi Wijaya" not in page
    assert "Belum dibalas 4" in page
    assert "Lama tak dibalas" in page
    old = owner.get("/inbox/?tab=old").content.decode()
    assert "Andi Wijaya" in old
    assert "Joko Purnomo" not in old
    assert "lebih dari 14 hari lalu" in old
    badge = "<span data-number>4<"
    assert badge in page
    assert badge in owner.get("/").content.decode()


def test_the_shop_says_what_is_long_ago(owner: Client, people: Story) -> None:
    people.tells(people.says("Andi Wijaya", "ready kak?", timedelta(days=20)))
    people.settle()
    assert "Andi Wijaya" not in owner.get("/inbox/").content.decode()
    people.business.leave_after_days = 30
    people.business.save()
    page = owner.get("/inbox/").content.decode()
    assert "Andi Wijaya" in page
    assert "Lama tak dibalas" not in page


def test_pages_by_key_hold_everybody_once(story: Story) -> None:
    for number in range(7):
        story.tells(story.says(f"Orang {number}", "harganya berapa kak?", timedelta(hours=2)))
    story.settle()
    story.tells(*(story.says(f"Dulu {at}", "harganya berapa kak?", timedelta(days=90)) for at in range(5)))
    story.settle()
    edge = story.now - timedelta(days=14)

    def walk(tab: Tab) -> list[str]:
        seen: list[str] = []
        after = None
        while page := list_inbox(story.business, now=story.now, tab=tab, edge=edge, after=after, limit=3):
            seen += [row.name for row in page]
            last = page[-1]
            assert last.waiting_since
            after = Spot(last.waiting_since, last.id)
        return sorted(seen)

    fresh, old = [f"Orang {number}" for number in range(7)], [f"Dulu {number}" for number in range(5)]
    assert walk(Tab.WAITING) == fresh
    assert walk(Tab.OLD) == old
    assert count_waiting(story.business) == 12
    assert count_waiting(story.business, heard_since=edge) == 7
    assert count_waiting(story.business, heard_before=edge, up_to=3) == 3


def test_the_answer_is_a_plain_form_to_whatsapp(owner: Client, people: Story) -> None:
    page = owner.get(_talk("Rina Wulandari")).content.decode()
    assert 'method="get" action="https://wa.me/6281234567890"' in page
    assert "Sudah saya balas" in page


def test_a_name_without_a_number_says_where_numbers_come_from(owner: Client, story: Story) -> None:
    story.tells(story.says("Andi Wijaya", "ready kak?", timedelta(hours=1)))
    story.settle()
    page = owner.get(_talk("Andi Wijaya")).content.decode()
    assert "wa.me" not in page
    assert "Nomornya belum diketahui." in page


def test_sudah_saya_balas_stops_the_clock_and_undo_starts_it_again(owner: Client, people: Story) -> None:
    since = thread("Rina Wulandari").waiting_since
    answer = owner.post(_talk("Rina Wulandari") + "mark/", {"kind": "answered"}, follow=True)
    page = answer.content.decode()
    assert "Sudah dibalas di WhatsApp" in page
    assert thread("Rina Wulandari").waiting_since is None
    told = owner.get(f"/customers/{contact('Rina Wulandari').public_id}/").content.decode()
    entry = page.split('action="/history/')[1].split("/")[0]
    owner.post(f"/history/{entry}/undo/")
    assert thread("Rina Wulandari").waiting_since == since
    assert Mark.objects.get().undone_at is not None
    assert told.count("timeline") > 0


def test_the_clock_that_undo_starts_is_what_a_recount_finds(owner: Client, people: Story) -> None:
    owner.post(_talk("Rina Wulandari") + "mark/", {"kind": "no_answer"})
    people.settle()
    assert thread("Rina Wulandari").waiting_since is None
    mark = Mark.objects.get()
    from sapa.accounts.queries import list_audit

    entry = list_audit(people.business, object_kind="mark", object_id=str(mark.pk))[0]
    owner.post(f"/history/{entry.pk}/undo/")
    since = thread("Rina Wulandari").waiting_since
    note_changes(people.business, [contact("Rina Wulandari").pk])
    people.settle()
    assert thread("Rina Wulandari").waiting_since == since is not None


def test_a_reading_is_put_right_by_one_tap_and_holds(owner: Client, people: Story) -> None:
    message = Message.objects.get(text="Kak, sage L masih ada?")
    address = _talk("Rina Wulandari") + f"{message.pk}/reading/"
    choices = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in choices
    assert 'value="size_fit"' in choices
    told = owner.post(address, {"intent": "size_fit"}, headers={"HX-Request": "true"}).content.decode()
    assert "ukuran" in told
    assert Reading.objects.get(message=message).intent == "size_fit"
    people.settle()
    assert Reading.objects.get(message=message).intent == "size_fit"
    assert owner.post(address, {"intent": "nonsense"}).status_code == 404


def test_a_promise_is_said_to_be_kept(owner: Client, people: Story) -> None:
    promise = Promise.objects.get()
    page = owner.get(_talk("Sari Dewi")).content.decode()
    assert "Janji" in page
    owner.post(_talk("Sari Dewi") + f"{promise.message_id}/promise/", {"verdict": "kept", "ordinal": "0"})
    assert Promise.objects.get().done_at is not None


def test_older_messages_come_forty_at_a_time(owner: Client, story: Story) -> None:
    story.tells(
        *(story.says("Rina Wulandari", f"pesan {at}", timedelta(minutes=200 - at)) for at in range(90))
    )
    story.settle()
    page = owner.get(_talk("Rina Wulandari")).content.decode()
    assert "pesan 89" in page
    assert "pesan 50<" in page
    assert "pesan 49<" not in page
    older = page.split("?before=")[1].split('"')[0]
    more = owner.get(_talk("Rina Wulandari") + f"?before={older}", headers={"HX-Request": "true"})
    assert "pesan 49<" in more.content.decode()
    assert "pesan 10<" in more.content.decode()
    assert "pesan 9<" not in more.content.decode()


def test_reply_leads_to_the_talk_in_which_they_wait(owner: Client, people: Story) -> None:
    answer = owner.get(f"/customers/{contact('Rina Wulandari').public_id}/reply/")
    assert answer.headers["Location"] == _talk("Rina Wulandari") + "#reply"
