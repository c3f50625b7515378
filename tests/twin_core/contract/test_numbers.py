"""Numbers as people write and say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_core.contract.numbers import decimal, numbers_in, read_number, read_ordinal, words_of


@pytest.mark.parametrize(
    ("said", "value", "words"),
    [
        ("twenty one and a half degrees", 21.5, 5),
        ("twenty one point five", 21.5, 4),
        ("minus fifteen", -15, 2),
        ("-18.5", -18.5, 2),
        ("- 2 degrees", -2, 2),
        ("21,5", 21.5, 1),
        ("45,120 kWh", 45120, 1),
        ("1.234.567,8", 1234567.8, 1),
        ("12,34,567.89", 1234567.89, 1),
        ("1 234 567", 1_234_567, 3),
        ("40 000 litres", 40_000, 2),
        ("3 100 percent", 3, 1),
        ("1'000'000", 1_000_000, 5),
        (".75", 0.75, 2),
        ("2e3", 2000, 3),
        ("-12e-1", -1.2, 5),
        ("1.5k", 1500, 2),
        ("2700K", 2700, 1),
        ("3M", 3e6, 2),
        ("3 metres", 3, 1),
        ("2 and a half hours", 2.5, 4),
        ("two hundred and five", 205, 4),
        ("two hundred and two thousand", 202_000, 5),
        ("one thousand two hundred", 1200, 4),
        ("five hundred thousand", 500_000, 3),
        ("three thousand millions", 3e9, 3),
        ("hundred thousand", 100_000, 2),
        ("half a million", 500_000, 3),
        ("half million", 500_000, 2),
        ("two point oh five", 2.05, 4),
        ("two hundred point seventy-one", 200.71, 6),
        ("nought point five", 0.5, 3),
        ("3 hundred and two", 302, 4),
        ("three quarters", 0.75, 2),
        ("two thirds", 2 / 3, 2),
        ("one eighth", 0.125, 2),
        ("one over twenty", 0.05, 3),
        ("3/4", 0.75, 3),
        ("10 1/2 miles", 10.5, 4),
        ("two and three quarters", 2.75, 4),
        ("a hundred", 100, 2),
        ("a couple of lamps", 2, 3),
        ("half a dozen", 6, 3),
        ("three dozen", 36, 2),
        ("½", 0.5, 1),
        ("2½", 2.5, 2),
        ("forty-five (45)", 45, 6),
        ("seven thirty", 7, 1),
        ("twenty twenty six", 20, 1),
        ("one and one half", 1.5, 4),
        ("2 million and a half", 2_500_000, 5),
    ],
)
def test_numbers_as_they_are_said(said: str, value: float, words: int) -> None:
    number = read_number(words_of(said), 0)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.end == words


@pytest.mark.parametrize("said", ["a", "an apple", "and", "point", "minus the lamp", "quarters", "1e999", "hundred"])
def test_what_is_no_number(said: str) -> None:
    assert read_number(words_of(said), 0) is None


def test_the_dash_of_a_code_is_no_minus() -> None:
    assert read_number(words_of("P-101"), 1) is None


def test_the_numbers_of_a_text_do_not_overlap() -> None:
    text = "between twenty and 22.5 degrees for one and a half hours"
    assert [n.value for _, n in numbers_in(words_of(text))] == [20, 22.5, 1.5]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("3rd", 3),
        ("third", 3),
        ("twenty-first", 21),
        ("15th", 15),
        ("thirtieth", 30),
        ("one hundred and fifth", 105),
        ("one hundred twenty fifth", 125),
    ],
)
def test_ordinals(said: str, value: int) -> None:
    number = read_ordinal(words_of(said), 0)
    assert number is not None
    assert number.value == value


@given(st.integers(0, 10**9))
def test_written_thousands_mean_the_number(n: int) -> None:
    assert decimal(f"{n:,}") == n


@given(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))
def test_a_number_that_was_written_is_read_again(x: float) -> None:
    number = read_number(words_of(f"{x:f}"), 0)
    assert number is not None
    assert number.value == pytest.approx(x)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    words = words_of(text)
    for i, word in enumerate(words):
        assert 0 <= word.start < word.end <= len(text)
        read_number(words, i)
        read_ordinal(words, i)
    ends = [n.end for _, n in numbers_in(words)]
    assert ends == sorted(set(ends))
