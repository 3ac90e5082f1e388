"""How many who had trouble buy again: whether a complaint was solved well (S4.15)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import DAY
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def troubled(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Buyers by the day of their first trouble, with the next valid order and whether their talk was settled."""
    people = t.cust.filter(t.cust.trouble_at.notnull())
    bought = t.purchase.filter(t.purchase.nth.notnull()).select("contact", "placed_at")
    later = people.join(
        bought,
        [people.contact == bought.contact, bought.placed_at > people.trouble_at],
        rname="{name}_of_order",
    )
    following = later.group_by("contact").aggregate(next_order_at=later.placed_at.min())
    spoken = t.talk.select("contact", "opened_at", "last_at", "is_settled", "reopened_at")
    about = people.join(
        spoken,
        [
            people.contact == spoken.contact,
            spoken.opened_at <= people.trouble_at,
            spoken.last_at >= people.trouble_at,
        ],
        rname="{name}_of_talk",
    )
    is_solved = about.is_settled & ~(about.reopened_at <= about.last_at + 7 * DAY).fill_null(False)
    solved = about.group_by("contact").aggregate(is_solved=is_solved.max())
    with_next = people.left_join(following, "contact").drop("contact_right")
    return with_next.left_join(solved, "contact").drop("contact_right")


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = troubled(t, a)
    found = within(people, people.trouble_day, a)
    return found.select(
        contact=found.contact,
        day=found.trouble_day,
        month=found.trouble_month,
        value=hit(found.next_order_at <= found.trouble_at + 90 * DAY),
        left_out=first_reason((found.trouble_at + 90 * DAY > a.now, "too_recent")),
        part=found.is_solved.fill_null(False).ifelse("settled", "not_settled"),
    )


METRIC = Metric(
    key="complaint_recovery",
    question=_("Berapa bagian pembeli yang mengeluh tetap membeli lagi?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Pembeli yang pertama kali mengeluh atau mengembalikan barang dalam jangka ini, minimal 90 hari lalu: berapa"
        " bagian yang membeli lagi dalam 90 hari sesudahnya. Dirinci: yang percakapannya sudah selesai, dan yang belum."
    ),
    exclusions={"too_recent": _("belum 90 hari sejak keluhan")},
    target=0.2,
    owner_role="supervisor",
    rules=("complaint", "promise"),
    tomorrow=_("Selesaikan keluhan yang masih terbuka, lalu tanyakan apakah sudah beres."),
    marketing=_("Memperbaiki keterangan yang membuat orang kecewa."),
    sales=_("Tidak menawarkan apa pun sebelum masalahnya beres."),
    service=_("Menyelesaikan sampai pembeli sendiri bilang beres."),
    yes=_("membeli lagi"),
    no=_("belum membeli lagi"),
    settles_after=91,
    is_split=True,
    rows=rows,
    outcome="repeat",
)
