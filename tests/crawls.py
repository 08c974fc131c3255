"""Runs a crawl in a process of its own, as the program does: Twisted's reactor runs once in a process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.database import Database
from tests.sites import LOOPBACK, Reply, Seen, Site
from tests.zygote import run, run_fresh

NOW = datetime(2024, 3, 10, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl gave: its runs by source, the progress it told, and what it wrote to stderr."""

    runs: Mapping[str, Mapping[str, Any]]
    progress: Sequence[tuple[str, str, int, int]]
    log: str
    peak: int = 0  # megabytes of memory at most


@dataclass(frozen=True, slots=True)
class Crawler:
    """Crawls sources into a database of its own. `crawl` is the crawl block of the configuration."""

    path: Path

    @property
    def database(self) -> Database:
        """The database, migrated."""
        database = Database(f"sqlite:///{self.path}")
        database.migrate()
        return database

    def crawl(
        self,
        *sources: Mapping[str, Any],
        now: datetime = NOW,
        patterns: Mapping[str, str] | None = None,
        crawl: Mapping[str, Any] | None = None,
        llm: Mapping[str, Any] | None = None,
        log: str = "INFO",
        fresh: bool = False,
        **options: Any,
    ) -> Crawled:
        """One crawl at `now`; `options` are those of crawler.crawl.crawl, `log` the level of the log.

        `fresh`: in a process that has loaded nothing but the crawler, so that `peak` is its own.
        """
        self.database.close()
        asked = self.asked(*sources, now=now, patterns=patterns, crawl=crawl, llm=llm, log=log, **options)
        done = (run_fresh if fresh else run)([__file__], data=asked, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        answer = json.loads(done.stdout)
        runs = {run["source_id"]: run for run in answer["runs"]}
        return Crawled(
            runs, [tuple(step) for step in answer["progress"]], done.stderr.decode(), answer["peak"]
        )

    def asked(
        self,
        *sources: Mapping[str, Any],
        now: datetime = NOW,
        patterns: Mapping[str, str] | None = None,
        crawl: Mapping[str, Any] | None = None,
        llm: Mapping[str, Any] | None = None,
        log: str = "INFO",
        **options: Any,
    ) -> bytes:
        """What the process is told on standard input."""
        gentle = {"delay": 0, "timeout": 5, "obey_robots": False, "allow_networks": LOOPBACK, "revisit": []}
        config = {"crawl": gentle | dict(crawl or {}), "link_patterns": patterns or {}, "sources": sources}
        asked = {"config": config | {"analysis": {"llm": llm}}, "database": str(self.path), "log": log}
        return json.dumps(asked | {"now": now.isoformat(), "options": options}).encode()


PILOT = (
    "苏州市启动数字人民币试点，首批{}家商户接入。",
    "市金融局表示，将发放数字人民币红包1000万元，共计10万份，市民可以在线报名。",
    "试点覆盖商场、公交和医院，为期三个月，届时将公布结果。",
)


def city(site: Site, path: str = "/", **more: Any) -> dict[str, Any]:
    """A city's portal with a list of rows."""
    source = {
        "id": "suzhou",
        "name": "苏州市人民政府",
        "kind": "listing",
        "level": "municipal",
        "place": "320500",
    }
    rules = {"item": ".list li", "date": "span"}
    return source | {"urls": [site.url(path)], "list": rules, "timezone": "Asia/Shanghai"} | more


def rows(*links: str) -> str:
    """A list page; each link is "path title day"."""
    parts = [link.split(" ") for link in links]
    items = "".join(f'<li><a href="{path}">{title}</a><span>{day}</span></li>' for path, title, day in parts)
    return f"<html><title>政务公开</title><body><ul class='list'>{items}</ul></body></html>"


def notice(title: str, *paragraphs: str, head: str = "") -> Reply:
    """An article page as the content systems of portals make it."""
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return Reply(
        f"<html><head>{head}</head><body><h1>{title}</h1><div class='TRS_Editor'>{text}</div></body></html>"
    )


def pilot(number: int = 3000) -> Reply:
    return notice("苏州市启动数字人民币试点", *(line.format(number) for line in PILOT))


def conditional(body: str) -> Any:
    """A page with an ETag that answers 304 to those who have it."""

    def answer(seen: Seen) -> Reply:
        known = seen.headers.get("if-none-match") == '"one"'
        return Reply(b"" if known else body, 304 if known else 200, {"ETag": '"one"'})

    return answer


def main() -> None:
    """The crawl in its own process: JSON in on stdin, JSON out on stdout."""
    import logging

    from crawler.config import CrawlerConfig
    from crawler.crawl import crawl
    from storage.config import DeliveryRules

    asked = json.load(sys.stdin)
    logging.basicConfig(level=asked["log"], format="%(name)s %(levelname)s %(message)s")
    progress: list[tuple[str, str, int, int]] = []
    now = datetime.fromisoformat(asked["now"])
    runs = crawl(
        CrawlerConfig.model_validate(asked["config"]),
        DeliveryRules(),
        Database(f"sqlite:///{asked['database']}"),
        progress=lambda step: progress.append((step.source_id, step.phase, step.done, step.total)),
        clock=lambda: now,
        **asked["options"],
    )
    figures = ("entries", "new", "relevant", "duplicates", "failed", "changed")
    fields = ("source_id", *figures, "problem", "not_modified")
    shown = [{name: getattr(run, name) for name in fields} for run in runs]
    # Not of getrusage, which counts what the parent had before this program was started.
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    json.dump({"runs": shown, "progress": progress, "peak": int(status.split()[0]) // 1024}, sys.stdout)


if __name__ == "__main__":
    main()
