"""Turns what leaves the database into lines of gzipped files, one for each month: YYYY-MM.jsonl.gz.

A line is one announcement as it was stored: every column of the table `announcements` by its name, times as
ISO 8601 in UTC, and `version` of this form. The month is that of `fetched`. `zcat archive/*.jsonl.gz` reads
them all. Files only grow; the new one takes the place of the old at once, after it was written, brought to
the disk and read back.
"""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storage.errors import ArchiveError
from storage.files import part_of, settle

VERSION = 1
Record = Mapping[str, Any]
Mark = tuple[str, str]
"""Canonical address and content: what makes two lines the same."""


def put(directory: Path, month: str, records: Sequence[Record]) -> None:
    """Add announcements to the file of a month; those that stand in it already are left out.

    When it returns they are on the disk, and were read back. Raises ArchiveError, and then nothing changed.
    """
    path = directory / f"{month}.jsonl.gz"
    part = part_of(path)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        known = _marks(path) if path.exists() else set()
        new = [record for record in records if _mark(record) not in known]
        if not new:
            return
        _write(part, path, new)
        if missing := {_mark(record) for record in new} - _marks(part):
            raise ArchiveError(f"{len(missing)} of {len(new)} lines written to {part} cannot be read back.")
        settle(part, path)
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError, KeyError) as error:
        raise ArchiveError(
            f"The archive {path} is damaged ({error}). Nothing was taken out of the database: move that file "
            "away, and a new one is begun."
        ) from None
    except OSError as error:
        raise ArchiveError(
            f"The archive {path} cannot be written ({error.strerror or error}). What is old stays in the "
            "database until it can: see to the directory database.keep.archive and the room on its disk."
        ) from None
    finally:
        _forget(part)


def read(directory: Path) -> Iterator[dict[str, Any]]:
    """Every archived announcement, month by month."""
    for path in sorted(directory.glob("*.jsonl.gz")):
        yield from _lines(path)


def _write(part: Path, path: Path, records: Sequence[Record]) -> None:
    """The file as it is, and behind it another gzip member: together they are one gzip file."""
    with part.open("wb") as file:
        if path.exists():
            with path.open("rb") as before:
                shutil.copyfileobj(before, file)
        with gzip.GzipFile(filename="", fileobj=file, mode="wb") as packed:
            for record in records:
                line = json.dumps({"version": VERSION, **record}, ensure_ascii=False, separators=(",", ":"))
                packed.write(line.encode("utf-8", "surrogatepass") + b"\n")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as file:
        for line in file:
            yield json.loads(line.decode("utf-8", "surrogatepass"))


def _marks(path: Path) -> set[Mark]:
    return {_mark(record) for record in _lines(path)}


def _mark(record: Record) -> Mark:
    return record["canonical_url"], record["content_hash"]


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # it is written over the next time
