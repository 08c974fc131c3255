"""`yuanwatch run` in webhook mode: a directory for it, and a stand-in that calls it as Telegram would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.webhook import HEADER
from storage.database import Database
from storage.subscriptions import subscriptions
from yuanwatch.demo.botapi import BotApi

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
SECRET = "the-secret-of-this-test_0123456789"
PUBLIC = "https://bot.example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Place:
    """Where the program runs: its directory, the stand-in, and where it listens."""

    path: Path
    api: BotApi
    port: int
    telegram: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def log(self) -> str:
        return (self.path / "log").read_text(encoding="utf-8")

    @contextmanager
    def running(
        self, *options: str, polling: bool = False, **environment: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        hook = {"webhook": {"url": f"{PUBLIC}/hook", "port": self.port}}
        config = {
            "database": {"url": f"sqlite:///{self.path / 'y.db'}"},
            "telegram": {"api_url": self.api.url} | ({} if polling else hook) | self.telegram,
            "schedule": {"crawl": "1d"},
        }
        (self.path / "config.yaml").write_text(yaml.safe_dump(config | self.more), encoding="utf-8")
        with (self.path / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "yuanwatch",
                    "--config",
                    str(self.path / "config.yaml"),
                    *options,
                    "run",
                ],
                env=os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN} | environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def subscribed(self, chat_id: int) -> int:
        database = Database(f"sqlite:///{self.path / 'y.db'}")
        try:
            with database.read() as connection:
                return len(subscriptions(connection, chat_id))
        finally:
            database.close()

    def post(self, update: object, secret: str | bytes | None = SECRET, **more: Any) -> httpx.Response:
        shown = secret.encode() if isinstance(secret, str) else secret
        headers = {} if shown is None else {HEADER.encode(): shown}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        return httpx.post(self.url, content=body, headers=headers, timeout=10, **more)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    port = free_port()
    with BotApi(TOKEN, routes={PUBLIC: f"http://127.0.0.1:{port}"}) as api:
        yield Place(tmp_path, api, port)
