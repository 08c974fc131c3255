"""The queue of updates: what happens in the chats goes in, what getUpdates takes comes out.

Updates are kept 24 hours, in the order of their ids; fetching one does not remove it, a higher offset does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from yuanwatch.demo.botapi.records import Json

KEPT_SECONDS = 86_400
CALLBACK_SECONDS = 150
INLINE_SECONDS = 30
# All others reach a bot that never named the updates it wants.
_ONLY_IF_NAMED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_LIVES = {"callback_query": CALLBACK_SECONDS, "inline_query": INLINE_SECONDS}


@dataclass(frozen=True, slots=True)
class _Update:
    id: int
    kind: str
    body: dict[str, Json]
    expires: float

    def to_json(self) -> dict[str, Json]:
        return {"update_id": self.id, self.kind: self.body}


class UpdateQueue:
    """Updates that wait for the bot. Times are Unix seconds."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._waiting: deque[_Update] = deque()
        self._allowed: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty: the default ones."""
        return sorted(self._allowed or ())

    def allow(self, kinds: Iterable[str]) -> None:
        """Which kinds the bot wants from now on, until it says otherwise; none: the default ones."""
        self._allowed = frozenset(kinds) or None

    def put(self, kind: str, body: dict[str, Json], now: float) -> None:
        """Queue an update, unless the bot does not want its kind."""
        wanted = kind in self._allowed if self._allowed is not None else kind not in _ONLY_IF_NAMED
        if wanted:
            expires = now + _LIVES.get(kind, KEPT_SECONDS)
            self._waiting.append(_Update(self._next_id, kind, body, expires))
            self._next_id += 1

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative one keeps only the last -offset."""
        while self._waiting and offset > 0 and self._waiting[0].id < offset:
            self._waiting.popleft()
        while offset < 0 and len(self._waiting) > -offset:
            self._waiting.popleft()

    def waiting(self, now: float) -> list[dict[str, Json]]:
        """All that are still worth anything, in order."""
        return self.first(len(self._waiting), now)

    def remove(self, number: int) -> None:
        """Forget one: the bot has taken it."""
        self._waiting = deque(update for update in self._waiting if update.id != number)

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def first(self, limit: int, now: float) -> list[dict[str, Json]]:
        """The oldest updates that are still worth anything."""
        self._waiting = deque(update for update in self._waiting if update.expires > now)
        return [update.to_json() for update in list(self._waiting)[:limit]]
