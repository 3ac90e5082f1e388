"""Mails saved to files: one (`.eml`, RFC 5322) or a mailbox of them (`.mbox`, RFC 4155)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from email import policy
from email.parser import BytesHeaderParser
from itertools import islice
from pathlib import Path

from sapa.gateway.letters import (
    Address,
    Letter,
    addresses_in,
    header_text,
    is_reply,
    letter_key,
    parse_bytes,
    plain_subject,
    read_letter,
)
from sapa.gateway.types import ChannelRef, ConversationRef, Key, MessageReceived, Person
from sapa.imports.formats import text
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Question, Row
from sapa.lib.text import decode, looks_like

CHANNEL = ChannelRef("email")
SAMPLE_ROWS = 20
LARGEST_MAIL = 48 * 1024 * 1024
_SURVEYED = 5000
_THREADS_REMEMBERED = 50_000
_KNOWN = re.compile(
    rb"^(from|to|cc|subject|date|message-id|received|return-path|mime-version|content-type|delivered-to"
    rb"|reply-to|in-reply-to|references|x-[\w-]+|sender|content-transfer-encoding):",
    re.IGNORECASE | re.MULTILINE,
)
_ENVELOPE = re.compile(rb"^From \S+.*\d{4}")


class Mail:
    """The format of saved mails."""

    name = "mail"
    kind = "email"

    def recognise(self, path: Path, head: bytes) -> int:
        """0..100 by the headers at the beginning."""
        if looks_like(head):
            return 0
        start = head.lstrip(b"\xef\xbb\xbf\r\n ")
        if _ENVELOPE.match(start):
            return 97
        if start.startswith(b"From "):
            start = start.partition(b"\n")[2]
        block = re.split(rb"\r?\n\r?\n|\r\r", start, maxsplit=1)[0]
        first = block.partition(b"\n")[0]
        if not re.match(rb"^[A-Za-z][\w-]*:", first):
            return 0
        names = {name.lower() for name in _KNOWN.findall(block)}
        return min(95, 30 * len(names)) if names & {b"from", b"subject", b"message-id", b"received"} else 0

    def preview(self, path: Path, answers: Answers) -> Preview:
        """Senders and the first mails. Raises `FormatError`."""
        own, guessed, seen = _own_addresses(path, answers)
        rows = list(islice(self.read(path, answers), SAMPLE_ROWS))
        messages = [event for row in rows for event in row.events if isinstance(event, MessageReceived)]
        question = Question("own_name", tuple(list(seen)[:8]), next(iter(own), ""))
        warnings = (Problem("own_name_guessed", {"names": sorted(own)}),) if guessed else ()
        return Preview(
            self.kind,
            self.name,
            rows=sum(1 for _ in _mails(path)),
            people=tuple(seen)[:50],
            first_at=messages[0].at.isoformat() if messages else "",
            columns=("at", "author", "text"),
            sample=tuple(
                (m.at.isoformat(), m.teammate or (m.person.record[1] if m.person else ""), m.text[:200])
                for m in messages
            ),
            questions=(question,) if guessed else (),
            warnings=warnings,
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One row a mail, one mail in memory at a time. Raises `FormatError`: empty_file, unreadable_file, not_text."""
        own, _, _ = _own_addresses(path, answers)
        reader = _Reader(own, answers)
        for number, data in enumerate(_mails(path), 1):
            yield reader.row(number, data)


class _Reader:
    """Turns mails into rows and keeps the threads of the file together."""

    def __init__(self, own: frozenset[str], answers: Answers) -> None:
        self._own = own
        self._answers = answers
        self._threads: dict[tuple[str, str], str] = {}

    def row(self, number: int, data: bytes | None) -> Row:
        if data is None:
            return Row(number, problem=Problem("mail_too_large", {"limit": LARGEST_MAIL}))
        try:
            letter = read_letter(parse_bytes(data), self._answers.timezone)
        except Exception:  # noqa: BLE001 - the email package raises a dozen kinds of errors on broken mails
            return Row(number, problem=Problem("mail_unreadable"), raw=(decode(data[:2000]),))
        if letter.is_report:
            return Row(number, skipped="delivery_report")
        if letter.sender is None:
            return Row(number, problem=Problem("sender_missing"), raw=(letter.subject, letter.text[:2000]))
        if letter.at is None:
            return Row(number, problem=Problem("mail_without_date"), raw=(letter.subject, letter.text[:2000]))
        return Row(number, (self._message(letter, letter.sender),))

    def _message(self, letter: Letter, sender: Address) -> MessageReceived:
        from_us = sender.address in self._own
        party = self._party(letter, sender, from_us)
        assert letter.at is not None  # noqa: S101 - row() has turned the others away
        return MessageReceived(
            CHANNEL,
            ConversationRef(
                self._thread(letter, party.address if party else ""),
                letter.subject,
                party=_person(party) if party else None,
            ),
            letter_key(letter),
            None if from_us else _person(sender),
            letter.text or ("" if letter.media else letter.subject),
            letter.at,
            media=letter.media,
            automatic=letter.automatic,
            teammate=(sender.name or sender.address) if from_us else "",
        )

    def _party(self, letter: Letter, sender: Address, from_us: bool) -> Address | None:
        if not from_us:
            return sender
        return next((other for other in letter.recipients if other.address not in self._own), None)

    def _thread(self, letter: Letter, party: str) -> str:
        """By the mail that began it (RFC 5322 3.6.4), else by subject and party."""
        about = (plain_subject(letter.subject), party)
        if letter.thread_id and not (letter.thread_id == letter.message_id and is_reply(letter.subject)):
            thread = f"thread:{letter.thread_id}"
        else:
            thread = self._threads.get(about) or f"subject:{about[0]}:{party}"
        if len(self._threads) >= _THREADS_REMEMBERED:
            self._threads.clear()
        self._threads.setdefault(about, thread)
        return thread


