"""What a person says of themselves, in words and in figures, and what they correct of it."""

import pytest

from bot.planning.self_report import corrected, self_reported


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I slept seven hours and my mood is 4", {"sleep": 7.0, "mood": 4.0}),
        ("my energy is three and my stress is 2", {"energy": 3.0, "stress": 2.0}),
        ("slept 6.5 hours", {"sleep": 6.5}),
    ],
)
def test_each_figure_belongs_to_the_word_before_it(text: str, values: dict[str, float]) -> None:
    assert self_reported(text) == values


@pytest.mark.parametrize(
    ("text", "before", "values"),
    [
        ("no, six and a half hours", {"sleep": 7.0, "mood": 4.0}, {"sleep": 6.5}),
        ("no, my mood is 2", {"sleep": 7.0, "mood": 4.0}, {"mood": 2.0}),
        ("make it 3", {"mood": 4.0}, {"mood": 3.0}),
        ("make it 3", {"sleep": 7.0, "mood": 4.0}, {}),
    ],
)
def test_a_correction_is_of_what_its_words_or_unit_can_only_mean(
    text: str, before: dict[str, float], values: dict[str, float]
) -> None:
    assert corrected(text, before) == values
