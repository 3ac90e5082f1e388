"""One message to WhatsApp: files are uploaded first, which nobody sees, then each part is sent once.

Meta, "Cloud API, Messages" and "Media". A part that went out cannot be called back, so a failure after the first part is
uncertain: a teammate sees what arrived.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import (
    GraphError,
    address,
    attempt,
    attempt_upload,
    bearer,
    judge,
    read,
)
from sapa.gateway.adapters._meta.shapes import rows, word
from sapa.gateway.adapters.whatsapp.failures import VERDICTS
from sapa.gateway.adapters.whatsapp.people import digits, is_user_id
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, OutboundFile, Retry, SendResult, Sent, Uncertain
from sapa.gateway.types import Key

CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
MOST_BUTTONS, MOST_ROWS = 3, 10
_SPACES = re.compile(r"\s+")
Part = tuple[str, Mapping[str, Any]]


def send(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """Sends template, text, buttons and files; `more_ids` are those of the parts after the first."""
    recipient = recipient_of(out.recipient, account)
    if recipient is None:
        return Failed(Failure.NO_SUCH_RECIPIENT, "This is no phone number and no WhatsApp user id.")
    parts = _parts(out, account, http)
    if not isinstance(parts, list):
        return parts
    sent: list[str] = []
    for number, part in enumerate(parts):
        body = _envelope(part, recipient, out, is_first=number == 0)
        result = attempt(lambda body=body: _post(body, account, http))  # type: ignore[misc]
        if not isinstance(result, Sent):
            return _broken_off(result, len(sent), len(parts))
        sent.append(result.provider_id)
    return Sent(sent[0], tuple(sent[1:]))


def address_of(conversation_key: str, keys: Sequence[Key]) -> str:
    """The user id or number that this thread is known by; one that an import keyed otherwise goes to a known address.

    A thread's key is what WhatsApp itself sent last: numbers of some countries are written in two ways, and only the one
    that came is sure to be reached.
    """
    if is_user_id(conversation_key) or digits(conversation_key):
        return conversation_key
    found = dict(reversed([(key.kind, key.value) for key in keys]))
    for kind in ("whatsapp_user", "whatsapp", "phone"):
        if kind in found:
            return found[kind]
    return conversation_key


def recipient_of(recipient: str, account: Account) -> dict[str, str] | None:
    """The field that names the customer: `to` for a number, `recipient` for a user id.

    Meta documents `recipient` for user ids; one public report says `to`: the setting `user_id_field` decides.
    """
    named = recipient.strip()
    if is_user_id(named):
        return {str(account.settings.get("user_id_field") or "recipient"): named}
    number = digits(named)
    return {"to": number} if 6 <= len(number) <= 17 else None


def _parts(out: Outbound, account: Account, http: httpx.Client) -> list[Part] | SendResult:
    if out.template is not None:
        return [("template", _template(out.template))]
    if len(out.text) > TEXT_LIMIT:
        return Failed(
            Failure.TOO_LARGE, f"The text has {len(out.text)} characters, WhatsApp takes {TEXT_LIMIT}."
        )
    if out.buttons:
        return _with_buttons(out)
    parts: list[Part] = []
    for file in out.files:
        uploaded = attempt_upload(lambda file=file: _upload(file, account, http), VERDICTS)  # type: ignore[misc]
        if not isinstance(uploaded, str):
            return uploaded
        parts.append(_file_part(file, uploaded))
    if out.text and not _put_caption(parts, out.text):
        parts.insert(0, ("text", {"body": out.text, "preview_url": False}))
    return parts or Failed(Failure.REFUSED_CONTENT, "There is nothing to send.")


def _put_caption(parts: Sequence[Part], text: str) -> bool:
    """Put the text under the first file where that kind bears words and they fit."""
    if not parts or parts[0][0] not in ("image", "video", "document") or len(text) > CAPTION_LIMIT:
        return False
    parts[0][1]["caption"] = text  # type: ignore[index]
    return True


def _file_part(file: OutboundFile, media_id: str) -> Part:
    kind = file.kind if file.kind in ("image", "video", "audio", "sticker") else "document"
    body: dict[str, Any] = {"id": media_id}
    if kind == "document" and file.name:
        body["filename"] = file.name
    if kind == "audio" and file.mime.startswith("audio/ogg"):
        body["voice"] = True
    return kind, body


def _with_buttons(out: Outbound) -> list[Part] | Failed:
    """Up to three buttons, or a list of up to ten rows. `buttons` are (id, title)."""
    if not out.text or out.files or len(out.buttons) > MOST_ROWS or len(out.text) > CAPTION_LIMIT:
        return Failed(
            Failure.REFUSED_CONTENT,
            "Buttons need a text of up to 1,024 characters, no file, and are ten at most.",
        )
    if len(out.buttons) <= MOST_BUTTONS:
        replies = [{"type": "reply", "reply": {"id": key, "title": title[:20]}} for key, title in out.buttons]
        action: dict[str, Any] = {"buttons": replies}
        return [("interactive", {"type": "button", "body": {"text": out.text}, "action": action})]
    choices = [{"id": key, "title": title[:24]} for key, title in out.buttons]
    action = {"button": "Pilih", "sections": [{"title": "Pilihan", "rows": choices}]}
    return [("interactive", {"type": "list", "body": {"text": out.text}, "action": action})]


def _template(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template with its values; named blanks are told by their name. Meta refuses line breaks in a value."""
    values = [_SPACES.sub(" ", str(value)).strip() for value in template.get("values") or ()]
    names = [str(name) for name in template.get("blanks") or ()]
    parameters: list[dict[str, str]] = [{"type": "text", "text": value} for value in values]
    for parameter, name in zip(parameters, names, strict=False):
        if not name.isdigit():
            parameter["parameter_name"] = name
    language = {"code": str(template.get("language") or "id")}
    body: dict[str, Any] = {"name": str(template.get("name") or ""), "language": language}
    if parameters:
        body["components"] = [{"type": "body", "parameters": parameters}]
    return body


