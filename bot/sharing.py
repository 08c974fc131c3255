"""A subscription -> the links that carry it to others, and what is shown to who opens one."""

from __future__ import annotations

from urllib.parse import quote

from bot.choices import Share, Take
from bot.deeplinks import decode_link, encode_link
from bot.labels import SEPARATOR
from bot.markup import BLANK, Part, line
from bot.reading_back import delivery_line, wish_lines
from bot.render import button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Button, Message, Reader
from bot.wording import describe
from storage.settings import chat_settings
from storage.types import Subscription

_TELEGRAM = "https://t.me"


def start_link(username: str, payload: str, *, group: bool = False) -> str:
    """The address that opens the bot with a payload, alone or in a group to be chosen."""
    return f"{_TELEGRAM}/{username}?{'startgroup' if group else 'start'}={payload}"


def share_button(username: str, subscription: Subscription, text: str, reader: Reader) -> tuple[Button, ...]:
    """A button that sends the link to somebody; where there is none, one that says why."""
    payload = encode_link(subscription.wish, subscription.delivery)
    if payload is None or not username:
        return button(text, Share(subscription.id))
    about = describe(subscription.wish, reader.language)
    words = quote(texts(reader.language)("share.text", subject=about), safe="")
    link = quote(start_link(username, payload), safe="")
    return (Button(text, url=f"{_TELEGRAM}/share/url?url={link}&text={words}"),)


def group_button(username: str, subscription: Subscription, reader: Reader) -> tuple[Button, ...]:
    """A button that takes the subscription to a group; none where it does not fit in a link."""
    payload = encode_link(subscription.wish, subscription.delivery)
    if payload is None or not username:
        return ()
    label = texts(reader.language)("button.group")
    return (Button(label, url=start_link(username, payload, group=True)),)


def opened(services: Services, reader: Reader, payload: str) -> Message | None:
    """What a link would subscribe to, and a button that does; None for a link that is not understood."""
    read = decode_link(payload)
    if read is None:
        return None
    wish, delivery = read
    words = texts(reader.language)
    with services.database.read() as connection:
        settings = chat_settings(connection, reader.chat_id)
    lines = [
        line(Part(words("share.opened"), "b")),
        BLANK,
        *wish_lines(wish, reader.language),
        delivery_line(delivery, settings, reader.language),
        BLANK,
        line(words("share.confirm" if reader.kind == "private" else "share.confirm_group")),
    ]
    return message(lines, rows(button(words("button.take"), Take(wish, delivery))))


def unshareable(subscription: Subscription | None, reader: Reader) -> str:
    """Why a subscription has no link."""
    words = texts(reader.language)
    if subscription is None:
        return words("press.ended")
    told = SEPARATOR.join((describe(subscription.wish, reader.language)[:60], words("share.too_much")))
    return told if encode_link(subscription.wish, subscription.delivery) is None else words("share.no_name")
