"""What Teams is shown of any reply: it takes every message, and nothing that was said is lost."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from microsoft_teams.api.activities import MessageActivityInput

from bot.channels.teams.cards import LIMITS, Reader, messages
from bot.channels.teams.forms import Shown, message_of
from bot.forms.form import Field, Form
from bot.ports import Button, Reply
from bot.replies.rendering import plain
from tests.bot.channels.adaptive_card import check, check_card, words_of
from tests.published import misfits, require_schema

PNG = "data:image/png;base64," + "A" * 29_000  # as large as one of ours may be
CHART = {"url": PNG, "alt": "Line chart."}
ALONE, AMONG_OTHERS = Reader("u1", "29:u1"), Reader("u1", "29:u1", shared=True)
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is of everything; each text is one word again and again."""

    word: str
    text: int
    title: int
    id: int
    buttons: int
    items: int
    each: int  # buttons of an item

    def said(self, most: int) -> str:
        return (f"{self.word} " * most)[:most].strip() or "x"

    def button(self, number: int) -> Button:
        return Button(f"{number}{self.said(self.id)}", f"{number} {self.said(self.title)}")

    def items_of_a_card(self) -> list[dict[str, Any]]:
        buttons = [{"id": b.id, "title": b.title} for b in map(self.button, range(self.each))]
        item = {"title": self.said(self.title), "detail": self.said(self.title), "severity": "info", "buttons": buttons}
        return [item] * self.items


_SIZES = st.builds(
    Sizes,
    word=_WORDS.filter(bool),
    text=st.integers(1, 30_000),
    title=st.integers(1, 300),
    id=st.integers(1, 1_100),
    buttons=st.integers(0, LIMITS.buttons + 5),
    items=st.integers(0, 25),
    each=st.integers(0, 4),
)


def _sent(made: MessageActivityInput) -> dict[str, Any]:
    activity: dict[str, Any] = json.loads(made.model_dump_json(by_alias=True, exclude_none=True))
    check(activity)
    return activity


@settings(max_examples=40, deadline=None)
@given(
    _SIZES,
    st.sampled_from(["", "list", "preview"]),
    st.sampled_from([None, CHART]),
    st.sampled_from([None, "settings"]),
    st.sampled_from([ALONE, AMONG_OTHERS]),
)
@example(Sizes("0", text=81, title=1, id=1, buttons=0, items=15, each=4), "list", None, None, AMONG_OTHERS)
@example(Sizes("𐀀00", 1, title=1, id=11, buttons=0, items=19, each=1), "list", CHART, "settings", ALONE)
def test_teams_takes_every_reply_and_shows_a_picture_once(
    sizes: Sizes, kind: str, image: dict[str, str] | None, form: str | None, reader: Reader
) -> None:
    card = {"kind": kind, "title": "Most critical", "items": sizes.items_of_a_card()} if kind else None
    text, buttons = sizes.said(sizes.text), tuple(map(sizes.button, range(sizes.buttons)))
    sent = [_sent(made) for made in messages(Reply(text, buttons, card, image, form=form), reader)]
    assert json.dumps(sent).count(PNG) == (image is not None)
    said = "".join(words_of(activity) for activity in sent)
    assert "".join(said.split()).startswith("".join(plain(text).split())[:1_000])


