"""Learns the network between encoder and decoder, by what makes the true texts likelier to the decoder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from benchmarks.accents.decoder import Array, Weights, log_probabilities
from bot.voice.transcriber import BEGIN, END, Tokens

_INNER, _CONTEXT = 64, 3  # width of the network; vectors that it sees at once
_BATCH, _RATE, _WARM_UP = 16, 1e-3, 40
_DECAYS, _LITTLE, _LONGEST_STEP = (0.9, 0.999), 1e-8, 1.0  # Adam's
_SOUND_LENGTHS, _TEXT_LENGTHS = (96, 128, 160, 224, 400), (12, 24, 48)  # that are computed with: each takes a while

Network = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Vectors of an utterance, (length, width), and what was said."""

    sound: NDArray[np.float16]
    text: Tokens


@dataclass(frozen=True, slots=True)
class _Batch:
    places: list[int]
    arrays: tuple[Any, ...]


def fits(lesson: Lesson) -> bool:
    """Whether it is no longer than what is learned from."""
    return len(lesson.sound) <= _SOUND_LENGTHS[-1] and len(lesson.text) < _TEXT_LENGTHS[-1]


def untaught(width: int, random: np.random.Generator) -> Network:
    """One that changes nothing."""
    inward = random.normal(0, (_CONTEXT * width) ** -0.5, (_CONTEXT * width, _INNER)).astype(np.float32)
    return {"a": jnp.asarray(inward), "b": jnp.zeros(_INNER), "c": jnp.zeros((_INNER, width))}


def learn(
    weights: Weights, network: Network, lessons: Sequence[Lesson], epochs: int, random: np.random.Generator
) -> Iterator[tuple[Network, float]]:
    """The network after each epoch, and the mean loss a token."""
    steps = epochs * sum(1 for _ in _batches(lessons, random))
    means = {"first": jax.tree.map(jnp.zeros_like, network), "second": jax.tree.map(jnp.zeros_like, network)}
    done = 0
    for _ in range(epochs):
        losses = []
        for batch in _batches(lessons, random):
            done += 1
            rate = _RATE * min(done / _WARM_UP, 0.5 + 0.5 * np.cos(np.pi * done / steps))
            network, means, loss = _stepped(network, means, weights, done, rate, *batch.arrays)
            losses.append(float(loss))
        yield network, float(np.mean(losses))


def scores(weights: Weights, network: Network, lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """The log-probability of each text."""
    found = np.zeros(len(lessons))
    for batch in _batches(lessons, None):
        found[batch.places] = np.asarray(_scored(network, weights, *batch.arrays))[: len(batch.places)]
    return found


def _adapted(network: Network, sound: Array) -> Array:
    beside = _CONTEXT // 2
    padded = jnp.pad(sound, ((0, 0), (beside, beside), (0, 0)))
    around = jnp.concatenate([padded[:, at : at + sound.shape[1]] for at in range(_CONTEXT)], -1)
    return sound + jax.nn.relu(around @ network["a"] + network["b"]) @ network["c"]


@jax.jit  # type: ignore[untyped-decorator, unused-ignore]
def _scored(
    network: Network, weights: Weights, tokens: Array, following: Array, counted: Array, sound: Array, heard: Array
) -> Array:
    there = jnp.where(heard[..., None], _adapted(network, sound), 0.0)
    return (log_probabilities(weights, tokens, following, there, heard) * counted).sum(1)


@jax.jit  # type: ignore[untyped-decorator, unused-ignore]
def _stepped(
    network: Network, means: Network, weights: Weights, done: int, rate: float, *arrays: Array
) -> tuple[Network, Network, Array]:
    """One step of Adam, that is no longer than it may be."""

    def loss(network: Network) -> Array:
        return -_scored(network, weights, *arrays).sum() / arrays[2].sum()

    value, slope = jax.value_and_grad(loss)(network)
    steep = jnp.sqrt(sum((s**2).sum() for s in jax.tree.leaves(slope)))
    slope = jax.tree.map(lambda s: s * jnp.minimum(1, _LONGEST_STEP / steep), slope)
    one, two = _DECAYS
    first = jax.tree.map(lambda m, s: one * m + (1 - one) * s, means["first"], slope)
    second = jax.tree.map(lambda m, s: two * m + (1 - two) * s**2, means["second"], slope)
    network = jax.tree.map(
        lambda n, f, s: n - rate * (f / (1 - one**done)) / (jnp.sqrt(s / (1 - two**done)) + _LITTLE),
        network,
        first,
        second,
    )
    return network, {"first": first, "second": second}, value


def _batches(lessons: Sequence[Lesson], random: np.random.Generator | None) -> Iterator[_Batch]:
    """Lessons of about one length together; in any order, where there is chance."""
    alike: dict[tuple[int, int], list[int]] = {}
    for place in random.permutation(len(lessons)) if random else range(len(lessons)):
        lesson = lessons[place]
        sound = next(length for length in _SOUND_LENGTHS if length >= len(lesson.sound))
        text = next(length for length in _TEXT_LENGTHS if length > len(lesson.text))
        alike.setdefault((sound, text), []).append(int(place))
    found = [(size, places[at : at + _BATCH]) for size, places in alike.items() for at in range(0, len(places), _BATCH)]
    for at in random.permutation(len(found)) if random else range(len(found)):
        size, places = found[at]
        yield _Batch(places, _filled([lessons[place] for place in places], *size))


def _filled(lessons: Sequence[Lesson], sound_length: int, text_length: int) -> tuple[Any, ...]:
    tokens = np.full((_BATCH, text_length), END)
    following, counted = tokens.copy(), np.zeros(tokens.shape, np.float32)
    sound = np.zeros((_BATCH, sound_length, lessons[0].sound.shape[1]), np.float32)
    heard = np.zeros(sound.shape[:2], bool)
    heard[:, 0] = True  # also of rows that are none
    for row, lesson in enumerate(lessons):
        count = len(lesson.text) + 1
        tokens[row, :count], following[row, :count] = (BEGIN, *lesson.text), (*lesson.text, END)
        counted[row, :count] = 1
        sound[row, : len(lesson.sound)], heard[row, : len(lesson.sound)] = lesson.sound, True
    return tokens, following, counted, sound, heard
