"""Why a chat was told a story -> the subscription in words, with buttons to adjust or end it."""

from __future__ import annotations

from bot.markup import BLANK, Line, Part, line
from bot.render import back_button, button, head, message, rows
from bot.services import Services
from bot.story_actions import EndFor, StoryView
from bot.texts import texts
from bot.types import Message, Reader
from bot.wording import describe
from storage import subscriptions as kept
from storage.origins import Origin
from storage.types import Story

OTHERS = 5


def why_view(story: Story, origin: Origin, asked: StoryView, reader: Reader) -> Message:
    """Names the subscription a story was sent for, or says that it has ended, or that it was asked for."""
    words = texts(reader.language)
    lines = [*head(story, reader), BLANK, *_reason(origin, reader)]
    if origin.others:
        lines += [BLANK, line(words("why.others"))]
        lines += [line("• " + describe(each.wish, reader.language)) for each in origin.others[:OTHERS]]
        if rest := len(origin.others) - OTHERS:
            lines += [line(words.plural("why.more", rest))] if rest > 0 else []
    mine = origin.subscription
    end = button(words("button.end_this"), EndFor(story.id, asked.delivery_id, mine.id)) if mine else ()
    some = mine or origin.others
    adjust = button(words("button.adjust"), _adjust(asked)) if some else ()
    return message(lines, rows(adjust + end, back_button(asked, reader)))


def end(services: Services, reader: Reader, subscription_id: int) -> str | None:
    """End a subscription of this chat, committed when this returns; what it asked for, in words. None where
    the chat has no such subscription (any more)."""
    with services.database.write() as connection:
        held = kept.subscription(connection, reader.chat_id, subscription_id)
        if held is None:
            return None
        kept.unsubscribe(connection, reader.chat_id, subscription_id, services.clock())
    return describe(held.wish, reader.language)


def _reason(origin: Origin, reader: Reader) -> list[Line]:
    words = texts(reader.language)
    if not origin.told:
        return [line(words("why.asked"))]
    if origin.ended:
        reason = [line(words("why.ended"))]
    elif origin.subscription is None:
        reason = [line(words("why.unknown"))]
    else:
        wish = describe(origin.subscription.wish, reader.language)
        reason = [line(words("why.subscription")), line("🔔 ", Part(wish, "b"))]
    return [*reason, line(words(f"why.{origin.digest}"))] if origin.digest else reason


def _adjust(asked: StoryView) -> StoryView:
    """Where a subscription is adjusted: the list of them, in a message of its own."""
    return StoryView("subscriptions", asked.story_id)
