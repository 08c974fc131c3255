"""What the buttons under a story mean <-> their data. `bot.callbacks` knows all other buttons, and uses this.

Stories are no secret; what is a chat's own (which message it was sent, its subscriptions) is looked up by
chat and number when a button is pressed, so that the number of another chat's message gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from storage.feedback import FeedbackKind
from storage.types import MuteKind

View = Literal[
    "story",  # the message as it now stands
    "open",  # the same in a message of its own
    "sources",
    "timeline",
    "similar",
    "mute",
    "why",
    "feedback",
    "place",  # which place is wrong
    "duplicate",  # of which story
    "figure",  # which figure is wrong
    "subscriptions",  # of the chat, in a message of their own
]
PAGES = 100

_VIEWS: dict[View, str] = {
    "story": "s",
    "open": "o",
    "sources": "q",
    "timeline": "t",
    "similar": "l",
    "mute": "m",
    "why": "w",
    "feedback": "f",
    "place": "p",
    "duplicate": "d",
    "figure": "g",
    "subscriptions": "a",
}
_MUTES: dict[MuteKind, str] = {"story": "s", "place": "p", "publisher": "o"}
_FEEDBACK: dict[FeedbackKind, str] = {"irrelevant": "i", "place": "p", "duplicate": "d", "figure": "g"}
_ID, _REF = r"[1-9]\d{0,17}", r"0|-?[1-9]\d{0,17}"
_SHAPE = re.compile(
    rf"(?P<what>[SMEF])(?P<kind>[a-z]?)(?P<on>[01]?):(?P<story>{_ID}):(?P<delivery>0|{_ID}):(?P<ref>{_REF})",
    re.ASCII,
)
LETTERS = "SMEF"
"""What the data of these buttons begin with, and no others."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """Show a story or something of it in place of the message. `delivery_id`: the message it was sent by."""

    view: View
    story_id: int
    delivery_id: int | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class SetMute:
    """Mute the story, one of its places (`ref`: its adcode), or a publisher (`ref`: the number of an
    announcement of it); or end that."""

    kind: MuteKind
    on: bool
    story_id: int
    delivery_id: int | None = None
    ref: int = 0


@dataclass(frozen=True, slots=True)
class EndFor:
    """End the subscription that a story was sent for."""

    story_id: int
    delivery_id: int | None
    subscription_id: int


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    """Say what is wrong with a story, or take that back. `ref` says which: a place by its adcode, negative
    where the story is not about it; another story by its number; a figure by its `figure_ref`; 0 is none."""

    kind: FeedbackKind
    on: bool
    story_id: int
    delivery_id: int | None = None
    ref: int = 0


StoryAction = StoryView | SetMute | EndFor | GiveFeedback


def write(action: StoryAction) -> str:
    """The data of a button."""
    match action:
        case StoryView(view, story_id, _, page):
            head, ref = f"S{_VIEWS[view]}", page
        case SetMute(kind, on, story_id, _, ref):
            head = f"M{_MUTES[kind]}{on:d}"
        case EndFor(story_id, _, ref):
            head = "E"
        case GiveFeedback(said, on, story_id, _, ref):
            head = f"F{_FEEDBACK[said]}{on:d}"
    return f"{head}:{story_id}:{action.delivery_id or 0}:{ref}"


def read(data: str) -> StoryAction | None:
    """What a button means, or None for anything that `write` would not write."""
    found = _SHAPE.fullmatch(data)
    action = _read(found) if found else None
    return action if action is not None and write(action) == data else None


def _read(found: re.Match[str]) -> StoryAction | None:
    story_id, delivery_id, ref = int(found["story"]), int(found["delivery"]) or None, int(found["ref"])
    on = found["on"] == "1"
    if found["what"] == "E":
        return EndFor(story_id, delivery_id, ref) if ref > 0 else None
    if found["what"] == "S":
        view = next((each for each, code in _VIEWS.items() if code == found["kind"]), None)
        fits = view is not None and 0 <= ref < PAGES
        return StoryView(view, story_id, delivery_id, ref) if view is not None and fits else None
    if found["what"] == "M":
        muted = next((each for each, code in _MUTES.items() if code == found["kind"]), None)
        return SetMute(muted, on, story_id, delivery_id, ref) if muted and ref >= 0 else None
    said = next((each for each, code in _FEEDBACK.items() if code == found["kind"]), None)
    return GiveFeedback(said, on, story_id, delivery_id, ref) if said else None
