"""The words of the bot's room: what is sent (Message, Picture) and who reads it (Reader).

Times are aware UTC inside and become local only in rendered text: the reader's zone is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from analysis.types import Language
from bot.pictures.charts import Chart


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message; `data` (1-64 bytes) comes from `bot.callbacks.encode`. One with a `url`
    opens that and has no data."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `html` for Telegram's HTML mode, `plain` the same without markup. Never empty.

    `silent`: it makes no sound. `preview`: Telegram shows a preview of the page that it links first. `asks`:
    it is a question, to be answered by a reply; such a message has no buttons.
    """

    html: str
    plain: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    preview: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send, with a message below it."""

    name: str
    data: bytes
    message: Message


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn of `chart`, and what it shows in words: `caption` has at most 1024 units."""

    chart: Chart
    caption: Message


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat as rendering sees it; `kind` as in Telegram: private, group, supergroup, channel.

    `thread_id`: the topic of a forum that is spoken in; None in none, or in General. `own_zone`: whether
    `zone` is known to be the reader's, not only what config.yaml takes for everybody's.
    """

    chat_id: int
    kind: str
    language: Language
    zone: ZoneInfo
    thread_id: int | None = None
    own_zone: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What a press leads to: a short notice, and a message, in place of the pressed one or new.

    A picture stands in place of another picture only.
    """

    message: Message | Picture | None = None
    notice: str = ""
    in_place: bool = True
