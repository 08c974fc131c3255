"""Webhook mode from outside: the real program is called by the stand-in, as Telegram would through a proxy."""

from __future__ import annotations

import json
import signal
import socket
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.webhook import BODY_BYTES, HEADER
from storage.database import Database
from tests import hooked
from tests.hooked import SECRET, TOKEN, Place
from yuanwatch.demo.botapi import User
from yuanwatch.demo.show import wait_until

place = hooked.place


def test_commands_are_answered_and_strangers_are_not(place: Place) -> None:
    ann = place.api.user(1)
    with place.running(YUANWATCH_WEBHOOK_SECRET=SECRET) as process:
        assert ann.ask("/subscribe Shenzhen", timeout=40).text.startswith("🔔 Subscribed: Shenzhen")
        update = _command(place, ann, "/unsubscribe", 900_000_001)
        for secret in (None, "", SECRET[:-1], SECRET + "x", b"\xc3\xa9\xff"):
            refused = place.post(update, secret)
            assert (refused.status_code, refused.content) == (403, b"")
            assert "server" not in refused.headers
        assert place.subscribed(1) == 1
        assert place.post(b"{", None).status_code == place.post(b"x" * 2_000_000, "no").status_code == 403
        assert place.post(b"{").status_code == place.post(b"[1]").status_code == 400
        assert place.post({"update_id": "7"}).status_code == place.post({"message": {}}).status_code == 400
        assert place.post(b" " * (BODY_BYTES + 1)).status_code == 413
        assert httpx.get(place.url).status_code == 405
        assert httpx.post(place.url + "/more", headers={HEADER: SECRET}).status_code == 404
        before, last = len(ann.messages), ann.messages[-1]
        assert [place.post(update).status_code for _ in range(3)] == [200] * 3
        ann.wait_for(lambda message: True, after=last, timeout=10)
        assert len(ann.messages) == before + 1 and place.subscribed(1) == 0
        assert place.post({"update_id": 900_000_002, "message": {"odd": 1}}).status_code == 200
        assert ann.ask("/help").text.startswith("What I can do")
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert "Traceback" not in place.log and SECRET not in place.log and TOKEN not in place.log
    with pytest.raises(httpx.ConnectError):
        place.post(update)
    assert place.api.calls_of("deleteWebhook") == () == place.api.calls_of("getUpdates")


def test_what_was_not_acknowledged_comes_again_and_is_done_once(place: Place) -> None:
    ann = place.api.user(1)
    with place.running() as process:
        assert ann.ask("/help", timeout=40)
        locked = Database(f"sqlite:///{place.path / 'y.db'}")
        with locked.write():
            ann.say("/subscribe Shenzhen")  # it cannot be kept, so it is not acknowledged
            time.sleep(0.5)
            process.kill()
            process.wait()
        locked.close()
        assert place.api.pending_updates == 1 and place.subscribed(1) == 0
    with place.running() as process:
        ann.wait_for("Subscribed: Shenzhen", timeout=40)
        assert place.subscribed(1) == 1 and wait_until(lambda: place.api.pending_updates == 0, 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert sum("Subscribed: Shenzhen" in each.text for each in ann.messages) == 1


def test_what_was_acknowledged_and_not_done_is_done_after_a_kill(place: Place) -> None:
    ann = place.api.user(1)
    database = Database(f"sqlite:///{place.path / 'y.db'}")
    database.migrate()
    update = _command(place, ann, "/subscribe Shenzhen", 900_000_001)
    keep = "INSERT INTO inbox (update_id, payload, came) VALUES (?, ?, ?)"
    came = int(datetime.now(UTC).timestamp() * 1_000_000)
    with database.write() as connection:
        connection.exec_driver_sql(keep, (900_000_001, json.dumps(update), came))
    database.close()
    ann.chat.started = True
    with place.running(YUANWATCH_WEBHOOK_SECRET=SECRET):
        ann.wait_for("Subscribed: Shenzhen", timeout=40)
        assert place.post(update).status_code == 200
        assert ann.ask("/help").text.startswith("What I can do")
    assert sum("ubscribed: Shenzhen" in each.text for each in ann.messages) == 1


def test_from_webhook_to_polling_and_back_with_a_made_secret(place: Place) -> None:
    ann = place.api.user(1)
    for polling in (False, True, False):
        ann.say("/help")  # while nobody is there
        with place.running(polling=polling) as process:
            last = ann.messages[-1] if ann.messages else None
            ann.wait_for("What I can do", after=last, timeout=40)
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
    made = [call.params["secret_token"] for call in place.api.calls_of("setWebhook")]
    assert len(set(made)) == 2 and all(len(each) >= 40 for each in made)
    assert not any(each in place.log for each in made)


def test_what_cannot_work_is_said_with_status_2(place: Place) -> None:
    with place.running(YUANWATCH_WEBHOOK_SECRET="no spaces please") as process:
        assert process.wait(40) == 2
    assert "YUANWATCH_WEBHOOK_SECRET must be" in place.log and "no spaces please" not in place.log
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", place.port))
        holder.listen()
        with place.running() as process:
            assert process.wait(40) == 2
    assert f"cannot listen at 127.0.0.1, port {place.port}" in place.log
    place.telegram = {"webhook": {"url": "https://10.0.0.1/hook", "port": place.port}}
    with place.running() as process:
        assert process.wait(40) == 2
    assert "Telegram does not take telegram.webhook.url: " in place.log
    assert "Traceback" not in place.log


def _command(place: Place, user: User, text: str, number: int) -> dict[str, Any]:
    """An update as Telegram writes it."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": user.id, "type": "private", "first_name": "Ann"},
        "from": {"id": user.id, "is_bot": False, "first_name": "Ann", "language_code": "en"},
        "text": text,
        "entities": [entity],
    }
    return {"update_id": number, "message": message}
