"""Where the calendars of Google and Microsoft tell that there is news."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Protocol, runtime_checkable

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.status import HTTP_202_ACCEPTED

from twin_core.contract.errors import NotFound


@runtime_checkable
class TakesNews(Protocol):
    """A source that may be told instead of asked."""

    name: str

    def take_news(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Unauthenticated for what comes over no channel of ours."""
        ...


def news_router(sources: Iterable[object]) -> APIRouter:
    """POST /hooks/{source}/news. Proven by the secret of the channel; that there is news is all that is believed."""
    told = {source.name: source for source in sources if isinstance(source, TakesNews)}
    router = APIRouter(tags=["hooks"])

    @router.post("/hooks/{source}/news", status_code=HTTP_202_ACCEPTED, summary="A calendar tells that there is news")
    async def take(
        request: Request,
        source: Annotated[str, Path(max_length=100)],
        asked: Annotated[str | None, Query(alias="validationToken", max_length=2000)] = None,
    ) -> Response:
        if (known := told.get(source)) is None:
            raise NotFound(f"There is no source called {source!r}.", hint="It is set up under [calendars].")
        if asked is not None:  # Microsoft asks whether it is us, before a channel is opened
            return PlainTextResponse(asked, headers={"X-Content-Type-Options": "nosniff"})
        known.take_news({k.lower(): v for k, v in request.headers.items()}, await request.body())
        return Response(status_code=HTTP_202_ACCEPTED)

    return router
