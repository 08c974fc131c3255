"""What storage gives and takes of chats: subscriptions, mutes, messages owed. `storage.types` gives out all.

All times are aware and in UTC. Ids are the integers of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analysis.hours import ChatSettings, Every
from analysis.types import Language, Topic
from analysis.wishes import Wish

DeliveryState = Literal[
    "pending",  # may be sent
    "waiting",  # for the end of quiet hours, or for a digest
    "sending",  # claimed
    "unknown",  # sent, but the answer was lost
    "sent",
    "digested",  # told in a digest, which is a row of its own
    "dead",
]
MuteKind = Literal["story", "place", "publisher"]
DigestEvery = Literal["daily", "weekly", "backlog", "latest"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat wants to be told, how often, and in which topic of a forum (None: in none, or in General).

    `off_since`: since when its topic is closed or gone, so that nothing is sent for it.
    """

    id: int
    chat_id: int
    wish: Wish
    created: datetime
    delivery: Every = "now"
    thread_id: int | None = None
    off_since: datetime | None = None

    @property
    def place(self) -> str | None:
        """Its place, where it has just one."""
        return self.wish.places[0] if len(self.wish.places) == 1 else None

    @property
    def topic(self) -> Topic | None:
        """Its topic, where it has just one."""
        return self.wish.topics[0] if len(self.wish.topics) == 1 else None


@dataclass(frozen=True, slots=True)
class Mute:
    """What a chat does not want to hear of: a story by its number, a place by its adcode, a publisher by its
    id; `until` then, or for ever."""

    kind: MuteKind
    value: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """A letter that tells several stories: (id, version) of each, in the order in which they were owed.

    `every`: "daily" and "weekly" by the clock, "backlog" for what could not be sent in time, "latest" where a
    reader asked for the newest.
    """

    every: DigestEvery
    stories: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter about something else than stories. `name` is the key of its words in the locales, `values` are
    what is filled in."""

    name: str
    values: Mapping[str, str | int] = field(default_factory=dict)


Letter = Digest | Notice


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one chat: unique by (chat, topic, story, version), or a letter (then `story_id` is
    None). `asked`: a reader waits for it, at night too. `subscription_id`: for which it is owed."""

    id: int
    chat_id: int
    story_id: int | None
    version: int
    language: Language
    state: DeliveryState
    tries: int
    thread_id: int | None = None
    letter: Letter | None = None
    subscription_id: int | None = None
    asked: bool = False
    settings: ChatSettings = field(default_factory=ChatSettings)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that was sent and says less than its story by now; `due` since when."""

    id: int
    chat_id: int
    story_id: int
    message_id: int
    language: Language
    due: datetime
    settings: ChatSettings = field(default_factory=ChatSettings)
