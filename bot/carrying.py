"""The data of a chat -> a file to take away, a file -> the data of a chat, and all of it forgotten.

Synchronous: called in a thread; what fetches the file is in `bot.replies`.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.hours import Every
from analysis.wishes import Wish
from bot.choices import Forget
from bot.markup import BLANK, Line, Part, line
from bot.portable import FILE_NAME, MOST_BYTES, Carried, NotPortable, read_file, write_file
from bot.render import button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Document, Message, Reader
from bot.wording import describe
from storage import subscriptions as kept
from storage.moving import forget_chat
from storage.settings import change_settings, chat_settings

SHOWN = 20


def export(services: Services, reader: Reader, typed: str) -> Document:
    """The chat's subscriptions and settings as a file."""
    del typed
    with services.database.read() as connection:
        mine = kept.subscriptions(connection, reader.chat_id)
        settings = chat_settings(connection, reader.chat_id)
    data = write_file(mine, settings, reader.language, services.clock())
    words = texts(reader.language)
    told = [words.plural("export.done", len(mine)), words("export.hint")]
    return Document(FILE_NAME, data, message([line(each) for each in told]))


def import_asked(services: Services, reader: Reader, typed: str) -> Message:
    """What to send to have it imported."""
    del services, typed
    return message([line(texts(reader.language)("import.ask"))])


def too_large(reader: Reader) -> Message:
    """A file that is not even fetched."""
    return message([line(texts(reader.language).plural("import.too_large", MOST_BYTES // 1000))])


def take_file(services: Services, reader: Reader, data: bytes) -> Message:
    """Add the subscriptions of a file to the chat's, put its settings in the place of the chat's, and
    say what was taken and what was not."""
    try:
        carried = read_file(data)
    except NotPortable:
        return message([line(texts(reader.language)("import.not_ours"))])
    reader = replace(reader, language=carried.language or reader.language)
    new: list[tuple[Wish, Every]] = []
    known = left = 0
    with services.database.write() as connection:
        now, limit = services.clock(), services.config.subscriptions_per_chat
        kept.remember_chat(connection, reader.chat_id, kind=reader.kind, language=reader.language, now=now)
        if carried.settings is not None:
            change_settings(connection, reader.chat_id, carried.settings, now)
        for wish, delivery in carried.subscriptions:
            try:
                _, created = kept.subscribe_to(
                    connection,
                    reader.chat_id,
                    wish,
                    now=now,
                    limit=limit,
                    delivery=delivery,
                    thread_id=reader.thread_id,
                )
            except kept.TooManySubscriptions:
                left += 1
                continue
            new, known = [*new, (wish, delivery)] if created else new, known + (not created)
    return _taken(carried, new, known, left, services, reader)


def forget(services: Services, reader: Reader, typed: str) -> Message:
    """Ask once whether all data are to be deleted."""
    del services, typed
    words = texts(reader.language)
    lines = [line(Part(words("forget.ask"), "b")), BLANK, line(words("forget.what"))]
    return message(
        lines, rows(button(words("button.forget"), Forget(True)), button(words("button.keep"), Forget(False)))
    )


def forget_answered(services: Services, reader: Reader, action: Forget) -> Message:
    """Delete all data of the chat, or leave them."""
    words = texts(reader.language)
    if not action.sure:
        return message([line(words("forget.kept"))])
    with services.database.write() as connection:
        forget_chat(connection, reader.chat_id)
    return message([line(words("forget.done"))])


def _taken(
    carried: Carried,
    new: list[tuple[Wish, Every]],
    known: int,
    left: int,
    services: Services,
    reader: Reader,
) -> Message:
    words, language = texts(reader.language), reader.language
    lines: list[Line] = [line(Part("📥 " + words.plural("import.new", len(new)), "b"))]
    lines += [
        line(Part(f"• {describe(wish, language)} · {words(f'delivery.short.{every}')}", elastic=True))
        for wish, every in new[:SHOWN]
    ]
    lines += [line(words.plural("import.more", len(new) - SHOWN))] if len(new) > SHOWN else []
    lines.append(BLANK)
    lines += [line(words.plural("import.known", known))] if known else []
    lines += [line(words("import.settings"))] if carried.settings or carried.language else []
    limit = services.config.subscriptions_per_chat
    lines += [line("⚠️ " + words.plural("import.limit", left, limit=limit))] if left else []
    lines += [line("⚠️ " + words.plural("import.odd", carried.odd))] if carried.odd else []
    return message(lines)
