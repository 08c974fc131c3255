"""Charts -> the pictures made of them lately, and the names under which Telegram keeps those that were sent.

The figures of a chart are its key: when the data change there is another chart, and the old picture is
forgotten in time. What Telegram keeps is sent again by its name (file_id), without an upload.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.pictures.charts import Chart
from bot.pictures.drawing import draw as draw_chart

PICTURES = 200
"""Kept at once: some hundred bytes each once Telegram has them, a tenth of a megabyte before."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture as bytes until Telegram has it, and by its name from then on."""

    png: bytes | None = None
    file_id: str | None = None


class Album:
    """The pictures of this process. `draw` makes the PNG of a chart, in a thread, once at a time."""

    def __init__(self, draw: Callable[[Chart], bytes] = draw_chart, size: int = PICTURES) -> None:
        self._draw = draw
        self._size = size
        self._kept: OrderedDict[Chart, _Kept] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def media(self, chart: Chart) -> str | bytes:
        """What to send: Telegram's name of the picture where that is known, else the picture itself."""
        async with self._drawing:
            kept = self._kept.get(chart, _Kept())
            found = kept.file_id or kept.png
            if found is None:
                found = await asyncio.to_thread(self._draw, chart)
                kept = _Kept(png=found)
            self._keep(chart, kept)
            return found

    def sent(self, chart: Chart, file_id: str) -> None:
        """Telegram has the picture now, under this name."""
        self._keep(chart, _Kept(file_id=file_id))

    def forget(self, chart: Chart) -> None:
        """Telegram no longer knows the name: the picture is drawn anew."""
        self._kept.pop(chart, None)

    def _keep(self, chart: Chart, kept: _Kept) -> None:
        self._kept[chart] = kept
        self._kept.move_to_end(chart)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
