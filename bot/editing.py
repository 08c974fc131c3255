"""A press in the editor of a subscription, or a reply to its question -> it is changed, and shown anew.

Synchronous: called in a thread. Each press is committed before the editor shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, cast

from analysis.fold import fold
from analysis.hours import Every
from analysis.types import KINDS, Kind, Language, Topic
from analysis.wanted import Wanted, read_wanted, read_words
from analysis.wishes import Wish, WishError
from bot import subscription_pages as pages
from bot.choices import Adjust
from bot.cleaning import clean, clean_line
from bot.deeplinks import EVERY_CODES, KIND_CODES, LANGUAGE_CODES, TOPIC_CODES
from bot.labels import listed, place_in_province
from bot.markup import line
from bot.prompts import About, Prompt, ask
from bot.render import message
from bot.services import Services
from bot.subscribing import here, refused
from bot.texts import texts
from bot.types import Message, Reader
from storage import subscriptions as kept
from storage.settings import chat_settings
from storage.types import Subscription

_NONE = frozenset(("-", "none", "no", "nothing", "keine", "kein", "nichts", "无", "没有", "不限"))

Value = TypeVar("Value", bound=str)


def adjust(services: Services, reader: Reader, action: Adjust) -> tuple[Message, str]:
    """Show or change a subscription of this chat: the message to put in place, and a notice."""
    words, now = texts(reader.language), services.clock()
    with services.database.write() as connection:
        held = kept.subscription(connection, reader.chat_id, action.subscription_id)
        if held is None:
            mine = here(kept.subscriptions(connection, reader.chat_id), reader)
            return pages.subscription_list(services.username(), mine, reader), words("press.ended")
        wish, delivery = _changed(held, action)
        changed: Subscription | None = held
        if (wish, delivery) != (held.wish, held.delivery):
            changed = kept.change_subscription(
                connection, reader.chat_id, held.id, now=now, wish=wish, delivery=delivery
            )
        settings = chat_settings(connection, reader.chat_id)
    assert changed is not None  # it was there in the same transaction
    notice = words("adjust.merged") if changed.id != held.id else ""
    return pages.editor(services.username(), changed, reader, settings, _view(action)), notice


def question(services: Services, reader: Reader, action: Adjust) -> Message | None:
    """The question for the words or the places of a subscription; None where it has ended."""
    with services.database.read() as connection:
        held = kept.subscription(connection, reader.chat_id, action.subscription_id)
    about: About = "places" if action.value == "places" else "words"
    return ask(Prompt(about, action.subscription_id), reader) if held else None


def answered(services: Services, reader: Reader, prompt: Prompt, typed: str) -> Message:
    """A reply to such a question: the subscription with what was sent, or why it is as it was."""
    places: tuple[str, ...] = ()
    if prompt.about == "places" and not _is_none(typed):
        wanted = read_wanted(clean_line(typed))
        if not wanted.wish.places and not wanted.everything:
            return _unknown_place(typed, wanted, reader)
        places = wanted.wish.places
    have, avoid = ((), ()) if _is_none(typed) else read_words(clean(typed))
    with services.database.write() as connection:
        held = kept.subscription(connection, reader.chat_id, prompt.subscription_id or 0)
        if held is None:
            mine = here(kept.subscriptions(connection, reader.chat_id), reader)
            return pages.subscription_list(services.username(), mine, reader)
        if prompt.about == "places":
            wish = replace(held.wish, places=places)
        else:
            wish = replace(held.wish, words=have, not_words=avoid)
        try:
            changed = kept.change_subscription(
                connection, reader.chat_id, held.id, now=services.clock(), wish=wish
            )
        except WishError as error:
            return refused(error, reader)
        settings = chat_settings(connection, reader.chat_id)
    return pages.editor(services.username(), changed or held, reader, settings)


def _unknown_place(typed: str, wanted: Wanted, reader: Reader) -> Message:
    words = texts(reader.language)
    lines = [line(words("suggest.unknown", words=clean_line(typed)[:60]))]
    if wanted.doubtful:
        near = (place_in_province(place.adcode, reader.language) for place in wanted.doubtful[1])
        lines.append(line(words("suggest.question") + " " + listed(near, reader.language)))
    return message([*lines, line(words("adjust.again"))])


def _changed(held: Subscription, action: Adjust) -> tuple[Wish, Every]:
    wish, value = held.wish, action.value
    match action.field:
        case "topic":
            topics = _turned(wish.topics, value, TOPIC_CODES)
            return replace(wish, topics=cast(tuple[Topic, ...], tuple(sorted(topics)))), held.delivery
        case "kind":
            kinds = () if value == "none" else _turned(wish.kinds, value, KIND_CODES)
            return replace(wish, kinds=cast(tuple[Kind, ...], tuple(sorted(kinds)))), held.delivery
        case "language":
            languages = _turned(wish.languages, value, LANGUAGE_CODES)
            return replace(
                wish, languages=cast(tuple[Language, ...], tuple(sorted(languages)))
            ), held.delivery
        case "official":
            return replace(wish, official=value == "1"), held.delivery
        case "delivery":
            return wish, next(each for each, code in EVERY_CODES.items() if code == value)
    return wish, held.delivery


def _turned(values: Sequence[Value], turn: str, codes: dict[Value, str]) -> tuple[Value, ...]:
    """The values with one more or one less: "+p", "-p"."""
    meant = next(value for value, code in codes.items() if code == turn[1])
    rest = tuple(each for each in values if each != meant)
    return (*rest, meant) if turn[0] == "+" else rest


def _view(action: Adjust) -> str:
    match action.field:
        case "show":
            return action.value
        case "language":
            return "languages"
        case "kind" if action.value != "none":
            kind = next(each for each, code in KIND_CODES.items() if code == action.value[1])
            return f"kinds{KINDS.index(kind) // pages.KINDS_PAGE}"
        case "kind":
            return "kinds0"
    return "main"


def _is_none(typed: str) -> bool:
    return fold(typed).strip(" .。!！") in _NONE
