"""What changes something is kept before Telegram may forget it, and is done once, whatever is killed."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.callbacks import (
    Action,
    EndSubscription,
    MoreLatest,
    PageLatest,
    PageSearch,
    PageSources,
    SetLanguage,
    Subscribe,
    encode,
)
from bot.commands import commands
from bot.inbox import Inbox, changes
from bot.polling import updates_in
from storage import inbox as kept
from storage.database import Database
from storage.errors import DatabaseError
from storage.housekeeping import tidy
from tests import hooked
from tests.hooked import Place
from tests.town import NOW
from yuanwatch.demo.botapi import Fault
from yuanwatch.demo.show import wait_until

place = hooked.place


@pytest.mark.parametrize("polling", [True, False])
def test_a_command_that_telegram_has_forgotten_survives_a_kill(place: Place, polling: bool) -> None:
    api, boss = place.api, place.api.user(1)
    group = api.group(-100, "Readers", admins=[boss])
    with place.running(polling=polling) as process:
        assert boss.ask("/help", timeout=40)
        api.fail("getChatMember", Fault.SLOW, times=None, seconds=60)
        said = group.say(boss, "/subscribe@yuanwatch_bot Shenzhen")
        assert wait_until(lambda: bool(api.calls_of("getChatMember")) and not api.pending_updates, 10)
        process.kill()
        process.wait()
        assert place.subscribed(-100) == 0
    api.heal()
    with place.running(polling=polling) as process:
        group.wait_for("Subscribed: Shenzhen", after=said, timeout=40)
        assert place.subscribed(-100) == 1
        assert boss.ask("/help", timeout=10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert len(group.messages) == 1
    assert "Traceback" not in place.log


READING: list[Action] = [
    PageLatest("440300", "blockchain"),
    MoreLatest(None, None),
    PageSearch("x"),
    PageSources(1),
]
CHANGING: list[Action] = [Subscribe("440300", None), EndSubscription(7), SetLanguage("de")]


def test_what_changes_something_is_told_from_what_asks() -> None:
    for command in commands():
        for words in (f"/{command.name}", f"/{command.name.upper()}@yuanwatch_bot x", f"/{command.name}\nx"):
            assert changes({"update_id": 1, "message": {"text": words}}) == command.changes
    for action in READING:
        assert not changes({"update_id": 1, "callback_query": {"data": encode(action)}})
    for action in CHANGING:
        assert changes({"update_id": 1, "callback_query": {"data": encode(action)}})
    assert changes({"update_id": 1, "my_chat_member": {}})
    assert changes({"update_id": 1, "message": {"migrate_to_chat_id": -1}})
    odd: list[Any] = [{}, {"message": 7}, {"message": {"text": 7}}, {"callback_query": []}]
    odd += [
        {"callback_query": {"data": 7}},
        {"callback_query": {"data": "e:0"}},
        {"message": {"text": "/xsubscribe"}},
    ]
    assert not any(changes({"update_id": 1} | each) for each in odd)


def test_an_answer_that_cannot_be_read_holds_no_updates() -> None:
    assert updates_in(b'{"ok": true, "result": [{"update_id": 1}, {"update_id": true}, 5]}') == [
        {"update_id": 1}
    ]
    for body in (b"", b"null", b"[]", b'{"result": 5}', b"[" * 99_999, b"\xff"):
        assert updates_in(body) == []


def command(number: int, text: str = "/subscribe Shenzhen") -> dict[str, Any]:
    return {"update_id": number, "message": {"text": text}}


async def test_twice_is_once_in_one_process_and_in_the_next(database: Database) -> None:
    first = Inbox(database, lambda: NOW)
    await first.keep([command(1), command(2), command(3, "/help")])
    await first.keep([command(1)])
    assert [first.begin(number) for number in (1, 1, 3, 3)] == [True, False, True, False]
    await first.end(1)
    await first.end(3)
    second = Inbox(database, lambda: NOW)
    assert await second.left() == [command(2)]
    await second.keep([command(1), command(2), command(4)])
    assert [second.begin(number) for number in (1, 2, 2, 4)] == [False, True, False, True]
    assert rows(database) == [(1, None), (2, json.dumps(command(2))), (4, json.dumps(command(4)))]


async def test_what_is_done_is_recorded_when_that_can_be_done(tmp_path: Path) -> None:
    database, other = (Database(f"sqlite:///{tmp_path / 'y.db'}", busy_timeout=0.05) for _ in range(2))
    database.migrate()
    inbox = Inbox(database, lambda: NOW)
    await inbox.keep([command(1), command(2)])
    with other.write():
        await inbox.end(1)
        with pytest.raises(DatabaseError):
            await inbox.keep([command(3)])
    assert [payload is None for _, payload in rows(database)] == [False, False]
    await inbox.end(2)
    assert [payload is None for _, payload in rows(database)] == [True, True]
    database.close()
    other.close()


def test_what_ends_the_program_again_and_again_is_given_up(conn: Connection) -> None:
    kept.keep(conn, {1: "{}"}, NOW)
    kept.keep(conn, {2: "{}"}, NOW - timedelta(days=2))
    assert [kept.begin(conn, NOW) for _ in range(4)] == [[(1, "{}")]] * 3 + [[]]


def test_old_updates_are_forgotten(database: Database) -> None:
    with database.write() as conn:
        kept.keep(conn, {1: "{}", 2: "{}"}, datetime(2020, 1, 1, tzinfo=UTC))
        kept.keep(conn, {3: "{}"}, NOW)
    tidy(database, NOW)
    assert rows(database) == [(3, "{}")]


def rows(database: Database) -> list[tuple[int, str | None]]:
    with database.read() as conn:
        found = conn.exec_driver_sql("SELECT update_id, payload FROM inbox ORDER BY 1")
        return [(row[0], row[1]) for row in found]
