"""Lists that are cut, mislabelled, booby-trapped, endless or undated: what is read of them, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import sources, stories
from tests.crawls import NOW, Crawler, city, notice, pilot
from tests.sites import Reply, serve

HOUR = timedelta(hours=1)
SECRET = "root-of-all-secrets"


def rss(*items: str, head: str = "") -> str:
    return f"{head}<rss version='2.0'><channel><title>x</title>{''.join(items)}</channel></rss>"


def item(path: str, title: str, date: str = "") -> str:
    return f"<item><guid>g{path}</guid><title>{title}</title><link>{path}</link>{date}</item>"


def served(text: str | bytes, content_type: str = "text/xml; charset=utf-8") -> Reply:
    return Reply(text, headers={"ETag": '"one"'}, content_type=content_type)


def test_what_is_wrong_with_a_list_costs_no_more_than_it_must(tmp_path: Path) -> None:
    crawler, secret = Crawler(tmp_path / "lists.db"), tmp_path / "secret"
    secret.write_text(SECRET)
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f"<!DOCTYPE rss [<!ENTITY a0 'ha'>{bombs}]>"
    xxe = f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{secret}'>]>"
    whole = rss(item("/whole.html", "数字人民币试点第一条"), item("/half.html", "数字人民币试点第二条"))
    gbk = rss(item("/gbk.html", "苏州市启动数字人民币试点"), head='<?xml version="1.0" encoding="utf-8"?>')
    pages = {
        "cut": served(whole[: whole.index("试点第二条")]),
        "gbk": served(gbk.encode("gbk")),
        "laughs": served(rss(item("/laughs.html", "&a9;"), head=laughs)),
        "xxe": served(rss(item("/xxe.html", "数字人民币 &x;"), head=xxe)),
        "empty": served(b""),
        "html": served("<!DOCTYPE html><p>" + "欢迎访问。" * 99, "text/html"),
    }
    with serve() as site:
        site.pages |= {f"/{name}": page for name, page in pages.items()}
        page = notice("苏州市启动数字人民币试点", "苏州市启动数字人民币试点，首批三千家商户接入。" * 3)
        labelled = str(page.body).replace("<head>", "<head><meta charset='utf-8'>").encode("gbk")
        site.pages["/gbk.html"] = Reply(labelled)
        site.pages |= {f"/{name}.html": pilot() for name in ("whole", "half", "laughs", "xxe")}
        done = crawler.crawl(
            *(city(site, f"/{name}", id=f"a-{name}", kind="feed") for name in pages), fresh=True
        )
    runs = {name: done.runs[f"a-{name}"] for name in pages}
    assert runs["cut"]["entries"] == 1 and "/half.html" not in site.paths()
    assert runs["gbk"]["relevant"] == 1
    assert runs["laughs"]["failed"] == 0 and done.peak < 200
    assert "not a feed" in runs["empty"]["problem"] and "not a feed" in runs["html"]["problem"]
    assert SECRET not in done.log
    with crawler.database.read() as conn:
        states = sources.states(conn)
        told = stories.latest(conn, limit=100)
    assert not states["a-cut"].validators and states["a-gbk"].validators  # read again in full
    assert not states["a-empty"].validators and not states["a-html"].validators
    assert {story.face.title for story in told} >= {"苏州市启动数字人民币试点"}
    assert SECRET not in str(told)


def test_of_twenty_thousand_entries_the_newest_two_hundred_are_read(tmp_path: Path) -> None:
    crawler, day = Crawler(tmp_path / "many.db"), datetime(2024, 3, 9, tzinfo=UTC)
    dates = [day - timedelta(minutes=5 * n) for n in range(20_000)]
    entries = [
        item(f"/{n}", f"通知公告第{n}号", f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>")
        for n, date in enumerate(dates)
    ]
    with serve() as site:
        site.pages["/down"], site.pages["/up"] = served(rss(*entries)), served(rss(*reversed(entries)))
        both = [
            city(site, f"/{way}", id=way, kind="feed", article={"in_list": True}) for way in ("down", "up")
        ]
        done = crawler.crawl(*both, fresh=True)
        assert {run["new"] for run in done.runs.values()} == {200} and done.peak < 300
    assert "reading the first ones" in done.log
    with crawler.database.read() as conn:
        for way in ("down", "up"):
            keys = [f"g/{n}" for n in range(220)]
            assert sources.known(conn, way, keys) == {f"g/{n}" for n in range(200)}


def test_dates_of_tomorrow_and_none_at_all(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "dates.db")
    with serve() as site:
        future = "<pubDate>Tue, 12 Mar 2024 10:00:00 GMT</pubDate>"
        odd = "<pubDate>im Frühling</pubDate>"
        site.pages["/"] = served(
            rss(
                item("/1.html", "数字人民币一", future),
                item("/2.html", "数字人民币二"),
                item("/3.html", "三", odd),
            )
        )
        site.pages["/1.html"] = notice(
            "苏州市数字人民币红包发放", "苏州市发放数字人民币红包十万份，市民可报名。" * 3
        )
        site.pages["/2.html"] = notice(
            "南京市数字人民币地铁开通", "南京市地铁全线支持数字人民币支付，共八条线路。" * 3
        )
        site.pages["/3.html"] = notice(
            "无锡市数字人民币贷款落地", "无锡市首笔数字人民币贷款落地，金额五千万元。" * 3
        )
        run = crawler.crawl(city(site, kind="feed")).runs["suzhou"]
    assert (run["new"], run["failed"], run["relevant"]) == (3, 0, 3)
    with crawler.database.read() as conn:
        told = {story.face.title: story.face for story in stories.latest(conn, limit=100)}
    assert {face.shown for face in told.values()} == {NOW}
    assert [face.published for title, face in told.items() if "红包" not in title] == [None, None]