def _envelope(part: Part, recipient: Mapping[str, str], out: Outbound, *, is_first: bool) -> dict[str, Any]:
    kind, content = part
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": kind,
        **recipient,
        kind: dict(content),
    }
    if out.reply_to and is_first:
        body["context"] = {"message_id": out.reply_to}
    if out.client_ref and is_first:
        body["biz_opaque_callback_data"] = out.client_ref
    return body


def _post(body: Mapping[str, Any], account: Account, http: httpx.Client) -> SendResult:
    headers = bearer(account) | {"Content-Type": "application/json"}
    url = address(account, f"{account.account}/messages")
    found = read(http.post(url, headers=headers, content=json.dumps(body, ensure_ascii=False).encode()))
    if isinstance(found, GraphError):
        return judge(found, VERDICTS)
    provider_id = next((word(row.get("id")) for row in rows(found.get("messages"))), "")
    return Sent(provider_id) if provider_id else Uncertain("WhatsApp answered without an id.")


def _upload(file: OutboundFile, account: Account, http: httpx.Client) -> str | GraphError:
    url, headers = address(account, f"{account.account}/media"), bearer(account)
    form = {"messaging_product": "whatsapp", "type": file.mime}
    content = {"file": (file.name or "file", file.read(), file.mime)}
    found = read(http.post(url, headers=headers, data=form, files=content))
    return found if isinstance(found, GraphError) else word(found.get("id"))


def _broken_off(result: SendResult, done: int, of: int) -> SendResult:
    if not done or isinstance(result, Sent):
        return result
    code = f" {result.code}" if isinstance(result, Retry | Failed) else ""
    return Uncertain(f"{done} of {of} parts went out, then:{code} {result.detail}")
