"""Writes pollux-teams.zip, the app package for Teams: `python deploy/teams/package.py CLIENT_ID HOST`."""

import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HOST = re.compile(r"[\w-]+(\.[\w-]+)+")
Pixel = tuple[int, int, int, int]
NIGHT, WHITE, CLEAR = (31, 42, 68, 255), (255, 255, 255, 255), (255, 255, 255, 0)
TWINS = ((0.36, 0.42), (0.64, 0.58))  # two stars, as far across as down
REACH = 0.2


def main(client_id: str, host: str) -> None:
    """The manifest for this bot and host, and the two icons that Teams wants: 192 pixels in colour, 32 in outline."""
    text = (Path(__file__).parent / "manifest.json").read_text("utf-8")
    with zipfile.ZipFile("pollux-teams.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", text.replace("CLIENT_ID", client_id).replace("HOST", host))
        package.writestr("color.png", png(192, lambda x, y: WHITE if in_star(x, y) else NIGHT))
        package.writestr("outline.png", png(32, lambda x, y: WHITE if in_star(x, y) else CLEAR))


def in_star(x: float, y: float) -> bool:
    """Whether a point of the unit square is in one of the twins: four rays, drawn in by an astroid."""
    return any(abs(x - cx) ** 0.5 + abs(y - cy) ** 0.5 <= REACH**0.5 for cx, cy in TWINS)


def png(size: int, colour: Callable[[float, float], Pixel]) -> bytes:
    """A square picture. Source: PNG, third edition, sections 5 and 11."""
    middles = [(n + 0.5) / size for n in range(size)]
    rows = b"".join(b"\0" + bytes(v for x in middles for v in colour(x, y)) for y in middles)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Say the bot's client ID and the host of this house: package.py CLIENT_ID HOST")
    if not GUID.fullmatch(sys.argv[1]):
        sys.exit(f"“{sys.argv[1]}” is no client ID: take the Application (client) ID of the bot's registration.")
    if not HOST.fullmatch(sys.argv[2]):
        sys.exit(f"“{sys.argv[2]}” is no host: say its name alone, such as pollux.example.com, without https://.")
    main(*sys.argv[1:])
