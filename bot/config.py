"""The bot's part of config.yaml. Token and secret are never in it: they come from the environment."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from analysis.times import Timezone

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_PATH = r"/[A-Za-z0-9._~/-]{0,200}"
_PORT = r"(?::(?:80|88|443|8443))?"  # Telegram calls at no other


class WebhookConfig(BaseModel):
    """`telegram.webhook`: Telegram calls `url`, a proxy with a certificate passes it on to `listen`:`port`.

    `path` is where it arrives here, unless the proxy changes it the path of `url`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, Field(pattern=rf"^https://{_HOST}{_PORT}(?:{_PATH})?$")]
    listen: IPv4Address | IPv6Address = IPv4Address("127.0.0.1")
    port: Annotated[int, Field(ge=1, le=65535)] = 8787
    path: Annotated[str | None, Field(pattern=rf"^{_PATH}$")] = None

    @property
    def local_path(self) -> str:
        """Where updates arrive."""
        return self.path or urlsplit(self.url).path or "/"


class TelegramConfig(BaseModel):
    """`telegram`: which Bot API server, and how messages are paced (rates per second or minute).

    `commands_per_minute`: how many commands and presses of one chat are answered in a minute. `webhook`: how
    Telegram calls us; without it we ask."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    api_url: Annotated[str, Field(pattern=r"^https?://[^/]+(/.*)?$")] = "https://api.telegram.org"
    language: Literal["zh", "en", "de"] = "en"
    timezone: Timezone = "Asia/Shanghai"
    messages_per_second: Annotated[float, Field(gt=0, le=30)] = 25.0
    group_messages_per_minute: Annotated[float, Field(gt=0, le=20)] = 20.0
    commands_per_minute: Annotated[int, Field(ge=1, le=600)] = 20
    subscriptions_per_chat: Annotated[int, Field(ge=1, le=500)] = 50
    webhook: WebhookConfig | None = None
