"""The storage part of config.yaml."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from analysis.times import Duration


class DatabaseConfig(BaseModel):
    """`database`: where everything is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = Field("sqlite:///yuanwatch.db", pattern=r"^sqlite:///.+")


class DeliveryRules(BaseModel):
    """`delivery`: what is told when it is filed.

    `max_age`: older news is kept but not pushed; null: any. `settle`: how long a message waits for other
    outlets of the same hour, so that it can start with the official one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    max_age: Duration | None = timedelta(days=7)
    settle: Duration = timedelta(minutes=2)
