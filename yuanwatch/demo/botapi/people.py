"""The other side of the chats: people who write, press buttons and block, groups and channels.

Everything here blocks while it waits. A test whose bot runs in the same event loop calls what waits through
`asyncio.to_thread`: `await asyncio.to_thread(user.wait_for, "hello")`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from yuanwatch.demo.botapi.chats import Account, Button, Chat, Message
from yuanwatch.demo.botapi.entities import Entity, in_order
from yuanwatch.demo.botapi.inline import shared_text
from yuanwatch.demo.botapi.params import Upload
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.text import MESSAGE_LENGTH, Formatted, clean, trim, utf16_length
from yuanwatch.demo.botapi.world import Answer, InlineAnswer, Query, World

Wanted = str | Callable[[Message], bool]
_WAIT = 20.0
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)")


class Room:
    """A chat as the people in it see it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.chat.id

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the bot sent here and has not deleted, oldest first, as it now stands."""
        with self._world.changed:
            return tuple(m for m in self._world.history[self.chat.id].values() if m.from_bot)

    @property
    def conversation(self) -> tuple[Message, ...]:
        """All messages of the chat, oldest first."""
        with self._world.changed:
            return tuple(self._world.history[self.chat.id].values())

    def wait_for(self, wanted: Wanted, timeout: float = _WAIT, *, after: Message | None = None) -> Message:
        """The first message of the bot that fits, or that contains the words; later than `after`, if given.

        An edit counts as well, also of a message older than `after`'s. Raises TimeoutError with what came.
        """
        fits: Callable[[Message], bool] = (lambda m: wanted in m.text) if isinstance(wanted, str) else wanted
        least = after.id if after else 0

        def found() -> list[Message]:
            return [message for message in self.messages if message.id > least and fits(message)]

        if not self._world.wait(found, timeout):
            came = "\n---\n".join(message.text for message in self.messages if message.id > least)
            raise TimeoutError(
                f"no such message within {timeout} s in chat {self.id}; there was: {came or '-'}"
            )
        return found()[0]

    def _post(
        self, sender: Account, text: str, reply_to: Message | None, thread_id: int | None = None
    ) -> Message:
        """A person's message as Telegram stores it. Raises ValueError for one it would not take."""
        read = trim(clean(Formatted(text)))
        if not 1 <= len(read.text) <= MESSAGE_LENGTH:
            raise ValueError("a person's message has 1 to 4096 characters")
        message = Message(
            id=self._world.next_message_id(self.chat),
            chat=self.chat,
            sender=sender,
            date=self._world.now(),
            text=read.text,
            entities=_found_entities(read.text),
            raw=text,
            thread_id=thread_id,
            reply_to=reply_to.id if reply_to else None,
        )
        return self._world.keep(message)

    def _membership(self, by: Account, change: Callable[[], None]) -> None:
        """Change the bot's standing here and tell it."""
        with self._world.changed:
            old = self.chat.standing(self._world.bot)
            change()
            body: dict[str, Json] = {
                "chat": self.chat.to_json(),
                "from": by.to_json(),
                "date": self._world.now(),
                "old_chat_member": old,
                "new_chat_member": self.chat.standing(self._world.bot),
            }
            self._world.tell("my_chat_member", body)


