"""Who asks too much waits for itself alone: limits a minute, turns in a chat, its pace."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from bot.pacing import AHEAD, Pace, Pacer, Rates
from bot.turns import MINUTE, Tally, Turns, Verdict, count
from tests.town import labels, town
from yuanwatch.demo.botapi import Message


def verdicts(times: list[float], limit: int) -> list[Verdict]:
    found: list[Verdict] = []
    tally: Tally | None = None
    for now in times:
        tally, verdict = count(tally, now, limit)
        found.append(verdict)
    return found


def test_so_many_are_answered_then_one_sentence_then_silence_until_the_minute_is_over() -> None:
    times = [0.0, 1.0, 2.0, 3.0, 4.0, MINUTE - 0.1, MINUTE, MINUTE + 1]
    assert verdicts(times, 2) == [*["answer"] * 2, "warn", *["ignore"] * 3, *["answer"] * 2]


def test_other_chats_are_counted_on_their_own_and_forgotten_after_a_minute() -> None:
    now = 0.0
    turns = Turns(Pacer(Rates()), 1, clock=lambda: now)
    assert [turns.ask(chat) for chat in (1, 2, 1, 1)] == ["answer", "answer", "warn", "ignore"]
    for chat in range(10, 1000):
        now += 1
        turns.ask(chat)
    assert len(turns._tallies) <= MINUTE + 1


def test_a_few_answers_come_at_once_and_deliveries_wait_until_that_is_made_up() -> None:
    for chat, gap in ((5, 1.0), (-5, 3.0)):
        pace = Pace(Rates())
        waits = []
        for _ in range(AHEAD + 3):
            waits.append(pace.answer_wait(chat, 0.0))
            pace = pace.answering(chat, 0.0)
        assert waits == [*[0.0] * (AHEAD + 1), gap, 2 * gap]
        assert pace.busy((AHEAD + 3) * gap - 0.1) == (chat,)
        assert pace.wait(0.0) == 0


async def test_one_chat_is_answered_in_order_and_another_does_not_wait_for_it() -> None:
    turns, done = Turns(Pacer(Rates()), 100), []

    async def answer(chat: int, number: int) -> None:
        async with turns.turn(chat):
            await asyncio.sleep(0.001)
            done.append((chat, number))

    flood = [asyncio.create_task(answer(1, number)) for number in range(40)]
    await asyncio.wait_for(answer(2, 0), 5)
    turns.hurry()  # the bot stops: nobody waits for the pace any more
    await asyncio.wait_for(asyncio.gather(*flood), 10)
    assert [number for chat, number in done if chat == 1] == list(range(40))


async def test_who_floods_is_told_once_and_hinders_nobody(tmp_path: Path) -> None:
    async with town(tmp_path, commands_per_minute=3) as place:
        eve, ann = place.api.user(1), place.api.user(2)
        boss = place.api.user(3)
        group = place.api.group(-100, "Readers", admins=[boss])
        for _ in range(40):
            eve.say("/help")
            group.say(boss, "/help@yuanwatch_bot")
        asked = time.monotonic()
        assert (await place.ask(ann, "/help")).text.startswith("What I can do")
        assert time.monotonic() - asked < 15  # behind the flood it would be a minute
        for room in (eve, group):
            await asyncio.to_thread(room.wait_for, "at most 3 requests a minute")
        assert (await place.ask(ann, "/help")).text.startswith("What I can do")
        assert [_kind(each) for each in eve.messages] == [*["help"] * 3, "warning"]
        assert [_kind(each) for each in group.messages] == [*["help"] * 3, "warning"]


async def test_presses_count_too_and_none_is_left_waiting(tmp_path: Path) -> None:
    async with town(tmp_path, commands_per_minute=2) as place:
        eve = place.api.user(1)
        hello = await place.ask(eve, "/start")
        button = next(label for label in labels(hello) if "blockchain" in label)
        notices = [await place.press(eve, hello, button) for _ in range(4)]
        assert notices[1].startswith("That was a lot at once")
        assert notices[2:] == ["", ""]
        await place.until(eve, "Subscribed", hello)
        assert len(eve.messages) == 2


async def test_a_chat_that_asks_fast_keeps_its_pace(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        eve = place.api.user(1)
        for _ in range(AHEAD + 3):
            eve.say("/help")
        await asyncio.to_thread(place.api.wait_for_call, "sendMessage", AHEAD + 3)
        times = [call.at for call in place.api.calls_of("sendMessage")]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert sum(gaps[:AHEAD]) < 1
        assert gaps[AHEAD:] == pytest.approx([1.0, 1.0], abs=0.4)


def _kind(message: Message) -> str:
    return "help" if message.text.startswith("What I can do") else "warning"
