"""The bundled sites of the demo: enough real events, honest servers, and pages our readers can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pypdfium2
import pytest

from analysis.fingerprint import similarity
from analysis.types import KINDS, TOPICS
from crawler.config import SourceConfig
from crawler.extract.article import extract
from crawler.spiders.feed import read_feed
from crawler.spiders.listing import read_listing
from crawler.types import Entry, Page
from yuanwatch.demo.documents import Document, load_documents, load_paper, load_sites
from yuanwatch.demo.pdf import write_pdf
from yuanwatch.demo.publish import paper_path, path_of
from yuanwatch.demo.web import DemoWeb

DOCUMENTS = tuple(load_documents())
BY_ID = {document.id: document for document in DOCUMENTS}


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as server:
        yield server


def get(url: str, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(url, headers=named, method=method), timeout=10) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


def fetch(url: str) -> Page:
    answer = get(url)
    assert answer.status == 200, url
    return Page(url, answer.body, answer.headers["Content-Type"], datetime.now(UTC))


def sources(web: DemoWeb) -> list[SourceConfig]:
    return [SourceConfig(**block) for block in web.sources()]


def entries(source: SourceConfig) -> list[Entry]:
    page = fetch(source.urls[0])
    return read_feed(source, page) if source.kind == "feed" else read_listing(source, {}, page)


def relevant() -> list[Document]:
    return [document for document in DOCUMENTS if document.expect.relevant == "yes"]


def test_the_archive_is_wide_enough() -> None:
    places = {adcode for document in relevant() for adcode in document.expect.primary}
    unrelated = [document for document in DOCUMENTS if document.expect.relevant == "no"]
    assert len(DOCUMENTS) >= 36
    assert len(places) >= 12
    assert {document.language for document in DOCUMENTS} == {"zh", "en", "de"}
    assert len(unrelated) >= 8
    assert {document.published.year for document in relevant()} >= set(range(2019, 2026))


def test_events_are_told_by_several_outlets_and_copied() -> None:
    outlets = Counter[str]()
    for story, _ in {(document.expect.story, document.site) for document in relevant()}:
        outlets[str(story)] += 1
    assert sum(count >= 3 for count in outlets.values()) >= 5
    assert sum(document.expect.near_copy_of is not None for document in DOCUMENTS) >= 3


def test_expectations_are_consistent() -> None:
    assert len(BY_ID) == len(DOCUMENTS)
    assert len({path_of(document) for document in DOCUMENTS}) == len(DOCUMENTS)
    for document in DOCUMENTS:
        expect = document.expect
        assert document.published.tzinfo is not None
        assert not set(expect.primary) & set(expect.mentioned), document.id
        assert set(expect.topics) <= set(TOPICS), document.id
        if expect.relevant == "no":
            assert expect.kind is None and expect.story is None and not expect.topics, document.id
        else:
            assert expect.kind in KINDS and expect.story and expect.topics, document.id


def test_near_copies_are_near_and_belong_to_the_same_story() -> None:
    for document in DOCUMENTS:
        if document.expect.near_copy_of is not None:
            original = BY_ID[document.expect.near_copy_of]
            assert document.expect.story == original.expect.story
            assert document.language == original.language
            assert document.text.strip() != original.text.strip()
            assert similarity(document.text, original.text) > 0.7, document.id


def test_near_misses_are_near_but_other_stories() -> None:
    pairs = [
        ("pbc-second-batch", "pbc-third-batch"),
        ("shenzhen-luohu", "shenzhen-futian"),
        ("tide-guangzhou-bus", "tide-ningbo-bus"),
    ]
    for one, other in pairs:
        assert BY_ID[one].expect.story != BY_ID[other].expect.story
        assert similarity(BY_ID[one].text, BY_ID[other].text) > 0.25, (one, other)


def test_the_second_edition_adds_stories_and_unrelated_news(web: DemoWeb) -> None:
    def listed() -> dict[str, set[str]]:
        return {source.id: {entry.url for entry in entries(source)} for source in sources(web)}

    before = listed()
    web.edition = 2
    after = listed()
    added = {url for source in after for url in after[source] - before[source]}
    second = [document for document in DOCUMENTS if document.edition == 2]
    assert added == {web.base_url + path_of(document) for document in second}
    assert all(before[source] < after[source] for source in ("demo-beijing", "demo-chaincourier"))
    blueprint = [document for document in second if document.expect.story == "beijing-blueprint"]
    assert {document.language for document in blueprint} == {"zh", "en", "de"}
    assert sum(document.expect.relevant == "no" for document in second) >= 3


def test_the_morning_news_is_not_there_the_evening_before(web: DemoWeb) -> None:
    url = web.base_url + path_of(BY_ID["beijing-blueprint"])
    assert get(url).status == 404
    web.edition = 2
    assert get(url).status == 200


def test_every_listed_article_reads_back_as_it_was_written(web: DemoWeb) -> None:
    web.edition = 2
    written = {web.base_url + path_of(document): document for document in DOCUMENTS}
    seen: set[str] = set()
    for source in sources(web):
        for entry in entries(source):
            document = written[entry.url]
            seen.add(entry.url)
            assert entry.title == document.title
            if document.paper_only:
                continue
            article = extract(fetch(entry.url), entry, source)
            assert article.title == document.title
            assert article.published == document.published.astimezone(UTC), document.id
            assert document.text.strip().split("\n")[0] in article.text, document.id
            assert bool(article.attachments) == (document.paper is not None)
            if source.article.in_list:
                assert entry.text is not None and document.text.split("\n")[0] in entry.text
    assert seen == set(written)


def test_list_dates_are_the_days_of_publication(web: DemoWeb) -> None:
    written = {web.base_url + path_of(document): document for document in DOCUMENTS}
    for source in sources(web):
        dated = [entry for entry in entries(source) if entry.published is not None]
        assert dated or source.id == "demo-pbc"
        for entry in dated:
            document = written[entry.url]
            assert entry.published is not None
            assert entry.published.astimezone(document.published.tzinfo).date() == document.published.date()


def test_the_bank_speaks_gbk_and_says_so_only_in_the_page(web: DemoWeb) -> None:
    answer = get(f"{web.base_url}/pbc/goutongjiaoliu/index.html")
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in answer.body
    assert "数字人民币试点地区增加天津等地" in answer.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_the_papers_are_pdfs_of_many_pages(web: DemoWeb) -> None:
    web.edition = 2
    papers = {document.paper: document for document in DOCUMENTS if document.paper}
    assert any(document.paper_only for document in papers.values())
    for name, document in papers.items():
        assert name is not None
        answer = get(web.base_url + paper_path(document))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert len(answer.body) < 200_000
        pages = pdf_pages(answer.body)
        assert pages == [page.replace("\n", "") for page in load_paper(name).pages]
        assert len(pages) >= 30
    assert len(load_paper("beijing-blueprint").pages) == 145


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page without its line breaks, as PDFium reads it."""
    document = pypdfium2.PdfDocument(data)
    try:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_range().replace("\r", "").replace("\n", ""))
            text.close()
            page.close()
        return texts
    finally:
        document.close()


