"""Every suggestion that comes of a person's plan."""

from typing import Final

from twin_core.nudges.suggestions import breaks, preparation, slots, travel
from twin_core.nudges.suggestions.day import Suggest

OF_A_PLAN: Final[tuple[Suggest, ...]] = (travel.suggest, breaks.suggest, preparation.suggest, slots.suggest)
