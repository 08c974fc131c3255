"""Rules that labelled texts of people who had not seen them showed to be missing, each on words of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis.facts import find_facts
from analysis.kinds import find_kind
from analysis.places import find_places
from analysis.reading import read_text
from analysis.types import Kind, Language, Publisher

ZONE = "Asia/Shanghai"
JULY = datetime(2026, 7, 14, 4, tzinfo=UTC)
CITY = Publisher("city", "某市商务局", "government", "320500")


def facts(text: str, language: Language = "zh", published: datetime = JULY) -> set[tuple[str, object]]:
    return {(fact.type, fact.value) for fact in find_facts("", text, published, language, ZONE)}


def primary(title: str, text: str, publisher: Publisher, language: Language = "zh") -> set[str]:
    return {place.adcode for place in find_places(title, text, publisher, language) if place.primary}


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("截至6月末，全市开立钱包。", "zh", "2026-06"),
        ("9月底前完成改造。", "zh", "2026-09"),
        ("去年的账目到12月末为止。", "zh", "2025-12"),
        ("By the end of December, wallets had been opened.", "en", "2025-12"),
        ("Ende Juni lagen die Guthaben höher.", "de", "2026-06"),
    ],
)
def test_months_without_a_year_are_those_nearby(text: str, language: Language, value: str) -> None:
    assert ("date", value) in facts(text, language)


def test_a_month_with_its_year_is_not_read_twice() -> None:
    found = facts("截至2024年6月末，全市开立钱包。")
    assert ("date", "2024-06") in found and ("date", "2026-06") not in found
    assert facts("Ende Juni 2024 lagen sie höher.", "de") == {("date", "2024-06")}


def test_today_is_the_day_of_the_dateline() -> None:
    printed = datetime(2026, 7, 15, 1, tzinfo=UTC)
    assert ("date", "2026-07-14") in facts("某报苏州7月14日讯（记者 甲）今天，平台上线。", published=printed)
    assert ("date", "2026-07-15") in facts("今天，平台上线。", published=printed)
    old = facts("某报苏州6月1日讯（记者 甲）今天，平台上线。", published=printed)
    assert ("date", "2026-07-15") in old, "a dateline of weeks ago is none of this report's"


def test_numbers_of_tenders_and_nouns_beside_their_number() -> None:
    assert ("document_no", "SZZC-2026-031") in facts("项目编号：SZZC-2026-031\n采购人：某局")
    assert ("count", 200_000) in facts("提出落地受理商户20万户的目标。")
    assert ("count", 3) in facts("建设3个平台并对外开放。") and ("count", 3) not in facts(
        "为期3个月的平台测试。"
    )
    assert not any(kind == "count" for kind, _ in facts("四家银行参与。"))


def test_a_citys_own_bureaus_and_zones_name_it() -> None:
    assert primary("关于申报区块链项目的通知", "市工业和信息化局决定组织申报。", CITY) == {"320500"}
    assert primary("区块链扶持办法", "高新区管委会印发本办法。", CITY) == {"320500"}
    assert primary("区块链扶持办法", "国家高新区均可参照。", CITY) == set()
    assert primary("我市平台扩大到全市", "由昆山市扩大至各县市。", CITY) >= {"320500"}


def test_a_paper_that_names_its_city_far_down_speaks_of_something_else() -> None:
    paper = Publisher("hk", "Harbour Paper", "media", "810000")
    text = "The dollar stays.\n" + "Money moves slowly. " * 8 + "\nA banker in Hong Kong said so."
    assert primary("Why the currency will not win", text, paper, "en") == set()


def test_a_city_that_is_known_by_its_province_tells_what_its_district_means() -> None:
    text = "Firms in Suzhou, Jiangsu province, may move to Xiangcheng, a district in the north of Suzhou."
    codes = {place.adcode for place in find_places("", text, CITY, "en")}
    assert {"320500", "320507"} <= codes


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("某市电子证照区块链平台建设项目中标公告", "中标金额：300万元。", "other"),
        ("短评｜推广数字人民币不能只靠红包", "发红包容易，留住用户难。", "opinion"),
        ("关于《某市区块链条例（草案）》公开征求意见的公告", "现向社会公开征求意见。", "regulation"),
        ("Chengdu: 48 Stunden für die Blockchain", "Entwickler haben gewetteifert; der erste Preis ging an Studenten.", "event"),
        ("口岸完成首笔边民互市贸易数字人民币结算", "边民用数字人民币支付货款。", "cross-border"),
        ("我市召开数字人民币试点启动大会", "会议部署试点工作。", "pilot-launch"),
    ],
)  # fmt: skip
def test_kinds_by_what_is_done(title: str, text: str, kind: Kind) -> None:
    assert find_kind(read_text(title, text)) == kind
