"""The embedded NLU: trained from the data folder at first start, kept in a cache, answers in milliseconds."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from threadpoolctl import threadpool_limits

from bot.nlu.bare_hours import with_bare_hour
from bot.nlu.command_names import without_commands
from bot.nlu.data_folder import languages
from bot.nlu.entities import find_entities, to_entity
from bot.nlu.features import blocks
from bot.nlu.intents import OUT_OF_SCOPE, Guess
from bot.nlu.mentions import Mention
from bot.nlu.model import Model, code_hash, has_model, load_model, save_model
from bot.nlu.repairs import mend
from bot.nlu.requests import DIVISIBLE, TARGETS, split_requests
from bot.nlu.sentence_cache import CachedEncoder
from bot.nlu.sentence_encoder import PACKAGE, SentenceEncoder, find_weights, load_encoder
from bot.nlu.sight import Sight, Surroundings, Watcher
from bot.nlu.signs import spelled_out
from bot.nlu.slips import Slips, words_said
from bot.nlu.tagger import TaggedSpan
from bot.nlu.text import MAX_CHARS
from bot.nlu.training import OnProgress, fit
from bot.nlu.training_data import content_hash, read_training_data
from bot.nlu.trust import is_ours
from bot.ports import Names, Parse

_LIKELY = 0.05  # the probability from which an intent has a say in what the words of a sentence are
_ENGLISH = "en"  # the only language that the sentence embeddings know

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NluOptions:
    """Where the data lies, where models are kept, and what a message is read against."""

    data: Path
    cache: Path
    now: Callable[[], datetime]
    zone: Callable[[], ZoneInfo] = lambda: ZoneInfo("UTC")
    names: Names | None = None
    embeddings: bool | None = None  # None: where the weights are installed
    langs: tuple[str, ...] = ("en",)  # learning more costs time at the first start
    taught: Path | None = None  # what people taught this house, besides `data`


@dataclass(frozen=True, slots=True)
class Reading:
    """What another engine makes of a text: its intents, likeliest first, and its spans (kind, start, end, score)."""

    guess: Guess
    spans: Sequence[tuple[str, int, int, float]] = ()


class EmbeddedNlu:
    """Implements bot.ports.Nlu. Build it with `load_embedded`."""

    def __init__(self, models: Mapping[str, Model], options: NluOptions, encoder: SentenceEncoder | None) -> None:
        self._engines = {lang: _Engine(model, options, encoder) for lang, model in models.items()}
        self._default = _ENGLISH if _ENGLISH in self._engines else next(iter(self._engines))

    @property
    def models(self) -> dict[str, Model]:
        return {lang: engine.model for lang, engine in self._engines.items()}

    async def parse(self, text: str, lang: str = "en") -> list[Parse]:
        """One parse for each request; a language without a model is read with the default one."""
        return self.parse_now(text, lang)

    def parse_now(self, text: str, lang: str = "en") -> list[Parse]:
        """The same without waiting; it takes about a millisecond, more with sentence embeddings."""
        engine = self._engine(lang)
        if engine.divides:
            return read_message(text, engine.parse)
        return [engine.parse(text[:MAX_CHARS].rstrip())]

    def parse_read(self, text: str, reading: Reading, lang: str = "en") -> Parse:
        """One request whose intent and free text another engine has read: names, times and quantities are ours."""
        return self._engine(lang).parse_read(text, reading)

    def intents(self, lang: str = "en") -> frozenset[str]:
        """What a parse may say in this language."""
        return frozenset(self._engine(lang).model.intents.labels)

    def _engine(self, lang: str) -> "_Engine":
        return self._engines.get(lang, self._engines[self._default])


class _Engine:
    """One language at work."""

    def __init__(self, model: Model, options: NluOptions, encoder: SentenceEncoder | None) -> None:
        self.model = model
        self._encoder = encoder if model.intents.embeds else None
        said = words_said(model.intents.tfidf, model.summary["sentences"])
        # Without a vocabulary of the language nobody knows what is no word of it.
        slips = Slips(said, self._encoder.is_word if self._encoder else lambda _: True)
        self._watcher = Watcher(model.lexicon, Surroundings(options.now, options.zone, options.names), slips)

    @property
    def divides(self) -> bool:
        """Whether a message may hold several requests: they are known by what our data calls things and orders."""
        return bool(self.model.kinds & TARGETS) and DIVISIBLE in self.model.intents.labels

    def parse(self, text: str) -> Parse:
        sight = self._watcher.look(text)
        if not any(t.is_word or t.is_number for t in sight.tokens):
            return Parse(text, OUT_OF_SCOPE, 1.0)
        tagger = self.model.tagger
        scored = tagger.look(sight.meant_tokens, sight.hints())
        tagged = tagger.spans(scored)
        mentions = find_entities(sight, tagged, self._watcher, self.model.lexicon)
        guess = self._guess(sight, mentions)
        likely = {intent: p for n, (intent, p) in enumerate(guess.ranked) if not n or p > _LIKELY}
        again = tagger.spans(scored, likely)
        if again != tagged:
            mentions = find_entities(sight, again, self._watcher, self.model.lexicon)
        return self._put_together(sight, guess, mentions)

    def parse_read(self, text: str, reading: Reading) -> Parse:
        sight = self._watcher.look(text)
        known = [said for said in reading.spans if said[0] in self.model.kinds]
        tagged = [span for said in known if (span := _at_tokens(said, sight)) is not None]
        mentions = find_entities(sight, tagged, self._watcher, self.model.lexicon)
        return self._put_together(sight, reading.guess, mentions)

    def _put_together(self, sight: Sight, guess: Guess, mentions: Sequence[Mention]) -> Parse:
        seen = tuple(to_entity(m, sight.text, sight.tokens) for m in mentions)
        entities = with_bare_hour(sight.text, guess.intent, seen, self._watcher)
        alternatives = tuple(r for r in guess.ranked if r[0] != guess.intent)[:4]
        return Parse(sight.text, guess.intent, guess.confidence, entities, alternatives)

    def _guess(self, sight: Sight, mentions: Sequence[Mention]) -> Guess:
        ours = [match for match in sight.matches if is_ours(match)]
        common = self.model.lexicon.common
        text, tokens, moved = without_commands(sight.text, sight.meant, sight.meant_tokens, ours, common)
        embedding = self._encoder.encode_one(text) if self._encoder else None
        spans = [(m.kind, moved[m.first], moved[m.last]) for m in mentions if m.kind in self.model.kinds]
        margins = self.model.intents.margins(blocks(tokens, spans), embedding, at_home=bool(ours))
        return self.model.intents.guess(margins)


def read_message(text: str, parse: Callable[[str], Parse]) -> list[Parse]:
    """A message as its requests: bounded, without its slips of the tongue, cut; each part read by `parse`."""
    return split_requests(mend(spelled_out(text[:MAX_CHARS].rstrip()), parse), parse)


def _at_tokens(said: tuple[str, int, int, float], sight: Sight) -> TaggedSpan | None:
    """A span of characters as the tokens it touches; none where it touches none."""
    kind, start, end, score = said
    touched = [i for i, token in enumerate(sight.tokens) if token.start < end and start < token.end]
    return TaggedSpan(kind, touched[0], touched[-1] + 1, score) if touched else None


async def train(
    data: Path,
    cache: Path,
    progress: OnProgress | None = None,
    *,
    embeddings: bool | None = None,
    langs: Collection[str] | None = None,
    taught: Path | None = None,
) -> dict[str, Model]:
    """Models by language (None: every one of the data folder): from the cache, or trained and put there.

    Raises Rejected or NotFound naming file and line where the data is wrong.
    """
    return await asyncio.to_thread(_train_all, data, cache, progress, embeddings, langs, taught)


async def load_embedded(options: NluOptions, progress: OnProgress | None = None) -> EmbeddedNlu:
    """The engine, ready to parse. Raises as `train` does."""
    models = await train(
        options.data,
        options.cache,
        progress,
        embeddings=options.embeddings,
        langs=options.langs,
        taught=options.taught,
    )
    encoder = await asyncio.to_thread(_encoder, options.embeddings, options.cache)
    return EmbeddedNlu(models, options, encoder)


def is_trained(options: NluOptions) -> bool:
    """Whether `load_embedded` finds in its cache all that it needs."""
    embeddings = options.embeddings is not False and find_weights() is not None
    return all(
        has_model(options.cache, lang, model_key(options.data, lang, embeddings and lang == _ENGLISH, options.taught))
        for lang in _wanted(options.data, options.langs)
    )


def model_key(data: Path, lang: str, embeddings: bool, taught: Path | None = None) -> str:
    """Changes with the data, the code, and the features used."""
    return sha256(f"{code_hash()} {embeddings} {content_hash(data, lang, taught)}".encode()).hexdigest()


def _train_all(
    data: Path,
    cache: Path,
    progress: OnProgress | None,
    embeddings: bool | None,
    langs: Collection[str] | None,
    taught: Path | None,
) -> dict[str, Model]:
    # The products are small: a second thread only waits, and spins while it does. For the whole process.
    threadpool_limits(limits=1)
    encoder = _encoder(embeddings, cache)
    if encoder is None and embeddings is not False:
        _log.info("Sentence embeddings are not installed: words and letters alone decide", package=PACKAGE)
    models = {}
    for lang in _wanted(data, langs):
        models[lang] = _load_or_train(data, cache, lang, encoder if lang == _ENGLISH else None, progress, taught)
    return models


def _load_or_train(
    data: Path,
    cache: Path,
    lang: str,
    encoder: SentenceEncoder | None,
    progress: OnProgress | None,
    taught: Path | None,
) -> Model:
    key = model_key(data, lang, encoder is not None, taught)
    if (model := load_model(cache, lang, key)) is not None:
        return model
    encode = CachedEncoder(encoder, cache / f"sentences-{lang}.npz").encode if encoder else None
    model = fit(read_training_data(data, lang, taught), encode, progress)
    try:
        save_model(model, cache, key)
    except OSError as error:  # a read-only disk costs the next start some seconds, nothing else
        _log.warning("The trained language model could not be kept", folder=str(cache), error=str(error))
    _log.info("Trained the language model", lang=lang, **model.summary)
    return model


def _wanted(data: Path, langs: Collection[str] | None) -> list[str]:
    """The languages of the data that were asked for; all of them where none of those is there."""
    there = languages(data) or [_ENGLISH]
    return [lang for lang in there if langs is None or lang in langs] or there


def _encoder(wanted: bool | None, cache: Path) -> SentenceEncoder | None:
    folder = None if wanted is False else find_weights()
    return load_encoder(folder, cache) if folder else None
