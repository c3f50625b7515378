"""Interviews in real rooms: drafts, restarts, other conversations, discovered devices."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from interview.discovery import invitation
from interview.interviews import Interviews
from interview.prompts import as_text
from tests.twin_core.api.house import House, open_house
from twin_core.contract.commands import CreateTwin, EraseTwin, GetTwin, ListTwins
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import AnnounceDevice, ListCandidates, Observation, RecordObservations
from twin_core.contract.views import SignalView, TwinView

TEMPERATURE = SignalView("temperature", "Temperature", "number", "sensor", "temperature", "°C")


@pytest.fixture
async def interviews(house: House) -> Interviews:
    return Interviews(house.core, house.store, house.clock)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def twins(house: House, **filters: Any) -> list[TwinView]:
    return list((await house.core.query(ListTwins(**filters))).items)


async def talk(interviews: Interviews, id: str, *texts: str) -> Any:
    step = None
    for text in texts:
        step = await interviews.answer(id, text)
    return step


async def test_twin_exists_after_the_yes_and_not_before(house: House, interviews: Interviews) -> None:
    step = await interviews.start("owner", "plug", text="a plug called tv plug in the lounge")
    id = step.session.id
    await talk(interviews, id, "that's all")
    assert await twins(house) == []
    done = await interviews.answer(id, "yes")
    assert done.session.status == "done"
    (twin,) = await twins(house)
    assert (twin.id, twin.name, twin.place, twin.status) == (done.session.twin, "tv plug", "lounge", "active")
    assert await interviews.current("owner") is None


async def test_pause_leaves_a_draft_that_keeps_in_step_and_cancel_erases_it(
    house: House, interviews: Interviews
) -> None:
    step = await interviews.start("owner", "hvac_unit", text="an hvac unit called AHU 7")
    await talk(interviews, step.session.id, "it's on the roof", "let's do the rest later")
    (draft,) = await twins(house)
    assert (draft.name, draft.place, draft.status) == ("AHU 7", "roof", "draft")
    resumed = await interviews.resume("owner", "AHU 7")
    assert resumed.session.status == "open"
    await talk(interviews, step.session.id, "no, it's in the plant room")
    assert (await house.core.query(GetTwin(draft.id))).place == "plant room"
    await interviews.cancel(step.session.id)
    assert await twins(house) == []
    assert await interviews.of("owner") == ()
    with pytest.raises(NotFound):
        await interviews.answer(step.session.id, "yes")


async def test_draft_becomes_active_with_all_that_was_said(house: House, interviews: Interviews) -> None:
    step = await interviews.start("owner", "electricity_meter", text="a meter called flat meter")
    id = step.session.id
    await talk(interviews, id, "later")
    await interviews.resume("owner")
    await talk(interviews, id, "it's in the cellar", "0.25 euros per kWh", "that's all", "yes")
    (twin,) = await twins(house)
    assert (twin.status, twin.place) == ("active", "cellar")
    assert twin.config["tariff"] == {"price": 0.25, "currency": "EUR", "per": "kWh"}


async def test_interview_survives_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as before:
        step = await Interviews(before.core, before.store, before.clock).start("owner", "freezer")
        id = step.session.id
        await talk(Interviews(before.core, before.store, before.clock), id, "ice box", "garage")
    async with open_house(tmp_path) as after:
        interviews = Interviews(after.core, after.store, after.clock)
        current = await interviews.current("owner")
        assert current is not None
        assert current.id == id
        assert current.answers == {"name": "ice box", "place": "garage"}
        asked = await interviews.prompt(id)
        assert asked.prompts[-1].slot == "limits.temperature.high"
        done = await talk(interviews, id, "-20", "that's all", "yes")
        assert done.session.status == "done"
        (twin,) = await twins(after)
        assert twin.config["limits"] == {"temperature": {"high": -20}}


async def test_asking_again_counts_for_nothing(interviews: Interviews) -> None:
    step = await interviews.start("owner", "plug")
    for _ in range(10):
        again = await interviews.prompt(step.session.id)
        assert again.prompts[-1].slot == "name"
    assert (await interviews.get(step.session.id)).tries == 0


async def test_another_interview_pauses_the_one_that_is_open(house: House, interviews: Interviews) -> None:
    first = await interviews.start("owner", "plug", text="a plug called tv plug")
    second = await interviews.start("owner", "freezer")
    assert (await interviews.get(first.session.id)).status == "paused"
    current = await interviews.current("owner")
    assert current is not None
    assert current.id == second.session.id
    assert [twin.name for twin in await twins(house)] == ["tv plug"]
    third = await interviews.start("owner", "light")  # nothing was said in the second: it leaves nothing
    assert {s.id for s in await interviews.of("owner")} == {first.session.id, third.session.id}


async def test_interviews_of_others_are_not_mine(interviews: Interviews) -> None:
    await interviews.start("maria", "plug", text="a plug called hers")
    assert await interviews.current("owner") is None
    assert await interviews.of("owner") == ()


async def test_resuming_what_does_not_wait_names_what_does(interviews: Interviews) -> None:
    with pytest.raises(NotFound):
        await interviews.resume("owner")
    for name in ("tv plug", "hifi plug"):
        step = await interviews.start("owner", "plug", text=f"a plug called {name}")
        await interviews.later(step.session.id)
    with pytest.raises(NotFound) as told:
        await interviews.resume("owner", "dishwasher")
    assert set(told.value.details["nearest"]) == {"tv plug", "hifi plug"}
    with pytest.raises(NotFound):
        await interviews.resume("owner")
    assert (await interviews.resume("owner", "the hifi plug")).session.name == "hifi plug"


async def test_draft_that_somebody_deleted_is_made_anew(house: House, interviews: Interviews) -> None:
    step = await interviews.start("owner", "plug", text="a plug called tv plug")
    paused = await interviews.later(step.session.id)
    await house.core.execute(EraseTwin(paused.session.draft or ""), Cause())
    await interviews.resume("owner")
    done = await talk(interviews, step.session.id, "that's all", "yes")
    assert [twin.id for twin in await twins(house)] == [done.session.twin]


async def test_over_is_over(interviews: Interviews) -> None:
    step = await interviews.start("owner", "plug", text="a plug called tv plug")
    await talk(interviews, step.session.id, "that's all", "yes")
    with pytest.raises(Conflict):
        await interviews.answer(step.session.id, "call it hifi plug")


async def test_unknown_type_names_near_ones(interviews: Interviews) -> None:
    with pytest.raises(NotFound) as told:
        await interviews.start("owner", "frezer")
    assert "freezer" in told.value.details["nearest"]
    with pytest.raises(Rejected):
        await interviews.start("owner")


async def test_first_person_is_the_owner(house: House, interviews: Interviews) -> None:
    for name in ("Maria Keller", "Jo Novak"):
        step = await interviews.start("owner", "person")
        await talk(interviews, step.session.id, f"my name is {name}", "that's all", "yes")
    owners = {twin.name: twin.config.get("owner") for twin in await twins(house, type="person")}
    assert owners == {"Maria Keller": True, "Jo Novak": None}


async def test_the_first_person_that_somebody_sets_up_is_they_themselves(house: House, interviews: Interviews) -> None:
    for person, name in (("anna", "Anna"), ("owner", "Jo"), ("owner", "Kim"), ("anna", "Ben")):
        step = await interviews.start(person, "person")
        await talk(interviews, step.session.id, f"my name is {name}", "that's all", "yes")
    whose = {
        view.name: (view.config.get("user"), view.config.get("owner")) for view in await twins(house, type="person")
    }
    assert whose == {"Anna": ("anna", None), "Jo": (None, True), "Kim": (None, None), "Ben": (None, None)}


async def test_first_person_is_the_owner_after_a_pause_too(house: House, interviews: Interviews) -> None:
    step = await interviews.start("owner", "person")
    await talk(interviews, step.session.id, "my name is Maria Keller", "later")
    await interviews.resume("owner")
    await talk(interviews, step.session.id, "that's all", "yes")
    (twin,) = await twins(house, type="person")
    assert twin.config["owner"] is True


async def announce(house: House, source: str, name: str, place: str | None = None) -> None:
    await house.core.execute(AnnounceDevice(source, name, (TEMPERATURE,), place=place), Cause("mqtt"))
    await house.core.execute(RecordObservations((Observation(source, "temperature", 4.5),)), Cause("mqtt"))


async def test_discovered_device_invites_with_its_first_question_and_becomes_a_bound_twin(
    house: House, interviews: Interviews
) -> None:
    await announce(house, "mqtt:0x01", "Cold room probe", "cold room")
    (candidate,) = await house.core.query(ListCandidates())
    invited = invitation(candidate, await interviews.type(candidate.type))
    assert "Cold room probe" in invited.text
    assert "cold room" in invited.text
    assert invited.slot not in ("name", "place")
    step = await interviews.start("owner", candidate=candidate.id)
    assert step.prompts[-1].slot == invited.slot
    assert step.session.answers == {"name": "Cold room probe", "place": "cold room"}
    done = await talk(interviews, step.session.id, "call it fridge probe", "that's all", "yes")
    twin = await house.core.query(GetTwin(done.session.twin))
    assert (twin.name, twin.source) == ("fridge probe", "mqtt:0x01")
    assert await house.core.query(ListCandidates()) == ()


async def test_preview_tells_found_from_said(house: House, interviews: Interviews) -> None:
    await announce(house, "mqtt:0x01", "Cold room probe", "cold room")
    step = await interviews.start("owner", candidate="mqtt:0x01")
    shown = await talk(interviews, step.session.id, "call it fridge probe", "that's all")
    origins = {line.slot: line.origin for line in shown.prompts[-1].lines}
    assert origins["name"] == "said"
    assert origins["place"] == "found"
    assert "Cold" not in as_text(shown.prompts)


async def test_device_that_does_not_wait(interviews: Interviews) -> None:
    with pytest.raises(NotFound):
        await interviews.start("owner", candidate="mqtt:0xff")


async def test_defaults_for_all_the_rest(house: House, interviews: Interviews) -> None:
    for number in range(5):
        await announce(house, f"mqtt:0x0{number}", f"Probe {number}")
    made = await interviews.defaults_for_rest("owner")
    assert [twin.name for twin in made] == [f"Probe {number}" for number in range(5)]
    assert await house.core.query(ListCandidates()) == ()
    assert {twin.source for twin in await twins(house)} == {f"mqtt:0x0{number}" for number in range(5)}
    assert await interviews.defaults_for_rest("owner") == ()


async def test_device_adopted_by_somebody_else_meanwhile_is_told(house: House, interviews: Interviews) -> None:
    await announce(house, "mqtt:0x01", "Cold room probe")
    step = await interviews.start("owner", candidate="mqtt:0x01")
    await house.core.execute(CreateTwin("sensor", "theirs", source="mqtt:0x01"), Cause("maria"))
    refused = await talk(interviews, step.session.id, "that's all", "yes")
    assert refused.outcome == "refused"
    assert refused.session.live
    assert [twin.name for twin in await twins(house)] == ["theirs"]


async def test_over_http(house: House) -> None:
    started = await house.post("/interviews", {"type": "plug", "text": "a plug called tv plug"})
    assert started.status_code == 201, started.text
    url = f"/interviews/{started.json()['id']}"
    assert started.json()["prompts"][-1]["slot"] == "place"
    answered = (await house.post(f"{url}/answer", {"text": "it's in the lounge"})).json()
    assert answered["taken"] == {"place": "lounge"}
    corrected = (await house.post(f"{url}/correct", {"slot": "place", "text": "the attic"})).json()
    assert corrected["answers"]["place"] == "attic"
    assert (await house.post(f"{url}/back")).json()["current"] == "place"
    assert (await house.post(f"{url}/skip")).status_code == 200
    paused = (await house.post(f"{url}/pause")).json()
    assert paused["status"] == "paused"
    assert paused["draft"] == "plug.tv_plug"
    assert [one["id"] for one in (await house.get("/interviews")).json()] == [started.json()["id"]]
    assert (await house.post(f"{url}/resume")).json()["status"] == "open"
    shown = (await house.post(f"{url}/defaults")).json()
    assert shown["status"] == "preview"
    assert shown["prompts"][-1]["lines"]
    done = (await house.post(f"{url}/confirm")).json()
    assert (done["status"], done["twin"]) == ("done", "plug.tv_plug")
    assert (await house.get(url)).json()["status"] == "done"
    assert (await house.post(f"{url}/answer", {"text": "x"})).status_code == 409


async def test_cancelled_over_http(house: House) -> None:
    started = (await house.post("/interviews", {"type": "plug"})).json()
    assert (await house.post(f"/interviews/{started['id']}/cancel")).json()["status"] == "cancelled"
    assert (await house.get(f"/interviews/{started['id']}")).status_code == 404


async def test_mistakes_over_http(house: House) -> None:
    assert (await house.post("/interviews", {"type": "toaster"})).status_code == 404
    assert (await house.post("/interviews", {})).status_code == 422
    assert (await house.post("/interviews", {"type": 5})).status_code == 422
    started = (await house.post("/interviews", {"type": "plug"})).json()
    url = f"/interviews/{started['id']}"
    assert (await house.post(f"{url}/correct", {"slot": "colour", "text": "red"})).status_code == 404
    assert (await house.post(f"{url}/answer", {"text": "x" * 5000})).status_code == 422


async def test_interviews_of_others_are_hidden_over_http(house: House) -> None:
    for name in ("Maria", "Jo"):
        await house.access.add_user(name, "member")
    maria, jo = [{"Authorization": f"Bearer {(await house.access.issue(name))[1]}"} for name in ("Maria", "Jo")]
    started = (await house.post("/interviews", {"type": "plug"}, headers=maria)).json()
    assert (await house.get(f"/interviews/{started['id']}", headers=jo)).status_code == 404
    assert (await house.post(f"/interviews/{started['id']}/cancel", headers=jo)).status_code == 404
    assert (await house.get("/interviews", headers=jo)).json() == []
    assert (await house.get(f"/interviews/{started['id']}", headers=maria)).status_code == 200
