"""Facts of a shop of any size, made by DuckDB itself in seconds: the staging tables from which a copy is built.

The same sorts of facts as `_shop` lays into SQLite, in the same shares, from hashes of running numbers: every run
measures the same shop. What reading a database costs is therefore not in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

START = 1_748_736_000_000_000  # 1 June 2025
SPAN = 536 * 86_400_000_000  # up to 21 November 2026
NOW = START + SPAN
_TOPICS = "['price', 'stock', 'installment', 'ingredients', 'size_fit', 'shipping_cost', 'shipping_status', 'product_info']"

# One session is a few pages, a talk of two to six messages, or an order with its three touchpoints: four on average.
_SESSIONS = """
CREATE TEMP TABLE session AS
SELECT i AS id, CAST(hash(i) % {contacts} AS BIGINT) + 1 AS contact,
       CAST({start} + pow((hash(i, 1) % 1000000007) / 1000000007.0, 0.8) * {span} * 0.97 AS BIGINT) AS began,
       CASE WHEN hash(i, 2) % 100 < 30 THEN 'visit' WHEN hash(i, 2) % 100 < 85 THEN 'talk' ELSE 'order' END AS sort
FROM range({sessions}) t(i)
"""

_STEPS = """
CREATE TEMP TABLE step AS
SELECT s.*, CAST(n AS INTEGER) AS n, length, row_number() OVER () AS touch,
       CAST(s.began + CASE s.sort WHEN 'visit' THEN n * 120000000 WHEN 'talk' THEN n * (60000000 + hash(s.id, 3) % 4000000000)
           ELSE [0, 600000000, 259200000000][n + 1] END AS BIGINT) AS moment
FROM (SELECT *, CAST(CASE sort WHEN 'visit' THEN 1 + hash(id, 4) % 4 WHEN 'talk' THEN 2 + hash(id, 4) % 5 ELSE 3 END
      AS BIGINT) AS length FROM session) s, range(length) t(n)
"""

_FACTS = """
CREATE TEMP TABLE s_identity AS SELECT i + 1 AS id, i + 1 AS contact, 'phone' AS kind FROM range({contacts}) t(i);
CREATE TEMP TABLE s_channel AS SELECT * FROM (VALUES (1::BIGINT, 'web', NULL::INTEGER), (2, 'whatsapp', NULL),
    (3, 'shop', NULL), (4, 'marketplace:shopee', NULL), (5, 'marketplace:tokopedia', NULL)) t(id, kind, target);
CREATE TEMP TABLE s_conversation AS SELECT DISTINCT contact AS id, false AS is_group, '' AS title, contact AS identity,
    2::BIGINT AS channel FROM session WHERE sort = 'talk';
CREATE TEMP TABLE s_touch AS SELECT touch AS id, contact AS identity,
    CAST(CASE sort WHEN 'visit' THEN 1 WHEN 'talk' THEN 2 ELSE 3 + hash(id, 5) % 3 END AS BIGINT) AS channel,
    CASE sort WHEN 'visit' THEN ['web.page', 'web.product', 'web.price_page', 'web.cart_added', 'web.ad_click'][CAST(
             hash(touch) % 5 AS INTEGER) + 1]
         WHEN 'talk' THEN CASE WHEN n % 2 = 0 THEN 'message.in' ELSE 'message.out' END
         ELSE ['order.placed', 'order.paid', 'order.delivered'][n + 1] END AS kind,
    moment AS happened_at, 0 AS rank, 'awareness' AS phase,
    CASE WHEN sort = 'visit' AND n = 0 AND hash(id, 6) % 5 < 2 THEN '{{"utm_source": "' ||
        ['tiktok', 'instagram', 'google'][CAST(hash(id, 7) % 3 AS INTEGER) + 1] || '"}}' END AS measures
