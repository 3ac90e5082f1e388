"""`purchase`: every order with its number among its buyer's, whether it was pushed, and our word after it."""

from __future__ import annotations

from typing import Any

from sapa.orders.types import INVALID_STATUSES

# As of an earlier moment, what ended or arrived later had not ended or arrived yet.
_KNOWN = """
CREATE TEMP TABLE known_order AS
SELECT o.id AS "order", i.contact, o.placed_at, day_of(o.placed_at) AS day, c.kind AS channel,
       CASE WHEN o.currency = getvariable('currency') THEN o.goods_total END AS value,
       NOT list_contains(getvariable('invalid'), o.status)
           OR coalesce(o.ended_at > getvariable('until'), false) AS is_valid,
       o.status <> 'unpaid' AS is_paid,
       o.is_masked AND i.contact IS NULL AS is_masked,
       o.has_voucher OR coalesce(
           (coalesce(o.list_total, o.goods_total + o.discount_total) - o.goods_total) * 100
           >= getvariable('pushed') * coalesce(o.list_total, o.goods_total + o.discount_total)
           AND coalesce(o.list_total, o.goods_total + o.discount_total) > 0, false) AS is_cheaper,
       CASE WHEN coalesce(o.delivered_at <= getvariable('until'), true) THEN o.delivered_at END AS delivered_at
FROM s_order o JOIN s_identity i ON i.id = o.identity LEFT JOIN s_channel c ON c.id = o.channel
"""

_OFFERED = """
CREATE TEMP TABLE offered AS
SELECT o."order" FROM known_order o ASOF JOIN (
    SELECT contact, happened_at FROM said WHERE is_promotional AND contact IS NOT NULL
) p ON p.contact = o.contact AND p.happened_at <= o.placed_at
WHERE o.placed_at - p.happened_at <= hours(7 * 24)
"""

_NUMBERED = """
CREATE TEMP TABLE numbered AS
SELECT *, CASE WHEN is_valid AND is_paid THEN coalesce(delivered_at, placed_at + hours(48)) END AS received_at,
       CASE WHEN is_valid AND contact IS NOT NULL THEN
           row_number() OVER (PARTITION BY contact, is_valid ORDER BY placed_at, "order") END AS nth
FROM known_order
"""

# A human word: a message that no machine wrote, or a teammate's word that they wrote or called elsewhere.
_OUR_WORDS = """
CREATE TEMP TABLE our_word AS
SELECT contact, happened_at FROM said WHERE NOT is_in AND NOT is_automatic AND contact IS NOT NULL
UNION ALL
SELECT contact, happened_at FROM touch WHERE kind = 'answered.elsewhere'
    OR kind = 'action.done' AND measures ->> '$.metric' = 'after_sales_coverage'
"""

_PURCHASE = """
CREATE TABLE purchase AS
SELECT n."order", n.contact, n.placed_at, n.day, month_of(n.day) AS month, n.channel, n.value, n.is_valid, n.is_masked,
       n.is_cheaper OR f."order" IS NOT NULL AS is_pushed, CAST(n.nth AS INTEGER) AS nth, n.received_at, w.word_at
FROM numbered n
LEFT JOIN offered f ON f."order" = n."order"
LEFT JOIN (
    SELECT o."order", min(s.happened_at) AS word_at FROM numbered o JOIN our_word s ON s.contact = o.contact
        AND s.happened_at BETWEEN o.received_at + hours(24) AND o.received_at + hours(30 * 24)
    GROUP BY o."order"
) w ON w."order" = n."order"
ORDER BY n.contact, n.placed_at, n."order"
"""


def build_orders(con: Any) -> None:
    """Makes `purchase` from the staged orders and what was said."""
    con.execute("SET VARIABLE invalid = ?", [sorted(INVALID_STATUSES)])
    for statement in (_KNOWN, _OFFERED, _NUMBERED, _OUR_WORDS, _PURCHASE):
        con.execute(statement)
