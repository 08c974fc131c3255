"""The crawler connects to public addresses only, however an address is written and however it gets there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.guard import GuardedResolver, permitted
from tests.crawls import Crawler
from tests.sites import Reply, Site, serve

ARTICLE = Reply(
    '<h1>数字人民币红包活动开始报名</h1><div class="TRS_Editor">'
    "<p>本市数字人民币红包活动今日开始报名，共发放十万份。</p>"
    '<p>报名持续三天，市民可以在线提交申请。</p><p><a href="{}">附件</a></p></div>'
)


PRIVATE = """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 192.0.2.1
255.255.255.255 240.0.0.1 198.18.0.1 ::1 :: fe80::1%eth0 fc00::1 ff02::1 fec0::1 ::7f00:1 ::ffff:127.0.0.1
::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1::1 2001:0:7f00:1::1"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_that_are_not_public(address: str) -> None:
    assert not permitted(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_that_are(address: str) -> None:
    assert permitted(address)


def test_networks_that_the_configuration_allows() -> None:
    assert permitted("127.0.0.1", ["127.0.0.0/8"]) and permitted("::ffff:127.0.0.1", ["127.0.0.0/8"])
    assert not permitted("10.0.0.1", ["127.0.0.0/8"]) and not permitted("::1", ["127.0.0.0/8"])


def test_a_name_with_a_public_and_a_private_address_keeps_the_public_one() -> None:
    class Names:
        def resolveHostName(self, receiver: Any, name: str, *args: Any, **more: Any) -> None:
            receiver.resolutionBegan(None)
            receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", 80))
            receiver.addressResolved(IPv4Address("TCP", "93.184.216.34", 80))
            receiver.addressResolved(IPv6Address("TCP", "fe80::1", 80))
            receiver.resolutionComplete()

    found: list[str] = []
    receiver = SimpleNamespace(
        resolutionBegan=lambda resolution: None,
        addressResolved=lambda address: found.append(address.host),
        resolutionComplete=lambda: found.append("complete"),
    )
    guard = GuardedResolver(SimpleNamespace(nameResolver=Names()), ())
    guard.resolveHostName(receiver, "rebound.example")
    assert found == ["93.184.216.34", "complete"]


@pytest.fixture
def secret() -> Iterator[Site]:
    """A server that nothing may reach."""
    with serve("127.0.0.2") as site:
        yield site


def test_no_spelling_of_a_private_address_is_connected_to(tmp_path: Path) -> None:
    hosts = [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
    ]
    hosts += ["0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]"]
    with serve() as site:
        sources = [
            {
                "id": f"source-{n}",
                "name": host,
                "kind": "listing",
                "level": "media",
                "urls": [site.url("/", host)],
            }
            for n, host in enumerate(hosts)
        ]
        done = Crawler(tmp_path / "guard.db").crawl(
            *sources, crawl={"allow_networks": [], "obey_robots": True}
        )
    assert site.connections == 0
    problems = {host: str(done.runs[f"source-{n}"]["problem"]) for n, host in enumerate(hosts)}
    bad = {host: words for host, words in problems.items() if "not a public address" not in words}
    assert bad == {}


def test_redirects_links_and_attachments_are_refused_too(tmp_path: Path, secret: Site) -> None:
    away = secret.url("/secret")
    with serve() as site:
        site.pages["/moved"] = Reply("", 302, {"Location": away})
        site.pages["/refreshed"] = Reply(
            f'<meta http-equiv="refresh" content="0; url={away}"><a href="/x">x</a>'
        )
        site.pages["/file"] = Reply("", 302, {"Location": "file:///etc/passwd"})
        site.pages["/list"] = Reply(
            f'<a href="/a">一条数字人民币的新闻</a><a href="{away}">另一条</a><a href="/hop">第三条</a>'
        )
        site.pages["/hop"] = Reply("", 301, {"Location": away})
        site.pages["/a"] = Reply(str(ARTICLE.body).format(away + ".pdf"))
        sources = [
            {"id": name, "name": name, "kind": "listing", "level": "media", "urls": [site.url(f"/{name}")]}
            for name in ("moved", "refreshed", "file", "list")
        ]
        done = Crawler(tmp_path / "guard.db").crawl(*sources, crawl={"allow_networks": ["127.0.0.1/32"]})
    assert secret.connections == 0
    assert "not a public address" in done.runs["moved"]["problem"]
    assert "not a public address" in done.runs["refreshed"]["problem"]
    assert done.runs["file"]["problem"] and "root:" not in done.log
    run = done.runs["list"]
    assert (run["problem"], run["failed"], run["relevant"]) == (None, 2, 1)
