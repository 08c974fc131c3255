"""The item pipeline of Scrapy: an article that was read goes to the filing desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.crawler import Crawler

from crawler.poll import Draft

if TYPE_CHECKING:
    from crawler.spiders.sources import SourcesSpider


class FilingPipeline:
    """Files each draft; one that cannot be filed fails its source, never the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FilingPipeline:
        return cls(crawler)

    async def process_item(self, item: Draft) -> Draft:
        spider: SourcesSpider = self._crawler.spider  # type: ignore[assignment]
        await spider.settle(item)
        return item
