"""Eight stories in a town, of five years and four places: what people ask about in tests of conversations."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from analysis.types import Fact, Language
from tests.town import Town
from yuanwatch.demo.botapi import Message

_ENGLISH = re.compile(
    r"\b(?:the|and|since|until|story|stories|found|nothing|there|what|which|first|latest|place|sources?|with|"
    r"plan starts|red packets|in use|launched|announced|expanded|without|only|told|newest|stage|later|earlier)\b"
)
_KEY = re.compile(r"\b[a-z_]{3,}\.[a-z_]{3,}\b(?!\.)")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_COMMANDS = re.compile(r"/\w+(?: [\w-]+)?")


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 4, tzinfo=UTC)


def yuan(value: int) -> tuple[Fact, ...]:
    return (Fact("amount", value, "CNY", f"{value}元"),)


def fill(town: Town) -> None:
    """The stories get the numbers 1 to 8."""
    file = town.file
    file(1, "深圳发放数字人民币红包", "440300", "digital-yuan", kind="lottery", stage="announced",
         dated=on(2020, 10, 12), official=True, facts=yuan(10_000_000))  # fmt: skip
    file(2, "深圳再发红包", "440300", "digital-yuan", kind="lottery", stage="announced", dated=on(2025, 9, 5))
    file(3, "深圳启动区块链试点", "440300", "blockchain", kind="pilot-launch", stage="launched",
         dated=on(2021, 3, 1), official=True)  # fmt: skip
    file(4, "苏州发布试点方案", "320500", "digital-yuan", stage="announced", dated=on(2020, 11, 2),
         official=True)  # fmt: skip
    file(5, "苏州试点扩大", "320500", "digital-yuan", kind="pilot-expansion", stage="expanded",
         dated=on(2024, 5, 3), facts=yuan(20_000_000))  # fmt: skip
    file(
        6,
        "海南公布区块链规划",
        "460000",
        "blockchain",
        stage="announced",
        dated=on(2024, 6, 1),
        official=True,
    )
    file(
        7,
        "广东发布区块链规划",
        "440000",
        "blockchain",
        stage="announced",
        dated=on(2024, 8, 1),
        official=True,
    )
    file(8, "成都推出钱包 wallets", "510100", "digital-yuan", kind="application", stage="launched",
         dated=on(2025, 6, 1))  # fmt: skip


def assert_speaks(message: Message, language: Language) -> None:
    """No keys of the catalogue, and no words of another language, in a message and under it."""
    text = "\n".join((message.text, *(button.label for button in message.buttons)))
    assert not _KEY.search(text), text
    plain = _COMMANDS.sub("", text)
    if language == "de":
        assert not _ENGLISH.search(plain.lower().replace("wallets", "")), text
    if language == "zh":
        assert not _LATIN.search(plain.replace("wallets", "")), text
