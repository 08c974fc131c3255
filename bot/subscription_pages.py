"""Subscriptions -> the messages that list them, begin one and adjust one, with their buttons."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.hours import ChatSettings, Every
from analysis.types import KINDS, LANGUAGES, TOPICS, Kind
from bot.callbacks import EndSubscription
from bot.choices import Adjust, AdjustField, Begin, PageSubscriptions
from bot.deeplinks import EVERY_CODES, KIND_CODES, LANGUAGE_CODES, TOPIC_CODES
from bot.labels import SEPARATOR
from bot.markup import BLANK, Line, Part, line
from bot.reading_back import delivery_line, province_lines, wish_lines
from bot.render import Rows, button, message, rows
from bot.sharing import group_button, share_button
from bot.texts import texts
from bot.types import Button, Message, Reader
from bot.wording import describe
from storage.types import Subscription

PAGE = 10
KINDS_PAGE = 6
DELIVERIES: tuple[Every, ...] = ("now", "daily", "weekly")


def subscription_list(
    username: str, subscriptions: Sequence[Subscription], reader: Reader, page: int = 0
) -> Message:
    """The subscriptions of a chat or of a topic, each with buttons to end, adjust and share it."""
    words = texts(reader.language)
    if not subscriptions:
        return message([line(words("subscriptions.none"))])
    last = (len(subscriptions) - 1) // PAGE
    page = min(page, last)
    shown = list(enumerate(subscriptions, 1))[page * PAGE : (page + 1) * PAGE]
    here = "" if reader.thread_id is None else " " + words("subscriptions.here")
    title = words.plural("subscriptions.title", len(subscriptions)) + here
    lines = [line(Part(title, "b")), BLANK]
    lines += [_listed(number, each, reader) for number, each in shown]
    lines += [BLANK, line(Part(words("subscriptions.hint"), "i"))]
    back = button(words("button.back"), PageSubscriptions(page - 1)) if page else ()
    ahead = button(words("button.next"), PageSubscriptions(page + 1)) if page < last else ()
    return message(lines, rows(*(_row(username, each, reader) for _, each in shown), back + ahead))


def begun(
    username: str, subscription: Subscription, reader: Reader, settings: ChatSettings, *, choose: bool
) -> Message:
    """What was subscribed to, read back; `choose`: with buttons for what to begin with."""
    words, language = texts(reader.language), reader.language
    about = describe(subscription.wish, language, limit=1500)
    lines: list[Line] = [line("🔔 ", Part(words("subscribe.done", subject=about), "b")), BLANK]
    lines += province_lines(subscription.wish, language)
    lines += [delivery_line(subscription.delivery, settings, language), BLANK]
    lines.append(line(words("subscribe.only_new")))
    lines += [BLANK, line(words("begin.ask"))] if choose else []
    beginning = [
        button(words(f"button.begin.{number}"), Begin(subscription.id, number)) for number in (0, 1, 10)
    ]
    first = tuple(each for buttons in beginning for each in buttons) if choose else ()
    adjust = button(words("button.adjust"), Adjust(subscription.id, "show", "main"))
    share = share_button(username, subscription, words("button.share"), reader)
    return message(lines, rows(first, adjust + share))


def editor(
    username: str, subscription: Subscription, reader: Reader, settings: ChatSettings, view: str = "main"
) -> Message:
    """A subscription in full, with buttons to adjust it; `view`: main, kinds0, kinds1 or languages."""
    words, language = texts(reader.language), reader.language
    lines = [
        line(Part("⚙️ " + words("adjust.title"), "b")),
        BLANK,
        *wish_lines(subscription.wish, language),
        delivery_line(subscription.delivery, settings, language),
        BLANK,
        line(Part(words(f"adjust.hint.{view.rstrip('01')}"), "i")),
    ]
    match view:
        case "kinds0" | "kinds1":
            return message(lines, _kinds(subscription, reader, int(view[-1])))
        case "languages":
            return message(lines, _languages(subscription, reader))
    return message(lines, _main(username, subscription, reader))


def _listed(number: int, subscription: Subscription, reader: Reader) -> Line:
    words = texts(reader.language)
    about = describe(subscription.wish, reader.language)
    told = [words(f"delivery.short.{subscription.delivery}")]
    if reader.thread_id is None and subscription.thread_id is not None:
        told.append(words("subscriptions.elsewhere"))
    if subscription.off_since is not None:
        told.append(words("subscriptions.closed"))
    return line(Part(f"{number}. {about}", elastic=True), *(SEPARATOR + each for each in told))


def _row(username: str, subscription: Subscription, reader: Reader) -> tuple[Button, ...]:
    about = describe(subscription.wish, reader.language)
    end = button(texts(reader.language)("button.end", subject=about), EndSubscription(subscription.id))
    adjust = button("⚙️", Adjust(subscription.id, "show", "main"))
    return end + adjust + share_button(username, subscription, "📤", reader)


def _main(username: str, subscription: Subscription, reader: Reader) -> Rows:
    words, wish, key = texts(reader.language), subscription.wish, subscription.id
    deliveries: tuple[Button, ...] = ()
    for each in DELIVERIES:
        label = ("🔘 " if each == subscription.delivery else "") + words(f"delivery.short.{each}")
        deliveries += button(label, Adjust(key, "delivery", EVERY_CODES[each]))
    topics: tuple[Button, ...] = ()
    for topic in TOPICS:
        topics += _toggle(words(f"topic.{topic}"), topic in wish.topics, TOPIC_CODES[topic], key, "topic")
    official = button(
        _ticked(words("wish.official"), wish.official), Adjust(key, "official", "0" if wish.official else "1")
    )
    return rows(
        topics,
        button(words("button.places"), Adjust(key, "ask", "places"))
        + button(words("button.words"), Adjust(key, "ask", "words")),
        button(words("button.kinds"), Adjust(key, "show", "kinds0"))
        + button(words("button.languages"), Adjust(key, "show", "languages")),
        official,
        deliveries,
        share_button(username, subscription, words("button.share"), reader)
        + group_button(username, subscription, reader),
        button(words("button.end_it"), EndSubscription(key)),
        button(words("button.all_subscriptions"), PageSubscriptions(0)),
    )


def _kinds(subscription: Subscription, reader: Reader, page: int) -> Rows:
    words, key = texts(reader.language), subscription.id
    kinds: tuple[Kind, ...] = KINDS[page * KINDS_PAGE : (page + 1) * KINDS_PAGE]
    toggles = [
        _toggle(words(f"kind.{kind}"), kind in subscription.wish.kinds, KIND_CODES[kind], key, "kind")
        for kind in kinds
    ]
    pairs = [first + second for first, second in zip(toggles[::2], toggles[1::2], strict=True)]
    back = button(words("button.back"), Adjust(key, "show", "kinds0")) if page else ()
    ahead = () if page else button(words("button.next"), Adjust(key, "show", "kinds1"))
    every = button(words("button.all_kinds"), Adjust(key, "kind", "none")) if subscription.wish.kinds else ()
    return rows(*pairs, back + ahead, every, button(words("button.done"), Adjust(key, "show", "main")))


def _languages(subscription: Subscription, reader: Reader) -> Rows:
    words, key = texts(reader.language), subscription.id
    toggles = (
        _toggle(
            words(f"wish.language.{each}"),
            each in subscription.wish.languages,
            LANGUAGE_CODES[each],
            key,
            "language",
        )
        for each in LANGUAGES
    )
    return rows(*toggles, button(words("button.done"), Adjust(key, "show", "main")))


def _toggle(label: str, on: bool, code: str, key: int, field: AdjustField) -> tuple[Button, ...]:
    return button(_ticked(label, on), Adjust(key, field, ("-" if on else "+") + code))


def _ticked(label: str, on: bool) -> str:
    return ("✅ " if on else "▫️ ") + label