FROM step;
CREATE TEMP TABLE s_order AS SELECT id + 1 AS id, contact AS identity, CAST(3 + hash(id, 5) % 3 AS BIGINT) AS channel,
    CASE WHEN hash(id, 8) % 20 = 0 THEN 'cancelled' ELSE 'completed' END AS status, began AS placed_at,
    began + 259200000000 AS delivered_at, NULL::BIGINT AS ended_at, 'IDR' AS currency,
    CAST(3 + hash(id, 9) % 58 AS BIGINT) * 10000 AS goods_total, CAST(3 + hash(id, 9) % 58 AS BIGINT) * 10000 AS list_total,
    0::BIGINT AS discount_total, false AS has_voucher, false AS is_masked FROM session WHERE sort = 'order';
CREATE TEMP TABLE s_told AS SELECT i + 1 AS identity, CAST({start} + hash(i, 10) % {span} AS BIGINT) AS happened_at,
    ['instagram', 'tiktok'][CAST(hash(i, 11) % 2 AS INTEGER) + 1] AS channel, 'video cara merawat' AS context,
    '' AS referrer, false AS in_chat FROM range({contacts}) t(i) WHERE hash(i, 12) % 5 = 0;
CREATE TEMP TABLE s_response AS SELECT contact AS identity, ['nps', 'csat', 'ces'][CAST(hash(id, 13) % 3 AS INTEGER) + 1] AS survey,
    CAST(1 + hash(id, 14) % 5 AS INTEGER) AS score, began + 432000000000 AS happened_at
FROM session WHERE sort = 'order' AND hash(id, 15) % 10 = 0;
CREATE TEMP TABLE s_mark (conversation BIGINT, kind VARCHAR, happened_at BIGINT, undone_at BIGINT, teammate BIGINT);
CREATE TEMP TABLE s_promise (contact BIGINT, kind VARCHAR, made_at BIGINT, due_at BIGINT, done_at BIGINT, is_dismissed BOOLEAN);
CREATE TEMP TABLE s_closing (conversation BIGINT, happened_at BIGINT, teammate BIGINT);
CREATE TEMP TABLE s_message AS SELECT touch AS id, contact AS conversation, CASE WHEN n % 2 = 0 THEN contact END AS identity,
    n % 2 = 0 AS is_in, moment AS happened_at, 0 AS rank, false AS is_automatic,
    CASE WHEN n % 2 = 0 THEN CASE WHEN n = length - 1 THEN 'thanks' ELSE {topics}[CAST(hash(id, 16) % 8 AS INTEGER) + 1] END END AS intent,
    n % 2 = 0 AND n < length - 1 AS is_question, n % 2 = 0 AND n = length - 1 AS closes,
    false AS complains, hash(touch, 17) % 200 = 0 AND n % 2 = 0 AS complains_later,
    n % 2 = 1 AND hash(touch, 18) % 4 = 0 AS is_promotional, false AS asks_for_word, NULL::VARCHAR AS referral,
    CASE WHEN n % 2 = 1 THEN CAST(1 + hash(contact) % 4 AS BIGINT) END AS teammate
FROM step WHERE sort = 'talk'
"""


def make_facts(con: Any, touchpoints: int, contacts: int) -> None:
    """Fills the staging tables of a DuckDB connection with about so many touchpoints."""
    given = {
        "contacts": contacts,
        "sessions": round(touchpoints / 3.42),
        "start": START,
        "span": SPAN,
        "topics": _TOPICS,
    }
    for statements in (_SESSIONS, _STEPS, _FACTS):
        for statement in statements.format(**given).split(";"):
            con.execute(statement)
    con.execute("DROP TABLE step")
    con.execute("DROP TABLE session")


def build_from_facts(con: Any, business: Any, touchpoints: int, contacts: int) -> None:
    """The tables of the copy from made facts, by the product's own builder."""
    from sapa.analytics import building

    def stage(con: Any, *_: Any) -> None:
        make_facts(con, touchpoints, contacts)

    with patch.object(building, "stage", stage):
        building.build_tables(con, business, None)


def peak_memory() -> int:
    """Most resident bytes of this process so far, in MiB."""
    with Path(f"/proc/{os.getpid()}/status").open(encoding="utf-8") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
