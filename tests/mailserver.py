"""A real mail server for tests: Postfix takes mail in on loopback, Dovecot keeps it and offers IMAP.

Both run with folders and ports of their own, below a temporary folder, and are ended again. They need root (Postfix
changes users) and Debian's packages postfix, dovecot-imapd and dovecot-lmtpd; `why_not` says what is missing.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.processes import free_port

PASSWORD = "rahasia-toko"
START_SECONDS = 30
_POSTFIX, _DOVECOT = Path("/usr/sbin/postfix"), Path("/usr/sbin/dovecot")


@dataclass(frozen=True)
class MailServer:
    """Where it listens; every address @tokosage.test and @pelanggan.test has a mailbox, all others bounce."""

    smtp_port: int
    imap_port: int
    folder: Path

    def deliver(self, mail: bytes, *, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as server:
            server.sendmail(sender, [to], mail)

    def log(self) -> str:
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace") for path in sorted(self.folder.glob("*.log"))
        )


def why_not() -> str:
    """Why no mail server can run here, "" where one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "Postfix needs root"
    missing = [path.name for path in (_POSTFIX, _DOVECOT, Path("/usr/lib/dovecot/lmtp")) if not path.exists()]
    return f"not installed: {', '.join(missing)}" if missing else ""


@contextlib.contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Both servers, ready to take mail in."""
    folder = Path(tempfile.mkdtemp(prefix="sapa-mail-"))
    folder.chmod(0o755)
    server = MailServer(free_port(), free_port(), folder)
    dovecot = _start_dovecot(server)
    try:
        _start_postfix(server)
        try:
            _wait(server.smtp_port, server)
            _wait(server.imap_port, server)
            yield server
        finally:
            subprocess.run([_POSTFIX, "-c", folder / "postfix", "stop"], check=False, capture_output=True)
    finally:
        dovecot.terminate()
        dovecot.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _start_dovecot(server: MailServer) -> subprocess.Popen[bytes]:
    folder = server.folder
    user = pwd.getpwnam("nobody")
    mails = folder / "mails"
    mails.mkdir()
    os.chown(mails, user.pw_uid, user.pw_gid)
    conf = folder / "dovecot.conf"
    conf.write_text(
        f"""
protocols = imap lmtp
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{mails}/%u
first_valid_uid = 1
default_client_limit = 200
default_process_limit = 50
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {server.imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={mails}/%u allow_all_users=yes
}}
""",
        encoding="utf-8",
    )
    return subprocess.Popen(
        [_DOVECOT, "-F", "-c", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _start_postfix(server: MailServer) -> None:
    folder = server.folder
    conf, queue, data = folder / "postfix", folder / "queue", folder / "postfix-data"
    for path in (conf, queue, data):
        path.mkdir()
    os.chown(data, pwd.getpwnam("postfix").pw_uid, -1)
    (conf / "main.cf").write_text(
        f"""
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mail.tokosage.test
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = tokosage.test, pelanggan.test
virtual_mailbox_maps = regexp:{conf}/boxes
virtual_transport = lmtp:unix:{folder}/lmtp
default_transport = error:5.1.1 no mail leaves this test
alias_maps =
alias_database =
smtpd_peername_lookup = no
""",
        encoding="utf-8",
    )
    (conf / "boxes").write_text("/@(tokosage|pelanggan)\\.test$/ ok\n", encoding="utf-8")
    (conf / "master.cf").write_text(_MASTER.format(port=server.smtp_port), encoding="utf-8")
    done = subprocess.run([_POSTFIX, "-c", conf, "start"], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{done.stderr}\n{server.log()}")


def _wait(port: int, server: MailServer) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.settimeout(2)
            if line.recv(4):
                return
        time.sleep(0.1)
    raise RuntimeError(server.log())


_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
