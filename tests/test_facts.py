"""Facts: one value in three languages, each with the words it was read from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis.facts import find_facts
from analysis.types import Fact, Language

SHARED = Path(__file__).resolve().parents[2] / "shared"
PUBLISHED = datetime(2024, 3, 15, 4, 0, tzinfo=UTC)  # a Friday
ZONES: dict[Language, str] = {"zh": "Asia/Shanghai", "en": "Asia/Shanghai", "de": "Europe/Berlin"}


def read(text: str, language: Language = "zh", published: datetime | None = PUBLISHED) -> list[Fact]:
    return list(find_facts("", text, published, language, ZONES[language]))


def values(text: str, language: Language = "zh") -> list[tuple[str, object, str | None]]:
    return [(fact.type, fact.value, fact.unit) for fact in read(text, language)]


ZH = (
    "记者昨日获悉，市商务局将发放数字人民币消费券500万元，共10万份，每份50元，单笔满200减50。"
    "活动自3月20日9时至4月5日24时，全市近2.3万家商户参与。这是第三批。方案（2024—2026年）全文56页。"
    "成本下降四成，利率提高2个百分点。到2026年培育区块链企业500家。"
)
EN = (
    "Officials said on Thursday that the city would hand out vouchers worth 5 million yuan. The 100,000 "
    "vouchers, 50 yuan each, are valid from March 20 to April 5 at some 23,000 shops. It is the third "
    "round. The 56-page plan runs from 2024 to 2026. Costs fell by 40 percent, the rate rose by 2 "
    "percentage points. By 2026 the city wants 500 blockchain companies."
)
DE = (
    "Wie die Verwaltung am Donnerstag mitteilte, verschenkt die Stadt 5 Mio. Yuan. Die 100.000 "
    "Gutscheine zu je 50 Yuan gelten vom 20. März bis 5. April bei knapp 23.000 Händlern. Es ist die "
    "dritte Runde. Das 56-seitige Papier gilt von 2024 bis 2026. Die Kosten sanken um 40 Prozent, der "
    "Satz stieg um 2 Prozentpunkte. Bis 2026 sollen es 500 Unternehmen sein."
)
SAME = {
    ("date", "2024-03-14", None),
    ("amount", 5_000_000, "CNY"),
    ("count", 100_000, "red packets"),
    ("amount", 50, "CNY"),
    ("period", "2024-03-20/2024-04-05", None),
    ("count", 23_000, "merchants"),
    ("batch", 3, None),
    ("pages", 56, "pages"),
    ("period", "2024-01-01/2026-12-31", None),
    ("percent", 40, None),
    ("date", "2026", None),
    ("count", 500, "companies"),
}


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en"), (DE, "de")])
def test_the_same_facts_have_the_same_values_in_three_languages(text: str, language: Language) -> None:
    assert set(values(text, language)) == SAME


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en"), (DE, "de")])
def test_every_quote_is_cut_from_the_text(text: str, language: Language) -> None:
    assert all(fact.quote and fact.quote in text for fact in read(text, language))


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("總額1000萬元", "zh", 10_000_000, "CNY"),
        ("千万元专项资金", "zh", 10_000_000, "CNY"),
        ("上限为一万元人民币", "zh", 10_000, "CNY"),
        ("约合1.2亿美元", "zh", 120_000_000, "USD"),
        ("港币5000万元", "zh", 50_000_000, "HKD"),
        ("资助五千万港元", "zh", 50_000_000, "HKD"),
        ("发放HK$200万", "zh", 2_000_000, "HKD"),
        ("a fund of $1.5 billion", "en", 1_500_000_000, "USD"),
        ("a 20-million-yuan lottery", "en", 20_000_000, "CNY"),
        ("RMB 10m was paid", "en", 10_000_000, "CNY"),
        ("HK$20 million in grants", "en", 20_000_000, "HKD"),
        ("nearly 12 million dollars", "en", 12_000_000, "USD"),
        ("eine Milliarde Yuan", "de", 1_000_000_000, "CNY"),
        ("rund 1,3 Mio. Euro", "de", 1_300_000, "EUR"),
        ("22 Millionen US-Dollar", "de", 22_000_000, "USD"),
    ],
)
def test_amounts_carry_their_currency(text: str, language: Language, value: float, unit: str) -> None:
    assert ("amount", value, unit) in values(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("单笔消费满100减20，满200元减50元。", "zh"),
        ("单位：万元", "zh"),
        ("($1 = 6.68 Chinese yuan)", "en"),
        ("Spend 100 yuan and get 20 yuan off.", "en"),
        ("Bitcoin rose above $70,000.", "en"),
        ("Der Bitcoin stieg über 70.000 Dollar.", "de"),
        ("比特币跌破32000美元。", "zh"),
    ],
)
def test_tiers_rates_and_coin_prices_are_no_amounts(text: str, language: Language) -> None:
    assert [fact for fact in read(text, language) if fact.type == "amount"] == []


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("商户由8000余家增加到2.6万家。", "zh", 26_000, "merchants"),
        ("红包每个200元，共10万个。", "zh", 100_000, "red packets"),
        ("再发10万个！数字人民币红包来了", "zh", 100_000, "red packets"),
        ("共191.3万人预约", "zh", 1_913_000, "people"),
        ("消费62788笔", "zh", 62_788, "transactions"),
        ("140項政務服務上鏈", "zh", 140, "government services"),
        ("累计开立个人钱包2087万余个、", "zh", 20_870_000, "wallets"),
        ('50,000 "red envelopes" of money', "en", 50_000, "red packets"),
        ("10.2 million e-CNY wallets", "en", 10_200_000, "wallets"),
        ("160 payment and foreign exchange transactions", "en", 160, "transactions"),
        ("47,573 of the 50,000 people drawn", "en", 47_573, "people"),
        ("public services rose from 140 to 480", "en", 480, "government services"),
        ("Twenty trading firms follow", "en", 20, "companies"),
        ("140 Regierungsdienste laufen", "de", 140, "government services"),
        ("elf Ämter", "de", 11, "departments"),
        ("drei Millionen Geldbörsen", "de", 3_000_000, "wallets"),
        ("Die Zahl der Nutzer stieg auf 1,2 Millionen.", "de", 1_200_000, "people"),
    ],
)
def test_counts_say_what_is_counted(text: str, language: Language, value: int, unit: str) -> None:
    assert ("count", value, unit) in values(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("办理时间由5个工作日压缩至10分钟", "zh"),
        ("建成3—5个创新平台", "zh"),
        ("数百家企业参与", "zh"),
        ("四家银行参与", "zh"),
        ("three to five platforms in ten years", "en"),
        ("four banks waited 12 months", "en"),
        ("sechs Städte und 14 Tage", "de"),
    ],
)
def test_ranges_durations_and_handfuls_are_no_counts(text: str, language: Language) -> None:
    assert [fact for fact in read(text, language) if fact.type == "count"] == []


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("去年12月5日启动", "zh", "2023-12-05"),
        ("12月28日启动", "zh", "2023-12-28"),
        ("记者14日获悉", "zh", "2024-03-14"),
        ("上周五宣布", "zh", "2024-03-08"),
        ("下周一将召开会议", "zh", "2024-03-18"),
        ("周三（13日）公布", "zh", "2024-03-13"),
        ("自2024年5月起执行", "zh", "2024-05"),
        ("到2025年，建成", "zh", "2025"),
        ("二〇二四年三月十二日", "zh", "2024-03-12"),
        ("they said on Monday", "en", "2024-03-11"),
        ("last Friday it began", "en", "2024-03-08"),
        ("winners have until Sunday", "en", "2024-03-17"),
        ("paid from next month", "en", "2024-04"),
        ("on Feb. 28, 2023", "en", "2023-02-28"),
        ("by 2025 the city", "en", "2025"),
        ("am Mittwoch beschlossen", "de", "2024-03-13"),
        ("seit gestern möglich", "de", "2024-03-14"),
        ("ab Mai gezahlt", "de", "2024-05"),
        ("vom 28. Februar", "de", "2024-02-28"),
    ],
)
def test_dates_are_resolved_against_the_publication(text: str, language: Language, value: str) -> None:
    assert [fact.value for fact in read(text, language) if fact.type == "date"] == [value]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("12月30日9时至1月5日24时", "zh", "2023-12-30/2024-01-05"),
        ("2月4日至20日", "zh", "2024-02-04/2024-02-20"),
        ("自2023年10月1日起施行，有效期至2025年9月30日。", "zh", "2023-10-01/2025-09-30"),
        ("2021年1月至6月", "zh", "2021-01-01/2021-06-30"),
        ("“十四五”期间", "zh", "2021-01-01/2025-12-31"),
        ("12 to 18 October 2020", "en", "2020-10-12/2020-10-18"),
        ("October 12-18, 2020", "en", "2020-10-12/2020-10-18"),
        ("between 15 August and 23 September 2022", "en", "2022-08-15/2022-09-23"),
        ("from Sunday until March 31", "en", "2024-03-17/2024-03-31"),
        ("a 2020-2022 action plan", "en", "2020-01-01/2022-12-31"),
        ("vom Abend des 11. bis zum 27. Dezember 2020", "de", "2020-12-11/2020-12-27"),
        ("zwischen dem 1. und 15. April", "de", "2024-04-01/2024-04-15"),
    ],
)
def test_periods_have_both_ends(text: str, language: Language, value: str) -> None:
    assert [fact.value for fact in read(f"They apply {text}" if language == "en" else text, language)] == [
        value
    ]


def test_without_a_publication_date_nothing_is_guessed() -> None:
    text = "昨天宣布，10月18日开始，到2025年完成，2024年1月2日印发。"
    assert [fact.value for fact in read(text, published=None)] == ["2025", "2024-01-02"]


def test_documents_batches_and_pages() -> None:
    text = "某市办规［2022］3号\n根据省府发(2021)15号文件，第二批试点启动，报告共145页。"
    assert values(text) == [
        ("document_no", "某市办规〔2022〕3号", None),
        ("document_no", "省府发〔2021〕15号", None),
        ("batch", 2, None),
        ("pages", 145, "pages"),
    ]


def test_an_enumeration_or_a_rumour_is_no_batch() -> None:
    assert read("第一批面向老市民，第二批面向新市民。") == []
    assert read("A third round is rumoured to follow.", "en") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("来源：某市晚报　2024-03-15 09:30\n会议召开。", "zh"),
        ("某市晚报3月15日讯（记者 甲乙）会议召开。", "zh"),
        ("相关阅读：1月1日起地铁免费，发放100万元", "zh"),
        ("SHANGHAI, March 15 - Officials met.", "en"),
        ("15. März 2024 – Die Behörde tagt.", "de"),
        ("Lesen Sie auch: 500 Händler verloren 3 Mio. Euro", "de"),
    ],
)
def test_heads_datelines_and_links_hold_no_facts(text: str, language: Language) -> None:
    assert read(text, language) == []


def test_a_label_line_keeps_signing_date_and_number() -> None:
    text = "发文机关：某省工信厅　成文日期：2020-05-08　发布日期：2020-05-09\n文号：某工信〔2020〕65号"
    assert values(text) == [("date", "2020-05-08", None), ("document_no", "某工信〔2020〕65号", None)]


def test_a_notice_may_put_its_period_after_a_label() -> None:
    text = "预约时间：2024年4月1日至4月3日\n时间：2024年4月8日至4月9日"
    assert [value for _, value, _ in values(text)] == ["2024-04-01/2024-04-03", "2024-04-08/2024-04-09"]


def test_a_full_width_comma_groups_no_digits() -> None:
    assert ("count", 200, "people") in values("今年100，200人参加")


def _example(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared/{name} is not on this machine")
    return path


def test_the_example_article_gives_its_pages_and_services() -> None:
    text = _example("examples/peking-blockchain-plan.de.txt").read_text(encoding="utf-8")
    found = values(text, "de")
    assert ("pages", 145, "pages") in found
    assert ("count", 140, "government services") in found


def _keys(rows: list[dict[str, Any]]) -> set[tuple[str, str, str | None]]:
    return {
        (row["type"], _plain(row["value"]), row["unit"] if row["type"] == "amount" else None) for row in rows
    }


def _plain(value: object) -> str:
    return f"{float(value):.4f}" if isinstance(value, int | float) else str(value)


def test_facts_of_the_labelled_set_stay_accurate() -> None:
    lines = _example("eval/dev.jsonl").read_text(encoding="utf-8").splitlines()
    right = wrong = missed = 0
    for row in (json.loads(line) for line in lines):
        if row["relevant"] != "yes":
            continue
        language: Language = row["lang"]
        published = datetime.fromisoformat(row["published"]) if row["published"] else None
        found = find_facts(row["title"], row["text"], published, language, ZONES[language])
        said = _keys([{"type": fact.type, "value": fact.value, "unit": fact.unit} for fact in found])
        truth = _keys(row["facts"])
        said -= _keys(row.get("facts_optional") or []) - truth
        right, wrong, missed = (
            right + len(truth & said),
            wrong + len(said - truth),
            missed + len(truth - said),
        )
    assert right / (right + missed) >= 0.97
    assert 2 * right / (2 * right + wrong + missed) >= 0.95
