"""What can be said here, with this person's own twins."""

from collections.abc import Sequence

from twin_core.contract.views import TwinView

_SENTENCES = (
    (("light", "plug"), "turn the {} off"),
    (("thermostat", "sensor", "freezer", "boiler"), "how warm is the {}?"),
    (("pump", "motor", "hvac_unit"), "how is the {} doing?"),
    (("blind",), "set the {} to 50 percent"),
    (("lock",), "is the {} locked?"),
    (("electricity_meter", "gas_meter", "water_meter"), "what did the {} cost last month?"),
)


def examples_for(twins: Sequence[TwinView]) -> list[str]:
    """Sentences that work now, the most useful first."""
    examples = ["what's most critical today?"]
    for types, sentence in _SENTENCES:
        if named := next((t.name for t in twins if t.type in types), None):
            examples.append(sentence.format(named))
    return [*examples, "list my twins"]
