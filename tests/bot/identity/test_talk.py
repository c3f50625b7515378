"""Talk about accounts of chat platforms, and which answers others may read along."""

from bot.identity import Account, code_in
from tests.bot.test_house_talk import Open, opened
from twin_core.contract.commands import CreateTwin

__all__ = ["opened"]

SLACK = Account("slack", "T1/U1", "Anna", "Slack, Acme", "U1")


async def test_a_code_from_elsewhere_is_asked_about_before_it_links(opened: Open) -> None:
    async with opened() as talk:
        identities = talk.house.engine.services.identities
        code = await identities.code_for(SLACK)
        said = await talk.say(f"here it is: {code.lower()}")
        assert "Anna (Slack, Acme)" in said
        assert await identities.person("slack", "T1/U1") is None
        assert "is you from now on" in await talk.press("Yes")
        assert await identities.person("slack", "T1/U1") == "owner"
        assert "not valid" in await talk.say(code)


async def test_a_no_links_nothing(opened: Open) -> None:
    async with opened() as talk:
        identities = talk.house.engine.services.identities
        await talk.say(await identities.code_for(SLACK))
        await talk.say("no")
        assert await identities.accounts("owner") == []


async def test_a_code_is_not_taken_for_an_answer_to_an_interview(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("create a light")
        code = await talk.house.engine.services.identities.code_for(SLACK)
        assert "Anna (Slack, Acme)" in await talk.say(code)


async def test_slack_that_is_not_set_up_is_said_to_be(opened: Open) -> None:
    async with opened() as talk:
        assert "docs/slack.md" in await talk.say("connect my slack account")


async def test_a_code_is_given_for_slack_and_taken_back(opened: Open) -> None:
    async with opened() as talk:
        identities = talk.house.engine.services.identities

        async def hears(account: Account, person: str | None) -> None:
            return None

        identities.listen("slack", hears)
        code = code_in(await talk.say("connect my slack account"))
        assert code
        await identities.link(code, "slack/T1/U1", account=SLACK)
        assert "Linked already: Anna (Slack, Acme)" in await talk.say("connect slack")
        assert "Unlinked: Anna (Slack, Acme)" in await talk.say("disconnect slack")
        assert await identities.accounts("owner") == []


async def test_others_may_read_about_things_but_not_about_people(opened: Open) -> None:
    async with opened() as talk:
        await talk.house.core.execute(CreateTwin("person", "Jo"))
        for text in ("how warm is the hall?", "switch the hall lamp off", "list my lights"):
            await talk.say(text)
            assert talk.last and all(reply.public for reply in talk.last.replies), text
        for text in ("what's most critical?", "what are my tasks?", "how is Jo?", "remind me at noon to call", "undo"):
            await talk.say(text)
            assert talk.last and not any(reply.public for reply in talk.last.replies), text
