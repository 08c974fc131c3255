"""The bot's part of config.yaml. The token is never in it: it comes from TELEGRAM_BOT_TOKEN."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.times import Timezone


class TelegramConfig(BaseModel):
    """`telegram`: which Bot API server, and how messages are paced (rates per second or minute).

    `commands_per_minute`: how many commands and presses of one chat are answered in a minute."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    api_url: Annotated[str, Field(pattern=r"^https?://[^/]+(/.*)?$")] = "https://api.telegram.org"
    language: Literal["zh", "en", "de"] = "en"
    timezone: Timezone = "Asia/Shanghai"
    messages_per_second: Annotated[float, Field(gt=0, le=30)] = 25.0
    group_messages_per_minute: Annotated[float, Field(gt=0, le=20)] = 20.0
    commands_per_minute: Annotated[int, Field(ge=1, le=600)] = 20
    subscriptions_per_chat: Annotated[int, Field(ge=1, le=500)] = 50
