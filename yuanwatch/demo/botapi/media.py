"""The methods that send files, put one in the place of another, and fetch them."""

from __future__ import annotations

from dataclasses import replace

from yuanwatch.demo.botapi.chats import Message
from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.files import DOWNLOAD_BYTES, FileKind
from yuanwatch.demo.botapi.keyboards import read_markup
from yuanwatch.demo.botapi.messages import (
    NOT_MODIFIED,
    caption_of,
    entities_of,
    own_message,
    read_formatted,
    read_reply,
    read_thread,
)
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.text import Formatted, read_text
from yuanwatch.demo.botapi.world import Method, World

_KINDS: dict[str, FileKind] = {"photo": "photo", "document": "document"}


def send_photo(world: World, params: Params) -> Json:
    """sendPhoto: an upload of at most 10 MB, or a photo by its file_id."""
    return _send(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    """sendDocument: an upload of at most 50 MB, or a document by its file_id."""
    return _send(world, params, "document")


def edit_message_media(world: World, params: Params) -> Json:
    """editMessageMedia: a file and a caption instead; without reply_markup the keyboard goes."""
    media = params.json("media", "input media")
    kind, name, caption = _read_media(media, params)
    message = own_message(world, params)
    stored, markup = caption_of(caption), read_markup(params, inline_only=True)
    file = world.files.take(params, name, kind)
    old = (message.text, message.entities, message.markup, message.stored and message.stored.id)
    if (stored.text, stored.entities, markup, file.id) == old:
        raise bad_request(NOT_MODIFIED)
    world.check_pace(message.chat)
    changed = replace(
        message,
        text=stored.text,
        entities=stored.entities,
        raw=media.get("caption") or "",
        markup=markup,
        edit_date=world.now(),
        kind=kind,
        stored=file,
    )
    return world.message_json(world.keep(changed))


def get_file(world: World, params: Params) -> Json:
    """getFile: where a file of at most 20 MB can be fetched."""
    name = params.text("file_id")
    if not name:
        raise bad_request("file_id not specified")
    file = world.files.named(name)
    if file is None:
        raise bad_request("invalid file_id")
    size = len(file.upload.data)
    if size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {"file_id": name, "file_unique_id": file.id[-12:], "file_size": size, "file_path": file.path}


def _read_media(media: Json, params: Params) -> tuple[FileKind, str, Formatted]:
    """What an InputMedia is, names and says."""
    if media is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    kind = _KINDS.get(str(media.get("type")))
    if kind is None:
        raise bad_request("Can't parse InputMedia: unknown input media type")
    name = media.get("media")
    if not isinstance(name, str) or not name:
        raise bad_request("Can't parse InputMedia: media not found")
    mode = str(media.get("parse_mode") or "")
    entities = () if mode else entities_of(media.get("caption_entities"))
    return kind, name, read_text(str(media.get("caption") or ""), mode, entities)


def _send(world: World, params: Params, kind: FileKind) -> Json:
    formatted = read_formatted(params, "caption", "caption_entities")
    chat = world.chat_of(params, write=True)
    if not chat.pictures:
        what = "photos" if kind == "photo" else "documents"
        raise bad_request(f"not enough rights to send {what} to the chat")
    stored, markup = caption_of(formatted), read_markup(params)
    thread, reply = read_thread(chat, params), read_reply(world, chat, params)
    file = world.files.take(params, params.text(kind), kind)
    world.check_pace(chat)
    message = Message(
        id=world.next_message_id(chat),
        chat=chat,
        sender=world.bot,
        date=world.now(),
        text=stored.text,
        entities=stored.entities,
        raw=params.text("caption"),
        markup=markup,
        thread_id=thread,
        reply_to=reply,
        silent=params.flag("disable_notification"),
        kind=kind,
        stored=file,
    )
    return world.message_json(world.keep(message))


METHODS: dict[str, Method] = {
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageMedia": edit_message_media,
    "getFile": get_file,
}
