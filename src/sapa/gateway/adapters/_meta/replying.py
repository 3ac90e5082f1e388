"""Answering on Instagram and Messenger by the Send API: uploads first, which nobody sees, then each part once.

Meta, "Send API" and "Attachment Upload API". What is not answered within the window is refused (10/2018278, 10/2534022);
with the permission *Human Agent* a person, and no machine, may still answer for seven days: the refused message, which
surely was not sent, is then sent once more with that tag.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import (
    GRAPH,
    GraphError,
    Verdict,
    Verdicts,
    address,
    attempt,
    attempt_upload,
    bearer,
    judge,
    read,
)
from sapa.gateway.adapters._meta.shapes import word
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, OutboundFile, Retry, SendResult, Sent, Uncertain

MOST_BUTTONS = 13
_FILE_KINDS = {"image": "image", "gif": "image", "sticker": "image", "video": "video", "audio": "audio"}
_WINDOW = Verdict(Failure.WINDOW_CLOSED)
_BLOCKED = Verdict(Failure.BLOCKED)
_NOBODY = Verdict(Failure.NO_SUCH_RECIPIENT)
VERDICTS: Verdicts = {
    (10, 2018065): _WINDOW,
    (10, 2018108): _BLOCKED,
    (10, 2018278): _WINDOW,
    (10, 2018300): Verdict(Failure.REFUSED_CONTENT),
    (10, 2534022): _WINDOW,
    (100, 2018001): _NOBODY,
    (100, 2018109): Verdict(Failure.TOO_LARGE),
    (100, 2534014): _NOBODY,
    (200, 1545041): _BLOCKED,
    (551, 0): _BLOCKED,
    (1200, 0): Verdict(Failure.PROVIDER_DOWN, again=True),
    (80006, 0): Verdict(Failure.TOO_MANY, again=True, after=timedelta(minutes=5)),
}


@dataclass(frozen=True, slots=True)
class Line:
    """How one of the two is asked: `base` address, `node` that sends, `upload_node` ("" where files are fetched from us)."""

    base: str = GRAPH
    node: str = "me"
    upload_node: str = ""
    bears_metadata: bool = False
    text_bytes: int | None = None
    text_characters: int | None = None


def reply(out: Outbound, line: Line, account: Account, http: httpx.Client) -> SendResult:
    """Sends files, then words with their quick replies; `more_ids` are those of the parts after the first."""
    recipient = out.recipient.strip()
    if not (recipient.isascii() and recipient.isdigit()):
        return Failed(Failure.NO_SUCH_RECIPIENT, "This is no id of a person on this channel.")
    parts = _parts(out, line, account, http)
    if not isinstance(parts, list):
        return parts
    sent: list[str] = []
    for message in parts:
        result = _send_part(message, recipient, out, line, account, http)
        if not isinstance(result, Sent):
            return result if not sent else _broken_off(result, len(sent), len(parts))
        sent.append(result.provider_id)
    return Sent(sent[0], tuple(sent[1:]))


def too_long(text: str, line: Line) -> Failed | None:
    size = len(text.encode())
    if line.text_bytes is not None and size > line.text_bytes:
        return Failed(Failure.TOO_LARGE, f"The text has {size} bytes, the channel takes {line.text_bytes}.")
    if line.text_characters is not None and len(text) > line.text_characters:
        return Failed(
            Failure.TOO_LARGE,
            f"The text has {len(text)} characters, the channel takes {line.text_characters}.",
        )
    return None


def _parts(
    out: Outbound, line: Line, account: Account, http: httpx.Client
) -> list[dict[str, Any]] | SendResult:
    refused = too_long(out.text, line) or _refuse(out, line)
    if refused is not None:
        return refused
    parts: list[dict[str, Any]] = []
    for file in out.files:
        if not line.upload_node:
            parts.append({"attachment": {"type": _kind_of(file), "payload": {"url": file.address}}})
            continue
        uploaded = attempt_upload(lambda file=file: _upload(file, line, account, http), VERDICTS)  # type: ignore[misc]
        if not isinstance(uploaded, str):
            return uploaded
        attachment = {"type": _kind_of(file), "payload": {"attachment_id": uploaded}}
        parts.append({"attachment": attachment})
    if out.text:
        parts.append(_words(out))
    if line.bears_metadata and out.client_ref:
        parts = [{**part, "metadata": out.client_ref} for part in parts]
    return parts


def _refuse(out: Outbound, line: Line) -> Failed | None:
    if out.template is not None:
        return Failed(Failure.TEMPLATE_UNFIT, "This channel has no templates.")
    if not (out.text or out.files):
        return Failed(Failure.REFUSED_CONTENT, "There is nothing to send.")
    if not line.upload_node and any(not one.address or _kind_of(one) == "file" for one in out.files):
        return Failed(Failure.REFUSED_CONTENT, "Pictures, videos and sounds only, from a public address.")
    if out.buttons and (not out.text or len(out.buttons) > MOST_BUTTONS):
        return Failed(Failure.REFUSED_CONTENT, f"Buttons need a text and are {MOST_BUTTONS} at most.")
    return None


def _words(out: Outbound) -> dict[str, Any]:
    message: dict[str, Any] = {"text": out.text}
    if out.buttons:
        message["quick_replies"] = [
            {"content_type": "text", "title": title[:20], "payload": key} for key, title in out.buttons
        ]
    return message


def _send_part(
    message: Mapping[str, Any],
    recipient: str,
    out: Outbound,
    line: Line,
    account: Account,
    http: httpx.Client,
) -> SendResult:
    body: dict[str, Any] = {
        "recipient": {"id": recipient},
        "messaging_type": "RESPONSE",
        "message": dict(message),
    }
    result = attempt(lambda: post(body, f"{line.node}/messages", line, account, http, "message_id"))
    is_late = isinstance(result, Failed) and result.code is Failure.WINDOW_CLOSED
    if is_late and account.settings.get("human_agent") == "yes" and not out.automatic:
        body |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        result = attempt(lambda: post(body, f"{line.node}/messages", line, account, http, "message_id"))
    return result


def post(
    body: Mapping[str, Any], path: str, line: Line, account: Account, http: httpx.Client, id_name: str
) -> SendResult:
    """One request that a customer sees; its answer names the new message in `id_name`."""
    headers = bearer(account) | {"Content-Type": "application/json"}
    content = json.dumps(body, ensure_ascii=False).encode()
    found = read(http.post(address(account, path, line.base), headers=headers, content=content))
    if isinstance(found, GraphError):
        return judge(found, VERDICTS)
    provider_id = word(found.get(id_name))
    return Sent(provider_id) if provider_id else Uncertain("The answer named no message.")


def _kind_of(file: OutboundFile) -> str:
    return _FILE_KINDS.get(file.kind, "file")


def _upload(file: OutboundFile, line: Line, account: Account, http: httpx.Client) -> str | GraphError:
    message = {"attachment": {"type": _kind_of(file), "payload": {"is_reusable": True}}}
    form = {"message": json.dumps(message), "platform": account.kind}
    url = address(account, f"{line.upload_node}/message_attachments", line.base)
    filedata = {"filedata": (file.name or "file", file.read(), file.mime)}
    found = read(http.post(url, headers=bearer(account), data=form, files=filedata))
    return found if isinstance(found, GraphError) else word(found.get("attachment_id"))


def _broken_off(result: SendResult, done: int, of: int) -> Uncertain:
    code = f" {result.code}" if isinstance(result, Retry | Failed) else ""
    detail = "" if isinstance(result, Sent) else result.detail
    return Uncertain(f"{done} of {of} parts went out, then:{code} {detail}")
