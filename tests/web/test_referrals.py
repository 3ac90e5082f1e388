"""Ajakan: found in the chat with its words, confirmed by one tap; advocates; stories that are passed on and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.metrics.models import KitVisit, StoryKit
from sapa.metrics.queries import get_metric_figure
from sapa.metrics.referrals.kits import read_kit
from sapa.metrics.referrals.operations import KitError, make_kit
from sapa.metrics.referrals.queries import count_referrals, list_advocates, list_brought, list_signs
from sapa.readings.models import ReferralWord
from tests.web.conftest import Story
from tests.world import Someone, World

pytestmark = pytest.mark.django_db

SENT = "Kak, aku tahu dari temanku Rina, sage L masih ada?"


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


@pytest.fixture
def rina(world: World, story: Story) -> Someone:
    """A buyer who sends friends, once by herself and once because she was asked."""
    rina = world.someone("Rina Wulandari")
    world.buys(rina, story.now - timedelta(days=60))
    world.says(
        rina, story.now - timedelta(days=50), "Sudah aku kasih nomornya ke temanku ya kak", intent="referral"
    )
    world.answers(
        rina,
        story.now - timedelta(days=20),
        "Boleh minta tolong ceritakan ke teman ya Kak? Kami senang kalau direkomendasikan",
    )
    return rina


@pytest.fixture
def sari(world: World, story: Story, rina: Someone) -> Someone:
    sari = world.someone("Sari Dewi")
    world.says(sari, story.now - timedelta(days=40), SENT, intent="stock", asks=True)
    world.says(sari, story.now - timedelta(days=41), "Aku tahu dari temanku Rina kak", intent="referral")
    return sari


def test_signs_stand_with_their_words_and_name_who_may_have_sent_them(
    world: World, rina: Someone, sari: Someone
) -> None:
    signs = {sign.kind: sign for sign in list_signs(world.business)}
    assert signs["sent_friend"].contact.name == "Rina Wulandari"
    assert not signs["sent_friend"].is_prompted
    assert signs["arrival"].text == "Aku tahu dari temanku Rina kak"
    assert [one.name for one in signs["arrival"].maybe] == ["Rina Wulandari"]
    assert count_referrals(world.business) == {"unasked": 1, "asked": 0, "arrived": 1}


def test_one_tap_confirms_with_who_sent_them_and_another_takes_it_back(
    owner: Client, world: World, rina: Someone, sari: Someone, story: Story
) -> None:
    page = owner.get("/referrals/").content.decode()
    assert "Ya, dari Rina Wulandari" in page
    arrival = next(sign for sign in list_signs(world.business) if sign.kind == "arrival")
    assert rina.contact is not None
    address = f"/referrals/{arrival.message_id}/"
    done = owner.post(address, {"referrer": str(rina.contact.public_id)}, follow=True).content.decode()
    assert "Diajak oleh" in done
    world.buys(sari, story.now - timedelta(days=5))
    [brought] = list_brought(world.business)
    assert (brought.name, brought.people, brought.buyers) == ("Rina Wulandari", 1, 1)
    assert [(one.contact.name, one.unasked, one.brought) for one in list_advocates(world.business)] == [
        ("Rina Wulandari", 1, 1)
    ]
    undo = done.split('action="/history/')[1].split('"')[0]
    owner.post(f"/history/{undo}")
    assert not ReferralWord.objects.exists()
    assert list_brought(world.business) == []


def test_what_a_teammate_rejects_counts_in_no_figure(
    owner: Client, world: World, rina: Someone, story: Story
) -> None:
    def found() -> object:
        return get_metric_figure(
            world.business, "organic_referrals", from_=None, to=None, now=story.now
        ).value

    assert found() == 1
    [sign] = list_signs(world.business)
    owner.post(f"/referrals/{sign.message_id}/", {"verdict": "no"})
    assert found() == 0
    assert list_signs(world.business) == []


def test_who_sent_themselves_or_is_nobody_is_refused(owner: Client, world: World, sari: Someone) -> None:
    arrival = next(sign for sign in list_signs(world.business) if sign.kind == "arrival")
    assert sari.contact is not None
    for wrong in (str(sari.contact.public_id), "rina", "0197a000-0000-7000-8000-000000000000"):
        assert owner.post(f"/referrals/{arrival.message_id}/", {"referrer": wrong}).status_code == 404
    assert not ReferralWord.objects.exists()


def test_a_name_that_was_only_told_stands_apart(world: World, story: Story) -> None:
    budi, andi = world.someones(2)
    for someone in (budi, andi):
        world.tells_origin(someone, story.now - timedelta(days=9), "referral", referrer="Bu Lurah")
    world.buys(budi, story.now - timedelta(days=5))
    [brought] = list_brought(world.business)
    assert (brought.name, brought.contact, brought.people, brought.buyers) == ("Bu Lurah", None, 2, 1)


class TestStoryKits:
    def test_the_link_is_counted_and_leads_on(self, owner: Client, world: World, rina: Someone) -> None:
        assert rina.contact is not None
        new = f"/referrals/kits/new/?for={rina.contact.public_id}"
        assert 'value="RINA10"' in owner.get(new).content.decode()
        given = {
            "code": "RINA10",
            "text": "Kemeja sage enak dipakai",
            "target": "https://wa.me/62812?text=Halo",
        }
        page = owner.post(new, given, follow=True).content.decode()
        assert "<svg" in page
        assert "Kemeja sage enak dipakai" in page
        shop = world.business.slug
        went = Client().get(f"/s/{shop}/rina10/")
        assert went.status_code == 302
        assert went.headers["Location"] == (
            "https://wa.me/62812?text=Halo&utm_source=referral&utm_medium=story&utm_campaign=RINA10"
        )
        Client().get(f"/s/{shop}/RINA10/", headers={"User-Agent": "WhatsApp/2.23"})
        Client().head(f"/s/{shop}/RINA10/")
        assert KitVisit.objects.get().number == 1
        assert Client().get("/s/kopi-andi/RINA10/").status_code == 404
        assert Client().get(f"/s/{shop}/TIDAK/").status_code == 404

    def test_orders_and_chats_with_the_code_belong_to_it(
        self, world: World, story: Story, bu_tuti: Teammate
    ) -> None:
        made = story.now - timedelta(days=30)
        kit = make_kit(
            business=world.business,
            code="SAGE10",
            text="Coba",
            target="https://a.example",
            advocate=None,
            by=bu_tuti,
            now=made,
        )
        budi, andi, early = world.someones(3)
        world.buys(budi, made + timedelta(days=2), 150_000, vouchers=("SAGE10",))
        world.buys(andi, made + timedelta(days=2), 90_000, vouchers=("SAGE100",))
        world.buys(andi, made + timedelta(days=3), 90_000, vouchers=("SAGE10",), status="cancelled")
        world.buys(early, made - timedelta(days=2), 90_000, vouchers=("SAGE10",))
        world.says(budi, made + timedelta(days=1), "Halo kak, pakai kode sage10 ya")
        world.says(andi, made + timedelta(days=1), "Halo kak, SAGE100 bisa?")
        found = read_kit(kit)
        assert (found.orders, found.value, found.chats) == (1, 150_000, 1)

    @pytest.mark.parametrize(("code", "problem"), [("a b", "code"), ("ABC", "code"), ("SAGE10", "taken")])
    def test_a_code_that_cannot_be(
        self, owner: Client, world: World, story: Story, bu_tuti: Teammate, code: str, problem: str
    ) -> None:
        given = {"text": "Coba", "target": "https://a.example"}
        make_kit(business=world.business, code="sage10", advocate=None, by=bu_tuti, now=story.now, **given)
        with pytest.raises(KitError, match=problem):
            make_kit(business=world.business, code=code, advocate=None, by=bu_tuti, now=story.now, **given)
        assert owner.post("/referrals/kits/new/", given | {"code": code}).status_code == 422
        assert owner.post("/referrals/kits/new/", given | {"target": "toko"}).status_code == 422

    def test_a_link_is_ended_and_revived(
        self, owner: Client, world: World, story: Story, bu_tuti: Teammate
    ) -> None:
        kit = make_kit(
            business=world.business,
            code="SAGE10",
            text="Coba",
            target="https://a.example",
            advocate=None,
            by=bu_tuti,
            now=story.now,
        )
        link = f"/s/{world.business.slug}/SAGE10/"
        page = owner.post(f"/referrals/kits/{kit.public_id}/end/", follow=True).content.decode()
        assert Client().get(link).status_code == 404
        undo = page.split('action="/history/')[1].split('"')[0]
        owner.post(f"/history/{undo}")
        assert Client().get(link).status_code == 302
        assert StoryKit.objects.get().ended_at is None
