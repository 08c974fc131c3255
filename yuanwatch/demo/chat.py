"""A Telegram message to what a terminal shows: a bubble, bold words, links, numbered buttons."""

from __future__ import annotations

from collections.abc import Sequence

from rich.align import Align
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.text import Text

from yuanwatch.demo.botapi.chats import Message
from yuanwatch.demo.botapi.entities import Entity

_STYLES = {"bold": "bold", "italic": "italic", "underline": "underline", "code": "cyan", "pre": "cyan"}
_WIDTH = 78


def said(text: str) -> RenderableType:
    """What the reader typed: a bubble on the right."""
    bubble = Panel(Text(text), title="you", title_align="right", border_style="green", expand=False)
    return Align.right(bubble, width=_WIDTH)


def pressed(label: str) -> RenderableType:
    """A button the reader pressed."""
    return Align.right(Text(f"[ {label} ]", style="green"), width=_WIDTH)


def heard(message: Message, *, width: int = _WIDTH) -> RenderableType:
    """What the bot sent, on the left. A link is bold-underlined and can be clicked where terminals can."""
    text = styled(message.text, message.entities)
    for number, button in enumerate(message.buttons, 1):
        text.append("\n" if number == 1 else "  ")
        text.append(f"[{number}: {button.label}]", style="blue")
    if message.stored and message.kind == "photo":
        size = f"[picture, {message.stored.width} x {message.stored.height}]\n\n"
        text = Text(size, style="dim").append_text(text)
    title = "Yuanwatch (edited)" if message.edited else "Yuanwatch"
    return Panel(text, title=title, title_align="left", border_style="blue", width=width)


def styled(text: str, entities: Sequence[Entity]) -> Text:
    """The text with its entities as styles. Entity offsets are UTF-16 units, rich counts code points."""
    positions = _code_points(text)
    shown = Text(text)
    for entity in entities:
        style = f"underline link {entity.url}" if entity.url else _STYLES.get(entity.kind)
        if style:
            shown.stylize(style, positions[entity.offset], positions[entity.end])
    return shown


def _code_points(text: str) -> list[int]:
    """For each UTF-16 offset, the index of its code point; one more for the end."""
    positions: list[int] = []
    for index, character in enumerate(text):
        positions += [index] * (2 if ord(character) > 0xFFFF else 1)
    return [*positions, len(text)]


def show_new(console: Console, messages: Sequence[Message]) -> None:
    """Print messages of the bot, oldest first."""
    for message in messages:
        console.print(heard(message, width=min(_WIDTH, console.width)))
