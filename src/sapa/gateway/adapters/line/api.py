"""Calls of the LINE Messaging API and what its answers mean (https://developers.line.biz/en/reference/messaging-api/)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    OutboundFile,
    RawItem,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
)
from sapa.gateway.wire import (
    after_header,
    ask,
    call,
    dedupe_key,
    download,
    ident,
    items,
    mapping,
    read_object,
    unwell,
    words,
)

BASE_URL = "https://api.line.me"
DATA_URL = "https://api-data.line.me"
STICKER_URL = "https://stickershop.line-scdn.net"
TEXT_LIMIT = 5000
MOST_BUTTONS = 13
MOST_MESSAGES = 5
MEDIA = {"image": 10 * 1024 * 1024, "video": 100 * 1024 * 1024}
"""LINE takes videos of 200 MB, we keep files of 100 MB; sounds would need their length, and there are no documents."""
FILE_TYPES = {"image": frozenset({"image/jpeg", "image/png"}), "video": frozenset({"video/mp4"})}
FETCHED_UNTIL = timedelta(days=7)
"""No receipt tells that a picture was seen, and it is fetched when it is: as long as a message is kept for."""
_LABEL_LIMIT = 20
_ID = re.compile(r"[A-Za-z0-9]{1,64}")


def push(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """One push of up to five messages. The retry key makes a repeat harmless for 24 hours, so a broken line may be tried again."""
    refused = _refuse(out)
    if refused is not None:
        return refused
    messages = [_file_message(one) for one in out.files]
    if out.text:
        messages.append(_text_message(out))
    body = {"to": out.conversation_key or out.recipient, "messages": messages}
    headers = {**_bearer(account), "X-Line-Retry-Key": retry_key(out.client_ref)}
    url = f"{_base(account)}/v2/bot/message/push"
    answer = call(http, "POST", url, repeatable=True, json=body, headers=headers)
    return judge(answer) if isinstance(answer, httpx.Response) else answer


def _refuse(out: Outbound) -> Failed | None:
    if any(one.kind not in MEDIA or not one.address for one in out.files):
        return Failed(Failure.REFUSED_CONTENT, "LINE takes pictures and videos from a public address only.")
    if not out.text and (not out.files or out.buttons):
        return Failed(Failure.REFUSED_CONTENT, "There are no words.")
    if len(out.text) > TEXT_LIMIT or len(out.buttons) > MOST_BUTTONS:
        code = Failure.TOO_LARGE if len(out.text) > TEXT_LIMIT else Failure.REFUSED_CONTENT
        return Failed(code, f"{len(out.text)} characters, {len(out.buttons)} buttons")
    if len(out.files) + bool(out.text) > MOST_MESSAGES:
        return Failed(Failure.TOO_LARGE, f"A push takes {MOST_MESSAGES} messages.")
    return None


def _file_message(file: OutboundFile) -> dict[str, Any]:
    return {"type": file.kind, "originalContentUrl": file.address, "previewImageUrl": file.preview}


def retry_key(client_ref: str) -> str:
    """Our own id as the UUID that LINE wants: the same id always gives the same key."""
    try:
        return str(uuid.UUID(client_ref))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sapa:{client_ref}"))


def judge(response: httpx.Response) -> SendResult:
    """What LINE's answer to a push means. 409: it had accepted this retry key before, so it is sent."""
    said = read_object(response.content)
    if response.status_code in (200, 409):
        return _sent(said)
    if response.status_code < 400:
        return Uncertain(f"HTTP {response.status_code}")
    return unwell(response, repeatable=True) or _refused(response, said)


def _sent(said: dict[str, Any]) -> SendResult:
    ids = [words(one.get("id")) for one in items(said.get("sentMessages"))]
    return Sent(ids[0], tuple(ids[1:])) if ids else Sent("")


