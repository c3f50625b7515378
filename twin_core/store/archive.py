"""The file of a backup: a ZIP of one JSON Lines file a table, closed by a manifest."""

import json
import os
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn

from twin_core.contract.errors import NotFound, PolluxError, Rejected, Unavailable
from twin_core.store.encoding import to_json

_FORMAT = "pollux-backup"
_MANIFEST = "manifest.json"

# What zipfile, json and a content of other shapes raise.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, AttributeError, ValueError, OSError)

Row = Sequence[Any]


@dataclass(slots=True)
class Content:
    """One table of a backup: its columns, in the order of each row, and how many rows there are."""

    columns: Sequence[str]
    rows: int = 0


@dataclass(slots=True)
class Manifest:
    """What a backup holds, and the revision of the schema it was taken from."""

    revision: str
    tables: dict[str, Content] = field(default_factory=dict)


class ArchiveWriter:
    """Writes a backup beside its place; it takes its place, whole, with finish().

    As a context manager it leaves nothing behind when it was not finished.
    """

    def __init__(self, path: Path, revision: str) -> None:
        """Raises Unavailable when the file cannot be written; so do the other methods."""
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        self._manifest = Manifest(revision)
        self._entry: IO[bytes] | None = None
        with _file_faults(self._part):
            self._file = self._part.open("wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def begin(self, table: str, columns: Sequence[str]) -> None:
        """The rows that follow are of this table."""
        self._manifest.tables[table] = Content(columns)
        with _file_faults(self._part):
            self._end()
            self._entry = self._zip.open(f"{table}.jsonl", "w", force_zip64=True)

    def write(self, table: str, rows: Sequence[Row]) -> None:
        """Adds rows to the table that was begun last."""
        assert self._entry is not None  # noqa: S101  begin() comes first
        with _file_faults(self._part):
            self._entry.write("".join(to_json(list(row)) + "\n" for row in rows).encode())
        self._manifest.tables[table].rows += len(rows)

    def finish(self) -> None:
        tables = {name: {"columns": list(t.columns), "rows": t.rows} for name, t in self._manifest.tables.items()}
        manifest = {"format": _FORMAT, "revision": self._manifest.revision, "tables": tables}
        with _file_faults(self._part):
            self._end()
            self._zip.writestr(_MANIFEST, to_json(manifest))
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._path)

    def _end(self) -> None:
        if self._entry is not None:
            self._entry.close()

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError, ValueError):  # of a file that is thrown away
            self._end()
            self._zip.close()
        self._file.close()
        self._part.unlink(missing_ok=True)


class ArchiveReader:
    """Reads a backup. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises NotFound for a missing file, Rejected for one that is no whole backup; so do the others."""
        self._path = path
        if not path.is_file():
            raise NotFound(f"There is no file {path}.", hint="Check the name of the backup.")
        with self.checked():
            self._zip = zipfile.ZipFile(path)
            try:
                self.manifest = self._read_manifest()
            except BaseException:
                self._zip.close()
                raise

    def pages(self, table: str, size: int) -> Generator[list[Row], None, None]:
        """The rows of a table, `size` at a time; also checks that none is missing."""
        content, seen = self.manifest.tables[table], 0
        with self._zip.open(f"{table}.jsonl") as lines:
            while page := [self._row(line, content) for line in islice(lines, size)]:
                seen += len(page)
                yield page
        if seen != content.rows:
            raise ValueError(f"{seen} of {content.rows} rows of {table}")

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Turns what goes wrong with the content of the file into Rejected."""
        try:
            yield
        except PolluxError:
            raise
        except _DAMAGED as error:
            raise Rejected(
                f"{self._path} is no backup of Pollux, or it is damaged: {error}.",
                code="bad_backup",
                hint="Give a whole file that pollux backup has written. Nothing was restored.",
            ) from error

    def _read_manifest(self) -> Manifest:
        if _MANIFEST not in self._zip.namelist():
            raise ValueError("it has no manifest")
        read = json.loads(self._zip.read(_MANIFEST))
        if not isinstance(read, dict) or read.get("format") != _FORMAT:
            raise ValueError("its manifest is of another program")
        tables = {name: Content(tuple(t["columns"]), int(t["rows"])) for name, t in read["tables"].items()}
        return Manifest(str(read["revision"]), tables)

    @staticmethod
    def _row(line: bytes, content: Content) -> Row:
        row = json.loads(line, parse_constant=_no_constant)
        if not isinstance(row, list) or len(row) != len(content.columns):
            raise ValueError("a row has other columns than its table")
        return row

    def __enter__(self) -> "ArchiveReader":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} in a row")


@contextmanager
def _file_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written: {error.strerror or error}.",
            code="backup_unwritable",
            hint="Check that the folder exists, that you may write there and that the disk has room.",
        ) from error
