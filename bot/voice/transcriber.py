"""Moonshine, a small transformer that hears English (Jeffries et al. 2024, arXiv:2410.15608), on ONNX Runtime.

The encoder makes vectors of sound; the decoder says how likely each token is behind those before it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.voice.accents import Accents, Floats
from bot.voice.decoder_graph import with_packed_table
from bot.voice.wav import Samples

BEGIN, END = 1, 2
_PAST = "past_key_values"
_THREADS = 1  # steps are short: on more threads they wait for each other

_VECTORS_A_TOKEN = 5  # 41 a second: nobody speaks faster, and what is longer is made up
_LEAST_TOKENS = 6
_ROOM = 64  # beginnings that are remembered at first
_MOST_KEPT = 400  # beginnings whose rows are kept: 128 KB each

Row = Floats
Tokens = tuple[int, ...]


class Transcriber:
    """Weights and tokenizer. One thread at a time."""

    def __init__(self, encoder: Path, decoder: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = _THREADS
        options.log_severity_level = 3
        # Words are turned into numbers and back by one table of 8 bits, which ONNX Runtime would unpack at every step.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._encoder = onnxruntime.InferenceSession(encoder, options, providers=["CPUExecutionProvider"])
        graph = with_packed_table(decoder)
        self._decoder = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._accents = Accents()
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        inputs = {i.name: i.shape for i in self._decoder.get_inputs() if i.name.startswith(_PAST)}
        self._past = {name: np.zeros((0, shape[1], 1, shape[3]), np.float32) for name, shape in inputs.items()}

    def tokens(self, text: str) -> Tokens:
        """What a text is written with; words are written alike wherever they stand."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens))).strip()

    def encode(self, samples: Samples) -> Floats:
        """The vectors of an utterance."""
        vectors: Floats = self._encoder.run(None, {"input_values": samples.astype(np.float32)[None]})[0]
        return vectors

    def listen(self, samples: Samples, *, accented: bool = False) -> "Decoding":
        """The beginning of making out the words of an utterance; `accented`: of a voice that is hardly known."""
        vectors = self.encode(samples)
        return Decoding(self._decoder, self._accents.adapted(vectors) if accented else vectors, self._past)


class Decoding:
    """What is likely behind each beginning of the text of one utterance; made out once for each.

    `longest` is how many tokens it may have, `nothing` the probability that there is no text at all, once what is
    behind no token was asked for.
    """

    nothing = 0.0

    def __init__(self, decoder: Any, sound: Floats, past: dict[str, Floats]) -> None:
        self._decoder = decoder
        self._sound = sound
        self.longest = _LEAST_TOKENS + int(sound.shape[1]) // _VECTORS_A_TOKEN
        self._names = tuple(past)
        self._heard: dict[str, Floats] = {}  # what the decoder made of the sound: one row, for every beginning
        self._past = past  # … and what it remembers of no token
        self._own = [name for name in past if ".encoder." not in name]
        shape = past[self._own[0]].shape
        self._memory: Floats = np.empty((_ROOM, len(self._own), shape[1], shape[3]), np.float32)
        self._remembers = 0
        self._places: dict[Tokens, int] = {}  # in the memory, of the last token of each beginning
        self._rows: dict[Tokens, Row] = {}

    def after(self, beginnings: Sequence[Tokens]) -> list[Row]:
        """Log-probabilities of what is next, a row for each beginning. They are equally long, and what they begin with
        was asked for before.
        """
        rows = {beginning: self._rows.get(beginning) for beginning in beginnings}
        if missing := [beginning for beginning, row in rows.items() if row is None]:
            rows |= self._made_out(missing, [[*beginning[-1:]] or [BEGIN] for beginning in missing])
        return [row for beginning in beginnings if (row := rows[beginning]) is not None]

    def along(self, text: Tokens) -> list[Row]:
        """The rows behind each beginning of a text, from none to all of it; of the first text in one step."""
        beginnings = [text[:size] for size in range(len(text) + 1)]
        if not self._heard:
            return [*self._made_out(beginnings, [[BEGIN, *text]]).values()]
        return [row for beginning in beginnings for row in self.after([beginning])]

    def _made_out(self, beginnings: list[Tokens], tokens: list[list[int]]) -> dict[Tokens, Row]:
        """What is behind these beginnings, of which `tokens` are new: the last of each, or all of one text."""
        first = not self._heard
        feed = {
            "input_ids": np.array(tokens, np.int64),
            "use_cache_branch": np.array([not first]),
            "encoder_hidden_states": self._sound,
            **(self._past if first else self._heard | self._remembered(beginnings)),
        }
        logits, *outputs = self._decoder.run(None, feed)
        present = dict(zip(self._names, outputs, strict=True))
        if first:
            self._heard = {name: kept for name, kept in present.items() if ".encoder." in name}
        self._remember(beginnings, [present[name][:, :, -len(tokens[0]) :] for name in self._own])
        rows = _log_softmax(logits.reshape(len(beginnings), -1))
        if first:
            self.nothing = float(np.exp(rows[0, END]))
        made_out = dict(zip(beginnings, rows, strict=True))
        if len(self._rows) + len(made_out) <= _MOST_KEPT:
            self._rows |= made_out
        return made_out

    def _remember(self, beginnings: list[Tokens], new: list[Floats]) -> None:
        here = slice(self._remembers, self._remembers + len(beginnings))
        self._remembers = here.stop
        if here.stop > len(self._memory):
            self._memory = np.concatenate([self._memory, np.empty((here.stop, *self._memory.shape[1:]), np.float32)])
        self._places |= {beginning: here.start + n for n, beginning in enumerate(beginnings)}
        for at, kept in enumerate(new):
            self._memory[here, at] = kept.swapaxes(1, 2).reshape(-1, *self._memory.shape[2:])

    def _remembered(self, beginnings: list[Tokens]) -> dict[str, Floats]:
        """What the decoder remembers of all tokens but the last."""
        places = [[self._places[beginning[:at]] for at in range(len(beginning))] for beginning in beginnings]
        past = np.ascontiguousarray(self._memory[np.array(places)].transpose(2, 0, 3, 1, 4))
        return dict(zip(self._own, past, strict=True))


def _log_softmax(logits: Row) -> Row:
    """In the place of the logits."""
    logits -= logits.max(axis=-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return logits
