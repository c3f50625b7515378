"""What a channel cannot show is said in words: nothing is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Button, Limits, Reply
from bot.replies.rendering import fit, plain, split

texts = st.text(st.sampled_from("ab .!?\n*_`#[]()1é☃") | st.characters(exclude_categories=["Cs"]), max_size=400)
titles = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
replies = st.builds(
    Reply,
    text=texts,
    buttons=st.lists(st.builds(Button, id=titles, title=titles), max_size=8).map(tuple),
    card=st.none() | st.just({"kind": "list", "title": "t", "items": []}),
    image=st.none() | st.just({"url": "/a.png", "alt": "a"}),
    speech=st.none() | st.just("spoken"),
    nudge=st.none() | st.just("n1"),
)
limits = st.builds(
    Limits,
    text_chars=st.integers(1, 120),
    buttons=st.integers(0, 5),
    cards=st.booleans(),
    images=st.booleans(),
    markdown=st.booleans(),
)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _without_space(text: str) -> str:
    return "".join(text.split())


@given(texts, st.integers(1, 60))
def test_split_keeps_every_character_but_the_space_at_the_cuts(text: str, size: int) -> None:
    pieces = split(text, size)
    assert pieces
    assert all(len(piece) <= size for piece in pieces)
    assert _without_space("".join(pieces)) == _without_space(text)


@given(replies, limits)
def test_what_is_sent_keeps_to_the_limits(reply: Reply, limits: Limits) -> None:
    for piece in fit(reply, limits):
        assert len(piece.text) <= limits.text_chars
        assert len(piece.buttons) <= limits.buttons
        assert limits.cards or piece.card is None
        assert limits.images or piece.image is None


@given(replies, limits)
def test_nothing_is_lost(reply: Reply, limits: Limits) -> None:
    pieces = fit(reply, limits)
    said = "".join(piece.text for piece in pieces)
    folded = reply.buttons[limits.buttons :]
    numbered = "".join(f"{n}{b.title}" for n, b in enumerate(folded, start=limits.buttons + 1))
    assert _letters(said) == _letters(reply.text) + _letters(numbered)
    assert [b for piece in pieces for b in piece.buttons] == list(reply.buttons[: limits.buttons])
    assert [piece.nudge for piece in pieces if piece.nudge] == ([reply.nudge] if reply.nudge else [])
    assert "".join(piece.speech or "" for piece in pieces) == (reply.speech or "")
    if limits.cards:
        assert [piece.card for piece in pieces if piece.card] == ([reply.card] if reply.card else [])


@given(replies)
def test_a_channel_that_can_show_everything_gets_the_reply_itself(reply: Reply) -> None:
    everything = Limits(text_chars=10_000, buttons=8, cards=True, images=True, markdown=True)
    assert fit(reply, everything) == [reply]


def test_long_texts_are_cut_where_a_reader_would_pause() -> None:
    text = "The freezer is warm. Its door is open.\n\nThe hall is fine. Nothing else needs you."
    assert split(text, 45) == ["The freezer is warm. Its door is open.", "The hall is fine. Nothing else needs you."]
    assert split(text, 30) == [
        "The freezer is warm.",
        "Its door is open.",
        "The hall is fine.",
        "Nothing else needs you.",
    ]
    assert split("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_buttons_beyond_the_limit_keep_their_numbers() -> None:
    reply = Reply("Which lamp?", tuple(Button(f"b{n}", title) for n, title in enumerate(("Hall", "Kitchen", "Porch"))))
    [shown] = fit(reply, Limits(buttons=1))
    assert shown.text == "Which lamp?\n\n2. Kitchen\n3. Porch"
    assert shown.buttons == reply.buttons[:1]


def test_markdown_goes_but_what_only_looks_like_it_stays() -> None:
    assert plain("# Now\n**Hall lamp** is *off*: `light.hall` [why](http://h/x)") == (
        "Now\nHall lamp is off: light.hall why (http://h/x)"
    )
    for text in (
        "2 * 3 * 4 = 24",
        "sensor_hall_1 and sensor_hall_2",
        "* a list",
        "5 ** 2 ** 3",
        "#1 of 3",
        "a [b] (c)",
    ):
        assert plain(text) == text


@given(texts)
def test_plain_text_keeps_every_letter_and_number(text: str) -> None:
    assert _letters(plain(text)) == _letters(text)
    assert len(re.findall(r"\n", plain(text))) == text.count("\n")
