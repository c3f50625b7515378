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
        ("from 09:00 to 17:00", "from nine o'clock to seventeen hundred hours"),
        ("at 08:05 tomorrow", "at eight oh five tomorrow"),
        ("9:00–17:00", "nine o'clock to seventeen hundred hours"),
        ("10%–20%", "ten percent to twenty percent"),
        ("-5 to -3 °C", "minus five to minus three degrees"),
        ("+5 °C", "plus five degrees"),
        ("-0 °C", "zero degrees"),
        ("2–4 March", "second to fourth of March"),
        ("12 µg/m³ and 35 ug/m3", "twelve micrograms per cubic meter and thirty five micrograms per cubic meter"),
        ("CO₂, PM2.5", "C O two, P M two point five"),
        ("2.4GHz", "two point four gigahertz"),
        ("12 kWh/day, 30 ct/kWh", "twelve kilowatt hours a day, thirty cents per kilowatt hour"),
        ("prices in €/kWh", "prices in euros per kilowatt hour"),
        ("70 %RH", "seventy percent relative humidity"),
        ("1e3", "one times ten to the power of three"),
        ("1.2e-6", "one point two times ten to the power of minus six"),
        ("192.168.1.10", "one nine two dot one six eight dot one dot one zero"),
        ("10.0.0.1:8080", "one zero dot zero dot zero dot one port eight zero eight zero"),
        ("v2.1.3", "version two point one point three"),
        ("6ES7-315-2EH14", "six E S seven, three one five, two E H one four"),
        ("part A-1234-B", "part A, one two three four, B"),
        ("DN50, TechHall-3, pump_2", "DN fifty, TechHall three, pump two"),
        ("~5 min, >= 3", "about five minutes, at least three"),
        ("3/4 full, 3/5, 24/7", "three quarters full, three of five, twenty four seven"),
        ("a 3D printer, #3", "a three D printer, number three"),
        ("**Straße** `5`", "Strasse five"),
    ],
)
def test_numbers_units_times_and_dates_are_spelled_out(text: str, said: str) -> None:
    assert spoken(text) == said


def test_a_recognizer_knows_words_without_digits_and_punctuation() -> None:
    assert said_words("Set it to 21, please!") == ["set", "it", "to", "twenty", "one", "please"]
