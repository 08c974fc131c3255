"""The stand-in's webhook: what it refuses in Telegram's words, whom it calls, and what it says of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests import botapi_rig as rig
from tests.botapi_rig import Raw
from tests.hooked import PUBLIC, free_port
from yuanwatch.demo.botapi import BotApi, User
from yuanwatch.demo.show import wait_until

api, ann, raw = rig.api, rig.ann, rig.raw


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"url": "http://bot.example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://bot.example.org:81/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://127.0.0.1/"}, "bad webhook: IP address 127.0.0.1 is reserved"),
        ({"url": "https://bot/"}, "bad webhook: failed to resolve host: No address associated with hostname"),
        ({"url": PUBLIC, "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": PUBLIC, "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
def test_what_is_no_webhook(raw: Raw, arguments: dict[str, Any], error: str) -> None:
    assert raw.error("setWebhook", **arguments) == f"Bad Request: {error}"
    assert raw("getWebhookInfo")["result"]["url"] == ""


class Bot:
    """A webhook that answers with these statuses in turn, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.calls: list[tuple[str, str | None, dict[str, Any]]] = []


@contextmanager
def listening(bot: Bot, port: int) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bot.calls.append((self.path, self.headers["X-Telegram-Bot-Api-Secret-Token"], update))
            self.send_response(bot.statuses.pop(0) if bot.statuses else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_is_not_taken_comes_again_in_the_order_of_its_chat() -> None:
    port, bot = free_port(), Bot(500, 403)
    with BotApi(routes={PUBLIC: f"http://127.0.0.1:{port}"}) as api:
        ann, ben, raw = api.user(1), api.user(2), Raw(api)
        ann.say("one")
        ann.say("two")
        ben.say("three")
        assert raw("setWebhook", url=f"{PUBLIC}/hook", secret_token="s")["ok"]
        assert wait_until(lambda: "last_error_message" in raw("getWebhookInfo")["result"], 5)
        info = raw("getWebhookInfo")["result"]
        assert info["last_error_message"] == "Connection refused" and info["pending_update_count"] == 3
        assert raw("getUpdates")["error_code"] == 409
        with listening(bot, port):
            assert wait_until(lambda: api.pending_updates == 0, 10)
        assert "Wrong response from the webhook: " in raw("getWebhookInfo")["result"]["last_error_message"]
        raw.http.close()
    assert {(path, secret) for path, secret, _ in bot.calls} == {("/hook", "s")}
    said = [update["message"]["text"] for _, _, update in bot.calls]
    assert len(said) == 5 and said.index("one") < said.index("two") and said[-1] in ("two", "three")


def test_a_webhook_can_be_taken_away_with_what_waits(api: BotApi, raw: Raw, ann: User) -> None:
    assert raw("setWebhook", url=PUBLIC)["ok"]
    ann.say("one")
    assert raw("deleteWebhook", drop_pending_updates=True)["ok"]
    assert raw("getUpdates")["result"] == []
    assert "max_connections" not in raw("getWebhookInfo")["result"]
