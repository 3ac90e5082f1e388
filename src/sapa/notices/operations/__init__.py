"""Writes about telling teammates."""

from sapa.notices.operations.devices import add_device, drop_device, drop_endpoint
from sapa.notices.operations.escalating import tell_of_escalations
from sapa.notices.operations.following import tell_of_news
from sapa.notices.operations.mornings import send_due_mornings, send_morning, stop_morning_mail
from sapa.notices.operations.sending import send_due_pushes, send_test
from sapa.notices.operations.telling import drop_old, mark_all_read, mark_read, notify
from sapa.notices.operations.wishes import save_wish

__all__ = [
    "add_device",
    "drop_device",
    "drop_endpoint",
    "drop_old",
    "mark_all_read",
    "mark_read",
    "notify",
    "save_wish",
    "send_due_mornings",
    "send_due_pushes",
    "send_morning",
    "send_test",
    "stop_morning_mail",
    "tell_of_escalations",
    "tell_of_news",
]
