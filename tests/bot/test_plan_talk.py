"""Talk about plans: what belongs to the event, task or reminder that was spoken of, and two things in one sentence."""

import pytest

from tests.bot.test_house_talk import NOW, Open, opened

__all__ = ["opened"]
OURS = {"user": "anna", "conversation": "anna"}

CONVERSATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "an event by its details": (
        ("add lunch with Ben tomorrow at noon", "Lunch with Ben, tomorrow, 12:00–13:00"),
        ("and invite Anna", "Lunch with Ben and Anna, tomorrow"),
        ("how long is it?", "60 minutes"),
        ("extend it by 30 minutes", "12:00–13:30"),
        ("make it end at 2", "12:00–14:00"),
        ("call it the team lunch", "It is called “The team lunch” now."),
        ("put it in my work calendar", "I know no calendar called “work”"),
        ("where is it?", "no place is given"),
        ("what did I just change?", "The last change was: the new name of “Lunch with Ben and Anna”."),
    ),
    "moved and reminded of in one sentence": (
        ("put the dentist in for Wednesday 4pm", "Dentist, Wednesday 4 March, 16:00"),
        (
            "move the dentist to Thursday at 3 and remind me an hour before",
            "I'll remind you Thursday 5 March at 14:00, before Dentist.",
        ),
        ("actually the dentist should be at 4", "Thursday 5 March, 16:00–17:00"),
        ("when will you remind me?", "Dentist, Thursday 5 March at 15:00"),
        ("is there anything else that day?", "Thursday 5 March: 16:00–17:00 Dentist."),
        ("remind me to buy flowers the day before", "I'll remind you Wednesday 4 March at 09:00: buy flowers."),
        ("around noon would be better", "I'll remind you Wednesday 4 March at 12:00: buy flowers."),
    ),
    "a reminder and a task": (
        ("remind me to call the bank at 11, and add a task to send the offer by Friday", "Send the offer, due Friday"),
        ("when is the offer due", "due Friday 6 March"),
        ("any reminders left?", "call the bank, today at 11:00"),
        ("scrap the offer", "Deleted: “Send the offer”."),
        ("bring it back", "Taken back"),
        ("I have to file the taxes by the end of April", "Task added: File the taxes, due Thursday 30 April."),
    ),
    "two events on one day": (
        (
            "add a budget review on Wednesday from 10 to 11 and a one-on-one with Kim at 3",
            "One-on-one with Kim, Wednesday 4 March, 15:00",
        ),
        ("another one on Friday same time", "One-on-one with Kim, Friday 6 March, 15:00–16:00"),
        ("no 4", "Friday 6 March, 16:00–17:00"),
    ),
    "at each of two hours": (
        ("remind me at noon and at six in the evening to take the tablets", "I'll remind you today at 18:00"),
        ("and her eye drops every second day at 1 pm", "every 2 days: her eye drops"),
        ("skip the next one", "Skipped."),
        ("stop these", "Cancelled: “her eye drops”."),
        ("actually keep it", "Taken back"),
    ),
    "a series": (
        ("pick up Leo every weekday at 3:30pm, put that in my calendar", "Pick up Leo, today, 15:30–16:30, and so on."),
        ("skip it on Wednesday", "Left out: Pick up Leo, Wednesday 4 March"),
        ("and remind me 20 minutes before each", "15:10 and from then on every weekday"),
        ("cancel the pick up Leo on Thursday", "Thursday 5 March"),
        ("cancel the whole series", "with all that follow"),
    ),
    "an hour that is corrected keeps its day": (
        ("remind me of the hairdresser next Tuesday at quarter past two", "Tuesday 10 March at 14:15"),
        ("oh no, I meant quarter to two", "Tuesday 10 March at 13:45"),
        ("no, on Wednesday", "Wednesday 4 March at 13:45"),
        ("and half an hour later", "Wednesday 4 March at 14:15"),
    ),
    "by its name and its hour alone": (
        ("parents' evening on the 17th at half seven", "Parents' evening, Tuesday 17 March, 19:30"),
        ("lunch w/ tom fri 1230", "Lunch w/ tom, Friday 6 March, 12:30"),
        ("I have a night shift tonight from 10 to 6", "Night shift, today 22:00 to tomorrow 06:00"),
        ("give me a summary of today", "22:00–06:00 Night shift"),
        ("do I have any conflicts?", "nothing clashes"),
    ),
    "a question in between": (
        ("add an appointment with the vet", "When is “Appointment with the vet”?"),
        ("what time is it?", "It is 08:00 on Monday 2 March 2026."),
        ("Thursday 9-11", "Appointment with the vet, Thursday 5 March, 09:00–11:00"),
        ("when is Easter?", "Easter is Sunday 5 April 2026."),
    ),
    "what it is called is no time": (
        ("put something on Friday", "What is it called?"),
        ("lunch", "At what time on Friday 6 March?"),
        ("at one", "Lunch, Friday 6 March, 13:00"),
        ("wake me at 5:30 tomorrow", "tomorrow at 05:30: wake up"),
        ("make it 10 minutes earlier", "tomorrow at 05:20: wake up"),
    ),
    "with another one": (
        ("put a call with Jonas on Tuesday at 11", "Call with Jonas, tomorrow, 11:00"),
        ("and with Petra at noon", "Call with Petra, tomorrow, 12:00"),
        ("cancel both calls with Jonas and Petra", "That cancels 2 events"),
        ("no", "leave it as it is"),
        ("what about Wednesday?", "Nothing is in your calendar on Wednesday"),
        ("is the call with Petra still on?", "Call with Petra is tomorrow"),
    ),
    "a number for the hour that was asked for": (
        ("schedule dinner with mum on Sunday", "At what time on Sunday 8 March?"),
        ("7", "Dinner with mum, Sunday 8 March, 19:00"),
        ("book a meeting with Alex for half an hour sometime tomorrow afternoon", "At what time on Tuesday 3 March?"),
        ("the second one", "Meeting with Alex, tomorrow, 14:00–14:30"),
    ),
    "a repetition at another hour": (
        ("remind me every weekday at 7:30 to take the bins out", "tomorrow at 07:30 and from then on every weekday"),
        ("change it to 7:45", "tomorrow at 07:45 and from then on every weekday"),
        ("stand-up every weekday at 9:15 for 15 minutes", "09:15–09:30, and so on"),
        ("cancel it for this week", "That cancels 5 events"),
    ),
    "two reminders with an hour each": (
        ("remind me tomorrow at 8 to call Meier and at 10 to send the offer", "tomorrow at 10:00: send the offer."),
        ("add a task to renew the passport by the end of May", "due Sunday 31 May"),
        ("make it high priority", "“Renew the passport” has high priority now."),
        ("remind me of it two weeks before", "Sunday 17 May at 09:00: Renew the passport"),
        ("my mother's birthday is on 3 May", "Mother's birthday, Sunday 3 May"),
    ),
    "working days": (
        ("I work from 7 to 3", "working hours 07:00–15:00"),
        ("I don't work on Fridays", "working days Monday to Thursday"),
    ),
}


@pytest.mark.parametrize("turns", CONVERSATIONS.values(), ids=list(CONVERSATIONS))
async def test_each_turn_is_taken_as_it_is_meant(opened: Open, turns: tuple[tuple[str, str], ...]) -> None:
    async with opened() as talk:
        for said, answer in turns:
            assert answer in await talk.say(said, **OURS), said


async def test_a_day_that_is_over_is_not_called_empty_while_tasks_are_open(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("add a task to send the quote to Acme by tomorrow noon, it takes 3 hours")
        await talk.house.timers.advance(NOW.replace(hour=19))
        said = await talk.say("plan my day")
        assert "no tasks" not in said
        assert "nothing is left today. No room is left for Send the quote to Acme." in said
