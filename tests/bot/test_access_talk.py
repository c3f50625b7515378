"""Asked who has looked at what is theirs, people are told."""

from tests.bot.test_house_talk import Open, opened
from tests.bot.test_sharing_talk import as_, team

__all__ = ["opened"]


async def test_who_has_looked_is_told_with_what_and_when(opened: Open) -> None:
    async with team(opened) as talk:
        for text in ("set me up", "Anna", "that's all", "yes"):
            await as_(talk, "anna", text)
        said = await as_(talk, "anna", "who looked at my data?")
        assert "Nobody else has looked at what is yours in the last 90 days" in said
        await as_(talk, "anna", "share my critical list with Bob")
        await as_(talk, "bob", "what's most critical for Anna?")
        await as_(talk, "carol", "tell me about Anna")
        said = await as_(talk, "anna", "who has seen my calendar?")
        assert "Bob, at 08:00: what is most critical for you, which you share with them." in said
        assert "Carol, at 08:00: what your twin reports" in said
        assert "Nobody else is shown your whole calendar" in said
        said = await as_(talk, "anna", "has Bob looked at my data?")
        assert "Bob" in said
        assert "Carol" not in said
        assert "Nobody else has looked at what is yours then" in await as_(talk, "anna", "who saw my data yesterday?")
        assert "Nobody else has looked" in await as_(talk, "bob", "show my access log")


async def test_who_may_see_is_another_question(opened: Open) -> None:
    async with team(opened) as talk:
        assert "stays on this machine" in await as_(talk, "anna", "who has access to my calendar?")
        assert "Nobody else has looked" in await talk.press("Who has looked?")


async def test_whoever_hears_for_this_machine_is_named(opened: Open) -> None:
    voice = {"recognizer": "openai", "server": "https://anna:s3cret@ears.example/v1"}
    async with opened(voice=voice) as talk:
        said = await talk.say("who sees my data?")
        assert "ears.example may hear or speak" in said
        assert "s3cret" not in said
