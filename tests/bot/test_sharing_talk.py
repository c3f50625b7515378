"""Talk about whose list is whose: sharing it, asking for the team's, and ending it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.privacy import SHARING, ListConsents

__all__ = ["opened"]

TEAM = "what's most critical for my team?"


@asynccontextmanager
async def team(opened: Open) -> AsyncIterator[Talk]:
    """Anna, Bob and Carol, each with a task that is due."""
    async with opened() as talk:
        for name in ("Anna", "Bob", "Carol"):
            await talk.house.access.add_user(name)
            await talk.say(f"add a task to answer {name}'s auditor by 5 pm", user=name.lower())
        yield talk


async def as_(talk: Talk, user: str, text: str) -> str:
    """Each in a conversation of their own."""
    return await talk.say(text, user=user, conversation=user)


async def test_a_list_is_shared_with_one_and_no_one_else(opened: Open) -> None:
    async with team(opened) as talk:
        assert "Nobody else shares their list" in await as_(talk, "bob", TEAM)
        said = await as_(talk, "anna", "share my critical list with Bob")
        assert "Bob may see what is most critical of your tasks" in said
        assert "never how you are" in said
        said = await as_(talk, "bob", TEAM)
        assert "Anna: Answer Anna's auditor" in said
        assert "Answer Bob's auditor" in said
        assert "With what Anna shares with you." in said
        assert "Anna's auditor" not in await as_(talk, "bob", "what's most critical today?")
        assert "Anna's auditor" not in await as_(talk, "carol", TEAM)


async def test_what_is_shared_is_explained_and_stays_theirs(opened: Open) -> None:
    async with team(opened) as talk:
        await as_(talk, "anna", "share my critical list with the team")
        said = await as_(talk, "carol", "what's most critical for Anna?")
        assert "Anna: Answer Anna's auditor" in said
        assert "Carol's" not in said
        assert "Answer Anna's auditor is due" in await as_(talk, "carol", "why?")
        assert "only they can change it" in await as_(talk, "carol", "acknowledge it")
        assert "Bob does not share" in await as_(talk, "carol", "what's most critical for Bob?")


async def test_sharing_ends_for_one_or_for_all(opened: Open) -> None:
    async with team(opened) as talk:
        await as_(talk, "anna", "share my critical list with Bob")
        await as_(talk, "anna", "share my critical list with Carol")
        assert "Bob and Carol" in await as_(talk, "anna", "who can see my data?")
        await as_(talk, "anna", "stop sharing my critical list with Bob")
        assert "Anna's auditor" not in await as_(talk, "bob", TEAM)
        assert "Anna's auditor" in await as_(talk, "carol", TEAM)
        assert "Nobody but you" in await as_(talk, "anna", "stop sharing my critical list")
        assert "Anna's auditor" not in await as_(talk, "carol", TEAM)
        await as_(talk, "anna", "undo that")
        assert "Anna's auditor" in await as_(talk, "carol", TEAM)


async def test_with_whom_is_asked_and_nobody_can_be_left_out_of_everybody(opened: Open) -> None:
    async with team(opened) as talk:
        assert "With whom?" in await as_(talk, "anna", "share my critical list")
        assert (
            "everybody who may sign in here"
            in (await as_(talk, "anna", "share my critical list with the team")).lower()
        )
        assert "Bob too" in await as_(talk, "anna", "stop sharing my critical list with Bob")
        views = await talk.house.core.query(ListConsents("anna"))
        assert [(v.granted, v.towards) for v in views if v.purpose == SHARING] == [(True, ())]


async def test_alone_in_the_house_there_is_nobody_to_share_with(opened: Open) -> None:
    async with opened() as talk:
        assert "Nobody else may sign in here yet" in await talk.say("share my critical list with the team")


async def test_how_somebody_is_is_told_to_nobody_else(opened: Open) -> None:
    async with team(opened) as talk:
        for text in ("set me up", "Anna", "that's all", "yes"):
            await as_(talk, "anna", text)
        assert "Noted, for you alone" in await as_(talk, "anna", "my energy is 2")
        await as_(talk, "anna", "share my critical list with the team until friday")
        assert "Anna: Answer Anna's auditor" in await as_(
            talk, "bob", "what's most critical for Anna?"
        )  # a twin by now
        assert "until at" not in await as_(talk, "anna", "who can see my data?")
        assert "no twin of you" in await as_(talk, "bob", "my energy is 4")
        assert "2" in await as_(talk, "anna", "how is my energy?")
