"""The mailbox: what came in, and what the shop sent from elsewhere, each once.

The cursor keeps for each folder its UIDVALIDITY and the last UID (RFC 3501 2.3.1.1); where the server says that its
UIDs no longer hold, the folder is read again: the key of a mail makes that harmless.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event as Flag
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from sapa.gateway.connecting import Account
from sapa.gateway.contract import MediaGoneError, Polled, ProviderDownError, RawItem, TokenDeadError

INBOX = "INBOX"
MOST_AT_ONCE = 100
IDLE_SECONDS = 25 * 60  # a server may hang up after 29 minutes (RFC 2177)
_TIMEOUT = 30
_HISTORY_MAILS = 500
_DOWN = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError)


@contextmanager
def opened(account: Account) -> Iterator[BaseMailBox]:
    """The mailbox, signed in. Raises `TokenDeadError` or `ProviderDownError`."""
    settings = account.settings
    host, port = str(settings["imap_host"]), int(settings.get("imap_port") or 993)
    kind = {"ssl": MailBox, "starttls": MailBoxStartTls, "none": MailBoxUnencrypted}
    try:
        box = kind[str(settings.get("imap_security") or "ssl")](host, port, timeout=_TIMEOUT)
    except (*_DOWN, KeyError) as error:
        raise ProviderDownError(type(error).__name__) from error
    try:
        user = str(settings.get("username") or settings["address"])
        if settings.get("access_token"):
            box.xoauth2(user, str(settings["access_token"]), initial_folder=None)
        else:
            box.login(user, str(settings["password"]), initial_folder=None)
        yield box
    except MailboxLoginError as error:
        raise TokenDeadError("The mail server refuses user name or password.") from error
    except _DOWN as error:
        raise ProviderDownError(type(error).__name__) from error
    finally:
        _leave(box)


def _leave(box: BaseMailBox) -> None:
    try:
        box.client.logout()
    except _DOWN:
        box.client.shutdown()


def check(account: Account) -> str:
    """Signs in once; answers the folder of sent mails ("" where there is none)."""
    with opened(account) as box:
        sent = _sent_folder(box)
        box.folder.set(INBOX, readonly=True)
        return sent


def _sent_folder(box: BaseMailBox) -> str:
    return next((one.name for one in box.folder.list() if "\\Sent" in one.flags), "")


def poll(cursor: Mapping[str, Any], account: Account) -> Polled:
    """Up to `MOST_AT_ONCE` new mails of each folder, oldest first. A first look takes the newest 500, as history."""
    items: list[RawItem] = []
    places = {key: dict(value) for key, value in cursor.items()}
    with opened(account) as box:
        for folder in filter(None, (INBOX, str(account.settings.get("sent_folder") or ""))):
            found, place = _read_folder(box, folder, places.get(folder, {}))
            items += found
            places[folder] = place
    return Polled(tuple(items), places)


def wait(account: Account, stop: Flag, *, seconds: float = IDLE_SECONDS) -> bool:
    """Stands at the inbox until something comes (True), `seconds` passed or `stop` is set (False): IMAP IDLE."""
    with opened(account) as box:
        box.folder.set(INBOX, readonly=True)
        if "IDLE" not in box.client.capabilities:
            return stop.wait(min(seconds, 60.0)) and False
        with box.idle as idle:
            waited = 0.0
            while waited < seconds and not stop.is_set():
                if any(b"EXISTS" in line for line in idle.poll(timeout=1)):
                    return True
                waited += 1.0
    return False


def _read_folder(
    box: BaseMailBox, folder: str, place: Mapping[str, Any]
) -> tuple[list[RawItem], dict[str, Any]]:
    box.folder.set(folder, readonly=True)
    validity = int(box.folder.status(folder, ("UIDVALIDITY",))["UIDVALIDITY"])
    if place.get("validity") != validity:
        place = _first_place(box, validity)
    last, until = int(place["uid"]), int(place["history_until"])
    # "n:*" always answers the newest mail, also where its UID is below n.
    uids = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)[:MOST_AT_ONCE]
    items = [item for uid in uids if (item := _item(box, folder, validity, uid, is_history=uid <= until))]
    return items, {**place, "uid": max([last, *uids])}


def _first_place(box: BaseMailBox, validity: int) -> dict[str, Any]:
    """Before the newest mails of a folder just met; all that is there now is history, however many looks it takes."""
    there = sorted(map(int, box.uids("ALL")))
    before = there[-_HISTORY_MAILS] - 1 if len(there) >= _HISTORY_MAILS else 0
    return {"validity": validity, "uid": before, "history_until": there[-1] if there else 0}


def _item(box: BaseMailBox, folder: str, validity: int, uid: int, *, is_history: bool) -> RawItem | None:
    body = _body(box, uid)
    if body is None:
        return None
    head: dict[str, Any] = {"folder": folder, "uid": uid, "sent": folder != INBOX}
    return RawItem(f"{folder[:24]}:{validity}:{uid}", body, head | ({"history": True} if is_history else {}))


def _body(box: BaseMailBox, uid: int) -> bytes | None:
    _, answer = box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def fetch_mail(ref: Mapping[str, Any], account: Account) -> bytes:
    """The whole mail that `ref` names, looked for by its Message-ID where its UID no longer holds. Raises `MediaGoneError`."""
    wanted = str(ref.get("message_id", ""))
    with opened(account) as box:
        box.folder.set(str(ref["folder"]) or INBOX, readonly=True)
        body = _body(box, int(ref["uid"]))
        if body is not None and (not wanted or wanted.encode() in body[:65536]):
            return body
        quoted = wanted.replace("\\", "").replace('"', "")
        for uid in box.uids(f'HEADER Message-ID "{quoted}"') if quoted else ():
            found = _body(box, int(uid))
            if found is not None:
                return found
    raise MediaGoneError("The mail is no longer in the mailbox.")
