"""Connecting a number: the token is tried, our address is named, and the phone app's history is asked for.

Meta, "Webhook overrides": the address of the account (templates, bans) and that of the number (talks) are set to this
channel's own, so that several shops can share one Meta app. While it is being set, Meta asks the address once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import ask, ask_with_time
from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, word
from sapa.gateway.adapters._meta.signing import verify_token
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Polled, ProviderDownError, RawItem, TokenDeadError

_NUMBER_FIELDS = "id,display_phone_number,verified_name,quality_rating,is_on_biz_app,platform_type"
_TEMPLATE_FIELDS = "name,language,status,category,components"
_MOST_PAGES = 10


def connect(account: Account, http: httpx.Client, *, hook_url: str) -> dict[str, Any]:
    """What to keep of the number. Raises `TokenDeadError`, `ProviderDownError`."""
    number_id, waba_id = number_of(account), str(account.settings.get("waba_id") or "")
    number = ask(account, http, "GET", number_id, params={"fields": _NUMBER_FIELDS})
    override = {"override_callback_uri": hook_url, "verify_token": verify_token(account)}
    ask(account, http, "POST", f"{waba_id}/subscribed_apps", body=override)
    ask(account, http, "POST", number_id, body={"webhook_configuration": override})
    kept = {
        "account": word(number.get("id")) or number_id,
        "display_phone_number": word(number.get("display_phone_number")),
        "verified_name": word(number.get("verified_name")),
        "verify_token": verify_token(account),
    }
    if number.get("is_on_biz_app") is True:
        kept["coexistence"] = "yes"
    if number.get("is_on_biz_app") is True or account.settings.get("coexistence") == "yes":
        kept["history_asked"] = _ask_for_history(account, http, number_id)
    return kept


def number_of(account: Account) -> str:
    return str(account.settings.get("phone_number_id") or account.account)


def _ask_for_history(account: Account, http: httpx.Client, number_id: str) -> str:
    """Ask for the phone's address book and history: allowed once, within 24 hours of the phone's consent."""
    asked = []
    for kind in ("smb_app_state_sync", "history"):
        try:
            body = {"messaging_product": "whatsapp", "sync_type": kind}
            ask(account, http, "POST", f"{number_id}/smb_app_data", body=body)
        except (TokenDeadError, ProviderDownError):
            continue
        asked.append(kind)
    return " ".join(asked)


def poll_templates(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
    """The account's templates, when they changed since the last look. Raises `TokenDeadError`, `ProviderDownError`."""
    waba_id = str(account.settings.get("waba_id") or "")
    if not waba_id:
        return Polled((), cursor)
    found: list[dict[str, Any]] = []
    after, asked_at = "", None
    for _ in range(_MOST_PAGES):
        params = {"fields": _TEMPLATE_FIELDS, "limit": "100"} | ({"after": after} if after else {})
        page, asked_at = ask_with_time(account, http, "GET", f"{waba_id}/message_templates", params=params)
        found += [dict(row) for row in rows(page.get("data"))]
        paging = mapping(page.get("paging"))
        after = word(mapping(paging.get("cursors")).get("after"))
        if not (after and paging.get("next")):
            break
    body = json.dumps({"data": found}, sort_keys=True).encode()
    seen = digest_of(body.decode())
    if seen == cursor.get("templates"):
        return Polled((), cursor)
    key = digest_of("whatsapp.templates", str(cursor.get("templates") or ""), seen)
    return Polled((RawItem(key, body, {"asked_at": asked_at}),), {"templates": seen})
