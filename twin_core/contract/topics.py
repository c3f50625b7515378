"""What concerns are about, in the words in which people say what matters most to them."""

from typing import Literal, get_args

Topic = Literal["safety", "devices and plant", "appointments", "deadlines", "energy costs", "people"]

TOPICS: tuple[Topic, ...] = get_args(Topic)
