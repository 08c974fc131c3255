"""Reads the articles of sources and settles what came of each: the half of the spider behind the lists.

Every article ends in exactly one of `settle` and `give_up`, which take it off what its source is waiting for;
when nothing is left the source is closed, on its own, whatever the others do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from analysis.analyse import analyse
from analysis.types import Article, Attachment
from crawler.desk import Desk
from crawler.extract.article import attached, extract
from crawler.extract.blocked import refusal
from crawler.extract.files import media_of
from crawler.freshness import heard
from crawler.landing import astray, moved, together
from crawler.poll import Draft, Poll, announced
from crawler.problems import problem_of, wrong_with
from crawler.queue import SmallestFirst
from crawler.types import INTERRUPTED, Entry, Page, Phase, Progress, UnreadableError
from storage.database import DatabaseError
from storage.types import Validator

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
        # In a thread, so that the downloads of others go on; one at a time, since a tree takes memory.
        self.parsing = SmallestFirst()

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
            return Draft(poll, entry, announced(poll.source, entry))
        url = entry.detail or entry.url
        return self._request(
            url, poll, self.parse_article, self.article_failed, known={"entry": entry}, priority=0
        )

    async def parse_article(self, response: Response, poll: Poll, entry: Entry) -> AsyncIterator[Any]:
        """The article as an item for the pipeline, with the text of its attachments.

        One that was sent elsewhere waits for the others of its source: see `crawler.landing`.
        """
        if poll.stopped:
            self._entry_done(poll, entry)
            return
        try:
            if wrong := refusal(response.status) or astray(response.url, poll.source):
                raise wrong
            article = await self._with_files(await self._read(self._page(response), poll, entry))
        except UnreadableError as error:
            self.give_up(poll, entry, error)
        except Exception as error:  # one article must not stop its source
            log.exception("%s: %s could not be read", poll.source.id, entry.url)
            self.give_up(poll, entry, UnreadableError(f"{type(error).__name__}: {error}"))
        else:
            draft = Draft(poll, entry, article, response.url, self._heard(response))
            if moved(response.url, entry):
                poll.held.append(draft)
                self._close_if_done(poll)
            else:
                yield draft

    async def _read(self, page: Page, poll: Poll, entry: Entry) -> Article:
        if media_of(page.body, page.content_type) is not None:
            return await asyncio.to_thread(extract, page, entry, poll.source)
        turn = nullcontext() if self.desk.mill.apart else self.parsing.turn(len(page.body))
        async with turn:
            return await self.desk.mill.run(extract, page, entry, poll.source)

    async def _with_files(self, article: Article) -> Article:
        """The article with the text of its attachments; of one that is a file itself it is there."""
        if [file.url for file in article.attachments] == [article.url]:
            return article
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

    async def settle(self, draft: Draft) -> None:
        """Files an article, with summaries of a language model where one is configured."""
        poll, entry = draft.poll, draft.entry
        with self._own_faults(poll, entry):
            if not poll.stopped:
                item = await self.desk.analysed(poll, entry, draft.article)
                if not poll.stopped:  # meanwhile
                    self.desk.file(poll, entry, item, draft.validator)
        self._entry_done(poll, entry)

    def give_up(self, poll: Poll, entry: Entry, error: UnreadableError) -> None:
        """Notes an article that could not be read this time; see Desk.fail."""
        with self._own_faults(poll, entry):
            if not poll.stopped:
                self.desk.fail(poll, entry, error)
        self._entry_done(poll, entry)

    @contextmanager
    def _own_faults(self, poll: Poll, entry: Entry) -> Iterator[None]:
        """What goes wrong at our desk is not counted against the article: the next poll tries it again."""
        try:
            yield
        except DatabaseError as error:
            self._stop(poll, error)
        except Exception:
            log.exception("%s: %s could not be filed", poll.source.id, entry.url)
            poll.failed += 1
            poll.retry += 1

    def _stop(self, poll: Poll, error: DatabaseError) -> None:
        log.error("%s: %s", poll.source.id, error)
        poll.stop(str(error))

    def _entry_done(self, poll: Poll, entry: Entry) -> None:
        self._article_done(poll, entry.key)

    def _article_done(self, poll: Poll, key: str) -> None:
        poll.waiting.discard(key)
        poll.done += 1
        self._report(poll, "articles")
        self._close_if_done(poll)

    def _close_if_done(self, poll: Poll) -> None:
        if poll.held and len(poll.held) == len(poll.waiting):
            self._release(poll)
        elif not poll.waiting and not poll.ended:
            self._close(poll)

    def _release(self, poll: Poll) -> None:
        held, poll.held = poll.held, []
        lost = together(held, poll.found)
        for draft in held:
            if draft.entry.key in lost:
                self.give_up(poll, draft.entry, UnreadableError("it leads where other articles lead, too"))
            else:
                with self._own_faults(poll, draft.entry):
                    if not poll.stopped:
                        self.desk.file(poll, draft.entry, analyse(draft.article), draft.validator)
                self._entry_done(poll, draft.entry)

    def _close(self, poll: Poll) -> None:
        try:
            self.desk.close(poll)
        except DatabaseError as error:
            self._stop(poll, error)
        except Exception as error:
            log.exception("%s: its state could not be saved", poll.source.id)
            poll.fail(f"the state could not be saved: {type(error).__name__}: {error}")
        poll.ended = poll.ended or self.desk.now()
        self._report(poll, "done")

    def break_off(self, reason: str) -> None:
        """At the end of the crawl: a source not finished was interrupted, and its state stays as it was.

        Where nobody interrupted the crawl an answer was lost: the source failed.
        """
        for poll in self.polls:
            if poll.ended is None and reason == "finished":
                poll.fail("it was not read to the end: an answer was lost")
                self._close(poll)
            elif poll.ended is None:
                poll.ended = self.desk.now()
                poll.fail(INTERRUPTED)

    def _heard(self, response: Response, kept: Validator | None = None) -> Validator:
        return heard(partial(header, response), self.desk.now(), kept)

    def _page(self, response: Response) -> Page:
        return Page(response.url, response.body, header(response, "Content-Type"), self.desk.now())

    def _report(self, poll: Poll, phase: Phase) -> None:
        done, total = sum(one.answered for one in self.polls), sum(one.asked for one in self.polls)
        self.progress(Progress(poll.source.id, phase, done, total))


def header(response: Response, name: str) -> str | None:
    """A header of an answer as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
