"""What is told of sound that cannot be recognised."""

import numpy as np
import pytest

from bot.voice.signal import is_clipped
from bot.voice.wav import Samples


@pytest.mark.parametrize(
    ("samples", "clipped"),
    [(np.zeros(0), False), (np.full(100, 0.5), False), (np.tile([1.0, -1.0, 0.2], 50), True)],
    ids=["nothing", "loud", "too loud"],
)
def test_whether_the_microphone_was_too_loud(samples: Samples, clipped: bool) -> None:
    assert is_clipped(samples) is clipped
