"""Who grants access, what for, and where the grant is kept."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twin_core.contract.errors import Unavailable
from twin_core.contract.ids import slug


@dataclass(frozen=True, slots=True)
class Provider:
    """An authorisation server as an application registered there knows it."""

    title: str
    client_id: str
    client_secret: str
    scope: str
    token_url: str
    authorize_url: str
    device_url: str = ""  # empty where it knows no such flow for this scope
    more: Mapping[str, str] | None = None  # what its authorisation page wants besides

    def secrets(self) -> dict[str, str]:
        """How the application shows who it is; one on a person's machine may have no secret."""
        shown = {"client_id": self.client_id}
        return shown | ({"client_secret": self.client_secret} if self.client_secret else {})


class Keeper:
    """Keeps the refresh token of one source in a file that only its owner may read, outside of every backup."""

    def __init__(self, folder: Path, name: str, given: str = "") -> None:
        self.name = name
        self._file = folder / f"{slug(name)}.token"
        self._given = given  # from the settings: used until the provider gives another

    def load(self) -> str:
        """Empty where nothing was granted yet."""
        try:
            return self._file.read_text(encoding="utf-8").strip() or self._given
        except FileNotFoundError:
            return self._given
        except OSError as error:
            raise Unavailable(
                f"{self._file} cannot be read: {error.strerror}.", hint="Give it to the user that runs Pollux."
            ) from error

    def save(self, token: str) -> None:
        """At once and as a whole: a process that dies leaves the old one or the new one."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._file.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)
