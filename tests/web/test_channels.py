"""Pengaturan › Saluran: connecting, what is broken, what it costs, what came in and what went out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from django.test import Client

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel, find_or_make_channel, mark_broken
from sapa.channels.queries import get_settings
from sapa.conversations.models import Conversation, Message
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Dispatch, DispatchTry, Payload, Template
from sapa.gateway.registry import list_adapters
from sapa.web import channel_words
from sapa.web.views.settings.channels import connecting
from tests.web.conftest import Story, thread

pytestmark = pytest.mark.django_db

TOKEN = "123456:rahasia-bot"
SITE = {"set_origins": "https://tokosage.example", "set_track": "ask"}
BODY = {
    "entry": [
        {
            "contacts": [{"profile": {"name": "Rina Wulandari"}, "wa_id": "6281234567890"}],
            "text": {"body": "Kak, sage L masih ada?"},
            "access_token": "rahasia-sekali",
        }
    ]
}


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Telegram as it answers: 200 takes the token, 401 refuses it, 0 does not answer at all."""

    def answers(status: int) -> None:
        def handle(request: httpx.Request) -> httpx.Response:
            if not status:
                raise httpx.ConnectError("no line")
            if status != 200:
                return httpx.Response(status, json={"ok": False, "description": "Unauthorized"})
            return httpx.Response(200, json={"ok": True, "result": {"id": 77, "username": "sagebot"}})

        monkeypatch.setattr(
            connecting, "open_line", lambda: httpx.Client(transport=httpx.MockTransport(handle))
        )

    return answers


def _connected(shop: Business, kind: str = "whatsapp", name: str = "", **settings: object) -> Channel:
    return connect_channel(
        business=shop,
        kind=kind,
        name=name,
        account=f"akun {name}",
        settings={"token": TOKEN} | settings,
        by=None,
        now=shop.created_at,
    )


