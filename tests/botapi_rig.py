"""A stand-in for the Bot API, a person, python-telegram-bot and a bare client, as fixtures."""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from yuanwatch.demo.botapi import BotApi, User

HTML = "HTML"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
def ann(api: BotApi) -> User:
    return api.user(42, "Ann", "de", started=True)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    # Without a certificate store to load, which costs more than the rest of the test.
    wire = HTTPXRequest(httpx_kwargs={"verify": False})
    async with Bot(api.token, api.url + "/bot", request=wire, get_updates_request=wire) as bot:
        yield bot


class Raw:
    """A client without python-telegram-bot: what it is told is what came over the wire."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.http = httpx.Client(base_url=f"{api.url}/bot{api.token}/", timeout=10, verify=False)

    def __call__(self, method: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post(method, content=json.dumps(arguments), headers=JSON).json()
        return answer

    def error(self, method: str, **arguments: Any) -> str:
        """The description of an error, with its prefix."""
        answer = self(method, **arguments)
        assert not answer["ok"], answer
        return str(answer["description"])


@pytest.fixture
def raw(api: BotApi) -> Iterator[Raw]:
    client = Raw(api)
    with client.http:
        yield client


def png(width: int = 640, height: int = 480, size: int = 100) -> bytes:
    """The beginning of a PNG, which is all that the stand-in looks at, in so many bytes."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return head.ljust(size, b"\0")


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}
