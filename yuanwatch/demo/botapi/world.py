"""Everything that exists on the other side of the wire: accounts, chats, messages, updates, what was set.

One lock guards it all; whoever changes something wakes those who wait for a change.
"""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from yuanwatch.demo.botapi.chats import Account, Chat, ChatKind, Message
from yuanwatch.demo.botapi.errors import ApiError, bad_request, forbidden, too_many_requests
from yuanwatch.demo.botapi.files import Files
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.rates import Pace, RateLimits
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.updates import UpdateQueue


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a pressed button."""

    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What the bot answered to an inline query; `start` is the payload of the button above the results."""

    results: tuple[Json, ...] = ()
    next_offset: str = ""
    personal: bool = False
    cache_seconds: int = 300
    button: str = ""
    start: str = ""


@dataclass(slots=True)
class Query:
    """A pressed button or an inline query that waits for its answer; `asked` in Unix seconds, `shown` what
    an inline query is answered with."""

    id: str
    asked: float
    answer: Answer | None = None
    shown: InlineAnswer | None = None


@dataclass(slots=True)
class Polling:
    """Who polls. `turn` counts polls: an older one sees a newer."""

    turn: int = 0
    last_offset: int | None = None
    last_start: float = float("-inf")


@dataclass(slots=True)
class Hook:
    """The webhook ("": none), and what became of the last call. Times are Unix seconds."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    error_date: int = 0
    error: str = ""


@dataclass(slots=True)
class Profile:
    """What setMyCommands and its like have set: commands by (scope, language), texts by (what, language)."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


class World:
    """The state. Hold `changed` while reading or writing it. `clock` gives Unix seconds."""

    def __init__(self, bot: Account, limits: RateLimits | None, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.closed = False
        self.throttle_polling = False
        self.callback_seconds = 60.0
        self.inline_seconds = 30.0
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.history: dict[int, dict[int, Message]] = {}
        self.updates = UpdateQueue(first_id=100_000_001)
        self.pace = Pace(limits) if limits is not None else None
        self.callbacks: dict[str, Query] = {}
        self.inline_queries: dict[str, Query] = {}
        self.polling = Polling()
        self.hook = Hook()
        self.profile = Profile()
        self.files = Files()
        self._numbers: dict[int | None, Iterator[int]] = {}

    def add_chat(self, chat_id: int, kind: ChatKind, title: str) -> Chat:
        """A new chat without messages."""
        if chat_id in self.chats:
            raise ValueError(f"there is already a chat {chat_id}")
        chat = self.chats[chat_id] = Chat(chat_id, kind, title)
        self.history[chat_id] = {}
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count their own messages, all other chats share one count."""
        key = chat.id if chat.kind in ("supergroup", "channel") else None
        return next(self._numbers.setdefault(key, itertools.count(1)))

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return int(self.clock())

    def keep(self, message: Message) -> Message:
        """Put a new or changed message into its chat and wake those who wait for one."""
        self.history[message.chat.id][message.id] = message
        self.changed.notify_all()
        return message

    def tell(self, kind: str, body: dict[str, Json]) -> None:
        """Queue an update for the bot."""
        self.updates.put(kind, body, self.clock())
        self.changed.notify_all()

    def tell_message(self, message: Message, kind: str = "message") -> None:
        """Queue a message as an update, with the message it replies to."""
        self.tell(kind, self.message_json(message))

    def message_json(self, message: Message) -> dict[str, Json]:
        """A Message of the Bot API with the one it replies to."""
        body = message.to_json()
        answered = self.history[message.chat.id].get(message.reply_to or 0)
        return body | {"reply_to_message": answered.to_json()} if answered else body

    def ask(self, queries: dict[str, Query]) -> Query:
        """A new query with an id nobody can guess."""
        query = Query(str(secrets.randbelow(10**18) + 10**17), self.clock())
        queries[query.id] = query
        return query

    def wait(self, done: Callable[[], object], seconds: float) -> bool:
        """Wait until something holds, the stand-in stops or the time is over; whether it holds."""
        with self.changed:
            self.changed.wait_for(lambda: done() or self.closed, seconds)
            return bool(done())

    def chat_of(self, params: Params, *, write: bool = False) -> Chat:
        """The chat named by chat_id, if the bot may see it and, for `write`, act in it. Raises ApiError."""
        name = params.text("chat_id")
        if not name:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(params.integer("chat_id")) if not name.startswith("@") else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.kind == "private":
            self._check_private(chat, write)
        else:
            _check_room(chat, write)
        return chat

    def _check_private(self, chat: Chat, write: bool) -> None:
        if chat.deactivated and write:
            raise forbidden("user is deactivated")
        if not chat.started:
            met = any(chat.id in room.members for room in self.chats.values() if room.bot != "left")
            if met and write:
                raise forbidden("bot can't initiate conversation with a user")
            if not met:
                raise bad_request("chat not found")
        if chat.bot == "kicked" and write:
            raise forbidden("bot was blocked by the user")

    def check_pace(self, chat: Chat) -> None:
        """Raises ApiError 429 if a message would come too soon, otherwise counts it."""
        if self.pace is not None:
            seconds = self.pace.take(chat.id, self.clock(), group=chat.kind != "private")
            if seconds:
                raise too_many_requests(seconds)


def _check_room(chat: Chat, write: bool) -> None:
    if chat.migrated_to is not None and write:
        reason = "group chat was upgraded to a supergroup chat"
        raise ApiError(400, f"Bad Request: {reason}", {"migrate_to_chat_id": chat.migrated_to})
    if chat.deleted and write:
        raise forbidden("the group chat was deleted")
    if chat.bot == "kicked" and (write or chat.kind != "group"):
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot == "left" and (write or chat.kind != "group"):
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    if write and (not chat.writable or (chat.kind == "channel" and chat.bot != "administrator")):
        what = "post messages in the channel" if chat.kind == "channel" else "send text messages to the chat"
        raise bad_request(f"not enough rights to {what}")


Method = Callable[[World, Params], Json]
Methods = Mapping[str, Method]
