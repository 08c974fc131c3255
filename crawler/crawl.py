"""Crawls the chosen sources: their lists, the articles that are new on them, everything filed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from crawler.config import CrawlerConfig, SourceConfig
from crawler.desk import Desk
from crawler.narrator import Narrator
from crawler.poll import Poll, run_of
from crawler.process import run
from crawler.settings import settings
from crawler.spiders.sources import SourcesSpider
from crawler.types import Progress as Progress
from storage.config import DeliveryRules
from storage.database import Database
from storage.types import SourceRun

_PIPELINES = {"ITEM_PIPELINES": {"crawler.pipelines.FilingPipeline": 100}}


class UnknownSourceError(ValueError):
    """A source was asked for that config.yaml does not have."""


def silent(progress: Progress) -> None:
    """Reports progress to nobody."""


def crawl(
    config: CrawlerConfig,
    rules: DeliveryRules,
    database: Database,
    *,
    source_ids: Collection[str] | None = None,
    due_only: bool = False,
    dry_run: bool = False,
    progress: Callable[[Progress], None] = silent,
    clock: Callable[[], datetime],
    llm_key: str | None = None,
) -> list[SourceRun]:
    """Reads sources once, files what is new and returns what each gave, in the order of the configuration.

    `source_ids` None or empty: all that are not disabled; a disabled one is read when it is named.
    `due_only`: of these, the ones whose time has come. `dry_run`: everything but writing. `clock` gives
    aware UTC. Runs Scrapy in this process, so it can be called once in a process; on SIGTERM it stops, and
    sources that were not read to the end say so. `llm_key` is for the server of `analysis.llm`. Raises
    UnknownSourceError before anything is fetched.
    """
    llm = config.analysis.llm
    narrator = Narrator(llm, llm_key, database, clock) if llm else None
    desk = Desk(database, rules, clock, dry_run, config.crawl, narrator)
    polls = _polls(config, _chosen(config, source_ids), desk, due_only)
    if polls:
        run(
            SourcesSpider,
            settings(config.crawl) | _PIPELINES,
            hosts=desk.hosts,
            polls=polls,
            patterns=config.link_patterns,
            words=config.words,
            entries_per_poll=config.crawl.entries_per_poll,
            desk=desk,
            progress=progress,
        )
        desk.mill.close()
        desk.leave()
        if narrator:
            narrator.report()
    return [run_of(poll) for poll in polls]


def _chosen(config: CrawlerConfig, source_ids: Collection[str] | None) -> list[SourceConfig]:
    if not source_ids:
        return [source for source in config.sources if source.disabled is None]
    unknown = sorted(set(source_ids) - {source.id for source in config.sources})
    if unknown:
        raise UnknownSourceError(f"no such source in the configuration: {', '.join(unknown)}")
    return [source for source in config.sources if source.id in source_ids]


def _polls(config: CrawlerConfig, sources: list[SourceConfig], desk: Desk, due_only: bool) -> list[Poll]:
    now = desk.now()
    states = desk.states([source.id for source in sources])
    desk.meet(config.sources)
    polls = [Poll(source, states[source.id], now) for source in sources]
    return [poll for poll in polls if desk.due(poll)] if due_only else polls
