"""How a person grants access: in a browser on this machine (RFC 8252), or on another device (RFC 8628).

Each answers the refresh token, and tells the person what to do through `tell`.
"""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from connectors.oauth.grants import Provider
from connectors.oauth.tokens import post_form
from connectors.web import Web
from connectors.web.document import Node
from twin_core.contract.errors import Rejected, Unavailable

Tell = Callable[[str], None]
_WAIT_S = 600.0
_LINE = 8192
_DONE = "<!doctype html><title>Pollux</title><p>Done. You may close this page and go back to Pollux."


async def by_browser(web: Web, provider: Provider, tell: Tell) -> str:
    """Opens a door on the loopback address for the one answer that comes back. Raises PolluxError."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    came: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline())[:_LINE].decode("latin-1").split(" ")
        query = {key: values[0] for key, values in parse_qs(urlsplit(line[1] if len(line) > 1 else "").query).items()}
        known = secrets.compare_digest(query.get("state", ""), state)
        body = _DONE.encode()
        head = f"HTTP/1.1 {'200 OK' if known else '404 Not Found'}\r\nContent-Type: text/html\r\n"
        writer.write(f"{head}Content-Length: {len(body) if known else 0}\r\nConnection: close\r\n\r\n".encode())
        writer.write(body if known else b"")
        await writer.drain()
        writer.close()
        if known and not came.done():
            came.set_result(query)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        redirect = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect,
            "scope": provider.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **(provider.more or {}),
        }
        tell(f"Open this address in a browser on this machine:\n{provider.authorize_url}?{urlencode(asked)}")
        try:
            found = await asyncio.wait_for(came, _WAIT_S)
        except TimeoutError:
            raise Unavailable("Nobody answered in ten minutes.", code="no_answer", hint="Try again.") from None
    if "code" not in found:
        raise Rejected(f"{provider.title} granted nothing ({found.get('error', 'no reason')}).", code="not_granted")
    form = {"grant_type": "authorization_code", "code": found["code"], "redirect_uri": redirect}
    answered = await post_form(web, provider.token_url, {**form, "code_verifier": verifier, **provider.secrets()})
    return _refresh_token(provider, Node(answered.json(provider.title)))


async def by_device(
    web: Web, provider: Provider, tell: Tell, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> str:
    """The person enters a short code wherever they have a browser. Raises PolluxError."""
    asked = await post_form(web, provider.device_url, {"client_id": provider.client_id, "scope": provider.scope})
    found = Node(asked.json(provider.title))
    code, user_code = found["device_code"].text_of(_LINE), found["user_code"].text()
    if not code or not user_code:
        raise Rejected(f"{provider.title} offers no code for this application.", code="not_granted")
    tell(f"Open {found['verification_uri'].text() or found['verification_url'].text()} and enter {user_code}")
    every_s, left_s = found["interval"].number() or 5.0, found["expires_in"].number() or _WAIT_S
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code, **provider.secrets()}
    while left_s > 0:
        await wait(every_s)
        left_s -= every_s
        answered = Node((await post_form(web, provider.token_url, form)).json(provider.title))
        error = answered["error"].text()
        if error == "slow_down":
            every_s += 5.0
        elif error != "authorization_pending":
            return _refresh_token(provider, answered)
    raise Unavailable("The code was not entered in time.", code="no_answer", hint="Try again.")


def _refresh_token(provider: Provider, answered: Node) -> str:
    if not (token := answered["refresh_token"].text_of(_LINE)):
        said = answered["error"].text() or "no lasting access"
        raise Rejected(f"{provider.title} granted nothing ({said}).", code="not_granted", hint="Try again.")
    return token
