"""From a list on the web to stored articles: our crawl beside a bare Scrapy spider with trafilatura.

Both fetch the same lists and pages, generated here and served on loopback by a process of its own, turn by
turn. The bare spider extracts the text of each page and throws it away; ours also reads dates and metadata,
analyses, finds the story and stores all of it. Then many crawls in a row, started as the bot starts them,
into a database that grows: what the starting process and the crawls take of memory.

    python -m benchmarks.crawl
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

HOSTS = 8
PAGES = 50  # of each host
ROUNDS = 3
CRAWLS = 100
NEW = 3  # articles that appear between two of them
PLACES = tuple("苏州 南京 无锡 成都 深圳 雄安 海口 青岛 大连 西安 长沙 天津".split())  # noqa: SIM905
THINGS = tuple("地铁 公交 医院 学校 商场 景区 园区 水务 税务 菜市场 停车场 图书馆".split())  # noqa: SIM905
DEEDS = tuple("启动 扩大 总结 部署 签约 验收 推进 调研".split())  # noqa: SIM905
SUBJECTS = tuple(
    "数字人民币试点 区块链应用 数字人民币红包 政务数据共享 绿色建筑 中小学招生 垃圾分类 道路养护".split()  # noqa: SIM905
)
WHO = tuple("市政府 工作组 各街道 主管部门 承办单位 行业协会 村委会 监督机构 专家组 志愿者".split())  # noqa: SIM905
WHAT = tuple("方案 预算 台账 名单 流程 标准 档案 设备 合同 场地 进度 培训".split())  # noqa: SIM905
HOW = tuple("逐项核对 重新编制 按月公布 严格审查 分批更换 统一登记 现场检查 广泛征求意见".split())  # noqa: SIM905


def filler(rng: Random) -> str:
    """A sentence that says little."""
    return (
        f"{rng.choice(WHO)}将{rng.choice(HOW)}{rng.choice(WHAT)}，{rng.choice(WHO)}负责{rng.choice(WHAT)}。"
    )


def article(name: str) -> bytes:
    """A page as a portal makes it: navigation, headline, date, paragraphs, footer."""
    rng = Random(name)  # noqa: S311
    place, thing, deed, subject = (rng.choice(words) for words in (PLACES, THINGS, DEEDS, SUBJECTS))
    title = f"{place}市{thing}{deed}{subject}第{rng.randrange(99)}期"
    told = "".join(
        f"<p>{rng.choice(PLACES)}市{rng.choice(THINGS)}{rng.choice(DEEDS)}{subject}，涉及{rng.randrange(9999)}家单位，"
        f"投入{rng.randrange(999)}万元。{''.join(filler(rng) for _ in range(rng.randrange(1, 6)))}</p>"
        for _ in range(rng.randrange(5, 14))
    )
    links = "".join(f"<li><a href='/channel/{n}/'>栏目{n}</a></li>" for n in range(60))
    return (
        f"<html><head><title>{title}</title><meta name='PubDate' content='2024-03-09 10:00'></head><body>"
        f"<div class='nav'><ul>{links}</ul></div><h1>{title}</h1><div class='info'>2024-03-09 10:00</div>"
        f"<div class='{rng.choice(('content', 'TRS_Editor'))}'>{told}</div>"
        f"<div class='foot'><ul>{links}</ul></div></body></html>"
    ).encode()


def listing(first: int, last: int) -> bytes:
    """A list of links to articles."""
    rows = "".join(
        f"<li><a href='/{n}.html'>{n}号信息：{SUBJECTS[n % 8]}</a><span>2024-03-09</span></li>"
        for n in range(first, last)
    )
    return f"<html><title>信息公开</title><body><ul class='list'>{rows}</ul></body></html>".encode()


def served() -> None:
    """The web: a list at / of each host, one that grows at /news, articles everywhere else."""
    polls = 0
    pages = {f"127.0.2.{host}/{n}.html": b"" for host in range(1, HOSTS + 1) for n in range(PAGES)}
    pages = {name: article(name) for name in pages}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            nonlocal polls
            if self.path == "/news":
                body, polls = listing(NEW * polls, NEW * polls + 20), polls + 1
            else:
                name = self.headers["Host"].split(":")[0] + self.path
                body = listing(0, PAGES) if self.path == "/" else pages.get(name) or article(name)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - eight addresses of loopback
    print(server.server_address[1], flush=True)
    server.serve_forever()


def block(number: int, url: str) -> dict[str, Any]:
    """A source's block."""
    rules = {"item": ".list li", "date": "span"}
    more = {"level": "municipal", "kind": "listing", "list": rules, "language": "zh", "every": "1s"}
    return {"id": f"city-{number}", "name": f"城市{number}", "urls": [url], **more}


