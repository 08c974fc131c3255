"""The spider: walks the lists of all chosen sources in one crawl and reads the articles that are new.

One crawl for all of them, because Scrapy keeps its distance per host within a crawl. Every request for a list
ends in `_list_done`; when all lists of a source are in, its new articles are asked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.extract.blocked import challenge, needs_script, refusal
from crawler.extract.decode import decode
from crawler.poll import Poll, emptiness
from crawler.problems import problem_of
from crawler.spiders.articles import ArticlesSpider, header
from crawler.spiders.feed import read_feed, truncated
from crawler.spiders.listing import read_listing
from crawler.types import Entry, Page, UnreadableError
from storage.database import DatabaseError

log = logging.getLogger(__name__)


class SourcesSpider(ArticlesSpider):
    """Reads sources: `patterns` are the link_patterns of the configuration, `entries_per_poll` how many
    entries of a source are looked at.
    """

    name = "sources"

    def __init__(self, patterns: Mapping[str, str], entries_per_poll: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.patterns = patterns
        self.entries_per_poll = entries_per_poll

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

    async def parse_list(self, response: Response, poll: Poll, listed: str) -> AsyncIterator[Any]:
        """Entries of a list that were not known; when all lists are in, the requests for their articles."""
        try:
            if wrong := refusal(response.status):
                raise wrong
            async with self.parsing:
                entries = await asyncio.to_thread(self._entries, self._page(response), poll)
            poll.entries += len(entries)
            poll.found += entries
            poll.validators[listed] = (header(response, "ETag"), header(response, "Last-Modified"))
        except UnreadableError as error:
            poll.fail(error.problem, error.status)
        except Exception as error:  # one source must not stop the others
            log.exception("%s: reading its list failed", poll.source.id)
            poll.fail(f"the list could not be read: {type(error).__name__}: {error}")
        for request in self._list_done(poll, listed):
            yield request

    def _entries(self, page: Page, poll: Poll) -> list[Entry]:
        source = poll.source
        text = decode(page.body, page.content_type, source.encoding)
        page = replace(page, text=text)
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
        wanted = self._news(poll)
        poll.new = len(wanted)
        poll.waiting.update(entry.key for entry in wanted)
        self._report(poll, "articles")
        for entry in wanted:
            try:
                request = self._article(poll, entry)
            except Exception as error:  # an address that Scrapy refuses must not stop the others
                self.give_up(poll, entry, UnreadableError(f"not an address to ask: {error}", lasting=True))
            else:
                yield request
        self._close_if_done(poll)

    def _news(self, poll: Poll) -> list[Entry]:
        """What is to be read; nothing where our own database does not say what is known."""
        try:
            wanted = self._wanted(poll)
            if poll.first_read:
                self.desk.note_first(poll)
            return wanted
        except DatabaseError as error:
            self._stop(poll, error)
        except Exception as error:
            log.exception("%s: its known entries could not be looked up", poll.source.id)
            poll.fail(f"{type(error).__name__}: {error}")
        return []

    def _wanted(self, poll: Poll) -> list[Entry]:
        """The newest entries that are not known yet, oldest first, so that stories grow in their order."""
        poll.found = list({entry.key: entry for entry in poll.found}.values())
        if all(entry.published for entry in poll.found):
            poll.found.sort(key=lambda entry: entry.published or self.desk.now(), reverse=True)
        if len(poll.found) > self.entries_per_poll:
            log.warning("%s: %d entries, reading the first ones", poll.source.id, len(poll.found))
        return self.desk.unknown(poll, poll.found[: self.entries_per_poll])[::-1]
