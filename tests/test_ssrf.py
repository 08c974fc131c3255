"""No spelling of an inner address is connected to, by no way an address can come: 0 connections, whatever is said."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path

from tests import names
from tests.crawls import Crawler, city, notice, rows
from tests.sites import Reply, serve
from tests.zygote import run

SPELLINGS = [
    "localhost",
    "LocalHost",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0x7f.0x0.0x0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "00000177.00.00.01",
    "0.0.0.0",
    "0",
    "0x0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:0]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::1]",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.0.1",
    "[fe80::1]",
    "0x7f000001.",
    "127.0x1",
    "0300.0250.0.1",
    "[::ffff:0:127.0.0.1]",
    "[2001:0:7f00:1::]",
    "[fc00::1]",
]
# No source can be configured so, but the web may say so.
ODD = ["[fe80::1%25lo]", "[::1%25lo]", "[::1%lo]", "public.example@127.0.0.1", "a:b@127.0.0.1"]
ALLOWED = "127.0.0.9"


def triples(addresses: Sequence[str]) -> list[Sequence[str]]:
    return [addresses[start : start + 3] for start in range(0, len(addresses), 3)]


def test_no_spelling_by_no_way(tmp_path: Path) -> None:
    assert len(SPELLINGS) >= 25
    with serve("::" if socket.has_dualstack_ipv6() else "0.0.0.0") as inner, serve(ALLOWED) as site:
        with socket.create_connection(("127.0.0.1", inner.port)):
            pass  # it can be reached, and counts
        away = [inner.url("/secret", host) for host in (*SPELLINGS, *ODD)]
        direct = [city(site, id=f"direct-{n}", urls=[url]) for n, url in enumerate(away[: len(SPELLINGS)])]
        for n, url in enumerate(away):
            site.pages[f"/moved-{n}"] = Reply("", 302 if n % 2 else 307, {"Location": url})
            site.pages[f"/hop-{n}.html"] = Reply("", 301, {"Location": url})
        moved = [city(site, f"/moved-{n}", id=f"moved-{n}") for n in range(len(away))]
        links = [f"{url}/{n}.html 数字人民币试点第{n}号通知 2024-03-09" for n, url in enumerate(away)]
        hops = [f"/hop-{n}.html 数字人民币试点第{n}号公告 2024-03-09" for n in range(len(away))]
        site.pages["/links"] = Reply(rows(*links, *hops))
        files = triples(away)
        for n, urls in enumerate(files):
            attached = "".join(
                f'<a href="{url}/{k}.pdf">附件</a><img src="{url}">' for k, url in enumerate(urls)
            )
            site.pages[f"/files-{n}.html"] = notice(
                f"数字人民币试点方案第{n}号", f"全市数字人民币试点。{attached}"
            )
        site.pages["/files"] = Reply(
            rows(*(f"/files-{n}.html 数字人民币试点方案第{n}号 2024-03-09" for n in range(len(files))))
        )
        lists = [city(site, "/links", id="links"), city(site, "/files", id="files")]
        allow = {"allow_networks": [f"{ALLOWED}/32"]}
        runs = Crawler(tmp_path / "ssrf.db").crawl(*direct, *moved, *lists, crawl=allow).runs
        assert inner.connections == 1 and inner.requests == []
    assert all(runs[source["id"]]["problem"] for source in (*direct, *moved))
    told = [runs[source["id"]]["problem"] for source in direct]
    refused = sum("not a public address" in problem for problem in told)
    assert refused >= 25, told
    assert runs["links"]["failed"] == runs["links"]["new"] > len(away)
    assert runs["files"]["failed"] == 0 and runs["files"]["relevant"] == runs["files"]["new"] == len(files)


def test_no_name_of_an_inner_address_by_no_way_and_none_that_changes(tmp_path: Path) -> None:
    """As above, by names: of inner addresses, and one that is the site's at first and an inner one afterwards."""
    names_of_inner = [name for name in names.ANSWERS if name != "changing.example"]
    with (
        serve("::" if socket.has_dualstack_ipv6() else "0.0.0.0") as inner,
        serve(names.SITE) as site,
        serve(names.INNER, port=site.port) as changed,
    ):
        away = [inner.url("/secret", host) for host in names_of_inner]
        direct = [city(site, id=f"direct-{n}", urls=[url]) for n, url in enumerate(away)]
        for n, url in enumerate(away):
            site.pages[f"/hop-{n}.html"] = Reply("", 302, {"Location": url})
            site.pages[f"/file-{n}.html"] = notice("数字人民币试点", f'<a href="{url}/f.pdf">附件</a>')
        links = [f"{url}/{n}.html 数字人民币试点第{n}号通知 2024-03-09" for n, url in enumerate(away)]
        for kind in ("hop", "file"):
            links += [f"/{kind}-{n}.html 数字人民币试点第{n}号{kind} 2024-03-09" for n in range(len(away))]
        site.pages["/links"] = Reply(rows(*links))
        close = {"Connection": "close"}
        site.pages["/turn"] = Reply(rows("/secret.html 数字人民币试点的新通知 2024-03-09"), headers=close)
        sources = [*direct, city(site, "/links", id="links")]
        sources.append(city(site, id="turn", urls=[site.url("/turn", "changing.example")]))
        asked = Crawler(tmp_path / "ssrf.db").asked(*sources, crawl={"allow_networks": [f"{names.SITE}/32"]})
        Crawler(tmp_path / "ssrf.db").database.close()
        done = run([str(names.__file__)], data=asked, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        assert inner.connections == changed.connections == 0
        assert "/turn" in site.paths() and "/secret.html" not in site.paths()
    runs = {one["source_id"]: one for one in json.loads(done.stdout)["runs"]}
    assert all("not a public address" in runs[source["id"]]["problem"] for source in direct), runs
    assert (runs["turn"]["new"], runs["turn"]["failed"], runs["turn"]["problem"]) == (1, 1, None)
    assert runs["links"]["failed"] == 2 * len(away)
