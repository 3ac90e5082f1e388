"""Out: the outbox, its guards, the files, tokens and polls of connected channels (property 6 of the design)."""

from sapa.gateway.dispatch.composing import find_by_key, render_template, send_message
from sapa.gateway.dispatch.connecting import hook_path, set_prices, try_and_connect
from sapa.gateway.dispatch.deciding import cancel, retry, settle_uncertain
from sapa.gateway.dispatch.estimating import count_written, estimate_month
from sapa.gateway.dispatch.logged import count_log, list_log, state_of
from sapa.gateway.dispatch.media import fetch_again, fetch_due_media, store_upload
from sapa.gateway.dispatch.polling import poll_due_channels
from sapa.gateway.dispatch.queries import (
    count_at_risk,
    get_dispatch,
    get_sendability,
    list_month_costs,
    list_templates,
    list_tries,
    list_undelivered,
    spent_this_month,
    tell_broken,
)
from sapa.gateway.dispatch.scheduled import (
    cancel_scheduled,
    list_scheduled,
    reschedule,
    say_window,
    schedule_message,
    send_scheduled,
    warn_of_window,
)
from sapa.gateway.dispatch.sending import send_due, settle_stale
from sapa.gateway.dispatch.tokens import refresh_due_tokens
from sapa.gateway.dispatch.types import CannotSendError, MonthCost, Sendability
from sapa.gateway.dispatch.words import say_failure

__all__ = [
    "CannotSendError",
    "MonthCost",
    "Sendability",
    "cancel",
    "cancel_scheduled",
    "count_at_risk",
    "count_log",
    "count_written",
    "estimate_month",
    "fetch_again",
    "fetch_due_media",
    "find_by_key",
    "get_dispatch",
    "get_sendability",
    "hook_path",
    "list_log",
    "list_month_costs",
    "list_scheduled",
    "list_templates",
    "list_tries",
    "list_undelivered",
    "poll_due_channels",
    "refresh_due_tokens",
    "render_template",
    "reschedule",
    "retry",
    "say_failure",
    "say_window",
    "schedule_message",
    "send_due",
    "send_message",
    "send_scheduled",
    "set_prices",
    "settle_stale",
    "settle_uncertain",
    "spent_this_month",
    "state_of",
    "store_upload",
    "tell_broken",
    "try_and_connect",
    "warn_of_window",
]
