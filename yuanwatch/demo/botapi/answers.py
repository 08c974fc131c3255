"""The methods that answer a person: a pressed button, an inline query."""

from __future__ import annotations

from collections.abc import Mapping

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.text import read_text, store_text
from yuanwatch.demo.botapi.updates import INLINE_SECONDS
from yuanwatch.demo.botapi.world import Answer, Method, Query, World

CALLBACK_TEXT = 200
MOST_RESULTS = 50
_ID_BYTES = 64
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, params: Params) -> Json:
    """answerCallbackQuery: once, and not too late."""
    query = _open_query(world, world.callbacks, params.text("callback_query_id"), world.callback_seconds)
    text = params.text("text")
    if len(text) > CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.text("url"):
        raise bad_request("URL_INVALID")
    query.answer = Answer(text, params.flag("show_alert"))
    world.changed.notify_all()
    return True


def answer_inline_query(world: World, params: Params) -> Json:
    """answerInlineQuery: at most 50 results with ids of their own."""
    results = params.json("results", "inline query results") or []
    if not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    if len(results) > MOST_RESULTS:
        raise bad_request("Too many inline query results specified")
    if len(params.text("next_offset").encode()) > _ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    for result in results:
        _check_result(result)
    if len({str(result["id"]) for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = _open_query(world, world.inline_queries, params.text("inline_query_id"), INLINE_SECONDS)
    query.results = results
    query.answer = Answer()
    world.changed.notify_all()
    return True


def _open_query(world: World, queries: Mapping[str, Query], number: str, seconds: float) -> Query:
    query = queries.get(number)
    if query is None or query.answer is not None or world.clock() - query.asked > seconds:
        raise bad_request(_TOO_OLD)
    return query


def _check_result(result: Json) -> None:
    if not isinstance(result, dict):
        raise bad_request("Inline query result must be an object")
    if not 1 <= len(str(result.get("id", "")).encode()) <= _ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    content = result.get("input_message_content")
    if isinstance(content, dict) and "message_text" in content:
        if not content["message_text"]:
            raise bad_request("Message text is empty")
        store_text(read_text(content["message_text"], content.get("parse_mode") or ""), 4096)


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
