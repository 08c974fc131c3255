"""A strict stand-in for Telegram's Bot API on loopback: its limits, its errors, its faults; and the people.

with BotApi() as api:
    ann = api.user(42, "Ann", "en")
    ...  # a bot with token=api.token, base_url=api.url + "/bot"
    ann.ask("/start").text
"""

from yuanwatch.demo.botapi.api import EVERY_METHOD, TOKEN, BotApi
from yuanwatch.demo.botapi.calls import Call
from yuanwatch.demo.botapi.chats import Button, Message
from yuanwatch.demo.botapi.faults import Fault
from yuanwatch.demo.botapi.people import Channel, Group, Room, User
from yuanwatch.demo.botapi.rates import RateLimits, Violation
from yuanwatch.demo.botapi.world import Answer, InlineAnswer

__all__ = [
    "EVERY_METHOD",
    "TOKEN",
    "Answer",
    "BotApi",
    "Button",
    "Call",
    "Channel",
    "Fault",
    "Group",
    "InlineAnswer",
    "Message",
    "RateLimits",
    "Room",
    "User",
    "Violation",
]
