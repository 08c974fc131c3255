"""The methods of the Bot API that the stand-in knows, by lower-case name, as Telegram compares them."""

from __future__ import annotations

from yuanwatch.demo.botapi import answers, media, messages, polling, profile, rooms, webhook
from yuanwatch.demo.botapi.world import Method


def all_methods() -> dict[str, tuple[str, Method]]:
    """Lower-case name to the usual spelling and the function."""
    parts = (answers, media, messages, polling, profile, rooms, webhook)
    tables = [part.METHODS for part in parts]
    return {name.lower(): (name, method) for table in tables for name, method in table.items()}
