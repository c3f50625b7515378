import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.calibration import fit_intents
from bot.nlu.margins import Matrix, Said, discriminant, support_vectors

RANDOM = np.random.default_rng(7)


def clouds(each: int, intents: int = 3, size: int = 8) -> tuple[Matrix, Said]:
    """Unit vectors around as many middles."""
    said = np.repeat(np.arange(intents), each)
    rows = 2 * np.eye(size)[said] + RANDOM.normal(size=(len(said), size)) * 0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), said


def words(said: Said) -> "csr_matrix":
    """A feature for each intent, and one that all share."""
    return csr_matrix(np.hstack([np.eye(said.max() + 1)[said], np.ones((len(said), 1))]).astype(np.float32))


@pytest.mark.parametrize("intents", [2, 3])
def test_both_classifiers_tell_clouds_apart(intents: int) -> None:
    vectors, said = clouds(30, intents)
    fresh, expected = clouds(30, intents)
    by_clouds = discriminant(vectors, said).margins(words(expected)[:, :0], fresh)
    by_borders = support_vectors(words(said), vectors, said).margins(words(expected), fresh)
    assert (by_clouds.argmax(axis=1) == expected).mean() > 0.9
    assert (by_borders.argmax(axis=1) == expected).mean() > 0.9


def test_borders_without_embeddings_know_words_alone() -> None:
    _, said = clouds(10)
    linear = support_vectors(words(said), None, said)
    assert (linear.margins(words(said), None).argmax(axis=1) == said).all()


def test_the_sum_of_two_gives_the_sum_of_their_margins() -> None:
    vectors, said = clouds(20)
    borders, near = support_vectors(words(said), vectors, said), discriminant(vectors, said)
    both = borders * 0.7 + near * 0.2
    expected = 0.7 * borders.margins(words(said), vectors) + 0.2 * near.margins(words(said)[:, :0], vectors)
    assert np.allclose(both.margins(words(said), vectors), expected, atol=1e-3)


def test_the_only_sentence_of_an_intent_is_learnt_and_never_held_out() -> None:
    vectors, said = clouds(6)
    sentences = [(f"i{n}", (["x"], ["y"], [f"w{n}"])) for n in said] + [("lonely", (["only"], [], []))]
    alone = -np.ones((1, 8), np.float32) / np.float32(8**0.5)
    model, summary = fit_intents(sentences, np.vstack([vectors, alone]))
    assert model.labels == ["i0", "i1", "i2", "lonely"]
    assert model.guess(model.margins((["only"], [], []), alone[0])).intent == "lonely"
    assert summary["held_out_accuracy"] > 0.8


def test_confidence_is_what_held_out_sentences_say_it_is() -> None:
    vectors, said = clouds(60)
    muddled = np.where(RANDOM.random(len(said)) < 0.3, RANDOM.integers(0, 3, len(said)), said)  # a fifth is wrong
    model, _ = fit_intents([(f"i{n}", ([], [], [])) for n in muddled], vectors)
    fresh, _ = clouds(40)
    sure = np.mean([model.guess(model.margins(([], [], []), v)).confidence for v in fresh])
    assert 0.65 < sure < 0.95


@pytest.mark.parametrize("scattered", [5, 40])
def test_what_makes_no_sense_is_turned_away_and_nearly_nothing_else(scattered: int) -> None:
    vectors, said = clouds(60)
    noise = RANDOM.normal(size=(scattered + 100, 8)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    noise = noise[(noise[:, :3] < 0.4).all(axis=1)]  # what looks like none of the three
    half = len(noise) // 2
    intents = [f"i{n}" for n in said] + ["out_of_scope"] * half
    model, summary = fit_intents([(intent, ([], [], [])) for intent in intents], np.vstack([vectors, noise[:half]]))

    def rejected(some: Matrix) -> float:
        return float(np.mean([model.guess(model.margins(([], [], []), v)).intent == "out_of_scope" for v in some]))

    assert rejected(noise[half:]) > 0.8
    assert rejected(clouds(60)[0]) < 0.1
    assert summary["held_out_false_rejects"] < 0.1


def test_where_little_makes_no_sense_little_is_turned_away() -> None:
    vectors, said = clouds(200)
    fresh, _ = clouds(200)
    stray, _ = clouds(2)  # of the same clouds, called nonsense: there is nothing to tell it by
    intents = [f"i{n}" for n in said] + ["out_of_scope"] * len(stray)
    model, _ = fit_intents([(intent, ([], [], [])) for intent in intents], np.vstack([vectors, stray]))
    guesses = [model.guess(model.margins(([], [], []), v)).intent for v in fresh]
    assert guesses.count("out_of_scope") < 0.02 * len(fresh)


def test_a_sentence_that_names_a_twin_of_the_house_is_hardly_turned_away() -> None:
    vectors, said = clouds(60)
    noise = RANDOM.normal(size=(30, 8)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    sentences: list[tuple[str, tuple[list[str], list[str], list[str]]]] = [
        (f"i{intent}", ([], [], ["_twin"] if n % 2 else [])) for n, intent in enumerate(said)
    ]
    sentences += [("out_of_scope", ([], [], []))] * len(noise)
    model, _ = fit_intents(sentences, np.vstack([vectors, noise]))

    outside = model.labels.index("out_of_scope")
    here, anywhere = (model.margins(([], [], []), noise[0], at_home=at_home) for at_home in (True, False))
    assert here[outside] < anywhere[outside] - 1
    assert np.allclose(np.delete(here, outside), np.delete(anywhere, outside))
