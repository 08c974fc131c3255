"""The stand-in as its users hold it: start it, point the bot at `url`, play the people, read what came."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from yuanwatch.demo.botapi.calls import Call, Desk
from yuanwatch.demo.botapi.chats import Account, Chat
from yuanwatch.demo.botapi.faults import EVERY_METHOD, Fault
from yuanwatch.demo.botapi.people import Channel, Group, User
from yuanwatch.demo.botapi.rates import RateLimits, Violation
from yuanwatch.demo.botapi.server import Server
from yuanwatch.demo.botapi.webhook import Caller
from yuanwatch.demo.botapi.world import World

TOKEN = "123456789:AAF-the-stand-in-takes-no-other-tok"  # noqa: S105 - opens nothing but a server on loopback


class BotApi:
    """A strict stand-in for Telegram's Bot API on 127.0.0.1, for one bot.

    `limits`: how fast the bot may send; None: as fast as it likes. `clock` gives Unix seconds, for all dates,
    time limits and rates. `throttle_polling`: whether a repeated offset in getUpdates waits at least 3 s, as
    Telegram has it (off: it would add 3 s to every test that stops a bot). `callback_seconds`: how long a
    pressed button may wait for its answer, `inline_seconds`: an inline query.
    `routes`: where the proxy at "https://bot.example" passes calls of
    the webhook on to, such as "http://127.0.0.1:8787"; `hook_pause`: seconds until a call is repeated first.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        limits: RateLimits | None = None,
        clock: Callable[[], float] = time.time,
        username: str = "yuanwatch_bot",
        throttle_polling: bool = False,
        callback_seconds: float = 60.0,
        inline_seconds: float = 30.0,
        routes: Mapping[str, str] | None = None,
        hook_pause: float = 0.1,
    ) -> None:
        self.token = token
        bot = Account(int(token.partition(":")[0]), "Yuanwatch", username=username, is_bot=True)
        self._world = World(bot, limits, clock)
        self._world.throttle_polling = throttle_polling
        self._world.callback_seconds = callback_seconds
        self._world.inline_seconds = inline_seconds
        self._desk = Desk(token, self._world)
        self._routes, self._hook_pause = dict(routes or {}), hook_pause
        self._server: Server | None = None
        self._caller: Caller | None = None
        self._port = 0

    def start(self) -> Self:
        """Listen on a free port; once stopped, on the same port as before."""
        if self._server is None:
            self._world.closed = False
            self._server = Server(self._desk, self._port)
            self._port = int(self._server.server_address[1])
            self._caller = Caller(self._world, self._routes, self._hook_pause)
        return self

    def stop(self) -> None:
        """Close all connections. Raises RuntimeError if the stand-in itself failed at a call."""
        server, self._server = self._server, None
        if server is None:
            return
        with self._world.changed:
            self._world.closed = True
            self._world.changed.notify_all()
        server.stop()
        assert self._caller is not None  # begun with the server
        self._caller.join()
        if self._desk.crashes:
            raise RuntimeError("the stand-in failed:\n" + "\n".join(self._desk.crashes))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """http://127.0.0.1:PORT, without the /bot that the base_url of python-telegram-bot ends in."""
        if self._server is None:
            raise RuntimeError("the stand-in is not started")
        return f"http://127.0.0.1:{self._port}"

    def user(
        self, user_id: int, first_name: str = "Ann", language_code: str = "en", *, started: bool = False
    ) -> User:
        """A new person. `started`: the person has pressed Start before, so the bot may write first."""
        with self._world.changed:
            chat = self._world.add_chat(user_id, "private", first_name)
            chat.started = started
            account = Account(user_id, first_name, language_code)
            self._world.accounts[user_id] = account
            return User(self._world, chat, account)

    def group(
        self,
        group_id: int,
        title: str = "Group",
        members: Iterable[User] = (),
        admins: Iterable[User] = (),
        *,
        privacy: bool = True,
        topics: Iterable[int] = (),
    ) -> Group:
        """A new group with the bot in it; an id below -10^12 makes a supergroup. Admins are members too."""
        kind = "supergroup" if group_id < -1_000_000_000_000 else "group"
        with self._world.changed:
            chat = self._world.add_chat(group_id, "supergroup" if kind == "supergroup" else "group", title)
            chat.privacy, chat.topics = privacy, set(topics)
            self._admit(chat, members, admins)
            return Group(self._world, chat)

    def channel(self, channel_id: int, title: str = "Channel", admins: Iterable[User] = ()) -> Channel:
        """A new channel in which the bot may post."""
        with self._world.changed:
            chat = self._world.add_chat(channel_id, "channel", title)
            chat.bot = "administrator"
            self._admit(chat, (), admins)
            return Channel(self._world, chat)

    @staticmethod
    def _admit(chat: Chat, members: Iterable[User], admins: Iterable[User]) -> None:
        chiefs = tuple(admins)
        chat.members = {user.id: user.account for user in (*members, *chiefs)}
        chat.admins = {user.id for user in chiefs}

    def fail(self, method: str, fault: Fault, times: int | None = 1, *, seconds: float = 1.0) -> None:
        """Let the next calls of a method ("*": of any) go wrong; `times` None: until `heal`.

        `seconds` is the retry_after of RATE_LIMIT and the delay of SLOW.
        """
        with self._world.changed:
            self._desk.faults.add(method, fault, times=times, seconds=seconds)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        with self._world.changed:
            self._desk.faults.heal()

    def forget_files(self) -> None:
        """No file_id that was given out is known any more."""
        with self._world.changed:
            self._world.files.forget()

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls with the right token, in the order in which they came."""
        with self._world.changed:
            return tuple(self._desk.calls)

    def calls_of(self, method: str) -> tuple[Call, ...]:
        """The calls of one method."""
        return tuple(call for call in self.calls if call.method.lower() == method.lower())

    def wait_for_call(self, method: str, count: int = 1, timeout: float = 5.0) -> Call:
        """The count-th finished call of a method. Raises TimeoutError."""

        def finished() -> list[Call]:
            return [call for call in self.calls_of(method) if call.answer is not None or call.fault]

        if not self._world.wait(lambda: len(finished()) >= count, timeout):
            raise TimeoutError(f"{len(finished())} instead of {count} calls of {method} within {timeout} s")
        return finished()[count - 1]

    def commands(self, language_code: str = "", scope: str = "default") -> dict[str, str]:
        """The commands set for a language and scope: name to description."""
        with self._world.changed:
            commands = self._world.profile.commands.get((scope, language_code), [])
            return {command["command"]: command["description"] for command in commands}

    @property
    def pending_updates(self) -> int:
        """How many updates wait for the bot."""
        with self._world.changed:
            return len(self._world.updates)

    @property
    def unanswered(self) -> int:
        """How many pressed buttons and inline queries were never answered."""
        with self._world.changed:
            queries = (*self._world.callbacks.values(), *self._world.inline_queries.values())
            return sum(query.answer is None for query in queries)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The calls that came too soon."""
        with self._world.changed:
            return tuple(self._world.pace.violations) if self._world.pace else ()


__all__ = ["EVERY_METHOD", "TOKEN", "BotApi"]
