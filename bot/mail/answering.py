"""What the house answers to a mail, as a mail: its buttons are lines with a mark, which is an answer too."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bot.charts.pictures import picture_of
from bot.mail.reading import Mail
from bot.ports import Button, Reply
from bot.replies.choices import Choices
from bot.ways.letters import answers
from twin_core.contract.notifying import Message

EMPTY = "I found no words of yours in that mail. Write them above what is quoted."
ATTACHED = "I read the words alone, and nothing of what was attached."
_FAREWELL_WORDS = 4  # of a line below an answer that is no answer of its own: "Best regards", a name

Offered = tuple[tuple[str, str], ...]  # buttons by id and title


def offered(replies: Iterable[Reply]) -> Offered:
    """The buttons that a mail offers, to be kept until it is answered."""
    return tuple((button.id, button.title) for reply in replies for button in reply.buttons)


def pressed(words: str, choices: Offered) -> str | None:
    """The button that the answer means, by its number or its title; None for an answer in words."""
    first, *others = [line for line in words.split("\n") if line.strip()] or [""]
    if any(len(line.split()) > _FAREWELL_WORDS for line in others):
        return None
    button = Choices.of([Button(id, title) for id, title in choices]).meant(first.rstrip(" .!,"))
    return button.id if button else None


async def answer_to(
    mail: Mail, notes: Sequence[str], replies: Sequence[Reply], *, subject: str, thread: str, reply_to: str, trace: str
) -> Message:
    """The answer in the same thread; the same mail again is answered under the same id."""
    image = next((reply.image for reply in replies if reply.image), None)
    return Message(
        subject=f"Re: {subject}",
        text=body(replies, notes),
        sender="pollux",
        trace=trace,
        key=mail.key,
        thread=thread,
        answers=(*(each for each in mail.references if each != mail.message_id), *filter(None, (mail.message_id,))),
        reply_to=reply_to,
        picture=await asyncio.to_thread(picture_of, image),
    )


def body(replies: Sequence[Reply], notes: Sequence[str] = ()) -> str:
    """The text of a mail, the buttons of all its replies marked in one row."""
    choices = Choices.of([button for reply in replies for button in reply.buttons])
    marks = {button: mark for mark, button in choices.marked}
    return "\n\n".join((*notes, *(_written(reply, marks) for reply in replies)))


def _written(reply: Reply, marks: Mapping[Button, str]) -> str:
    lines = [f"{marks[button]}. {button.title}" for button in reply.buttons if button in marks]
    said = [button.title for button in reply.buttons if button not in marks]
    head = ["Answer with a number, or in your own words:"] if lines else []
    also = answers(said, "You can also answer" if lines else "You can answer")
    return "\n\n".join(filter(None, (reply.text, "\n".join(filter(None, (*head, *lines, also))))))
