"""The closed register of metrics: one file each, in the order in which screens show them."""

from __future__ import annotations

from sapa.metrics.definition import Metric
from sapa.metrics.definitions import (
    after_sales_coverage,
    ces,
    churn,
    conversion,
    csat,
    expected_purchases,
    first_contact_to_purchase,
    first_heard_to_purchase,
    first_response,
    hot_leads_within_72h,
    lifetime_value,
    nps,
    organic_referrals,
    organic_repeat_90d,
    promises_kept,
    repeat_order_90d,
    repeat_order_value,
    replied_within_target,
    resolution,
    retention,
    roi,
    unprompted_referral,
    warning_csat_without_repeat,
)

METRICS: dict[str, Metric] = {
    module.METRIC.key: module.METRIC
    for module in (
        first_contact_to_purchase,
        hot_leads_within_72h,
        repeat_order_90d,
        organic_repeat_90d,
        unprompted_referral,
        repeat_order_value,
        organic_referrals,
        first_heard_to_purchase,
        conversion,
        churn,
        retention,
        lifetime_value,
        expected_purchases,
        nps,
        csat,
        ces,
        first_response,
        replied_within_target,
        resolution,
        promises_kept,
        after_sales_coverage,
        roi,
        warning_csat_without_repeat,
    )
}
