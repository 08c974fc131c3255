"""A wish to subscribe <-> the payload of a link that opens the bot: t.me/<bot>?start=s_110000_b.

`s_<place>_<topic>`: the place is its six digits of GB/T 2260, the topic `b` (blockchain) or `d` (digital
yuan); `-` leaves either open, so that `s_-_-` is everything. Telegram takes 1-64 of [A-Za-z0-9_-]. Anybody
can write such a link, so `decode_start` takes only what `encode_start` can write, about known places.
"""

from __future__ import annotations

import re

from analysis.gazetteer import gazetteer
from analysis.types import TOPICS, Topic
from bot.callbacks import Subscribe, subject_code

PAYLOAD_CHARS = 64
_SHAPE = re.compile(r"s_(?P<place>\d{6}|-)_[-bd]", re.ASCII)
_ANY_TOPIC: tuple[Topic | None, ...] = (None, *TOPICS)


def encode_start(wanted: Subscribe) -> str:
    """The payload of a link that subscribes to this."""
    return f"s_{subject_code(wanted.place, wanted.topic, '_')}"


def decode_start(payload: str | None) -> Subscribe | None:
    """What a link asks for, or None for anything that this version would not write."""
    found = _SHAPE.fullmatch(payload) if payload else None
    if found is None:
        return None
    place = None if found["place"] == "-" else found["place"]
    if place is not None and gazetteer().place(place) is None:
        return None
    offered = (Subscribe(place, topic) for topic in _ANY_TOPIC)
    return next((each for each in offered if encode_start(each) == payload), None)
