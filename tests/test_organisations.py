"""Organisations by their canonical names, in three languages."""

import pytest

from analysis.organisations import find_organisations, organisation_kinds
from analysis.terms import Terms, read_rows, split_aliases
from analysis.types import Publisher

PBOC, DCI = "People's Bank of China", "Digital Currency Institute"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("人民银行某市分行与工商银行签约", {PBOC, "ICBC"}),
        ("人民銀行與滙豐銀行合作", {PBOC, "HSBC"}),
        ("央行今日发布报告", {PBOC}),
        ("人民银行数字货币研究所牵头", {DCI}),
        ("the central bank's Digital Currency Institute said", {DCI}),
        ("the Digital Currency Institute of the People’s Bank of China", {DCI, PBOC}),
        ("China's central bank digital currency", set()),
        ("Norwegens Zentralbank wartet ab", set()),
        ("the central bank of Kenya", set()),
        ("泰国央行与阿联酋央行", set()),
        ("Die Europäische Zentralbank zögert", set()),
        ("Die chinesische Notenbank teilte mit", {PBOC}),
        ("Agricultural Bank of China and Bank of China", {"Agricultural Bank of China", "Bank of China"}),
        (
            "工行、农行、中行、建行",
            {"ICBC", "Agricultural Bank of China", "Bank of China", "China Construction Bank"},
        ),
        ("其中行业协会参与，集中行动", set()),
        ("北京东路与南京东路", set()),
        ("国家税务总局某某市税务局", set()),
        ("Nutzer des DiDi-Dienstes und der Meituan-App", {"DiDi", "Meituan"}),
        ("Alipay and WeChat Pay", {"Ant Group", "Tencent"}),
        ("The HKMA and the BIS Innovation Hub", {"HKMA", "BIS"}),
        ("market makers at ease", set()),
    ],
)
def test_names(text: str, names: set[str]) -> None:
    assert set(find_organisations("", text)) == names


def test_order_is_that_of_the_text_and_each_stands_once() -> None:
    found = find_organisations("京东与美团", "滴滴、京东、美团参与。")
    assert found == ("JD.com", "Meituan", "DiDi")


def test_a_branch_of_the_bank_that_publishes_counts_as_named() -> None:
    branch = Publisher("pboc-x", "中国人民银行某市分行", "government")
    paper = Publisher("paper", "建设银行报", "media")
    assert find_organisations("通知", "有关事项如下。", branch) == (PBOC,)
    assert find_organisations("通知", "有关事项如下。", paper) == ()


def test_every_row_of_the_data_is_reachable() -> None:
    for name, kind, aliases in read_rows("organisations.tsv", 3):
        if kind in ("nothing", "foreign", "central-bank-word"):
            continue
        found = {
            found for alias in split_aliases(aliases) for found in find_organisations("", alias.strip("*="))
        }
        assert name in found, name
    assert len(organisation_kinds()) >= 150


def test_a_longer_alias_hides_a_shorter_one() -> None:
    terms = Terms([("yes", ["链上"]), ("nothing", ["供应链上"])])
    assert [hit.label for hit in terms.find("供应链上与链上")] == ["nothing", "yes"]


def test_latin_words_have_boundaries_unless_marked() -> None:
    terms = Terms([("plain", ["wien"]), ("open", ["plan*", "*amt"])])
    assert [hit.alias for hit in terms.find("wiener planung im finanzamt wien")] == ["plan", "amt", "wien"]


def test_a_broken_row_is_named() -> None:
    with pytest.raises(ValueError, match=r"organisations\.tsv, line \d+"):
        read_rows("organisations.tsv", 2)
