"""Reads articles of sources again that were filed before: the part of the spider behind the new ones.

Every visit ends in exactly one of `_unchanged`, `_lost` and `settle`; none is a failure of the source.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.again import BELIEVED, Visit
from crawler.extract.blocked import refusal
from crawler.freshness import conditions
from crawler.landing import astray
from crawler.poll import Draft, Poll, announced
from crawler.problems import problem_of
from crawler.spiders.articles import ArticlesSpider
from crawler.types import UnreadableError
from storage.database import DatabaseError
from storage.types import Validator

_BEHIND = -1  # the priority of requests: news goes first
log = logging.getLogger(__name__)


class RevisitsSpider(ArticlesSpider):
    """Visits articles of a source once its lists are in."""

    def _visits(self, poll: Poll) -> list[Visit]:
        """What is to be looked at again; they are waited for like new articles."""
        visits: list[Visit] = []
        try:
            visits = [] if poll.stopped else self.desk.revisits.planned(poll, self.desk.hosts)
        except DatabaseError as error:
            self._stop(poll, error)
        except Exception:  # the new articles are read all the same
            log.exception("%s: what to look at again could not be found out", poll.source.id)
        poll.again = len(visits)
        poll.waiting.update(map(_key, visits))
        return visits

    def _visit(self, poll: Poll, visit: Visit) -> Iterator[Any]:
        """The request for an article, conditional where it may be; an edit where the list holds its text."""
        if not poll.source.article.in_list:
            asked = conditions(visit.look.validator, self.desk.now(), BELIEVED)
            try:
                yield self._request(
                    *(visit.entry.detail or visit.entry.url, poll, self.parse_again, self.again_failed),
                    known={"visit": visit},
                    headers=asked,
                    priority=_BEHIND,
                )
            except ValueError as error:  # an address that Scrapy refuses
                self._lost(poll, visit, UnreadableError(f"not an address to ask: {error}", lasting=True))
            return
        article = announced(poll.source, visit.entry)
        with self._visiting(poll, visit):
            if self.desk.revisits.is_edited(visit, article):
                yield Draft(poll, visit.entry, article, visit=visit)
            else:
                self._unchanged(poll, visit, Validator())

    async def parse_again(self, response: Response, poll: Poll, visit: Visit) -> AsyncIterator[Any]:
        """The article as an item for the pipeline where it was edited."""
        with self._visiting(poll, visit):
            if wrong := refusal(response.status) or astray(response.url, poll.source):
                raise wrong
            article = await self._read(self._page(response), poll, visit.entry)
            if self.desk.revisits.is_edited(visit, article):
                article = await self._with_files(article)
                yield Draft(poll, visit.entry, article, response.url, self._heard(response), visit)
            else:
                self._unchanged(poll, visit, self._heard(response))

    def again_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        poll, visit = request.cb_kwargs["poll"], request.cb_kwargs["visit"]
        response = failure.value.response if isinstance(failure.value, HttpError) else None
        asked = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        if response is not None and response.status == 304 and asked:
            with self._visiting(poll, visit):
                self._unchanged(poll, visit, self._heard(response, visit.look.validator))
        else:
            self._lost(poll, visit, problem_of(failure))

    async def settle(self, draft: Draft) -> None:
        """Files an article, be it new or an edit of one that is known."""
        poll, visit = draft.poll, draft.visit
        if visit is None:
            await super().settle(draft)
            return
        with self._visiting(poll, visit):
            if not poll.stopped:
                item = await self.desk.analysed(poll, draft.entry, draft.article)
                if not poll.stopped:  # meanwhile
                    self.desk.revisits.file(poll, visit, item, draft.validator)
            self._article_done(poll, _key(visit))

    # Ends

    def _unchanged(self, poll: Poll, visit: Visit, validator: Validator) -> None:
        if not poll.stopped:
            self.desk.revisits.unchanged(visit, validator)
        self._article_done(poll, _key(visit))

    def _lost(self, poll: Poll, visit: Visit, error: UnreadableError) -> None:
        try:
            if not poll.stopped:
                self.desk.revisits.fail(poll, visit, error)
        except DatabaseError as wrong:
            self._stop(poll, wrong)
        except Exception:
            log.exception("%s: a look at %s could not be noted", poll.source.id, visit.look.url)
        self._article_done(poll, _key(visit))

    @contextmanager
    def _visiting(self, poll: Poll, visit: Visit) -> Iterator[None]:
        """Ends the visit where the block raises, whatever it is: what is stored stays."""
        try:
            yield
        except UnreadableError as error:
            self._lost(poll, visit, error)
        except DatabaseError as error:
            self._stop(poll, error)
            self._article_done(poll, _key(visit))
        except Exception as error:
            log.exception("%s: %s could not be read again", poll.source.id, visit.look.url)
            self._lost(poll, visit, UnreadableError(f"{type(error).__name__}: {error}"))


def _key(visit: Visit) -> str:
    """What stands for it among the keys of new entries."""
    return f"again {visit.look.announcement_id}"
