"""Chats the bot cannot reach, groups, channels, and everything that can go wrong on the way."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from tests import botapi_rig as rig
from tests.botapi_rig import Raw
from yuanwatch.demo.botapi import BotApi, Fault, User

api, ann, bot, raw = rig.api, rig.ann, rig.bot, rig.raw


async def test_whom_the_bot_cannot_reach(api: BotApi, bot: Bot) -> None:
    ann, ben, eve = (api.user(number, f"U{number}") for number in (1, 2, 3))
    api.group(-5, members=[ben])
    ann.say("/start")
    eve.say("/start")
    ann.block()
    eve.deactivate()
    for chat_id, error, words in (
        (1, Forbidden, "Forbidden: bot was blocked by the user"),
        (2, Forbidden, "Forbidden: bot can't initiate conversation with a user"),
        (3, Forbidden, "Forbidden: user is deactivated"),
        (4, BadRequest, "Chat not found"),
    ):
        with pytest.raises(error, match=words):
            await bot.send_message(chat_id, "x")
    with pytest.raises(ValueError, match="blocked the bot"):
        ann.say("x")
    ann.unblock()
    await bot.send_message(1, "x")


async def test_groups_let_through_what_privacy_mode_lets_through(api: BotApi, bot: Bot) -> None:
    ann = api.user(1)
    group = api.group(-5, members=[ann])
    question = await bot.send_message(-5, "?")
    for text in (
        "hello",
        "/a",
        "/a@other_bot",
        "/a@Yuanwatch_bot",
        "hey @yuanwatch_bot!",
        "a/b",
        "/a@yuanwatch_bo",
    ):
        group.say(ann, text)
    group.say(ann, "yes", reply_to=group.messages[0])
    updates = await bot.get_updates()
    texts = [update.message.text for update in updates if update.message]
    assert texts == ["/a", "/a@Yuanwatch_bot", "hey @yuanwatch_bot!", "yes"]
    assert updates[-1].message and updates[-1].message.reply_to_message == question
    open_group = api.group(-6, members=[ann], privacy=False)
    open_group.say(ann, "hello")
    assert (await bot.get_updates())[-1].effective_chat.id == -6  # type: ignore[union-attr]


async def test_groups_move_vanish_and_throw_out(api: BotApi, bot: Bot) -> None:
    ann = api.user(1)
    group, gone, small = (api.group(number, admins=[ann]) for number in (-5, -6, -7))
    new = group.upgrade(ann, -1_000_000_000_099)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-5, "x")
    assert moved.value.new_chat_id == new.id == -1_000_000_000_099
    await bot.send_message(new.id, "x")
    services = [update.message for update in await bot.get_updates()]
    assert [(m.migrate_to_chat_id, m.migrate_from_chat_id) for m in services if m] == [
        (new.id, None),
        (None, -5),
    ]
    new.forbid_writing()
    with pytest.raises(BadRequest, match=r"[Nn]ot enough rights to send text messages to the chat"):
        await bot.send_message(new.id, "x")
    new.kick_bot(ann)
    gone.delete()
    await bot.leave_chat(-7)
    for chat_id, words in (
        (new.id, "bot was kicked from the supergroup chat"),
        (-6, "the group chat was deleted"),
        (-7, "bot is not a member of the group chat"),
    ):
        with pytest.raises(Forbidden, match=words):
            await bot.send_message(chat_id, "x")
    small.add_bot(ann, admin=True)
    last = (await bot.get_updates())[-1].my_chat_member
    assert last and (last.old_chat_member.status, last.new_chat_member.status) == ("left", "administrator")
    assert {member.user.id for member in await bot.get_chat_administrators(-7)} == {1, bot.id}
    assert (await bot.get_chat_member(-7, 1)).status == "administrator"
    assert (await bot.get_chat(-7)).title == "Group"


async def test_channels_and_topics(api: BotApi, bot: Bot) -> None:
    ann = api.user(1)
    channel = api.channel(-1_000_000_000_001, "News", admins=[ann])
    sent = await bot.send_message(channel.id, "x")
    assert sent.sender_chat and sent.sender_chat.title == "News" and sent.from_user is None
    channel.remove_bot(ann)
    with pytest.raises(Forbidden, match="bot was kicked from the channel chat"):
        await bot.send_message(channel.id, "x")
    forum = api.group(-1_000_000_000_002, members=[ann], topics=[9])
    assert (await bot.send_message(forum.id, "x", message_thread_id=9)).message_thread_id == 9
    with pytest.raises(BadRequest, match=r"[Mm]essage thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=8)
    with pytest.raises(BadRequest, match=r"[Mm]essage to be replied not found"):
        await bot.send_message(forum.id, "x", reply_to_message_id=99)


@pytest.mark.parametrize(
    ("fault", "error", "accepted"),
    [
        (Fault.SERVER_ERROR, NetworkError, 0),
        (Fault.BAD_GATEWAY, NetworkError, 0),
        (Fault.UNAUTHORIZED, InvalidToken, 0),
        (Fault.NOT_FOUND, InvalidToken, 0),
        (Fault.CONFLICT, Conflict, 0),
        (Fault.RESET, NetworkError, 0),
        (Fault.LOST_ANSWER, NetworkError, 1),
        (Fault.BROKEN_JSON, TelegramError, 1),
        (Fault.HTML, TelegramError, 0),
        (Fault.SLOW, TimedOut, 1),
    ],
)
async def test_faults_look_like_the_real_ones(
    api: BotApi, bot: Bot, ann: User, fault: Fault, error: type[TelegramError], accepted: int
) -> None:
    api.fail("sendMessage", fault, times=2, seconds=0.5)
    for _ in range(2):
        with pytest.raises(TelegramError) as seen:
            await bot.send_message(42, "x", read_timeout=0.1)
        assert type(seen.value) is error
    assert len(ann.messages) == 2 * accepted
    await bot.send_message(42, "y")
    assert ann.messages[-1].text == "y"
    calls = api.calls_of("sendMessage")
    assert [(call.fault, call.ok) for call in calls] == [(fault, bool(accepted))] * 2 + [(None, True)]


def test_faults_hit_any_method_until_healed(api: BotApi, raw: Raw) -> None:
    api.fail("*", Fault.SERVER_ERROR, times=None)
    assert [raw("getMe")["error_code"] for _ in range(3)] == [500] * 3
    api.heal()
    assert raw("getMe")["ok"]
