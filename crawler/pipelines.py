"""The item pipeline of Scrapy: an article that was read goes to the filing desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy.crawler import Crawler

from analysis.types import Article
from crawler.poll import Poll
from crawler.types import Entry

if TYPE_CHECKING:
    from crawler.spiders.sources import SourcesSpider


@dataclass(slots=True)
class Draft:
    """The item: an article that was read, and where it comes from."""

    poll: Poll = field(repr=False)  # Scrapy prints items when it logs everything
    entry: Entry
    article: Article = field(repr=False)


class FilingPipeline:
    """Files each draft; one that cannot be filed fails its source, never the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FilingPipeline:
        return cls(crawler)

    def process_item(self, item: Draft) -> Draft:
        spider: SourcesSpider = self._crawler.spider  # type: ignore[assignment]
        spider.settle(item.poll, item.entry, item.article)
        return item
