"""Whether a request is Meta's own: the challenge of a new address, and the signature of every body.

Meta, "Create a webhook endpoint": GET with hub.mode, hub.verify_token and hub.challenge is answered with the challenge;
POST carries `X-Hub-Signature-256: sha256=<hex HMAC-SHA256(app secret, body)>` over the body as it was sent. Meta escapes
what is not ASCII, so a body that was parsed and written again has another signature.
"""

from __future__ import annotations

import hashlib
import hmac

from sapa.gateway.connecting import Account
from sapa.gateway.contract import Challenge, RawRequest, Rejected, Verified

_LONGEST_CHALLENGE = 200


def verify(request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
    """The challenge answered, the signature checked in constant time, or why neither could be."""
    if request.method == "GET":
        return _challenge(request, account)
    secret = str(account.settings.get("app_secret") or "")
    if not secret:
        return Rejected("The channel has no app secret.")
    given = request.headers.get("x-hub-signature-256", "")
    if not given.startswith("sha256="):
        return Rejected("The request bears no signature.")
    own = hmac.digest(secret.encode(), request.body, "sha256").hex()
    if not hmac.compare_digest(own.encode(), given.removeprefix("sha256=").strip().encode()):
        return Rejected("The signature is not Meta's.")
    return Verified()


def _challenge(request: RawRequest, account: Account) -> Challenge | Rejected:
    challenge = request.query.get("hub.challenge", "")
    token = request.query.get("hub.verify_token", "")
    if request.query.get("hub.mode") != "subscribe" or not 0 < len(challenge) <= _LONGEST_CHALLENGE:
        return Rejected("This is no question for our address.", 400)
    if not hmac.compare_digest(token.encode(), verify_token(account).encode()):
        return Rejected("The verify token is another channel's.", 403)
    return Challenge(challenge.encode())


def verify_token(account: Account) -> str:
    """The word by which Meta's question is known: the business's own, else one that follows from the channel.

    It is no secret: who knows it could only send us bodies without Meta's signature. And it needs no storing before Meta
    asks, which it does while the channel is still being connected.
    """
    own = str(account.settings.get("verify_token") or "")
    return own or hashlib.sha256(f"verify:{account.public_id}".encode()).hexdigest()[:32]
