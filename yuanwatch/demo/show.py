"""The demo: the real crawler, storage and bot on bundled sites, told as a conversation in the terminal."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from rich.console import Console
from rich.markup import escape

from yuanwatch.demo import processes
from yuanwatch.demo.botapi import BotApi
from yuanwatch.demo.botapi.chats import Message
from yuanwatch.demo.botapi.people import User
from yuanwatch.demo.chat import pressed, said, show_new
from yuanwatch.demo.web import DemoWeb

TOKEN = "100000001:demo-token-of-the-stand-in-for-telegram"  # noqa: S105 - known to the stand-in only
PATIENCE = 20.0  # seconds until an answer counts as missing
PRESS_PATIENCE = 3.0  # seconds; a pressed button may bring a note only
SETTLE = 0.15  # seconds without a further part after which an answer is complete
QUIET = 6.0  # seconds without a further message after which the pushes are all there (they settle for 4)


class DemoFailed(Exception):
    """The bot or the crawl did not do what the demo shows; says what and shows the bot's log."""


@dataclass(slots=True)
class Conversation:
    """A reader, and how much of what the bot sent them was shown."""

    console: Console
    person: User
    shown: dict[int, str] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """Type a line, wait for the answer and show both."""
        self.console.print(said(text))
        self.person.say(text)
        self.await_answer(f"no answer to {text!r}")

    def press(self, number: int) -> None:
        """Press a button of the newest message that has any."""
        with_buttons = [message for message in self._heard() if message.buttons]
        if not with_buttons or not 1 <= number <= len(with_buttons[-1].buttons):
            self.console.print("There is no such button.")
            return
        button = with_buttons[-1].buttons[number - 1]
        self.console.print(pressed(button.label))
        if button.url:
            self.console.print(f"opens {escape(button.url)}")
            return
        try:
            note = self.person.press(with_buttons[-1], button.data)
        except TimeoutError as error:
            raise DemoFailed(str(error)) from None
        if note.text:
            self.console.print(f"[dim]{escape(note.text)}[/dim]")
        wait_until(lambda: bool(self._news()), PRESS_PATIENCE)
        self.show_settled()

    def await_answer(self, problem: str) -> None:
        """Show the next message or edit; DemoFailed if none comes."""
        if not wait_until(lambda: bool(self._news()), PATIENCE):
            raise DemoFailed(problem)
        self.show_settled()

    def await_quiet(self) -> int:
        """Show what arrives until nothing more does. Returns the number of messages."""
        count, since = 0, time.monotonic()
        while time.monotonic() - since < QUIET:
            if self._news():
                count += self.show_new()
                since = time.monotonic()
            time.sleep(0.1)
        return count

    def show_settled(self) -> None:
        """Show an answer with all its parts: a message, and the edit that often follows it."""
        seen = -1
        while seen != len(self.person.messages):
            seen = len(self.person.messages)
            time.sleep(SETTLE)
        self.show_new()

    def show_new(self) -> int:
        """Show what was not shown yet, edits included. Returns how much that was."""
        news = self._news()
        self.shown |= {message.id: message.text for message in news}
        show_new(self.console, news)
        return len(news)

    def _heard(self) -> list[Message]:
        return [message for message in self.person.messages if message.from_bot]

    def _news(self) -> list[Message]:
        return [message for message in self._heard() if self.shown.get(message.id) != message.text]


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def show(*, prompt: bool) -> int:
    """Play the demo. Returns 0, or 1 if a part of it did not work.

    Ended by Ctrl-C or a closed terminal it still stops its processes and removes its files.
    """
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    console = Console(width=None if Console().is_terminal else 100)
    with TemporaryDirectory(prefix="yuanwatch-demo-") as folder, DemoWeb() as web, BotApi(TOKEN) as api:
        config = processes.write_config(Path(folder), api_url=api.url, sources=_sources(web))
        log = Path(folder) / "bot.log"
        try:
            _play(console, config, log, web, api, prompt=prompt)
        except DemoFailed as error:
            console.print(f"[red]The demo failed: {escape(str(error))}[/red]")
            if log.exists():
                console.print(escape(log.read_text(encoding="utf-8", errors="replace")))
            return 1
    return 0


def _play(console: Console, config: Path, log: Path, web: DemoWeb, api: BotApi, *, prompt: bool) -> None:
    console.print(
        "Real events of 2019 to 2025 in our own words, on nine bundled sites; nothing leaves this machine."
    )
    _act(console, "1. The archive", "The first crawl of a source is silent: it is filed, nobody is told.")
    _crawl(config)
    _act(
        console, "2. A reader subscribes", "The bot is the real one; Telegram is a stand-in on this machine."
    )
    with processes.bot(config, TOKEN, log):
        reader = Conversation(console, api.user(4711, "Ada", "en"))
        reader.say("/start")
        reader.say("/subscribe 北京")
        reader.say("/subscribe Shenzhen digital yuan")
        _act(
            console,
            "3. The next morning",
            "The sites have published; the same crawl, and what is new is told once.",
        )
        web.edition = 2
        _crawl(config)
        if not reader.await_quiet():
            raise DemoFailed("nothing was pushed")
        _act(console, "4. The reader asks", "Places in any language; without a command, too.")
        for line in (
            "/latest 北京",
            "/latest Shenzhen",
            "/search 红包",
            "/sources",
            "was gibt es in Peking?",
        ):
            reader.say(line)
        if prompt:
            _prompt(console, config, reader)
    _act(console, "That was the whole line", "make run tells it to the real Telegram; README.md says how.")


def _crawl(config: Path) -> None:
    status = processes.crawl(config)
    if status != 0:
        raise DemoFailed(f"the crawl ended with exit status {status}")


def _act(console: Console, title: str, words: str) -> None:
    console.print()
    console.rule(f"[bold]{title}[/bold]", align="left")
    console.print(words, style="dim")


def _prompt(console: Console, config: Path, reader: Conversation) -> None:
    _act(
        console,
        "Your turn",
        "Type to the bot. A number presses a button; crawl crawls again; an empty line ends.",
    )
    while line := _line():
        try:
            if line.isdecimal():
                reader.press(int(line))
            elif line == "crawl":
                _crawl(config)
                reader.await_quiet()
            else:
                reader.say(line)
        except DemoFailed as error:
            console.print(f"[red]{escape(str(error))}[/red]")


def _line() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _sources(web: DemoWeb) -> str:
    return yaml.safe_dump({"sources": web.sources()}, allow_unicode=True, sort_keys=False)
