"""The door for outside systems: proven, taken once, done."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from connectors.webhooks import github
from tests.connectors.webhooks.post import SECRET
from tests.connectors.webhooks.post import github as delivery
from tests.house import House, open_house
from twin_core.api import problems
from twin_core.api.hooks import hooks_router
from twin_core.contract.commands import GetCritical
from twin_core.contract.tasks import ListTasks
from twin_core.contract.webhooks import Delivery

ISSUE = {
    "action": "assigned",
    "sender": {"login": "ben"},
    "repository": {"full_name": "acme/pumps"},
    "issue": {
        "number": 7,
        "title": "Grease the bearing",
        "state": "open",
        "url": "https://api.example/repos/acme/pumps/issues/7",
        "assignees": [{"login": "octocat"}],
    },
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    hook = github.build({"secrets": [SECRET], "people": {"octocat": "owner"}})
    app.include_router(hooks_router({"github": hook}, house.core, house.store, house.clock))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
        yield opened


async def post(client: httpx2.AsyncClient, sent: Delivery, hook: str = "github") -> tuple[int, Any]:
    response = await client.post(f"/hooks/{hook}", content=sent.body, headers=dict(sent.headers))
    return response.status_code, response.json()


async def test_a_proven_delivery_is_done(client: httpx2.AsyncClient, house: House) -> None:
    status, answer = await post(client, delivery("issues", ISSUE))
    assert (status, answer["problems"]) == (202, [])
    told = answer["happenings"][0]
    assert (told["event"], told["actor"], told["object"]) == ("issues.assigned", "ben", "acme/pumps#7")
    (task,) = (await house.core.query(ListTasks())).items
    assert (task.title, task.owner, task.source) == ("Grease the bearing", "owner", "github")


async def test_the_same_delivery_counts_once(client: httpx2.AsyncClient, house: House) -> None:
    assert (await post(client, delivery("issues", ISSUE, x_github_delivery="1")))[0] == 202
    stored = len(house.stored)
    status, problem = await post(client, delivery("issues", ISSUE, x_github_delivery="2"))
    assert (status, problem["code"]) == (409, "replayed")
    assert len(house.stored) == stored


@pytest.mark.parametrize("change", ["secret", "body", "none"])
async def test_what_proves_nothing_leaves_no_trace(client: httpx2.AsyncClient, house: House, change: str) -> None:
    sent = delivery("issues", ISSUE, **({"secret": "another secret, long enough"} if change == "secret" else {}))
    if change == "body":
        sent = Delivery(sent.headers, sent.body.replace(b"Grease", b"Smash!"), sent.at)
    if change == "none":
        sent = Delivery({"x-github-event": "issues"}, sent.body, sent.at)
    status, problem = await post(client, sent)
    assert status == 401
    assert SECRET not in str(problem)
    assert (await house.core.query(ListTasks())).total == 0
    assert (await post(client, delivery("issues", ISSUE)))[0] == 202  # and the right one is no repetition


async def test_a_delivery_that_was_not_understood_may_be_sent_again(client: httpx2.AsyncClient) -> None:
    for _ in range(2):
        status, problem = await post(client, delivery("issues", b"[1]"))
        assert (status, problem["code"]) == (422, "bad_delivery")


async def test_an_unknown_hook_is_not_found(client: httpx2.AsyncClient) -> None:
    status, problem = await post(client, delivery("issues", ISSUE), hook="gitea")
    assert status == 404
    assert "[hooks]" in problem["hint"]


async def test_a_failed_run_is_a_concern_until_one_succeeds(client: httpx2.AsyncClient, house: House) -> None:
    run = {"name": "tests", "head_branch": "main", "conclusion": "failure", "run_number": 1, "actor": {"login": "x"}}
    document = {"action": "completed", "workflow_run": run, "repository": {"full_name": "acme/pumps"}}
    assert (await post(client, delivery("workflow_run", document)))[0] == 202
    (concern,) = (await house.core.query(GetCritical())).items
    assert "fails on main of acme/pumps" in concern.title
    document["workflow_run"] = run | {"conclusion": "success", "run_number": 2}
    assert (await post(client, delivery("workflow_run", document)))[0] == 202
    assert (await house.core.query(GetCritical())).items == ()
