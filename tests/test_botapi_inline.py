"""The stand-in as the judge of inline mode: what Telegram refuses, what a person is shown and can share."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from tests import botapi_rig as rig
from tests.botapi_rig import HTML, Raw, keyboard
from yuanwatch.demo.botapi import BotApi, User

api, ann, bot, raw = rig.api, rig.ann, rig.bot, rig.raw


def article(number: str = "1", text: str = "x", **more: Any) -> dict[str, Any]:
    content = {"message_text": text, "parse_mode": HTML}
    return {"type": "article", "id": number, "title": "t", "input_message_content": content, **more}


async def test_what_is_answered_is_what_a_person_sees_and_shares(api: BotApi, bot: Bot, ann: User) -> None:
    group = api.group(-5, members=[ann])
    asked = asyncio.create_task(asyncio.to_thread(ann.inline, "深圳" * 200, "50"))
    update = (await bot.get_updates(timeout=5))[0]
    assert update.inline_query
    assert (len(update.inline_query.query), update.inline_query.offset) == (256, "50")
    content = InputTextMessageContent("<b>Bold</b> &amp; plain", HTML)
    await update.inline_query.answer(
        [InlineQueryResultArticle("7", "Title", content, description="More")],
        cache_time=5,
        is_personal=True,
        next_offset="100",
        button=InlineQueryResultsButton("Subscribe", start_parameter="s_110000_b"),
    )
    shown = await asked
    assert (shown.personal, shown.cache_seconds, shown.next_offset) == (True, 5, "100")
    assert (shown.button, shown.start) == ("Subscribe", "s_110000_b")
    assert shown.results[0]["description"] == "More"
    message = ann.share(shown.results[0], group)
    assert message.text == "Bold & plain"
    update = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[0]
    assert update.message and update.message.via_bot
    assert update.message.via_bot.username == "yuanwatch_bot"
    assert api.unanswered == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"results": {}}, ""),
        ({"results": "x"}, "Can't parse inline query results JSON object"),
        ({"results": [article(str(n)) for n in range(51)]}, "Too many inline query results specified"),
        ({"results": [1]}, "Inline query result must be an object"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("字" * 22)]}, "RESULT_ID_INVALID"),
        ({"results": [article(type="photo")]}, "the stand-in knows articles only"),
        ({"results": [article(title=" ")]}, 'Can\'t find field "title"'),
        ({"results": [article(input_message_content={})]}, "Message content is not specified"),
        ({"results": [article(text="")]}, "Message text is empty"),
        ({"results": [article(text="<b></b>")]}, "Text must be non-empty"),
        ({"results": [article(text="<div>")]}, "can't parse entities: Unsupported start tag"),
        ({"results": [article(text="x" * 4097)]}, "Message is too long"),
        ({"results": [article(reply_markup=keyboard(callback_data="字" * 22))]}, "BUTTON_DATA_INVALID"),
        ({"results": [], "next_offset": "字" * 22}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "cache_time": 86_401}, "CACHE_TIME_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a" * 65}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "x"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"start_parameter": "x"}}, "Can't parse InlineQueryResultsButton"),
    ],
)
def test_what_telegram_refuses(raw: Raw, ann: User, arguments: dict[str, Any], error: str) -> None:
    query = ann.type_inline("beijing")
    if error:
        said = raw.error("answerInlineQuery", inline_query_id=query.id, **arguments)
        assert error.lower() in said.lower()
        arguments = {"results": [article()]}
    assert raw("answerInlineQuery", inline_query_id=query.id, **arguments)["ok"]


def test_a_query_is_answered_once_and_in_time() -> None:
    now = [1_700_000_000.0]
    with BotApi(clock=lambda: now[0], inline_seconds=10) as api:
        client, ann = Raw(api), api.user(1)
        with client.http:
            early, late = ann.type_inline("a"), ann.type_inline("b")
            assert client("answerInlineQuery", inline_query_id=early.id, results=[])["ok"]
            now[0] += 11
            for query in (early, late):
                error = client.error("answerInlineQuery", inline_query_id=query.id, results=[])
                assert "query is too old" in error
        assert api.unanswered == 1


async def test_python_telegram_bot_sees_the_refusal(bot: Bot, ann: User) -> None:
    query = ann.type_inline("x")
    with pytest.raises(BadRequest, match=r"[Mm]essage is too long"):
        content = InputTextMessageContent("x" * 4097)
        await bot.answer_inline_query(query.id, [InlineQueryResultArticle("1", "t", content)])


def test_updates_are_not_told_to_who_did_not_ask_for_them(raw: Raw, ann: User) -> None:
    raw("getUpdates", allowed_updates=["message"])
    ann.type_inline("x")
    assert raw("getUpdates")["result"] == []