CRAWL = {
    "delay": 0,
    "floor": "1s",
    "obey_robots": False,
    "allow_networks": ["127.0.0.0/8"],
    "entries_per_poll": 1000,
}


def emptied(folder: str) -> Any:
    """A new database."""
    from storage.database import Database

    database = Database(f"sqlite:///{folder}/crawl.db", durable=False)
    database.migrate()
    return database


def ours(port: int, database: Any) -> int:
    """Our crawl into a new database; how many articles are stored."""
    from crawler.config import CrawlerConfig
    from crawler.crawl import crawl
    from storage.config import DeliveryRules

    sources = [block(n, f"http://127.0.2.{n}:{port}/") for n in range(1, HOSTS + 1)]
    runs = crawl(
        CrawlerConfig.model_validate({"crawl": CRAWL, "sources": sources}),
        DeliveryRules(),
        database,
        clock=lambda: datetime.now(UTC),
    )
    return sum(run.new - run.failed for run in runs)


def bare(port: int) -> int:
    """A spider as it stands in tutorials; how many texts it extracted."""
    import trafilatura
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    texts: list[str] = []

    class Bare(Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Any]:
            for host in range(1, HOSTS + 1):
                yield Request(f"http://127.0.2.{host}:{port}/")

        def parse(self, response: Any) -> Iterator[Any]:
            for link in response.css(".list li a::attr(href)"):
                yield response.follow(link.get(), self.read)

        def read(self, response: Any) -> None:
            texts.append(trafilatura.extract(response.text, fast=True) or "")

    process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    process.crawl(Bare)
    process.start()
    return sum(map(bool, texts))


def measured(*command: str) -> dict[str, float]:
    """What a child of this program says of its crawl."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl", *command], check=True, capture_output=True
    )
    return dict(json.loads(done.stdout))


def child(which: str, port: int, folder: str) -> None:
    """Crawls once and prints seconds, seconds of CPU and pages."""
    import scrapy.crawler  # noqa: F401
    import trafilatura  # noqa: F401

    import crawler.crawl  # noqa: F401 - what is imported by now costs no time of the crawl

    database = emptied(folder)
    began, cpu = time.monotonic(), time.process_time()
    pages = ours(port, database) if which == "ours" else bare(port)
    print(json.dumps({"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "pages": pages}))


@contextmanager
def web() -> Iterator[int]:
    """The web in a process of its own while the block runs; its port."""
    command = [sys.executable, "-m", "benchmarks.crawl", "served"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def compare(port: int) -> float:
    """Round by round, turn by turn; the median of the ratios of pages a second."""
    ratios, costs = [], []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            pair = {which: measured(which, str(port), folder) for which in ("ours", "bare")}
        assert {one["pages"] for one in pair.values()} == {HOSTS * PAGES}, pair
        speed = {which: one["pages"] / one["seconds"] for which, one in pair.items()}
        ratios.append(speed["ours"] / speed["bare"])
        costs.append(pair["bare"]["cpu"] / pair["ours"]["cpu"])
        told = ", ".join(f"{w} {speed[w]:6.1f} pages/s {pair[w]['cpu']:5.2f} s CPU" for w in speed)
        print(f"round {number + 1}: {told}, ratio {ratios[-1]:.2f}", flush=True)
    print(f"median ratio of pages by seconds of CPU {median(costs):.2f}")
    return median(ratios)


def in_a_row(port: int, folder: str) -> tuple[list[int], list[int]]:
    """Memory in MB after each of many crawls: of this process, and of the crawl at its most."""
    config = Path(folder) / "config.yaml"
    text = {"database": {"url": f"sqlite:///{folder}/row.db"}, "crawl": CRAWL}
    config.write_text(json.dumps({**text, "sources": [block(1, f"http://127.0.2.1:{port}/news")]}))
    command = [sys.executable, "-m", "yuanwatch", "--config", str(config), "crawl", "--due", "--json"]
    parent, crawls = [], []
    for _ in range(CRAWLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
        assert json.loads(out)[0]["problem"] is None, out
        crawls.append(usage.ru_maxrss // 1024)
        parent.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20)
    return parent, crawls


def main() -> None:
    """Print the figures."""
    with web() as port:
        print(f"{HOSTS} lists, {HOSTS * PAGES} pages: median ratio {compare(port):.2f} (0.8 is asked for)")
        with tempfile.TemporaryDirectory() as folder:
            parent, crawls = in_a_row(port, folder)
    print(
        f"{CRAWLS} crawls in a row, {NEW} new articles each: the starter {parent[0]} -> {parent[-1]} MB, "
        f"a crawl {crawls[0]} (first) {crawls[1]} (second) -> {crawls[-1]} MB (last), {max(crawls)} at most"
    )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "served":
        served()
    else:
        child(sys.argv[1], int(sys.argv[2]), sys.argv[3])