def _page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def _told(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def _of(channel: Channel, part: str = "") -> str:
    return f"/settings/channels/{channel.public_id}/{part}"


def _payload(channel: Channel, at: datetime, key: str = "a", problem: str = "") -> Payload:
    return Payload.objects.create(
        business=channel.business,
        channel=channel,
        dedupe_key=key,
        body=json.dumps(BODY).encode(),
        received_at=at,
        digested_at=at,
        problem=problem,
    )


class TestTheList:
    def test_every_adapter_stands_in_a_group_with_how_long_it_takes(
        self, owner: Client, toko_sage: Business
    ) -> None:
        page = _page(owner, "/settings/channels/")
        for kind, adapter in list_adapters().items():
            assert f'href="/settings/channels/new/{kind}/"' in page
            assert str(adapter.guide.title).replace("&", "&amp;") in page
        assert "Belum ada saluran yang tersambung" in page
        unproven = sum(not adapter.guide.proven for adapter in list_adapters().values())
        assert page.count("belum pernah dijalankan dengan penyedianya") == unproven

    def test_every_kind_has_a_group(self) -> None:
        assert {channel_words.group_of(kind) for kind in list_adapters()} == set(channel_words.GROUPS)

    def test_a_broken_channel_stands_first_and_says_since_when_and_what_is_at_risk(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        whatsapp = _connected(toko_sage)
        _connected(toko_sage, "line")
        mark_broken(channel=whatsapp, why="token_dead", now=now - timedelta(minutes=50))
        _dispatch(thread("Rina Wulandari"), now, "queued")
        page = _page(owner, "/settings/channels/")
        assert page.index("WhatsApp Business") < page.index("LINE")
        assert "terputus sejak 50 mnt lalu · 1 pesan berisiko" in _told(page)
        assert "Sambungan ke saluran ini terputus." in page

    def test_it_asks_the_same_however_many_are_connected(
        self, owner: Client, toko_sage: Business, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        for at in range(6):
            _connected(toko_sage, "line", f"cabang {at}")
        with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
            owner.get("/settings/channels/")

    def test_the_checklist_of_the_settings_shows_them(self, owner: Client, toko_sage: Business) -> None:
        _connected(toko_sage)
        mark_broken(channel=_connected(toko_sage, "email"), why="token_dead", now=toko_sage.created_at)
        told = _told(_page(owner, "/settings/"))
        assert "WhatsApp ● bekerja Instagram ○ belum e-mail ▲ terputus" in told

    def test_limits_of_sending_are_kept(self, owner: Client, toko_sage: Business) -> None:
        form = {
            "quiet_from": "20:30",
            "quiet_to": "07:00",
            "promotions_a_week": "0",
            "month_cost_limit": "150000",
        }
        assert owner.post("/settings/save/sending/", form).status_code == 303
        toko_sage.refresh_from_db()
        assert (toko_sage.quiet_from_minute, toko_sage.quiet_to_minute) == (1230, 420)
        assert (toko_sage.promotions_a_week, toko_sage.month_cost_limit) == (0, 150_000)
        refused = owner.post("/settings/save/sending/", form | {"month_cost_limit": "-1", "quiet_to": ""})
        assert refused.status_code == 422
        assert "Jam tenang selesai belum diisi." in refused.content.decode()
        owner.post("/settings/save/sending/", form | {"month_cost_limit": ""})
        toko_sage.refresh_from_db()
        assert toko_sage.month_cost_limit is None


class TestConnecting:
    def test_the_guide_says_what_it_takes(self, owner: Client, toko_sage: Business) -> None:
        page = _page(owner, "/settings/channels/new/marketplace:shopee/")
        assert "Beberapa minggu: Shopee memeriksa aplikasinya" in page
        assert "/settings/channels/new/marketplace:shopee/sign-in/" in page
        assert "Bentuk terdokumentasi, belum pernah dijalankan" in page
        _page(owner, "/settings/channels/new/lazada/", 404)

    def test_what_the_provider_takes_is_connected(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None]
    ) -> None:
        telegram(200)
        answer = owner.post("/settings/channels/new/telegram/", {"set_token": TOKEN, "set_mode": "poll"})
        channel = Channel.objects.get(kind="telegram")
        assert answer.headers["Location"] == _of(channel)
        assert (channel.is_live, channel.account, get_settings(channel)["token"]) == (True, "77", TOKEN)
        page = _page(owner, _of(channel))
        assert "Telegram tersambung." in page
        assert "Kirim satu pesan percobaan seperti pelanggan." in page
        assert TOKEN not in page

    @pytest.mark.parametrize(
        ("status", "said"), [(401, "Penyedia menolak isian ini."), (0, "Penyedia tidak menjawab.")]
    )
    def test_what_it_refuses_keeps_what_was_typed_but_no_secret(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None], status: int, said: str
    ) -> None:
        telegram(status)
        form = {"name": "Cabang Bandung", "set_token": TOKEN, "set_mode": "poll"}
        answer = owner.post("/settings/channels/new/telegram/", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert 'value="Cabang Bandung"' in page
        assert '<option value="poll" selected>' in page
        assert TOKEN not in page
        assert not Channel.objects.filter(is_live=True).exists()

    def test_what_is_missing_is_named_and_nobody_is_asked(self, owner: Client, toko_sage: Business) -> None:
        answer = owner.post("/settings/channels/new/telegram/", {"set_token": " "})
        assert answer.status_code == 422
        assert "Token bot belum diisi." in answer.content.decode()
        wrong = owner.post("/settings/channels/new/web/", {"set_origins": "ftp://toko", "set_track": "ask"})
        assert "Alamat situs ini belum terbaca." in wrong.content.decode()

    def test_a_kept_secret_is_never_shown_and_stays_when_its_box_is_empty(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None]
    ) -> None:
        channel = _connected(toko_sage, "telegram", mode="webhook", prices={"service": 5})
        page = _page(owner, _of(channel, "connect/"))
        assert "Tersimpan. Isi hanya untuk mengganti." in page
        assert TOKEN not in page
        telegram(200)
        owner.post(_of(channel, "connect/"), {"set_token": "", "set_mode": "poll"})
        kept = get_settings(Channel.objects.get(pk=channel.pk))
        assert (kept["token"], kept["mode"], kept["prices"]) == (TOKEN, "poll", {"service": 5})
        owner.post(_of(channel, "connect/"), {"set_token": "9:baru", "set_mode": "poll"})
        assert get_settings(Channel.objects.get(pk=channel.pk))["token"] == "9:baru"

    def test_a_refused_change_leaves_what_works(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None]
    ) -> None:
        channel = _connected(toko_sage, "telegram")
        telegram(401)
        assert owner.post(_of(channel, "connect/"), {"set_token": "9:salah"}).status_code == 422
        channel.refresh_from_db()
        assert (channel.is_live, get_settings(channel)["token"]) == (True, TOKEN)

    def test_a_second_account_needs_a_name_of_its_own(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None]
    ) -> None:
        _connected(toko_sage, "telegram")
        telegram(200)
        form = {"name": "", "set_token": "9:b", "set_mode": "poll"}
        assert "Nama sambungan belum diisi." in (
            owner.post("/settings/channels/new/telegram/", form).content.decode()
        )
        owner.post("/settings/channels/new/telegram/", form | {"name": "Cabang Bandung"})
        assert Channel.objects.filter(kind="telegram", is_live=True).count() == 2
        again = owner.post("/settings/channels/new/telegram/", form | {"name": "Cabang  Bandung"})
        assert "Nama ini sudah dipakai." in again.content.decode()
        assert "Telegram · Cabang Bandung" in _page(owner, "/settings/channels/")

    def test_the_address_can_be_had_before_with_the_word_that_meta_asks_for(
        self, owner: Client, toko_sage: Business
    ) -> None:
        page = _page(owner, "/settings/channels/new/instagram/")
        assert "Tampilkan alamatnya" in page
        assert not Channel.objects.exists()
        answer = owner.post("/settings/channels/new/instagram/address/")
        page = _page(owner, answer.headers["Location"].partition("#")[0])
        channel = Channel.objects.get(kind="instagram")
        assert f'value="http://testserver/hooks/{channel.public_id}/"' in page
        assert re.search(r'id="hook-word" value="[0-9a-f]{32}"', page)
        assert "Penyedia hanya mengirim ke alamat https" in page
        assert not channel.is_live
        assert "hook-address" not in _page(owner, "/settings/channels/new/email/")

    def test_over_https_nothing_is_warned_of(self, owner: Client, toko_sage: Business) -> None:
        channel = _connected(toko_sage, "line")
        page = owner.get(_of(channel), secure=True).content.decode()
        assert f'value="https://testserver/hooks/{channel.public_id}/"' in page
        assert "hanya mengirim ke alamat https" not in page

    def test_a_disconnected_channel_can_go_on_or_its_codes_be_thrown_away(
        self, owner: Client, toko_sage: Business
    ) -> None:
        channel = _connected(toko_sage)
        page = owner.post(_of(channel, "disconnect/"), follow=True).content.decode()
        assert "diputuskan. Yang sudah masuk tetap ada." in page
        assert "Isian dan kode lama masih tersimpan terkunci" in page
        assert "isian lama masih tersimpan" in _page(owner, "/settings/channels/")
        page = owner.post(_of(channel, "forget/"), follow=True).content.decode()
        assert "Isian dan kodenya dibuang." in page
        assert get_settings(Channel.objects.get(pk=channel.pk)) == {}
        undo = AuditEntry.objects.get(verb="disconnected_channel")
        told = owner.post(f"/history/{undo.pk}/undo/", follow=True).content.decode()
        assert "Isian saluran ini sudah dibuang." in told
        undo.refresh_from_db()
        assert undo.undone_at is None

    def test_settings_of_another_key_file_can_be_written_anew(
        self, owner: Client, toko_sage: Business, telegram: Callable[[int], None]
    ) -> None:
        channel = _connected(toko_sage, "telegram")
        Channel.objects.filter(pk=channel.pk).update(sealed_settings=b"from another machine")
        for part in ("", "connect/"):
            _page(owner, _of(channel, part))
        telegram(200)
        assert (
            owner.post(_of(channel, "connect/"), {"set_token": TOKEN, "set_mode": "poll"}).status_code == 303
        )
        assert get_settings(Channel.objects.get(pk=channel.pk))["token"] == TOKEN

    def test_a_site_leads_to_its_preview(self, owner: Client, toko_sage: Business) -> None:
        owner.post("/settings/channels/new/web/", SITE)
        channel = Channel.objects.get(kind="web")
        assert f'href="/sites/{channel.public_id}/preview/"' in _page(owner, _of(channel))

    def test_a_teammate_sees_the_state_but_connects_nothing(
        self, teammate: Client, toko_sage: Business
    ) -> None:
        channel = _connected(toko_sage)
        assert "bekerja" in _page(teammate, "/settings/channels/")
        page = _page(teammate, _of(channel))
        for hidden in ("Putuskan", "hook-address", "Lihat kiriman"):
            assert hidden not in page
        for part in ("connect/", "came/"):
            _page(teammate, _of(channel, part), 403)
        _page(teammate, "/settings/channels/new/telegram/", 403)


