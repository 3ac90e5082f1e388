"""The tables of the columnar copy, enriched so that every figure is a plain aggregate.

All moments are microseconds since 1970 (UTC) as integers and end in `_at`; days are whole days since 1970 in
the shop's zone; months are year * 12 + month - 1. Integers make differences plain and mean the same on
every engine. No column depends on the present moment (property 8 of the design).
"""

from __future__ import annotations

VERSION = 6
"""Version of the builder: another one means that a copy is built anew."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Columns = dict[str, str]

EV: Columns = {
    "contact": "int64",
    "touch": "int64",
    "happened_at": "int64",
    "day": "int32",
    "kind": "string",
    "phase": "string",
    "channel": "string",
    "by_shop": "boolean",
    "prev": "string",  # kind of the touchpoint before it, null for the first
    "gap": "int64",  # microseconds since that one
    "opens_edge": "boolean",  # the contact's first step from `prev` to `kind`
    "seen_day": "int32",  # the day on which its contact was first seen
}

CUST: Columns = {
    "contact": "int64",
    "seen_at": "int64",
    "seen_day": "int32",
    "seen_month": "int32",
    "contact_at": "int64",  # earliest ad click, form, message, call or visit
    "hot_at": "int64",  # earliest ad click, form or buying question
    "asked_at": "int64",  # first question, form, cart, call or visit
    "questions": "int32",  # messages that asked something
    "signed_up_at": "int64",
    "order_came_first": "boolean",  # nothing is known before the first valid order
    "first_order_at": "int64",
    "first_order_day": "int32",
    "first_order_month": "int32",
    "first_order_value": "int64",
    "second_order_at": "int64",
    "second_is_pushed": "boolean",
    "orders": "int32",
    "order_value": "int64",  # of all valid orders in the shop's currency
    "last_order_at": "int64",
    "rhythm": "float64",  # median microseconds between orders, null below three
    "received_at": "int64",  # of the first order
    "first_spoke_after_at": "int64",  # our first human word 1 to 30 days after a delivery
    "last_word_at": "int64",
    "last_seen_at": "int64",  # last touch that was not the shop's own
    "is_only_in_group": "boolean",
    "is_reachable": "boolean",
    "question": "int64",  # id of the last message that asked, before the first order if there is one
    "question_at": "int64",
    "topic": "string",  # its topic, null where it could not be read
    "origin_channel": "string",
    "origin_context": "string",
    "path": "string",  # kinds of channel up to the first purchase, joined by '>'
    "referred_at": "int64",  # first referral that nobody asked for, after the first order
    "has_service_trouble": "boolean",  # a complaint or a return after the first order
    "trouble_at": "int64",  # the first of these
    "trouble_day": "int32",
    "trouble_month": "int32",
}

PURCHASE: Columns = {
    "order": "int64",
    "contact": "int64",
    "placed_at": "int64",
    "day": "int32",
    "month": "int32",
    "channel": "string",
    "value": "int64",  # goods after discounts, null in another currency
    "is_valid": "boolean",
    "is_masked": "boolean",
    "is_pushed": "boolean",
    "nth": "int32",  # among the contact's valid orders, from 1
    "received_at": "int64",
    "word_at": "int64",  # our first human word 1 to 30 days after it was received
}

TALK: Columns = {
    "conversation": "int64",
    "contact": "int64",
    "channel": "string",
    "opened_at": "int64",
    "day": "int32",
    "month": "int32",
    "last_at": "int64",
    "answered_at": "int64",
    "minutes": "float64",  # of business hours until the first answer
    "deadline_at": "int64",  # when the reply target had passed in business hours
    "needs_none": "boolean",  # a teammate said that no answer is needed
    "is_settled": "boolean",  # nothing that the person asked is left without a human answer
    "reopened_at": "int64",  # the person's next conversation in the thread
}

REPLY: Columns = {
    "conversation": "int64",
    "contact": "int64",
    "channel": "string",
    "asked": "int64",  # id of the message that asked
    "asked_at": "int64",
    "day": "int32",
    "month": "int32",
    "hour": "int32",  # of the day, in the shop's zone
    "is_first": "boolean",  # the first question of its talk
    "answer": "int64",  # id of the message that answered, null where it was answered elsewhere or not at all
    "answered_at": "int64",
    "teammate": "int64",  # who answered, null where nobody knows
    "minutes": "float64",  # of business hours until the answer
    "wall_minutes": "float64",
    "deadline_at": "int64",  # when the target of its channel had passed in business hours
    "needs_none": "boolean",  # a teammate said that no answer is needed
    "ended_at": "int64",  # when they no longer waited, at the latest 72 hours after the last word
    "others": "int32",  # how many others waited at that moment
}

CLOSING: Columns = {
    "conversation": "int64",
    "contact": "int64",
    "channel": "string",
    "opened_at": "int64",  # of the talk that was closed
    "closed_at": "int64",
    "day": "int32",
    "month": "int32",
    "teammate": "int64",  # who closed it
    "minutes": "float64",  # of business hours
    "wall_minutes": "float64",
}

PROM: Columns = {
    "contact": "int64",
    "kind": "string",
    "made_at": "int64",
    "day": "int32",
    "month": "int32",
    "due_at": "int64",
    "done_at": "int64",
    "is_dismissed": "boolean",
}

SURVEY: Columns = {
    "contact": "int64",
    "survey": "string",
    "score": "int32",
    "happened_at": "int64",
    "day": "int32",
    "month": "int32",
}

REFERRAL: Columns = {
    "contact": "int64",
    "happened_at": "int64",
    "day": "int32",
    "month": "int32",
    "kind": "string",  # testimonial, sent_friend, sends_link, mentions_brand, review, arrival
    "is_prompted": "boolean",
    "is_by_buyer": "boolean",
}

TABLES: dict[str, Columns] = {
    "ev": EV,
    "cust": CUST,
    "purchase": PURCHASE,
    "talk": TALK,
    "reply": REPLY,
    "closing": CLOSING,
    "prom": PROM,
    "survey": SURVEY,
    "referral": REFERRAL,
}
