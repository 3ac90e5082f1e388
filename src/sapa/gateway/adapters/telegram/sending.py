"""Our messages as calls of the Bot API, and what its answers mean (https://core.telegram.org/bots/api#making-requests)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from sapa.gateway.adapters.telegram.bot import method_url
from sapa.gateway.adapters.telegram.updates import message_key
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, OutboundFile, Retry, SendResult, Sent, Uncertain
from sapa.gateway.wire import call, items, mapping, read_object, send_in_order, unwell, whole, words
from sapa.lib.json import encode_text

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
MOST_IN_ALBUM = 10
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_VOICES = frozenset({"audio/ogg", "audio/opus"})
_TUNES = frozenset({"audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a"})
_BIGGEST_PHOTO = 10 * 1024 * 1024

# The words of `description`, in lower case, in the order in which they are looked for.
_REFUSALS = (
    ("blocked by the user", Failure.BLOCKED),
    ("user is deactivated", Failure.NO_SUCH_RECIPIENT),
    ("initiate conversation", Failure.NO_CONSENT),
    ("peer_usage_missing", Failure.WINDOW_CLOSED),
    ("chat not found", Failure.NO_SUCH_RECIPIENT),
    ("user not found", Failure.NO_SUCH_RECIPIENT),
    ("peer_id_invalid", Failure.NO_SUCH_RECIPIENT),
    ("bot was kicked", Failure.NO_SUCH_RECIPIENT),
    ("not a member", Failure.NO_SUCH_RECIPIENT),
    ("upgraded to a supergroup", Failure.NO_SUCH_RECIPIENT),
    ("too long", Failure.TOO_LARGE),
    ("too big", Failure.TOO_LARGE),
    ("too large", Failure.TOO_LARGE),
)

Part = Callable[[], SendResult]


def send_message(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """One message; with several files an album, with words longer than a caption the words after the files."""
    if len(out.text) > TEXT_LIMIT:
        return Failed(Failure.TOO_LARGE, f"{len(out.text)} characters, at most {TEXT_LIMIT}")
    if len(out.files) > MOST_IN_ALBUM:
        return Failed(Failure.TOO_LARGE, f"{len(out.files)} files, at most {MOST_IN_ALBUM}")
    if not out.text and not out.files:
        return Failed(Failure.REFUSED_CONTENT, "Nothing to send.")
    return send_in_order(_parts(out, account, http))


def _parts(out: Outbound, account: Account, http: httpx.Client) -> list[Part]:
    frame = _frame(out)
    text: Part = partial(
        _post, http, account, "sendMessage", json={**frame, "text": out.text, **_keyboard(out)}
    )
    if not out.files:
        return [text]
    is_apart = len(out.text) > CAPTION_LIMIT or bool(out.buttons and len(out.files) > 1)
    caption = "" if is_apart else out.text
    if len(out.files) > 1:
        files: Part = partial(_album, http, account, frame, out.files, caption)
    else:
        fields = {**frame, **({} if is_apart else _keyboard(out))}
        files = partial(_file, http, account, fields, out.files[0], caption)
    return [files, text] if is_apart and out.text else [files]


def _frame(out: Outbound) -> dict[str, Any]:
    """Where to and in answer to what."""
    connection, _, chat = (out.recipient or out.conversation_key).rpartition("/")
    fields: dict[str, Any] = {"chat_id": chat}
    if connection:
        fields["business_connection_id"] = connection
    replied = whole(out.reply_to.rpartition(":")[2]) if ":" in out.reply_to else None
    if replied and not out.reply_to.startswith("callback:"):
        fields["reply_parameters"] = {"message_id": replied, "allow_sending_without_reply": True}
    return fields


def _keyboard(out: Outbound) -> dict[str, Any]:
    """Buttons one under another: `callback_data` holds at most 64 bytes."""
    if not out.buttons:
        return {}
    rows = [
        [{"text": label, "callback_data": code.encode()[:64].decode(errors="ignore")}]
        for code, label in out.buttons
    ]
    return {"reply_markup": {"inline_keyboard": rows}}


def _file(
    http: httpx.Client, account: Account, frame: dict[str, Any], file: OutboundFile, caption: str
) -> SendResult:
    field = _field(file)
    fields = {**frame, **({"caption": caption} if caption else {})}
    method = "send" + field.capitalize()
    return _post(
        http, account, method, data=_form(fields), files={field: (file.name, file.read(), file.mime)}
    )


def _album(
    http: httpx.Client,
    account: Account,
    frame: dict[str, Any],
    files: tuple[OutboundFile, ...],
    caption: str,
) -> SendResult:
    """Photos and videos may stand together; anything else only among its own kind, so a mixture goes as documents."""
    kinds = [_field(file) for file in files]
    if not set(kinds) <= {"photo", "video"} and set(kinds) != {"audio"}:
        kinds = ["document"] * len(files)
    media: list[dict[str, Any]] = [
        {"type": kind, "media": f"attach://file{number}"} for number, kind in enumerate(kinds)
    ]
    if caption:
        media[0]["caption"] = caption
    attached = {f"file{number}": (file.name, file.read(), file.mime) for number, file in enumerate(files)}
    return _post(http, account, "sendMediaGroup", data=_form({**frame, "media": media}), files=attached)


def _field(file: OutboundFile) -> str:
    if file.kind == "image" and file.mime in _PHOTOS and file.size <= _BIGGEST_PHOTO:
        return "photo"
    if file.kind == "video":
        return "video"
    if file.kind == "gif":
        return "animation"
    if file.mime in _VOICES:
        return "voice"
    return "audio" if file.mime in _TUNES else "document"


def _form(fields: dict[str, Any]) -> dict[str, str]:
    """Fields beside files: what is no text is written as JSON."""
    return {name: value if isinstance(value, str) else encode_text(value) for name, value in fields.items()}


def _post(http: httpx.Client, account: Account, method: str, **request: Any) -> SendResult:
    answer = call(http, "POST", method_url(account, method), **request)
    return judge(answer) if isinstance(answer, httpx.Response) else answer


def judge(response: httpx.Response) -> SendResult:
    """What an answer of the Bot API means for the message."""
    said = read_object(response.content)
    if response.status_code == 200 and said.get("ok"):
        return _sent(said.get("result"))
    if response.status_code < 400:
        return Uncertain(f"HTTP {response.status_code} with a body that is no answer")
    return unwell(response) or _refused(response.status_code, said)


def _sent(result: Any) -> SendResult:
    messages = items(result) or [mapping(result)]
    ids = [message_key(message) for message in messages if message.get("message_id")]
    return Sent(ids[0], tuple(ids[1:])) if ids else Uncertain("The answer names no message.")


def _refused(status: int, said: dict[str, Any]) -> SendResult:
    description, parameters = words(said.get("description")), mapping(said.get("parameters"))
    detail = f"{status} {description}"[:300]
    if status == 429:
        seconds = whole(parameters.get("retry_after"))
        return Retry(Failure.TOO_MANY, None if seconds is None else timedelta(seconds=seconds), detail)
    if status in (401, 404):
        return Failed(Failure.TOKEN_DEAD, detail)
    if status == 413:
        return Failed(Failure.TOO_LARGE, detail)
    low = description.lower()
    code = next((code for part, code in _REFUSALS if part in low), Failure.REFUSED_CONTENT)
    moved = words(parameters.get("migrate_to_chat_id"))
    return Failed(Failure.NO_SUCH_RECIPIENT if moved else code, detail, new_recipient=moved)
