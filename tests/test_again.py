"""When an article that was read before is looked at again, and what of it is an edit: pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.analyse import analyse
from analysis.types import Article, Attachment, Publisher
from crawler.again import MOST, chosen, due, edited, hinted, mark_of, not_an_edit, standing
from crawler.config import CrawlConfig, SourceConfig
from crawler.types import Entry, UnreadableError
from storage.types import Look, Validator

NOW = datetime(2024, 3, 10, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = CrawlConfig().revisit
SOURCE = SourceConfig.model_validate(
    {
        "id": "suzhou",
        "name": "苏州",
        "kind": "listing",
        "level": "municipal",
        "urls": ["https://s.example.cn/"],
    }
)
ENTRY = Entry("suzhou", "k", "https://s.example.cn/1", "苏州市启动数字人民币试点", NOW)
LOOK = Look(
    *(1, "suzhou", "k", ENTRY.url, ENTRY.title, NOW, None),
    mark=mark_of(SOURCE, ENTRY),
    born=NOW - HOUR,
    first=NOW,
    looked=NOW,
)


def anybody(url: str) -> bool:
    return False


def kind_of(kind: str, **article: object) -> SourceConfig:
    return SourceConfig.model_validate(SOURCE.model_dump(mode="json") | {"kind": kind, "article": article})


def test_looks_come_after_hours_then_days_then_never_again() -> None:
    look, taken = LOOK, []
    for hour in range(24 * 20):
        now = NOW + hour * HOUR
        if due(look, STEPS, now):
            taken.append(hour)
            look = replace(look, looked=now)
    assert taken == [6, 24, 72, 168]


def test_a_look_that_was_missed_is_taken_once_and_soon_or_not_at_all() -> None:
    assert due(LOOK, STEPS, NOW + 4 * DAY)
    assert not due(replace(LOOK, looked=NOW + 4 * DAY), STEPS, NOW + 5 * DAY)
    assert due(LOOK, STEPS, NOW + 8 * DAY) and not due(LOOK, STEPS, NOW + 8 * DAY + HOUR)


def test_old_articles_fresh_ones_and_a_clock_set_back_are_left_alone() -> None:
    assert due(replace(LOOK, born=NOW - 6 * DAY), STEPS, NOW + 7 * HOUR)
    assert not due(replace(LOOK, born=NOW - 8 * DAY), STEPS, NOW + 7 * HOUR)
    good = replace(LOOK, validator=Validator(fresh_until=NOW + 8 * HOUR))
    assert not due(good, STEPS, NOW + 7 * HOUR) and due(good, STEPS, NOW + 8 * HOUR)
    assert not due(LOOK, STEPS, NOW - DAY)


def test_a_list_is_believed_until_it_has_cried_wolf_three_times() -> None:
    assert not hinted(LOOK, LOOK.mark, STEPS, NOW)
    assert hinted(replace(LOOK, futile=2), "other", STEPS, NOW)
    assert not hinted(replace(LOOK, futile=3), "other", STEPS, NOW)
    assert not hinted(LOOK, "other", STEPS, NOW + 9 * DAY)


@pytest.mark.parametrize(
    ("kind", "later", "differs"),
    [
        ("listing", {"published": NOW + HOUR}, False),
        ("listing", {"published": NOW + DAY}, True),
        ("listing", {"title": " 苏州市啟動數字人民幣試點"}, False),  # the same to readers
        ("listing", {"title": "苏州市启动数字人民币试点（更新）"}, True),
        ("listing", {"summary": "another", "text": "another"}, False),
        ("feed", {"published": NOW + HOUR}, True),
        ("feed", {"updated": NOW + HOUR}, True),
    ],
)
def test_what_a_list_shows_of_an_edit(kind: str, later: dict[str, object], differs: bool) -> None:
    source = kind_of(kind)
    assert (mark_of(source, ENTRY) != mark_of(source, replace(ENTRY, **later))) is differs  # type: ignore[arg-type]


def test_where_the_list_holds_the_text_only_the_list_is_looked_at() -> None:
    source = kind_of("feed", in_list=True)
    first = replace(ENTRY, text="首批3000家商户接入。")
    look = replace(LOOK, mark=mark_of(source, first), futile=9)
    assert chosen(source, [look], {1: first}, STEPS, NOW + 7 * HOUR, lambda url: True) == []
    other = replace(first, text="首批5000家商户接入。")
    (visit,) = chosen(source, [look], {1: other}, STEPS, NOW + HOUR, lambda url: True)
    assert visit.hinted and visit.entry == other


def test_what_its_list_shows_goes_first_then_what_waits_longest_and_only_a_few() -> None:
    looks = [replace(LOOK, announcement_id=n, looked=NOW - n * HOUR) for n in range(9)]
    found = dict.fromkeys(range(9), ENTRY) | {2: replace(ENTRY, title="改期")}
    visits = chosen(SOURCE, looks, found, STEPS, NOW + 7 * HOUR, anybody)
    assert [visit.look.announcement_id for visit in visits] == [2, 8, 7, 6, 5] and len(visits) == MOST
    assert chosen(SOURCE, looks, found, STEPS, NOW + 7 * HOUR, lambda url: url == ENTRY.url) == []


def test_an_article_is_known_by_its_key_else_by_its_address() -> None:
    renamed = replace(ENTRY, key="another")
    assert standing([LOOK], [ENTRY, replace(renamed, url="https://s.example.cn/2")]) == {1: ENTRY}
    assert standing([LOOK], [renamed]) == {1: renamed}
    assert standing([LOOK], [renamed, replace(renamed, key="third")]) == {}, "which of the two?"


TEXT = "苏州市启动数字人民币试点，首批3000家商户接入。\n市金融局表示，将发放数字人民币红包1000万元。\n为期三个月，市民可以在线报名。"
PAGE = Article(
    ENTRY.url,
    ENTRY.title,
    TEXT,
    Publisher("suzhou", "苏州市人民政府", "government", "320500", "Asia/Shanghai"),
    NOW,
    "zh",
    (Attachment("https://s.example.cn/1.pdf", "方案", "pdf", "试点方案全文"),),
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": TEXT.replace("\n", "\n\n") + "\n浏览次数：4711"},
        {"text": TEXT.replace("，", ",")},
        {"attachments": ()},
    ],
)
def test_what_readers_would_not_see_is_no_edit(change: dict[str, object]) -> None:
    assert not edited(analyse(PAGE), replace(PAGE, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        "浏览量 {} 次",
        "阅读 {}",
        "点击：{}",
        "已浏览{}次",
        "本页已有{}人浏览",
        "评论（{}）",
        "Views: {}",
        "{} Aufrufe",
    ],
)
def test_how_often_a_page_was_read_is_none(line: str) -> None:
    before = replace(PAGE, text=f"{TEXT}\n{line.format(123)}")
    assert not edited(analyse(before), replace(PAGE, text=f"{TEXT}\n{line.format('4,567')}"))


@pytest.mark.parametrize(
    "change", [{"text": TEXT.replace("1000万", "1500万")}, {"title": "改期公告"}, {"text": TEXT[:50]}]
)
def test_what_readers_would_see_is_one(change: dict[str, object]) -> None:
    assert edited(analyse(PAGE), replace(PAGE, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": ""}, "stub"),
        ({"text": "请登录后查看全文"}, "stub"),
        ({"title": "", "text": TEXT + "改期。"}, "stub"),
        ({"url": "https://s.example.cn/login"}, "another page"),
        ({"text": "本站正在升级维护，请您稍后再来访问，由此带来的不便敬请谅解。" * 9}, "another page"),
    ],
)
def test_a_stub_or_another_page_is_none(change: dict[str, object], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        edited(analyse(PAGE), replace(PAGE, **change))  # type: ignore[arg-type]


def test_what_is_about_something_else_or_lost_its_attachment_is_none() -> None:
    before = analyse(PAGE)
    assert not_an_edit(before, analyse(replace(PAGE, text=TEXT + "活动改期。"))) is None
    other = not_an_edit(
        before, analyse(replace(PAGE, title="网站维护公告", text="本站正在维护，请稍后访问。" * 9))
    )
    assert other is not None and "something else" in other.problem
    broken = replace(PAGE.attachments[0], text="", problem="not found (404)")
    lost = not_an_edit(before, analyse(replace(PAGE, text=TEXT + "活动改期。", attachments=(broken,))))
    assert lost is not None and "404" in lost.problem
