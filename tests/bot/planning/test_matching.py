"""Which of some titles a sentence means."""

import pytest

from bot.planning.matching import best_matches, names_something, nearest, of_kind, said_words

TITLES = [
    "Mail the contract to Brandt",
    "Call the plumber",
    "Yearly budget",
    "Budget for the garden",
    "Buy bread",
    "Mow the lawn",
    "Team meeting",
    "Water the plants",
]


def meant(text: str) -> list[str]:
    return [TITLES[i] for i in best_matches(said_words(text), TITLES)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the contract to Brandt is mailed, mark it as done", "Mail the contract to Brandt"),
        ("I called the plumber", "Call the plumber"),
        ("the yearly budget is finished", "Yearly budget"),
        ("I've bought the bread", "Buy bread"),
        ("the lawn is mowed", "Mow the lawn"),
        ("put off watering the plants", "Water the plants"),
        ("cancel the team meeting", "Team meeting"),
        ("delete the task about the contarct", "Mail the contract to Brandt"),
    ],
)
def test_a_title_is_known_by_its_own_words(text: str, title: str) -> None:
    assert meant(text) == [title]


def test_titles_that_fit_alike_are_all_meant() -> None:
    assert meant("the budget is done") == ["Yearly budget", "Budget for the garden"]


@pytest.mark.parametrize(
    "text", ["cancel the yoga class", "postpone it", "mark the task as done", "cancel the meeting"]
)
def test_no_title_is_meant_where_none_shares_a_word_of_its_own(text: str) -> None:
    assert meant(text) == []


def test_a_sentence_that_names_nothing() -> None:
    assert not names_something(said_words("move the second one"))
    assert not names_something(said_words("cancel that meeting"))
    assert names_something(said_words("cancel the yoga"))


def test_the_meeting_is_one_that_is_called_so() -> None:
    assert [TITLES[i] for i in of_kind(said_words("cancel the meeting"), TITLES)] == ["Team meeting"]
    assert len(of_kind(said_words("cancel the appointment"), TITLES)) == len(TITLES)


def test_near_titles_are_offered() -> None:
    assert [TITLES[i] for i in nearest(said_words("delete the lawm"), TITLES)][:1] == ["Mow the lawn"]
