"""Written replies as they are read out."""

import pytest

from bot.voice.words import said_words, spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is 20.5 °C.", "It is twenty point five degrees."),
        ("1 °C", "one degree"),
        ("-3 °C", "minus three degrees"),
        ("at 08:05", "at eight oh five"),
        ("at 18:30", "at eighteen thirty"),
        ("45 %", "forty five percent"),
        ("1,250 kWh", "one thousand two hundred fifty kilowatt hours"),
        ("on 2 March", "on second of March"),
        ("the 21st", "the twenty first"),
        ("€3.50", "three euros fifty"),
    ],
)
def test_numbers_units_times_and_dates_are_spelled_out(text: str, said: str) -> None:
    assert spoken(text) == said


def test_a_recognizer_knows_words_without_digits_and_punctuation() -> None:
    assert said_words("Set it to 21, please!") == ["set", "it", "to", "twenty", "one", "please"]
