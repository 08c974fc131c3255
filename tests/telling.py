"""Readers, announcements and stories to be told in tests, and Telegram's own parser as the judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analysis.types import Fact, Language, PlaceMention
from bot.callbacks import decode
from bot.markup import units
from bot.types import Message, Reader
from storage.types import StoredAnnouncement, Story
from tests import tdlib

ZONE = ZoneInfo("Asia/Shanghai")


NOW = datetime(2020, 9, 17, 8, 0, tzinfo=UTC)


def reader(language: Language = "en") -> Reader:
    return Reader(1, "private", language, ZONE)


def announcement(number: int = 1, **values: object) -> StoredAnnouncement:
    item = StoredAnnouncement(
        id=number,
        url=f"https://www.example.org/notices/{number}.html",
        title="北京市印发区块链创新发展行动计划",
        summary="到2022年，全市建成若干区块链应用平台。\n政务服务事项率先使用。",
        language="zh",
        publisher_id="beijing",
        publisher_name="北京市政府",
        publisher_kind="government",
        publisher_place="110000",
        published=datetime(2020, 9, 16, 1, 30, tzinfo=UTC),
        fetched=NOW,
    )
    return replace(item, **values)  # type: ignore[arg-type]


def story(*announcements: StoredAnnouncement, **values: object) -> Story:
    item = Story(
        id=7,
        version=1,
        relevance="yes",
        reason="names a plan",
        topics=("blockchain",),
        kind="plan",
        stage="announced",
        places=(PlaceMention("110000", True, "北京"), PlaceMention("133100", False, "雄安")),
        organisations=(),
        facts=(Fact("amount", 10_000_000, "CNY", "1000万元"), Fact("pages", 145, None, "145页")),
        announcements=announcements or (announcement(),),
    )
    return replace(item, **values)  # type: ignore[arg-type]


def assert_telegram_takes(message: Message) -> None:
    """Telegram's own parser reads the markup, and what it shows is the plain form."""
    assert units(message.plain) <= 4096
    assert len(message.html.encode()) <= 32_768
    shown, entities = tdlib.parse_html(message.html)
    assert shown == message.plain
    assert shown.strip()
    assert len(entities) <= 100
    for row in message.buttons:
        for each in row:
            assert each.text.strip()
            assert each.url.startswith("https://t.me/") if each.url else decode(each.data) is not None
            assert len(each.data.encode()) <= 64
