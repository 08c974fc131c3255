"""Quiet hours over the wire: what they hold back, what they do not, and what the morning brings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from storage.letters import owe_digest
from tests.post import post
from tests.test_digests import texts
from tests.test_filing import ROUND


async def test_nights_are_quiet_and_mornings_bring_what_waited_in_order(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 21:59") as office:
        ann, bob = office.api.user(1, started=True), office.api.user(2, started=True)
        office.reader(1)
        office.reader(2)
        office.settle(1, quiet_from=22 * 60, quiet_to=7 * 60)
        office.tell("440300")
        assert await office.run() == {"sent": 2}
        office.now += timedelta(minutes=1)
        office.tell("320500")
        assert await office.run("2025-06-10 23:30") == {"sent": 1}
        office.tell("510100")
        assert await office.run("2025-06-11 06:59") == {"sent": 1}
        assert [len(each.messages) for each in (ann, bob)] == [1, 3]
        assert office.counts() == {"waiting": 2, "sent": 4}
        office.restart()
        assert await office.run("2025-06-11 07:00") == {"sent": 2}
        assert [text.split(" · ")[0] for text in texts(ann)] == ["Shenzhen", "Suzhou", "Chengdu"]


async def test_a_growing_story_is_edited_at_night_and_an_answer_is_not_held(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 21:00") as office:
        ann = office.api.user(1, started=True)
        office.reader(1)
        office.settle(1, quiet_from=22 * 60, quiet_to=7 * 60)
        office.tell("440300", facts=ROUND)
        assert await office.run() == {"sent": 1}
        office.now += timedelta(hours=2)
        assert office.tell("440300", facts=ROUND, publisher="government") == 0
        with office.database.write() as conn:
            assert owe_digest(conn, 1, None, [1, 99], office.now) is not None
            assert owe_digest(conn, 1, None, [99], office.now) is None
        assert await office.run() == {"sent": 1}
        assert "2 sources" in texts(ann)[0]
        assert texts(ann)[1].startswith("📬 To begin with: the latest story")


async def test_settings_that_end_the_quiet_free_what_was_held(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 23:00") as office:
        office.api.user(1, started=True)
        office.reader(1)
        office.settle(1, quiet_from=22 * 60, quiet_to=7 * 60)
        office.tell("440300")
        assert await office.run() == {}
        office.settle(1, silent=True)
        assert await office.run() == {}, "it is quiet still"
        office.settle(1, zone="Europe/Berlin")  # where it is 17:00
        assert await office.run() == {"sent": 1}


async def test_many_quiet_chats_do_not_keep_the_others_waiting(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 23:00") as office:
        for chat in range(1, 121):
            office.reader(chat)
            office.settle(chat, quiet_from=22 * 60, quiet_to=7 * 60)
        awake = office.api.user(500, started=True)
        office.reader(500)
        office.tell("440300")
        assert await office.run() == {"sent": 1}
        assert len(awake.messages) == 1 and office.counts() == {"waiting": 120, "sent": 1}


async def test_silence_and_previews_are_as_the_chat_wants(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 10:00") as office:
        for chat in (1, 2):
            office.api.user(chat, started=True)
            office.reader(chat)
        office.settle(1, silent=True, preview=True)
        office.tell("440300")
        assert await office.run() == {"sent": 2}
        calls = {str(call.params["chat_id"]): call.params for call in office.api.calls_of("sendMessage")}
        assert str(calls["1"].get("disable_notification", "")).lower() == "true"
        assert "false" in str(calls["1"]["link_preview_options"]).lower()
        assert "true" in str(calls["2"]["link_preview_options"]).lower()


async def test_held_over_a_long_night_is_no_backlog(tmp_path: Path) -> None:
    async with post(tmp_path, "2025-06-10 18:00") as office:
        office.api.user(1, started=True)
        office.reader(1)
        office.settle(1, quiet_from=18 * 60, quiet_to=9 * 60)
        office.tell("440300", "320500", "440100", "510100")
        assert await office.run() == {}
        office.now += timedelta(hours=15)
        office.gather()
        office.gather()
        assert office.counts() == {"pending": 4}
