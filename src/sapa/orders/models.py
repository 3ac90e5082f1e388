"""Purchases: an order is the fold of what its sources stated, step by step."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.lib.ids import uuid7


class Order(models.Model):
    """One order number on one channel. All columns but the key are the fold of its steps (`orders.rules.fold`).

    Money is in minor units of `currency`. `goods_total` is goods after all discounts, without delivery.
    `buyer_hint` is the masked name; `other_number` another number that the buyer may name (a Tokopedia invoice).
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="orders")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=80)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="orders")
    status = models.CharField(max_length=12)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="IDR")
    goods_total = models.BigIntegerField(null=True, blank=True)
    list_total = models.BigIntegerField(null=True, blank=True)
    discount_total = models.BigIntegerField(null=True, blank=True)
    voucher_codes: models.JSONField[Any] = models.JSONField(default=list)
    items: models.JSONField[Any] = models.JSONField(default=list)
    tracking_number = models.CharField(max_length=80, blank=True)
    is_masked = models.BooleanField(default=False)
    buyer_hint = models.CharField(max_length=80, blank=True)
    other_number = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "channel", "number"], name="order_once")]
        indexes = [
            models.Index(fields=["identity", "placed_at"], name="order_of_identity"),
            models.Index(
                fields=["business", "other_number"],
                condition=~models.Q(other_number=""),
                name="order_by_other_number",
            ),
            models.Index(
                fields=["business", "placed_at"],
                condition=models.Q(status__in=["to_ship", "shipped"]),
                name="order_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderStep(models.Model):
    """What one source stated of an order at one time. `digest` makes the same statement twice one row."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="order_steps")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="steps")
    digest = models.CharField(max_length=32)
    stated_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    values: models.JSONField[Any] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "order", "digest"], name="order_step_once")
        ]

    def __str__(self) -> str:
        return f"step of {self.order_id}"


class Payment(models.Model):
    """A payment as its provider states it; `order` is known once an order of that number is.

    `status` is pending, failed, expired, paid or refunded. Money in minor units of `currency`.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="payments")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="payments")
    provider_id = models.CharField(max_length=80)
    order_number = models.CharField(max_length=80, blank=True)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="payments"
    )
    status = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    method = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "provider_id"], name="payment_once")
        ]
        indexes = [
            models.Index(
                fields=["business", "order_number"],
                condition=models.Q(order__isnull=True),
                name="payment_without_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.status}"


class Parcel(models.Model):
    """A parcel by its waybill; what a courier says of it is kept scan by scan."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="parcels")
    waybill = models.CharField(max_length=80)
    courier = models.CharField(max_length=40, blank=True)
    order_number = models.CharField(max_length=80, blank=True)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="parcels")
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "waybill"], name="parcel_once")]

    def __str__(self) -> str:
        return self.waybill


class Scan(models.Model):
    """One thing that a courier said of a parcel; scans may go backwards, the newest one is what counts.

    `status` is booked, picked_up, in_transit, delivered, returned, problem or cancelled.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="scans")
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="scans")
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "parcel", "status", "at"], name="scan_once")
        ]

    def __str__(self) -> str:
        return f"{self.status} of {self.parcel_id}"
