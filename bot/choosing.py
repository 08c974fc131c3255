"""A pressed button of subscriptions, settings or the data of a chat -> what it does."""

from __future__ import annotations

from bot import carrying, editing, preferring, subscribing
from bot.choices import Adjust, Begin, Choice, Forget, PageSubscriptions, Settings, Share, Take
from bot.services import Services
from bot.texts import texts
from bot.types import Reader, Reply


def act(services: Services, reader: Reader, choice: Choice) -> Reply:
    """Changes are committed when this returns. Synchronous: called in a thread."""
    match choice:
        case Take(wish, delivery):
            return Reply(subscribing.take(services, reader, wish, delivery), in_place=False)
        case Begin():
            return Reply(*subscribing.begin(services, reader, choice))
        case Adjust(_, "ask", _):
            question = editing.question(services, reader, choice)
            ended = texts(reader.language)("press.ended")
            return Reply(question, "" if question else ended, in_place=False)
        case Adjust():
            return Reply(*editing.adjust(services, reader, choice))
        case Share(subscription_id):
            return Reply(notice=subscribing.why_not_shared(services, reader, subscription_id))
        case PageSubscriptions(page):
            return Reply(subscribing.list_subscriptions(services, reader, page))
        case Settings():
            shown = preferring.change(services, reader, choice)
            return Reply(shown, in_place=not shown.asks)
        case Forget():
            return Reply(carrying.forget_answered(services, reader, choice))
