"""What a digest looks like: grouped, within Telegram's limits, in pages that belong to their chat."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from analysis.gazetteer import gazetteer
from analysis.types import KINDS, LANGUAGES, Kind, Language, PlaceMention
from bot import digests, presses
from bot.callbacks import PageDigest
from bot.config import TelegramConfig
from bot.services import Services
from bot.telling import told
from bot.types import Message, Reader
from storage.database import Database
from storage.filing import file
from storage.letters import owe_digest, owe_letter
from storage.merging import merge
from storage.subscriptions import remember_chat
from storage.tables import stories as stories_table
from storage.types import Delivery, Notice, Story
from tests.announcements import NOON, announcement
from tests.telling import announcement as outlet
from tests.telling import assert_telegram_takes, story

ZONE = ZoneInfo("Asia/Shanghai")
CITIES = [place.adcode for place in gazetteer() if place.level == "prefecture"]


def stored(database: Database, number: int, kind: Kind = "plan") -> list[int]:
    """So many stories of as many cities."""
    ids = []
    with database.write() as conn:
        remember_chat(conn, 1, kind="private", language="en", now=NOON)
        for index in range(number):
            item = announcement(
                f"https://n.example.org/{index}", f"第{index}条", places=(CITIES[index],), kind=kind
            )
            filed = file(conn, item, now=NOON, tell=False, max_age=None)
            assert filed.story_id is not None
            ids.append(filed.story_id)
    return ids


def services(database: Database) -> Services:
    return Services(TelegramConfig(), database, list, lambda: datetime.now(UTC))


def reader(chat: int = 1, language: Language = "en") -> Reader:
    return Reader(chat, "private", language, ZONE)


def letter(database: Database, ids: list[int]) -> int:
    with database.write() as conn:
        key = owe_digest(conn, 1, None, ids, NOON)
    assert key is not None
    return key


def pages(database: Database, key: int, language: Language = "en") -> list[Message]:
    """All pages, turned by their buttons' meaning."""
    found: list[Message] = []
    while True:
        page = digests.turn(services(database), reader(language=language), PageDigest(key, len(found)))
        assert page is not None
        found.append(page)
        if not any(f":{len(found)}" in each.data for row in page.buttons for each in row):
            return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_of_many_is_turned_in_place_and_tells_each_once(
    database: Database, language: Language
) -> None:
    key = letter(database, stored(database, 70))
    found = pages(database, key, language)
    assert len(found) > 2
    links: Counter[str] = Counter()
    for number, page in enumerate(found, 1):
        assert_telegram_takes(page)
        assert f"({number}/{len(found)})" in page.plain.split("\n")[0] and "70" in page.plain.split("\n")[0]
        links.update(piece.split('"')[0] for piece in page.html.split('href="')[1:])
    assert len(links) == 70 and set(links.values()) == {1}
    last = digests.turn(services(database), reader(language=language), PageDigest(key, 500))
    assert last == found[-1]


def test_a_digest_that_fits_has_no_buttons(database: Database) -> None:
    (page,) = pages(database, letter(database, stored(database, 12)))
    assert page.buttons == () and "/" not in page.plain.split("\n")[0]


def test_a_page_is_shown_only_in_the_chat_it_went_to(database: Database) -> None:
    key = letter(database, stored(database, 40))
    shown = presses.act(services(database), reader(), PageDigest(key, 1))
    assert shown.message and shown.in_place and not shown.notice
    for chat, number in ((2, key), (1, key + 1)):
        refused = presses.act(services(database), reader(chat), PageDigest(number, 0))
        assert refused.message is None and refused.notice.startswith("This button")


def test_stories_that_became_one_or_are_gone_are_told_once_or_not(database: Database) -> None:
    one, two, three = ids = stored(database, 3)
    key = letter(database, [*ids, one])
    with database.write() as conn:
        merge(conn, two, three, (), NOON)
        assert owe_digest(conn, 1, None, [999], NOON) is None
    (page,) = pages(database, key)
    assert "the 2 latest stories" in page.plain and page.html.count("href=") == 2


def test_a_further_version_says_what_is_new(database: Database) -> None:
    (one,) = stored(database, 1)
    with database.write() as conn:
        changed = update(stories_table).values(version=2, changes=[["amount", "CNY", 200, 300]])
        conn.execute(changed.where(stories_table.c.id == one))
    (page,) = pages(database, letter(database, [one]))
    assert "🔄" in page.plain


def test_places_with_most_stories_come_first_and_kinds_are_told_apart() -> None:
    def of(number: int, place: str | None, kind: Kind | None) -> Story:
        places = (PlaceMention(place, True, "x"),) if place else ()
        return story(outlet(number), id=number, places=places, kind=kind)

    told_ = [
        of(1, "110000", "plan"),
        of(2, "440300", "lottery"),
        of(3, "440100", "plan"),
        of(4, None, None),
        of(5, "440303", "lottery"),
    ]
    (page,) = digests.paged(told_, "en")
    assert [(place, each.id) for place, each in page] == [
        ("440000", 3),
        ("440000", 2),
        ("440000", 5),
        ("", 4),
        ("110000", 1),
    ]


@settings(deadline=None, max_examples=50)
@given(
    made=st.lists(st.tuples(st.sampled_from(CITIES), st.sampled_from(KINDS)), max_size=90),
    length=st.integers(0, 2000),
    language=st.sampled_from(LANGUAGES),
)
def test_pages_hold_every_story_once_whatever_they_say(
    made: list[tuple[str, Kind]], length: int, language: Language
) -> None:
    told_ = [
        story(
            outlet(number, url=f"https://www.example.org/{number}?{'x' * length}"),
            id=number,
            kind=kind,
            places=(PlaceMention(place, True, "x"),),
        )
        for number, (place, kind) in enumerate(made)
    ]
    found = digests.paged(told_, language)
    assert sorted(each.id for page in found for _, each in page) == list(range(len(made)))
    for number in range(len(found)):
        page = digests.render_digest(told_, "daily", reader(language=language), PageDigest(7, number))
        assert page is not None
        assert_telegram_takes(page)
        assert page.plain.count("\n• ") == len(found[number])


def test_a_notice_is_told_in_the_words_of_its_name(database: Database) -> None:
    stored(database, 1)
    with database.write() as conn:
        key = owe_letter(conn, 1, Notice("x"), NOON)
    owed = Delivery(key, 1, None, 0, "en", "sending", 1, letter=Notice("x"))
    assert told(database, owed, ZONE) is None
