"""The stand-in for the Bot API at work: python-telegram-bot and raw HTTP talk to it, people answer."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.error import (
    Conflict,
    InvalidToken,
)
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from tests import botapi_rig as rig
from tests.botapi_rig import HTML, JSON, Raw, keyboard
from yuanwatch.demo.botapi import BotApi, Call, User

api, ann, bot, raw = rig.api, rig.ann, rig.bot, rig.raw


# A bot at work


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    button = InlineKeyboardButton("Ende", callback_data="end:7")
    await update.message.reply_html(
        "<b>Hallo</b> 😀 &amp; mehr", reply_markup=InlineKeyboardMarkup([[button]])
    )


async def _end(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("erledigt", show_alert=True)
    await update.callback_query.edit_message_text("vorbei")


async def test_a_person_talks_to_a_real_application(api: BotApi) -> None:
    ann = api.user(42, "Ann", "de")
    application = Application.builder().token(api.token).base_url(api.url + "/bot").build()
    application.add_handler(CommandHandler("start", _start))
    application.add_handler(CallbackQueryHandler(_end))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling()
        hello = await asyncio.to_thread(ann.ask, "/start")
        answer = await asyncio.to_thread(ann.press, hello, "Ende")
        over = await asyncio.to_thread(ann.wait_for, "vorbei")
        await application.updater.stop()
        await application.stop()
    assert (hello.text, hello.raw) == ("Hallo 😀 & mehr", "<b>Hallo</b> 😀 &amp; mehr")
    assert [(entity.kind, entity.offset, entity.length) for entity in hello.entities] == [("bold", 0, 5)]
    assert [(button.label, button.data) for button in hello.buttons] == [("Ende", "end:7")]
    assert (answer.text, answer.show_alert) == ("erledigt", True)
    assert over.id == hello.id
    assert over.edited and not hello.edited and not over.buttons
    assert ann.messages == (over,)
    assert api.pending_updates == api.unanswered == 0
    assert [call.ok for call in api.calls_of("sendMessage")] == [True]


async def test_python_telegram_bot_reads_what_it_sent(bot: Bot, ann: User) -> None:
    sent = await bot.send_message(ann.id, '<a href="https://e.de/ü?a&amp;b">中文</a> <code>x</code>', HTML)
    assert sent.text == "中文 x"
    assert sent.chat.type == "private" and sent.from_user and sent.from_user.is_bot
    kinds = [(entity.type, entity.offset, entity.length, entity.url) for entity in sent.entities]
    assert kinds == [("text_link", 0, 2, "https://e.de/ü?a&b"), ("code", 3, 1, None)]


def test_each_encoding_of_a_body_says_the_same(api: BotApi, raw: Raw, ann: User) -> None:
    fields = {"chat_id": "42", "text": "a & 中"}
    for sent in ({"json": fields | {"chat_id": 42}}, {"data": fields}, {"params": fields}):
        assert raw.http.post("sendMessage", **sent).json()["ok"]
    files = {name: (None, value) for name, value in fields.items()}
    assert raw.http.post("SENDmessage", files=files).json()["ok"]
    assert [message.text for message in ann.messages] == ["a & 中"] * 4
    assert {(call.method, call.chat_id) for call in api.calls} == {("sendMessage", 42)}


def test_who_asks_wrongly_is_told_so(api: BotApi, raw: Raw) -> None:
    def status(path: str) -> tuple[int, str]:
        answer = raw.http.get(api.url + path)
        return answer.status_code, answer.json()["description"]

    assert status(f"/bot{api.token}/noSuchThing") == (404, "Not Found: method not found")
    assert status("/bot123456789:another/getMe") == (401, "Unauthorized")
    assert status("/botnonsense/getMe") == (404, "Not Found")
    assert status("/getMe") == (404, "Not Found")
    answer = raw.http.post("getMe", content=b"{", headers=JSON)
    assert answer.status_code == 400
    assert raw("getMe")["result"]["username"] == "yuanwatch_bot"


async def test_a_wrong_token_is_an_invalid_token(api: BotApi) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("123456789:other", base_url=api.url + "/bot"):
            pass


# Updates


def test_updates_wait_until_they_are_confirmed(api: BotApi, raw: Raw) -> None:
    ann = api.user(42, "Ann", "de")
    for text in ("/start@yuanwatch_bot x", "b", "c"):
        ann.say(text)
    first, second = raw("getUpdates", limit=2)["result"]
    message = first["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 20}]
    assert message["from"]["language_code"] == "de" and message["chat"]["id"] == 42
    assert raw("getUpdates", offset=first["update_id"])["result"][0] == first
    assert len(raw("getUpdates", offset=second["update_id"])["result"]) == 2
    assert api.pending_updates == 2
    assert [u["message"]["text"] for u in raw("getUpdates", offset=-1)["result"]] == ["c"]
    assert api.pending_updates == 1
    ann.edit(ann.conversation[0], "new")
    assert raw("getUpdates", offset=second["update_id"] + 2)["result"][0]["edited_message"]["text"] == "new"


def test_updates_older_than_a_day_are_lost() -> None:
    now = [1_700_000_000.0]
    with BotApi(clock=lambda: now[0]) as api, Raw(api).http as http:
        api.user(42).say("x")
        now[0] += 86_401
        assert http.get("getUpdates").json()["result"] == []


def test_a_long_poll_ends_when_something_happens_and_holds_nobody_up(
    api: BotApi, raw: Raw, ann: User
) -> None:
    with httpx.Client(base_url=raw.http.base_url, timeout=30, verify=False) as other:
        got = []
        waiting = threading.Thread(target=lambda: got.append(other.get("getUpdates?timeout=25").json()))
        waiting.start()
        time.sleep(0.1)
        assert raw("getMe")["ok"] and waiting.is_alive() and not got
        ann.say("x")
        waiting.join(20)
    assert got[0]["result"][0]["message"]["text"] == "x"


async def test_of_two_who_poll_the_older_is_sent_away(api: BotApi, bot: Bot) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}/", verify=False) as http:
        older = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.1)
        newer = asyncio.create_task(http.get("getUpdates?timeout=5"))
        with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
            await older
        await bot.set_webhook("https://example.com/hook")
        assert "terminated by setWebhook" in (await newer).json()["description"]
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://example.com/hook"
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


def test_the_wanted_kinds_of_updates_are_remembered(raw: Raw, ann: User) -> None:
    raw("getUpdates", allowed_updates=["my_chat_member"])
    ann.say("x")
    ann.block()
    ann.unblock()
    updates = raw("getUpdates")["result"]
    changes = [u["my_chat_member"] for u in updates]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


def test_a_hurried_poll_is_slowed_down_if_asked_for() -> None:
    with BotApi(throttle_polling=True) as api, Raw(api).http as http:
        ann = api.user(42)
        ann.say("a")
        ann.say("b")
        assert len(http.get("getUpdates").json()["result"]) == 2
        assert len(http.get("getUpdates").json()["result"]) == 1


# The stand-in itself


def test_it_says_what_came_instead_of_what_was_awaited(raw: Raw, ann: User) -> None:
    raw("sendMessage", chat_id=42, text="something else")
    with pytest.raises(TimeoutError, match="something else"):
        ann.wait_for("hello", timeout=0.01)


def test_it_stops_at_once_while_somebody_polls() -> None:
    with BotApi() as api:
        client = httpx.Client(timeout=30, verify=False)
        lost: list[Exception | httpx.Response] = []

        def poll() -> None:
            try:
                lost.append(client.get(f"{api.url}/bot{api.token}/getUpdates?timeout=50"))
            except httpx.HTTPError as error:
                lost.append(error)

        thread = threading.Thread(target=poll)
        thread.start()
        assert api._world.wait(lambda: api.calls, 5)
        started = time.monotonic()
    thread.join(5)
    client.close()
    assert time.monotonic() - started < 10 and len(lost) == 1  # not the 50 s of the poll


def test_an_outage_ends_at_the_same_address_with_nothing_lost() -> None:
    api = BotApi()
    with api:
        url, raw = api.url, Raw(api)
        ann = api.user(42)
    ann.say("/start")
    with pytest.raises(httpx.ConnectError):
        raw("getMe")
    with api:
        assert api.url == url
        assert raw("getUpdates")["result"][0]["message"]["text"] == "/start"
    raw.http.close()


def test_calls_are_recorded_with_their_answers(api: BotApi, raw: Raw, ann: User) -> None:
    raw("sendMessage", chat_id=42, text="x", reply_markup=keyboard(callback_data="d"))
    call: Call = api.wait_for_call("sendMessage")
    assert call.params["text"] == "x" and json.loads(call.params["reply_markup"]) == keyboard(
        callback_data="d"
    )
    assert call.answer and call.answer["result"]["message_id"] == ann.messages[0].id
    assert abs(call.at - time.time()) < 5
