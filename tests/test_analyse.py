"""The whole analysis of an article, from the outside. One text is read from the shared directory."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analysis.analyse import analyse
from analysis.types import Article, Attachment, Fact, Publisher

SHARED = Path(__file__).resolve().parents[2] / "shared"
EXAMPLE = SHARED / "examples" / "peking-blockchain-plan.de.txt"
PAPER = Publisher("paper", "Example Paper", "media")
CITY = Publisher("city", "宁波市商务局", "government", "330200")


def article(title: str, text: str, **more: object) -> Article:
    return Article("https://news.example.org/1", title, text, **({"publisher": PAPER} | more))  # type: ignore[arg-type]


def test_a_city_notice_is_understood() -> None:
    text = (
        "发布时间：2023-04-20　来源：市商务局\n"
        "市商务局联合工商银行、建设银行，自5月1日至5月7日面向在甬个人发放数字人民币消费券2000万元，共10万份。\n"
        "市民可通过数字人民币APP报名，摇号发放。\n责任编辑：王某\n相关阅读：上海车展开幕"
    )
    said = analyse(article("宁波市发放数字人民币消费券2000万元", text, publisher=CITY))
    assert (said.language, said.relevance, said.topics, said.kind) == (
        "zh",
        "yes",
        ("digital-yuan",),
        "lottery",
    )
    assert said.primary_places == ("330200",)
    assert said.organisations == ("ICBC", "China Construction Bank")
    assert {fact.value for fact in said.facts if fact.type == "amount"} == {20_000_000}
    assert "相关阅读" not in said.summary and "2000万元" in said.summary
    assert said.dated is not None
    assert said.dated.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() == "2023-04-20"


def test_the_articles_own_date_wins_and_none_is_invented() -> None:
    known = datetime(2022, 3, 4, 5, tzinfo=UTC)
    assert analyse(article("区块链", "区块链平台上线。2020年1月1日。", published=known)).dated == known
    assert analyse(article("区块链平台", "某市区块链平台上线。")).dated is None


def test_an_irrelevant_article_has_no_topics_kind_or_stage() -> None:
    said = analyse(article("Bitcoin climbs", "Bitcoin rose by 5%. Traders on every blockchain cheered."))
    assert said.relevance == "no"
    assert (said.topics, said.kind, said.stage) == ((), None, None)
    assert said.reason.endswith(".")


def test_the_attachment_of_a_short_notice_is_the_announcement() -> None:
    plan = Attachment(
        "https://city.example.org/plan.pdf",
        "宁波市区块链行动计划.pdf",
        "pdf",
        "到2025年，全市建成区块链应用场景50个，设立区块链专项资金1亿元。各区县按照区块链行动计划抓好落实。",
        145,
    )
    lost = Attachment(
        "https://city.example.org/scan.pdf", "扫描件.pdf", "pdf", problem="an image without text"
    )
    said = analyse(
        article("关于印发行动计划的通知", "现予印发，见附件。", publisher=CITY, attachments=(plan, lost))
    )
    assert said.relevance == "yes"
    assert (said.topics, said.kind) == (("blockchain",), "plan")
    assert Fact("pages", 145, "pages", plan.title) in said.facts
    assert said.notes == ("扫描件.pdf: an image without text",)
    assert "50个" in said.summary


def test_a_long_notice_does_not_need_its_attachments() -> None:
    form = Attachment("https://city.example.org/form.docx", "表.docx", "docx", "Bitcoin " * 50)
    text = "宁波市启动数字人民币试点工作，首批商户上线。" * 30
    with_form = analyse(article("数字人民币试点", text, publisher=CITY, attachments=(form,)))
    assert with_form.fingerprint == analyse(article("数字人民币试点", text, publisher=CITY)).fingerprint


@pytest.mark.parametrize("text", ["", " ", "\n\n", "�\x00", "。" * 500, "a" * 5000, "数" * 5000, "- " * 3000])
def test_no_text_makes_it_raise(text: str) -> None:
    assert analyse(article("", text)).relevance == "no"


def test_every_quote_is_found_where_it_is_said_to_stand() -> None:
    paper = Attachment(
        "https://a.example/1.pdf", "方案", "pdf", "到2025年，建成100个应用场景，投入2亿元。", 12
    )
    text = "分享到：微信\n  深圳市发放数字人民币红包1000万元。\n责任编辑：张三\n共5万份，每份200元。\n"
    said = analyse(replace(article("罗湖区发放5万份红包", text), attachments=(paper,)))
    parts = {"title": said.article.title, "text": text, 0: paper.text}
    placed = [fact for fact in said.facts if fact.at]
    assert {fact.at.part for fact in placed if fact.at} == {"title", "text", 0}
    for fact in placed:
        assert fact.at and parts[fact.at.part][fact.at.start : fact.at.end] == fact.quote
    assert [fact.value for fact in said.facts if fact.at is None] == [12]


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared example texts are not here")
@pytest.mark.parametrize("title", ["", "Peking plant ein Blockchain-Zentrum"])
def test_the_german_example_with_its_page_noise(title: str) -> None:
    said = analyse(article(title, EXAMPLE.read_text(encoding="utf-8")))
    assert (said.language, said.relevance, said.kind) == ("de", "yes", "plan")
    assert set(said.topics) == {"blockchain", "digital-yuan"}
    assert said.primary_places == ("110000",)
    assert {place.adcode for place in said.places} == {"110000", "133100", "460000"}
    assert {"DiDi", "Meituan", "OKCoin", "Huobi"} <= set(said.organisations)
    assert {(fact.type, fact.value) for fact in said.facts} >= {("pages", 145), ("count", 140)}
    assert said.dated is not None
    assert said.dated.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() == "2020-09-16"
    for noise in ("Diesen Artikel teilen", "Vorheriger Artikel", "Kategorien", "gelesen"):
        assert noise not in said.summary
