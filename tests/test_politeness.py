"""What hosts see of us, measured on recording servers: distances, repeats, and that their wishes are heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.freshness import conditions, fresh, heard, retry_after
from crawler.politeness import Hosts
from storage import sources
from storage.types import HostState, SourceState, Validator
from tests.crawls import NOW, PILOT, Crawler, city, conditional, notice, pilot, rows
from tests.sites import Reply, Seen, Site, serve

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LIST = rows("/a.html 苏州市启动数字人民币试点 2024-03-09")


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    return Crawler(tmp_path / "crawl.db")


def states(crawler: Crawler) -> Mapping[str, SourceState]:
    with crawler.database.read() as conn:
        return sources.states(conn)


def gaps(site: Site) -> list[float]:
    times = [seen.when for seen in site.requests]
    return [later - sooner for sooner, later in pairwise(times)]


def test_every_host_is_spaced_those_of_links_and_redirects_too(crawler: Crawler) -> None:
    with serve() as site, serve("127.0.0.3") as linked:
        links = [f"{linked.url(f'/{n}.html')} 数字人民币试点{n} 2024-03-09" for n in range(3)]
        site.pages["/one"] = Reply(rows(*links, "/moved.html 苏州市数字人民币试点 2024-03-08"))
        site.pages["/two"] = Reply("", 302, {"Location": linked.url("/list")})
        site.pages["/moved.html"] = Reply("", 301, {"Location": linked.url("/4.html")})
        linked.pages["/list"] = Reply(rows("/5.html 数字人民币试点五 2024-03-09"))
        for n in range(6):
            linked.pages[f"/{n}.html"] = pilot(n)
        one, two = city(site, "/one", id="one"), city(site, "/two", id="two")
        crawler.crawl(one, two, crawl={"delay": 0.6})
        assert sorted(linked.paths()) == ["/0.html", "/1.html", "/2.html", "/4.html", "/5.html", "/list"]
        assert min(gaps(site)) > 0.4 and min(gaps(linked)) > 0.4  # as it arrives: connecting takes its time


def test_a_crawl_keeps_its_distance_from_the_one_before(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/"], site.pages["/a.html"] = Reply(LIST), pilot()
        crawler.crawl(city(site, delay=1))
        crawler.crawl(city(site, delay=4))
        assert site.paths() == ["/", "/a.html", "/"]
        assert gaps(site)[1] > 3.8


def test_nothing_is_asked_twice_where_once_will_do(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.4\n", content_type="text/plain")
        site.pages["/"], site.pages["/a.html"] = Reply(LIST), pilot()
        same = [city(site, id="one"), city(site, id="two"), city(site, id="three")]
        obey = {"obey_robots": True}
        first = crawler.crawl(*same, crawl=obey)
        assert {run["entries"] for run in first.runs.values()} == {1}
        assert [seen.path for seen in site.requests] == ["/robots.txt", "/", "/a.html"]
        crawler.crawl(*same, crawl=obey, now=NOW + 23 * HOUR)
        assert [seen.path for seen in site.requests][3:] == ["/"]  # robots.txt is good for a day
        crawler.crawl(*same, crawl=obey, now=NOW + 25 * HOUR)
        assert [seen.path for seen in site.requests][4:] == ["/robots.txt", "/"]
        assert min(gaps(site)) > 0.3  # the delay it asks for


def test_what_another_source_brought_is_not_fetched_again(crawler: Crawler) -> None:
    long = notice("苏州市启动数字人民币试点", *(PILOT[1].format(number) for number in range(20)))
    with serve() as site:
        site.pages |= {"/": Reply(LIST), "/two": Reply(LIST), "/a.html": long}
        assert crawler.crawl(city(site)).runs["suzhou"]["relevant"] == 1
        again = crawler.crawl(city(site, "/two", id="two"), now=NOW + HOUR).runs["two"]
        assert site.paths() == ["/", "/a.html", "/two"]
    assert (again["entries"], again["new"], again["problem"]) == (1, 0, None)
    with crawler.database.read() as conn:
        assert len(sources.sightings(conn, "two", NOW)) == 1


def test_validators_are_used_and_not_trusted_for_ever(crawler: Crawler) -> None:
    def strict(seen: Seen) -> Reply:
        asked = "if-none-match" in seen.headers
        return Reply("" if asked else LIST, 412 if asked else 200, {"ETag": '"x"'})

    def aged(seen: Seen) -> Reply:
        known = "if-modified-since" in seen.headers
        headers = {"Last-Modified": "Sat, 09 Mar 2024 10:00:00 GMT", "Cache-Control": "max-age=1800"}
        return Reply("" if known else LIST, 304 if known else 200, headers)

    with serve() as site:
        lying = conditional(LIST)  # answers 304 whatever has changed
        site.pages |= {"/lying": lying, "/strict": strict, "/aged": aged, "/a.html": pilot()}
        every = [city(site, f"/{name}", id=f"the-{name}") for name in ("lying", "strict", "aged")]
        for hours in (0.0, 0.25, 24.5):
            runs = crawler.crawl(*every, now=NOW + hours * HOUR).runs
            assert [run["problem"] for run in runs.values()] == [None] * 3
        asked = [(seen.path, "if-none-match" in seen.headers) for seen in site.requests]
        assert [tag for path, tag in asked if path == "/lying"] == [False, True, False]
        # 412: asked again without; never three times.
        assert [tag for path, tag in asked if path == "/strict"] == [False, True, False, False]
        since = ["if-modified-since" in seen.headers for seen in site.requests if seen.path == "/aged"]
        assert since == [False, False]  # not after a quarter of an hour: it said half an hour
        assert site.paths().count("/a.html") == 1


def test_a_host_that_wants_to_be_left_alone_is(crawler: Crawler) -> None:
    with serve() as site, serve("127.0.0.3") as other:
        site.pages["/one"] = site.pages["/two"] = Reply("", 429, {"Retry-After": "7200"})
        other.pages["/"] = Reply(LIST)
        other.pages["/a.html"] = Reply("", 503, {"Retry-After": "Sun, 10 Mar 2024 07:00:00 GMT"})
        asked = [city(site, "/one", id="one"), city(site, "/two", id="two"), city(other, id="other")]
        runs = crawler.crawl(*asked).runs
        assert "too often" in runs["one"]["problem"] and "2024-03-10 06:00 UTC" in runs["two"]["problem"]
        assert len(site.requests) == 1 and other.paths() == ["/", "/a.html"]
        known = states(crawler)
        assert known["one"].status == known["two"].status == "limited"
        plans = [known[name].next_poll for name in ("one", "two", "other")]
        assert all(plan is not None and plan >= NOW + 2 * HOUR for plan in plans[:2])
        assert plans[2] is not None and plans[2] >= NOW + 3 * HOUR
        assert crawler.crawl(*asked, now=NOW + HOUR, due_only=True).runs == {}
        other.pages["/a.html"] = pilot()
        later = crawler.crawl(*asked, now=NOW + 4 * HOUR, due_only=True).runs
        assert later["other"]["relevant"] == 1 and len(site.requests) == 2


def test_retry_after_is_read_in_both_forms_and_believed_for_a_day() -> None:
    assert retry_after("120", NOW) == NOW + 2 * MINUTE
    assert retry_after(" Sun, 10 Mar 2024 05:00:00 GMT", NOW) == NOW + HOUR
    assert retry_after("Sun, 10 Mar 2019 05:00:00 GMT", NOW) == NOW
    for long in ("999999999999999999", "Sun, 10 Mar 2099 05:00:00 GMT"):
        assert retry_after(long, NOW) == NOW + 24 * HOUR
    for nonsense in (None, "", "soon", "-5", "²", "Sun, 99 Mar 2024 99:00:00 GMT"):
        assert retry_after(nonsense, NOW) is None


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Cache-Control": "public, max-age=600"}, 10),
        ({"Cache-Control": "max-age=600", "Age": "540", "Expires": "Sun, 10 Mar 2024 09:00:00 GMT"}, 1),
        ({"Cache-Control": "max-age=99999999"}, 24 * 60),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "no-store"}, 0),
        ({"Cache-Control": "max-age=0"}, 0),
        ({"Cache-Control": "s-maxage=600"}, 0),
        ({"Expires": "Sun, 10 Mar 2024 05:00:00 GMT"}, 60),
        # Their clock is a day ahead of ours: the difference counts.
        ({"Expires": "Mon, 11 Mar 2024 05:00:00 GMT", "Date": "Mon, 11 Mar 2024 04:30:00 GMT"}, 30),
        ({"Expires": "0"}, 0),
        ({}, 0),
    ],
)
def test_how_long_an_answer_is_fresh(headers: Mapping[str, str], minutes: int) -> None:
    kept = heard(headers.get, NOW)
    assert fresh(kept, NOW) is bool(minutes)
    assert not fresh(kept, NOW + minutes * MINUTE) and not fresh(kept, NOW - 2 * 24 * HOUR)
    assert not minutes or fresh(kept, NOW + minutes * MINUTE - SECOND)


def test_conditions_lapse_after_a_day_and_a_304_prolongs_nothing_but_freshness() -> None:
    kept = heard({"ETag": '"a"', "Last-Modified": "Sat"}.get, NOW)
    assert conditions(kept, NOW + 23 * HOUR) == {"If-None-Match": '"a"', "If-Modified-Since": "Sat"}
    again = heard({"Cache-Control": "max-age=60"}.get, NOW + 23 * HOUR, kept)
    assert again == Validator('"a"', "Sat", NOW, NOW + 23 * HOUR + MINUTE)
    assert conditions(again, NOW + 24 * HOUR) == conditions(kept, NOW - HOUR) == {}
    assert conditions(None, NOW) == conditions(Validator('"of a former version"'), NOW) == {}


def test_distances_between_crawls_survive_clocks_that_are_set() -> None:
    now = datetime(2024, 3, 10, tzinfo=UTC)

    def hosts(last: timedelta, delay: float = 0.0) -> Hosts:
        return Hosts(lambda: now, 2.0, {"slow": 5.0}, {"a": HostState("a", now + last, None, delay)})

    near = partial(pytest.approx, abs=0.1)
    assert hosts(-SECOND).wait("a") == near(1) and hosts(-3 * SECOND).wait("a") < 0
    assert hosts(24 * HOUR).wait("a") == near(2)  # never longer than the delay
    assert hosts(-SECOND, delay=9.0).wait("a") == near(8)
    assert hosts(-SECOND).wait("unknown") == 0 and hosts(-SECOND).delay("slow") == 5
    slowed = hosts(-SECOND)
    slowed.slow_down("a", 3600)
    assert slowed.delay("a") == 60
    slowed.slow_down("a", None)
    assert slowed.delay("a") == 2
    slowed.ask("a")
    assert 1.9 < slowed.wait("a") <= 2
    states, _ = slowed.changes()
    assert states == [HostState("a", now)] and slowed.changes() == ([], [])
