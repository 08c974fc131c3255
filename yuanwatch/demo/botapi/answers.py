"""The methods that answer a person: a pressed button, an inline query."""

from __future__ import annotations

from collections.abc import Mapping

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.inline import read_inline_answer
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Answer, Method, Query, World

CALLBACK_TEXT = 200
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
    """answerInlineQuery: once, not too late, and with what Telegram takes."""
    answer = read_inline_answer(params)
    query = _open_query(world, world.inline_queries, params.text("inline_query_id"), world.inline_seconds)
    query.answer, query.shown = Answer(), answer
    world.changed.notify_all()
    return True


def _open_query(world: World, queries: Mapping[str, Query], number: str, seconds: float) -> Query:
    query = queries.get(number)
    if query is None or query.answer is not None or world.clock() - query.asked > seconds:
        raise bad_request(_TOO_OLD)
    return query


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
