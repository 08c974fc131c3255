"""The spider: walks the lists of all chosen sources in one crawl and reads the articles that are new.

One crawl for all of them, because Scrapy keeps its distance per host within a crawl. Every request for a list
ends in `_lists_done`; when all lists of a source are in, its new articles are asked for, and some that are
known again.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.bootstrap import found_values
from crawler.config import SourceConfig
from crawler.extract.blocked import needs_script, readable
from crawler.extract.decode import text_of
from crawler.poll import Poll, emptiness, empty_list
from crawler.problems import problem_of
from crawler.requests import Ask, first_asks, next_ask
from crawler.spiders.articles import header
from crawler.spiders.feed import truncated
from crawler.spiders.links import about
from crawler.spiders.lists import further, read_list
from crawler.spiders.revisits import RevisitsSpider
from crawler.types import Entry, Page, UnreadableError
from storage.database import DatabaseError

_BOOTSTRAP = "bootstrap"
_LARGE = 1_000_000  # bytes
log = logging.getLogger(__name__)


class SourcesSpider(RevisitsSpider):
    """Reads sources: `patterns` are the link_patterns of the configuration, `words` says what a source
    searches for, `entries_per_poll` how many entries of a source are looked at.
    """

    name = "sources"

    def __init__(
        self,
        patterns: Mapping[str, str],
        words: Callable[[SourceConfig], Sequence[str]],
        entries_per_poll: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.patterns = patterns
        self.words = words
        self.entries_per_poll = entries_per_poll

    async def start(self) -> AsyncIterator[Any]:
        firsts = [(poll, list(self._first(poll))) for poll in self.polls]
        for poll, requests in firsts:
            self._report(poll, "list")
            for request in requests:
                yield request
            if not requests:  # all of its lists are as they were, by their own word
                for one in self._lists_done(poll, ""):
                    yield one

    def _first(self, poll: Poll) -> list[Request]:
        boot = poll.source.request.bootstrap
        if boot is None:
            asks = first_asks(poll.source, self.words(poll.source), self.desk.now(), {})
            return self._lists(poll, asks)
        poll.waiting.add(_BOOTSTRAP)
        return [self._request(boot.url, poll, self.parse_bootstrap, self.bootstrap_failed)]

    def _lists(self, poll: Poll, asks: Sequence[Ask]) -> list[Request]:
        new = {ask.key: ask for ask in asks if ask.key not in poll.lists_asked}
        wanted = [ask for ask in new.values() if not poll.spared(ask.key)]
        poll.plan(ask.key for ask in wanted)
        requests = []
        for ask in wanted:
            try:
                requests.append(self._list_request(poll, ask))
            except Exception as error:  # an address that Scrapy refuses must not stop the others
                self._list_unread(poll, ask, UnreadableError(f"not an address to ask: {error}", lasting=True))
                poll.waiting.discard(ask.key)
                poll.lists += 1
        return requests

    def _list_request(self, poll: Poll, ask: Ask, conditional: bool = True) -> Request:
        headers = (poll.conditions(ask.key) if conditional else {}) | dict(ask.headers)
        return self._request(
            *(ask.url, poll, self.parse_list, self.list_failed),
            known={"ask": ask},
            method=ask.method,
            body=ask.body or b"",
            headers=headers,
        )

    # Lists

    async def parse_bootstrap(self, response: Response, poll: Poll) -> AsyncIterator[Any]:
        """The requests for the lists, with what the first page says in them."""
        requests: list[Request] = []
        try:
            async with self.parsing.turn(len(response.body)):
                values = await asyncio.to_thread(self._values, self._page(response), response.status, poll)
            asks = first_asks(poll.source, self.words(poll.source), self.desk.now(), values)
            requests = self._lists(poll, asks)
        except UnreadableError as error:
            poll.fail(error.problem, error.status)
        except Exception as error:  # one source must not stop the others
            log.exception("%s: reading its first page failed", poll.source.id)
            poll.fail(f"the first page could not be read: {type(error).__name__}: {error}")
        for request in [*requests, *self._lists_done(poll, _BOOTSTRAP)]:
            yield request

    def _values(self, page: Page, status: int, poll: Poll) -> dict[str, str]:
        return found_values(poll.source, readable(page, status, poll.source.encoding))

    def bootstrap_failed(self, failure: Failure) -> Iterator[Any]:
        poll: Poll = failure.request.cb_kwargs["poll"]  # type: ignore[attr-defined]
        wrong = problem_of(failure)
        poll.fail(wrong.problem, wrong.status)
        yield from self._lists_done(poll, _BOOTSTRAP)

    async def parse_list(self, response: Response, poll: Poll, ask: Ask) -> AsyncIterator[Any]:
        """Entries of a list that were not known; when all lists are in, the requests for their articles."""
        more: list[Ask] = []
        try:
            page = self._page(response)
            async with self.parsing.turn(len(response.body)):
                page, entries = await asyncio.to_thread(self._read_list, page, response.status, poll, ask)
                news = next_ask(poll.source, ask) is not None and self._news(poll, entries)
                more = await asyncio.to_thread(further, poll.source, ask, page, entries, lambda _: news)
            poll.entries += len(entries)
            poll.found += entries
            if ask.lasting:
                poll.heard(ask.key, partial(header, response))
        except UnreadableError as error:
            self._list_unread(poll, ask, error)
        except DatabaseError as error:
            self._stop(poll, error)
        except Exception as error:  # one source must not stop the others
            log.exception("%s: reading its list failed", poll.source.id)
            poll.fail(f"the list could not be read: {type(error).__name__}: {error}")
        requests = self._lists(poll, more)
        poll.lists += 1
        for request in [*requests, *self._lists_done(poll, ask.key)]:
            yield request

    def _read_list(self, page: Page, status: int, poll: Poll, ask: Ask) -> tuple[Page, list[Entry]]:
        page = readable(page, status, poll.source.encoding)
        try:
            return page, self._entries(page, poll, ask)
        finally:
            if len(page.body) > _LARGE:
                gc.collect()  # trees are full of circles, and the next one may come before their time

    def _entries(self, page: Page, poll: Poll, ask: Ask) -> list[Entry]:
        source = poll.source
        if source.kind == "feed":
            poll.partial = poll.partial or truncated(page, source)
        entries = read_list(source, self.patterns, page)
        if not entries and (why := empty_list(poll, ask, needs_script(text_of(page, source.encoding)))):
            raise why
        return entries

    def _news(self, poll: Poll, entries: Sequence[Entry]) -> bool:
        """Whether a page holds entries that no crawl has met, and there is room for more."""
        met = {entry.key for entry in poll.found}
        unmet = [entry for entry in entries if entry.key not in met]
        return len(met) < self.entries_per_poll and bool(unmet and self.desk.unknown(poll, unmet))

    def list_failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        poll, ask = request.cb_kwargs["poll"], request.cb_kwargs["ask"]
        response = failure.value.response if isinstance(failure.value, HttpError) else None
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        if response is not None and response.status == 412 and conditional:
            yield self._list_request(poll, ask, conditional=False)
            return
        if (
            response is None
            or response.status != 304
            or not poll.confirmed(ask.key, partial(header, response))
        ):
            self._list_unread(poll, ask, problem_of(failure))
        poll.lists += 1
        yield from self._lists_done(poll, ask.key)

    def _list_unread(self, poll: Poll, ask: Ask, wrong: UnreadableError) -> None:
        """A first page that cannot be read is a failure of the source; a further one may not be there."""
        if ask.page == 0:
            poll.fail(wrong.problem, wrong.status)
            return
        log.info("%s: %s: %s", poll.source.id, ask.url, wrong.problem)
        poll.partial = poll.partial or not wrong.lasting

    def _lists_done(self, poll: Poll, key: str) -> Iterator[Any]:
        poll.waiting.discard(key)
        if poll.waiting or poll.ended:
            return
        nothing = poll.entries == poll.unchanged == 0 and poll.problem is None
        if nothing and (why := emptiness(poll)):
            poll.fail(why.problem, why.status)
        wanted = self._to_read(poll)
        poll.new = len(wanted)
        self.desk.mill.expect(0 if poll.source.article.in_list else len(wanted))
        poll.waiting.update(entry.key for entry in wanted)
        visits = self._visits(poll)
        self._report(poll, "articles")
        for entry in wanted:
            try:
                request = self._article(poll, entry)
            except Exception as error:  # an address that Scrapy refuses must not stop the others
                self.give_up(poll, entry, UnreadableError(f"not an address to ask: {error}", lasting=True))
            else:
                yield request
        for visit in visits:
            yield from self._visit(poll, visit)
        self._close_if_done(poll)

    def _to_read(self, poll: Poll) -> list[Entry]:
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
        words = poll.source.list.only_words
        poll.found = list({entry.key: entry for entry in poll.found if about(entry, words)}.values())
        if all(entry.published for entry in poll.found):
            poll.found.sort(key=lambda entry: entry.published or self.desk.now(), reverse=True)
        if len(poll.found) > self.entries_per_poll:
            log.warning("%s: %d entries, reading the first ones", poll.source.id, len(poll.found))
        entries = poll.found[: self.entries_per_poll]
        return self.desk.calm(poll, entries, self.desk.unknown(poll, entries))[::-1]
