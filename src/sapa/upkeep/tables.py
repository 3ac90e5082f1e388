"""Every table of every room is fact or derived, never both; the derived ones can be thrown away and made again.

Derived columns that stand on facts are listed beside them. Tests hold these lists against the app registry.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

FACTS = frozenset(
    {
        "accounts.AuditEntry",
        "accounts.Business",
        "accounts.Hours",
        "accounts.SignInAttempt",
        "accounts.SignInLink",
        "accounts.Team",
        "accounts.TeamPlace",
        "accounts.Teammate",
        "accounts.User",
        "channels.Channel",
        "contacts.Apart",
        "contacts.Change",
        "contacts.Consent",
        "contacts.Contact",
        "contacts.Cursor",
        "contacts.Description",
        "contacts.Identity",
        "contacts.Link",
        "contacts.Statement",
        "contacts.ToldOrigin",
        "timeline.Touchpoint",
        "conversations.Attachment",
        "conversations.Conversation",
        "conversations.Draft",
        "conversations.Label",
        "conversations.Labelling",
        "conversations.Mark",
        "conversations.Message",
        "conversations.Note",
        "conversations.Presence",
        "conversations.Remark",
        "conversations.Stir",
        "orders.Order",
        "orders.OrderStep",
        "orders.Parcel",
        "orders.Payment",
        "orders.Scan",
        "reviews.Review",
        "responses.Response",
        "gateway.Dispatch",
        "gateway.DispatchTry",
        "gateway.Lookup",
        "gateway.OrderMention",
        "gateway.Payload",
        "gateway.Receipt",
        "gateway.ScheduledMessage",
        "gateway.Template",
        "readings.Correction",
        "promises.PromiseStatement",
        "knowledge.Answer",
        "moments.Moment",
        "surveys.Ask",
        "surveys.Survey",
        "automations.Automation",
        "automations.Run",
        "imports.Batch",
        "imports.BatchFile",
        "imports.Effect",
        "imports.FailedRow",
        "imports.Mapping",
        "metrics.Target",
        "journeys.Marker",
        "actions.Decision",
        "notices.Bookmark",
        "notices.Device",
        "notices.MorningMail",
        "notices.Notice",
        "notices.Push",
        "notices.Wish",
        "programs.Call",
        "programs.CallTry",
        "programs.KeptAnswer",
        "programs.Listener",
        "programs.Token",
    }
)

# In the order in which they may be emptied.
DERIVED = (
    "actions.Action",
    "actions.Escalation",
    "standings.Standing",
    "promises.Promise",
    "readings.Reading",
    "contacts.Suggestion",
)

DERIVED_COLUMNS = {
    "contacts.Identity": ("contact",),
    "timeline.Touchpoint": ("phase",),
    "conversations.Conversation": (
        "last_message_at",
        "last_in_at",
        "last_out_at",
        "waiting_since",
        "window_closes_at",
    ),
    "conversations.Message": ("send_status",),
    "orders.Order": (
        "identity",
        "status",
        "placed_at",
        "paid_at",
        "shipped_at",
        "delivered_at",
        "ended_at",
        "currency",
        "goods_total",
        "list_total",
        "discount_total",
        "voucher_codes",
        "items",
        "tracking_number",
        "is_masked",
        "buyer_hint",
    ),
}

# Where people's words or addresses stand: each has an eraser in `upkeep.operations.forgetting`.
WORDS = {
    "contacts.Contact": ("name", "name_key"),
    "contacts.Identity": ("value", "name"),
    "contacts.Description": ("city", "address", "note", "preferences"),
    "contacts.ToldOrigin": ("context", "referrer"),
    "contacts.Statement": ("value", "why"),
    "conversations.Conversation": ("key", "title"),
    "conversations.Message": ("text", "media", "former_texts", "reactions", "provider_id", "reply_to"),
    "conversations.Attachment": ("name", "ref", "stored_as"),
    "conversations.Draft": ("text",),
    "conversations.Remark": ("text",),
    "conversations.Note": ("text", "outcome"),
    "orders.OrderStep": ("values",),
    "orders.Order": ("tracking_number", "buyer_hint"),
    "orders.Parcel": ("waybill",),
    "orders.Scan": ("detail",),
    "reviews.Review": ("text",),
    "responses.Response": ("words",),
    "gateway.Payload": ("head", "body"),
    "gateway.Receipt": ("provider_id",),
    "gateway.Dispatch": ("recipient", "content"),
    "gateway.DispatchTry": ("detail",),
    "gateway.ScheduledMessage": ("text", "content"),
    "notices.Notice": ("title", "line"),
    "programs.KeptAnswer": ("body",),
    "imports.FailedRow": ("raw", "problem"),
    "imports.BatchFile": ("stored_as", "name"),
}


def derived_models() -> list[type[Model]]:
    """The models of `DERIVED`, in the order in which their rows may go."""
    return [apps.get_model(label) for label in DERIVED]
