"""The desk of the outbox's tests: Toko Sage on a connected channel, in whose evening Rina writes."""

from tests.gateway.dispatch.conftest import desk, http, provider

__all__ = ["desk", "http", "provider"]
