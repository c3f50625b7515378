"""What is wished of the voice, and what only sounds like it."""

import pytest

from bot.dialogue.voicing import voice_wish


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("speak slower", -1),
        ("Could you please talk a bit more slowly?", -1),
        ("slow down", -1),
        ("you talk too fast", -1),
        ("don't speak so fast", -1),
        ("please don’t talk so slowly", 1),
        ("your voice is too slow", 1),
        ("I can't follow, speak much slower", -2),
        ("use a faster voice", 1),
        ("say it slower", -1),
    ],
)
def test_a_pace(text: str, steps: int) -> None:
    wish = voice_wish(text)
    assert wish is not None
    assert (wish.kind, wish.steps) == ("pace", steps)


@pytest.mark.parametrize(
    ("text", "accent", "woman"),
    [
        ("use a British voice", "en-gb", None),
        ("speak with a Scottish accent", "en-gb-scotland", None),
        ("speak like a woman with a New York accent please", "en-us-nyc", True),
        ("I'd like a female voice", "", True),
        ("use a man's voice", "", False),
    ],
)
def test_a_voice(text: str, accent: str, woman: bool | None) -> None:
    wish = voice_wish(text)
    assert wish is not None
    assert (wish.kind, wish.accent, wish.woman) == ("voice", accent, woman)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("use your usual voice", "usual"),
        ("speak at your normal speed again", "usual"),
        ("speak up", "loudness"),
        ("talk louder please", "loudness"),
        ("what voice do you use?", "asked"),
        ("how fast do you speak", "asked"),
        ("use another voice", "which"),
    ],
)
def test_the_rest(text: str, kind: str) -> None:
    wish = voice_wish(text)
    assert wish is not None
    assert wish.kind == kind


def test_words_a_minute() -> None:
    wish = voice_wish("speak at 140 words a minute")
    assert wish is not None
    assert wish.rate == 140


@pytest.mark.parametrize(
    "text",
    [
        "slow down the fan",
        "talk to me about meetings again",
        "I want to talk to a human",
        "what can you say",
        "say it again",
        "turn the speaker down",
        "the pump is too slow",
        "speak German with me",
        "is the British office too warm?",
        "read answers aloud",
        "how fast is the pump?",
    ],
)
def test_what_is_about_other_things(text: str) -> None:
    assert voice_wish(text) is None
