"""Who comes in: everybody on loopback while there are no users; afterwards only people with a token."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from tests.twin_core.api.house import START, House, bearer
from twin_core.contract.errors import Conflict, NotFound, PolluxError, Rejected, Unauthenticated


async def token(house: House, name: str, role: str) -> str:
    await house.access.add_user(name, role)
    _, secret = await house.access.issue(name)
    return secret


async def test_without_users_everybody_on_this_machine_is_the_owner(house: House) -> None:
    assert (await house.post("/twins", {"type": "plug", "name": "tv plug"})).status_code == 201
    events = (await house.get("/twins/plug.tv_plug/events")).json()
    assert events[0]["actor"] == "owner"


async def test_without_users_other_machines_stay_out(house: House) -> None:
    transport = httpx2.ASGITransport(app=house.app, client=("192.0.2.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as stranger:
        assert (await stranger.get("/api/v1/twins")).status_code == 401
        assert (await stranger.get("/healthz")).status_code == 200


async def test_with_users_everything_needs_a_token(house: House) -> None:
    secret = await token(house, "Maria", "member")
    for path in ("/api/v1/twins", "/api/v1/critical", "/api/v1/stream", "/openapi.json", "/metrics", "/api/v1/nope"):
        answer = await house.client.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"
    assert (await house.get("/twins", headers=bearer(secret))).status_code == 200
    created = await house.post("/twins", {"type": "plug", "name": "tv plug"}, headers=bearer(secret))
    assert created.status_code == 201
    events = (await house.get("/twins/plug.tv_plug/events", headers=bearer(secret))).json()
    assert events[0]["actor"] == "maria"


async def test_viewers_look_and_do_not_change(house: House) -> None:
    secret = await token(house, "Guest", "viewer")
    assert (await house.get("/twins", headers=bearer(secret))).status_code == 200
    refused = await house.post("/twins", {"type": "plug", "name": "tv plug"}, headers=bearer(secret))
    assert refused.status_code == 403
    assert refused.json()["code"] == "read_only"
    assert (await house.get("/twins", headers=bearer(secret))).json()["total"] == 0


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic b3duZXI6b3duZXI=", "bearer\tx", "Token x"])
async def test_wrong_credentials(house: House, header: str) -> None:
    await token(house, "Maria", "owner")
    assert (await house.get("/twins", headers={"Authorization": header})).status_code == 401


async def test_wrong_token_is_wrong_without_users_too(house: House) -> None:
    assert (await house.get("/twins", headers=bearer("plx_made_up"))).status_code == 401


async def test_guessing_is_slowed_down(house: House) -> None:
    secret = await token(house, "Maria", "owner")
    codes = [(await house.get("/twins", headers=bearer(f"guess {n}"))).status_code for n in range(25)]
    assert codes[:20] == [401] * 20
    assert codes[-1] == 429
    refused = await house.get("/twins", headers=bearer(secret))
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    transport = httpx2.ASGITransport(app=house.app, client=("127.0.0.2", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as another_address:
        assert (await another_address.get("/api/v1/twins", headers=bearer(secret))).status_code == 200


async def test_tokens_expire_and_are_revoked(house: House) -> None:
    await house.access.add_user("Maria", "owner")
    short, short_secret = await house.access.issue("Maria", label="laptop", expires_in_s=3600)
    lasting, lasting_secret = await house.access.issue("Maria")
    house.clock.move_to(START + timedelta(hours=1))
    assert (await house.get("/twins", headers=bearer(short_secret))).status_code == 401
    assert (await house.get("/twins", headers=bearer(lasting_secret))).status_code == 200
    assert [t.id for t in await house.access.tokens()] == [lasting.id]
    await house.access.revoke(lasting.id)
    assert (await house.get("/twins", headers=bearer(lasting_secret))).status_code == 401
    with pytest.raises(NotFound):
        await house.access.revoke(lasting.id)
    assert short.label == "laptop"


async def test_secrets_are_not_stored(house: House) -> None:
    secret = await token(house, "Maria", "owner")
    kept = [(key, dict(doc)) async for key, doc in house.store.scan("token")]
    assert len(kept) == 1
    assert secret not in str(kept)


async def test_removing_a_user_ends_their_tokens_and_never_opens_the_door(house: House) -> None:
    secret = await token(house, "Maria", "owner")
    assert (await house.get("/twins", headers=bearer(secret))).status_code == 200
    await house.access.remove_user("Maria")
    assert (await house.get("/twins", headers=bearer(secret))).status_code == 401
    assert (await house.get("/twins")).status_code == 401
    assert await house.access.tokens() == []


async def test_a_role_can_be_changed(house: House) -> None:
    secret = await token(house, "Maria", "viewer")
    await house.access.set_role("Maria", "member")
    created = await house.post("/twins", {"type": "plug", "name": "x"}, headers=bearer(secret))
    assert created.status_code == 201


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("add_user", "Maria", "member"), Conflict),
        (("add_user", "", "member"), Rejected),
        (("add_user", "***", "member"), Rejected),
        (("add_user", "Bob", "king"), Rejected),
        (("user", "nobody"), NotFound),
        (("issue", "nobody"), NotFound),
        (("remove_user", "nobody"), NotFound),
        (("authenticate", "x" * 1000), Unauthenticated),
    ],
)
async def test_mistakes_are_told(house: House, call: tuple[str, ...], error: type[PolluxError]) -> None:
    await house.access.add_user("Maria")
    with pytest.raises(error) as told:
        await getattr(house.access, call[0])(*call[1:])
    assert told.value.message


@pytest.mark.parametrize("host", ["::", "192.168.1.5", "pollux.example", ""])
async def test_serving_beyond_this_machine_needs_a_token_first(house: House, host: str) -> None:
    with pytest.raises(Rejected) as told:
        await house.access.required(host)
    assert "pollux token" in told.value.hint
    await token(house, "Maria", "owner")
    await house.access.required(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
async def test_serving_this_machine_needs_none(house: House, host: str) -> None:
    await house.access.required(host)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:8080", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
async def test_rebound_names_stay_out(house: House, host: str, status: int) -> None:
    assert (await house.get("/twins", headers={"Host": host})).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://127.0.0.1"}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_pages_of_other_sites_do_not_act(house: House, headers: dict[str, str], status: int) -> None:
    answer = await house.post("/twins", {"type": "plug", "name": "tv plug"}, headers=headers)
    assert answer.status_code == status


@pytest.fixture
async def trusting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    from tests.twin_core.api.house import open_house

    async with open_house(tmp_path_factory.mktemp("trusting"), origins=["https://home.example"]) as opened:
        yield opened


async def test_trusted_sites_may_act(trusting: House) -> None:
    answer = await trusting.post(
        "/twins", {"type": "plug", "name": "tv plug"}, headers={"Origin": "https://home.example"}
    )
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == "https://home.example"


async def test_signed_channels_and_pages_pass_the_door(house: House) -> None:
    await token(house, "Maria", "owner")

    @house.app.post("/channels/slack/events")
    async def slack() -> str:
        return "signed"

    @house.app.get("/")
    async def page() -> str:
        return "page"

    assert (await house.client.post("/channels/slack/events")).status_code == 200
    assert (await house.client.get("/")).status_code == 200
    assert (await house.client.post("/")).status_code == 401
