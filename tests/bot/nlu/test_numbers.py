import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.numbers import decimal, read_number, read_ordinal
from bot.nlu.text import tokenize


@pytest.mark.parametrize(
    ("said", "value", "words"),
    [
        ("twenty one and a half degrees", 21.5, 5),
        ("minus fifteen", -15, 2),
        ("-18.5", -18.5, 2),
        ("21,5", 21.5, 1),
        ("45,120 kWh", 45120, 1),
        ("1.234.567,8", 1234567.8, 1),
        ("two hundred and five", 205, 4),
        ("one thousand two hundred", 1200, 4),
        ("five hundred thousand", 500_000, 3),
        ("two point oh five", 2.05, 4),
        ("three quarters", 0.75, 2),
        ("a hundred", 100, 2),
        ("½", 0.5, 1),
        ("2½", 2.5, 2),
        ("seven thirty", 7, 1),
        ("twenty twenty six", 20, 1),
    ],
)
def test_numbers_as_they_are_said(said: str, value: float, words: int) -> None:
    number = read_number(tokenize(said), 0)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.end == words


def test_the_dash_of_a_code_is_no_minus() -> None:
    tokens = tokenize("P-101")
    assert read_number(tokens, 1) is None


@pytest.mark.parametrize(("said", "value"), [("3rd", 3), ("third", 3), ("twenty-first", 21), ("15th", 15)])
def test_ordinals(said: str, value: int) -> None:
    number = read_ordinal(tokenize(said), 0)
    assert number is not None
    assert number.value == value


@given(st.integers(0, 10**9))
def test_written_thousands_mean_the_number(n: int) -> None:
    assert decimal(f"{n:,}") == n


@given(st.text(max_size=200))
def test_no_text_breaks_the_tokenizer_or_the_numbers(text: str) -> None:
    tokens = tokenize(text)
    for i, token in enumerate(tokens):
        assert 0 <= token.start < token.end <= len(text)
        read_number(tokens, i)
        read_ordinal(tokens, i)
