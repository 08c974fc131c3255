"""The spider: walks the lists of all chosen sources in one crawl and reads the articles that are new.

One crawl for all of them, because Scrapy keeps its distance per host within a crawl. Every request ends in
exactly one of `settle`, `give_up` and `list_done`, which take it off what its source is waiting for; when
nothing is left the source is closed, on its own, whatever the others do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from analysis.types import Article, Attachment
from crawler.desk import Desk, announced
from crawler.extract.article import attached, extract
from crawler.extract.blocked import challenge, needs_script, refusal
from crawler.extract.decode import decode
from crawler.extract.files import media_of
from crawler.poll import Draft, Poll, emptiness
from crawler.problems import problem_of, wrong_with
from crawler.spiders.feed import read_feed, truncated
from crawler.spiders.listing import read_listing
from crawler.types import Entry, Page, Phase, Progress, UnreadableError

MOST_FILES = 3  # attachments read of one article
log = logging.getLogger(__name__)


class SourcesSpider(scrapy.Spider):
    """Reads sources: `polls` are the tallies to fill, `patterns` the link_patterns of the configuration."""

    name = "sources"

    def __init__(
        self,
        polls: Sequence[Poll],
        patterns: Mapping[str, str],
        entries_per_poll: int,
        desk: Desk,
        progress: Callable[[Progress], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.polls = polls
        self.patterns = patterns
        self.entries_per_poll = entries_per_poll
        self.desk = desk
        self.progress = progress

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourcesSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.break_off, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for poll in self.polls:
            poll.waiting.update(poll.source.urls)
        for poll in self.polls:
            self._report(poll, "list")
            for url in poll.source.urls:
                yield self._list_request(poll, url)

    def _list_request(self, poll: Poll, url: str, conditional: bool = True) -> Request:
        etag, modified = (poll.state.validators or {}).get(url, (None, None)) if conditional else (None, None)
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        return Request(
            url,
            self.parse_list,
            headers={name: value for name, value in headers.items() if value},
            errback=self.list_failed,
            cb_kwargs={"poll": poll, "listed": url},
            dont_filter=True,
            priority=10,
        )

    # Lists

    def parse_list(self, response: Response, poll: Poll, listed: str) -> Iterator[Any]:
        """Entries of a list that were not known; when all lists are in, the requests for their articles."""
        try:
            entries = self._entries(response, poll)
            poll.entries += len(entries)
            poll.found += entries
            poll.validators[listed] = (_header(response, "ETag"), _header(response, "Last-Modified"))
        except UnreadableError as error:
            poll.fail(error.problem, error.status)
        except Exception as error:  # one source must not stop the others
            log.exception("%s: reading its list failed", poll.source.id)
            poll.fail(f"the list could not be read: {type(error).__name__}: {error}")
        yield from self._list_done(poll, listed)

    def _entries(self, response: Response, poll: Poll) -> list[Entry]:
        page, source = self._page(response), poll.source
        if wrong := refusal(response.status):
            raise wrong
        text = decode(page.body, page.content_type, source.encoding)
        if wrong := challenge(text):
            raise wrong
        if source.kind == "feed":
            poll.partial = poll.partial or truncated(page, source)
            entries = read_feed(source, page)
        else:
            entries = read_listing(source, self.patterns, page)
        if not entries and (why := emptiness(poll)):
            hint = "; the page is made by JavaScript" if needs_script(text) else ""
            raise UnreadableError(why + hint, "empty")
        return entries

    def list_failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        poll, listed = request.cb_kwargs["poll"], request.cb_kwargs["listed"]
        response = failure.value.response if isinstance(failure.value, HttpError) else None
        if response is not None and response.status == 412 and "If-None-Match" in request.headers:
            yield self._list_request(poll, listed, conditional=False)
            return
        if response is not None and response.status == 304 and listed in (poll.state.validators or {}):
            poll.unchanged += 1
        else:
            wrong = problem_of(failure)
            poll.fail(wrong.problem, wrong.status)
        yield from self._list_done(poll, listed)

    def _list_done(self, poll: Poll, listed: str) -> Iterator[Any]:
        poll.waiting.discard(listed)
        poll.lists += 1
        if poll.waiting or poll.ended:
            return
        try:
            wanted = self._wanted(poll)
        except Exception as error:
            log.exception("%s: its known entries could not be looked up", poll.source.id)
            poll.fail(f"{type(error).__name__}: {error}")
            wanted = []
        poll.new = len(wanted)
        poll.waiting.update(entry.key for entry in wanted)
        self._report(poll, "articles")
        for entry in wanted:
            yield self._article(poll, entry)
        self._close_if_done(poll)

    def _wanted(self, poll: Poll) -> list[Entry]:
        """The newest entries that are not known yet, oldest first, so that stories grow in their order."""
        poll.found = list({entry.key: entry for entry in poll.found}.values())
        if all(entry.published for entry in poll.found):
            poll.found.sort(key=lambda entry: entry.published or self.desk.now(), reverse=True)
        if len(poll.found) > self.entries_per_poll:
            log.warning("%s: %d entries, reading the first ones", poll.source.id, len(poll.found))
        return self.desk.unknown(poll, poll.found[: self.entries_per_poll])[::-1]

    def _article(self, poll: Poll, entry: Entry) -> Any:
        if poll.source.article.in_list:
            return Draft(poll, entry, announced(poll, entry))
        return Request(
            entry.url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"poll": poll, "entry": entry},
            dont_filter=True,
        )

    # Articles

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
            self.desk.fail(poll, entry, error, announce)
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
                poll.fail("interrupted before it was read to the end")

    def _page(self, response: Response) -> Page:
        return Page(response.url, response.body, _header(response, "Content-Type"), self.desk.now())

    def _report(self, poll: Poll, phase: Phase) -> None:
        done, total = sum(one.answered for one in self.polls), sum(one.asked for one in self.polls)
        self.progress(Progress(poll.source.id, phase, done, total))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
