"""Article pages become title, text, date and attachments, with navigation and challenges left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.types import Article
from crawler.config import SourceConfig
from crawler.extract.article import extract
from crawler.extract.dates import day_in_url
from crawler.rules import ArticleRules
from crawler.types import Entry, Page, UnreadableError

URL = "https://www.city.example/art/2024/3/5/art_1.html"
TITLE = "关于开展数字人民币试点工作的通知"
BODY = (
    "为贯彻落实国家部署，我市决定开展数字人民币试点工作，现将有关事项通知如下。",
    "一、试点期间发放红包1000万元，覆盖商户三万家，由各区人民政府组织实施。",
)
NAVIGATION = (
    "<div class='menu'><ul><li><a href='/'>首页</a></li><li><a href='/zw'>政务公开</a></li></ul></div>"
)


def source(language: str | None = "zh", zone: str = "Asia/Shanghai", **rules: Any) -> SourceConfig:
    return SourceConfig.model_validate(
        {"id": "city", "name": "市政府", "kind": "listing", "level": "municipal", "place": "320500"}
        | {"urls": [URL], "language": language, "timezone": zone, "article": rules}
    )


def entry(title: str = "", published: datetime | None = None) -> Entry:
    return Entry("city", URL, URL, title, published)


def portal(box: str = "class='TRS_Editor'", head: str = "", line: str = "", after: str = "") -> str:
    """A notice as portals publish it."""
    text = "".join(f"<p>{one}</p>" for one in BODY)
    return (
        f"<html><head><title>{TITLE}-某市人民政府</title>{head}</head><body>{NAVIGATION}<h1>{TITLE}</h1>"
        f"<div class='info'>{line}</div><div {box}>{text}</div>{after}<div class='footer'>版权所有</div></body></html>"
    )


def read(
    text: str, of: Entry | None = None, by: SourceConfig | None = None, encoding: str = "utf-8"
) -> Article:
    return extract(Page(URL, text.encode(encoding), "text/html"), of or entry(), by or source())


@pytest.mark.parametrize(
    "box",
    [
        *("class='TRS_Editor'", "id='zoom'", "id='UCAP-CONTENT'", "class='pages_content'"),
        *("class='trs_editor_view'", "id='js_content'", "class='unheard-of'"),
    ],
)
def test_a_notice_in_the_common_containers(box: str) -> None:
    article = read(portal(box))
    assert article.title == TITLE
    assert article.text.split("\n")[-2:] == list(BODY) and "版权所有" not in article.text
    assert article.publisher.place == "320500" and article.publisher.kind == "government"


def test_selectors_of_the_source_come_first() -> None:
    after = "<h3 class='t'>另一个标题</h3><div class='b'><p>正文很短。</p><p class='x'>广告</p></div><i>2023-01-02</i>"
    text = portal(after=after)
    article = read(text, by=source(title="h2|h3.t", body=".none|.b", date="i", remove=".x"))
    assert (article.title, article.text) == ("另一个标题", "正文很短。")
    assert article.published == datetime(2023, 1, 1, 16, tzinfo=UTC)


def test_government_tags() -> None:
    head = "<meta name='ArticleTitle' content='标签里的标题'><meta name='PubDate' content='2024-03-05 09:30'>"
    article = read(
        portal(head=head, line="发布时间：2024年3月6日"), entry(published=datetime(2024, 3, 9, tzinfo=UTC))
    )
    assert article.title == "标签里的标题"
    assert article.published == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)


def test_dates_are_believed_in_order() -> None:
    listed = entry(published=datetime(2024, 3, 7, 16, tzinfo=UTC))
    printed = read(portal(line="发布时间：2024-03-06 10:00 来源：市金融局"), listed)
    assert printed.published == datetime(2024, 3, 6, 2, tzinfo=UTC)
    assert read(portal(), listed).published == listed.published
    assert read(portal()).published == datetime(2024, 3, 4, 16, tzinfo=UTC)  # from the URL
    nowhere = extract(Page("https://city.example/a", portal().encode(), None), entry(), source())
    assert nowhere.published is None


def test_the_day_of_signing_is_not_the_day_of_publication() -> None:
    article = read(portal(line="成文日期：2024-02-01 发布日期：2024-03-04"))
    assert article.published == datetime(2024, 3, 3, 16, tzinfo=UTC)


def test_a_page_of_the_press() -> None:
    paragraphs = "".join(
        f"<p>Der digitale Yuan kommt nach Deutschland, Satz Nummer {n}, sagte ein Sprecher.</p>"
        for n in range(9)
    )
    linked = '{"@type":"NewsArticle","headline":"Digitaler Yuan","datePublished":"2024-03-05T10:00:00+01:00"}'
    text = (
        f"<html><head><title>Digitaler Yuan in Frankfurt | Blatt</title><script type='application/ld+json'>{linked}</script>"
        "<meta property='og:title' content='Digitaler Yuan in Frankfurt | Blatt'></head>"
        f"<body><nav><a href='/'>Start</a></nav><article><h1>Digitaler Yuan in Frankfurt</h1>{paragraphs}</article></body></html>"
    )
    article = read(text, by=source("de", "Europe/Berlin"))
    assert article.title == "Digitaler Yuan in Frankfurt"
    assert article.published == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert article.text.count("Satz Nummer") == 9 and "Start" not in article.text


def test_tables_keep_their_rows_and_hidden_text_is_left_out() -> None:
    rows = "<table><tr><td>商户</td><td>三万家</td></tr></table><p style='display:none'>隐藏</p><script>x()</script>"
    text = portal().replace("</p></div>", f"</p>{rows}</div>", 1)
    assert read(text).text.split("\n")[-1] == "商户 三万家"


def test_a_page_in_gb2312() -> None:
    text = portal(head="<meta charset='gb2312'>")
    assert read(text, encoding="gb18030").text.startswith(BODY[0])


def test_attachments_are_those_of_the_article() -> None:
    after = (
        "<p>附件：<a href='../P0201.pdf'>1.实施方案</a> <a href='/files/form.docx'>2.申请表</a> <a href='/x.xls'>3.表</a></p>"
        "<div class='links'><a href='/privacy.pdf'>隐私说明</a></div>"
    )
    article = read(portal(after=after))
    assert [(file.title, file.media) for file in article.attachments] == [
        ("1.实施方案", "pdf"),
        ("2.申请表", "docx"),
        ("3.表", "other"),
    ]
    assert article.attachments[0].url == "https://www.city.example/art/2024/3/P0201.pdf"


@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        ("<script>window.$_ts=window.$_ts||{};$_ts.nsd=1</script>", "challenge", "blocked"),
        ("<script>document.cookie='__jsl_clearance=1'</script>", "challenge", "blocked"),
        ("<html><title>访问验证</title><p>请完成验证</p></html>", "challenge", "blocked"),
        ("<script>location.href='/x?wzwschallenge=y'</script>", "challenge", "blocked"),
        ("<html><script>" + "a=1;" * 50 + "</script></html>", "script", "blocked"),
        ("<title>404 Not Found</title><p>nginx</p>", "not found", "failed"),
        ("<title>您访问的页面不存在</title>" + NAVIGATION, "not found", "failed"),
        ("<div id=root></div>" + "<script>render(1)</script>" * 200, "JavaScript", "failed"),
        ("", "empty", "failed"),
    ],
)
def test_pages_that_are_no_articles(text: str, words: str, status: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        read(text)
    assert caught.value.status == status


def test_an_article_about_challenges_is_none() -> None:
    long = portal().replace(BODY[1], "防火墙使用 $_ts = 变量。" + "正文继续，介绍网站防护的原理。" * 2000)
    assert "介绍网站防护" in read(long).text


def test_an_image_is_no_article() -> None:
    with pytest.raises(UnreadableError, match="not a page"):
        extract(Page(URL, b"\x89PNG\r\n\x1a\n" + bytes(50), "text/html"), entry("图"), source())


def test_a_hostile_tree_is_read_in_time() -> None:
    assert ArticleRules() == source().article
    deep = portal().replace("<div class='footer'>", "<div>" * 20_000)
    assert read(deep).text.startswith(BODY[0])


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/3/5/x.html", 5),
        ("https://a.example/zw/t20240305_12.html", 5),
        ("https://a.example/2024-03/05/c_1.htm", 5),
        ("https://a.example/202403/05/1.html", 5),
        ("https://a.example/20240305/1.html", 5),
        ("https://a.example/2024/13/45/x.html", None),
        ("https://a.example/post_120240305123.html", None),
        ("https://a.example/2024/x.html", None),
    ],
)
def test_days_in_addresses(url: str, day: int | None) -> None:
    found = day_in_url(url, "UTC")
    assert found == (datetime(2024, 3, day, tzinfo=UTC) if day else None)


def headline(own: str, shared: str = "", linked: str = "", heading: str = "", about: str = URL) -> str:
    """The title of a page that says so in its own title, its tag for sharing, its JSON-LD and its heading."""
    data = {"@type": "NewsArticle", "headline": linked, "mainEntityOfPage": about}
    head = f"<meta property='og:title' content='{shared}'>" if shared else ""
    head += f"<script type='application/ld+json'>{json.dumps(data)}</script>" if linked else ""
    body = "".join(f"<p>{one}</p>" for one in BODY)
    return read(
        f"<html><head><title>{own}</title><link rel='canonical' href='{URL}'>{head}</head><body><h1>{heading}</h1>"
        f"<article>{body}</article></body></html>"
    ).title


SEARCHED, EDITED, THIRD = "Digitaler Yuan: Was er bringt", "Geld ohne Scheine", "Ein Yuan für alle Fälle"


@pytest.mark.parametrize(
    ("shared", "linked", "heading", "title"),
    [
        (EDITED, SEARCHED, SEARCHED, EDITED),
        (SEARCHED, EDITED, SEARCHED, EDITED),
        (SEARCHED, EDITED, EDITED, EDITED),
        (EDITED, SEARCHED, EDITED, EDITED),
        (EDITED, EDITED, SEARCHED, EDITED),
        (THIRD, EDITED, EDITED, EDITED),
        (EDITED, f"Währung: {EDITED}", f"Währung: {EDITED}", EDITED),
        (SEARCHED, "", EDITED, SEARCHED),
    ],
)
def test_what_two_agree_on_is_the_headline_unless_it_is_made_for_searching(
    shared: str, linked: str, heading: str, title: str
) -> None:
    assert headline(f"{SEARCHED} | Blatt", shared, linked, heading) == title


def test_the_headline_of_another_page_is_not_taken() -> None:
    other = "https://www.city.example/art/2024/3/4/art_2.html"
    assert headline(SEARCHED, SEARCHED, EDITED, SEARCHED, about=other) == SEARCHED


@pytest.mark.parametrize("own", [f"{TITLE}-纪检", f"{TITLE} 东区_某市网", f"今日要闻--{TITLE}"])
def test_the_line_that_the_own_title_repeats_is_the_headline(own: str) -> None:
    text = portal().replace(f"<title>{TITLE}-某市人民政府", f"<title>{own}").replace("h1>", "div>")
    assert read(text).title == TITLE


def test_a_date_without_a_year_counts_when_nothing_else_is_known() -> None:
    at = "https://city.example/a"
    now = datetime(2024, 3, 9, 12, tzinfo=UTC)
    text = portal(line="<b>发布时间：03-05</b><i>12:00</i>")

    def published(of: Entry, fetched: datetime | None) -> datetime | None:
        return extract(Page(at, text.encode(), None, fetched), of, source()).published

    assert published(entry(), now) == datetime(2024, 3, 5, 4, tzinfo=UTC)
    assert published(entry(), None) is None
    listed = entry(published=datetime(2023, 3, 5, 16, tzinfo=UTC))
    assert published(listed, now) == listed.published
