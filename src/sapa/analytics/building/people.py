"""`referral` and `cust`: one row a contact, with its path, its last question and its first two orders."""

from __future__ import annotations

from typing import Any

from sapa.analytics.rules import (
    ASKING_KINDS,
    CONTACT_KINDS,
    DECISION_KINDS,
    HOT_KINDS,
    REACHABLE_KINDS,
    WORD_KINDS,
)

_BOUGHT = """
CREATE TEMP TABLE bought AS
WITH numbered AS (
    SELECT *, placed_at - lag(placed_at) OVER (PARTITION BY contact ORDER BY nth) AS gap
    FROM purchase WHERE nth IS NOT NULL
), daily AS (
    SELECT contact, day, min(placed_at) AS placed_at FROM purchase WHERE nth IS NOT NULL GROUP BY contact, day
), paced AS (
    SELECT contact, placed_at - lag(placed_at) OVER (PARTITION BY contact ORDER BY placed_at) AS gap FROM daily
), rhythm AS (
    SELECT contact, median(gap) AS rhythm FROM paced GROUP BY contact HAVING count(gap) >= 2
)
SELECT n.contact, min(n.placed_at) AS first_order_at, min(n.day) AS first_order_day,
       any_value(n.value) FILTER (n.nth = 1) AS first_order_value,
       any_value(n.received_at) FILTER (n.nth = 1) AS received_at,
       any_value(n.placed_at) FILTER (n.nth = 2) AS second_order_at,
       any_value(n.is_pushed) FILTER (n.nth = 2) AS second_is_pushed,
       count(*) AS orders, coalesce(sum(n.value), 0) AS order_value, max(n.placed_at) AS last_order_at,
       min(n.word_at) AS first_spoke_after_at, any_value(r.rhythm) AS rhythm
FROM numbered n LEFT JOIN rhythm r ON r.contact = n.contact GROUP BY n.contact
"""

_TOLD = """
CREATE TEMP TABLE told AS
SELECT i.contact, min(t.happened_at) AS told_at,
       min({'at': t.happened_at, 'channel': t.channel}) FILTER (t.channel NOT IN ('', 'referral')).channel AS channel,
       min(t.happened_at) FILTER (t.referrer <> '' OR t.channel = 'referral') AS referred_at
FROM s_told t JOIN s_identity i ON i.id = t.identity WHERE i.contact IS NOT NULL GROUP BY i.contact
"""

_TOUCHED = """
CREATE TEMP TABLE touched AS
SELECT t.contact, min(t.happened_at) AS first_at,
       min(t.happened_at) FILTER (t.kind NOT LIKE 'order.%') AS before_order_at,
       min(t.happened_at) FILTER (t.kind = 'order.placed') AS placed_at,
       min(t.happened_at) FILTER (list_contains(getvariable('contacting'), t.kind)) AS contact_at,
       min(t.happened_at) FILTER (list_contains(getvariable('heating'), t.kind)) AS hot_at,
       min(t.happened_at) FILTER (list_contains(getvariable('asking'), t.kind)) AS asked_at,
       min(t.happened_at) FILTER (t.kind = 'web.signup') AS signed_up_at,
       max(t.happened_at) FILTER (list_contains(getvariable('words'), t.kind)) AS last_word_at,
       max(t.happened_at) FILTER (NOT list_contains(getvariable('ours'), t.kind)) AS last_seen_at,
       bool_and(t.in_group OR t.kind = 'origin.told') AND bool_or(t.in_group) AS is_only_in_group
FROM touch t WHERE NOT list_contains(getvariable('decisions'), t.kind) GROUP BY t.contact
"""

_TALKED = """
CREATE TEMP TABLE talked AS
SELECT s.contact, min(s.happened_at) FILTER (s.asks) AS asked_at, min(s.happened_at) FILTER (s.buys) AS hot_at,
       count(*) FILTER (s.asks) AS questions,
       max({'at': s.happened_at, 'rank': s.rank, 'id': s.id, 'topic': s.intent})
           FILTER (s.asks AND s.has_topic AND s.happened_at <= coalesce(b.first_order_at, s.happened_at)) AS question,
       bool_or(NOT s.is_group) AS is_private,
       min(s.happened_at) FILTER (s.complains_later AND s.happened_at > b.first_order_at) AS complained_at
FROM said s LEFT JOIN bought b ON b.contact = s.contact WHERE s.contact IS NOT NULL GROUP BY s.contact
"""

