"""The state of a source: from what a poll gave, what is expected, and what is usual for it; and challenges."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.config import SourceConfig
from crawler.extract.blocked import challenge, challenge_of, refusal
from crawler.poll import Poll, emptiness, had_entries, state_after
from crawler.states import status_of
from crawler.types import Entry
from storage import sources
from storage.types import Sighting, SourceState
from tests.crawls import NOW, Crawler, city, rows
from tests.sites import Reply, serve

DAY = timedelta(days=1)
FINE = SourceState("suzhou", "ok", NOW - DAY, NOW - DAY, True, since=NOW - 9 * DAY)


def poll(before: SourceState = FINE, **changes: Any) -> Poll:
    block = {
        "id": "suzhou",
        "name": "S",
        "kind": "listing",
        "level": "municipal",
        "urls": ["http://a.example/"],
    }
    source = SourceConfig.model_validate(block | changes.pop("source", {}))
    made = Poll(source, before, NOW, entries=changes.pop("entries", 3))
    made.lists_asked.add("http://a.example/")
    made.found = [Entry("suzhou", str(n), "http://a.example/x", f"t{n}") for n in range(made.entries)]
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def seen(*days: float) -> list[Sighting]:
    """Things that appeared so many days ago."""
    return [Sighting(NOW - ago * DAY, NOW - ago * DAY) for ago in days]


WEEKLY = seen(*range(6, 70, 7))


@pytest.mark.parametrize(
    ("history", "silent", "status"),
    [
        ([], None, "ok"),
        (seen(0.5), None, "ok"),
        (WEEKLY, None, "quiet"),  # six days of silence are as usual
        ([one for one in WEEKLY if one.seen <= NOW - 13 * DAY], None, "quiet"),
        ([one for one in WEEKLY if one.seen < NOW - 14 * DAY], None, "late"),
        (seen(9, 10), None, "quiet"),  # too little is known to call it late
        (seen(9, 10), "7d", "late"),
        (WEEKLY, "5d", "late"),
        ([one for one in WEEKLY if one.seen < NOW - 14 * DAY], "30d", "quiet"),
        (seen(*(2 + n / 24 for n in range(9))), None, "quiet"),  # no alarm before three days
    ],
)
def test_silence_is_usual_or_late(history: list[Sighting], silent: str | None, status: str) -> None:
    expect = {"expect": {"silent": silent}} if silent else {}
    found, problem = status_of(poll(source=expect), history, NOW)
    assert found == status and (problem is not None) == (status == "late")


def test_what_is_expected_and_missing_is_a_changed_layout() -> None:
    few = status_of(poll(source={"expect": {"entries": 5}}), seen(0), NOW)
    undated = status_of(poll(source={"expect": {"fields": ["title", "date"]}}), seen(0), NOW)
    assert few == ("layout", "3 entries where at least 5 are expected: has the layout changed?")
    assert undated == ("layout", "0 of 3 entries have a date: has the layout changed?")
    enough = {"expect": {"entries": 3, "fields": ["title"]}}
    assert status_of(poll(source=enough), seen(0), NOW) == ("ok", None)
    # What was not read anew is not counted.
    unread = poll(source={"expect": {"entries": 5}}, entries=0, unchanged=1)
    assert status_of(unread, seen(0), NOW) == ("ok", None)


def test_not_modified_leaves_what_was_wrong_with_a_list() -> None:
    lacking = SourceState("suzhou", "layout", NOW, NOW, True, 0, "3 entries where")
    assert status_of(poll(lacking, entries=0, unchanged=1), WEEKLY, NOW) == ("layout", "3 entries where")
    blocked = SourceState("suzhou", "blocked", NOW, NOW - DAY, True, 4, "blocked")
    assert status_of(poll(blocked, entries=0, unchanged=1), WEEKLY, NOW) == ("quiet", None)


def test_nothing_where_something_was_is_a_failure() -> None:
    for kind, status in (("listing", "layout"), ("feed", "empty")):
        wrong = emptiness(poll(source={"kind": kind}, entries=0))
        assert wrong is not None and wrong.status == status and "layout" in wrong.problem
    new = SourceState("suzhou")
    never = emptiness(poll(new, entries=0))
    assert never is not None and never.status == "empty"
    feed = poll(new, source={"kind": "feed"}, entries=0)
    assert emptiness(feed) is None and status_of(feed, [], NOW) == ("empty", None)
    kept = state_after(feed, NOW, "empty", None)
    assert kept.failures == 0 and not had_entries(kept)


def test_since_is_when_the_state_began() -> None:
    again = state_after(poll(), NOW, "ok", None)
    assert again.since == FINE.since and again.failures == 0
    failed = poll()
    failed.fail("no answer", "unreachable")
    first = state_after(failed, NOW, *status_of(failed, [], NOW))
    assert (first.status, first.since, first.failures) == ("unreachable", NOW, 1)
    assert first.succeeded == FINE.succeeded and first.baseline
    second = poll(first)
    second.fail("no answer", "unreachable")
    assert state_after(second, NOW + DAY, "unreachable", "no answer").since == NOW


SHELL = "<html><head><script>{}</script></head><body></body></html>"


@pytest.mark.parametrize(
    ("body", "status", "cookies", "system"),
    [
        (SHELL.format("location='/?wzwschallenge=V0'"), 200, "", "WZWS"),
        (SHELL.format("eval(atob(x))"), 200, "wzws_sessionid=1; path=/", "WZWS"),
        (SHELL.format("$_ts=window['$_ts'];$_ts.nsd=3"), 412, "", "Ruishu"),
        (SHELL.format("$_ts = {}"), 202, "", "Ruishu"),
        (SHELL.format("document.cookie=(1)+'__jsl_clearance'"), 521, "__jsluid_s=9; max-age=1", "Jiasule"),
        (SHELL.format("var a=1"), 521, "other=1\n__jsluid_h=9", "Jiasule"),
        (SHELL.format("document.cookie='C3VK=ab;max-age=300';location.reload()"), 200, "", "C3VK"),
        (SHELL.format("var arg1='4F';"), 200, "acw_tc=7; HttpOnly", "Aliyun"),
        (SHELL.format("window._cf_chl_opt={}"), 403, "", "Cloudflare"),
        (SHELL.format("window._cf_chl_opt={}"), 503, "__cf_bm=1", "Cloudflare"),
        # Good pages behind the same firewalls.
        ("<p>" + "公告内容。" * 100 + "</p>" + SHELL.format("$_ts={}"), 200, "", None),
        (
            "<p>" + "Text. " * 100 + "<script src='/cdn-cgi/challenge-platform/x.js'></script>",
            200,
            "__cf_bm=1",
            None,
        ),
        ("<p>短通知，自即日起施行。</p>" * 20 + "<script>var a</script>", 200, "acw_tc=7", None),
        ('{"code":0,"rows":[]}', 200, "acw_tc=7", None),
        ("", 200, "__jsluid_s=9", None),
        (SHELL.format("$_ts={}"), 404, "", None),
    ],
)
def test_challenges_are_told_by_body_status_and_cookie(
    body: str, status: int, cookies: str, system: str | None
) -> None:
    assert challenge_of(body.encode(), status, cookies) == system


def test_statuses_speak_for_themselves() -> None:
    said = {status: wrong.status for status in range(200, 600) if (wrong := refusal(status))}
    assert said[412] == said[521] == said[403] == said[202] == "blocked"
    assert (said[429], said[410], said[404], said[500]) == ("limited", "gone", "unreachable", "unreachable")
    assert 200 not in said and 206 not in said
    assert challenge("<html><title>苏州</title>" + "<p>正文</p>" * 300) is None


def test_a_challenge_is_blocked_and_never_an_article(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "crawl.db")
    shell = SHELL.format("var arg1='4F';")
    with serve() as site:
        site.pages["/"] = Reply(rows("/a.html 数字人民币试点启动 2024-03-09"))
        site.pages["/a.html"] = Reply(shell, headers={"Set-Cookie": "acw_tc=7"})
        site.pages["/wall"] = Reply(shell, headers={"Set-Cookie": "acw_tc=7"})
        made = crawler.crawl(city(site), city(site, "/wall", id="wall")).runs
        asked = site.paths()
    assert "challenge of Aliyun" in made["wall"]["problem"] and made["suzhou"]["failed"] == 1
    assert made["suzhou"]["relevant"] == 0 and sorted(asked) == ["/", "/a.html", "/wall"]  # and not again
    with crawler.database.read() as conn:
        known = sources.states(conn)
    assert known["wall"].status == "blocked" and known["wall"].since == NOW
    assert known["suzhou"].status == "ok"  # its list is read; the article is tried again
    assert all(state.next_poll is not None and state.next_poll > NOW for state in known.values())
