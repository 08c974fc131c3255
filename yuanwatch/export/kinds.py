"""The words of the command line for what is exported and how."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What an export may be written as."""

    jsonl = "jsonl"
    csv = "csv"
    atom = "atom"
    jsonfeed = "jsonfeed"
    ics = "ics"


class Each(StrEnum):
    """What there may be a file for each of."""

    place = "place"
    topic = "topic"
