"""Writing of orders, of what is paid for them, and of the parcels in which they travel."""

from sapa.orders.operations.parcels import ScanSeen, join_parcels, record_scans
from sapa.orders.operations.payments import PaymentSeen, join_payments, record_payments
from sapa.orders.operations.recording import Recorded, StepSeen, record_orders, refold_orders

__all__ = [
    "PaymentSeen",
    "Recorded",
    "ScanSeen",
    "StepSeen",
    "join_parcels",
    "join_payments",
    "record_orders",
    "record_payments",
    "record_scans",
    "refold_orders",
]
