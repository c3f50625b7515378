"""What `pollux doctor` says of a Rasa server that should understand and does not."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Header, HTTPException
from httpx2 import ASGITransport, AsyncClient

from bot.doctor import doctor_router, examine
from bot.nlu.embedded import NluOptions
from bot.nlu.engines import open_nlu, rasa_options
from bot.nlu.rasa import RasaNlu
from bot.settings import Settings, load_settings
from tests.bot.channels.scripted import serving
from tests.bot.nlu.conftest import DATA, NOW, cache
from tests.bot.nlu.rasa_peer import answering, rasa_peer
from twin_core.bus import Core
from twin_core.contract.commands import Diagnose
from twin_core.contract.errors import Rejected

__all__ = ["cache"]


def settings(folder: Path, url: str) -> Settings:
    environ = {"POLLUX_NLU": "rasa", "POLLUX_RASA__URL": url, "POLLUX_RASA__TOKEN": "s3cret"}
    return load_settings({"data": folder, "port": 0, "mqtt": {"port": 0}}, file=folder / "none", environ=environ)


async def test_a_rasa_that_is_away_is_a_fault_with_what_to_do(tmp_path: Path) -> None:
    async with rasa_peer(answering(status=401)) as peer:
        faults = await examine(settings(tmp_path, peer.url))
    (fault,) = [f for f in faults if f.part == "understanding"]
    assert "another token" in fault.message
    assert "--auth-token" in fault.hint
    assert "s3cret" not in f"{fault}"


@pytest.mark.parametrize("folder", ["data", "taught"])
async def test_training_data_that_cannot_be_read_is_named_by_file_and_line(tmp_path: Path, folder: str) -> None:
    chosen = load_settings({"data": tmp_path, "port": 0, "mqtt": {"port": 0}}, file=tmp_path / "none")
    root = chosen.taught_folder
    if folder == "data":
        root = tmp_path / "own"
        chosen = load_settings(
            {"data": tmp_path, "port": 0, "mqtt": {"port": 0}, "nlu_data": root}, file=tmp_path / "none"
        )
    path = root / "nlu" / "en" / "greet.yml"
    path.parent.mkdir(parents=True)
    path.write_text("nlu:\n  - intent: greet\n    examples: |\n      - hello\n      hi\n", encoding="utf-8")
    (fault,) = [f for f in await examine(chosen) if f.part == "understanding"]
    assert f"{path}:5: " in fault.message
    assert fault.hint


async def test_a_way_out_with_a_typo_is_a_fault_that_tells_no_secret(tmp_path: Path) -> None:
    ways = {"phone": {"kind": "apprise", "url": "ntfyy://s3cret"}}
    chosen = load_settings({"data": tmp_path, "port": 0, "mqtt": {"port": 0}, "notify": ways}, file=tmp_path / "none")
    (fault,) = [f for f in await examine(chosen) if f.part == "notifications"]
    assert "[notify.phone]" in fault.message
    assert "Did you mean ntfy" in fault.hint
    assert "s3cret" not in f"{fault}"


async def test_a_rasa_that_answers_is_none(tmp_path: Path) -> None:
    async with rasa_peer(answering()) as peer:
        faults = await examine(settings(tmp_path, peer.url))
    assert [f for f in faults if f.part == "understanding"] == []


async def test_a_running_server_tells_it_from_its_start_on(tmp_path: Path, cache: Path) -> None:
    core = Core()
    core.register({Diagnose: _healthy})
    options = NluOptions(DATA, cache, now=lambda: NOW, embeddings=False)
    async with (
        rasa_peer(answering(status=500)) as peer,
        open_nlu(options, rasa_options(settings(tmp_path, peer.url))) as nlu,
    ):
        assert isinstance(nlu, RasaNlu)
        app = FastAPI()
        app.include_router(doctor_router(core, [nlu]))
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            (fault,) = (await client.get("/doctor")).json()["faults"]
    assert fault["part"] == "understanding"
    assert "answers 500" in fault["message"]
    await core.aclose()


async def test_a_server_that_wants_a_token_is_asked_with_one(tmp_path: Path) -> None:
    app = FastAPI()

    @app.get("/api/v1/doctor")
    async def doctor(authorization: Annotated[str, Header()] = "") -> dict[str, list[dict[str, str]]]:
        if authorization != "Bearer plx_good":
            raise HTTPException(401)
        fault = {"part": "office", "severity": "warning", "message": "Office answers 503.", "hint": "Wait."}
        return {"faults": [fault]}

    async with serving(app) as port:
        chosen = load_settings({"data": tmp_path, "port": port, "mqtt": {"port": 0}}, file=tmp_path / "none")
        for token in (None, "plx_wrong"):
            (fault,) = [f for f in await examine(chosen, token) if f.part == "server"]
            assert "--token" in fault.hint
        assert [f.message for f in await examine(chosen, "plx_good") if f.part == "office"] == ["Office answers 503."]


async def _healthy(query: Diagnose) -> tuple[()]:
    return ()


def test_no_rasa_is_asked_where_the_embedded_engine_understands(tmp_path: Path) -> None:
    assert rasa_options(load_settings(file=tmp_path / "none", environ={})) is None
    with pytest.raises(Rejected, match="nlu"):
        load_settings(file=tmp_path / "none", environ={"POLLUX_NLU": "bert"})


async def test_a_speech_model_that_is_missing_is_told_unless_it_was_chosen_so(tmp_path: Path) -> None:
    async def told(voice: dict[str, Any]) -> list[str]:
        chosen = load_settings(
            {"data": tmp_path, "port": 0, "mqtt": {"port": 0}, "voice": voice}, file=tmp_path / "none"
        )
        return [fault.hint for fault in await examine(chosen) if fault.part == "hearing"]

    (hint,) = await told({"weights": tmp_path})
    assert "make ears" in hint
    assert await told({"weights": tmp_path, "recognizer": "sphinx"}) == []
    (hint,) = await told({"recognizer": "whisper", "model": tmp_path})
    assert "faster-whisper" in hint
