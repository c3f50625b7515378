"""A real IMAP server for tests: Dovecot on a free port, with one mailbox."""

import asyncio
import getpass
import imaplib
import os
import pwd
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.services import require_program

USER, PASSWORD = "pollux", "a-secret"
_START_S = 60.0

T = TypeVar("T")


class Dovecot:
    """`async with Dovecot() as server`; stop and start it as often as you like. `port` takes STARTTLS, `sealed` is TLS
    from the first byte, where it has a certificate.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self._program = require_program("dovecot", "/usr/sbin/dovecot")
        self._process: asyncio.subprocess.Process | None = None
        # Started by root it is several other users, who may not enter a test's own folder.
        self._kept = tempfile.TemporaryDirectory(prefix="dovecot")
        self._folder = Path(self._kept.name)
        self._folder.chmod(0o755)
        (self._folder / "mail").mkdir(mode=0o777)
        (self._folder / "mail").chmod(0o777)
        with socket.socket() as probe, socket.socket() as another:
            for each in (probe, another):
                each.bind(("127.0.0.1", 0))
            self.port, self.sealed = (int(each.getsockname()[1]) for each in (probe, another))
        self._certificate = certificate
        (self._folder / "dovecot.conf").write_text("\n".join(self._configuration()), encoding="utf-8")

    def _configuration(self) -> Sequence[str]:
        root = os.geteuid() == 0
        owner = pwd.getpwnam("nobody" if root else getpass.getuser())
        return (
            f"base_dir = {self._folder}/run",
            f"log_path = {self._folder}/log",
            "protocols = imap",
            "listen = 127.0.0.1",
            *(
                ("ssl = yes", f"ssl_cert = <{self._certificate[0]}", f"ssl_key = <{self._certificate[1]}")
                if self._certificate
                else ("ssl = no",)
            ),
            "disable_plaintext_auth = no",
            f"mail_location = maildir:{self._folder}/mail",
            "first_valid_uid = 1",
            f"passdb {{\n driver = static\n args = password={PASSWORD}\n}}",
            f"userdb {{\n driver = static\n args = uid={owner.pw_uid} gid={owner.pw_gid} home={self._folder}/mail\n}}",
            "service imap-login {",
            f" inet_listener imap {{\n  port = {self.port}\n }}",
            f" inet_listener imaps {{\n  port = {self.sealed if self._certificate else 0}\n }}\n}}",
            *(() if root else (f"default_internal_user = {owner.pw_name}", f"default_login_user = {owner.pw_name}")),
            *(() if root else ("service imap-login {\n chroot =\n}", "service anvil {\n chroot =\n}")),
        )

    async def __aenter__(self) -> "Dovecot":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._kept.cleanup()

    async def start(self) -> None:
        """Returns when somebody can log in."""
        self._process = await asyncio.create_subprocess_exec(
            self._program, "-F", "-c", str(self._folder / "dovecot.conf"), stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(_START_S):
            while True:
                try:
                    await self.unread()
                except (OSError, imaplib.IMAP4.error):
                    await asyncio.sleep(0.05)
                else:
                    return

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def put(self, raw: bytes) -> None:
        """Delivers a mail."""
        await self._ask(lambda session: session.append("INBOX", "", "", raw))

    async def unread(self) -> int:
        """How many mails nobody has read."""
        found = await self._ask(lambda session: session.uid("SEARCH", "UNSEEN"))
        return len((found[1][0] or b"").split())

    async def _ask(self, command: Callable[[imaplib.IMAP4], T]) -> T:
        def ask() -> T:
            with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as session:
                session.login(USER, PASSWORD)
                session.select("INBOX")
                return command(session)

        return await asyncio.to_thread(ask)
