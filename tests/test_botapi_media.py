"""What the stand-in makes of files: their limits, their names, one in the place of another, in Telegram's words."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest, InvalidToken

from tests import botapi_rig as rig
from tests.botapi_rig import HTML, Raw, png
from yuanwatch.demo.botapi import BotApi, User

api, ann, bot, raw = rig.api, rig.ann, rig.bot, rig.raw


async def test_a_photo_is_sent_and_sent_again_by_its_name(bot: Bot, api: BotApi, ann: User) -> None:
    sent = await bot.send_photo(42, png(1600, 1200), caption="<b>c</b>" + "x" * 1023, parse_mode=HTML)
    assert sent.caption and len(sent.caption) == 1024
    assert [(size.width, size.height) for size in sent.photo] == [(320, 240), (1280, 960)]
    assert len({size.file_id for size in sent.photo}) == 2
    for size in sent.photo:
        again = await bot.send_photo(42, size.file_id)
        assert again.photo == sent.photo and again.caption is None
    small = await bot.send_photo(42, png(90, 60))
    assert [(size.width, size.height) for size in small.photo] == [(90, 60)]
    assert [message.kind for message in ann.messages] == ["photo"] * 4
    assert ann.messages[1].file == ann.messages[0].file
    api.forget_files()
    with pytest.raises(BadRequest, match=r"[Ww]rong remote file identifier specified"):
        await bot.send_photo(42, sent.photo[0].file_id)


async def test_documents_keep_their_names(bot: Bot, ann: User) -> None:
    sent = await bot.send_document(42, b"data", filename="städte.csv", caption="c")
    assert sent.document and sent.document.file_name == "städte.csv" and sent.document.file_size == 4
    again = await bot.send_document(42, sent.document.file_id)
    assert again.document == sent.document
    assert ann.messages[1].file and ann.messages[1].file.data == b"data"
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Document as Photo"):
        await bot.send_photo(42, sent.document.file_id)


async def test_files_are_fetched_through_getfile(bot: Bot, api: BotApi, ann: User) -> None:
    sent = await bot.send_document(42, "städte".encode(), filename="a.csv")
    assert sent.document
    file = await bot.get_file(sent.document.file_id)
    assert file.file_size == 7 and file.file_path
    path = file.file_path.partition(f"{api.token}/")[2] or file.file_path
    assert await bot.request.retrieve(f"{api.url}/file/bot{api.token}/{path}") == "städte".encode()
    with pytest.raises(InvalidToken):  # so python-telegram-bot calls every 404
        await bot.request.retrieve(f"{api.url}/file/bot{api.token}/documents/none")
    big = await bot.send_document(42, bytes((20 << 20) + 1), filename="big")
    assert big.document
    with pytest.raises(BadRequest, match=r"[Ff]ile is too big"):
        await bot.get_file(big.document.file_id)
    with pytest.raises(BadRequest, match=r"[Ii]nvalid file_id"):
        await bot.get_file("nothing")


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        (b"", "file must be non-empty"),
        (b"no picture at all", "IMAGE_PROCESS_FAILED"),
        (png(1, 21), "PHOTO_INVALID_DIMENSIONS"),
        (png(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (png(size=(10 << 20) + 1), "too big for a photo; the maximum size is 10485760 bytes"),
        ("https://example.com/x.png", "failed to get HTTP URL content"),
        ("http://localhost/x.png", "wrong HTTP URL specified"),
        ("AgADBAAD", "wrong remote file identifier specified: Wrong string length"),
    ],
)
async def test_photos_are_refused_in_telegrams_words(bot: Bot, ann: User, photo: Any, error: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){error}"):
        await bot.send_photo(42, photo)
    assert ann.messages == ()


async def test_captions_have_their_own_limit(bot: Bot, raw: Raw, ann: User) -> None:
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(42, png(), caption="x" * 1025)
    assert raw.error("sendPhoto", chat_id=42) == "Bad Request: there is no photo in the request"
    sent = await bot.send_photo(42, png(), caption="a")
    edited = await bot.edit_message_caption(42, sent.message_id, caption="<b>b</b>", parse_mode=HTML)
    assert not isinstance(edited, bool) and edited.caption == "b" and edited.photo == sent.photo
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.edit_message_caption(42, sent.message_id, caption="x" * 1025)
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified"):
        await bot.edit_message_caption(42, sent.message_id, caption="<b>b</b>", parse_mode=HTML)
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("x", 42, sent.message_id)
    text = await bot.send_message(42, "x")
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(42, text.message_id, caption="x")


async def test_one_picture_takes_the_place_of_another(bot: Bot, ann: User) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    sent = await bot.send_photo(42, png(), caption="a", reply_markup=buttons)
    other = InputMediaPhoto(png(1000, 1000), "<i>b</i>", parse_mode=HTML)
    edited = await bot.edit_message_media(other, 42, sent.message_id, reply_markup=buttons)
    assert not isinstance(edited, bool)
    assert (edited.caption, edited.photo[-1].width, edited.message_id) == ("b", 1000, sent.message_id)
    assert [(m.text, m.edited, [b.label for b in m.buttons]) for m in ann.messages] == [("b", True, ["x"])]
    back = await bot.edit_message_media(InputMediaPhoto(sent.photo[0].file_id, "a"), 42, sent.message_id)
    assert not isinstance(back, bool) and back.photo == sent.photo
    assert ann.messages[0].buttons == ()
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified"):
        await bot.edit_message_media(InputMediaPhoto(sent.photo[0].file_id, "a"), 42, sent.message_id)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.edit_message_media(InputMediaPhoto(png(), "x" * 1025), 42, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Mm]essage to edit not found"):
        await bot.edit_message_media(InputMediaPhoto(png()), 42, 999)
    text = await bot.send_message(42, "words")
    added = await bot.edit_message_media(InputMediaDocument(b"d", filename="d.txt"), 42, text.message_id)
    assert not isinstance(added, bool) and added.document and added.text is None


@pytest.mark.parametrize(
    ("media", "error"),
    [
        (None, 'parameter "media" is required'),
        ("{", "can't parse input media JSON object"),
        ([1], "can't parse InputMedia: expected an Object"),
        ({"type": "sculpture", "media": "x"}, "can't parse InputMedia: unknown input media type"),
        ({"type": "photo"}, "can't parse InputMedia: media not found"),
        ({"type": "photo", "media": "x"}, "wrong remote file identifier specified: Wrong string length"),
        ({"type": "photo", "media": "x", "caption": "<b>", "parse_mode": HTML},
         'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
    ],
)  # fmt: skip
def test_media_are_refused_in_telegrams_words(raw: Raw, ann: User, media: Any, error: str) -> None:
    raw("sendMessage", chat_id=42, text="x")
    arguments = {} if media is None else {"media": media}
    said = raw.error("editMessageMedia", chat_id=42, message_id=ann.messages[0].id, **arguments)
    assert said == f"Bad Request: {error}"
    assert not ann.messages[0].edited


async def test_a_group_may_take_words_only(bot: Bot, api: BotApi, ann: User) -> None:
    group = api.group(-5, members=[ann])
    group.forbid_pictures()
    await bot.send_message(-5, "x")
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send photos to the chat"):
        await bot.send_photo(-5, png())
