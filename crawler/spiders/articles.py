"""Reads the articles of sources and settles what came of each: the half of the spider behind the lists.

Every article ends in exactly one of `settle` and `give_up`, which take it off what its source is waiting for;
when nothing is left the source is closed, on its own, whatever the others do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from analysis.types import Article, Attachment
from crawler.desk import Desk, announced
from crawler.extract.article import attached, extract
from crawler.extract.blocked import refusal
from crawler.extract.files import media_of
from crawler.poll import Draft, Poll
from crawler.problems import problem_of, wrong_with
from crawler.types import INTERRUPTED, Entry, Page, Phase, Progress, UnreadableError

MOST_FILES = 3  # attachments read of one article
log = logging.getLogger(__name__)


class ArticlesSpider(scrapy.Spider):
    """Reads articles: `polls` are the tallies to fill, `desk` is where articles are filed."""

    def __init__(
        self, polls: Sequence[Poll], desk: Desk, progress: Callable[[Progress], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.polls = polls
        self.desk = desk
        self.progress = progress

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArticlesSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.break_off, signals.spider_closed)
        return spider

    # Articles

    def _request(self, url: str, poll: Poll, callback: Any, errback: Any, **more: Any) -> Request:
        known = {"poll": poll, **more.pop("known", {})}
        # Each source has its cookies for itself.
        meta = {"cookiejar": poll.source.id}
        return Request(
            url,
            callback,
            errback=errback,
            cb_kwargs=known,
            meta=meta,
            dont_filter=True,
            **{"priority": 10, **more},
        )

    def _article(self, poll: Poll, entry: Entry) -> Any:
        if poll.source.article.in_list:
            return Draft(poll, entry, announced(poll, entry))
        url = entry.detail or entry.url
        return self._request(
            url, poll, self.parse_article, self.article_failed, known={"entry": entry}, priority=0
        )

    async def parse_article(self, response: Response, poll: Poll, entry: Entry) -> AsyncIterator[Any]:
        """The article as an item for the pipeline, with the text of its attachments."""
        try:
            if wrong := refusal(response.status):
                raise wrong
            article = await self._read(self._page(response), poll, entry)
        except UnreadableError as error:
            self.give_up(poll, entry, error)
        except Exception as error:  # one article must not stop its source
            log.exception("%s: %s could not be read", poll.source.id, entry.url)
            self.give_up(poll, entry, UnreadableError(f"{type(error).__name__}: {error}"))
        else:
            yield Draft(poll, entry, article)

    async def _read(self, page: Page, poll: Poll, entry: Entry) -> Article:
        if media_of(page.body, page.content_type) is not None:
            return await asyncio.to_thread(extract, page, entry, poll.source)
        article = extract(page, entry, poll.source)
        files = [await self._attached(file, n) for n, file in enumerate(article.attachments)]
        return replace(article, attachments=tuple(files))

    async def _attached(self, file: Attachment, number: int) -> Attachment:
        if file.media == "other":
            return replace(file, problem="not read: only PDF and DOCX files are")
        if number >= MOST_FILES:
            return replace(file, problem=f"not read: only the first {MOST_FILES} are")
        try:
            assert self.crawler.engine is not None
            response = await self.crawler.engine.download_async(Request(file.url, dont_filter=True))
            if wrong := refusal(response.status):
                return replace(file, problem=wrong.problem)
            return await asyncio.to_thread(attached, file, self._page(response))
        except Exception as error:  # the notice is told even where its attachment cannot be had
            return replace(file, problem=wrong_with(error).problem)

    def article_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        self.give_up(request.cb_kwargs["poll"], request.cb_kwargs["entry"], problem_of(failure))

    # Ends

    def settle(self, poll: Poll, entry: Entry, article: Article) -> None:
        """Files an article; what goes wrong there is a failure of this article."""
        try:
            self.desk.file(poll, entry, article)
        except Exception as error:
            log.exception("%s: %s could not be filed", poll.source.id, entry.url)
            wrong = UnreadableError(f"not filed: {type(error).__name__}: {error}")
            self.give_up(poll, entry, wrong, announce=False)
        else:
            self._entry_done(poll, entry)

    def give_up(self, poll: Poll, entry: Entry, error: UnreadableError, announce: bool = True) -> None:
        """Notes an article that could not be read this time; see Desk.fail."""
        try:
            self.desk.fail(poll, entry, error, announce and bool(entry.title))  # a sitemap has none
        except Exception as fault:
            log.exception("%s: the failure of %s could not be noted", poll.source.id, entry.url)
            poll.fail(f"{type(fault).__name__}: {fault}")
        self._entry_done(poll, entry)

    def _entry_done(self, poll: Poll, entry: Entry) -> None:
        poll.waiting.discard(entry.key)
        poll.done += 1
        self._report(poll, "articles")
        self._close_if_done(poll)

    def _close_if_done(self, poll: Poll) -> None:
        if poll.waiting or poll.ended:
            return
        try:
            self.desk.close(poll)
        except Exception as error:
            log.exception("%s: its state could not be saved", poll.source.id)
            poll.ended = self.desk.now()
            poll.fail(f"the state could not be saved: {type(error).__name__}: {error}")
        self._report(poll, "done")

    def break_off(self) -> None:
        """At the end of the crawl: a source not finished was interrupted; its state stays as it was."""
        for poll in self.polls:
            if poll.ended is None:
                poll.ended = self.desk.now()
                poll.fail(INTERRUPTED)

    def _page(self, response: Response) -> Page:
        return Page(response.url, response.body, header(response, "Content-Type"), self.desk.now())

    def _report(self, poll: Poll, phase: Phase) -> None:
        done, total = sum(one.answered for one in self.polls), sum(one.asked for one in self.polls)
        self.progress(Progress(poll.source.id, phase, done, total))


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
