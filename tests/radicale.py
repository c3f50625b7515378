"""A real Radicale (a CalDAV server) for tests: in a process of its own, on a free port, with a password."""

import asyncio
import base64
import socket
import sys
from pathlib import Path
from types import TracebackType

import httpx2

USER, PASSWORD = "anna", "secret"
_START_S = 60.0
_MKCALENDAR = (
    '<?xml version="1.0"?><c:mkcalendar xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><set><prop>'
    "<displayname>{}</displayname></prop></set></c:mkcalendar>"
)


class Radicale:
    """`async with Radicale(folder) as server`; stop, start and kill it as often as you like."""

    def __init__(self, folder: Path) -> None:
        self._process: asyncio.subprocess.Process | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"
        self.storage = folder / "radicale"
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        self._config = folder / "radicale.conf"
        self._config.write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = htpasswd\n"
            f"htpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {self.storage}\n[logging]\nlevel = error\n",
            encoding="utf-8",
        )
        self._client = httpx2.AsyncClient(base_url=self.url, auth=(USER, PASSWORD), trust_env=False, timeout=30.0)

    async def __aenter__(self) -> "Radicale":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        await self.kill()

    async def start(self) -> None:
        """Returns when it answers."""
        command = (sys.executable, "-W", "ignore", "-m", "radicale", "--config", str(self._config))
        null = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*command, stdout=null, stderr=null)
        async with asyncio.timeout(_START_S):
            while True:
                try:
                    await self._client.get("/.web/")
                except httpx2.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    return

    async def kill(self) -> None:
        """At once, whatever it is doing."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    # --- somebody else's calendar program ------------------------------------------------------------

    async def make_calendar(self, name: str) -> None:
        body = _MKCALENDAR.format(name.title())
        response = await self._client.request("MKCALENDAR", f"/{USER}/{name}/", content=body.encode())
        assert response.status_code == 201, response.text

    async def put(self, calendar: str, file: str, text: str) -> None:
        """Stores one resource, or a whole calendar where `file` is empty."""
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        response = await self._client.put(f"/{USER}/{calendar}/{file}", content=text.encode(), headers=headers)
        assert response.status_code in (201, 204), response.text

    async def get(self, path: str) -> str:
        response = await self._client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    async def delete(self, path: str) -> None:
        assert (await self._client.delete(path)).status_code == 200

    async def files(self, calendar: str) -> list[str]:
        """The paths of all resources of a calendar."""
        response = await self._client.request("PROPFIND", f"/{USER}/{calendar}/", headers={"Depth": "1"})
        return [
            part.split("<", 1)[0] for part in response.text.split("<href>") if part.split("<", 1)[0].endswith(".ics")
        ]


def credentials() -> str:
    """The Authorization header of the user."""
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
