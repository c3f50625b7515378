"""Ears and a mouth for pages and programs: a recording becomes words, and words become sound."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from bot.channels._wire import person
from bot.voice.engines import Engines, Wishes
from bot.voice.understanding import Understands
from bot.voice.wav import LONGEST_S, TOO_LONG_HINT
from twin_core.contract.errors import Rejected

MAX_CHARS = 2_000
_MOST_BYTES = 12_000_000  # a minute of two channels at 48 kHz and 16 bits
_TOO_LARGE = f"This recording is too large; I listen to {LONGEST_S:.0f} s and {_MOST_BYTES // 1_000_000} MB at most."
# How large a body may be at these paths, what is said of one that is larger, and what to do.
RECORDINGS = {"/api/v1/voice/hearing": (_MOST_BYTES, _TOO_LARGE, TOO_LONG_HINT)}
_WAV, _OGG = "audio/wav", "audio/ogg"
_SOUND: dict[int | str, dict[str, Any]] = {200: {"content": {_WAV: {}, _OGG: {}}}}
_TAKES_WAV = {"requestBody": {"required": True, "content": {"audio/wav": {"schema": {"type": "string"}}}}}


class Text(BaseModel):
    """What is read out, or was heard."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=MAX_CHARS)]


def voice_router(engines: Engines, wishes: Wishes, understands: Understands) -> APIRouter:
    """Routes under /voice. Nothing is done on what is heard: it is for whoever asked to send it on."""
    router = APIRouter(prefix="/voice", tags=["voice"])

    @router.post("/hearing", summary="What is said in a WAV file", openapi_extra=_TAKES_WAV)
    async def hearing(request: Request) -> dict[str, Any]:
        try:
            recording = await request.body()
        except ClientDisconnect:
            raise Rejected("The recording did not arrive whole.", code="cut_off", hint="Send it again.") from None
        heard = await engines.hear(recording, person(request))
        return {
            "text": heard.hearing.text,
            "confidence": heard.hearing.confidence,
            "sure": heard.sure,
            "guesses": list(dict.fromkeys(guess.text for guess in heard.hearing.guesses)),
            "message": f"{heard.notice} {heard.message}".strip(),
        }

    @router.post(
        "/speech",
        summary="A text, read out: a WAV file, or Opus where Accept names audio/ogg",
        response_class=Response,
        responses=_SOUND,
    )
    async def speech(request: Request, body: Text, accept: Annotated[str, Header()] = _WAV) -> Response:
        wav = await engines.speak(body.text, person(request))
        if not _wants_opus(accept):
            return Response(wav, media_type=_WAV, headers={"Vary": "Accept"})
        from bot.voice.processing import opus_of  # heavy, and most are content with WAV

        return Response(await asyncio.to_thread(opus_of, wav), media_type=_OGG, headers={"Vary": "Accept"})

    @router.post("/understanding", summary="Whether a text is surely a request that Pollux knows; nothing is done")
    async def understanding(body: Text) -> dict[str, bool]:
        return {"understood": await understands(body.text)}

    @router.get("/manner", summary="How you want to be spoken to; what is not there is as the house has set it")
    async def manner(request: Request) -> Mapping[str, object]:
        return await wishes(person(request))

    return router


def _wants_opus(accept: str) -> bool:
    named = {part.partition(";")[0].strip().casefold() for part in accept.split(",")}
    return _OGG in named and _WAV not in named
