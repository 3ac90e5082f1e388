"""Who answers our own question gladly waits for nothing; praise nobody asked for, questions and complaints do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.conversations.models import Conversation
from sapa.readings.model import understand_many
from sapa.readings.models import Reading
from sapa.snapshots.operations import refresh_changed
from sapa.standings.dossiers import load_dossiers
from sapa.standings.rules.glad import asks_how_it_is, is_glad
from sapa.upkeep.operations import verify
from tests.world import Someone, World, day

ABOUT_THE_GOODS = [
    "Halo Kak, bajunya nyaman dipakai?",
    "udh smpe kak paketnya?",
    "Kak mau tanya, kemarin tehnya enak?",
    "hasilnya gimana kak, ada kendala?",
    "Boleh minta testimoninya ya Kak",
    "Did it arrive safely?",
]
NOT_ABOUT_THE_GOODS = [
    "Halo Kak, ada yang bisa dibantu?",
    "jadi ambil yang mana kak?",
    "mau yang sage atau navy kak?",
    "pakai JNE atau SiCepat kak?",
    "kapan datang ke toko kak?",
    "Terima kasih kak, ada lagi?",
    "nyaman dipakai kak bahannya",
]


@pytest.mark.parametrize("text", ABOUT_THE_GOODS)
def test_we_ask_how_it_is(text: str) -> None:
    assert asks_how_it_is(text)


@pytest.mark.parametrize("text", NOT_ABOUT_THE_GOODS)
def test_we_ask_something_else_or_nothing(text: str) -> None:
    assert not asks_how_it_is(text)


GLAD = [
    "nyaman kak, adem",
    "udah kak, bagus banget",
    "nyaman banget kak makasih ya",
    "alhamdulillah sudah sampai kak, bahannya adem",
    "sudah diterima kak, terima kasih",
    "love it kak, very comfy",
]
NOT_GLAD = [
    "bagus kak cuma agak kusut",
    "bagus sih tapi warnanya beda",
    "enak kak tp krg manis",
    "ga nyaman kak, panas",
    "enak, gatal dikit aja",
    "puas kak, kecuali pengirimannya lama",
    "sudah diterima terima kasih kak, jaitannya lepas",
    "mantap, tambah satu lagi kak",
    "saya suka banget, pengen warna navy juga",
    "nyaman, boleh tanya ada warna lain",
    "bagus kak, yang navy ada?",
    "belum kak, belum sempat dipakai",
    "sudah kak",
]


def _read_as_glad(text: str) -> bool:
    (found,) = understand_many([text])
    return is_glad(
        text,
        found.intent,
        found.sentiment,
        needs_human=found.needs_human,
        is_question=found.is_question,
    )


@pytest.mark.parametrize("text", GLAD)
def test_all_is_well(text: str) -> None:
    assert _read_as_glad(text)


@pytest.mark.parametrize("text", NOT_GLAD)
def test_something_is_held_back_or_wished(text: str) -> None:
    assert not _read_as_glad(text)


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def waits_since(world: World, who: Someone, until: datetime | None = None) -> datetime | None:
    (dossier,) = load_dossiers(world.business, [who.pk], until=until)
    return dossier.conversations[0].waiting_since


def praise(world: World, who: Someone, at: datetime, text: str = "nyaman kak, adem") -> None:
    world.says(who, at, text, intent="testimonial", sentiment="positive")


@pytest.mark.django_db
class TestTheClock:
    def test_it_stands_still_for_the_answer_to_our_question(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        praise(world, sari, day(0, "10:20"))
        praise(world, sari, day(0, "10:21"), "bahannya lembut, suka")
        assert waits_since(world, sari) is None

    def test_a_question_in_two_bubbles_is_one(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        world.answers(sari, day(0, "10:01"), "Kabari ya Kak")
        praise(world, sari, day(0, "10:20"))
        assert waits_since(world, sari) is None

    def test_praise_that_nobody_asked_for_runs_it(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Siap Kak, terima kasih")
        praise(world, sari, day(0, "10:20"))
        assert waits_since(world, sari) == day(0, "10:20")

    def test_so_does_praise_after_the_talk_has_ended(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        praise(world, sari, day(0) + timedelta(hours=72))
        assert waits_since(world, sari) == day(3)

    def test_so_does_what_follows_another_word_of_ours(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        praise(world, sari, day(0, "10:20"))
        world.answers(sari, day(0, "10:30"), "Senang sekali dengarnya Kak")
        praise(world, sari, day(0, "10:40"), "beneran deh bagus banget")
        assert waits_since(world, sari) == day(0, "10:40")

    def test_so_do_a_question_and_a_complaint(self, world: World) -> None:
        rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
        for who in (rina, budi):
            world.answers(who, day(0), "Halo Kak, bajunya nyaman dipakai?")
        praise(world, rina, day(0, "10:20"))
        world.asks(rina, day(0, "10:25"), "stock", "yang navy ada kak?")
        praise(world, budi, day(0, "10:20"), "bagus kak cuma agak kusut")
        assert waits_since(world, rina) == day(0, "10:25")
        assert waits_since(world, budi) == day(0, "10:20")

    def test_it_does_not_end_a_waiting_that_has_begun(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        world.asks(sari, day(0, "10:10"), "stock", "yang navy ada kak?")
        praise(world, sari, day(0, "10:20"))
        assert waits_since(world, sari) == day(0, "10:10")

    def test_what_is_stored_what_was_then_and_the_recount_are_one(self, world: World) -> None:
        sari = world.someone("Sari Dewi")
        world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
        praise(world, sari, day(0, "10:20"))
        world.asks(sari, day(1), "stock", "yang navy ada kak?")
        Reading.objects.all().delete()  # the model's own readings, which a recount can make again
        refresh_changed(world.business, now=day(1, "11:00"))
        assert Conversation.objects.get().waiting_since == day(1)
        assert waits_since(world, sari, until=day(0, "12:00")) is None
        assert list(verify(business=world.business, now=day(1, "11:00"))) == []
