"""Every call to Telegram passes here: after a 429 for one, all are silent. A second net under pacing."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

from bot.outcomes import halt_seconds
from bot.pacing import Pacer

PATIENCE = 5.0
_SPARE = 3.0
_MOST = 30.0

Call = Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]]


class Limiter(AIORateLimiter):
    """python-telegram-bot's limiter without its burst, and with a silence that nothing lifts early.

    Its own default lets 60 messages go in the first second, and any finished request ends its halt.
    Deliveries are paced before they come here and leave `_SPARE` messages a second for answers.
    """

    __slots__ = ("pacer",)

    def __init__(self, pacer: Pacer, messages_per_second: float, group_messages_per_minute: float) -> None:
        rate = min(_MOST, messages_per_second + _SPARE)
        super().__init__(1, 1 / rate, group_messages_per_minute, 60)
        self.pacer = pacer

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Make the call, after the rest of a short silence. Raises RetryAfter at once during a long one."""

        async def call(*call_args: Any, **call_kwargs: Any) -> bool | JSONDict | list[JSONDict]:
            await self._keep_silence()
            try:
                return await callback(*call_args, **call_kwargs)
            except RetryAfter as error:
                self.pacer.halt(halt_seconds(error))
                raise

        return await super().process_request(call, args, kwargs, endpoint, data, rate_limit_args)

    async def _keep_silence(self) -> None:
        """Wait; an answer that would come too late is better not sent, and asked for again."""
        while left := self.pacer.halt_left:
            if left > PATIENCE:
                raise RetryAfter(math.ceil(left))
            await asyncio.sleep(left)
