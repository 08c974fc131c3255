"""Publication dates in every notation a portal uses, and none where none is printed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.dates import find_published, parse_date
from analysis.types import Language

NOW = datetime(2020, 9, 20, 4, 0, tzinfo=UTC)  # noon in Shanghai
EXAMPLE = Path(__file__).resolve().parents[2] / "shared" / "examples" / "peking-blockchain-plan.de.txt"

DAY = "2020-09-15T16:00"  # 16 September in Shanghai
MINUTE = "2020-09-16T10:22"  # the same day, 18:22


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-09-16", DAY),
        ("2020/9/16", DAY),
        ("2020.09.16", DAY),
        ("[2020-09-16]", DAY),
        ("２０２０－０９－１６", DAY),
        ("20-09-16", DAY),
        ("20200916", DAY),
        ("2020年9月16日", DAY),
        ("二〇二〇年九月十六日", DAY),
        ("信息提供日期：2020-09-16", DAY),
        ("2020-09-162020-09-17", DAY),
        ("16 September 2020", DAY),
        ("September 16, 2020", DAY),
        ("16. September 2020", DAY),
        ("Sept. 16, 2020", DAY),
        ("16.09.2020", DAY),
        ("Aktualisiert 16 September 2020", DAY),
        ("le 16 septembre 2020", DAY),
        ("2020年9月16日 18:22", MINUTE),
        ("2020年09月16日18时22分", MINUTE),
        ("2020年9月16日 下午6:22", MINUTE),
        ("2020-09-16-18:22:00", MINUTE),
        ("发布时间：2020-09-16 18:22", MINUTE),
        ("2020-09-16 18:222020-09-17 08:00:00", MINUTE),
        ("成文日期：2020-06-18　发布日期：2020-09-16 18:22", MINUTE),
        ("Wed, 16 Sep 2020 10:22:00 GMT", MINUTE),
        ("Wed, 16 Sep 2020 18:22:00 +0800", MINUTE),
        ("2020-09-16T10:22:00Z", MINUTE),
        ("2020-09-16T12:22:00.000+02:00", MINUTE),
        ("1600251720", MINUTE),
        ("1600251720000", MINUTE),
        ("Published: September 16, 2020 6:22 AM EDT", MINUTE),
        ("16.09.2020, 18.22 Uhr", MINUTE),
        ("2020-09-16 24:00", "2020-09-16T16:00"),
    ],
)
def test_a_full_date_needs_no_clock(text: str, utc: str) -> None:
    assert parse_date(text, "Asia/Shanghai") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("09-16 18:22", MINUTE),
        ("9月16日", DAY),
        ("12-31", "2019-12-30T16:00"),
        ("刚刚", "2020-09-20T04:00"),
        ("5分钟前", "2020-09-20T03:55"),
        ("3小时前", "2020-09-20T01:00"),
        ("半小时前", "2020-09-20T03:30"),
        ("2天前", "2020-09-17T16:00"),
        ("今天 08:30", "2020-09-20T00:30"),
        ("昨天18:22", "2020-09-19T10:22"),
        ("前天", "2020-09-17T16:00"),
        ("2 hours ago", "2020-09-20T02:00"),
        ("an hour ago", "2020-09-20T03:00"),
        ("yesterday at 18:22", "2020-09-19T10:22"),
        ("gestern", "2020-09-18T16:00"),
        ("vor 2 Stunden", "2020-09-20T02:00"),
        ("vor drei Tagen", "2020-09-16T16:00"),
    ],
)
def test_a_date_without_a_year_needs_a_clock(text: str, utc: str) -> None:
    assert parse_date(text, "Asia/Shanghai", NOW) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert parse_date(text, "Asia/Shanghai") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020年6月",
        "2020-06",
        "June 2020",
        "2020-13-01",
        "2020年2月31日",
        "成文日期：2020-06-18",
        "热点",
        "1" * 5000,
    ],
)
def test_what_is_no_full_publication_date_is_none(text: str) -> None:
    assert parse_date(text, "Asia/Shanghai", NOW) is None


def test_days_begin_in_the_zone_of_the_source() -> None:
    assert parse_date("16. September 2020", "Europe/Berlin") == datetime(2020, 9, 15, 22, tzinfo=UTC)
    assert parse_date("03/04/2021", "America/New_York") == datetime(2021, 3, 4, 5, tzinfo=UTC)
    assert parse_date("03/04/2021", "Europe/London") == datetime(2021, 4, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("来源：某市晚报　2021-03-04 09:30\n该市宣布新的试点。", "zh", "2021-03-04"),
        ("发布时间：2021-03-04　浏览次数：88\n通知如下。", "zh", "2021-03-04"),
        ("成文日期：2021-02-26　发布日期：2021-03-04\n通知如下。", "zh", "2021-03-04"),
        ("新闻稿　2021年3月4日\n金管局公布。", "zh", "2021-03-04"),
        ("某某人文 2021-03-04 18:14:21\n通知如下。", "zh", "2021-03-04"),
        ("By Jo Doe | Updated March 4, 2021\nThe city said so.", "en", "2021-03-04"),
        ("Published 4 March 2021\nThe city said so.", "en", "2021-03-04"),
        ("4. März 2021 – Die Stadt teilt mit.", "de", "2021-03-04"),
        ("Von unserer Redaktion | 4. März 2021\nDie Stadt teilt mit.", "de", "2021-03-04"),
    ],
)
def test_a_head_tells_when_it_was_published(text: str, language: Language, day: str) -> None:
    found = find_published(text, language, "UTC")
    assert found is not None
    assert found.date().isoformat() == day


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("SHANGHAI, Oct 20 - Officials said so.", "en"),
        ("A fund opened on 4 March 2021 and closed a year later, officials said.", "en"),
        ("截至2021年6月30日，全市共有商户一万家。", "zh"),
        ("各单位：\n现印发给你们。\n请执行。\n某市人民政府\n2021年3月4日", "zh"),
        ("活动时间地点：广场，2021-03-04 18:00\n欢迎参加。", "zh"),
        ("[成文日期] 2021-03-04\n各单位：请执行。", "zh"),
        ("Am 4. März 2021 begann der Versuch, der bis heute läuft.", "de"),
        ("", "zh"),
    ],
)
def test_a_date_in_the_article_is_not_its_publication(text: str, language: Language) -> None:
    assert find_published(text, language, "UTC") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("某网\n发布时间：06-0812:00优质作者\n正文。", "2020-06-08"),
        ("标题\n昨天\n正文说，昨天开会。", "2020-06-17"),
        ("标题\n正文说，昨天开会，今天继续，明天结束。", None),
        ("发布时间：10-08 12:00\n2019年10月9日的会议", "2019-10-08"),
    ],
)
def test_what_a_head_says_from_today_s_point_of_view(text: str, day: str | None) -> None:
    found = find_published(text, "zh", "UTC", datetime(2020, 6, 18, 12, tzinfo=UTC))
    assert (found and found.date().isoformat()) == day
    assert find_published(text, "zh", "UTC") is None


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared example article is not on this machine")
def test_the_example_article_is_dated_by_its_head() -> None:
    found = find_published(EXAMPLE.read_text(encoding="utf-8"), "de", "UTC")
    assert found == datetime(2020, 9, 16, tzinfo=UTC)
