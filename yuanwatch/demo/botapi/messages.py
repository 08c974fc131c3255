"""The methods that send, change and delete messages: arguments in, the message as stored out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from yuanwatch.demo.botapi.chats import Chat, Message
from yuanwatch.demo.botapi.entities import Entity
from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.keyboards import read_markup
from yuanwatch.demo.botapi.links import checked_link
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.text import (
    CAPTION_LENGTH,
    MESSAGE_LENGTH,
    Formatted,
    read_text,
    store_text,
)
from yuanwatch.demo.botapi.world import Method, World

DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def send_message(world: World, params: Params) -> Json:
    """sendMessage."""
    formatted = read_formatted(params, "text", "entities")
    chat = world.chat_of(params, write=True)
    thread, reply = read_thread(chat, params), read_reply(world, chat, params)
    stored = store_text(formatted, MESSAGE_LENGTH)
    markup = read_markup(params)
    world.check_pace(chat)
    message = Message(
        id=world.next_message_id(chat),
        chat=chat,
        sender=world.bot,
        date=world.now(),
        text=stored.text,
        entities=stored.entities,
        raw=params.text("text"),
        markup=markup,
        thread_id=thread,
        reply_to=reply,
        silent=params.flag("disable_notification"),
    )
    return world.message_json(world.keep(message))


def edit_message_text(world: World, params: Params) -> Json:
    """editMessageText; without reply_markup the keyboard goes."""
    formatted = read_formatted(params, "text", "entities")
    message = own_message(world, params)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    stored = store_text(formatted, MESSAGE_LENGTH)
    return _change(world, message, params, stored, params.text("text"))


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption; without reply_markup the keyboard goes."""
    formatted = read_formatted(params, "caption", "caption_entities")
    message = own_message(world, params)
    if message.kind == "text":
        raise bad_request("there is no caption in the message to edit")
    return _change(world, message, params, caption_of(formatted), params.text("caption"))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """editMessageReplyMarkup."""
    message = own_message(world, params)
    return _change(world, message, params, Formatted(message.text, message.entities), message.raw)


def delete_message(world: World, params: Params) -> Json:
    """deleteMessage: within 48 hours, foreign ones only in a private chat or as an administrator."""
    chat = world.chat_of(params, write=True)
    if not params.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    message = world.history[chat.id].get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    allowed = message.from_bot or chat.kind == "private" or chat.bot == "administrator"
    if not allowed or world.clock() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    del world.history[chat.id][message.id]
    world.changed.notify_all()
    return True


def read_formatted(params: Params, name: str, entities: str) -> Formatted:
    """The text or caption of a call, parsed but not yet measured. Raises ApiError."""
    raw = params.text(name)
    if not raw and name == "text":
        raise bad_request("Message text is empty")
    parse_mode = params.text("parse_mode")
    return read_text(raw, parse_mode, () if parse_mode else entities_of(params.json(entities, "entities")))


def entities_of(asked: Json) -> tuple[Entity, ...]:
    """Entities that were given apart from the text. Raises ApiError."""
    try:
        return tuple(_entity(one) for one in asked or ())
    except (TypeError, KeyError, ValueError, AttributeError):
        raise bad_request("Can't parse MessageEntity: wrong entity") from None


def _entity(one: Mapping[str, Json]) -> Entity:
    url = checked_link(one["url"]) if one.get("url") else ""
    user = one.get("user", {}).get("id", 0)
    kept = one["type"] != "text_link" or url
    return Entity(
        one["type"], one["offset"], one["length"] if kept else 0, url, one.get("language", ""), user
    )


def read_thread(chat: Chat, params: Params) -> int | None:
    """The forum topic of a call. Raises ApiError."""
    thread = params.integer("message_thread_id")
    if thread and thread not in chat.topics:
        raise bad_request("Message thread not found")
    return thread or None


def read_reply(world: World, chat: Chat, params: Params) -> int | None:
    """The message that a call answers. Raises ApiError."""
    reply = params.json("reply_parameters", "reply parameters") or {}
    number = int(reply.get("message_id") or params.integer("reply_to_message_id"))
    lenient = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if number and number not in world.history[chat.id]:
        if not lenient:
            raise bad_request("Message to be replied not found")
        return None
    return number or None


def own_message(world: World, params: Params) -> Message:
    """The message of the bot that a call is about. Raises ApiError."""
    chat = world.chat_of(params, write=True)
    message = world.history[chat.id].get(params.integer("message_id"))
    if message is None:
        raise bad_request(
            "MESSAGE_ID_INVALID" if not params.integer("message_id") else "message to edit not found"
        )
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, params: Params, new: Formatted, raw: str) -> Json:
    markup = read_markup(params, inline_only=True)
    if (new.text, new.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    world.check_pace(message.chat)
    changed = replace(
        message, text=new.text, entities=new.entities, raw=raw, markup=markup, edit_date=world.now()
    )
    return world.message_json(world.keep(changed))


def caption_of(formatted: Formatted) -> Formatted:
    """A caption as it is stored; it may be empty. Raises ApiError."""
    return store_text(formatted, CAPTION_LENGTH) if formatted.text.strip(" \n") else Formatted("")


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
}
