"""A city whose one list is crawled again and again, to see what becomes of an article that is edited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from storage import outbox
from storage.looks import young_looks
from storage.tables import announcements
from storage.types import Look
from tests.crawls import NOW, Crawler, city, rows
from tests.sites import Reply, Site

TITLE = "苏州市启动数字人民币试点"
OLD = "/old.html 花展开幕的通知公告 2024-03-01"
LISTED = f"/a.html {TITLE} 2024-03-10"
SCHEDULE = {"revisit": ["6h", "1d", "3d", "7d"]}


class Watch:
    """Its first crawl is silent; what is on the list is filed in the second one, at NOW too."""

    def __init__(self, crawler: Crawler, site: Site, *entries: str, **source: Any) -> None:
        self.crawler, self.site = crawler, site
        self.source = city(site, **source)
        site.pages["/"] = Reply(rows(OLD))
        self.crawl()
        site.pages["/"] = Reply(rows(*(entries or (LISTED,)), OLD))
        self.crawl()

    def crawl(self, after: timedelta = timedelta(0), **options: Any) -> Any:
        """The run of a crawl so long after the article was first read."""
        runs = self.crawler.crawl(self.source, now=NOW + after, **{"crawl": SCHEDULE, **options}).runs
        return runs["suzhou"]

    def asked(self, path: str = "/a.html") -> int:
        return self.site.paths().count(path)

    def told(self) -> int:
        with self.crawler.database.read() as conn:
            return sum(outbox.counts(conn).values())

    def look(self, path: str = "/a.html") -> Look:
        with self.crawler.database.read() as conn:
            looks = {look.url: look for look in young_looks(conn, "suzhou", NOW - timedelta(days=1))}
        return looks[self.site.url(path)]

    def text(self) -> str:
        with self.crawler.database.read() as conn:
            texts = conn.execute(select(announcements.c.text).where(announcements.c.story_id.is_not(None)))
            return str(texts.scalar_one())
