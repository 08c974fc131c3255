"""Lists are found on the replicas of real markup, without a look at the blocks that were written by hand."""

from __future__ import annotations

from crawler.config import SourceConfig
from crawler.discovery.identity import identify
from crawler.discovery.lists import find_lists
from crawler.extract.decode import text_of
from crawler.spiders.listing import read_listing
from crawler.types import Page
from tests.replicas import NOW, block, config, proofs, replica, shapes

FLOOR = 0.9  # the share of shapes whose articles are all found, with their titles and nothing else


def test_most_shapes_of_lists_are_found_by_themselves() -> None:
    patterns = config().link_patterns
    missed, tried = [], 0
    for shape in shapes():
        source_id, kind = next(proofs(shape))
        own = block(source_id, shape)
        if own.kind != "listing" or any(step.take != "cdata" for step in own.list.unwrap):
            continue
        tried += 1
        made = replica(shape, own, kind, own.urls[0])
        page = Page(own.urls[0], made.body, made.content_type, NOW)
        guesses = find_lists(text_of(page), page.url, patterns, NOW)
        rules = guesses[0].rules if guesses else {"item": "nothing"}
        guessed = own.model_dump(include={"id", "name", "kind", "level", "urls"}) | {"list": rules}
        entries = read_listing(SourceConfig.model_validate(guessed), patterns, page)
        if {entry.title for entry in entries} != {told.title for told in made.articles}:
            missed.append(shape["shape"])
    assert tried > 55
    assert len(missed) <= (1 - FLOOR) * tried, missed


def test_who_speaks_is_guessed_from_host_and_title() -> None:
    def known(url: str, title: str, *titles: str) -> dict[str, object]:
        values = identify(url, f"<html><title>{title}</title><body>x</body></html>", titles, ()).values
        return {
            name: values[name] for name in ("id", "level", "place", "language", "timezone") if name in values
        }

    zh = {"language": "zh"}
    assert known("https://www.hangzhou.gov.cn/col/col1229063/index.html", "通知公告_杭州市人民政府") == {
        "id": "hangzhou-col1229063"[:8], "level": "municipal", "place": "330100", **zh,
    }  # fmt: skip
    assert known("https://www.zj.gov.cn/tzgg/", "通知公告-浙江省人民政府") == {
        "id": "zj-tzgg", "level": "provincial", "place": "330000", **zh,
    }  # fmt: skip
    assert known("https://jrj.beijing.gov.cn/", "北京市地方金融管理局")["level"] == "municipal"
    assert known("http://www.szlh.gov.cn/", "罗湖区人民政府")["level"] == "district"
    assert known("https://news.example.de/", "Nachrichten", "Der digitale Yuan kommt in die Busse der Stadt") == {
        "id": "example-news", "level": "media", "language": "de", "timezone": "Europe/Berlin",
    }  # fmt: skip
    assert known("https://example.com/", "Ledger Daily", "China extends the digital yuan trial to buses")["timezone"] == "UTC"  # fmt: skip