def _person(sender: Address) -> Person:
    return Person(("email", sender.address), sender.name, (Key("email", sender.address),))


def _mails(path: Path) -> Iterator[bytes | None]:
    """The mails of a file one by one; None for one over `LARGEST_MAIL` bytes."""
    _check(path)
    try:
        with path.open("rb") as file:
            lines: list[bytes] = []
            size, is_box, after_blank = 0, False, True
            for line in iter(lambda: file.readline(1024 * 1024), b""):
                if after_blank and _is_border(line, first=not size and not is_box) and (is_box or not size):
                    if size:
                        yield b"".join(lines) if size <= LARGEST_MAIL else None
                    lines, size, is_box = [], 0, True
                elif is_box and line.startswith(b">From "):
                    line = line[1:]
                after_blank = not line.strip()
                if not size and after_blank:
                    continue
                size += len(line)
                if size <= LARGEST_MAIL:
                    lines.append(line.removeprefix(b"\xef\xbb\xbf") if not lines else line)
            if size:
                yield b"".join(lines) if size <= LARGEST_MAIL else None
    except OSError as error:
        raise FormatError(Problem("unreadable_file", {"name": path.name})) from error


def _is_border(line: bytes, *, first: bool) -> bool:
    """A mailbox parts its mails by "From address date"; at the very beginning the date may be missing."""
    return line.startswith(b"From ") and (first or _ENVELOPE.match(line) is not None)


def _check(path: Path) -> None:
    head = text.read_head(path)
    if not head.strip(b"\x00\r\n\t "):
        raise FormatError(Problem("empty_file", {"name": path.name}))
    if looks_like(head):
        raise FormatError(Problem("not_text", {"name": path.name, "looks_like": looks_like(head)}))


def _own_addresses(path: Path, answers: Answers) -> tuple[frozenset[str], bool, tuple[str, ...]]:
    """(the shop's addresses, was that guessed?, all addresses, most frequent first).

    Told ones count where a mail of the file knows them; else the box's own owner (`Delivered-To`), else
    the address that stands in the most mails.
    """
    counts: Counter[str] = Counter()
    hints: Counter[str] = Counter()
    told = {name.casefold().strip() for name in answers.own_names}
    own: set[str] = set()
    parser = BytesHeaderParser(policy=policy.compat32)
    for data in islice(_mails(path), _SURVEYED):
        try:
            message = parser.parsebytes((data or b"")[:65536])
            found = addresses_in(message, "From", "To", "Cc")
            hints.update(
                address.address for address in addresses_in(message, "Delivered-To", "X-Original-To")
            )
        except Exception:  # noqa: BLE001, S112 - a broken mail is told of by its own row
            continue
        counts.update(address.address for address in found)
        own |= {a.address for a in found if a.address in told or (a.name and a.name.casefold() in told)}
    seen = tuple(address for address, _ in counts.most_common())
    if own:
        return frozenset(own | {name for name in told if "@" in name}), False, seen
    if hints:
        return frozenset({hints.most_common(1)[0][0]}), False, seen
    best = counts.most_common(2)
    if len(best) == 2 and best[0][1] == best[1][1]:
        return frozenset({_recipient(path) or best[0][0]}), True, seen
    return frozenset(seen[:1]), bool(seen), seen


def _recipient(path: Path) -> str:
    """To whom the first mail went: a mail saved alone was mostly received."""
    data = next(_mails(path), None)
    if data is None:
        return ""
    message = BytesHeaderParser(policy=policy.compat32).parsebytes(data[:65536])
    if not header_text(message, "To"):
        return ""
    return next((address.address for address in addresses_in(message, "To")), "")


FORMATS = (Mail(),)