_TROUBLED = """
CREATE TEMP TABLE troubled AS
SELECT t.contact, min(t.happened_at) AS troubled_at FROM touch t JOIN bought b ON b.contact = t.contact
WHERE t.kind IN ('note.complaint', 'order.returned', 'order.refunded') AND t.happened_at > b.first_order_at
GROUP BY t.contact
"""

# A referral is one a person and day; "asked" is a request of ours in the seven days before it.
_REFERRAL = """
CREATE TABLE referral AS
WITH given AS (
    SELECT s.contact, s.happened_at, s.referral AS kind
    FROM said s JOIN bought b ON b.contact = s.contact AND s.happened_at >= b.first_order_at
    WHERE s.referral IN ('testimonial', 'sent_friend', 'sends_link', 'mentions_brand')
    UNION ALL
    SELECT t.contact, t.happened_at, 'review' FROM touch t
    JOIN bought b ON b.contact = t.contact AND t.happened_at >= b.first_order_at
    WHERE t.kind = 'review.posted' AND coalesce(CAST(t.measures ->> '$.stars' AS INTEGER), 5) >= 4
), daily AS (
    SELECT contact, day_of(happened_at) AS day, min(happened_at) AS happened_at,
           min({'at': happened_at, 'kind': kind}).kind AS kind
    FROM given GROUP BY contact, day_of(happened_at)
), asked AS (
    SELECT contact, happened_at FROM said WHERE asks_for_word AND contact IS NOT NULL
), arrived AS (
    SELECT contact, min(happened_at) AS happened_at FROM (
        SELECT contact, referred_at AS happened_at FROM told WHERE referred_at IS NOT NULL
        UNION ALL
        SELECT s.contact, s.happened_at FROM said s LEFT JOIN bought b ON b.contact = s.contact
        WHERE s.contact IS NOT NULL AND s.referral = 'came_by_referral'
            AND s.happened_at < coalesce(b.first_order_at, s.happened_at + 1)
    ) GROUP BY contact
)
SELECT d.contact, d.happened_at, d.day, month_of(d.day) AS month, d.kind,
       a.happened_at IS NOT NULL AND d.happened_at - a.happened_at <= hours(7 * 24) AS is_prompted, true AS is_by_buyer
FROM daily d ASOF LEFT JOIN asked a ON a.contact = d.contact AND a.happened_at <= d.happened_at
UNION ALL
SELECT contact, happened_at, day_of(happened_at), month_of(day_of(happened_at)), 'arrival', false, false FROM arrived
"""

# Kinds of channel in order, repeats folded, up to the first purchase: what was told, then each touch as one step, a
# visit as the place it came from where that is known. The shop's own order book is no place where people are.
_PATHS = """
CREATE TEMP TABLE trail AS
WITH steps AS (
    SELECT contact, -9223372036854775807 AS happened_at, 0 AS rank, 0 AS touch, channel AS step FROM told
    UNION ALL
    SELECT t.contact, t.happened_at, t.rank, t.touch, coalesce(p.place, t.channel) FROM touch t
    LEFT JOIN place p ON t.kind LIKE 'web.%' AND p.source IS NOT DISTINCT FROM t.source
        AND p.host IS NOT DISTINCT FROM t.host
    WHERE t.kind NOT IN ('origin.told', 'survey.answered') AND NOT list_contains(getvariable('decisions'), t.kind)
        AND (t.kind NOT LIKE 'order.%' OR t.kind = 'order.placed')
), ahead AS (
    SELECT s.*, lag(s.step) OVER (PARTITION BY s.contact ORDER BY s.happened_at, s.rank, s.touch) AS prev
    FROM steps s LEFT JOIN bought b ON b.contact = s.contact
    WHERE s.step NOT IN ('', 'shop') AND s.happened_at <= coalesce(b.first_order_at, s.happened_at)
)
SELECT contact, string_agg(step, '>' ORDER BY happened_at, rank, touch) AS path
FROM ahead WHERE prev IS DISTINCT FROM step GROUP BY contact
"""

_REACHED = """
CREATE TEMP TABLE reached AS
SELECT DISTINCT contact FROM s_identity WHERE contact IS NOT NULL AND list_contains(getvariable('reachable'), kind)
"""

