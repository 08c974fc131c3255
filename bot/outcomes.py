"""What Telegram answered -> what to do about it. The one place that knows Telegram's errors.

The order of the questions matters: in python-telegram-bot BadRequest and TimedOut are NetworkErrors,
RetryAfter is not. An error that may have come after the message was accepted is `unknown`, never "failed".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

Act = Literal["sent", "later", "unknown", "dead", "gone", "closed", "off", "migrate"]
Path = Literal["open", "halt", "probe"]

_MARKUP = (
    "can't parse entities",
    "message is too long",
    "text is too long",
    "text must be non-empty",
    "message text is empty",
    "button_data_invalid",
    "can't parse inline keyboard",
    "inline keyboard button",
    "strings must be encoded in utf-8",
)
_CLOSED = ("message thread not found", "topic_closed", "topic_deleted")
_NO_ENTRY = (
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
)
_SETTLED = ("message is not modified",)
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_UNKNOWN_FILE = ("wrong remote file identifier", "wrong file identifier", "file_reference_")
_EXPIRED = ("query is too old", "query id is invalid", "query_id_invalid")
_UNSENT_CAUSES = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "ProxyError")
_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the delivery (`act`), and of sending as a whole (`path`).

    "dead" is this message, "closed" the topic of a forum that it was for, "off" the chat with all it is owed;
    "gone" is a chat that Telegram does not find: the message is dead, and after days of it the chat is off.
    `seconds`: how long to wait with this row, or after a 429 with everything. `chat_id`: the new id of a
    migrated group. `alarm`: our own mistake, or one that an operator must see.
    """

    act: Act
    path: Path = "open"
    reason: str = ""
    seconds: float = 0.0
    chat_id: int | None = None
    alarm: bool = False


SENT = Decision("sent")


def decide(error: Exception) -> Decision:
    """What to do after sending a message raised `error`."""
    reason = describe(error)
    match error:
        case RetryAfter():
            return Decision("later", "halt", reason, seconds=halt_seconds(error))
        case ChatMigrated():
            return Decision("migrate", reason=reason, chat_id=error.new_chat_id)
        case Forbidden():
            return Decision("off", reason=reason)
        case BadRequest():
            return _bad_request(error.message.casefold(), reason)
        case InvalidToken() | Conflict():
            return Decision("later", "probe", reason, seconds=30, alarm=True)
        case TimedOut() | NetworkError() if _surely_unsent(error):
            return Decision("later", "probe", reason)
        case TelegramError():
            return Decision("unknown", "probe", reason)
        case _:
            return Decision("unknown", "probe", reason, alarm=True)


def halt_seconds(error: RetryAfter) -> float:
    """The N of "retry after N"; python-telegram-bot is on its way from int to timedelta."""
    value = error.retry_after
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def is_markup_error(error: TelegramError) -> bool:
    """Whether a message was refused for what we wrote, so that its plain form may pass."""
    return isinstance(error, BadRequest) and _has(error.message.casefold(), _MARKUP)


def is_settled(error: TelegramError) -> bool:
    """Whether an edit failed because the message already reads so."""
    return isinstance(error, BadRequest) and _has(error.message.casefold(), _SETTLED)


def is_gone(error: Exception) -> bool:
    """Whether the message to edit is no more, or no longer ours to edit."""
    return isinstance(error, BadRequest) and _has(error.message.casefold(), _GONE)


def is_unknown_file(error: TelegramError) -> bool:
    """Whether Telegram no longer knows a file by the name it gave it."""
    return isinstance(error, BadRequest) and _has(error.message.casefold(), _UNKNOWN_FILE)


def is_expired(error: TelegramError) -> bool:
    """Whether a button's question can no longer be answered."""
    return isinstance(error, BadRequest) and _has(error.message.casefold(), _EXPIRED)


def describe(error: BaseException) -> str:
    """An error in one line for logs and rows; whatever looks like a token is blotted out."""
    return _TOKEN.sub("<token>", f"{type(error).__name__}: {error}")[:300]


def _bad_request(text: str, reason: str) -> Decision:
    if _has(text, _SETTLED):
        return SENT
    if _has(text, _CLOSED):
        return Decision("closed", reason=reason, alarm=True)
    if _has(text, _NO_ENTRY):
        return Decision("off", reason=reason, alarm=True)
    if "chat not found" in text:
        return Decision("gone", reason=reason)
    return Decision("dead", reason=reason, alarm=True)


def _surely_unsent(error: TelegramError) -> bool:
    cause = type(error.__cause__).__name__
    return cause in _UNSENT_CAUSES or "*not* sent" in error.message


def _has(text: str, needles: tuple[str, ...]) -> bool:
    return any(needle in text for needle in needles)
