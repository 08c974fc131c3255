"""Every source block of the configuration reads a replica of its site: entries, dates, links and articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup

from crawler.bootstrap import found_values
from crawler.extract.article import extract
from crawler.extract.tree import parse, select
from crawler.requests import Ask, first_asks, next_ask
from crawler.rules import named
from crawler.spiders.links import about
from crawler.spiders.listing import archive
from crawler.spiders.lists import read_list
from crawler.spiders.selectors import first
from crawler.types import Entry, Page
from tests.replicas import NOW, Replica, block, config, proofs, replica, shapes

CASES = [(shape, source_id, kind) for shape in shapes() for source_id, kind in proofs(shape)]
EACH = pytest.mark.parametrize(
    ("shape", "source_id", "kind"), CASES, ids=[f"{source_id}" for _, source_id, _ in CASES]
)


def asked(shape: dict[str, Any], source_id: str, kind: str | None) -> Iterator[tuple[Ask, Replica]]:
    """Each first request of a source, and the replica at its address."""
    source = block(source_id, shape)
    found = {}
    if source.request.bootstrap:
        page = Page(source.request.bootstrap.url, shape["bootstrap"].encode(), "text/html", NOW)
        found = found_values(source, page)
    for ask in first_asks(source, config().crawler().words(source), NOW, found):
        yield ask, replica(shape, source, kind, ask.url)


def entries(ask: Ask, site: Replica) -> list[Entry]:
    patterns = config().link_patterns
    return read_list(site.source, patterns, Page(ask.url, site.body, site.content_type, NOW))


def test_every_block_has_its_replica() -> None:
    proved = [source_id for shape, source_id, _ in CASES if "block" not in shape]
    assert sorted(proved) == sorted(source.id for source in config().sources)


def test_every_shape_has_a_name_of_its_own() -> None:
    names = [shape["shape"] for shape in shapes()]
    assert len(set(names)) == len(names)


def test_what_is_disabled_says_why() -> None:
    reasons = {source.id: source.disabled for source in config().sources if source.disabled}
    assert all(reason and len(reason) > 20 for reason in reasons.values())
    assert {name for name, reason in reasons.items() if "browser" in (reason or "")} == {
        "chengdu-news",
        "caict",
    }
    assert {name for name, reason in reasons.items() if "robots.txt" in (reason or "")} == {
        "bis-press",
        "bis-speeches",
        "bis-wp",
    }


@EACH
def test_its_list_is_read(shape: dict[str, Any], source_id: str, kind: str | None) -> None:
    for ask, site in asked(shape, source_id, kind):
        assert not any("{" + name + "}" in ask.url for name in named(ask.template)), "a placeholder is left"
        assert [(entry.title, entry.url, entry.published) for entry in entries(ask, site)] == [
            (told.title, told.url, told.listed) for told in site.articles
        ]


@EACH
def test_its_articles_are_read(shape: dict[str, Any], source_id: str, kind: str | None) -> None:
    ask, site = next(iter(asked(shape, source_id, kind)))
    for entry, told in zip(entries(ask, site), site.articles, strict=True):
        if site.source.article.in_list:
            expected = told.title if site.headline_only else "\n".join(told.paragraphs)
            assert (entry.text or "").startswith(expected)
            continue
        assert told.page is not None and entry.detail == told.detail
        encoding = shape.get("encoding", "utf-8")
        page = Page(told.detail or told.url, told.page.encode(encoding), "text/html", NOW)
        article = extract(page, entry, site.source)
        assert (article.title, article.url, article.published) == (told.title, told.url, told.published)
        # Where no container is configured, the readable part of the page begins with the headline.
        assert article.text.removeprefix(f"{told.title}\n") == "\n".join(told.paragraphs)
        assert bool(article.attachments) >= bool(site.source.article.attachments)
        configured_rules_hold(site, told.page)


@EACH
def test_its_next_page_has_an_address_of_its_own(
    shape: dict[str, Any], source_id: str, kind: str | None
) -> None:
    for ask, site in asked(shape, source_id, kind):
        after = next_ask(site.source, ask)
        assert (after is None) == (site.source.paging is None)
        if after is not None:
            assert after.key != ask.key and after.url.startswith("http")
            assert not named((after.url, (after.body or b"").decode())), "a placeholder is left"


@pytest.mark.parametrize(
    ("source_id", "after"),
    [
        ("pbc-news", "http://www.pbc.gov.cn/goutongjiaoliu/113456/113469/11040/index2.html"),
        ("ndrc-tz", "https://www.ndrc.gov.cn/xxgk/zcfb/tz/index_1.html"),
        ("shenzhen-tzgg", "http://www.sz.gov.cn/cn/xxgk/zfxxgj/tzgg/index_2.html"),
        (
            "jiangsu-zcwj",
            "https://www.jiangsu.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=21&endrecord=40"
            "&perpage=20&columnid=84242&unitid=356383&webid=1",
        ),
        ("changsha-search", "p=1&timetype="),
    ],
)
def test_the_second_page_of_a_list(source_id: str, after: str) -> None:
    source = block(source_id, {})
    (ask, *_) = first_asks(source, ("区块链",), NOW, {})
    more = next_ask(source, ask)
    assert more is not None and more.url.endswith(after)


def test_a_section_of_shanghai_leads_to_its_latest_year() -> None:
    links = '<li><a href="/nw12344/">2023年</a></li><li><a href="/nw49023/">2024年</a></li><li><a href="/x/">全年</a></li>'
    source = block("shanghai-zfwj", {})
    page = Page(source.urls[0], f"<html><ul>{links}</ul>".encode(), "text/html", NOW)
    assert archive(source, page) == "https://www.shanghai.gov.cn/nw49023/"
    assert archive(block("shanghai-yw", {}), page) is None


def test_of_a_whole_site_only_what_is_on_the_subject_is_read() -> None:
    words = block("atlantic-council", {}).list.only_words
    assert about(Entry("a", "k", "u", "The Digital Yuan abroad"), words)
    assert about(Entry("a", "k", "u", "A new paper", summary="On CBDCs in Europe"), words)
    assert not about(Entry("a", "k", "u", "Elections in Europe"), words)


def configured_rules_hold(site: Replica, page: str) -> None:
    """Each selector of the block finds something: none is dead syntax that a fallback hides."""
    rules, soup, tree = site.source.article, BeautifulSoup(page, "lxml"), parse(page)
    assert tree is not None
    if rules.body and not rules.unwrap:
        assert any(select(tree, css.strip()) for css in rules.body.split("|"))
    for selector in (rules.title, rules.date):
        assert selector is None or first(soup, selector)
    if rules.attachments:
        assert any(select(tree, css.strip()) for css in rules.attachments.split("|"))
