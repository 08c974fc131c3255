"""One at a time: a lock beside the database, held by the system for as long as the process lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on this system: two processes are then kept apart by the database alone
    fcntl = None  # type: ignore[assignment]


class Held(Exception):
    """Another process does this already."""


@contextmanager
def only_one(database_url: str, what: str) -> Iterator[None]:
    """Hold the lock named `what` of a database for the time of the context. Raises Held at once.

    The lock dies with its process, however that ends; the empty file beside the database stays.
    """
    path = database_url.removeprefix("sqlite:///")
    if fcntl is None or path == ":memory:":
        yield
        return
    try:
        file = Path(f"{path}.{what}.lock").open("a")  # noqa: SIM115 - closed below, whatever happens
    except OSError:  # a directory that cannot be written to is told by the database, in its own words
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Held(what) from None
        yield