class TestCosts:
    def _chats(self, people: Story) -> None:
        hour, day = timedelta(hours=1), timedelta(days=1)
        for at in (3, 33, 63, 85):
            people.tells(
                people.says("Rina Wulandari", "Kak?", at * day),
                people.says("Rina Wulandari", "Ready Kak", at * day - hour, ours=True),
                people.says("Rina Wulandari", "Sudah sampai Kak?", (at - 2) * day, ours=True),
            )

    def test_before_connecting_a_month_is_told_from_the_shops_own_volume(
        self, owner: Client, toko_sage: Business, people: Story
    ) -> None:
        self._chats(people)
        told = _told(_page(owner, "/settings/channels/new/whatsapp/"))
        assert "Rp357 sebulan" in told
        assert "balasan sebulan dalam 24 jam" in told
        assert "setelah 1.000 yang pertama tiap bulan" in told
        assert "Harga tiap pesan per 21 Nov 2026, belum dicocokkan" in told
        assert "Balasan yang diketik di HP tetap gratis" in told

    def test_other_prices_can_be_tried(self, owner: Client, toko_sage: Business, people: Story) -> None:
        self._chats(people)
        page = _page(owner, "/settings/channels/new/whatsapp/?service=0&utility=1000&marketing=")
        assert "Rp1.000" in page
        assert "Rp587" in page
        assert 'value="1000"' in page
        wrong = _page(owner, "/settings/channels/new/whatsapp/?utility=banyak")
        assert "tulis angka saja." in wrong

    def test_without_a_chat_the_prices_stand_alone(self, owner: Client, toko_sage: Business) -> None:
        page = _page(owner, "/settings/channels/new/whatsapp/")
        assert "Belum ada chat toko untuk dihitung." in page
        assert "1.000 balasan pertama tiap bulan gratis, lalu Rp357 tiap balasan." in page

    def test_where_messages_cost_nothing_nothing_is_said(self, owner: Client, toko_sage: Business) -> None:
        assert "Kira-kira berapa sebulan" not in _page(owner, "/settings/channels/new/telegram/")
        assert "Biaya bulan ini" not in _page(owner, _of(_connected(toko_sage, "telegram")))

    def test_a_month_is_shown_against_its_limit(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        toko_sage.month_cost_limit = 10_000
        toko_sage.save()
        sent = _dispatch(thread("Rina Wulandari"), now, "sent")
        Dispatch.objects.filter(pk=sent.pk).update(cost=2500)
        page = _page(owner, _of(channel))
        assert "Semua saluran: Rp2.500 dari batas Rp10.000." in page
        assert 'max="100" value="25"' in page

    def test_own_prices_stand_over_the_table(self, owner: Client, toko_sage: Business) -> None:
        channel = _connected(toko_sage)
        owner.post(_of(channel, "prices/"), {"service": "400", "utility": "", "marketing": "0"})
        assert get_settings(Channel.objects.get(pk=channel.pk))["prices"] == {"service": 400, "marketing": 0}
        page = _page(owner, _of(channel))
        assert "Rp400" in page
        assert "belum dicocokkan" not in page
        refused = owner.post(_of(channel, "prices/"), {"service": "murah"})
        assert refused.status_code == 422
        owner.post(_of(channel, "prices/"), {})
        assert "prices" not in get_settings(Channel.objects.get(pk=channel.pk))


def _dispatch(conversation: Conversation, now: datetime, state: str, failure: str = "") -> Dispatch:
    shop = conversation.business
    message = Message.objects.create(
        business=shop,
        conversation=conversation,
        direction="out",
        text="Ready Kak, mau warna apa?",
        happened_at=now,
        learned_at=now,
        dedupe_key=f"{conversation.pk}-{state}-{failure}",
    )
    return Dispatch.objects.create(
        business=shop,
        channel=conversation.channel,
        message=message,
        idempotency_key=message.dedupe_key,
        state=state,
        failure=failure,
        due_at=now,
        created_at=now,
    )


class TestWhatWentOut:
    def test_the_log_tells_state_cause_and_every_try(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        failed = _dispatch(thread("Rina Wulandari"), now, "failed", "blocked")
        DispatchTry.objects.create(
            business=toko_sage,
            dispatch=failed,
            at=now,
            outcome="failed",
            code="blocked",
            detail="131050 user stopped",
            took_ms=231,
        )
        page = _page(owner, _of(channel, "sent/"))
        for said in ("Rina Wulandari", "gagal", "memblokir akun toko", "131050 user stopped", "231 ms"):
            assert said in page
        assert f"/inbox/outbox/{failed.public_id}/retry/" in page

    def test_each_state_offers_what_can_be_done(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        channel, rina = _connected(toko_sage), thread("Rina Wulandari")
        offered = {
            ("uncertain", ""): {"arrived", "again"},
            ("queued", "held"): {"retry", "cancel"},
            ("queued", ""): {"cancel"},
            ("cancelled", ""): {"retry"},
            ("sent", ""): set(),
        }
        for (state, failure), deeds in offered.items():
            one = _dispatch(rina, now, state, failure)
            shown = "held" if failure else state
            page = _page(owner, _of(channel, f"sent/?state={shown}"))
            assert set(re.findall(rf"/inbox/outbox/{one.public_id}/(\w+)/", page)) == deeds
        assert _page(owner, _of(channel, "sent/")).count("Ready Kak") == 5

    def test_a_deed_leads_back_to_the_log(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        one = _dispatch(thread("Rina Wulandari"), now, "uncertain")
        here = _of(channel, "sent/?state=uncertain")
        answer = owner.post(f"/inbox/outbox/{one.public_id}/arrived/", {"next": here})
        assert answer.headers["Location"] == here
        one.refresh_from_db()
        assert one.state == "sent"
        assert "mencatat satu pesan sudah sampai" in _page(owner, "/history/")

    def test_pages_follow_one_another_without_a_gap(
        self, owner: Client, toko_sage: Business, people: Story, now: datetime
    ) -> None:
        channel, rina = _connected(toko_sage), thread("Rina Wulandari")
        made = {str(_dispatch(rina, now, "failed", f"code-{at}").public_id) for at in range(33)}
        first = _page(owner, _of(channel, "sent/?state=failed"))
        following = re.search(r'href="\?(state=failed&amp;after=\d+)"', first)
        assert following
        second = _page(owner, _of(channel, "sent/?" + following[1].replace("&amp;", "&")))
        seen = re.findall(r"/inbox/outbox/([0-9a-f-]+)/retry/", first + second)
        assert len(seen) == 33
        assert set(seen) == made

    def test_templates_say_what_the_provider_made_of_them(
        self, owner: Client, toko_sage: Business, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        for name, status in (("kabar_kirim", "approved"), ("promo", "rejected")):
            Template.objects.create(
                business=toko_sage,
                channel=channel,
                name=name,
                category="utility",
                text="Halo {{1}}",
                status=status,
                learned_at=now,
            )
        told = _told(_page(owner, _of(channel)))
        assert "kabar_kirim id · Templat kabar pesanan (utility) disetujui Halo {{1}}" in told
        assert "promo id · Templat kabar pesanan (utility) ditolak" in told

    def test_the_target_that_holds_here_is_shown(self, owner: Client, toko_sage: Business) -> None:
        channel = _connected(toko_sage)
        assert "120 menit dalam jam kerja · sama dengan target toko" in _told(_page(owner, _of(channel)))
        Channel.objects.filter(pk=channel.pk).update(reply_target_minutes=15)
        told = _told(_page(owner, _of(channel)))
        assert "15 menit dalam jam kerja Ubah target" in told


class TestWhatCameIn:
    def test_words_are_masked_until_somebody_asks_and_that_is_told(
        self, owner: Client, toko_sage: Business, bu_tuti: Teammate, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        one = _payload(channel, now)
        page = _page(owner, _of(channel, f"came/{one.pk}/"))
        for hidden in ("sage L masih ada", "6281234567890", "rahasia-sekali"):
            assert hidden not in page
        shown = owner.post(_of(channel, f"came/{one.pk}/words/")).content.decode()
        assert "sage L masih ada" in shown
        assert "6281234567890" in shown
        assert "rahasia-sekali" not in shown
        entry = AuditEntry.objects.get(verb="opened_payload")
        assert (entry.teammate, entry.data) == (bu_tuti, {"payload": one.pk})
        assert "melihat isi satu kiriman" in _page(owner, "/history/")

    def test_the_fixture_names_nobody(self, owner: Client, toko_sage: Business, now: datetime) -> None:
        channel = _connected(toko_sage)
        one = _payload(channel, now)
        answer = owner.get(_of(channel, f"came/{one.pk}/fixture.json"))
        assert answer.headers["Content-Disposition"] == f'attachment; filename="whatsapp-{one.pk}.json"'
        fixture = json.loads(answer.content)
        assert fixture["kind"] == "whatsapp"
        assert fixture["body"]["entry"][0]["access_token"] == "***"
        assert b"6281234567890" not in answer.content

    def test_the_list_is_narrowed_to_what_was_not_understood(
        self, owner: Client, toko_sage: Business, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        problems = ("", "parse_failed:KeyError", "parse_failed:TypeError", "unsupported:system")
        made = {problem: _payload(channel, now, problem, problem).pk for problem in problems}

        def listed(query: str) -> set[int]:
            page = _page(owner, _of(channel, "came/") + query)
            return {int(one) for one in re.findall(r'came/(\d+)/"', page)}

        assert listed("") == set(made.values())
        assert listed("?problem=any") == {made[problems[1]], made[problems[2]]}
        assert listed("?problem=unsupported") == {made[problems[3]]}
        assert listed("?problem=parse_failed") == {made[problems[1]], made[problems[2]]}
        page = _page(owner, _of(channel, "came/"))
        assert "bentuknya tidak kami kenal 2" in page
        assert "Baca ulang semua yang tersaring" not in page

    def test_many_are_read_again_with_progress_and_result(
        self, owner: Client, toko_sage: Business, now: datetime
    ) -> None:
        channel = _connected(toko_sage)
        for at in range(3):
            _payload(channel, now, str(at), "parse_failed:KeyError")
        other = _payload(channel, now, "other", "digest_failed:OSError")
        page = owner.post(_of(channel, "came/replay/"), {"problem": "parse_failed"}, follow=True)
        told = page.content.decode()
        assert "3 kiriman dibaca ulang." in told
        assert "0 dari 3 kiriman sudah dibaca." in told
        assert 'hx-trigger="every 2s"' in told
        assert "membaca ulang kiriman" in _page(owner, "/history/")
        digest_payloads(business=toko_sage, now=now)
        piece = owner.get(_of(channel, "came/?progress=1"), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in piece
        assert "3 kiriman selesai dibaca ulang." in piece
        assert "masih bermasalah." in piece
        other.refresh_from_db()
        assert other.problem == "digest_failed:OSError"
        nothing = owner.post(_of(channel, "came/replay/"), {"problem": "no_adapter"}, follow=True)
        assert "Tidak ada kiriman seperti itu lagi." in nothing.content.decode()

    def test_one_is_read_again(self, owner: Client, toko_sage: Business, now: datetime) -> None:
        channel = _connected(toko_sage)
        one, other = (_payload(channel, now, key, "parse_failed:KeyError") for key in "ab")
        page = owner.post(_of(channel, f"came/{one.pk}/replay/"), follow=True).content.decode()
        assert "Kiriman ini dibaca ulang." in page
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.digested_at, one.problem) == (None, "")
        assert other.problem

    def test_what_is_of_another_channel_or_no_number_is_no_page(
        self, owner: Client, toko_sage: Business, now: datetime
    ) -> None:
        one = _payload(_connected(toko_sage), now)
        other = find_or_make_channel(business=toko_sage, kind="line", now=now)
        _page(owner, _of(other, f"came/{one.pk}/"), 404)
        _page(owner, _of(other, f"came/{10**30}/"), 404)
        _page(owner, _of(other, "came/?after=99999999999999999999&problem=nothing"))
        _page(owner, _of(other, "sent/?after=x&state=nothing"))
