"""Replies as mails: threaded by our own Message-IDs, marked where no person wrote them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sapa.gateway.adapters.email.reading import LOOP_HEADER, failure_of, own_domain
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    ProviderDownError,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
)

_TIMEOUT = 30
_MOST_REFERENCES = 20


def compose(out: Outbound, account: Account) -> EmailMessage:
    """The mail: its Message-ID is `<client_ref@the shop's domain>`, so that an answer and an echo name it again."""
    mail = EmailMessage(policy=SMTP)
    address = str(account.settings["address"])
    mail["From"] = Address(str(account.settings.get("from_name") or account.name), addr_spec=address)
    mail["To"] = Address(addr_spec=out.recipient)
    mail["Subject"] = " ".join(_subject(out, account).split())
    if out.at is not None:
        mail["Date"] = format_datetime(out.at)
    mail["Message-ID"] = f"<{_ref(out)}@{own_domain(account)}>"
    if str(account.settings.get("plus_addressing")) == "yes":
        user, _, domain = address.partition("@")
        mail["Reply-To"] = Address(addr_spec=f"{user}+{_ref(out)}@{domain}")
    thread = [one for one in dict.fromkeys((*out.thread_ids, out.reply_to)) if one]
    if thread:
        kept = thread[:1] + thread[1:][-_MOST_REFERENCES:]
        mail["In-Reply-To"] = f"<{thread[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in kept)
    if out.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail[LOOP_HEADER] = account.public_id
    mail.set_content(out.text)
    for file in out.files:
        main, _, sub = (file.mime or "application/octet-stream").partition("/")
        mail.add_attachment(file.read(), maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return mail


def _ref(out: Outbound) -> str:
    return out.client_ref.replace("-", "").lower()


def _subject(out: Outbound, account: Account) -> str:
    if not out.subject:
        return str(account.settings.get("from_name") or account.name or account.settings["address"])
    is_answer = bool(out.thread_ids or out.reply_to)
    return out.subject if not is_answer or out.subject.casefold().startswith("re:") else f"Re: {out.subject}"


def send(out: Outbound, account: Account) -> SendResult:
    """Hands the mail to the submission server. Once the words have gone and no answer came, nobody knows: `Uncertain`."""
    try:
        mail = compose(out, account)
    except (ValueError, IndexError) as error:
        return Failed(Failure.NO_SUCH_RECIPIENT, f"The address cannot be written: {error}"[:300])
    try:
        with _opened(account) as server:
            return _hand_over(server, mail, account, out)
    except TokenDeadError as error:
        return Failed(Failure.TOKEN_DEAD, str(error))
    except ProviderDownError as error:
        return Retry(Failure.UNREACHABLE, detail=str(error))


def _hand_over(server: smtplib.SMTP, mail: EmailMessage, account: Account, out: Outbound) -> SendResult:
    try:
        server.send_message(mail, from_addr=str(account.settings["address"]), to_addrs=[out.recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        return Uncertain(type(error).__name__)
    except (smtplib.SMTPException, ValueError) as error:
        return Failed(Failure.REFUSED_CONTENT, type(error).__name__)
    return Sent(str(mail["Message-ID"]).strip("<>"))


def _refused(code: int, said: bytes | str) -> SendResult:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    detail = f"{code} {words}"[:300]
    if 400 <= code < 500:
        return Retry(Failure.TOO_MANY if code in (421, 450, 452) else Failure.PROVIDER_DOWN, detail=detail)
    known = failure_of(words)
    if known is Failure.UNKNOWN:
        known = {552: Failure.TOO_LARGE, 554: Failure.REFUSED_CONTENT}.get(code, Failure.NO_SUCH_RECIPIENT)
    return Failed(known, detail)


@contextmanager
def _opened(account: Account) -> Iterator[smtplib.SMTP]:
    settings = account.settings
    host, port = str(settings["smtp_host"]), int(settings.get("smtp_port") or 465)
    security = str(settings.get("smtp_security") or "ssl")
    try:
        server = _connected(host, port, security)
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        raise ProviderDownError(type(error).__name__) from error
    try:
        _sign_in(server, account)
        yield server
    finally:
        _leave(server)


def _connected(host: str, port: int, security: str) -> smtplib.SMTP:
    if security == "ssl":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    if security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _sign_in(server: smtplib.SMTP, account: Account) -> None:
    settings = account.settings
    user = str(settings.get("username") or settings["address"])
    try:
        server.ehlo_or_helo_if_needed()
        if settings.get("access_token"):
            token = str(settings["access_token"])
            server.auth("XOAUTH2", lambda _challenge=None: f"user={user}\x01auth=Bearer {token}\x01\x01")
        elif server.has_extn("auth"):
            server.login(user, str(settings["password"]))
    except smtplib.SMTPAuthenticationError as error:
        raise TokenDeadError("The mail server refuses user name or password.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ProviderDownError(type(error).__name__) from error


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def check(account: Account) -> None:
    """Signs in once. Raises `TokenDeadError` or `ProviderDownError`."""
    with _opened(account) as server:
        server.noop()
