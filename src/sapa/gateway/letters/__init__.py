"""One mail taken apart, whatever its headers say: sender, date, thread, words and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from sapa.gateway.letters.replies import reply_of, text_of_html
from sapa.gateway.types import Media
from sapa.lib import text
from sapa.lib.media import kind_of

_EARLIEST, _LATEST = 1980, 2100
_REPLY_MARK = re.compile(r"^\s*(?:(?:re|fw|fwd|bls|balas|trs|aw|sv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]+)>")
_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+._-][^@]*)?@", re.IGNORECASE
)
_ADDRESS = re.compile(r"^[^@\s<>]+@[^@\s<>]+$")
_ADDRESS_WITHIN = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address in lower case and the name written beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says. `at` is None where no header holds a readable date; `own_hint` was it delivered to.

    `references` are the mails that it answers, oldest first. `parts` number the attachments among the mail's leaves.
    """

    sender: Address | None
    recipients: tuple[Address, ...]
    own_hint: tuple[str, ...]
    subject: str
    at: datetime | None
    message_id: str
    thread_id: str
    text: str
    media: tuple[Media, ...]
    automatic: bool
    is_report: bool
    references: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


def addresses_in(message: Message, *names: str) -> tuple[Address, ...]:
    """The addresses in headers of these names, each once; what is no address is left out."""
    values = [header_text(message, name) for name in names]
    found: dict[str, Address] = {}
    try:
        pairs = getaddresses([value for value in values if value])
    except (ValueError, IndexError, TypeError):
        pairs = []
    for name, address in pairs:
        if _ADDRESS.match(address):
            found.setdefault(address.casefold(), Address(address.casefold(), " ".join(name.split())))
    if not found:
        for value in values:
            for address in _ADDRESS_WITHIN.findall(value):
                found.setdefault(address.casefold(), Address(address.casefold()))
    return tuple(found.values())


def header_text(message: Message, name: str) -> str:
    """All headers of a name, decoded and on one line; unknown encodings are left as they stand."""
    return ", ".join(_decoded(str(value)) for value in message.get_all(name, []))


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError, AssertionError, TypeError, IndexError):
        pieces = [(value, None)]
    except Exception as error:  # email.errors.HeaderParseError, binascii.Error
        if type(error).__module__ not in ("email.errors", "binascii"):
            raise
        pieces = [(value, None)]
    joined = "".join(
        piece if isinstance(piece, str) else _in_charset(piece, charset) for piece, charset in pieces
    )
    return " ".join(text.clean(joined.encode("utf-8", "surrogateescape").decode("utf-8", "replace")).split())


def _in_charset(data: bytes, charset: str | None) -> str:
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return text.decode(data)


def read_letter(message: Message, timezone: ZoneInfo) -> Letter:
    """Take one mail apart. `timezone` is for dates that name none."""
    sender = next(iter(addresses_in(message, "From", "Sender", "Reply-To")), None)
    body, media, parts = _content(message)
    ids = _ID.findall(header_text(message, "Message-ID"))
    message_id = ids[0] if ids else header_text(message, "Message-ID")
    roots = [
        *_ID.findall(header_text(message, "References")),
        *_ID.findall(header_text(message, "In-Reply-To")),
    ]
    return Letter(
        sender=sender,
        recipients=addresses_in(message, "To", "Cc"),
        own_hint=tuple(a.address for a in addresses_in(message, "Delivered-To", "X-Original-To")),
        subject=header_text(message, "Subject"),
        at=_date(message, timezone),
        message_id=message_id,
        thread_id=roots[0] if roots else message_id,
        text=reply_of(body),
        media=media,
        automatic=_is_automatic(message),
        is_report=message.get_content_type() == "multipart/report",
        references=tuple(dict.fromkeys(roots)),
        parts=parts,
    )


