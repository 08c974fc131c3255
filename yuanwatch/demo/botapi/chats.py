"""Accounts, chats and messages of the stand-in, and what each looks like in the Bot API's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yuanwatch.demo.botapi.entities import Entity
from yuanwatch.demo.botapi.files import StoredFile
from yuanwatch.demo.botapi.params import Upload
from yuanwatch.demo.botapi.records import Json

ChatKind = Literal["private", "group", "supergroup", "channel"]
Membership = Literal["administrator", "member", "left", "kicked"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person or the bot."""

    id: int
    first_name: str
    language_code: str = ""
    username: str = ""
    is_bot: bool = False

    def to_json(self) -> dict[str, Json]:
        """A User of the Bot API."""
        body: dict[str, Json] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"username": self.username, "language_code": self.language_code}
        return body | {key: value for key, value in optional.items() if value}


@dataclass(slots=True)
class Chat:
    """A chat and the bot's standing in it. A private chat has its person's id; `started`: they met there."""

    id: int
    kind: ChatKind
    title: str
    bot: Membership = "member"
    privacy: bool = True
    writable: bool = True
    pictures: bool = True
    started: bool = True
    deactivated: bool = False
    deleted: bool = False
    migrated_to: int | None = None
    members: dict[int, Account] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        """Whether several can write here."""
        return self.kind in ("group", "supergroup")

    def to_json(self) -> dict[str, Json]:
        """A Chat of the Bot API."""
        name = "first_name" if self.kind == "private" else "title"
        body: dict[str, Json] = {"id": self.id, "type": self.kind, name: self.title}
        return body | {"is_forum": True} if self.topics else body

    def standing(self, account: Account) -> dict[str, Json]:
        """A ChatMember of the Bot API: owner-like rights are left out, they mean nothing here."""
        status: str = self.bot
        if not account.is_bot:
            status = "administrator" if account.id in self.admins else "member"
            status = status if account.id in self.members else "left"
        extra: dict[str, Json] = {}
        if status == "administrator":
            extra = dict.fromkeys(_RIGHTS, False) | {"can_be_edited": False}
        if status == "kicked":
            extra = {"until_date": 0}
        return {"user": account.to_json(), "status": status, **extra}


_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it gives `data` back to the bot or opens `url`."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it now stands in its chat.

    `text` is what a reader sees (the caption, if there is a file), `raw` what the sender sent before it was
    parsed; `date` and `edit_date` are Unix seconds; `markup` the reply_markup as the bot gave it.
    """

    id: int
    chat: Chat
    sender: Account
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    raw: str = ""
    markup: Mapping[str, Json] | None = None
    edit_date: int | None = None
    thread_id: int | None = None
    reply_to: int | None = None
    silent: bool = False
    kind: Literal["text", "photo", "document"] = "text"
    stored: StoredFile | None = None

    @property
    def file(self) -> Upload | None:
        """What was uploaded, once or again by its name."""
        return self.stored.upload if self.stored else None

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return self.edit_date is not None

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.sender.is_bot

    @property
    def reply_markup(self) -> Mapping[str, Json] | None:
        """The markup under its Bot API name."""
        return self.markup

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons of the inline keyboard, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", ())
        return tuple(
            Button(button["text"], button.get("callback_data", ""), button.get("url", ""))
            for row in rows
            for button in row
        )

    @property
    def links(self) -> tuple[str, ...]:
        """Addresses behind words of the text."""
        return tuple(entity.url for entity in self.entities if entity.url)

    def to_json(self) -> dict[str, Json]:
        """A Message of the Bot API."""
        body: dict[str, Json] = {"message_id": self.id, "chat": self.chat.to_json(), "date": self.date}
        if self.chat.kind == "channel":
            body["sender_chat"] = self.chat.to_json()
        else:
            body["from"] = self.sender.to_json()
        words, marks = ("text", "entities") if self.kind == "text" else ("caption", "caption_entities")
        if self.text:
            body[words] = self.text
        if self.entities:
            body[marks] = [entity.to_json() for entity in self.entities]
        if self.edit_date is not None:
            body["edit_date"] = self.edit_date
        if self.thread_id is not None:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body | (self.stored.to_json() if self.stored else {})
