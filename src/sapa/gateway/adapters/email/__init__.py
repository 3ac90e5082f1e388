"""E-mail: a mailbox read by IMAP (RFC 3501, IDLE RFC 2177), replies sent by SMTP submission (RFC 6409)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from django.utils.translation import gettext_lazy as _

from sapa.gateway.adapters.email import mailbox, sending
from sapa.gateway.adapters.email.reading import events_of
from sapa.gateway.connecting import Account, Guide, SettingField
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    MediaGoneError,
    Outbound,
    Polled,
    Rate,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
)
from sapa.gateway.letters import leaf, parse_bytes
from sapa.gateway.types import Event, Key, Unsupported

_LARGEST = 20 * 1024 * 1024
_SECURITY = (("ssl", _("TLS sejak awal")), ("starttls", _("STARTTLS")), ("none", _("tanpa enkripsi")))


class Email(BaseAdapter):
    """The adapter of kind `email`."""

    kind = "email"
    capabilities = Capabilities(
        text_limit=200_000,
        media=dict.fromkeys(("image", "video", "audio", "document", "gif", "sticker", "contact"), _LARGEST),
        receipts=frozenset({"sent", "failed"}),
        rates=(Rate(30, 60.0),),
        first_contact=True,
        echoes=True,
        poll_seconds=60.0,
        listens=True,
    )
    guide = Guide(
        title=_("E-mail"),
        steps=(
            _("Alamat e-mail toko dan kata sandinya. Gmail dan Outlook meminta kata sandi aplikasi."),
            _(
                "Alamat server IMAP dan SMTP dari penyedia e-mail, misalnya imap.contoh.id dan smtp.contoh.id."
            ),
        ),
        takes=_("Sekitar 5 menit; tidak perlu persetujuan siapa pun."),
        proven=True,
        fields=(
            SettingField("address", _("Alamat e-mail toko")),
            SettingField(
                "from_name",
                _("Nama pengirim"),
                _("Yang dibaca pelanggan, misalnya Toko Sage"),
                is_required=False,
            ),
            SettingField(
                "username",
                _("Nama pengguna"),
                _("Kosongkan bila sama dengan alamat e-mail"),
                is_required=False,
            ),
            SettingField("password", _("Kata sandi (aplikasi)"), is_secret=True),
            SettingField("imap_host", _("Server IMAP")),
            SettingField("imap_port", _("Port IMAP"), default="993"),
            SettingField("imap_security", _("Pengamanan IMAP"), default="ssl", choices=_SECURITY),
            SettingField("smtp_host", _("Server SMTP")),
            SettingField("smtp_port", _("Port SMTP"), default="465"),
            SettingField("smtp_security", _("Pengamanan SMTP"), default="ssl", choices=_SECURITY),
            SettingField(
                "other_addresses",
                _("Alamat lain milik toko"),
                _("Dipisah koma; e-mail dari alamat ini bukan dari pelanggan"),
                is_required=False,
            ),
            SettingField(
                "plus_addressing",
                _("Server menerima alamat dengan tanda +"),
                _("Balasan pelanggan lalu selalu kembali ke percakapannya"),
                is_required=False,
                default="no",
                choices=(("no", _("tidak")), ("yes", _("ya"))),
            ),
        ),
    )

    def verify(self, request: RawRequest, account: Account) -> Rejected:
        """Mail comes by the mailbox only."""
        return Rejected("E-mail takes no web hooks.", 405)

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        """One mail as one event; pure and total."""
        if isinstance(raw, RawRequest):
            return [Unsupported("email.request")]
        return events_of(raw, account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        """Hands one mail to the submission server."""
        return sending.send(out, account)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        """The bytes of one attachment, out of the mail in the mailbox."""
        part = leaf(parse_bytes(mailbox.fetch_mail(ref, account)), int(ref["part"]))
        content = part.get_payload(decode=True) if part is not None else None
        if not isinstance(content, bytes):
            raise MediaGoneError("The mail no longer holds this file.")
        yield content

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        """What is new in the inbox and among the sent mails."""
        return mailbox.poll(cursor, account)

    def listen(
        self,
        cursor: Mapping[str, Any],
        account: Account,
        keep: Callable[[Polled], None],
        stop: threading.Event,
    ) -> None:
        """Stands at the inbox and reads it whenever the server says that something came."""
        while not stop.is_set():
            found = mailbox.poll(cursor, account)
            if found.items:
                keep(found)
            cursor = found.cursor
            mailbox.wait(account, stop)

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        """The customer's newest e-mail address; a thread's key is the mail that began it."""
        return next((key.value for key in keys if key.kind == "email"), "")

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        """Signs in to both servers once."""
        sent = mailbox.check(account)
        sending.check(account)
        return {"account": account.settings["address"], "sent_folder": sent}


ADAPTER = Email()