class User(Room):
    """A person, and the private chat with the bot."""

    def __init__(self, world: World, chat: Chat, account: Account) -> None:
        super().__init__(world, chat)
        self.account = account

    def say(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Write to the bot. Raises ValueError if it is blocked: unblock it first, as one must in Telegram."""
        with self._world.changed:
            if self.chat.bot == "kicked":
                raise ValueError("this person has blocked the bot")
            self.chat.started = True
            message = self._post(self.account, text, reply_to)
            self._world.tell_message(message)
            return message

    def send_file(self, name: str, data: bytes, caption: str = "") -> Message:
        """Send a file to the bot, with words below it."""
        with self._world.changed:
            self.chat.started = True
            read = trim(clean(Formatted(caption)))
            message = Message(
                id=self._world.next_message_id(self.chat),
                chat=self.chat,
                sender=self.account,
                date=self._world.now(),
                text=read.text,
                entities=_found_entities(read.text),
                raw=caption,
                kind="document",
                stored=self._world.files.keep(Upload(name, "application/octet-stream", data), "document"),
            )
            self._world.tell_message(self._world.keep(message))
            return message

    def ask(self, text: str, timeout: float = _WAIT) -> Message:
        """Write to the bot and wait for its next message."""
        said = self.say(text)
        return self.wait_for(lambda message: True, timeout, after=said)

    def edit(self, message: Message, text: str) -> Message:
        """Change an own message."""
        with self._world.changed:
            read = trim(clean(Formatted(text)))
            entities = _found_entities(read.text)
            now = self._world.now()
            new = replace(message, text=read.text, raw=text, entities=entities, edit_date=now)
            self._world.tell_message(self._world.keep(new), "edited_message")
            return new

    def tap(self, message: Message, button: str) -> Query:
        """Press the button with this data or label, without waiting. Raises ValueError if there is none."""
        with self._world.changed:
            current = self._world.history[message.chat.id].get(message.id, message)
            data = _button(current, button).data
            if not data:
                raise ValueError(f"the button {button!r} opens an address, the bot does not learn of it")
            return self.forge(current, data)

    def forge(self, message: Message, data: str) -> Query:
        """Send any callback data for a message, as a modified client can."""
        with self._world.changed:
            query = self._world.ask(self._world.callbacks)
            body: dict[str, Json] = {
                "id": query.id,
                "from": self.account.to_json(),
                "message": self._world.message_json(message),
                "chat_instance": str(message.chat.id * 7919),
                "data": data,
            }
            self._world.tell("callback_query", body)
            return query

    def press(self, message: Message, button: str, timeout: float = _WAIT) -> Answer:
        """Press the button with this data or label; the bot's answer. Raises ValueError, TimeoutError."""
        query = self.tap(message, button)
        if not self._world.wait(lambda: query.answer, timeout) or query.answer is None:
            raise TimeoutError(f"the button {button!r} was not answered within {timeout} s")
        return query.answer

    def type_inline(self, text: str, offset: str = "") -> Query:
        """Type @bot and some words (cut at 256) into any chat, without waiting for results."""
        with self._world.changed:
            query = self._world.ask(self._world.inline_queries)
            asked = {"id": query.id, "from": self.account.to_json(), "query": text[:256], "offset": offset}
            self._world.tell("inline_query", asked)
            return query

    def inline(self, text: str, offset: str = "", timeout: float = _WAIT) -> InlineAnswer:
        """Ask an inline query; what the bot answers. Raises TimeoutError."""
        query = self.type_inline(text, offset)
        if not self._world.wait(lambda: query.answer, timeout) or query.shown is None:
            raise TimeoutError(f"the inline query {text!r} was not answered within {timeout} s")
        return query.shown

    def share(self, result: Json, room: Room | None = None) -> Message:
        """Tap a result of an inline query: its message appears in a chat, here if none is given."""
        with self._world.changed:
            shown, chat = shared_text(result), (room or self).chat
            number, date = self._world.next_message_id(chat), self._world.now()
            message = Message(
                number, chat, self.account, date, shown.text, shown.entities, shown.text, via=self._world.bot
            )
            self._world.tell_message(self._world.keep(message))
            return message

    def block(self) -> None:
        """Block the bot: it is told, and its messages are refused from now on."""
        self._membership(self.account, lambda: setattr(self.chat, "bot", "kicked"))

    def unblock(self) -> None:
        """Let the bot write again; it is told."""
        self._membership(self.account, lambda: setattr(self.chat, "bot", "member"))

    def deactivate(self) -> None:
        """Delete the account; nobody tells the bot."""
        with self._world.changed:
            self.chat.deactivated = True

    @property
    def blocked(self) -> bool:
        """Whether the person has blocked the bot."""
        return self.chat.bot == "kicked"


class Group(Room):
    """A group or supergroup."""

    def say(
        self, user: User, text: str, *, reply_to: Message | None = None, thread_id: int | None = None
    ) -> Message:
        """A member writes. In privacy mode the bot gets commands, mentions and replies to it only."""
        with self._world.changed:
            if user.id not in self.chat.members:
                raise ValueError(f"{user.account.first_name} is not in the group")
            message = self._post(user.account, text, reply_to, thread_id)
            if self.chat.bot in ("member", "administrator") and self._reaches_bot(message):
                self._world.tell_message(message)
            return message

    def _reaches_bot(self, message: Message) -> bool:
        if not self.chat.privacy or self.chat.bot == "administrator":
            return True
        answered = self._world.history[self.chat.id].get(message.reply_to or 0)
        if answered is not None and answered.from_bot:
            return True
        name = f"@{self._world.bot.username}".lower()
        units = message.text.encode("utf-16-le")
        for entity in message.entities:
            words = units[2 * entity.offset : 2 * entity.end].decode("utf-16-le").lower()
            if entity.kind == "mention" and words == name:
                return True
            if entity.kind == "bot_command" and words.endswith(name if "@" in words else words):
                return True
        return False

    def kick_bot(self, by: User) -> None:
        """Throw the bot out; it is told."""
        self._membership(by.account, lambda: setattr(self.chat, "bot", "kicked"))

    def add_bot(self, by: User, *, admin: bool = False) -> None:
        """Let the bot in, as a member or an administrator; it is told."""
        standing = "administrator" if admin else "member"
        self._membership(by.account, lambda: setattr(self.chat, "bot", standing))

    def forbid_writing(self) -> None:
        """Members may not write any more; nobody tells the bot."""
        with self._world.changed:
            self.chat.writable = False

    def forbid_pictures(self) -> None:
        """Members may send words only; nobody tells the bot."""
        with self._world.changed:
            self.chat.pictures = False

    def delete(self) -> None:
        """Delete the group; nobody tells the bot."""
        with self._world.changed:
            self.chat.deleted = True

    def upgrade(self, by: User, new_id: int | None = None) -> Group:
        """Make a supergroup of it. The bot gets both service messages; the old id is refused from now on."""
        with self._world.changed:
            world, old = self._world, self.chat
            free = (n for n in itertools.count(1) if -1_000_000_000_000 - n not in world.chats)
            number = new_id if new_id is not None else -1_000_000_000_000 - next(free)
            new = world.add_chat(number, "supergroup", old.title)
            new.members, new.admins, new.bot, new.privacy = old.members, old.admins, old.bot, old.privacy
            old.migrated_to = number
            for chat, key, other in ((old, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", old)):
                service: dict[str, Json] = {
                    "message_id": world.next_message_id(chat),
                    "from": by.account.to_json(),
                    "chat": chat.to_json(),
                    "date": world.now(),
                    key: other.id,
                }
                world.tell("message", service)
            return Group(world, new)


class Channel(Room):
    """A channel; the bot may post in it as an administrator."""

    def remove_bot(self, by: User) -> None:
        """Throw the bot out; it is told."""
        self._membership(by.account, lambda: setattr(self.chat, "bot", "kicked"))


def _button(message: Message, wanted: str) -> Button:
    for button in message.buttons:
        if wanted in (button.data, button.label):
            return button
    labels = ", ".join(repr(button.label) for button in message.buttons)
    raise ValueError(f"no button {wanted!r} under the message; there is: {labels or 'none'}")


def _found_entities(text: str) -> tuple[Entity, ...]:
    """The commands and mentions that Telegram marks by itself in what a person writes."""
    return in_order(
        Entity(kind, utf16_length(text[: match.start()]), len(match[0]))
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for match in pattern.finditer(text)
    )
