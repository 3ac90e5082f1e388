"""Google Business Profile: reviews of one place, found by asking, with one public answer each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sapa.demo.providers.dialect import Dialect, Taken
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Reply, Request, said

_STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")


def _error(status: int, name: str, words: str) -> Reply:
    return said(status, error={"code": status, "message": words, "status": name})


class Google(Dialect):
    kind = "google"
    path = "google"
    account = "accounts/1122334455/locations/9988776655"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.reviews: dict[str, dict[str, Any]] = {}
        self._authors: dict[str, Customer] = {}

    @property
    def token(self) -> str:
        return f"ya29.{self.world.invent('google', 'token')}"

    def settings(self) -> dict[str, str]:
        return {
            "client_id": "1122-sim.apps.googleusercontent.com",
            "client_secret": self.world.invent("google", "secret"),
            "refresh_token": self.world.invent("google", "refresh"),
            "base_url": self.base_url,
        }

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        """Reviews are asked for: nothing is pushed here."""
        return {}

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": _error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Requests'"),
            "token": _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
            "down": _error(503, "UNAVAILABLE", "The service is currently unavailable."),
        }

    def answer(self, request: Request) -> Reply:
        path = "/".join(request.path)
        if path == "o/oauth2/v2/auth":
            return self.consent.ask(request.query.get("redirect_uri", ""), request.query.get("state", ""))
        if path == "token":
            form = request.form()
            if form.get("grant_type") == "authorization_code":
                return self._first_tokens(form)
            if request.form().get("refresh_token") != self.settings()["refresh_token"]:
                return said(
                    400, error="invalid_grant", error_description="Token has been expired or revoked."
                )
            return said(access_token=self.token, expires_in=3599, token_type="Bearer")  # noqa: S106 - a word of the protocol
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.failures()["token"]
        owner, place = self.account.rsplit("/", 2)[0], "/".join(self.account.split("/")[2:])
        if path == "v1/accounts":
            return said(accounts=[{"name": owner, "accountName": "Bu Tuti", "type": "PERSONAL"}])
        if path == f"v1/{owner}/locations":
            return said(locations=[{"name": place, "title": "Toko Sage"}])
        if path == f"v4/{self.account}/reviews":
            rows = sorted(self.reviews.values(), key=lambda one: str(one["updateTime"]), reverse=True)
            return said(reviews=rows, totalReviewCount=len(rows))
        if request.method == "PUT" and path.endswith("/reply"):
            return self._reply(path.removeprefix("v4/").removesuffix("/reply"), request)
        return _error(404, "NOT_FOUND", "Requested entity was not found.")

    def _first_tokens(self, form: Mapping[str, str]) -> Reply:
        if not self.consent.takes(form.get("code", ""), form.get("redirect_uri")):
            return said(400, error="invalid_grant", error_description="Bad Request")
        refresh = self.settings()["refresh_token"]
        return said(access_token=self.token, refresh_token=refresh, expires_in=3599, token_type="Bearer")  # noqa: S106 - a word of the protocol

    def _reply(self, name: str, request: Request) -> Reply:
        if (refused := self.refusal(name)) is not None:
            return refused
        if name not in self.reviews:
            return _error(404, "NOT_FOUND", "Requested entity was not found.")
        text, at = str(request.json().get("comment")), self._time(name)
        reply = {"comment": text, "updateTime": at}
        self.reviews[name] = {**self.reviews[name], "reviewReply": reply}
        return self.take(
            Taken(self.kind, name, text, f"{name}/reply@{at}"), self._authors[name], said(**reply)
        )

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        return self.reviews_with(customer, 5, text)

    def reviews_with(self, customer: Customer, stars: int, text: str) -> str:
        """A review, or the customer's former one changed; answers its name."""
        name = f"{self.account}/reviews/{customer.letters(self.path)}"
        at = self._time(name)
        former = self.reviews.get(name, {})
        self._authors[name] = customer
        self.reviews[name] = {
            **former,
            "reviewId": customer.letters(self.path),
            "name": name,
            "reviewer": {"displayName": customer.name},
            "starRating": _STARS[stars - 1],
            "comment": text,
            "createTime": former.get("createTime", at),
            "updateTime": at,
        }
        return name

    def _time(self, name: str) -> str:
        return self.stamp(name).astimezone(UTC).isoformat().replace("+00:00", "Z")