def test_a_pdf_breaks_lines_and_keeps_brackets_and_both_scripts() -> None:
    latin = "A line (with brackets \\ and all) that is much too long to stand on a single line of the page."
    pages = pdf_pages(write_pdf("试验 test", [f"{latin}\n京政办发〔2020〕19号", "第二页 page 2"]))
    assert pages[1] == "第二页 page 2"
    assert pages[0].endswith("京政办发〔2020〕19号")
    assert pages[0].replace(" ", "").startswith(latin.replace(" ", ""))


def test_a_pdf_refuses_what_it_cannot_show() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        write_pdf("empty", [])
    with pytest.raises(ValueError, match="do not fit"):
        write_pdf("long", ["字\n" * 60])
    with pytest.raises(ValueError, match="basic plane"):
        write_pdf("emoji", ["\N{GRINNING FACE}"])


def test_conditional_requests_are_answered_304_until_the_edition_changes(web: DemoWeb) -> None:
    url = f"{web.base_url}/digitalgeld/rss.xml"
    first = get(url)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    unchanged = get(url, If_None_Match=tag)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert get(url, If_None_Match=f'W/{tag}, "other"').status == 304
    assert get(url, If_Modified_Since=modified).status == 304
    assert get(url, If_Modified_Since="no date").status == 200
    assert get(url, If_None_Match='"other"', If_Modified_Since=modified).status == 200
    web.edition = 2
    assert get(url, If_None_Match=tag).status == 200
    changed = get(url, If_Modified_Since=modified)
    assert changed.status == 200
    assert parsedate_to_datetime(changed.headers["Last-Modified"]) > parsedate_to_datetime(modified)


def test_robots_head_and_unknown_paths(web: DemoWeb) -> None:
    assert b"Disallow: /internal/" in get(f"{web.base_url}/robots.txt").body
    head = get(f"{web.base_url}/robots.txt", method="HEAD")
    assert head.body == b"" and int(head.headers["Content-Length"]) > 0
    assert get(f"{web.base_url}/nowhere").status == 404
    assert web.answers[-1] == ("/nowhere", 404)


def test_each_site_has_its_source(web: DemoWeb) -> None:
    assert web.base_url.startswith("http://127.0.0.1:")
    assert {source.id for source in sources(web)} == {f"demo-{site.id}" for site in load_sites()}
