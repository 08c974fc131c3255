"""What a chat wants to be told -> subscriptions kept, ended and listed. Synchronous: called in a thread.

Each function commits before it returns, so an answer never promises what is not yet kept; repeating
one is harmless, because an update may be lost or come twice.
"""

from __future__ import annotations

from analysis.gazetteer import gazetteer
from analysis.types import Language
from analysis.wishes import Wish
from bot import lists
from bot.callbacks import Subscribe
from bot.labels import place_name, subject
from bot.markup import BLANK, Line, Part, line
from bot.queries import Query, suggest, understand
from bot.render import button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Message, Reader
from bot.wording import describe
from storage import subscriptions as kept
from storage.types import Subscription


def subscribe(services: Services, reader: Reader, typed: str) -> Message:
    """Subscribe to what was typed; without words, offer the topics; near places for unknown words."""
    query = understand(typed)
    if not query.text:
        return _offer(reader)
    if not query.everything and (not query.named or query.rest):
        near = suggest(query)
        unknown = " ".join(query.rest) or query.text
        return lists.suggestion_list(unknown, near, query.topic, reader, subscribing=True)
    return subscribe_to(services, reader, Subscribe(query.adcode, query.topic), query)


def subscribe_to(
    services: Services, reader: Reader, wanted: Subscribe, query: Query | None = None
) -> Message:
    """Subscribe to a place, a topic, both or everything, and say what that means."""
    words, about = texts(reader.language), subject(wanted.place, wanted.topic, reader.language)
    limit = services.config.subscriptions_per_chat
    try:
        with services.database.write() as connection:
            now = services.clock()
            kept.welcome(connection, reader.chat_id, kind=reader.kind, language=reader.language, now=now)
            wish = Wish(
                places=(wanted.place,) if wanted.place else (), topics=(wanted.topic,) if wanted.topic else ()
            )
            _, created = kept.subscribe_to(
                connection, reader.chat_id, wish, now=now, limit=limit, thread_id=reader.thread_id
            )
    except kept.TooManySubscriptions:
        return message([line(words.plural("subscribe.limit", limit))])
    if not created:
        return message([line(words("subscribe.again", subject=about))])
    return _subscribed(reader, wanted, query)


def list_subscriptions(services: Services, reader: Reader) -> Message:
    """The chat's subscriptions."""
    with services.database.read() as connection:
        return lists.subscription_list(kept.subscriptions(connection, reader.chat_id), reader)


def end(services: Services, reader: Reader, subscription_id: int) -> tuple[Message, str | None]:
    """End one of the chat's own subscriptions: the new list, and what was ended (None: nothing)."""
    with services.database.write() as connection:
        before = kept.subscriptions(connection, reader.chat_id)
        ended = kept.unsubscribe(connection, reader.chat_id, subscription_id, services.clock())
        after = kept.subscriptions(connection, reader.chat_id)
    gone = next((each for each in before if each.id == subscription_id), None)
    about = describe(gone.wish, reader.language) if gone and ended else None
    return lists.subscription_list(after, reader), about


def unsubscribe(services: Services, reader: Reader, typed: str) -> Message:
    """End all of the chat's subscriptions, or those to what was typed."""
    query, words = understand(typed), texts(reader.language)
    with services.database.write() as connection:
        if not query.text:
            ended = kept.unsubscribe_all(connection, reader.chat_id, services.clock())
            text = words.plural("unsubscribe.all", ended) if ended else words("subscriptions.none")
            return message([line(text)])
        mine = kept.subscriptions(connection, reader.chat_id)
        ending = [each for each in mine if _meant(each, query)]
        for each in ending:
            kept.unsubscribe(connection, reader.chat_id, each.id, services.clock())
    if not ending:
        return message([line(words("unsubscribe.not_there", subject=_asked(query, reader.language)))])
    done = (describe(each.wish, reader.language) for each in ending)
    return message([line(words("unsubscribe.one", subject=about)) for about in done])


def _meant(subscription: Subscription, query: Query) -> bool:
    """An exact match; a place alone also ends all that is narrower than it."""
    if not query.everything and (not query.named or query.rest):
        return False
    places = (query.adcode,) if query.adcode else ()
    topics = (query.topic,) if query.topic else ()
    if places and not topics:
        return subscription.wish.places == places
    return subscription.wish == Wish(places=places, topics=topics)


def _asked(query: Query, language: Language) -> str:
    named = query.everything or (query.named and not query.rest)
    return subject(query.adcode, query.topic, language) if named else query.text


def _offer(reader: Reader) -> Message:
    words = texts(reader.language)
    choices = (Subscribe(None, "blockchain"), Subscribe(None, "digital-yuan"), Subscribe(None, None))
    offers = (button("🔔 " + subject(each.place, each.topic, reader.language), each) for each in choices)
    return message([line(words("subscribe.ask"))], rows(*offers))


def _subscribed(reader: Reader, wanted: Subscribe, query: Query | None) -> Message:
    words = texts(reader.language)
    about = subject(wanted.place, wanted.topic, reader.language)
    lines: list[Line] = [line("🔔 ", Part(words("subscribe.done", subject=about), "b")), BLANK]
    place = gazetteer().place(wanted.place) if wanted.place else None
    if place and place.level == "province":
        name = place_name(place.adcode, reader.language)
        lines.append(line(words("subscribe.province", place=name)))
    lines.append(line(words("subscribe.only_new")))
    namesakes = query.namesakes if query else ()
    if namesakes:
        lines += [BLANK, line(words("suggest.other"))]
    return message(lines, lists.place_buttons(namesakes, wanted.topic, reader, subscribing=True))
