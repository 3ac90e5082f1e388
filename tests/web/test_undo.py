"""Whatever a screen changes, one tap takes back: every write is done here, and then undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import save_team, set_hours
from sapa.actions.models import Action
from sapa.channels.operations import connect_channel, find_or_make_channel
from sapa.contacts.models import Contact, Identity, Statement, ToldOrigin
from sapa.conversations.models import Label, Message, Note
from sapa.conversations.operations import put_label, save_view
from sapa.journeys.models import Marker
from sapa.knowledge.operations import write_answer
from sapa.knowledge.types import AnswerGiven
from sapa.metrics.models import Target
from sapa.moments.operations import make_canvas, start_trial
from sapa.standings.models import Standing
from sapa.surveys.models import Survey
from sapa.surveys.operations import make_survey
from sapa.timeline.models import Touchpoint
from sapa.web.hours import current_week
from sapa.web.trail_words import tell_entry
from sapa.web.undo import NO_WAY_BACK, UNDO
from tests.moments.plain import canvas
from tests.surveys.conftest import given, permit
from tests.web.conftest import Story, contact, thread
from tests.web.test_outsider import WRITES

pytestmark = pytest.mark.django_db

LIMITS = {
    "reply_target_minutes": "30",
    "leave_after_days": "10",
    "churn_after_days": "60",
    "pushed_discount_percent": "15",
    "goal": "purchase",
}
HOURS = {f"{edge}_{day}_0": at for day in range(5) for edge, at in (("from", "07:00"), ("to", "11:00"))}


@dataclass(frozen=True)
class Deed:
    """What a teammate sends to a screen."""

    path: Callable[[], str]
    form: dict[str, Any]


def _sheet(part: str) -> Callable[[], str]:
    return lambda: f"/customers/{contact('Rina Wulandari').public_id}/{part}/"


def _pair(part: str) -> Callable[[], str]:
    ends = "Rina Wulandari", "Sari Dewi"
    return lambda: "/customers/duplicates/{}/{}/{}/".format(*(contact(one).public_id for one in ends), part)


def _said(part: str) -> Callable[[], str]:
    def path() -> str:
        message = Message.objects.get(text__startswith="10 ribu" if part == "promise" else "Halo kak, ongkir")
        return f"/inbox/{message.conversation.public_id}/{message.pk}/{part}/"

    return path


def _dina(part: str) -> Callable[[], str]:
    return lambda: f"/settings/team/{Teammate.objects.get(name='Dina').public_id}/{part}/"


def _talk(part: str) -> Callable[[], str]:
    return lambda: f"/inbox/{thread('Rina Wulandari').public_id}/{part}/"


def _another_thread() -> str:
    return str(thread("Budi Santoso").public_id)


def _every_thread() -> list[str]:
    return [str(thread(name).public_id) for name in ("Rina Wulandari", "Budi Santoso")]


def _labelled() -> str:
    rina = thread("Rina Wulandari")
    put_label(
        business=rina.business, conversations=[rina], name="stok", by=None, now=rina.business.created_at
    )
    return f"/inbox/{rina.public_id}/label/{Label.objects.get().public_id}/drop/"


def _shared() -> str:
    key = contact("Rina Wulandari").identities.filter(is_key=True)[0]
    return f"/customers/keys/{key.pk}/shared/"


def _view() -> str:
    owner = Teammate.objects.get(role="owner")
    shop = owner.business
    view, _entry = save_view(
        business=shop, name="Grosir", tab="all", choice={}, for_team=False, by=owner, now=shop.created_at
    )
    return f"/inbox/views/{view.public_id}/"


def _answer(part: str) -> Callable[[], str]:
    def path() -> str:
        shop = thread("Rina Wulandari").business
        made = write_answer(business=shop, given=AnswerGiven("12 ribu"), by=None, now=shop.created_at)
        return f"/answers/{made.public_id}/{part}"

    return path


def _second_message() -> str:
    second = Message.objects.get(text__startswith="10 ribu")
    return f"/inbox/{second.conversation.public_id}/{second.pk}/split/"


SITE = {"set_origins": "https://tokosage.example", "set_track": "ask"}
SENDING = {"quiet_from": "20:00", "quiet_to": "07:00", "promotions_a_week": "2", "month_cost_limit": "50000"}


def _channel(part: str, *, kind: str = "whatsapp", is_live: bool = False) -> Callable[[], str]:
    def path() -> str:
        shop = thread("Rina Wulandari").business
        given: dict[str, Any] = {"business": shop, "kind": kind, "name": "", "now": shop.created_at}
        if is_live:
            channel = connect_channel(**given, account="62811", settings={"token": "rahasia"}, by=None)
        else:
            channel = find_or_make_channel(**given)
        return f"/settings/channels/{channel.public_id}/{part}/"

    return path


def _team(part: str) -> Callable[[], str]:
    def path() -> str:
        shop = thread("Rina Wulandari").business
        team = save_team(business=shop, team=None, name="Gudang", mates=[], by=None, now=shop.created_at)
        return f"/settings/service/teams/{team.public_id}/{part}"

    return path


SURVEY = {
    "name": "Sesudah sampai",
    "delay_hours": "24",
    "share": "50",
    "ways": ["chat"],
    "language": "id",
    "question_id": "Halo {nama}, puas dengan {produk}?",
    "question_en": "Hello {nama}, happy with {produk}?",
}
MOMENT = {
    "name": "Barang sampai",
    "feeling": "Berharap cocok",
    "risk": "Yang kecewa merasa ditanya mesin",
    "may_be_automated": "on",
}


def _survey(part: str) -> Callable[[], str]:
    def path() -> str:
        shop = thread("Rina Wulandari").business
        made = make_survey(business=shop, given=given(), by=None, now=shop.created_at)
        return f"/surveys/{made.public_id}/{part}"

    return path


def _permitted_survey() -> str:
    path = _survey("switch/")()
    made = Survey.objects.get()
    permit(made, made.created_at)
    return path


CANVAS = {
    "name": "Tanya ongkir",
    "event": "topic:shipping_cost",
    "feeling": "Ragu",
    "change": "Tabel ongkir",
    "measure": "buys",
    "follow_days": "3",
}


def _moment(part: str, *, is_begun: bool = False) -> Callable[[], str]:
    def path() -> str:
        shop = thread("Rina Wulandari").business
        moment = make_canvas(business=shop, given=canvas("Tanya ongkir"), by=None, now=shop.created_at)
        trial = moment.trials.get()
        if is_begun:
            start_trial(trial=trial, by=None, now=shop.created_at)
        step = trial.steps.order_by("day")[0]
        return (
            f"/moments/steps/{step.public_id}/" if part == "step" else f"/moments/{moment.public_id}/{part}/"
        )

    return path


def _first_message() -> int:
    return Message.objects.filter(direction="in").order_by("id")[0].pk


TARGETS = {
    "reply_target_minutes": "60",
    "after_sales_target_minutes": "",
    "urgent_target_percent": "40",
    "escalate_after_percent": "150",
}
DEEDS = {
    "decide": Deed(lambda: f"/today/{Action.objects.all()[0].public_id}/decide/", {"verdict": "not_needed"}),
    "mark": Deed(lambda: f"/inbox/{thread('Rina Wulandari').public_id}/mark/", {"kind": "answered"}),
    "answer": Deed(_answer(""), {"text": "13 ribu"}),
    "answer_new": Deed(lambda: "/answers/new/", {"text": "12 ribu", "shortcut": "ongkir"}),
    "answer_remove": Deed(_answer("remove/"), {}),
    "assign": Deed(_talk("assign"), {"name": "Dina"}),
    "bulk": Deed(lambda: "/inbox/bulk/", {"do": "close", "id": _every_thread}),
    "close": Deed(_talk("close"), {"do": "close"}),
    "unread": Deed(_talk("unread"), {"do": "unread"}),
    "view_new": Deed(lambda: "/inbox/views/", {"name": "Grosir", "tab": "all", "for": "team"}),
    "view_deed": Deed(_view, {"do": "drop"}),
    "label": Deed(_talk("label"), {"name": "stok"}),
    "label_drop": Deed(_labelled, {}),
    "merge": Deed(_talk("merge"), {"other": _another_thread}),
    "remark": Deed(_talk("remark"), {"text": "cek stok dulu"}),
    "snooze": Deed(_talk("snooze"), {"words": "besok jam 3"}),
    "split": Deed(_second_message, {}),
    "reading": Deed(_said("reading"), {"intent": "stock"}),
    "promise": Deed(_said("promise"), {"verdict": "kept"}),
    "customer_new": Deed(lambda: "/customers/new/", {"name": "Andi Wijaya", "phone": "0811-2222-333"}),
    "join": Deed(_pair("join"), {}),
    "part": Deed(_pair("part"), {}),
    "trust": Deed(_sheet("trust"), {"trust": "trusting", "why": "sudah tiga kali mampir"}),
    "statement": Deed(_sheet("statement"), {"field": "preference", "value": "warna sage"}),
    "shared": Deed(_shared, {"is_shared": "1"}),
    "origin": Deed(_sheet("origin"), {"channel": "tiktok", "context": "Cara pilih ukuran"}),
    "note": Deed(_sheet("note"), {"text": "minta dikirim sore"}),
    "believe": Deed(lambda: "/journey/believe/", {"step1": "tiktok", "step2": "whatsapp"}),
    "marker_add": Deed(lambda: "/journey/markers/", {"day": "2026-10-01", "label": "Tabel ongkir"}),
    "referral_judge": Deed(lambda: f"/referrals/{_first_message()}/", {"verdict": "yes"}),
    "spend_add": Deed(
        lambda: "/spend/add/",
        {"since": "2026-10-01", "to": "2026-10-31", "channel": "tiktok", "amount": "250000"},
    ),
    "kit_new": Deed(
        lambda: "/referrals/kits/new/", {"code": "sage10", "text": "Coba sage", "target": "https://a.example"}
    ),
    "resolve_add": Deed(
        lambda: "/voice/resolve/", {"text": "Pasang tabel ongkir", "until": "2026-11-28", "topic": ""}
    ),
    "moment_make": Deed(lambda: "/moments/make/", {"event": "topic:shipping_cost"}),
    "moment_new": Deed(lambda: "/moments/new/", CANVAS),
    "moment_edit": Deed(_moment("edit"), CANVAS | {"feeling": "Takut mahal"}),
    "moment_plan": Deed(_moment("plan"), {"day": ["1", "2"], "text": ["Baca chat", ""], "owner": ["", ""]}),
    "moment_step": Deed(_moment("step", is_begun=True), {"verdict": "done"}),
    "moment_deed": Deed(_moment("start"), {}),
    "metric": Deed(lambda: "/metrics/repeat_order_90d/", {"value": "30"}),
    "channel_new": Deed(lambda: "/settings/channels/new/web/", SITE),
    "channel_connect": Deed(_channel("connect", kind="web"), SITE),
    "channel_end": Deed(_channel("disconnect", is_live=True), {}),
    "channel_prices": Deed(_channel("prices", is_live=True), {"service": "400"}),
    "save_sending": Deed(lambda: "/settings/save/sending/", SENDING),
    "save_shop": Deed(
        lambda: "/settings/save/shop/", {"name": "Toko Sage Indah", "timezone": "Asia/Makassar"}
    ),
    "save_hours": Deed(lambda: "/settings/save/hours/", HOURS | {"open_on_holidays": "on"}),
    "save_limits": Deed(lambda: "/settings/save/limits/", LIMITS),
    "save_names": Deed(lambda: "/settings/save/names/", {"names": "Toko Sage\nSage Official"}),
    "invite": Deed(lambda: "/settings/team/invite/", {"name": "Nia", "email": "", "role": "member"}),
    "mate_role": Deed(_dina("role"), {"role": "supervisor"}),
    "mate_remove": Deed(_dina("remove"), {}),
    "save_targets": Deed(lambda: "/settings/save/targets/", TARGETS),
    "save_friday": Deed(lambda: "/settings/save/friday/", {"prays": "1"}),
    "save_assigning": Deed(lambda: "/settings/save/assigning/", {"assigns_by_itself": "1"}),
    "save_ranking": Deed(lambda: "/settings/save/ranking/", {"ranks_by_name": "1"}),
    "save_duty": Deed(
        lambda: f"/settings/service/duty/{Teammate.objects.get(name='Dina').public_id}/",
        {"is_away": "on", "most_open": "5"},
    ),
    "team_new": Deed(lambda: "/settings/service/teams/", {"name": "Marketplace"}),
    "team_save": Deed(_team(""), {"name": "Gudang baru"}),
    "team_remove": Deed(_team("remove/"), {}),
    "survey_new": Deed(lambda: "/surveys/new/?kind=csat&occasion=delivered", SURVEY),
    "survey_edit": Deed(_survey("edit/"), SURVEY | {"share": "20"}),
    "survey_moment": Deed(_survey("moment/"), MOMENT),
    "survey_switch": Deed(_permitted_survey, {"is_on": "1"}),
    "survey_end": Deed(_survey("end/"), {}),
}
"""One example of every write of a screen that is taken back by its toast."""

OTHERWISE = {
    "channel_sign_in": "leads to the provider and writes nothing here",
    "undo": "is the way back itself",
    "channel_address": "only shows an address; nothing is connected",
    "channel_forget": "what was thrown away must be gone",
    "payload_words": "what was seen cannot be unseen; the trail says who looked",
    "payload_replay": "what is understood again does nothing twice",
    "payloads_replay": "what is understood again does nothing twice",
    "token_issue": "a token is withdrawn, or another one made",
    "token_withdraw": "what was withdrawn must stay shut",
    "hook_add": "it is switched off, and then dropped",
    "hook_deed": "off and on are taken back in test_programs; the others say why not in web.undo",
    "hook_replay": "what was told cannot be taken back",
    "draft": "keeps what is being typed; nothing of the shop changes",
    "file_drop": "only takes a file off a draft",
    "file_upload": "only lays a file with a draft",
    "outbox": "what is sent cannot be called back; each answer is a decision of its own",
    "presence": "passes by itself",
    "scheduled_cancel": "its words return to the composer",
    "send": "what a customer has read cannot be called back (no delay is pretended)",
    "marker_drop": "has a story of its own below",
    "metric_accept": "is taken and taken back in test_figures",
    "shift_away": "is put away and brought back in test_digest",
    "spend_import": "is imported and taken back in test_spend",
    "spend_drop": "is dropped and put back in test_spend",
    "kit_end": "is ended and revived in test_referrals",
    "resolve_settle": "is settled and taken back in test_digest",
    "upload": "only lays files ready: nothing is known of anybody until the import runs",
    "pieces": "only lays files ready",
    "import_run": "a whole import is taken back on its own page",
    "import_sample": "a whole import is taken back on its own page",
    "import_cancel": "the import can be run again",
    "import_undo": "the file is imported again",
    "key_issue": "is shown once; it can be withdrawn",
    "key_withdraw": "what was shut must stay shut",
    "save_channel_service": "is saved and taken back in test_team_screens",
    "save_moment": "is written and taken back in test_team_screens",
    "save_answer": "is switched on and off in test_team_screens",
    "mate_link": "opens a door for an hour and changes nothing of the shop",
}
"""The other writes, and why no toast takes them back."""


@pytest.fixture
def shop(toko_sage: Business, dina: Teammate, people: Story) -> Business:
    return toko_sage


def _filled(form: dict[str, Any]) -> dict[str, Any]:
    """Values that are only known once the shop stands are asked for."""
    return {name: value() if callable(value) else value for name, value in form.items()}


def _undo_on(page: str) -> str:
    found = re.findall(r'action="(/history/\d+/undo/)"', page)
    assert found, "no toast takes this back"
    return str(found[-1])


def test_every_write_of_a_screen_is_done_here_or_says_why_not() -> None:
    assert set(DEEDS) | set(OTHERWISE) == WRITES
    assert not set(DEEDS) & set(OTHERWISE)


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_one_tap_takes_it_back(name: str, shop: Business, owner: Client) -> None:
    deed = DEEDS[name]
    page = owner.post(deed.path(), _filled(deed.form), follow=True)
    assert page.status_code == 200
    undo = _undo_on(page.content.decode())
    done = AuditEntry.objects.get(pk=int(undo.split("/")[2]))
    assert (done.object_kind, done.verb) in UNDO
    assert "Diurungkan." in owner.post(undo, follow=True).content.decode()
    done.refresh_from_db()
    assert done.undone_at is not None
    assert "Ini sudah diurungkan" in owner.post(undo, follow=True).content.decode()


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_the_trail_tells_it_in_a_sentence(name: str, shop: Business, owner: Client) -> None:
    deed = DEEDS[name]
    undo = _undo_on(owner.post(deed.path(), _filled(deed.form), follow=True).content.decode())
    owner.post(undo)
    for entry in AuditEntry.objects.filter(business=shop):
        known = (entry.object_kind, entry.verb)
        assert known in UNDO or known in NO_WAY_BACK
        assert tell_entry(entry) != f"{entry.object_kind}: {entry.verb}"


def test_no_deed_both_has_a_way_back_and_has_none() -> None:
    assert not set(UNDO) & set(NO_WAY_BACK)
    assert all(NO_WAY_BACK.values())


def _do(client: Client, name: str) -> str:
    """Does one of the deeds; returns where it is taken back."""
    deed = DEEDS[name]
    return _undo_on(client.post(deed.path(), _filled(deed.form), follow=True).content.decode())


def test_a_stated_origin_goes_with_its_touchpoint(shop: Business, owner: Client) -> None:
    rina = contact("Rina Wulandari")
    undo = _do(owner, "origin")
    assert Standing.objects.get(contact=rina).origin_context == "Cara pilih ukuran"
    assert ToldOrigin.objects.get(identity__contact=rina).by == shop.teammates.get(role="owner")
    owner.post(undo)
    assert not ToldOrigin.objects.filter(identity__contact=rina).exists()
    assert not Touchpoint.objects.filter(identity__contact=rina, kind="origin.told").exists()
    assert Standing.objects.get(contact=rina).origin_context == ""


def test_a_second_origin_is_kept_beside_the_first(shop: Business, owner: Client) -> None:
    _do(owner, "origin")
    owner.post(_sheet("origin")(), {"channel": "instagram", "context": "Story Rani"})
    told = ToldOrigin.objects.filter(identity__contact__name="Rina Wulandari")
    assert sorted(told.values_list("context", flat=True)) == ["Cara pilih ukuran", "Story Rani"]


def test_a_note_goes_and_others_stay(shop: Business, owner: Client) -> None:
    owner.post(_sheet("note")(), {"text": "suka warna sage"})
    undo = _do(owner, "note")
    owner.post(undo)
    assert list(Note.objects.values_list("text", flat=True)) == ["suka warna sage"]


def test_hours_come_back_as_they_were_with_their_seasons(
    shop: Business, owner: Client, bu_tuti: Teammate, people: Story
) -> None:
    season = [[[480, 1260]]] * 7
    set_hours(business=shop, week=season, valid_from=date(2026, 3, 1), by=bu_tuti, now=people.now)
    before = list(shop.hours.order_by("valid_from").values_list("valid_from", "week"))
    undo = _do(owner, "save_hours")
    shop.refresh_from_db()
    assert (current_week(shop)[0], shop.open_on_holidays, shop.hours.count()) == ([[420, 660]], True, 1)
    owner.post(undo)
    shop.refresh_from_db()
    assert list(shop.hours.order_by("valid_from").values_list("valid_from", "week")) == before
    assert not shop.open_on_holidays


@pytest.mark.parametrize(("name", "later"), [("save_hours", {"from_0_0": "08:00"}), ("save_limits", {})])
def test_what_was_changed_again_since_is_not_overwritten(
    name: str, later: dict[str, str], shop: Business, owner: Client
) -> None:
    undo = _do(owner, name)
    newer = {"reply_target_minutes": "45"} if name == "save_limits" else later
    owner.post(DEEDS[name].path(), DEEDS[name].form | newer)
    assert "Ini sudah diurungkan, atau sudah berubah lagi" in owner.post(undo, follow=True).content.decode()
    shop.refresh_from_db()
    stands = {
        "save_hours": current_week(shop)[0] == [[480, 660]],
        "save_limits": shop.reply_target_minutes == 45,
    }
    assert stands[name]


def test_a_marked_day_goes_and_a_dropped_one_comes_back(shop: Business, owner: Client) -> None:
    undo = _do(owner, "marker_add")
    marker = Marker.objects.get()
    dropped = owner.post(f"/journey/markers/{marker.pk}/drop/", follow=True).content.decode()
    assert not Marker.objects.exists()
    owner.post(_undo_on(dropped))
    assert list(Marker.objects.values_list("day", "label")) == [(date(2026, 10, 1), "Tabel ongkir")]
    owner.post(undo)
    assert Marker.objects.count() == 1, "the mark that was made first is gone; the one put back stays"
    assert AuditEntry.objects.filter(object_kind="marker", undone_at__isnull=False).count() == 2


def test_a_target_goes_back_to_what_it_was_that_day(shop: Business, owner: Client) -> None:
    first = _do(owner, "metric")
    second = _undo_on(owner.post("/metrics/repeat_order_90d/", {"value": "40"}, follow=True).content.decode())
    owner.post(second)
    assert Target.objects.get().value == pytest.approx(0.3)
    owner.post(first)
    assert not Target.objects.exists()


class TestSomebodyWrittenDownByHand:
    def test_goes_with_everything_that_was_written(self, shop: Business, owner: Client) -> None:
        before = (Contact.objects.count(), Identity.objects.count(), Touchpoint.objects.count())
        form = DEEDS["customer_new"].form | {
            "asked": "sage L?",
            "channel": "tiktok",
            "context": "Video ukuran",
        }
        undo = _undo_on(owner.post("/customers/new/", form, follow=True).content.decode())
        assert contact("Andi Wijaya")
        assert owner.post(undo).headers["Location"] == "/customers/"
        assert (Contact.objects.count(), Identity.objects.count(), Touchpoint.objects.count()) == before
        assert not Note.objects.exists()

    def test_who_was_known_before_stays(self, shop: Business, owner: Client) -> None:
        form = {"name": "Rina", "phone": "0812-3456-7890", "asked": "titip sage L"}
        undo = _undo_on(owner.post("/customers/new/", form, follow=True).content.decode())
        rina = contact("Rina Wulandari")
        assert rina.identities.filter(kind="row").exists()
        owner.post(undo)
        assert set(rina.identities.values_list("kind", flat=True)) == {"chat", "phone"}

    def test_what_a_teammate_said_since_holds_them(self, shop: Business, owner: Client) -> None:
        undo = _do(owner, "customer_new")
        andi = contact("Andi Wijaya")
        owner.post(f"/customers/{andi.public_id}/trust/", {"trust": "trusting", "why": "teman lama"})
        assert "sudah berubah lagi" in owner.post(undo, follow=True).content.decode()
        assert Statement.objects.filter(contact=andi).exists()
        assert andi.identities.count() == 2


def test_an_entry_from_before_the_trail_kept_enough_offers_no_way_back(
    shop: Business, owner: Client, people: Story
) -> None:
    old = AuditEntry.objects.create(
        business=shop,
        at=people.now + timedelta(seconds=1),
        verb="set_hours",
        object_kind="business",
        object_id=str(shop.pk),
        data={"from": None},
    )
    page = owner.get("/history/").content.decode()
    assert "mengubah jam kerja" in page
    assert f"/history/{old.pk}/undo/" not in page
