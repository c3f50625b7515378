"""What a fault of a database means to a person, and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from twin_core.contract.errors import PolluxError, Rejected, Unavailable

# Mistakes of ours, not of the database: they stay what they are.
_OURS = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)

# What SQLite says, the error it becomes, its code, what happened, what to do.
_SQLITE: tuple[tuple[str, type[PolluxError], str, str, str], ...] = (
    (
        "locked",
        Unavailable,
        "database_locked",
        "{file} is locked by another program.",
        "Close the other program (a second Pollux?), then try again.",
    ),
    (
        "not a database",
        Rejected,
        "not_a_database",
        "{file} is not an SQLite database.",
        "Move the file away, or choose another data folder.",
    ),
    (
        "malformed",
        Rejected,
        "database_damaged",
        "{file} is damaged.",
        "Move it away and restore the last backup: pollux restore FILE.",
    ),
    (
        "unable to open",
        Unavailable,
        "database_unreadable",
        "{file} cannot be opened.",
        "Check that its folder exists and that you may read and write there.",
    ),
    (
        "readonly",
        Unavailable,
        "database_readonly",
        "{file} cannot be written.",
        "Make the file and its folder writable for the user that runs Pollux.",
    ),
    ("full", Unavailable, "disk_full", "No room is left on the disk of {file}.", "Free some space, then try again."),
)


@contextmanager
def explained(shown: str, sqlite: bool) -> Iterator[None]:
    """Turns faults of the database `shown` into Unavailable, or Rejected where trying again is of no use."""
    try:
        yield
    except _OURS:
        raise
    except exc.DBAPIError as error:
        raise _explain(str(error.orig), shown, sqlite) from error
    except sqlite3.Error as error:
        raise _explain(str(error), shown, sqlite) from error
    except (OSError, exc.TimeoutError) as error:  # among them the builtin TimeoutError
        raise _explain(str(error) or "no answer in time", shown, sqlite) from error


def _explain(said: str, shown: str, sqlite: bool) -> PolluxError:
    for needle, kind, code, message, hint in _SQLITE if sqlite else ():
        if needle in said:
            return kind(message.format(file=shown), code=code, hint=hint)
    hint = "Check the disk." if sqlite else "Check that PostgreSQL runs, and the host, user and password of the URL."
    return Unavailable(f"The database {shown} failed: {said}.", code="database_unavailable", hint=hint)
