"""Ajakan: who recommends the shop, whom they bring, and what they can pass on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.lib import clock
from sapa.metrics.models import StoryKit
from sapa.metrics.referrals.kits import find_kit, get_kit, list_kits, read_kit
from sapa.metrics.referrals.operations import KitError, end_kit, make_kit, record_kit_visit
from sapa.metrics.referrals.queries import (
    count_referrals,
    get_evidence,
    list_advocates,
    list_brought,
    list_signs,
)
from sapa.readings.operations import judge_referral
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import after_write, draw_form, refresh, tell, undo_address
from sapa.web.forms import SapaForm

_ROBOTS = ("bot", "crawl", "spider", "preview", "facebookexternalhit", "whatsapp", "telegram")
_SHOWN = 50


class KitForm(SapaForm):
    """Words to pass on, the code, and where the link leads."""

    code = forms.CharField(
        label=gettext_lazy("Kode"),
        help_text=gettext_lazy("4 sampai 16 huruf besar dan angka, misalnya RINA10."),
        max_length=16,
    )
    text = forms.CharField(
        label=gettext_lazy("Cerita yang diteruskan"),
        help_text=gettext_lazy("Beberapa kalimat yang enak dibagikan. Tautan dan kode ditambahkan sendiri."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    target = forms.URLField(
        label=gettext_lazy("Tautan ini menuju"),
        help_text=gettext_lazy("Alamat toko, katalog, atau wa.me Anda."),
        max_length=300,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].error_messages["invalid"] = _(
            "Tautan ini tidak lengkap. Contoh: https://wa.me/62812."
        )


@screen()
def referrals(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return render(request, "web/referrals.html", _context(seat))


def _context(seat: Seat) -> dict[str, Any]:
    return {
        "counts": count_referrals(seat.business),
        "signs": [(_kind(sign.kind), sign) for sign in list_signs(seat.business)],
        "advocates": list_advocates(seat.business)[:_SHOWN],
        "brought": list_brought(seat.business)[:_SHOWN],
        "kits": list_kits(seat.business),
    }


def _kind(code: str) -> str:
    return {
        "testimonial": _("cerita puas"),
        "sent_friend": _("mengajak teman"),
        "sends_link": _("mengirim tautan"),
        "mentions_brand": _("menyebut toko di grup"),
        "review": _("ulasan bagus"),
        "arrival": _("datang karena diajak"),
    }.get(code, code)


@act_only(Act.WORK)
def referral_judge(request: SeatedRequest, seat: Seat, message_id: int) -> HttpResponse:
    """One tap: it is a referral, by whom if that is known; or it is none."""
    try:
        message = get_evidence(seat.business, message_id)
        referrer = _referrer(request, seat, message)
    except (Message.DoesNotExist, Contact.DoesNotExist) as error:
        raise Http404 from error
    is_one = request.POST.get("verdict") != "no"
    word = judge_referral(
        business=seat.business,
        message=message,
        is_one=is_one,
        referrer=referrer,
        by=seat.teammate,
        now=seat.now,
    )
    refresh(seat)
    told = _("Ajakan dicatat.") if is_one else _("Dicatat: bukan ajakan. Angkanya ikut berubah.")
    tell(request, told, undo_address(seat, "referral", word.pk))
    return after_write(request, reverse("referrals"))


def _referrer(request: SeatedRequest, seat: Seat, message: Message) -> Contact | None:
    asked = request.POST.get("referrer", "")
    if not asked:
        return None
    try:
        public_id = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    author = message.identity.contact_id if message.identity else None
    found = Contact.objects.filter(business=seat.business, merged_into__isnull=True)
    return found.exclude(pk=author or 0).get(public_id=public_id)


@screen(Act.WORK, write=Act.WORK)
def kit_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A story for a customer to pass on."""
    advocate = _find_advocate(seat, request.GET.get("for", ""))
    form = KitForm(request.POST or None, initial={"code": _propose(advocate)})
    if request.method == "POST" and form.is_valid():
        try:
            kit = make_kit(
                business=seat.business,
                code=form.cleaned_data["code"],
                text=form.cleaned_data["text"],
                target=form.cleaned_data["target"],
                advocate=advocate,
                by=seat.teammate,
                now=seat.now,
            )
        except KitError as error:
            said = {
                "code": _("Kode: 4 sampai 16 huruf dan angka, tanpa spasi."),
                "taken": _("Kode ini sudah dipakai. Pilih kode lain."),
            }
            form.add_error("code", said[str(error)])
        else:
            tell(request, _("Bahan cerita siap dibagikan."), undo_address(seat, "kit", kit.pk))
            return after_write(request, reverse("kit", args=[kit.public_id]))
    return draw_form(request, "web/kit_new.html", {"form": form, "advocate": advocate})


def _find_advocate(seat: Seat, text: str) -> Contact | None:
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    return Contact.objects.filter(business=seat.business, public_id=public_id).first()


def _propose(advocate: Contact | None) -> str:
    letters = "".join(
        one
        for one in (advocate.name if advocate else "CERITA").split(" ")[0].upper()
        if one.isascii() and one.isalnum()
    )
    return f"{letters[:12]}10" if letters else ""


@screen()
def kit(request: SeatedRequest, seat: Seat, kit_id: UUID) -> HttpResponse:
    """One kit with its link, picture to scan, code, and what came of it."""
    found = _kit(seat, kit_id)
    link = request.build_absolute_uri(reverse("story", args=[seat.business.slug, found.code]))
    context = {"kit": read_kit(found), "link": link, "qr": draw_qr(link), "kit_id": found.public_id}
    return render(request, "web/kit.html", context)


def draw_qr(text: str) -> SafeString:
    """A QR code as SVG, drawn in the page's own colour on white."""
    picture = segno.make(text, error="m", micro=False)
    drawn = picture.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", omitsize=False)
    # segno writes the drawing from modules alone; the text is not part of it.
    return mark_safe(drawn)  # noqa: S308


def _kit(seat: Seat, kit_id: UUID) -> StoryKit:
    try:
        return get_kit(seat.business, kit_id)
    except StoryKit.DoesNotExist as error:
        raise Http404 from error


@act_only(Act.WORK)
def kit_end(request: SeatedRequest, seat: Seat, kit_id: UUID) -> HttpResponse:
    found = _kit(seat, kit_id)
    end_kit(kit=found, by=seat.teammate, now=seat.now)
    tell(request, _("Tautan dimatikan. Hitungannya tetap ada."), undo_address(seat, "kit", found.pk))
    return after_write(request, reverse("referrals"))


def story(request: HttpRequest, shop: str, code: str) -> HttpResponse:
    """The link that customers pass on: counted, then on to where the shop wants it."""
    found = find_kit(shop, code)
    if found is None:
        raise Http404
    agent = request.headers.get("User-Agent", "").casefold()
    if request.method == "GET" and not any(robot in agent for robot in _ROBOTS):
        record_kit_visit(kit=found, now=clock.now())
    mark = "&" if "?" in found.target else "?"
    answer = redirect(f"{found.target}{mark}utm_source=referral&utm_medium=story&utm_campaign={found.code}")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
