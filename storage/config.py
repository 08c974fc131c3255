"""The storage part of config.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analysis.times import Duration


def _file_url(url: str) -> str:
    path = url.removeprefix("sqlite:///")
    if path in (url, "", ":memory:") or "?" in path:
        raise ValueError("expected sqlite:///FILE, the file that everything is kept in")
    return url


class KeepRules(BaseModel):
    """`database.keep`: how long what was read stays in the database; null: for ever.

    `texts` of announcements that stand in a story, and what is `irrelevant`, go into files of the directory
    `archive` afterwards. Counted from when it was read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    texts: Duration | None = timedelta(days=2 * 365)
    irrelevant: Duration | None = timedelta(days=90)
    archive: str = Field("archive", min_length=1)


class DatabaseConfig(BaseModel):
    """`database`: where everything is kept, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, AfterValidator(_file_url)] = "sqlite:///yuanwatch.db"
    keep: KeepRules = KeepRules()


class DeliveryRules(BaseModel):
    """`delivery`: what is told when it is filed.

    `max_age`: older news is kept but not pushed; null: any. `settle`: how long a message waits for other
    outlets of the same hour, so that it can start with the official one. `backlog`: of what could not be sent
    for so long (the network was away) a chat gets one digest; null: each message, however late.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    max_age: Duration | None = timedelta(days=7)
    settle: Duration = timedelta(minutes=2)
    backlog: Duration | None = timedelta(hours=12)
