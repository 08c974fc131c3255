"""Turns what SQLite says into a sentence for the operator: what happened, where, and what to do.

DatabaseError            it cannot be used; nothing was changed or deleted
├── DatabaseTooNew       a newer version of this program has written it
├── ArchiveError         a file of the archive cannot be written; nothing was taken out of the database
└── BackupError          a backup cannot be made, or cannot be put back; the database is as it was
"""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be used; the message is a sentence that says what to do."""


class DatabaseTooNew(DatabaseError):
    """The tables are those of a newer version of this program."""


class ArchiveError(DatabaseError):
    """What is old cannot be archived, so it stays where it is."""


class BackupError(DatabaseError):
    """A backup cannot be made or put back; nothing was changed."""


# The first words found in SQLite's own message decide.
_SENTENCES = (
    (
        "readonly database",
        "The database {path} cannot be written: the file or its directory is read-only. "
        "Give this user the right to write both (the directory too: SQLite keeps a -wal file beside it).",
    ),
    (
        "unable to open",
        "The database {path} cannot be opened. Check that its directory exists and that this user may "
        "read and write there, or name another file in database.url.",
    ),
    (
        "database is locked",
        "The database {path} is locked: another program has held it for more than {seconds:g} seconds. "
        "End that program (or a backup that is still running) and try again; nothing was changed.",
    ),
    (
        "disk is full",
        "There is no room left to write the database {path}. Free some space on that disk; nothing was "
        "changed, and the work goes on from here.",
    ),
    (
        "not a database",
        "{path} is not an SQLite database. Nothing was changed: name the right file in database.url, "
        "or move this one away to begin with an empty database.",
    ),
    (
        "malformed",
        "The database {path} is damaged ({detail}). Nothing was changed or deleted: stop the program, keep "
        "a copy of the file and its -wal, and put back your last backup.",
    ),
    (
        "no such table",
        "The database {path} has not been prepared ({detail}). Every yuanwatch command prepares it by "
        "itself; if this stays, the file is damaged or not ours.",
    ),
    ("disk I/O", "The disk under the database {path} reports an error. Check the disk and its free space."),
)


def explain(detail: str, path: str, seconds: float) -> str | None:
    """The sentence for SQLite's message `detail`, or None where it is not about the file itself."""
    for words, sentence in _SENTENCES:
        if words in detail:
            return sentence.format(path=path, detail=detail, seconds=seconds)
    return None
