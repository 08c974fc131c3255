"""The storage part of config.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from analysis.times import Duration


def _file_url(url: str) -> str:
    path = url.removeprefix("sqlite:///")
    if path in (url, "", ":memory:") or "?" in path:
        raise ValueError("expected sqlite:///FILE, the file that everything is kept in")
    return url


class DatabaseConfig(BaseModel):
    """`database`: where everything is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, AfterValidator(_file_url)] = "sqlite:///yuanwatch.db"


class DeliveryRules(BaseModel):
    """`delivery`: what is told when it is filed.

    `max_age`: older news is kept but not pushed; null: any. `settle`: how long a message waits for other
    outlets of the same hour, so that it can start with the official one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    max_age: Duration | None = timedelta(days=7)
    settle: Duration = timedelta(minutes=2)
