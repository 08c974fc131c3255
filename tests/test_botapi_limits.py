"""What the stand-in refuses, in Telegram's words: text, keyboards, edits, files, commands, rates."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.error import (
    BadRequest,
    RetryAfter,
)

from tests import botapi_rig as rig
from tests.botapi_rig import HTML, Raw, keyboard
from yuanwatch.demo.botapi import BotApi, Fault, RateLimits, User

api, ann, bot, raw = rig.api, rig.ann, rig.bot, rig.raw


# Text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "message text is empty"),
        ("<b></b>", "text must be non-empty"),
        (" \n\u3000\u200b", "text must be non-empty"),
        ("中" * 4097, "message is too long"),
        ("😀" * 4097, "message is too long"),
        ("中" * 10923, "text is too long"),
        ("\ud800", "strings must be encoded in UTF-8"),
        ("hello <div>", "can't parse entities: Unsupported start tag \"div\" at byte offset 6"),
        ("<a", "can't parse entities: Unclosed start tag at byte offset 0"),
        ("&#xd800;", "can't parse entities: Text contains invalid Unicode characters after decoding HTML "
         "entities, check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_text_is_refused_in_telegrams_words(raw: Raw, ann: User, text: str, error: str) -> None:
    assert raw.error("sendMessage", chat_id=42, text=text, parse_mode=HTML) == f"Bad Request: {error}"
    assert ann.messages == ()


def test_text_may_be_as_long_as_it_may(raw: Raw, ann: User) -> None:
    raw("sendMessage", chat_id=42, text="😀" * 4096)
    raw("sendMessage", chat_id=42, text="<b>" + "x" * 4096 + "</b> ", parse_mode="html")
    assert [len(message.text) for message in ann.messages] == [4096, 4096]
    error = raw.error("sendMessage", chat_id=42, text="x", parse_mode="BBCode")
    assert error == "Bad Request: unsupported parse_mode"


def test_text_is_cleaned_and_only_a_hundred_entities_count(raw: Raw, ann: User) -> None:
    raw("sendMessage", chat_id=42, text=" a\tb\r\n\u202ec\u2067d\u030a <b>e </b> ", parse_mode=HTML)
    assert ann.messages[-1].text == "a b\nc\u2067d e"
    assert [(entity.offset, entity.length) for entity in ann.messages[-1].entities] == [(8, 1)]
    raw("sendMessage", chat_id=42, text="<b>x</b> " * 150, parse_mode=HTML)
    assert len(ann.messages[-1].entities) == 100


def test_entities_may_come_apart_from_the_text(raw: Raw, ann: User) -> None:
    entities = [{"type": "bold", "offset": 0, "length": 2}, {"type": "text_link", "offset": 3, "length": 1}]
    entities[1]["url"] = "javascript:x"
    raw("sendMessage", chat_id=42, text="ab c", entities=entities)
    assert [entity.kind for entity in ann.messages[-1].entities] == ["bold"]


# Keyboards


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        (keyboard(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data="中" * 22), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data=""), "can't parse inline keyboard button: "
         "Text buttons are unallowed in the inline keyboard"),
        (keyboard(url="http://localhost/x"), "inline keyboard button URL 'http://localhost/x' is invalid: "
         "Wrong HTTP URL"),
        (keyboard(url="javascript://a.b"), "inline keyboard button URL 'javascript://a.b' is invalid: "
         "Unsupported URL protocol"),
        (keyboard(text="", url="https://e.de"), "inline keyboard button text must be non-empty"),
        ({"inline_keyboard": [{"text": "x"}]},
         'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ([1], "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}, "reply markup is too long"),
    ],
)  # fmt: skip
def test_keyboards_are_refused_in_telegrams_words(raw: Raw, ann: User, markup: Any, error: str) -> None:
    assert raw.error("sendMessage", chat_id=42, text="x", reply_markup=markup) == f"Bad Request: {error}"
    assert ann.messages == ()


def test_a_button_is_answered_once_and_in_time() -> None:
    now = [1_700_000_000.0]
    with BotApi(clock=lambda: now[0], callback_seconds=30) as api:
        ann, raw = api.user(42), Raw(api)
        ann.say("x")
        raw("sendMessage", chat_id=42, text="x", reply_markup=keyboard(callback_data="中" * 21))
        too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        first, second = (ann.tap(ann.messages[0], "x") for _ in range(2))
        data = [u["callback_query"]["data"] for u in raw("getUpdates")["result"][1:]]
        assert data == ["中" * 21] * 2
        assert raw.error("answerCallbackQuery", callback_query_id=first.id, text="x" * 201).endswith(
            "TOO_LONG"
        )
        assert raw("answerCallbackQuery", callback_query_id=first.id, text="x" * 200)["ok"]
        assert raw.error("answerCallbackQuery", callback_query_id=first.id) == too_old
        now[0] += 31
        assert raw.error("answerCallbackQuery", callback_query_id=second.id) == too_old
        assert raw.error("answerCallbackQuery", callback_query_id="1") == too_old
        assert api.unanswered == 1
        now[0] += 150
        assert len(raw("getUpdates")["result"]) == 1
        with pytest.raises(ValueError, match="no button 'y'"):
            ann.tap(ann.messages[0], "y")
        raw.http.close()


# Changing messages


async def test_edits_follow_telegrams_rules(bot: Bot, ann: User) -> None:
    said = ann.say("/start")
    sent = await bot.send_message(42, "<b>a</b>", HTML)
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified: specified new message content"):
        await bot.edit_message_text(" <b>a</b>", 42, sent.message_id, parse_mode=HTML)
    await bot.edit_message_text("a", 42, sent.message_id)
    button = InlineKeyboardMarkup([[InlineKeyboardButton("x", url="https://e.de")]])
    await bot.edit_message_reply_markup(42, sent.message_id, reply_markup=button)
    assert [(m.text, m.entities, m.buttons[0].url, m.edited) for m in ann.messages] == [
        ("a", (), "https://e.de", True)
    ]
    with pytest.raises(BadRequest, match=r"[Mm]essage to edit not found"):
        await bot.edit_message_text("b", 42, 999)
    with pytest.raises(BadRequest, match=r"[Mm]essage can't be edited"):
        await bot.edit_message_text("b", 42, said.id)
    assert await bot.delete_message(42, sent.message_id)
    assert ann.messages == ()
    with pytest.raises(BadRequest, match=r"[Mm]essage to delete not found"):
        await bot.delete_message(42, sent.message_id)


# The bot's profile


async def test_commands_are_kept_by_language_and_scope(api: BotApi, bot: Bot, ann: User) -> None:
    await bot.set_my_commands([("latest", "Neues")], language_code="de")
    await bot.set_my_commands([BotCommand("/latest", "News")], scope=BotCommandScopeChat(42))
    assert api.commands("de") == {"latest": "Neues"} and api.commands() == {}
    assert (await bot.get_my_commands(scope=BotCommandScopeChat(42)))[0].description == "News"
    await bot.delete_my_commands(language_code="de")
    assert api.commands("de") == {}
    await bot.set_my_description("d" * 512)
    assert (await bot.get_my_description("de")).description == "d" * 512
    await bot.set_my_short_description("s" * 120)
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("s" * 121)


@pytest.mark.parametrize(
    ("commands", "error"),
    [
        ([("Latest", "x")], "BOT_COMMAND_INVALID"),
        ([("a" * 33, "x")], "command length must not exceed 32"),
        ([("a", "")], "command description must be non-empty"),
        ([("a", "x" * 257)], "command description length must not exceed 256"),
        ([("a", "x")] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
def test_commands_have_limits(raw: Raw, commands: list[tuple[str, str]], error: str) -> None:
    body = [{"command": command, "description": description} for command, description in commands]
    assert raw.error("setMyCommands", commands=body) == f"Bad Request: {error}"


async def test_inline_queries_have_limits(bot: Bot, ann: User) -> None:
    def results(count: int, same: bool = False) -> list[InlineQueryResultArticle]:
        content = InputTextMessageContent("<b>x</b>", HTML)
        return [InlineQueryResultArticle("1" if same else str(i), "t", content) for i in range(count)]

    asked = asyncio.create_task(asyncio.to_thread(ann.inline, "beijing"))
    update = (await bot.get_updates(timeout=5))[0]
    assert update.inline_query and update.inline_query.query == "beijing"
    query = update.inline_query.id
    with pytest.raises(BadRequest, match=r"[Tt]oo many inline query results specified"):
        await bot.answer_inline_query(query, results(51), current_offset=None)
    with pytest.raises(BadRequest, match=r"(?i)result_id_duplicate"):
        await bot.answer_inline_query(query, results(2, same=True))
    await bot.answer_inline_query(query, results(50))
    assert len(await asked) == 50


# Rates


def test_rates_are_kept_if_asked_for() -> None:
    now = [1_700_000_000.0]
    limits = RateLimits(per_second=5, chat_per_second=1, chat_burst=2, group_per_minute=4)
    with BotApi(limits=limits, clock=lambda: now[0]) as api, Raw(api).http as http:
        people = [api.user(number, started=True) for number in range(1, 9)]
        api.group(-5, members=people)

        def send(chat_id: int) -> int:
            """0 or the seconds of silence."""
            answer = http.post("sendMessage", json={"chat_id": chat_id, "text": "x"})
            seconds = answer.json().get("parameters", {}).get("retry_after", 0)
            assert answer.headers.get("Retry-After", "0") == str(seconds)
            return int(seconds)

        assert [send(1), send(1), send(1)] == [0, 0, 1]  # a burst of two, then one a second
        assert [send(2), send(3), send(4), send(5)] == [0, 0, 0, 1]  # five a second over all
        now[0] += 0.5
        assert send(6) == 2  # a try inside the silence prolongs it
        now[0] += 2.1
        assert send(6) == 0
        for _ in range(4):
            assert send(-5) == 0
            now[0] += 1.1
        assert send(-5) == 56  # four a minute in a group
        assert send(7) == 0  # which does not concern others
        assert [violation.limit for violation in api.violations] == [
            *("chat_per_second", "per_second", "silence", "group_per_minute")
        ]
        assert len(people[0].messages) == 2


async def test_python_telegram_bot_sees_a_retry_after(
    ann: User, api: BotApi, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else the library warns of its own default
    api.fail("sendMessage", Fault.RATE_LIMIT, seconds=7)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(42, "x")
    assert refused.value.retry_after == timedelta(seconds=7)
    assert ann.messages == ()
