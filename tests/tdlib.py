"""Turns text in Telegram's HTML mode into what Telegram's own parser (TDLib, PyPI tdjson) makes of it."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest


class ParseError(ValueError):
    """TDLib refuses the markup; the message is its own."""


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and TDLib's textEntity objects (offset, length, type: {"@type": ...}). Raises ParseError."""
    request = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
    return _formatted(execute(request))


def clean(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """What TDLib's cleaning makes of a text without markdown signs; entities are textEntity objects."""
    formatted = {"@type": "formattedText", "text": text, "entities": entities}
    return _formatted(execute({"@type": "parseMarkdown", "text": formatted}))


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """TDLib's answer to a request that needs no account. Skips the test where tdjson is not installed."""
    answer: dict[str, Any] = json.loads(_library().td_execute(json.dumps(request).encode()))
    return answer


@functools.cache
def _library() -> Any:
    tdjson = pytest.importorskip("tdjson", reason="tdjson, Telegram's own parser, is not installed here")
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    return tdjson


def _formatted(answer: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    if answer["@type"] == "error":
        raise ParseError(answer["message"])
    return answer["text"], answer["entities"]
