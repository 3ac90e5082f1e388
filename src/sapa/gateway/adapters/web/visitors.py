"""Who a visitor is: a credential of ours (`id.proof`), and the host site's word on who is signed in there.

The proof is an HMAC of the id, so that nothing has to be stored and nobody who sees an id can read its thread.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_CREDENTIAL = re.compile(r"^(v[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$")
_LONGEST_USER = 200


def new_credential(secret: str) -> str:
    """A visitor who was never here: an id of 132 bits and its proof."""
    visitor = "v" + secrets.token_urlsafe(16)
    return f"{visitor}.{_prove(visitor, secret)}"


def find_visitor(credential: object, secret: str) -> str:
    """The id in a credential that we gave out under this secret, else ""."""
    found = _CREDENTIAL.match(credential) if isinstance(credential, str) else None
    if not secret or found is None or not hmac.compare_digest(found[2], _prove(found[1], secret)):
        return ""
    return found[1]


def find_user(user: object, proof: object, identity_secret: str) -> str:
    """The host site's user id, where `proof` is the site's hex HMAC-SHA256 of it with the identity secret, else ""."""
    if not (identity_secret and isinstance(user, str) and isinstance(proof, str)):
        return ""
    if not 0 < len(user) <= _LONGEST_USER:
        return ""
    own = hmac.new(identity_secret.encode(), user.encode(), hashlib.sha256).hexdigest()
    return user if hmac.compare_digest(own.encode(), proof.lower().encode()) else ""


def _prove(visitor: str, secret: str) -> str:
    import base64

    digest = hmac.digest(secret.encode(), b"visitor\n" + visitor.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
