"""How a number went, in words: all that its chart shows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.replies.phrases import capital, value_text, when_text
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import HistoryView, Limit, Sample, TwinView

_SIDE = {"above": "upper", "below": "lower"}


def numbers(history: HistoryView) -> list[Sample]:
    """The samples that can be drawn."""
    return [s for s in history.samples if None not in (s.mean, s.minimum, s.maximum)]


def summary(twin: TwinView, spec: PropertySpec, history: HistoryView, now: datetime, zone: ZoneInfo) -> str:
    """Lowest, highest, mean and last, and how it stood to its limits; of at least one sample."""
    samples = numbers(history)
    low = min(samples, key=lambda s: s.minimum or 0.0)
    high = max(samples, key=lambda s: s.maximum or 0.0)
    mean = sum((s.mean or 0.0) * s.count for s in samples) / sum(s.count for s in samples)
    lowest, highest = value_text(spec, low.minimum or 0.0), value_text(spec, high.maximum or 0.0)
    ranges = (
        f"always {lowest}"
        if lowest == highest
        else f"between {lowest} ({when_text(low.at, now, zone)}) and {highest} ({when_text(high.at, now, zone)}), "
        f"on average {value_text(spec, mean)}"
    )
    last = f"last {value_text(spec, samples[-1].last)} {when_text(samples[-1].at, now, zone)}."
    return " ".join(
        [
            f"{capital(twin.name)}, {spec.label}: {ranges}; {last}",
            *(_standing(limit, samples, spec, now, zone) for limit in history.limits),
        ]
    )


def _standing(limit: Limit, samples: list[Sample], spec: PropertySpec, now: datetime, zone: ZoneInfo) -> str:
    """`It has been above its upper limit of −15 °C since 11:20.`"""
    named = f"its {_SIDE[limit.kind]} limit of {value_text(spec, limit.value)}"
    beyond = [_is_beyond(limit, sample) for sample in samples]
    if not any(beyond):
        return f"It kept to {named}."
    if beyond[-1]:
        first = len(beyond) - next((n for n, past in enumerate(reversed(beyond)) if not past), len(beyond))
        begun = f"since {_clock(samples[first].at, now, zone)}" if first else "all that time"
        return f"It has been {limit.kind} {named} {begun}."
    last = max(n for n, past in enumerate(beyond) if past)
    return f"It was {limit.kind} {named}, last {when_text(samples[last].at, now, zone)}."


def _is_beyond(limit: Limit, sample: Sample) -> bool:
    if limit.kind == "above":
        return sample.maximum is not None and sample.maximum > limit.value
    return sample.minimum is not None and sample.minimum < limit.value


def _clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    return when_text(at, now, zone).removeprefix("at ")