@settings(max_examples=25, deadline=None)
@given(_SIZES)
def test_teams_takes_every_form(sizes: Sizes) -> None:
    long, choices = sizes.said(sizes.text // 10 + 1), tuple((f"{n}", sizes.said(40)) for n in range(sizes.items))
    fields = tuple(
        Field(f"f{n}", sizes.said(sizes.title), "" if choices else long, choices, ("0",) * bool(choices), hint=long)
        for n in range(1, sizes.buttons + 2)
    )
    _sent(message_of(Shown(Form("settings", "Settings", "Save", fields), {"f1": long}), "u1"))


def test_a_chart_that_others_see_too_is_sent_once_and_its_buttons_work() -> None:
    reply = Reply("Warm.", (Button("up", "👍"),), image={"url": PNG, "alt": "Line chart."})
    made = [_sent(each) for each in messages(reply, AMONG_OTHERS)]
    kinds = [each["attachments"][0]["contentType"].rpartition(".")[2] for each in made]
    assert kinds == ["image/png", "adaptive"]
    assert "What can I do?" in json.dumps(made[-1], ensure_ascii=False)


def test_buttons_without_room_are_told_in_the_text() -> None:
    buttons = tuple(Button(f"{n}{'x' * 990}", f"Choice {n}") for n in range(30))
    made = [_sent(each) for each in messages(Reply("Which one? " * 1_000, buttons), AMONG_OTHERS)]
    said = json.dumps(made, ensure_ascii=False)
    assert [n for n in range(30) if f". Choice {n}" not in said and f'"Choice {n}"' not in said] == []


def test_a_text_and_a_card_are_never_one_message_which_teams_would_split_and_could_not_change() -> None:
    for text in ("Short.", "Long. " * 400):
        made = [_sent(each) for each in messages(Reply(text, (Button("up", "Up"),)), ALONE)]
        assert "".join(map(words_of, made)).startswith(text.strip())
        assert len(made) == 1 + (len(text) > 1_500)
    with pytest.raises(ValueError, match="several messages"):
        check({**made[-1], "text": "x"})


def test_a_text_in_a_card_keeps_its_lines_and_makes_no_list_of_its_own() -> None:
    [made] = messages(Reply("Two:\n1. a*b\n- two", (Button("up", "Up"),)), ALONE)
    body = _sent(made)["attachments"][0]["content"]["body"]
    assert [each["text"] for each in body[:-1]] == ["Two:", "1.\N{NO-BREAK SPACE}a\\*b", "-\N{NO-BREAK SPACE}two"]


ACTIONS = [{"id": f"{id}:c1", "title": id.capitalize()} for id in ("ack", "snooze", "dismiss", "resolve")]
CONCERNS = {
    "kind": "list",
    "title": "Most critical now",
    "items": [
        {"title": "The freezer is a*b", "detail": "", "severity": "critical", "buttons": ACTIONS},
        {
            "title": "The quote is due",
            "detail": "",
            "severity": "warning",
            "buttons": [{"id": "done", "title": "Done"}],
        },
    ],
}


def test_a_list_says_how_grave_each_is_and_is_no_wall_of_buttons() -> None:
    text, own = "1. The freezer is a*b: −8 °C.\n2. The quote is due: 17:00.\nAnd one more.", Button("say:why?", "Why?")
    top = (*(Button(each["id"], each["title"]) for each in ACTIONS), own)
    [made] = messages(Reply(text, top, CONCERNS), ALONE)
    [card] = [attachment["content"] for attachment in _sent(made)["attachments"]]
    headings = [each["columns"] for each in card["body"] if each["type"] == "ColumnSet"]
    assert [[column["items"][0]["text"] for column in columns] for columns in headings] == [
        ["1.\N{NO-BREAK SPACE}The freezer is a\\*b", "Critical"],
        ["2.\N{NO-BREAK SPACE}The quote is due", "Warning"],
    ]
    said = [each["text"] for each in card["body"] if each["type"] == "TextBlock"]
    assert said == ["−8 °C.", "17:00.", "And one more."]  # each in its row, and nothing twice
    assert card["fallbackText"] == text
    rows = [each["actions"] for each in card["body"] if each["type"] == "ActionSet"]
    seen = [[action["title"] for action in row if action.get("mode") != "secondary"] for row in rows]
    menu = [[action["title"] for action in row if action.get("mode") == "secondary"] for row in rows]
    assert (seen, menu) == ([["Ack", "Snooze"], ["Done"], ["Why?"]], [["Dismiss", "Resolve"], [], []])


def test_no_row_of_buttons_is_wider_than_a_telephone_and_ways_out_stand_aside() -> None:
    titles = ("light", "Skip", "Defaults for the rest", "Later", "Cancel")
    [made] = messages(Reply("Where?", tuple(Button(f"say:{t}", t) for t in titles), form="interview:1"), ALONE)
    body = _sent(made)["attachments"][0]["content"]["body"]
    rows = [each["actions"] for each in body if each["type"] == "ActionSet"]
    seen = [[action["title"] for action in row if action.get("mode") != "secondary"] for row in rows]
    assert seen == [["light"], ["Defaults for the rest"], ["Fill in a form"]]
    assert [action["title"] for action in rows[-1][1:]] == ["Skip", "Later", "Cancel"]


_TEXT = {"type": "TextBlock", "text": "x", "wrap": True}
_WHOLE: dict[str, Any] = {"type": "AdaptiveCard", "version": "1.5", "fallbackText": "x", "body": [_TEXT]}


@pytest.mark.parametrize(
    "planted",
    [
        {"nonsense": 1},
        {"body": [{**_TEXT, "weight": "Heavy"}]},
        {"body": [{**_TEXT, "colour": "red"}]},
        {"body": [{"type": "TextBlok", "text": "x"}]},
        {"body": [{"type": "Input.Text"}]},
        {"version": 1.5},
    ],
    ids=lambda planted: str(planted)[:40],
)
def test_the_published_schema_refuses_what_is_planted_wrong(planted: dict[str, Any]) -> None:
    published = require_schema("adaptive-card.json")
    check_card(_WHOLE)
    assert misfits(published, {**_WHOLE, **planted})
