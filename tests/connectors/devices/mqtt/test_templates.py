"""Templates that came over the network: Home Assistant's meaning, and bounds that nobody gets around."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.devices.mqtt import templates
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.templates import CommandTemplate, Nothing, ValueTemplate

PAYLOAD = b'{"a": {"b": 21.5, "n": null}, "s": "ON", "l": [1, 2, 3], "t": true, "items": 3, "x y": 7}'


def rendered(source: str, payload: bytes = PAYLOAD) -> str:
    return ValueTemplate(source)(Message("t", payload))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ value_json.a.b }}", "21.5"),
        ("{{ value_json['a'][\"b\"] }}", "21.5"),
        ('{{ value_json["x y"] }}', "7"),
        ("{{ value_json.l[1] }}", "2"),
        ("{{ value_json.t }}", "True"),
        ("{{ value_json.a.n }}", "None"),
        ("{{ value_json.missing }}", ""),
        ("{{ value_json.l[0:2] | join(',') }}", "1,2"),
        ("{{ value_json.a.b | float * 2 }}", "43.0"),
        ("{{ (value_json.a.b | float) | round(0) }}", "22"),
        ("{{ value_json.a.b | round(1) }}", "21.5"),
        ("{{ value_json.s | lower }}", "on"),
        ("{{ 'a' if value_json.t else 'b' }}", "a"),
        ("{{ iif(value_json.s == 'ON', 'x', 'y') }}", "x"),
        ("{{ value_json.l | min }}{{ max(4, 2) }}", "14"),
        ("{{ 8 | log(2) | int }}", "3"),
        ("{{ 6 | bitwise_and(3) }}", "2"),
        ("{{ 'a1b2' | regex_replace('[0-9]', '') }}", "ab"),
        ("{{ 'x=42;' | regex_findall_index('([0-9]+)') }}", "42"),
        ("{{ '%.2f' | format(3.14159) }}", "3.14"),
        ("{{ '{:.1f}'.format(3.14159) }}", "3.1"),
        ("{{ value_json.l | map('multiply', 2) | list | tojson }}", "[2.0, 4.0, 6.0]"),
        ("{{ ('[1, 2]' | from_json)[1] }}", "2"),
        ("{{ 'off' | bool(true) }}{{ 'maybe' | bool(true) }}", "FalseTrue"),
        ("{{ 0 | timestamp_utc }}", "1970-01-01T00:00:00+00:00"),
        ("{{ as_timestamp('2026-03-02T08:00:00Z') | int }}", "1772438400"),
        ("{% set ns = namespace(x=0) %}{% for i in range(10) %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "45"),
        ("{% set v = {'idle': 'idle', 'heat': 'heating'} %}{{ v[value_json.s] if value_json.s in v else 'no' }}", "no"),
        ("{%- if value_json.s == 'ON' -%} on {%- else -%} off {%- endif -%}", "on"),
        ("{{ value_json is defined }}", "True"),
        ("plain", "plain"),
    ],
)
def test_means_what_home_assistant_means(source: str, text: str) -> None:
    assert rendered(source) == text


@pytest.mark.parametrize("source", ["{{ value_json.missing.deeper }}", "{{ value_json.no | is_defined }}"])
def test_what_is_not_there_says_nothing(source: str) -> None:
    with pytest.raises(Nothing):
        rendered(source)


def test_a_number_that_is_none_needs_a_default() -> None:
    with pytest.raises(Malformed, match="no default"):
        rendered("{{ value_json.s | int }}")
    assert rendered("{{ value_json.s | int(5) }}") == "5"


def test_bad_json_is_told_apart_from_a_bad_template() -> None:
    with pytest.raises(Malformed) as caught:
        rendered("{{ value_json.a }}", b"{")
    assert caught.value.kind == "bad_json"
    assert rendered("{{ value }}", b"{") == "{"


HOSTILE = [
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 2 ** (10 ** 6) }}",
    "{{ range(10**9) | list }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ value_json.a.update({}) }}",
    "{{ '%1000000000d' % 3 }}",
    "{{ '{:1000000000}'.format(3) }}",
    "{{ '{:{}}'.format(3, 1000000000) }}",
    "{{ 'a' | center(10**9) }}",
    "{{ (5).to_bytes(10**9, 'big') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('(a+)+$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('a*a*a*a*a*a*b') }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% for i in range(900) %}" * 3 + "{{ i }}" + "{% endfor %}" * 3,
    "{% for a in [[[]]] recursive %}{{ loop(a) }}{% endfor %}",
    "{% include 'x' %}",
    "{% set a = 'xx' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = [0] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% set a = [0] %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a %}xx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
    "{% set a = 'ab' %}" + "{% set a = a.replace('', a) %}" * 9 + "{{ a }}",
    "{% set a = 'ab' %}" + "{% set a = a.join(a) %}" * 9 + "{{ a }}",
    "{% set a = 'ab' %}" + "{% set a = a | replace('', a) %}" * 9 + "{{ a }}",
    "{{" + "(" * 3000 + "1" + ")" * 3000 + "}}",
    "{{ " + "-" * 4000 + "1 }}",
    "{{ 1 | round(10**9, 'ceil') | pack('1000000000x') }}" + "{{ value.encode() }}",
    "{{ unclosed",
    "x" * 9000,
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_template_ends_as_a_fault(source: str) -> None:
    """Each ends at once, is no more than a fault, and leaves the next template working."""
    with pytest.raises((Malformed, Nothing)):
        rendered(source)
    assert rendered("{{ value_json.a.b }}") == "21.5"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}%()[]'\"|.,:~+*-=! abvjsonfrie0123456789_\n", max_size=60))
def test_no_text_does_worse_than_a_fault(text: str) -> None:
    try:
        rendered("{{ " + text + " }}")
    except (Malformed, Nothing):
        return


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "items", "keys", "get", "c d"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(["ON", "", " x "]),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "get"]), inner, max_size=2)
            ),
            max_leaves=4,
        ),
    ),
    st.sampled_from(
        ["value_json.a", "value_json['a']", "value_json.get", "value_json['c d']", "value_json.a.a", "value_json.a[0]"]
    ),
)
def test_the_short_cut_picks_what_jinja_picks(told: dict[str, object], expression: str) -> None:
    message = Message("t", json.dumps(told).encode())
    results = []
    for source in ("{{ %s }}", "{{ (%s) }}"):  # only the first takes the short cut
        try:
            results.append(ValueTemplate(source % expression)(message))
        except Nothing:
            results.append("(nothing)")
    assert results[0] == results[1] or "built-in method" in results[0]
    assert templates._pick_path(f"{{{{ ({expression}) }}}}") is None


def test_commands_are_rendered_with_their_variables() -> None:
    assert CommandTemplate('{ "position": {{ position }} }')(value=3, position=40) == '{ "position": 40 }'
    with pytest.raises(Malformed):
        CommandTemplate("{{ nothing.here }}")(value=1)