_CUST = """
CREATE TABLE cust AS
WITH known AS (
    SELECT contact FROM touched UNION SELECT contact FROM told UNION SELECT contact FROM talked
    UNION SELECT contact FROM bought UNION SELECT contact FROM touch
), firsts AS (
    SELECT k.contact, least(t.first_at, o.told_at, b.first_order_at, w.first_at, f.first_at) AS seen_at,
           least(t.before_order_at, o.told_at, t.placed_at) AS heard_at,
           least(t.before_order_at, o.told_at) AS told_or_touched_at
    FROM known k
    LEFT JOIN touched t ON t.contact = k.contact
    LEFT JOIN told o ON o.contact = k.contact
    LEFT JOIN bought b ON b.contact = k.contact
    LEFT JOIN (SELECT contact, min(happened_at) AS first_at FROM said GROUP BY contact) w ON w.contact = k.contact
    LEFT JOIN (SELECT contact, min(happened_at) AS first_at FROM touch GROUP BY contact) f ON f.contact = k.contact
)
SELECT f.contact, f.seen_at, day_of(f.seen_at) AS seen_day, month_of(day_of(f.seen_at)) AS seen_month,
       t.contact_at, least(t.hot_at, s.hot_at) AS hot_at, least(t.asked_at, s.asked_at) AS asked_at,
       CAST(coalesce(s.questions, 0) AS INTEGER) AS questions, t.signed_up_at,
       b.first_order_at IS NOT NULL AND NOT coalesce(f.heard_at < b.first_order_at, false)
           AND NOT coalesce(f.told_or_touched_at <= b.first_order_at, false) AS order_came_first,
       b.first_order_at, b.first_order_day, month_of(b.first_order_day) AS first_order_month, b.first_order_value,
       b.second_order_at, b.second_is_pushed, CAST(coalesce(b.orders, 0) AS INTEGER) AS orders,
       CAST(coalesce(b.order_value, 0) AS BIGINT) AS order_value, b.last_order_at, b.rhythm, b.received_at,
       b.first_spoke_after_at, t.last_word_at, coalesce(t.last_seen_at, f.seen_at) AS last_seen_at,
       coalesce(t.is_only_in_group, false) AND b.contact IS NULL AS is_only_in_group,
       r.contact IS NOT NULL OR coalesce(s.is_private, false) AS is_reachable,
       s.question.id AS question, s.question.at AS question_at, s.question.topic AS topic,
       nullif(o.channel, 'shop') AS origin_channel, o.context AS origin_context, p.path,
       e.referred_at, s.complained_at IS NOT NULL OR x.contact IS NOT NULL AS has_service_trouble,
       least(s.complained_at, x.troubled_at) AS trouble_at,
       day_of(least(s.complained_at, x.troubled_at)) AS trouble_day,
       month_of(day_of(least(s.complained_at, x.troubled_at))) AS trouble_month
FROM firsts f
LEFT JOIN touched t ON t.contact = f.contact
LEFT JOIN talked s ON s.contact = f.contact
LEFT JOIN bought b ON b.contact = f.contact
LEFT JOIN origin o ON o.contact = f.contact
LEFT JOIN trail p ON p.contact = f.contact
LEFT JOIN reached r ON r.contact = f.contact
LEFT JOIN troubled x ON x.contact = f.contact
LEFT JOIN (
    SELECT contact, min(happened_at) AS referred_at FROM referral WHERE is_by_buyer AND NOT is_prompted GROUP BY contact
) e ON e.contact = f.contact
ORDER BY f.seen_at, f.contact
"""

_NAMED = {
    "contacting": CONTACT_KINDS,
    "heating": HOT_KINDS,
    "asking": ASKING_KINDS,
    "words": WORD_KINDS,
    "decisions": DECISION_KINDS,
    "reachable": REACHABLE_KINDS,
}


def build_people(con: Any) -> None:
    """Makes `referral` and `cust` from the working tables and `purchase`."""
    for name, codes in _NAMED.items():
        con.execute(f"SET VARIABLE {name} = ?", [list(codes)])
    for statement in (_BOUGHT, _TOLD, _TOUCHED, _TALKED, _TROUBLED, _REFERRAL, _PATHS, _REACHED, _CUST):
        con.execute(statement)
