"""Reads sources once, their lists and the newest article of each, and tells what every step found.

Nothing is filed or remembered. The readers, the guard and the manners are those of a crawl.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from analysis.types import Article
from crawler.bootstrap import found_values
from crawler.checking.articles import examine_article
from crawler.checking.lists import examine_list
from crawler.checking.steps import counted
from crawler.checking.types import Checked, Finding, judged
from crawler.config import CrawlerConfig, SourceConfig
from crawler.errands import Errand, for_source, send
from crawler.extract.article import extract
from crawler.extract.blocked import needs_script, readable
from crawler.landing import astray, moved
from crawler.politeness import Hosts
from crawler.poll import Poll, announced, emptiness, empty_list
from crawler.requests import Ask, first_asks
from crawler.spiders.links import about
from crawler.spiders.lists import further, read_list
from crawler.states import shortfall
from crawler.types import INTERRUPTED, Entry, Page, Progress, UnreadableError
from storage.types import SourceState, SourceStatus

log = logging.getLogger(__name__)


def check(
    config: CrawlerConfig,
    sources: Sequence[SourceConfig],
    hosts: Hosts,
    *,
    progress: Callable[[Progress], None],
    clock: Callable[[], datetime],
) -> list[Checked]:
    """Checks sources, in their order. Runs Scrapy in this process, so it can be called once in a process."""
    done: dict[str, Checked] = {}

    async def one(errand: Errand, source: SourceConfig) -> None:
        try:
            done[source.id] = await check_source(
                for_source(errand, source.id, source.encoding),
                *(source, config.words(source), config.link_patterns),
            )
        except Exception as error:  # one source must not stop the others
            log.exception("%s: it could not be checked", source.id)
            done[source.id] = Checked(source.id, "failed", f"{type(error).__name__}: {error}")
        progress(Progress(source.id, "done", len(done), len(sources)))

    async def all_of(errand: Errand) -> None:
        await asyncio.gather(*(one(errand, source) for source in sources))

    send(config.crawl, all_of, hosts, clock)
    return [done.get(source.id, Checked(source.id, "failed", INTERRUPTED)) for source in sources]


async def check_source(
    errand: Errand, source: SourceConfig, words: Sequence[str], patterns: Mapping[str, str]
) -> Checked:
    """Checks one source: each of its lists (of a search for its first keyword) and its newest article."""
    one = _Check(errand, source, words, patterns, Poll(source, SourceState(source.id), errand.now()))
    await one.lists()
    await one.newest()
    return one.result()


@dataclass(slots=True)
class _Check:
    """One source being checked; `poll` is the tally that a crawl would have of it."""

    errand: Errand
    source: SourceConfig
    words: Sequence[str]
    patterns: Mapping[str, str]
    poll: Poll
    findings: list[Finding] = field(default_factory=list)
    referer: str = ""
    article: Article | None = None
    unread: UnreadableError | None = None

    async def lists(self) -> None:
        try:
            for number, ask in enumerate(await self._asks()):
                await self._list(ask, with_further=number == 0)
        except UnreadableError as error:
            self._fail(Finding("request.bootstrap", "failed", error.problem), error)
        if not self.poll.found and self.poll.problem is None and (why := emptiness(self.poll)):
            self.poll.fail(why.problem, why.status)
        if lacking := shortfall(self.poll.found, 0, self.source.expect):
            self._fail(Finding("expect", "failed", lacking), UnreadableError(lacking, "layout"))

    async def _asks(self) -> list[Ask]:
        boot, values = self.source.request.bootstrap, {}
        if boot is not None:
            page = await self.errand.page(boot.url)
            page = await self.errand.read(readable, page, 200, self.source.encoding)
            values = await self.errand.read(found_values, self.source, page)
            names = ", ".join(f"{name} is {value[:40]}" for name, value in values.items())
            self.findings.append(Finding("request.bootstrap", "ok", names, where=boot.url))
        if self.source.searches and len(self.words) > 1:
            said = f"searched for {self.words[0]}, the first of {len(self.words)}"
            self.findings.append(Finding("keywords", "ok", said))
        return first_asks(self.source, self.words[:1], self.errand.now(), values)

    async def _list(self, ask: Ask, with_further: bool) -> None:
        try:
            page = await self.errand.listed(ask)
            entries = await self.errand.read(read_list, self.source, self.patterns, page)
        except UnreadableError as error:
            self._fail(Finding("list", "failed", error.problem, where=ask.url), error)
            return
        found = await self.errand.read(examine_list, self.source, self.patterns, page, entries)
        self.findings += [replace(one, where=ask.url) for one in found]
        script = needs_script(page.text or "")
        if not entries and (why := empty_list(self.poll, ask, script)):
            self.poll.fail(why.problem, why.status)
        self.referer = self.referer or page.url
        fresh = self._note(entries)
        if with_further:
            await self._further(ask, page, entries, fresh)

    def _note(self, entries: Sequence[Entry]) -> int:
        """How many of the entries were not on the lists before."""
        known = {entry.key for entry in self.poll.found}
        new = [entry for entry in entries if entry.key not in known]
        self.poll.found += new
        return len(new)

    async def _further(self, ask: Ask, page: Page, entries: Sequence[Entry], fresh: int) -> None:
        """The list it leads to, and the second page: one of each is enough to see whether they are found."""
        asks = await self.errand.read(further, self.source, ask, page, entries, lambda _: fresh > 0)
        leads = [one for one in asks if one.parent is not None]
        if self.source.list.follow:
            advice = "Compare the pattern with the words of the links on the page."
            said = leads[0].url if leads else "no link has such words"
            self.findings.append(judged("list.follow", bool(leads), said, advice))
        for one in leads[:1]:
            await self._list(one, with_further=False)
        for one in asks:
            if one.page:
                await self._second(one, len(entries))

    async def _second(self, ask: Ask, before: int) -> None:
        advice = "Compare paging with the address that the page's link to the next page has."
        try:
            page = await self.errand.listed(ask)
            entries = await self.errand.read(read_list, self.source, self.patterns, page)
        except UnreadableError as error:
            self.findings.append(Finding("paging", "warning", f"page 2: {error.problem}", advice, ask.url))
            return
        new = self._note(entries)
        said = f"page 2: {counted(len(entries), 'entry')}, {new} of them not on page 1"
        self.findings.append(replace(judged("paging", new > 0, said, advice), where=ask.url))

    async def newest(self) -> None:
        """Reads the newest entry's article."""
        entries = self._sorted()
        wanted = [entry for entry in entries if about(entry, self.source.list.only_words)] or entries
        if not wanted:
            return
        if self.source.article.in_list:
            self.article = announced(self.source, wanted[0])
            return
        try:
            await self._article(wanted[0])
        except UnreadableError as error:
            self.unread = error
            where = wanted[0].detail or wanted[0].url
            self.findings.append(Finding("article", "failed", error.problem, where=where))

    async def _article(self, entry: Entry) -> None:
        url = entry.detail or entry.url
        page = await self.errand.page(url, None if _to_plain(self.referer, url) else self.referer)
        if wrong := astray(page.url, self.source):
            raise wrong
        wrong = None
        try:
            self.article = await self.errand.read(extract, page, entry, self.source)
        except UnreadableError as error:
            wrong = error
        found = await self.errand.read(examine_article, self.source, page, entry, self.article)
        self.findings += [replace(one, where=page.url) for one in found]
        if wrong is not None:
            raise wrong
        if moved(page.url, entry):
            self.findings.append(Finding("article", "warning", f"it was sent to {page.url}", where=url))

    def _sorted(self) -> list[Entry]:
        """Newest first where all have a date, else as they stand."""
        dated = [(entry.published, entry) for entry in self.poll.found if entry.published]
        if len(dated) < len(self.poll.found):
            return self.poll.found
        return [entry for _, entry in sorted(dated, key=lambda pair: pair[0], reverse=True)]

    def _fail(self, finding: Finding, error: UnreadableError) -> None:
        self.findings.append(finding)
        self.poll.fail(error.problem, error.status)

    def result(self) -> Checked:
        if self.unread is not None:
            kind: SourceStatus = "layout" if self.unread.status == "failed" else self.unread.status
            self.poll.fail(f"the first article could not be read: {self.unread.problem}", kind)
        failed = next((one for one in self.findings if one.verdict == "failed"), None)
        if self.poll.problem is None and failed is not None:
            self.poll.fail(f"{failed.step}: {failed.found}", "layout")
        status = "empty" if self.poll.problem is None and not self.poll.found else self.poll.status
        return Checked(
            *(self.source.id, status, self.poll.problem, tuple(self._sorted()), tuple(self.findings)),
            *(self.article, self.unread.problem if self.unread else None),
        )


def _to_plain(referer: str, url: str) -> bool:
    """Whether an address would be told in the open that was asked for in secret."""
    return not referer or urlsplit(referer).scheme == "https" != urlsplit(url).scheme
