"""All files of rules: to import this is to fill the grammar."""

from bot.nlu.times import (
    clocks,
    counted,
    dates,
    day_halves,
    distances,
    joining,
    lengths,
    parts,
    periods,
    phases,
    ranges,
    repeat_bounds,
    repeats,
)

FILES = (
    clocks,
    counted,
    dates,
    day_halves,
    distances,
    joining,
    lengths,
    parts,
    periods,
    phases,
    ranges,
    repeats,
    repeat_bounds,
)
