"""Sources that fail poll after poll: asked less and less, never given up but for 410, and at once as before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from storage import sources
from storage.types import SourceState
from tests.crawls import NOW, Crawler, city, pilot, rows
from tests.hostile import wire
from tests.sites import Reply, Wire, serve

HOUR = timedelta(hours=1)
FAULTS: dict[str, tuple[Reply | Wire, str]] = {
    "e500": (Reply("", 500), "unreachable"),
    "e503": (Reply("", 503), "unreachable"),
    "e404": (Reply("", 404), "unreachable"),
    "reset": (wire(b"", reset=True), "unreachable"),
    "e401": (Reply("", 401), "blocked"),
    "e403": (Reply("", 403), "blocked"),
    "e451": (Reply("", 451), "blocked"),
    "e410": (Reply("", 410), "gone"),
}


def states(crawler: Crawler) -> Mapping[str, SourceState]:
    with crawler.database.read() as conn:
        return sources.states(conn)


def test_failures_are_asked_less_and_less_and_never_given_up(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "states.db")
    waits: list[dict[str, timedelta]] = []
    with serve() as site:
        asked = [city(site, f"/{name}", id=name) for name in FAULTS]
        for name, (answer, _) in FAULTS.items():
            site.pages[f"/{name}"] = answer
        for poll in range(3):
            now = NOW + poll * 30 * HOUR
            crawler.crawl(*asked, now=now, due_only=True)
            known = states(crawler)
            waits.append({name: at - now for name, one in known.items() if (at := one.next_poll)})
            assert {name: one.status for name, one in known.items()} == {
                name: status for name, (_, status) in FAULTS.items()
            }
        assert known["e410"].failures == 1 and "e410" not in waits[0]  # off, by its own word
        steady = set(FAULTS) - {"e410"}
        assert all(known[name].failures == 3 for name in steady)
        for before, after in pairwise(waits):
            assert all(after[name] > 1.5 * before[name] for name in steady)
        assert len(set(waits[0].values())) == len(steady)  # a little by chance
        assert all(waits[2][name] >= 6 * HOUR for name in ("e401", "e403", "e451"))
        assert all(wait <= 24 * HOUR for wait in waits[2].values())
        assert [seen.path for seen in site.requests].count("/e410") == 1
        site.pages |= dict.fromkeys(
            (f"/{name}" for name in FAULTS), Reply(rows("/a.html 数字人民币试点 2024-03-09"))
        )
        site.pages["/a.html"] = pilot()
        later = NOW + timedelta(days=60)
        runs = crawler.crawl(*asked, now=later, due_only=True).runs
    assert set(runs) == steady and {run["problem"] for run in runs.values()} == {None}
    known = states(crawler)
    assert all(known[name].failures == 0 for name in steady)
    plans = [known[name].next_poll for name in steady]
    assert all(plan is not None and plan - later <= 13 * HOUR for plan in plans)
