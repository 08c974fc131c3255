"""Digests and quiet hours over the wire: once, in time, in their topic, and through restarts and outages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.hours import Every
from analysis.wishes import Wish
from storage import outbox
from storage.letters import owe_letter
from storage.moving import forget_chat
from storage.subscriptions import subscriptions
from storage.types import Notice
from tests.post import post
from yuanwatch.demo.botapi import Fault, Group, User


def texts(reader: User | Group) -> list[str]:
    return [message.text for message in reader.messages]


async def test_a_day_in_one_message_at_its_hour(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 09:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1, "daily")
        assert office.tell("440300", "440100") == 2
        assert await office.run("2025-06-10 18:00") == {}
        office.tell("110000")
        assert await office.run("2025-06-11 08:59") == {}
        assert await office.run("2025-06-11 09:00") == {"sent": 1}
        (message,) = ann.messages
        assert message.text == (
            "📬 Today’s digest: 3 stories\n\n"
            "📍 Guangdong\n"
            "• Shenzhen · digital yuan · red packets\n"
            "• Guangzhou · digital yuan · red packets\n\n"
            "📍 Beijing\n"
            "• Beijing · digital yuan · red packets"
        )
        assert len(message.links) == 3
        assert office.counts() == {"digested": 3, "sent": 1}
        office.restart()
        assert await office.run("2025-06-11 09:01") == {}
        assert await office.run("2025-06-12 09:00") == {}, "an empty day says nothing"
        office.tell("320500")
        assert await office.run("2025-06-13 09:00") == {"sent": 1}
        assert "1 story" in texts(ann)[1]


async def test_what_was_pushed_stands_in_no_digest(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1, "daily")
        office.reader(1, "now", Wish(places=("440300",)))
        assert office.tell("440300", "320500") == 2
        assert await office.run() == {"sent": 1}
        assert await office.run("2025-06-11 09:00") == {"sent": 1}
        assert "Shenzhen" in texts(ann)[0]
        assert "Suzhou" in texts(ann)[1] and "Shenzhen" not in texts(ann)[1]


async def test_a_week_comes_on_its_day_in_the_zone_of_the_reader(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-03-25 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1, "weekly")
        office.settle(1, zone="Europe/Berlin", digest_day=6, digest_at=150)  # 2:30, skipped on 30 March
        office.tell("440300")
        assert await office.run("2025-03-30 08:59") == {}  # 1:59 in Berlin
        assert await office.run("2025-03-30 09:00") == {"sent": 1}
        assert texts(ann)[0].startswith("📬 This week’s digest: 1 story")


async def test_a_new_digest_hour_counts_at_once(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        office.api.user(1, started=True)
        office.reader(1, "daily")
        office.tell("440300")
        office.settle(1, digest_at=18 * 60)
        assert await office.run("2025-06-10 17:59") == {}
        assert await office.run("2025-06-10 18:00") == {"sent": 1}


FORUM = -1_000_000_000_007


async def test_each_topic_of_a_forum_gets_its_own_and_a_closed_one_is_off(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        admin = office.api.user(9, started=True)
        forum = office.api.group(FORUM, "Forum", admins=[admin], topics=[5, 7])
        office.reader(FORUM, "now", Wish(places=("440000",)), thread=5)
        office.reader(FORUM, "daily", thread=7)
        office.reader(FORUM, "now", Wish(places=("320500",)))
        office.tell("440300")
        assert await office.run() == {"sent": 1}
        assert await office.run("2025-06-11 09:00") == {"sent": 1}
        assert [message.thread_id for message in forum.messages] == [5, 7]
        forum.chat.topics.discard(5)
        office.tell("440100", "320500")
        assert await office.run() == {"closed": 1, "sent": 1}
        office.tell("440100")
        assert await office.run() == {}, "nothing more goes into the topic that is gone"
        assert await office.run("2025-06-12 09:00") == {"sent": 1}
        assert [message.thread_id for message in forum.messages] == [5, 7, None, 7]


async def test_a_group_that_moves_keeps_the_digest_it_waits_for(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        admin = office.api.user(9, started=True)
        group = office.api.group(-77, "Readers", admins=[admin])
        office.reader(-77, "daily")
        office.settle(-77, zone="Europe/Berlin", digest_at=60)
        office.tell("440300", "320500")
        new = group.upgrade(admin)
        assert await office.run("2025-06-11 07:00") == {"migrate": 1, "sent": 1}
        assert "2 stories" in texts(new)[0]
        office.tell("110000")
        office.now += timedelta(hours=1)
        with office.database.read() as conn:
            assert len(subscriptions(conn, new.id)) == 1
        assert await office.run("2025-06-12 07:00") == {"sent": 1}


async def test_a_digest_of_a_killed_process_is_sent_once(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1, "daily")
        office.tell("440300", "320500")
        code = f"""
