"""What a contact's facts add up to: origin, stage, trust, heat, rhythm, owner, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.contacts.operations import state, undo_statement
from sapa.conversations.models import Note
from sapa.gateway.digest import digest_events
from sapa.gateway.types import ChannelRef, ConversationRef, MessageReceived, Person
from sapa.reviews.models import Review
from sapa.snapshots.operations import refresh_changed
from sapa.standings.dossiers import load_dossiers
from sapa.standings.models import Standing
from sapa.standings.queries import get_settings
from sapa.standings.rules import derive
from sapa.standings.types import StandingValues, Watch
from sapa.timeline.models import Touchpoint
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def stand(world: World, who: Someone, now: datetime, *, until: datetime | None = None) -> StandingValues:
    return look(world, who, now, until=until)[0]


def look(
    world: World, who: Someone, now: datetime, *, until: datetime | None = None
) -> tuple[StandingValues, Watch]:
    (dossier,) = load_dossiers(world.business, [who.pk], until=until)
    watch = Watch(now)
    return derive(dossier, watch, get_settings(world.business)), watch


# Origin: the channel with its real context


def test_a_link_names_the_video_and_the_button(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    link = {"utm_source": "TikTok", "utm_content": "Cara Pilih Ukuran", "button": "Tanya Stok"}
    world.touch(rina, "web.ad_click", day(0), measures=link)
    world.asks(rina, day(0, "10:05"), "stock")
    origin = stand(world, rina, day(1)).origin
    assert (origin.channel, origin.context, origin.at) == ("tiktok", "Cara Pilih Ukuran → Tanya Stok", day(0))


def test_what_the_person_tells_stands_above_the_link(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.touch(rina, "web.page", day(0), measures={"utm_source": "google", "utm_campaign": "sage"})
    world.tells_origin(rina, day(3), "instagram", "reels Bu Tuti menjahit")
    origin = stand(world, rina, day(4)).origin
    assert (origin.channel, origin.context) == ("instagram", "reels Bu Tuti menjahit")


def test_an_answer_in_the_chat_counts_where_it_was_asked(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "price")
    world.answers(sari, day(0, "10:10"), "100rb kak, btw kakak tau toko kami dari mana ya?")
    world.says(sari, day(0, "10:12"), "dari tiktok kak, video cara rawat linen")
    origin = stand(world, sari, day(1)).origin
    assert origin.channel == "tiktok"
    assert "rawat linen" in origin.context


def test_a_name_is_a_context(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.tells_origin(budi, day(0), "", referrer="Sari")
    origin = stand(world, budi, day(1)).origin
    assert (origin.channel, origin.context) == ("referral", "@Sari")


def test_only_a_channel_leaves_the_context_empty(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "price")
    origin = stand(world, andi, day(1)).origin
    assert (origin.channel, origin.context) == ("whatsapp", "")


@pytest.mark.parametrize(
    ("channel", "said", "context"),
    [("instagram", "Instagram", ""), ("instagram", "dari IG kak", ""), ("referral", "teman", ""), ("tiktok", "TikTok linen", "TikTok linen")],
)  # fmt: skip
def test_the_channel_s_name_said_again_is_no_context(
    world: World, channel: str, said: str, context: str
) -> None:
    andi = world.someone("Andi Wijaya")
    world.tells_origin(andi, day(0), channel, said)
    assert stand(world, andi, day(1)).origin.context == context


def test_a_group_is_a_context(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.says(andi, day(0), "ikut nyimak ya", group="Pecinta Kopi Solo")
    assert stand(world, andi, day(1)).origin.context == "Pecinta Kopi Solo"


def test_a_visit_after_the_first_chat_is_no_origin(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "price")
    world.touch(andi, "web.page", day(1), measures={"utm_source": "google", "utm_campaign": "sage"})
    assert stand(world, andi, day(2)).origin.channel == "whatsapp"


# First times and stages


def test_heard_contact_and_seen(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.touch(rina, "web.page", day(0))
    world.asks(rina, day(2), "price")
    standing = stand(world, rina, day(3))
    assert (standing.first_seen_at, standing.first_heard_at) == (day(0), day(0))
    assert (standing.first_contact_at, standing.last_in_at) == (day(2), day(2))


def test_somebody_whose_first_touch_is_the_order_was_not_heard_of_before(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.buys(rina, day(0))
    standing = stand(world, rina, day(1))
    assert standing.first_heard_at is None
    assert standing.first_contact_at is None


def test_the_stages_of_what_people_do(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.touch(budi, "web.page", day(0))
    assert stand(world, budi, day(0.5)).stage == "heard"
    world.asks(budi, day(1), "price")
    assert stand(world, budi, day(1.5)).stage == "asked"
    world.buys(budi, day(2))
    assert stand(world, budi, day(2.5)).stage == "bought"
    assert stand(world, budi, day(4)).stage == "received"
    world.buys(budi, day(30))
    assert stand(world, budi, day(31)).stage == "returned"


def test_a_cancelled_order_is_no_order(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.buys(budi, day(0), 50_000)
    world.buys(budi, day(9), 70_000, status="cancelled", ended_at=day(10))
    standing = stand(world, budi, day(20))
    assert (standing.order_count, standing.order_total, standing.stage) == (1, 50_000, "received")


def test_before_it_was_cancelled_it_was_one(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.buys(budi, day(0), 50_000, status="cancelled", ended_at=day(5))
    assert stand(world, budi, day(3), until=day(3)).order_count == 1
    assert stand(world, budi, day(6), until=day(6)).order_count == 0


# Trust


def trust(world: World, who: Someone, now: datetime) -> tuple[str, str]:
    standing = stand(world, who, now)
    return standing.trust, str(standing.trust_why["code"])


def test_nobody_known_is_new(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0), "halo", intent="greeting")
    assert trust(world, rina, day(1)) == ("new", "nothing_asked")


def test_a_question_is_considering(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "ingredients")
    assert trust(world, rina, day(1)) == ("considering", "asked")


def test_a_cart_is_considering(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.touch(rina, "web.cart_added", day(0))
    assert trust(world, rina, day(1)) == ("considering", "cart")


def test_one_purchase_is_not_yet_trust_and_two_are(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.buys(rina, day(0))
    assert trust(world, rina, day(5)) == ("considering", "bought_once")
    world.buys(rina, day(30))
    assert trust(world, rina, day(35)) == ("trusting", "bought_again")


@pytest.mark.parametrize(
    ("survey", "score", "code"),
    [("nps", 9, "content"), ("nps", 8, "bought_once"), ("csat", 4, "content"), ("csat", 3, "bought_once"), ("ces", 6, "content")],
)  # fmt: skip
def test_a_satisfied_answer_is_trust(world: World, survey: str, score: int, code: str) -> None:
    rina = world.someone("Rina Wulandari")
    world.buys(rina, day(0))
    world.rates(rina, day(5), survey, score)
    assert trust(world, rina, day(6))[1] == code


def test_praise_and_a_friend_sent_are_trust(world: World) -> None:
    rina, sari = world.someone("Rina Wulandari"), world.someone("Sari Dewi")
    world.says(rina, day(0), "bagus banget kak bahannya", intent="testimonial", sentiment="positive")
    world.says(sari, day(0), "aku udah kasih nomor kakak ke temen kantor ya", intent="referral")
    assert trust(world, rina, day(1)) == ("trusting", "testimonial")
    assert trust(world, sari, day(1)) == ("trusting", "referral")


def test_having_come_by_a_friend_is_no_referral_given(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.says(sari, day(0), "kak aku dikasih tau temen soal toko ini", intent="referral")
    assert trust(world, sari, day(1)) == ("new", "nothing_asked")


def complain(world: World, who: Someone, at: datetime) -> None:
    world.says(who, at, "barangnya robek kak", intent="complaint", sentiment="negative", needs_human=True)


def test_an_open_complaint_needs_support_even_of_a_regular(world: World) -> None:
    budi = world.someone("Budi Santoso")
    for number in (0, 20, 40):
        world.buys(budi, day(number))
    complain(world, budi, day(43))
    assert trust(world, budi, day(44)) == ("needs_support", "complaint")
    world.answers(budi, day(43, "11:00"), "maaf ya kak, kami kirim gantinya")
    assert trust(world, budi, day(44)) == ("needs_support", "complaint")
    world.says(budi, day(46), "sudah sampai gantinya, makasih kak", intent="thanks", sentiment="positive", closes=True)  # fmt: skip
    assert trust(world, budi, day(47)) == ("trusting", "bought_again")


def test_thanks_before_our_answer_settle_nothing(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    world.says(budi, day(0, "10:01"), "makasih", intent="thanks", closes=True)
    assert trust(world, budi, day(1))[0] == "needs_support"


def test_thirty_days_of_silence_after_our_answer_settle_it_and_are_looked_for(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    world.answers(budi, day(1), "maaf kak, kami cek dulu")
    standing, watch = look(world, budi, day(20))
    assert standing.trust == "needs_support"
    assert watch.next_at is not None
    assert watch.next_at <= day(31)
    assert trust(world, budi, day(31))[0] == "new"


def test_an_unanswered_complaint_stays(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    assert trust(world, budi, day(60))[0] == "needs_support"


@pytest.mark.parametrize("how", ["refund", "order", "survey", "review", "done"])
def test_what_settles_a_complaint(world: World, how: str) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    if how == "refund":
        world.touch(budi, "order.refunded", day(2))
    elif how == "order":
        world.buys(budi, day(2))
    elif how == "survey":
        world.rates(budi, day(2), "csat", 5)
    elif how == "review":
        post_review(world, budi, day(2), 5)
    else:
        world.touch(budi, "action.done", day(2), measures={"rule": "complaint"})
    assert trust(world, budi, day(3))[0] != "needs_support"


def post_review(world: World, who: Someone, at: datetime, stars: int) -> None:
    Review.objects.create(
        business=world.business,
        channel=world.channel("google"),
        identity=who.identity,
        dedupe_key=f"review-{at.isoformat()}",
        stars=stars,
        happened_at=at,
        learned_at=at,
    )


def test_a_bad_review_and_a_complaint_at_the_counter_need_support(world: World) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    post_review(world, rina, day(0), 1)
    Note.objects.create(
        business=world.business,
        identity=budi.identity,
        dedupe_key="note",
        act="complaint",
        text="Jahitan lepas",
        happened_at=day(0),
        learned_at=day(0),
    )
    assert trust(world, rina, day(1))[0] == "needs_support"
    assert trust(world, budi, day(1))[0] == "needs_support"


def test_a_calm_question_about_returns_before_buying_is_no_complaint(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "refund_return", "kalau kekecilan bisa tukar kak?")
    assert trust(world, rina, day(1))[0] == "considering"
    world.buys(rina, day(2))
    world.asks(rina, day(5), "refund_return", "bisa tukar kak?")
    assert trust(world, rina, day(6))[0] == "needs_support"


def test_a_teammate_s_word_stands_until_it_is_undone(world: World, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    assert rina.contact
    world.asks(rina, day(0), "price")
    statement = state(
        business=world.business, contact=rina.contact, field="trust", value="trusting", why="langganan lama", by=dina, now=day(1)
    )  # fmt: skip
    standing = stand(world, rina, day(2))
    assert (standing.trust, standing.trust_is_stated, standing.trust_why["why"]) == ("trusting", True, "langganan lama")  # fmt: skip
    complain(world, rina, day(3))
    standing = stand(world, rina, day(4))
    assert standing.trust == "trusting"
    assert datetime.fromisoformat(standing.trust_why["complaint_at"]) == day(3)
    undo_statement(business=world.business, statement=statement, by=dina, now=day(5))
    assert stand(world, rina, day(6)).trust == "needs_support"


def test_a_word_on_an_absorbed_contact_is_read_of_the_one_that_stands(world: World, dina: Teammate) -> None:
    rina, other = world.someone("Rina Wulandari"), world.someone("Rina W")
    assert rina.contact
    assert other.contact
    state(
        business=world.business, contact=other.contact, field="trust", value="trusting", by=dina, now=day(1)
    )
    other.identity.contact = rina.contact
    other.identity.save()
    other.contact.merged_into = rina.contact
    other.contact.save()
    assert stand(world, rina, day(2)).trust == "trusting"
    assert load_dossiers(world.business, [other.pk]) == []


# Heat, rhythm, waiting, owner


def test_a_buying_question_is_hot_until_bought_or_gone(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "installment")
    assert stand(world, andi, day(13.9)).is_hot
    assert not stand(world, andi, day(14)).is_hot
    world.buys(andi, day(5))
    assert not stand(world, andi, day(6)).is_hot


@pytest.mark.parametrize(
    ("text", "is_hot"),
    [
        ("Kak, sage ready? harga brp?", True),
        ("Halo kak, ada warna baru?", True),
        ("Halo kak", False),
        ("Kak, tokonya di mana?", False),
    ],
)
def test_what_was_written_makes_a_hot_lead_or_not(
    toko_sage: Business, now: datetime, text: str, is_hot: bool
) -> None:
    """From the very words on: two buying questions at once are no doubt whether somebody wants to buy."""
    rina = Person(("external", "whatsapp:Rina"), "Rina Wulandari")
    said = MessageReceived(
        ChannelRef("whatsapp"), ConversationRef("Rina", "Rina"), "1", rina, text, now - timedelta(hours=3)
    )
    digest_events(business=toko_sage, events=[said], now=now)
    refresh_changed(toko_sage, now=now)
    assert Standing.objects.get(business=toko_sage).is_hot == is_hot


def test_other_questions_are_not_hot(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "opening_hours")
    assert not stand(world, andi, day(1)).is_hot


def test_readiness_says_why(world: World) -> None:
    andi, sari = world.someone("Andi Wijaya"), world.someone("Sari Dewi")
    world.asks(andi, day(0), "price")
    for number in (1, 2):
        world.touch(andi, "web.price_page", day(number), measures={"seconds": 90})
    world.asks(sari, day(0), "opening_hours")
    ready = stand(world, andi, day(3))
    reasons = {reason.code: (reason.count, reason.points) for reason in ready.readiness_reasons}
    assert reasons == {
        "price": (1, 12.0),
        "web.price_page": (2, 16.0),
        "long_look": (2, 8.0),
        "days": (2, 12.0),
    }
    assert ready.readiness == 48.0
    assert stand(world, sari, day(3)).readiness == 0.0


def test_the_own_rhythm_needs_three_orders(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.buys(budi, day(0))
    world.buys(budi, day(20))
    assert stand(world, budi, day(21)).order_gap_days is None
    world.buys(budi, day(50))
    assert stand(world, budi, day(51)).order_gap_days == pytest.approx(25)


def test_the_longest_waiting_thread_is_the_contact_s(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "price")
    world.asks(rina, day(1), "stock", channel="instagram")
    assert stand(world, rina, day(2)).waiting_since == day(0)
    world.marks(rina, day(1.5))
    assert stand(world, rina, day(2)).waiting_since == day(1)


def test_talk_in_a_group_makes_nobody_wait(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "price", group="Pecinta Kopi Solo")
    assert stand(world, rina, day(2)).waiting_since is None


def test_who_answers_a_contact(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    assert rina.contact
    world.asks(rina, day(0), "price")
    assert stand(world, rina, day(2)).owner_id == bu_tuti.pk
    answer = world.answers(rina, day(0, "10:10"))
    answer.author_name = "Dina"
    answer.save()
    assert stand(world, rina, day(2)).owner_id == dina.pk
    state(business=world.business, contact=rina.contact, field="owner", value=bu_tuti.pk, by=dina, now=day(1))
    assert stand(world, rina, day(2)).owner_id == bu_tuti.pk


def test_nothing_changes_before_the_moment_to_look_again(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.touch(budi, "web.page", day(0))
    world.asks(budi, day(1), "price")
    world.buys(budi, day(2))
    now = day(2.1)
    for _ in range(8):
        before, watch = look(world, budi, now)
        if watch.next_at is None:
            break
        assert look(world, budi, watch.next_at - timedelta(microseconds=1))[0] == before
        now = watch.next_at
    assert now > day(30)


def test_as_of_a_moment_nothing_later_is_seen(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(1), "price")
    world.answers(rina, day(1, "12:00"))
    world.buys(rina, day(3))
    standing = stand(world, rina, day(1, "11:00"), until=day(1, "11:00"))
    assert (standing.waiting_since, standing.order_count, standing.touchpoint_count) == (day(1), 0, 1)
    assert load_dossiers(world.business, [rina.pk], until=day(0)) == []


def test_a_row_without_a_date_says_nothing_of_time(world: World) -> None:
    sheet_only = world.someone("Sari Dewi")
    assert len(load_dossiers(world.business, [sheet_only.pk], until=day(-400))) == 1


def test_another_shop_s_contact_has_no_dossier_here(world: World, toko_sage: Business, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    other = make_business(name="Toko Lain", owner_email="lain@lain.example", now=now)
    rina = world.someone("Rina Wulandari")
    assert load_dossiers(other, [rina.pk]) == []


def test_dossiers_take_as_many_queries_for_forty_as_for_one(
    world: World, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    people = world.someones(40)
    for person in people:
        world.asks(person, day(0), "price")
        world.answers(person, day(0, "11:00"), "besok kami kirim fotonya ya kak")
        world.buys(person, day(1))
    with django_assert_max_num_queries(20):
        assert len(load_dossiers(world.business, [person.pk for person in people])) == 40
    assert Touchpoint.objects.count() == 120
