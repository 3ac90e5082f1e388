"""What a team does with conversations: hand over, put off, close, label, merge, split; each deed goes back as it came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.conversations.models import Conversation, Draft, Label, Mark, Message, Presence, Remark, Stir
from sapa.conversations.operations import (
    CannotMergeError,
    add_remark,
    assign,
    be_present,
    close,
    drop_draft,
    mark_many,
    merge_conversations,
    put_label,
    reopen,
    save_draft,
    snooze,
    split_conversation,
    stir_the_due,
    take_back_team_remark,
    take_label,
    take_up,
    undo_labelling,
    undo_split,
    undo_state,
    unsnooze,
)
from sapa.conversations.queries import (
    count_waiting,
    find_drafts,
    find_newer_answer,
    find_next_waiting,
    list_inbox,
    list_present,
    list_remarks,
    list_returned,
    list_talk,
    list_together,
)
from sapa.conversations.types import Choice, Spot, Tab
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db

NOW = day(10, "14:30")
HOUR = timedelta(hours=1)


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


class Shop:
    """Rina waits since three hours, Budi since five, Sari was answered."""

    def __init__(self, world: World, owner: Teammate) -> None:
        self.world, self.business, self.owner = world, world.business, owner
        self.rina, self.budi, self.sari = (world.someone(name) for name in ("Rina", "Budi", "Sari"))
        self.says(self.rina, NOW - 3 * HOUR)
        self.says(self.budi, NOW - 5 * HOUR)
        self.says(self.sari, NOW - 9 * HOUR)
        world.answers(self.sari, NOW - 8 * HOUR)
        self.clock(self.sari, None, NOW - 8 * HOUR)

    def says(self, who: Someone, at: datetime, text: str = "ada kak?") -> Message:
        message = self.world.says(who, at, text)
        self.clock(who, at, at)
        return message

    def clock(self, who: Someone, since: datetime | None, last: datetime) -> None:
        values: dict[str, Any] = {"waiting_since": since, "last_message_at": last}
        Conversation.objects.filter(pk=self.thread(who).pk).update(
            **values | ({"last_in_at": since} if since else {"last_out_at": last})
        )

    def thread(self, who: Someone) -> Conversation:
        return Conversation.objects.get(pk=self.world.thread(who).pk)

    @property
    def given(self) -> dict[str, Any]:
        return {"business": self.business, "by": self.owner, "now": NOW}

    def names(self, tab: Tab = Tab.WAITING, now: datetime = NOW, **more: Any) -> list[str]:
        return [row.name for row in list_inbox(self.business, tab=tab, now=now, **more)]


@pytest.fixture
def shop(world: World, bu_tuti: Teammate) -> Shop:
    return Shop(world, bu_tuti)


def _take_back(shop: Shop, entry: AuditEntry | None) -> None:
    assert entry
    undo_state(business=shop.business, entry_data=entry.data, by=shop.owner, now=NOW)


def test_who_waits_longest_stands_first(shop: Shop) -> None:
    assert shop.names() == ["Budi", "Rina"]
    assert shop.names(Tab.ALL) == ["Rina", "Budi", "Sari"]


class TestClosing:
    def test_stops_the_clock_and_goes_back_with_it(self, shop: Shop) -> None:
        entry = close(conversations=[shop.thread(shop.rina)], **shop.given)
        assert shop.thread(shop.rina).closed_at == NOW
        assert shop.names() == ["Budi"]
        assert Mark.objects.get().kind == Mark.Kind.NO_ANSWER
        _take_back(shop, entry)
        assert shop.thread(shop.rina).closed_at is None
        assert shop.names() == ["Budi", "Rina"]
        assert Mark.objects.get().undone_at == NOW

    def test_of_a_selection_is_one_entry(self, shop: Shop) -> None:
        everybody = [shop.thread(who) for who in (shop.rina, shop.budi, shop.sari)]
        entry = close(conversations=everybody, **shop.given)
        assert AuditEntry.objects.filter(verb="conversation.closed").count() == 1
        assert shop.names() == []
        _take_back(shop, entry)
        assert shop.names() == ["Budi", "Rina"]
        assert not Conversation.objects.filter(closed_at__isnull=False).exists()

    def test_of_what_is_closed_does_nothing(self, shop: Shop) -> None:
        close(conversations=[shop.thread(shop.sari)], **shop.given)
        assert close(conversations=[shop.thread(shop.sari)], **shop.given) is None

    def test_of_a_closed_one_that_waits_again_stops_the_clock(self, shop: Shop) -> None:
        close(conversations=[shop.thread(shop.rina)], **shop.given)
        Conversation.objects.filter(pk=shop.thread(shop.rina).pk).update(waiting_since=NOW)
        assert close(conversations=[shop.thread(shop.rina)], **shop.given) is not None
        assert shop.thread(shop.rina).waiting_since is None

    def test_is_ended_by_opening_again(self, shop: Shop) -> None:
        close(conversations=[shop.thread(shop.sari)], **shop.given)
        entry = reopen(conversations=[shop.thread(shop.sari)], **shop.given)
        assert shop.thread(shop.sari).closed_at is None
        _take_back(shop, entry)
        assert shop.thread(shop.sari).closed_at == NOW

    def test_is_not_undone_where_somebody_changed_it_since(self, shop: Shop) -> None:
        entry = close(conversations=[shop.thread(shop.sari)], **shop.given)
        reopen(conversations=[shop.thread(shop.sari)], **shop.given)
        with pytest.raises(LookupError):
            _take_back(shop, entry)

    def test_of_another_shops_conversation_changes_nothing(self, shop: Shop, now: datetime) -> None:
        from sapa.accounts.operations import make_business

        other = make_business(name="Kopi Andi", owner_email="a@kopi.example", owner_name="Andi", now=now)
        assert close(business=other, conversations=[shop.thread(shop.rina)], by=None, now=NOW) is None
        assert shop.names() == ["Budi", "Rina"]


class TestPuttingOff:
    def test_leaves_the_list_until_its_time(self, shop: Shop) -> None:
        until = NOW + 2 * HOUR
        entry = snooze(conversations=[shop.thread(shop.budi)], until=until, **shop.given)
        assert shop.names() == ["Rina"]
        assert count_waiting(shop.business, now=NOW) == 1
        assert shop.names(Tab.SNOOZED) == ["Budi"]
        assert shop.names(now=until) == ["Budi", "Rina"]
        assert shop.names(Tab.SNOOZED, now=until) == []
        _take_back(shop, entry)
        assert shop.names() == ["Budi", "Rina"]

    def test_brings_back_whom_nobody_waits_for(self, shop: Shop) -> None:
        until = NOW + 2 * HOUR
        snooze(conversations=[shop.thread(shop.sari)], until=until, **shop.given)
        assert list_returned(shop.business, now=NOW) == []
        assert [row.name for row in list_returned(shop.business, now=until)] == ["Sari"]
        take_up(business=shop.business, conversations=[shop.thread(shop.sari)], now=until)
        assert list_returned(shop.business, now=until) == []

    def test_tells_open_screens_when_its_time_has_come(self, shop: Shop) -> None:
        snooze(conversations=[shop.thread(shop.sari)], until=NOW + HOUR, **shop.given)
        Stir.objects.all().delete()
        assert stir_the_due(business=shop.business, since=NOW, now=NOW + 30 * HOUR / 60) == 0
        assert stir_the_due(business=shop.business, since=NOW, now=NOW + HOUR) == 1
        assert stir_the_due(business=shop.business, since=NOW + HOUR, now=NOW + 2 * HOUR) == 0
        assert Stir.objects.get().conversation == shop.thread(shop.sari)

    def test_to_the_past_is_refused(self, shop: Shop) -> None:
        with pytest.raises(ValueError, match="later"):
            snooze(conversations=[shop.thread(shop.sari)], until=NOW, **shop.given)

    def test_can_be_ended_early(self, shop: Shop) -> None:
        snooze(conversations=[shop.thread(shop.budi)], until=NOW + HOUR, **shop.given)
        entry = unsnooze(conversations=[shop.thread(shop.budi)], **shop.given)
        assert shop.names() == ["Budi", "Rina"]
        _take_back(shop, entry)
        assert shop.names() == ["Rina"]


class TestHandingOver:
    def test_shows_mine_those_who_wait_before_the_others(self, shop: Shop, dina: Teammate) -> None:
        three = [shop.thread(who) for who in (shop.rina, shop.budi, shop.sari)]
        entry = assign(conversations=three, teammate=dina, **shop.given)
        assert shop.names(Tab.MINE, me=dina) == ["Budi", "Rina", "Sari"]
        assert shop.names(Tab.MINE, me=shop.owner) == []
        assert shop.names(choice=Choice(nobody=True)) == []
        assert shop.names(choice=Choice(assignee=dina.public_id)) == ["Budi", "Rina"]
        _take_back(shop, entry)
        assert shop.names(Tab.MINE, me=dina) == []

    def test_pages_of_mine_hold_everybody_once(self, shop: Shop, dina: Teammate) -> None:
        three = [shop.thread(who) for who in (shop.rina, shop.budi, shop.sari)]
        assign(conversations=three, teammate=dina, **shop.given)
        seen, after = [], None
        while page := list_inbox(shop.business, tab=Tab.MINE, now=NOW, me=dina, after=after, limit=1):
            seen.append(page[0].name)
            at = page[0].waiting_since or page[0].last_message_at
            assert at
            after = Spot(at, page[0].id, rests=page[0].waiting_since is None)
        assert seen == ["Budi", "Rina", "Sari"]

    def test_next_is_mine_or_nobodys(self, shop: Shop, dina: Teammate) -> None:
        assign(conversations=[shop.thread(shop.budi)], teammate=dina, **shop.given)
        mine = find_next_waiting(shop.business, now=NOW, edge=None, me=shop.owner)
        hers = find_next_waiting(shop.business, now=NOW, edge=None, me=dina)
        assert mine == shop.thread(shop.rina)
        assert hers == shop.thread(shop.budi)
        assert find_next_waiting(shop.business, now=NOW, edge=None, me=dina, but=[hers.pk]) == mine


def test_no_answer_needed_for_a_selection(shop: Shop) -> None:
    everybody = [shop.thread(who) for who in (shop.rina, shop.budi, shop.sari)]
    entry = mark_many(conversations=everybody, kind="no_answer", **shop.given)
    assert shop.names() == []
    assert Mark.objects.count() == 2
    _take_back(shop, entry)
    assert shop.names() == ["Budi", "Rina"]
    assert mark_many(conversations=[shop.thread(shop.sari)], kind="no_answer", **shop.given) is None


class TestLabels:
    def test_are_put_on_and_taken_off_and_both_go_back(self, shop: Shop) -> None:
        both = [shop.thread(shop.rina), shop.thread(shop.budi)]
        put = put_label(conversations=both, name=" tanya   stok ", **shop.given)
        assert put
        label = Label.objects.get()
        assert label.name == "tanya stok"
        assert shop.names(choice=Choice(label=label.public_id)) == ["Budi", "Rina"]
        assert [row.labels for row in list_inbox(shop.business, now=NOW)] == [("tanya stok",)] * 2
        undo_labelling(business=shop.business, entry_data=put.data, was_put=True, by=shop.owner, now=NOW)
        assert shop.names(choice=Choice(label=label.public_id)) == []

    def test_of_the_same_words_are_one(self, shop: Shop) -> None:
        put_label(conversations=[shop.thread(shop.rina)], name="Stok", **shop.given)
        assert put_label(conversations=[shop.thread(shop.rina)], name="stok", **shop.given) is None
        taken = take_label(conversations=[shop.thread(shop.rina)], label=Label.objects.get(), **shop.given)
        assert taken
        undo_labelling(business=shop.business, entry_data=taken.data, was_put=False, by=shop.owner, now=NOW)
        assert Label.objects.get().labellings.count() == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 41])
    def test_have_a_name(self, shop: Shop, name: str) -> None:
        with pytest.raises(ValueError, match="label"):
            put_label(conversations=[shop.thread(shop.rina)], name=name, **shop.given)


class TestDrafts:
    def test_are_kept_by_kind_and_person(self, shop: Shop, dina: Teammate) -> None:
        thread = shop.thread(shop.rina)
        for mate, kind, text in (
            (dina, "reply", "ada kak"),
            (dina, "remark", "stok tinggal 2"),
            (shop.owner, "reply", "sebentar ya"),
        ):
            save_draft(
                business=shop.business, conversation=thread, teammate=mate, kind=kind, text=text, now=NOW
            )
        mine = find_drafts(thread, dina)
        assert {kind: one.text for kind, one in mine.items()} == {
            "reply": "ada kak",
            "remark": "stok tinggal 2",
        }
        assert find_drafts(shop.thread(shop.budi), dina) == {}
        drop_draft(business=shop.business, conversation=thread, teammate=dina, kind="reply")
        assert set(find_drafts(thread, dina)) == {"remark"}
        assert find_drafts(thread, shop.owner)["reply"].text == "sebentar ya"

    def test_that_are_emptied_go(self, shop: Shop, dina: Teammate) -> None:
        given: dict[str, Any] = {
            "business": shop.business,
            "conversation": shop.thread(shop.rina),
            "teammate": dina,
            "kind": "reply",
            "now": NOW,
        }
        save_draft(text="ada", **given)
        assert save_draft(text="  ", **given) is None
        assert not Draft.objects.exists()
        with pytest.raises(ValueError, match="kind"):
            save_draft(text="x", **given | {"kind": "poem"})


class TestPresence:
    def test_is_seen_by_others_for_a_while(self, shop: Shop, dina: Teammate) -> None:
        thread = shop.thread(shop.rina)
        given: dict[str, Any] = {"business": shop.business, "conversation": thread, "teammate": dina}
        be_present(state="viewing", now=NOW, **given)
        be_present(state="viewing", now=NOW + timedelta(seconds=10), **given)
        be_present(state="typing", now=NOW + timedelta(seconds=20), **given)
        assert Stir.objects.filter(what="presence").count() == 2, "only what is news is told"
        at = NOW + timedelta(seconds=25)
        assert [(one.name, one.state) for one in list_present(thread, now=at, but=shop.owner)] == [
            ("Dina", "typing")
        ]
        assert list_present(thread, now=at, but=dina) == []
        assert list_present(thread, now=at + timedelta(minutes=2), but=shop.owner) == []
        be_present(state="gone", now=at, **given)
        assert not Presence.objects.exists()


class TestRemarks:
    def test_stand_beside_the_thread_until_taken_back(self, shop: Shop, dina: Teammate) -> None:
        thread = shop.thread(shop.rina)
        remark = add_remark(conversation=thread, text=" @Dina cek stok ", mentions=[dina.pk], **shop.given)
        assert (remark.text, remark.mentions) == ("@Dina cek stok", [dina.pk])
        assert list_remarks([thread]) == [remark]
        take_back_team_remark(business=shop.business, remark_id=remark.pk, by=shop.owner, now=NOW)
        assert list_remarks([thread]) == []
        with pytest.raises(Remark.DoesNotExist):
            take_back_team_remark(business=shop.business, remark_id=remark.pk, by=shop.owner, now=NOW)

    def test_have_words(self, shop: Shop) -> None:
        with pytest.raises(ValueError, match="words"):
            add_remark(conversation=shop.thread(shop.rina), text=" ", **shop.given)


class TestMerging:
    def test_shows_two_threads_as_one_and_parts_them_again(self, shop: Shop) -> None:
        kept, other = shop.thread(shop.rina), shop.thread(shop.budi)
        entry = merge_conversations(kept=kept, absorbed=[other], **shop.given)
        assert {one.pk for one in list_together(kept)} == {kept.pk, other.pk}
        rows = list_inbox(shop.business, now=NOW)
        assert [(row.name, row.public_id) for row in rows] == [("Rina", str(kept.public_id))]
        _take_back(shop, entry)
        assert shop.names() == ["Budi", "Rina"]
        assert list_together(kept) == [kept]

    def test_never_hides_who_waits_in_what_was_absorbed(self, shop: Shop) -> None:
        merge_conversations(kept=shop.thread(shop.sari), absorbed=[shop.thread(shop.budi)], **shop.given)
        rows = list_inbox(shop.business, now=NOW)
        assert [(row.name, row.waiting_since) for row in rows] == [
            ("Sari", NOW - 5 * HOUR),
            ("Rina", NOW - 3 * HOUR),
        ]

    def test_of_a_thread_with_itself_or_with_a_group_is_refused(self, shop: Shop) -> None:
        rina = shop.thread(shop.rina)
        shop.world.says(shop.budi, NOW - HOUR, group="Reseller")
        group = Conversation.objects.get(is_group=True)
        for absorbed in ([rina], [group]):
            with pytest.raises(CannotMergeError):
                merge_conversations(kept=rina, absorbed=absorbed, **shop.given)


class TestSplitting:
    def test_moves_what_follows_and_what_is_split_comes_back(self, shop: Shop) -> None:
        first = Message.objects.get(conversation=shop.thread(shop.rina))
        second = shop.world.says(shop.rina, NOW - HOUR, "satu lagi kak, soal retur")
        add_remark(conversation=shop.thread(shop.rina), text="beda orang", **shop.given)
        fresh = split_conversation(conversation=shop.thread(shop.rina), message=second, **shop.given)
        assert list(Message.objects.filter(conversation=fresh)) == [second]
        assert fresh.last_in_at == NOW - HOUR
        assert shop.thread(shop.rina).last_message_at == first.happened_at
        entry = AuditEntry.objects.get(verb="conversation.split")
        undo_split(
            business=shop.business, conversation_id=fresh.pk, entry_data=entry.data, by=shop.owner, now=NOW
        )
        assert Message.objects.filter(conversation=shop.thread(shop.rina)).count() == 2
        assert Remark.objects.get().conversation == shop.thread(shop.rina)
        assert not Conversation.objects.filter(pk=fresh.pk).exists()

    def test_leaves_something_behind(self, shop: Shop) -> None:
        only = Message.objects.get(conversation=shop.thread(shop.rina))
        with pytest.raises(CannotMergeError):
            split_conversation(conversation=shop.thread(shop.rina), message=only, **shop.given)


def test_one_scroll_over_channels_is_in_order_of_time(shop: Shop) -> None:
    for number in range(6):
        shop.world.says(
            shop.rina, NOW - timedelta(minutes=60 - number), f"ig {number}", channel="instagram", group=""
        )
        shop.world.says(shop.rina, NOW - timedelta(minutes=59.5 - number), f"wa {number}")
    instagram = Conversation.objects.create(
        business=shop.business, channel=shop.world.channel("instagram"), key="ig", identity=shop.rina.identity
    )
    ours = Message.objects.filter(text__startswith="ig")
    ours.update(conversation=instagram)
    Conversation.objects.filter(pk=instagram.pk).update(last_message_at=NOW)
    together = list_together(shop.thread(shop.rina))
    assert len(together) == 2
    page = list_talk(together, limit=5)
    assert [one.text for one in page] == ["wa 3", "ig 4", "wa 4", "ig 5", "wa 5"][-5:]
    older = list_talk(together, before=page[0], limit=3)
    assert [one.text for one in older] == ["ig 2", "wa 2", "ig 3"]


def test_what_a_teammate_wrote_meanwhile_is_found(shop: Shop, dina: Teammate) -> None:
    thread = shop.thread(shop.rina)
    seen = Message.objects.filter(conversation=thread).latest("id").pk
    assert find_newer_answer([thread], after_id=seen, but=shop.owner) is None
    answer = shop.world.answers(shop.rina, NOW)
    Message.objects.filter(pk=answer.pk).update(by=dina, source="live")
    found = find_newer_answer([thread], after_id=seen, but=shop.owner)
    assert found
    assert found.by == dina
    assert find_newer_answer([thread], after_id=seen, but=dina) is None
    assert find_newer_answer([thread], after_id=answer.pk, but=shop.owner) is None


def test_every_deed_is_in_the_trail_and_stirs(shop: Shop, dina: Teammate, client: Client) -> None:
    one = [shop.thread(shop.rina)]
    assign(conversations=one, teammate=dina, **shop.given)
    snooze(conversations=one, until=NOW + HOUR, **shop.given)
    unsnooze(conversations=one, **shop.given)
    close(conversations=one, **shop.given)
    reopen(conversations=one, **shop.given)
    put_label(conversations=one, name="stok", **shop.given)
    verbs = list(AuditEntry.objects.filter(object_kind="conversation").values_list("verb", flat=True))
    assert verbs == [
        f"conversation.{verb}"
        for verb in ("assigned", "snoozed", "unsnoozed", "closed", "reopened", "labelled")
    ]
    assert Stir.objects.filter(conversation=one[0], what="state").count() == 6
