"""Turns the arguments of answerInlineQuery into what a person is shown, or refuses them as Telegram does.

Only articles with a text are known here: a result of another type would be taken without being read.
"""

from __future__ import annotations

import json
import re

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.keyboards import read_markup
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.text import MESSAGE_LENGTH, Formatted, read_text, store_text
from yuanwatch.demo.botapi.world import InlineAnswer

MOST_RESULTS = 50
ID_BYTES = 64
LONGEST_CACHE = 86_400
_DEFAULT_CACHE = 300
_START = re.compile("[A-Za-z0-9_-]{1,64}")


def read_inline_answer(params: Params) -> InlineAnswer:
    """The answer as it is shown. Raises ApiError."""
    results = params.json("results", "inline query results") or []
    if not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    if len(results) > MOST_RESULTS:
        raise bad_request("Too many inline query results specified")
    next_offset = params.text("next_offset")
    if len(next_offset.encode()) > ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache = params.integer("cache_time", _DEFAULT_CACHE)
    if not 0 <= cache <= LONGEST_CACHE:
        raise bad_request("CACHE_TIME_INVALID")
    for result in results:
        _check_result(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    text, start = _read_button(params)
    return InlineAnswer(tuple(results), next_offset, params.flag("is_personal"), cache, text, start)


def shared_text(result: Json) -> Formatted:
    """The message that a result becomes when it is shared. Raises ApiError for one that Telegram refuses."""
    content = result["input_message_content"]
    formatted = read_text(content["message_text"], content.get("parse_mode") or "")
    return store_text(formatted, MESSAGE_LENGTH)


def _check_result(result: Json) -> None:
    if not isinstance(result, dict):
        raise bad_request("Inline query result must be an object")
    for name in ("type", "id"):
        if not isinstance(result.get(name), str):
            raise bad_request(f"Can't parse inline query result: Can't find field \"{name}\"")
    if not 1 <= len(result["id"].encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] != "article":
        raise bad_request("Can't parse inline query result: the stand-in knows articles only")
    if not isinstance(result.get("title"), str) or not result["title"].strip():
        raise bad_request("Can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or not isinstance(content.get("message_text"), str):
        raise bad_request("Can't parse inline query result: Message content is not specified")
    if not content["message_text"]:
        raise bad_request("Message text is empty")
    shared_text(result)
    if "reply_markup" in result:
        read_markup(Params({"reply_markup": json.dumps(result["reply_markup"])}), inline_only=True)


def _read_button(params: Params) -> tuple[str, str]:
    """Label and payload of the button above the results, "" and "" without one."""
    button = params.json("button", "InlineQueryResultsButton")
    if button is None:
        return "", ""
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("Can't parse InlineQueryResultsButton")
    start = button.get("start_parameter", "")
    if not button["text"].strip() or not (isinstance(start, str) and _START.fullmatch(start)):
        raise bad_request("START_PARAM_INVALID")
    return button["text"], start
