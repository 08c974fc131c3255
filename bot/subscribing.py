"""What a chat wants to be told -> subscriptions kept, ended and listed. Synchronous: called in a thread.

Each function commits before it returns, so an answer never promises what is not yet kept; repeating
one is harmless, because an update may be lost or come twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.gazetteer import Place
from analysis.hours import Every
from analysis.wanted import LONGEST, Wanted, read_wanted
from analysis.wishes import MOST_VALUES, Wish, WishError, checked
from bot import subscription_pages as pages
from bot.callbacks import Subscribe
from bot.choices import Begin, Take
from bot.cleaning import clean_line
from bot.labels import place_in_province, subject
from bot.markup import BLANK, line
from bot.render import button, message, rows
from bot.services import Services
from bot.sharing import unshareable
from bot.texts import texts
from bot.types import Message, Reader
from bot.wording import describe
from storage import subscriptions as kept
from storage.letters import owe_digest
from storage.recent import recent_for
from storage.settings import chat_settings
from storage.types import Subscription


def subscribe(services: Services, reader: Reader, typed: str) -> Message:
    """Subscribe to what was typed; without words, offer the topics; near places for a doubtful word."""
    words, text = texts(reader.language), clean_line(typed)
    if len(text) > LONGEST:
        return message([line(words.plural("subscribe.long", LONGEST))])
    wanted = read_wanted(text)
    if wanted.empty:
        return _offer(reader)
    try:
        wanted = replace(wanted, wish=checked(wanted.wish))
    except WishError as error:
        return refused(error, reader)
    if wanted.doubtful:
        return _doubt(wanted, reader)
    return take(services, reader, wanted.wish, wanted.delivery, wanted.namesakes)


def take(
    services: Services,
    reader: Reader,
    wish: Wish,
    delivery: Every | None = None,
    namesakes: Sequence[Place] = (),
) -> Message:
    """Subscribe to a wish, and say in full what that means. `delivery`: None where nothing was said of it;
    a subscription that is there already gets what was said."""
    limit, now = services.config.subscriptions_per_chat, services.clock()
    with services.database.write() as connection:
        kept.welcome(connection, reader.chat_id, kind=reader.kind, language=reader.language, now=now)
        try:
            held, created = kept.subscribe_to(
                connection,
                reader.chat_id,
                wish,
                now=now,
                limit=limit,
                delivery=delivery or "now",
                thread_id=reader.thread_id,
            )
        except kept.TooManySubscriptions:
            return message([line(texts(reader.language).plural("subscribe.limit", limit))])
        changed = not created and delivery not in (None, held.delivery)
        if changed:
            kept.change_subscription(connection, reader.chat_id, held.id, now=now, delivery=delivery)
        settings = chat_settings(connection, reader.chat_id)
    if not created and not changed:
        return _again(held, reader)
    told = replace(held, delivery=delivery or held.delivery)
    answer = pages.begun(services.username(), told, reader, settings, choose=created)
    return _with_namesakes(answer, wish, delivery or "now", namesakes, reader)


def refused(error: WishError, reader: Reader) -> Message:
    """Why a wish cannot be kept, in a sentence."""
    words = texts(reader.language)
    if error.value is None:
        return message([line(words.plural("wish.too_many", MOST_VALUES))])
    return message([line(words("wish.bad_word", word=clean_line(error.value)[:60]))])


def begin(services: Services, reader: Reader, asked: Begin) -> tuple[Message, str]:
    """Begin a subscription with some of the newest stories, in one digest: the message, and a notice."""
    words = texts(reader.language)
    with services.database.write() as connection:
        held = kept.subscription(connection, reader.chat_id, asked.subscription_id)
        if held is None:
            mine = here(kept.subscriptions(connection, reader.chat_id), reader)
            return pages.subscription_list(services.username(), mine, reader), words("press.ended")
        settings = chat_settings(connection, reader.chat_id)
        newest = recent_for(connection, held.wish, asked.stories) if asked.stories else []
        if newest:
            ids = [story.id for story in newest]
            owe_digest(connection, reader.chat_id, held.thread_id, ids, services.clock())
    answer = pages.begun(services.username(), held, reader, settings, choose=False)
    if not asked.stories:
        return answer, words("begin.none_wanted")
    return answer, words.plural("begin.coming", len(newest)) if newest else words("begin.nothing")


def list_subscriptions(services: Services, reader: Reader, page: int = 0) -> Message:
    """The chat's subscriptions; in a topic of a forum those of that topic."""
    with services.database.read() as connection:
        mine = here(kept.subscriptions(connection, reader.chat_id), reader)
    return pages.subscription_list(services.username(), mine, reader, page)


