"""Certificates that nobody but the test trusts."""

import subprocess
from pathlib import Path

from tests.services import require_program


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key."""
    program = require_program("openssl")
    made, key = folder / "server.pem", folder / "server.key"
    command = f"{program} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {made}"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True
    )
    return made, key
