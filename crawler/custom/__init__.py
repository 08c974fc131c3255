"""Sources that no block can describe: each a small module here with a class that reads its lists.

`code: module:Class` in a source's block names it. The class is a function of the block and the bytes: it is
made without arguments and called with the source and a page, and gives entries; requests, paging, articles
and everything after that stay those of the block. foresight.py is one to copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from crawler.config import SourceConfig
from crawler.types import Entry, Page


class Reader(Protocol):
    """Reads a page of a list; raises UnreadableError where it cannot."""

    def __call__(self, source: SourceConfig, page: Page) -> Sequence[Entry]: ...


def reader(code: str) -> Reader:
    """The reader that `module:Class` names. Raises LookupError where there is none of that name."""
    module, _, name = code.partition(":")
    try:
        found: Reader = getattr(import_module(f"{__name__}.{module}"), name)()
    except (ModuleNotFoundError, AttributeError, TypeError) as error:
        raise LookupError(f"no {name} in crawler/custom/{module}.py: {error}") from None
    return found