import datetime, os, signal, zoneinfo
from storage.database import Database
from storage.digests import gather
now = datetime.datetime.fromisoformat("2025-06-11T01:00:00+00:00")
assert gather(Database("sqlite:///{tmp_path / "y.db"}"), now, zoneinfo.ZoneInfo("Asia/Shanghai"), None) == 1
os.kill(os.getpid(), signal.SIGKILL)
"""
        root = Path(__file__).resolve().parents[1]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, timeout=60)
        assert done.returncode == -signal.SIGKILL
        assert office.counts() == {"pending": 1, "digested": 2}
        assert await office.run("2025-06-11 09:02") == {"sent": 1}
        office.restart()
        assert await office.run("2025-06-11 09:03") == {}
        assert len(ann.messages) == 1


async def test_a_digest_whose_answer_was_lost_comes_once_more_and_is_no_other(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1, "daily")
        office.tell("440300")
        office.api.fail("sendMessage", Fault.LOST_ANSWER)
        assert await office.run("2025-06-11 09:00") == {"unknown": 1, "sent": 1}
        assert len(set(texts(ann))) == 1 and office.counts() == {"digested": 1, "sent": 1}


async def test_a_transaction_that_fails_leaves_what_waits_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        office.api.user(1, started=True)
        office.reader(1, "daily")
        office.tell("440300")
        office.now += timedelta(days=1)

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr("storage.letters.letter_values", broken)
            office.gather()
        assert office.counts() == {"waiting": 1}
        assert await office.run() == {"sent": 1}


@pytest.mark.parametrize(("number", "kept"), [(3, 3), (4, 1)])
async def test_what_an_outage_kept_back_becomes_one_digest(tmp_path: Path, number: int, kept: int) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1)
        office.tell(*("440300", "320500", "440100", "510100")[:number])
        office.now += timedelta(hours=12, minutes=1)
        office.tell("110000")
        assert await office.run() == {"sent": kept + 1}
        told = "\n".join(texts(ann))
        assert ("What I could not deliver in time: 4 stories" in told) == (kept == 1)
        assert told.count("Shenzhen ·") == told.count("Beijing ·") == 1


async def test_a_notice_that_nobody_has_words_for_is_not_sent(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1)
        with office.database.write() as conn:
            owe_letter(conn, 1, Notice("unheard-of", {"place": "110000", "n": 3}), office.now)
        assert await office.run() == {"dead": 1} and ann.messages == ()


async def test_a_forgotten_chat_gets_nothing_more(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        office.api.user(1, started=True)
        office.reader(1, "daily")
        office.tell("440300")
        with office.database.write() as conn:
            forget_chat(conn, 1)
            assert outbox.claim(conn, now=office.now, limit=1) == []
        assert await office.run("2025-06-11 09:00") == {} and office.tell("320500") == 0


@pytest.mark.parametrize("every", ["now", "daily", "weekly"])
async def test_a_chat_that_blocks_loses_what_waits_and_returns_afresh(tmp_path: Path, every: Every) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        office.reader(1, every)
        office.reader(1, "now", Wish(places=("110000",)))
        office.api.user(1, started=True).block()
        office.tell("440300", "110000")
        assert (await office.run())["off"] == 1
        assert office.counts() == {"dead": 2}
