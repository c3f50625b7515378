"""Talk about who is asked where somebody does not answer."""

from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.agenda import GetPerson
from twin_core.contract.privacy import STANDING_IN, ListConsents

__all__ = ["opened"]


async def as_(talk: Talk, user: str, text: str) -> str:
    return await talk.say(text, user=user, conversation=user)


async def test_one_names_a_stand_in_and_the_other_agrees(opened: Open) -> None:
    async with opened() as talk:
        assert "Nobody else may sign in here yet" in await as_(talk, "anna", "set my stand-in to Bob")
        for name in ("Anna", "Bob"):
            await talk.house.access.add_user(name)
        assert "Who shall be asked" in await as_(talk, "anna", "set my stand-in to Carol")
        said = await as_(talk, "anna", "if I don't answer, tell Bob")
        assert said == (
            "Set: stand-in bob, who is asked where you do not answer. Bob is asked only after saying to me: "
            "“I agree to be the stand-in of Anna”."
        )
        assert (await talk.house.core.query(GetPerson("anna"))).config["stand_in"] == "bob"
        assert "where Anna did not answer" in await as_(talk, "bob", "I agree to be the stand-in of Anna")
        (given,) = [v for v in await talk.house.core.query(ListConsents("bob")) if v.purpose == STANDING_IN]
        assert given.towards == ("anna",)
        assert "only after" not in await as_(talk, "anna", "set my stand-in to Bob")
        assert "in nobody's place" in await as_(talk, "bob", "I no longer stand in for Anna")
        assert "nobody stands in for you" in await as_(talk, "anna", "I want no stand-in any more")