def _refused(response: httpx.Response, said: dict[str, Any]) -> SendResult:
    message = words(said.get("message"))
    reasons = [words(one.get("message")) for one in items(said.get("details"))]
    detail = " ".join([str(response.status_code), message, *reasons])[:300]
    low = detail.lower()
    if response.status_code == 429:
        if "monthly limit" in low:
            return Failed(Failure.QUOTA_USED_UP, detail)
        return Retry(Failure.TOO_MANY, after_header(response), detail)
    if response.status_code == 401:
        return Failed(Failure.TOKEN_DEAD, detail)
    if response.status_code == 403:
        return Failed(Failure.PAYMENT_MISSING if "plan" in low else Failure.REFUSED_CONTENT, detail)
    if response.status_code == 413 or "length must be" in low:
        return Failed(Failure.TOO_LARGE, detail)
    if "'to'" in low or "failed to send messages" in low or "not found" in low:
        return Failed(Failure.NO_SUCH_RECIPIENT, detail)
    return Failed(Failure.REFUSED_CONTENT, detail)


def _text_message(out: Outbound) -> dict[str, Any]:
    """`reply_to` quotes only where it is a quote token: a message's id, all digits, cannot be quoted by."""
    message: dict[str, Any] = {"type": "text", "text": out.text}
    if out.reply_to and not out.reply_to.isdecimal() and not out.reply_to.startswith("event:"):
        message["quoteToken"] = out.reply_to
    if out.buttons:
        actions = [
            {
                "type": "action",
                "action": {"type": "message", "label": label[:_LABEL_LIMIT], "text": label[:300]},
            }
            for _code, label in out.buttons
        ]
        message["quickReply"] = {"items": actions}
    return message


def fetch_content(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """A file of a message, or a sticker's picture; 202 means that LINE still prepares it."""
    if sticker := ident(ref.get("sticker_id"), 40):
        base = str(account.settings.get("base_url") or STICKER_URL).rstrip("/")
        yield from download(http, f"{base}/stickershop/v1/sticker/{sticker}/android/sticker.png")
        return
    number = ident(ref.get("message_id"), 80)
    if not number.isdecimal():
        raise MediaGoneError("The message names no file.")
    base = str(account.settings.get("base_url") or DATA_URL).rstrip("/")
    yield from download(http, f"{base}/v2/bot/message/{number}/content", _bearer(account))


def connect_bot(account: Account, http: httpx.Client, hook_url: str) -> dict[str, Any]:
    """Tries the token and tells LINE our address; the switch *Use webhook* is for a person to turn on."""
    me = _json(ask(http, "GET", f"{_base(account)}/v2/bot/info", headers=_bearer(account)))
    url = f"{_base(account)}/v2/bot/channel/webhook/endpoint"
    _json(ask(http, "PUT", url, headers=_bearer(account), json={"endpoint": hook_url}))
    return {
        "account": words(me.get("userId")),
        "display_name": words(me.get("displayName")),
        "basic_id": words(me.get("basicId")),
    }


def look_up_person(ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
    """What LINE tells of whom `ask_for` names: nothing of who blocked the account or left. Raises `TokenDeadError`, `ProviderDownError`."""
    place, user = _place_of(ref)
    if not user:
        return ()
    response = ask(http, "GET", f"{_base(account)}/v2/bot/{place}", headers=_bearer(account))
    if response.status_code == 401:
        raise TokenDeadError("HTTP 401")
    name = words(read_object(response.content).get("displayName")).strip()
    if response.status_code != 200 or not name:
        return ()
    # Told again on another day, a name that went and came back is news once more.
    day = response.headers.get("date", "")[:16]
    body = msgspec.json.encode({"profile": {"userId": user, "displayName": name}})
    return (RawItem(dedupe_key("line", account.account, "profile", user, name, day), body),)


def _place_of(ref: str) -> tuple[str, str]:
    """The path of a profile, of a friend or of a member of a group, and whose it is."""
    _sort, _, rest = ref.partition(":")
    place, _, user = rest.rpartition("/")
    if not _ID.fullmatch(user):
        return "", ""
    if not place:
        return f"profile/{user}", user
    sort = {"C": "group", "R": "room"}.get(place[:1], "")
    return (f"{sort}/{place}/member/{user}", user) if sort and _ID.fullmatch(place) else ("", "")


def _json(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 400:
        message = words(mapping(read_object(response.content)).get("message"))
        raise TokenDeadError(f"{response.status_code} {message}"[:300])
    return read_object(response.content)


def _bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {words(account.settings.get('access_token')).strip()}"}


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or BASE_URL).rstrip("/")
