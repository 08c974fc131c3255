"""Thirty hostile sources and a good one in one crawl: the good one is on time, and the process lives and stays small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storage import sources
from tests.crawls import NOW, Crawler, city, pilot, rows
from tests.hostile import answers, documents
from tests.sites import Reply, serve

SLOW = ("stall", "drip", "drip-head")


def test_many_hostile_sources_and_a_good_one(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "crawl.db")
    asked: list[dict[str, Any]] = []
    expected: dict[str, str] = {}
    with serve("0.0.0.0") as site:
        for name, answer, words in answers():
            expected[name], site.pages[f"/{name}"] = words, answer
            asked.append(city(site, id=name, urls=[site.url(f"/{name}", f"127.0.1.{len(asked) + 1}")]))
        for name, kind, document, words in documents():
            expected[name], site.pages[f"/{name}"] = f"{words}|too large", Reply(document)
            more: dict[str, Any] = {"api": {"title": "t", "link": "l"}} if kind == "api" else {}
            url = site.url(f"/{name}", f"127.0.1.{len(asked) + 1}")
            asked.append(city(site, id=name, kind=kind, urls=[url], **more))
        site.pages["/"] = Reply(rows("/a.html 苏州市启动数字人民币试点 2024-03-09"))
        site.pages["/a.html"] = pilot()
        asked.append(city(site, urls=[site.url("/", "127.0.0.1")]))
        done = crawler.crawl(*asked, crawl={"timeout": 4}, fresh=True)
    problems = {name: str(done.runs[name]["problem"]) for name in expected}
    wrong = (name for name, said in problems.items() if not any(w in said for w in expected[name].split("|")))
    assert {name: problems[name] for name in wrong} == {}
    good = done.runs["suzhou"]
    assert (good["relevant"], good["failed"], good["problem"]) == (1, 0, None)
    ended = [step[0] for step in done.progress if step[1] == "done"]
    assert len(ended) == len(asked) > 31 and all(ended.index("suzhou") < ended.index(name) for name in SLOW)
    assert done.peak < 300 and "Traceback" not in done.log and "root:" not in done.log
    with crawler.database.read() as conn:
        states = sources.states(conn)
    assert all(states[name].failures == 1 and states[name].problem == problems[name] for name in expected)
    plans = [states[name].next_poll for name in expected]
    assert all(plan is not None and plan > NOW for plan in plans)