def letter_key(letter: Letter) -> str:
    """What names a mail for good, in whichever mailbox or file it is found.

    Message-IDs are missing or repeated in the wild: the sender and the words are part of the key.
    """
    sender = letter.sender.address if letter.sender else ""
    said = "\x00".join((letter.message_id, sender, str(letter.at), letter.subject, letter.text))
    return blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def parse_bytes(data: bytes) -> Message:
    """A mail out of its bytes, an mbox envelope before it included."""
    if data.startswith(b"From "):
        envelope, _, rest = data.partition(b"\n")
        message = BytesParser(policy=policy.compat32).parsebytes(rest)
        message.set_unixfrom(envelope.decode("ascii", "replace"))
        return message
    return BytesParser(policy=policy.compat32).parsebytes(data)


def leaf(message: Message, number: int) -> Message | None:
    """The leaf of a mail that `Letter.parts` numbers."""
    return next((part for place, part in enumerate(_leaves(message)) if place == number), None)


def plain_subject(subject: str) -> str:
    """A subject without "Re:", "Bls:", "Fwd:" and the like, in lower case."""
    return " ".join(_REPLY_MARK.sub("", subject).casefold().split())


def is_reply(subject: str) -> bool:
    """Whether the subject says that this answers something."""
    return _REPLY_MARK.match(subject) is not None


def _is_automatic(message: Message) -> bool:
    submitted = header_text(message, "Auto-Submitted").casefold()
    precedence = header_text(message, "Precedence").casefold()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or "X-Autoreply" in message
        or "X-Autorespond" in message
        or "X-Auto-Response-Suppress" in message
        or "List-Unsubscribe" in message
        or "List-Id" in message
        or header_text(message, "Return-Path").strip() == "<>"
        or any(_ROBOT.match(one.address) for one in addresses_in(message, "From"))
    )


def _date(message: Message, timezone: ZoneInfo) -> datetime | None:
    """The date it was sent, else when a server took it in."""
    for value in _dates(message):
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
        if at is None or not _EARLIEST <= at.year <= _LATEST:
            continue
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC if "-0000" in value else timezone)
        return at
    return None


def _dates(message: Message) -> Iterator[str]:
    for name in ("Date", "Resent-Date", "Delivery-Date"):
        yield from (str(value) for value in message.get_all(name, []))
    for value in message.get_all("Received", []):
        yield str(value).rpartition(";")[2].strip()
    envelope = message.get_unixfrom() or ""
    yield envelope.removeprefix("From ").partition(" ")[2].strip()


def _content(message: Message) -> tuple[str, tuple[Media, ...], tuple[int, ...]]:
    """The words (plain text where there is some, else the HTML's), the attachments and their places among the leaves."""
    plain: list[str] = []
    markup: list[str] = []
    media: list[Media] = []
    places: list[int] = []
    for place, part in enumerate(_leaves(message)):
        name = _file_name(part)
        kind = part.get_content_type()
        attached = str(part.get("Content-Disposition", "")).strip().casefold().startswith("attachment")
        if name or attached or not kind.startswith("text/"):
            if kind.startswith("multipart/"):
                continue
            media.append(Media(_media_kind(kind, name), name, kind))
            places.append(place)
        elif kind == "text/html":
            markup.append(_words(part))
        else:
            plain.append(_words(part))
    body = "\n".join(words for words in plain if words.strip())
    if not body.strip() and markup:
        body = "\n".join(text_of_html(words) for words in markup)
    return body, tuple(media), tuple(places)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something. A mail attached to this one is an attachment, whatever it holds."""
    pending = [message]
    while pending:
        part = pending.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            pending.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        name = "?"
    return _decoded(name).replace("/", "_")[:200]


def _media_kind(kind: str, name: str) -> str:
    main = kind.partition("/")[0]
    if main in ("image", "audio", "video"):
        return main
    return kind_of(name) if name else "document"


def _words(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        payload = None
    if not isinstance(payload, bytes):
        raw = part.get_payload()
        return text.clean(raw) if isinstance(raw, str) else ""
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        charset = None
    words = _in_charset(payload, None if charset in (None, "utf-8", "us-ascii") else charset)
    return text.clean(words.replace("\r\n", "\n").replace("\r", "\n"))
