"""Turns a single document, from a file, standard input or the web, into an article."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from analysis.dates import find_published
from analysis.language import detect
from analysis.types import Article, Publisher
from crawler.config import CrawlConfig, SourceConfig
from crawler.extract.article import extract, file_article
from crawler.extract.blocked import refusal
from crawler.extract.decode import decode
from crawler.extract.files import media_of
from crawler.headline import split_headline
from crawler.problems import problem_of
from crawler.process import run
from crawler.settings import settings
from crawler.types import Entry, Page, UnreadableError

_MARKUP = re.compile(r"<(?:!doctype|html|head|body|article|div|p|h1|meta)\b", re.IGNORECASE)
_HEAD = 600


class DocumentError(Exception):
    """A document that gives no text: a sentence that says why."""


def read_document(
    data: bytes, name: str, content_type: str | None = None, publisher: Publisher | None = None
) -> Article:
    """The article in a text, HTML, PDF or DOCX document, told apart by its first bytes.

    `name` is its URL or file name. Raises DocumentError where there is no text to be had.
    """
    try:
        return _read(data, name, content_type, publisher or Publisher("document", name, "media"))
    except UnreadableError as error:
        raise DocumentError(error.problem) from None


def _read(data: bytes, name: str, content_type: str | None, publisher: Publisher) -> Article:
    page = Page(name, data, content_type)
    entry, source = Entry("document", name, name, ""), _source(publisher)
    media = media_of(data, content_type)
    if media is not None:
        article = file_article(page, entry, source, media)
        if article.attachments and (problem := article.attachments[0].problem):
            raise UnreadableError(problem)
        return replace(article, publisher=publisher)
    text = decode(data, content_type)
    if "html" in (content_type or "") or _MARKUP.search(text[:5000]):
        return replace(extract(page, entry, source), publisher=publisher)
    return _plain(text, name, publisher)


def _source(publisher: Publisher) -> SourceConfig:
    """A source that knows nothing but the time zone, for the extraction of pages."""
    return SourceConfig(
        id="document",
        name=publisher.name or "document",
        kind="listing",
        level="media",
        urls=("https://document.invalid/",),
        timezone=publisher.timezone,
    )


def _plain(text: str, name: str, publisher: Publisher) -> Article:
    title, body = split_headline(text.replace("\x00", ""))
    if not title and not body:
        raise UnreadableError("the document is empty")
    language = detect(title, body, None)
    published = find_published(body[:_HEAD], language, publisher.timezone)
    return Article(name, title, body, publisher, published)


class DocumentSpider(scrapy.Spider):
    """Fetches one URL into `answer`: a list that gets one Response or one UnreadableError."""

    name = "document"

    def __init__(self, url: str, answer: list[Response | UnreadableError], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.answer = answer

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response: Response) -> None:
        self.answer.append(refusal(response.status) or response)

    def failed(self, failure: Failure) -> None:
        self.answer.append(problem_of(failure))


def fetch_document(url: str, config: CrawlConfig) -> tuple[bytes, str | None, str]:
    """The bytes of a URL, their content type and the URL after redirects, under the guard of the crawler.

    Runs Scrapy in this process, so it can be called once in a process. Raises DocumentError.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise DocumentError("not an http or https address")
    answer: list[Response | UnreadableError] = []
    run(DocumentSpider, settings(config), url=url, answer=answer)
    if not answer:
        raise DocumentError("interrupted")
    if isinstance(answer[0], UnreadableError):
        raise DocumentError(answer[0].problem)
    raw = answer[0].headers.get("Content-Type")
    return answer[0].body, raw.decode("latin-1") if raw else None, answer[0].url
