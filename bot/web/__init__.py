"""The web pages: files as they are, no build step, served with headers that let nothing else in."""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ASSETS = Path(__file__).resolve().parent / "assets"
EMBEDDABLE = "pollux-chat"  # what begins so may be loaded by pages of other sites

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors {frames}",
    )
)


def pages(origins: Collection[str] = ()) -> APIRouter:
    """Routes of every file; `index.html` is `/`. Pages of `origins` may frame ours."""
    csp = _CSP.format(frames=" ".join(sorted(origins)) or "'none'")
    router = APIRouter()
    for file in sorted(ASSETS.iterdir()):
        if file.suffix in _TYPES:
            path = "/" if file.name == "index.html" else f"/{file.name}"
            router.routes.append(Route(path, _endpoint(file, csp), methods=["GET", "HEAD"]))
    return router


def _endpoint(file: Path, csp: str) -> Callable[[Request], Awaitable[Response]]:
    body = file.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "Content-Security-Policy": csp,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",  # asks each time, so an updated server is never met by an old page
        "ETag": tag,
    }
    if file.name.startswith(EMBEDDABLE):
        headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=_TYPES[file.suffix])

    return serve
