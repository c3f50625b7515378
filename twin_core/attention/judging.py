"""Weighs any concern and puts it into words, as its family does."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from twin_core.attention.concerns import Concern, Family
from twin_core.attention.families import alerts, approvals, clashes, divergences, flags, silences, tasks, trips
from twin_core.attention.phrasing import Words
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.attention.topics import topic_of


def weigh(concern: Concern, scene: Scene) -> Weight:
    """Pure. What was learnt counts for everything but hazards, which leave it out of their score."""
    weight = _WEIGH[concern.family](concern, scene)
    return replace(weight, learned=scene.learned, topic=topic_of(concern, scene))


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    """Pure. Every reason has its number, its age and where it is heading."""
    words = _WORD[concern.family](concern, scene, weight)
    if not scene.lesson or weight.hazard:
        return words
    return replace(words, why=(*words.why, scene.lesson))


_WEIGH: Mapping[Family, Callable[[Concern, Scene], Weight]] = {
    "alert": alerts.weigh,
    "silence": silences.weigh,
    "divergence": divergences.weigh,
    "approval": approvals.weigh,
    "task": tasks.weigh,
    "clash": clashes.weigh,
    "trip": trips.weigh,
    "flag": flags.weigh,
}
_WORD: Mapping[Family, Callable[[Concern, Scene, Weight], Words]] = {
    "alert": alerts.word,
    "silence": silences.word,
    "divergence": divergences.word,
    "approval": approvals.word,
    "task": tasks.word,
    "clash": clashes.word,
    "trip": trips.word,
    "flag": flags.word,
}
