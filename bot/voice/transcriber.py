"""Moonshine, a small transformer that hears English (Jeffries et al. 2024, arXiv:2410.15608), on ONNX Runtime.

The encoder makes vectors of sound; the decoder says how likely each token is behind those before it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.voice.wav import Samples

BEGIN, END = 1, 2
_PAST = "past_key_values"
_THREADS = 1  # steps are short: on more threads they wait for each other

Floats = NDArray[np.float32]
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
        self._decoder = onnxruntime.InferenceSession(decoder, options, providers=["CPUExecutionProvider"])
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

    def decode(self, sound: Floats) -> "Decoding":
        """The beginning of one decoding of these vectors."""
        return Decoding(self._decoder, sound, self._past)


class Decoding:
    """Several beginnings of a text at once, each with what the decoder remembers of it.

    `nothing` is the probability that there is no text at all, once the first step is done.
    """

    nothing = 0.0

    def __init__(self, decoder: Any, sound: Floats, past: dict[str, Floats]) -> None:
        self._decoder = decoder
        self._sound = sound
        self._past = past
        self._names = tuple(past)
        self._heard: dict[str, Floats] = {}  # what the decoder made of the sound: one row, for every beginning

    def step(self, last: Sequence[int], of: Sequence[int]) -> NDArray[np.float64]:
        """Log-probabilities of what is next, a row for each beginning.

        `last` are their last tokens, and `of` says which beginning of the step before each of them goes on.
        """
        first = not self._heard
        past = self._past if first else {name: kept[list(of)] for name, kept in self._past.items()} | self._heard
        feed = {
            "input_ids": np.array(last, np.int64)[:, None],
            "use_cache_branch": np.array([not first]),
            "encoder_hidden_states": self._sound,
            **past,
        }
        logits, *outputs = self._decoder.run(None, feed)
        present = dict(zip(self._names, outputs, strict=True))
        probabilities = _log_softmax(logits[:, -1].astype(np.float64))
        self._past = {name: kept for name, kept in present.items() if ".encoder." not in name}
        if first:
            self._heard = {name: kept for name, kept in present.items() if ".encoder." in name}
            self.nothing = float(np.exp(probabilities[0, END]))
        return probabilities


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    probabilities: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return probabilities
