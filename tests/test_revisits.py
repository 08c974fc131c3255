"""Announcements that are edited at their source, from outside: what hosts see of it, what is stored, who is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from storage import sources, stories
from storage.editions import read_editions
from storage.subscriptions import remember_chat, subscribe
from tests.crawls import NOW, PILOT, Crawler, city, conditional, notice, pilot, rows
from tests.program import yuanwatch
from tests.sites import Answer, Reply, Seen, Site, serve
from tests.watch import LISTED, OLD, SCHEDULE, TITLE, Watch
from yuanwatch.demo.pdf import write_pdf

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RAISED = notice(TITLE, *(line.format(3000).replace("1000万", "1500万") for line in PILOT))
FRAME = "为方便公众，本站自2024年4月1日起改版，已有12000名用户注册，客服每周五天在线。"
CHALLENGE = "<html><script>var a = '__jsl_clearance=1';</script></html>"


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = Crawler(tmp_path / "again.db")
    with crawler.database.write() as conn:
        remember_chat(conn, 7, kind="private", language="en", now=NOW - DAY)
        subscribe(conn, 7, place="320500", topic=None, now=NOW - DAY, limit=50)
    return crawler


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        site.pages["/old.html"] = notice("花展开幕的通知公告", "本市花卉展览今日在公园开幕，免费参观。" * 3)
        yield site


def test_a_figure_that_was_changed_is_told_once_and_other_edits_are_not(crawler: Crawler, site: Site) -> None:
    site.pages["/a.html"] = pilot()
    watch = Watch(crawler, site)
    assert watch.told() == 1
    assert watch.crawl(5 * HOUR)["changed"] == 0 and watch.asked() == 1
    site.pages["/a.html"] = RAISED
    site.pages["/b.html"] = notice("太湖论坛开幕", "区块链产业论坛今日在太湖开幕，各地企业代表出席会议。" * 3)
    site.pages["/"] = Reply(rows("/b.html 太湖论坛开幕 2024-03-10", LISTED, OLD))
    run = watch.crawl(7 * HOUR)
    assert (run["new"], run["changed"], run["failed"], run["problem"]) == (1, 1, 0, None)
    assert site.paths()[-3:] == ["/", "/b.html", "/a.html"], "news first"
    with crawler.database.read() as conn:
        story = next(one for one in stories.every(conn) if one.face.title == TITLE)
        ((_, changes),) = read_editions(conn, story.face.id)
    assert story.version == 2 and [(one.before, one.after) for one in changes] == [(10_000_000, 15_000_000)]
    told = watch.told()
    site.pages["/a.html"] = notice(
        TITLE, *(line.format(3000).replace("1000万", "1500万") for line in PILOT), "联系人：李女士。"
    )
    assert watch.crawl(25 * HOUR)["changed"] == 1
    assert watch.told() == told and watch.asked() == 3


def test_it_is_asked_with_conditions_and_an_unchanged_answer_is_a_look(crawler: Crawler, site: Site) -> None:
    site.pages["/a.html"] = conditional(str(pilot().body))
    watch = Watch(crawler, site)
    site.pages["/"] = conditional(rows(LISTED, OLD))  # an unchanged list still shows what it showed
    for hours in (2, 7, 8, 25, 26, 73, 169, 170, 400):
        run = watch.crawl(hours * HOUR)
        assert (run["changed"], run["failed"], run["problem"]) == (0, 0, None)
    tags = ["if-none-match" in seen.headers for seen in site.requests if seen.path == "/a.html"]
    assert tags == [False, True, True, True, False], "validators may lie: the last look does not believe them"


def test_what_left_the_list_is_left_alone(crawler: Crawler, site: Site) -> None:
    site.pages["/a.html"] = pilot()
    watch = Watch(crawler, site)
    site.pages["/"] = Reply(rows(OLD))
    watch.crawl(7 * HOUR)
    assert watch.asked() == 1 and not watch.look().listed
    site.pages["/"] = Reply(rows(LISTED, OLD))
    watch.crawl(8 * HOUR)
    assert watch.asked() == 2 and watch.look().listed


def test_nothing_is_looked_at_twice_where_it_is_off_or_nothing_is_written(
    crawler: Crawler, site: Site
) -> None:
    site.pages["/a.html"] = pilot()
    watch = Watch(crawler, site)
    site.pages["/"] = Reply(rows(f"/a.html {TITLE}（更新） 2024-03-10", OLD))
    watch.crawl(7 * HOUR, crawl={"revisit": []})
    watch.crawl(7 * HOUR, dry_run=True)
    assert watch.asked() == 1
    watch.crawl(7 * HOUR)
    assert watch.asked() == 2


def test_what_the_list_shows_is_looked_at_at_once_and_once(crawler: Crawler, site: Site) -> None:
    site.pages["/a.html"] = pilot()
    watch = Watch(crawler, site)
    site.pages["/a.html"] = RAISED
    site.pages["/"] = Reply(rows(f"/a.html {TITLE}（更新） 2024-03-10", OLD))
    assert watch.crawl(HOUR)["changed"] == 1
    assert watch.crawl(2 * HOUR)["changed"] == 0 and watch.asked() == 2
    for hour in range(3, 6):  # a list that says so each time, for nothing
        site.pages["/"] = Reply(rows(f"/a.html {TITLE}（{hour}） 2024-03-10", OLD))
        watch.crawl(hour * HOUR)
    assert watch.asked() == 5
    site.pages["/"] = Reply(rows(f"/a.html {TITLE}（6） 2024-03-10", OLD))
    watch.crawl(5.5 * HOUR)
    assert watch.asked() == 5 and watch.told() == 2


def test_the_command_says_how_many_were_changed(crawler: Crawler, site: Site) -> None:
    config = crawler.path.with_name("config.yaml")
    crawl = {"delay": 0, "obey_robots": False, "allow_networks": ["127.0.0.0/8"]}
    block = {"database": {"url": f"sqlite:///{crawler.path}"}, "crawl": crawl, "sources": [city(site)]}
    config.write_text(json.dumps(block), encoding="utf-8")  # JSON is YAML
    site.pages |= {"/a.html": pilot(), "/": Reply(rows(LISTED, OLD))}
    assert "changed" not in yuanwatch("crawl", config=config).out
    site.pages |= {"/a.html": RAISED, "/": Reply(rows(f"/a.html {TITLE}（更新） 2024-03-10", OLD))}
    ended = yuanwatch("crawl", config=config)
    assert (ended.status, ended.out.count("1 changed")) == (0, 2), ended.err


def test_a_feed_says_when_an_entry_was_updated(crawler: Crawler, site: Site) -> None:
    def feed(updated: str, path: str = "/a.html") -> Reply:
        entry = f"<entry><id>urn:{path}</id><link href='{path}'/><title>{TITLE}</title><published>2024-03-10T01:00:00Z</published><updated>{updated}</updated></entry>"
        text = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>"
        return Reply(text, content_type="application/atom+xml")

    site.pages |= {"/a.html": pilot(), "/rss": feed("2024-03-01T01:00:00Z", "/old.html")}
    watch = Watch(crawler, site, urls=[site.url("/rss")], kind="feed", list={})
    site.pages["/rss"] = feed("2024-03-10T02:00:00Z")
    watch.crawl(HOUR)
    site.pages |= {"/a.html": RAISED, "/rss": feed("2024-03-10T05:30:00Z")}
    assert [watch.crawl(hours * HOUR)["changed"] for hours in (2, 3)] == [1, 0]
    assert watch.asked() == 2 and watch.told() == 2


def test_a_feed_that_holds_its_texts_is_its_own_look(crawler: Crawler, site: Site) -> None:
    def feed(amount: str) -> Reply:
        text = "".join(f"&lt;p&gt;{line.format(3000)}&lt;/p&gt;" for line in PILOT).replace("1000万", amount)
        item = f"<item><title>{TITLE}</title><link>/a</link><guid>1</guid><description>{text}</description></item>"
        return Reply(f"<rss version='2.0'><channel>{item}</channel></rss>", content_type="text/xml")

    site.pages["/rss"] = Reply("<rss version='2.0'><channel></channel></rss>", content_type="text/xml")
    watch = Watch(crawler, site, urls=[site.url("/rss")], kind="feed", list={}, article={"in_list": True})
    changed = []
    for hour, amount in enumerate(("1000万", "1000万", "1500万", "1500万", "1200万"), 1):
        site.pages["/rss"] = feed(amount)
        changed.append(watch.crawl(hour * HOUR)["changed"])
    assert changed == [0, 0, 1, 0, 1] and set(site.paths()) == {"/rss"}


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (Reply("", 404), True),
        (Reply("", 410), True),
        (Reply("", 500), False),
        (Reply("", 403), False),
        (Reply(CHALLENGE, 521), False),
        (Reply("<title>请稍候</title>" + CHALLENGE), False),
        (Reply("", 302, {"Location": "/"}), False),
        (Reply("", 302, {"Location": "/old.html"}), False),
        (notice(TITLE, "请登录后查看全文"), False),
        (notice("系统升级公告", "本站正在升级维护，请您稍后再来访问，由此带来的不便敬请谅解。" * 9), False),
        (Reply(""), False),
    ],
)
def test_whatever_stands_there_instead_what_was_read_stays(
    crawler: Crawler, site: Site, answer: Answer, gone: bool
) -> None:
    site.pages["/a.html"] = Reply(pilot().body, headers={"ETag": '"one"'})
    watch = Watch(crawler, site)
    before = watch.text()
    site.pages["/a.html"] = answer
    run = watch.crawl(7 * HOUR)
    assert (run["changed"], run["failed"], run["problem"]) == (0, 0, None)
    look = watch.look()
    assert (look.gone is not None) is gone and look.problem and watch.text() == before
    with crawler.database.read() as conn:
        state = sources.state(conn, "suzhou")
    assert (state.status, state.failures, watch.told()) == ("ok", 0, 1)
    asked = watch.asked()
    watch.crawl(8 * HOUR)
    assert watch.asked() == asked, "not with each poll"
    site.pages["/a.html"] = RAISED
    assert watch.crawl(25 * HOUR)["changed"] == 1 and (watch.look().problem, watch.look().gone) == (
        None,
        None,
    )


def test_a_refused_condition_is_not_made_again(crawler: Crawler, site: Site) -> None:
    def strict(seen: Seen) -> Reply:
        asked = "if-none-match" in seen.headers
        return Reply("" if asked else pilot().body, 412 if asked else 200, {"ETag": '"x"'})

    site.pages["/a.html"] = strict
    watch = Watch(crawler, site)
    for hours in (7, 25):
        assert watch.crawl(hours * HOUR)["problem"] is None
    tags = ["if-none-match" in seen.headers for seen in site.requests if seen.path == "/a.html"]
    assert tags == [False, True, False] and watch.look().problem is None


def test_a_new_frame_about_all_articles_is_pushed_to_nobody(crawler: Crawler, site: Site) -> None:
    def article(number: int, *more: str) -> Reply:
        words = (
            f"苏州市{places[number]}发放数字人民币红包{number + 3}万元，共计{number + 2}00份，市民可以报名。"
        )
        return notice(
            f"{places[number]}发放数字人民币红包", words, f"领取地点在{places[number]}服务大厅。" * 4, *more
        )

    places = ["姑苏区", "虎丘区", "吴中区", "相城区", "吴江区", "昆山市", "太仓市"]
    count = range(len(places))
    site.pages |= {f"/{n}.html": article(n) for n in count}
    watch = Watch(crawler, site, *(f"/{n}.html {places[n]}发放数字人民币红包 2024-03-10" for n in count))
    told = watch.told()
    assert told == len(places)
    site.pages |= {f"/{n}.html": article(n, FRAME) for n in count}
    assert [watch.crawl(hours * HOUR)["changed"] for hours in (7, 8, 9)] == [5, 2, 0], "a few each time"
    assert watch.told() == told
    # A frame with a figure that changes is told once, at most.
    site.pages |= {f"/{n}.html": article(n, FRAME.replace("12000", "15000")) for n in count}
    assert watch.crawl(25 * HOUR)["changed"] == 5
    assert watch.told() == told + 1


def test_a_source_that_refuses_and_a_host_that_rests_are_left_alone(crawler: Crawler, site: Site) -> None:
    site.pages["/a.html"] = pilot()
    watch = Watch(crawler, site)
    site.pages["/"] = Reply("", 403)
    assert "blocked" in watch.crawl(7 * HOUR)["problem"] and watch.asked() == 1
    site.pages["/"] = Reply(rows("/b.html 数字人民币红包 2024-03-10", LISTED, OLD))
    site.pages["/b.html"] = Reply("", 429, {"Retry-After": "7200"})
    watch.crawl(8 * HOUR)
    assert watch.asked() == 1 and watch.look().looked == NOW
    site.pages["/b.html"] = pilot(500)
    watch.crawl(11 * HOUR)
    assert watch.asked() == 2 and watch.look().looked == NOW + 11 * HOUR


def test_looks_keep_their_distance(crawler: Crawler, site: Site) -> None:
    site.pages |= {"/a.html": pilot(), "/b.html": pilot(700)}
    watch = Watch(crawler, site, LISTED, "/b.html 昆山市启动数字人民币试点 2024-03-10")
    site.requests.clear()
    watch.crawl(7 * HOUR, crawl=SCHEDULE | {"delay": 0.6})
    assert sorted(site.paths()) == ["/", "/a.html", "/b.html"]
    times = [seen.when for seen in site.requests]
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.4


def test_attachments_are_read_again_with_an_edit_only_and_must_not_get_lost(
    crawler: Crawler, site: Site
) -> None:
    def page(*more: str) -> Reply:
        return notice(
            TITLE, "现将试点方案印发给你们，请认真贯彻执行。", *more, "<a href='/f.pdf'>附件：方案</a>"
        )

    plan = "苏州市将建设数字人民币试点，受理商户达到十万家，发放红包1000万元。"
    site.pages |= {
        "/a.html": page(),
        "/f.pdf": Reply(write_pdf("方案", [plan]), content_type="application/pdf"),
    }
    watch = Watch(crawler, site)
    watch.crawl(7 * HOUR)
    assert (watch.asked(), watch.asked("/f.pdf")) == (2, 1)
    file = site.pages.pop("/f.pdf")
    site.pages["/a.html"] = page("联系人：李女士，电话见附件。")
    assert watch.crawl(25 * HOUR)["changed"] == 0 and "attachment" in str(watch.look().problem)
    site.pages["/f.pdf"] = file
    assert watch.crawl(73 * HOUR)["changed"] == 1
    with crawler.database.read() as conn:
        facts = next(iter(stories.every(conn))).facts
    assert any(fact.value == 10_000_000 for fact in facts)
