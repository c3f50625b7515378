"""Time as people say it: instants, ranges, lengths and repetitions, read by a grammar of small rules."""

from bot.nlu.times.reading import TimeSpan, find_times

__all__ = ["TimeSpan", "find_times"]