def end(services: Services, reader: Reader, subscription_id: int) -> tuple[Message, str | None]:
    """End one of the chat's own subscriptions: the new list, and what was ended (None: nothing)."""
    with services.database.write() as connection:
        gone = kept.subscription(connection, reader.chat_id, subscription_id)
        ended = kept.unsubscribe(connection, reader.chat_id, subscription_id, services.clock())
        after = here(kept.subscriptions(connection, reader.chat_id), reader)
    page = pages.subscription_list(services.username(), after, reader)
    return page, describe(gone.wish, reader.language) if gone and ended else None


def unsubscribe(services: Services, reader: Reader, typed: str) -> Message:
    """End all of the chat's subscriptions (of the topic's), that of a number, or those to what was typed."""
    words, text = texts(reader.language), clean_line(typed)[:LONGEST]
    wanted = read_wanted(text)
    with services.database.write() as connection:
        mine = here(kept.subscriptions(connection, reader.chat_id), reader)
        ending = [
            each for number, each in enumerate(mine, 1) if not text or _meant(each, number, text, wanted)
        ]
        for each in ending:
            kept.unsubscribe(connection, reader.chat_id, each.id, services.clock())
    if not text:
        return message([line(_all_ended(len(ending), reader))])
    if not ending:
        about = text if wanted.empty else describe(wanted.wish, reader.language)
        return message([line(words("unsubscribe.not_there", subject=about))])
    return message(
        [line(words("unsubscribe.one", subject=describe(each.wish, reader.language))) for each in ending]
    )


def _all_ended(number: int, reader: Reader) -> str:
    words = texts(reader.language)
    if not number:
        return words("subscriptions.none")
    in_topic = reader.thread_id is not None
    return words.plural("unsubscribe.here", number) if in_topic else words.plural("unsubscribe.all", number)


def why_not_shared(services: Services, reader: Reader, subscription_id: int) -> str:
    """Why a subscription has no link to share."""
    with services.database.read() as connection:
        return unshareable(kept.subscription(connection, reader.chat_id, subscription_id), reader)


def here(subscriptions: Sequence[Subscription], reader: Reader) -> list[Subscription]:
    """Those of a topic of a forum that is spoken in; all of the chat elsewhere."""
    return [each for each in subscriptions if reader.thread_id in (None, each.thread_id)]


def _meant(subscription: Subscription, number: int, typed: str, wanted: Wanted) -> bool:
    """Its number in the list, an exact match; places alone also end all that is narrower than them."""
    if typed.isdecimal() and len(typed) < 4:
        return number == int(typed)
    if wanted.empty:
        return False
    if wanted.wish.places and wanted.wish == Wish(places=wanted.wish.places):
        return set(subscription.wish.places) == set(wanted.wish.places)
    try:
        return subscription.wish == checked(wanted.wish)
    except WishError:
        return False


def _offer(reader: Reader) -> Message:
    words = texts(reader.language)
    choices = (Subscribe(None, "blockchain"), Subscribe(None, "digital-yuan"), Subscribe(None, None))
    offers = (button("🔔 " + subject(each.place, each.topic, reader.language), each) for each in choices)
    return message([line(words("subscribe.ask")), BLANK, line(words("subscribe.example"))], rows(*offers))


def _doubt(wanted: Wanted, reader: Reader) -> Message:
    """A word that may be a misspelt place: nothing is kept before it is known which."""
    assert wanted.doubtful is not None  # the caller has looked
    words, (word, near) = texts(reader.language), wanted.doubtful
    every = wanted.delivery or "now"
    shown = clean_line(word)
    places = (
        button(place_in_province(place.adcode, reader.language), Take(wanted.instead(place.adcode), every))
        for place in near
    )
    as_word = button(words("button.as_word", word=shown), Take(wanted.wish, every))
    return message(
        [line(words("suggest.unknown", words=shown)), line(words("suggest.question"))], rows(*places, as_word)
    )


def _again(held: Subscription, reader: Reader) -> Message:
    words = texts(reader.language)
    about = describe(held.wish, reader.language, limit=1500)
    return message([line(words("subscribe.again", subject=about))])


def _with_namesakes(
    answer: Message, wish: Wish, delivery: Every, namesakes: Sequence[Place], reader: Reader
) -> Message:
    if not namesakes:
        return answer
    others = message(
        [line(texts(reader.language)("suggest.other"))],
        rows(
            *(
                button(
                    place_in_province(place.adcode, reader.language),
                    Take(replace(wish, places=(place.adcode,)), delivery),
                )
                for place in namesakes
            )
        ),
    )
    return replace(
        answer,
        html=f"{answer.html}\n\n{others.html}",
        plain=f"{answer.plain}\n\n{others.plain}",
        buttons=answer.buttons + others.buttons,
    )
