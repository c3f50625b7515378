"""Where the weights of a transcriber lie: in a folder that was set, or where `make` put them."""

import importlib.util
import sys
from pathlib import Path

ENCODER, DECODER, TOKENIZER = "encoder_model.onnx", "decoder_model_merged.onnx", "tokenizer.json"
_PACKAGE = "moonshine_onnx"  # of which only the tokenizer is used


def installed() -> Path:
    """The folder that requirements/fetch_ears.py fills."""
    return Path(sys.prefix) / "share" / "pollux" / "moonshine"


def find_weights(folder: Path | None = None) -> tuple[Path, Path, Path] | None:
    """Encoder, decoder and tokenizer; None where one of them is missing."""
    folder = folder or installed()
    tokenizer = next((path for path in (folder / TOKENIZER, _packaged()) if path and path.is_file()), None)
    encoder, decoder = folder / ENCODER, folder / DECODER
    return (encoder, decoder, tokenizer) if tokenizer and encoder.is_file() and decoder.is_file() else None


def _packaged() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)  # not imported: it would want packages that nothing else needs
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "assets" / TOKENIZER if places else None
