"""Why a chat was told a story: the subscription it was owed for, and how it came."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.letters import read_letter
from storage.matching import matches, subject_of
from storage.subscriptions import subscription, subscriptions
from storage.tables import deliveries
from storage.types import Digest, DigestEvery, Story, Subscription

_COLUMNS = deliveries.c
_TOLD = ("sending", "sent", "unknown", "digested")  # a button may be pressed before the sending is recorded


@dataclass(frozen=True, slots=True)
class Origin:
    """How a story came to a chat. Where it was not told there unasked, `told` is False.

    `subscription`: for which it was owed, as it now is; None where that has ended (then `ended`), or is not
    known. `digest`: in which it was told, None where it was a message of its own. `others`: further
    subscriptions of the chat that ask for it.
    """

    told: bool
    subscription: Subscription | None = None
    ended: bool = False
    digest: DigestEvery | None = None
    others: tuple[Subscription, ...] = ()


def origin(conn: Connection, chat_id: int, story: Story, delivery_id: int | None = None) -> Origin:
    """How a story came to a chat; `delivery_id` says by which message, where it is one of this chat."""
    subject = subject_of(story)
    asking = [each for each in subscriptions(conn, chat_id) if matches(each.wish, subject)]
    query = (
        select(_COLUMNS.subscription_id, _COLUMNS.letter_id)
        .where(_COLUMNS.chat_id == chat_id, _COLUMNS.story_id == story.id, _COLUMNS.state.in_(_TOLD))
        .order_by((_COLUMNS.id == delivery_id).desc(), _COLUMNS.id.desc())
    )
    row = conn.execute(query).first()
    if row is None:
        return Origin(told=False, others=tuple(asking))
    wanted = row.subscription_id
    held = subscription(conn, chat_id, wanted) if wanted is not None else None
    others = tuple(each for each in asking if each.id != wanted)
    return Origin(True, held, wanted is not None and held is None, _digest(conn, row.letter_id), others)


def _digest(conn: Connection, letter_id: int | None) -> DigestEvery | None:
    if letter_id is None:
        return None
    stored = conn.execute(select(_COLUMNS.letter).where(_COLUMNS.id == letter_id)).scalar_one_or_none()
    letter = read_letter(stored)
    return letter.every if isinstance(letter, Digest) else None


def digest_subscriptions(conn: Connection, chat_id: int, digest_id: int) -> list[tuple[int, int]]:
    """For which subscriptions the stories of a digest to this chat were owed, and how many for each; the
    number 0 stands for those of which that is not known."""
    counts: dict[int, int] = {}
    query = select(_COLUMNS.subscription_id).where(
        _COLUMNS.letter_id == digest_id, _COLUMNS.chat_id == chat_id, _COLUMNS.state == "digested"
    )
    for wanted in conn.execute(query).scalars():
        counts[wanted or 0] = counts.get(wanted or 0, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
