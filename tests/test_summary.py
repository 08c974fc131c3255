"""Summaries: the article's own sentences, with its figures, without its datelines."""

import pytest

from analysis.facts import find_facts
from analysis.sentences import split_sentences
from analysis.summary import LIMIT, summarise, without_dateline
from analysis.types import Fact, Language


def summary(title: str, text: str, language: Language) -> str:
    return summarise(title, text, find_facts(title, text, None, language, "Asia/Shanghai"), language)


CITY = """某市晚报讯（记者 王某）市商务局昨日宣布，发放数字人民币消费券3000万元。
有市民表示很期待。
天气晴好，街上人来人往。
消费券共15万份，每份200元，通过摇号发放。
店长说准备好了。
全市有2万家商户受理数字人民币。"""


def test_keeps_the_figures_and_the_body_in_reading_order() -> None:
    said = summary("某市发放数字人民币消费券", CITY, "zh")
    assert said.startswith("市商务局昨日宣布")
    assert said.index("3000万元") < said.index("15万份") < said.index("2万家")
    assert "记者" not in said and "天气" not in said


LONG = (
    "The district opens a blockchain centre for 300 companies. "
    "It was raining. "
    "The fund holds 2 billion yuan, officials said. "
    "Mr. Li likes tea. "
    "More than 40 services will use a blockchain by Oct. 18, according to the plan. "
) * 20


@pytest.mark.parametrize("language", ["zh", "en", "de"])
def test_limits_hold(language: Language) -> None:
    text = CITY * 30 if language == "zh" else LONG
    assert 0 < len(summary("Blockchain 数字人民币", text, language)) <= LIMIT


def test_every_sentence_is_cut_from_the_original() -> None:
    said = summary("District opens blockchain centre", LONG, "en")
    assert all(sentence.text in LONG for sentence in split_sentences(said))
    assert "300 companies" in said and "2 billion yuan" in said


def test_a_figure_is_told_once() -> None:
    text = (
        "Das Papier hat 145 Seiten. Das 145 Seiten lange Papier der Stadt liegt vor. "
        "Die Blockchain wird in 140 Ämtern genutzt."
    )
    said = summarise(
        "Papier",
        text,
        (Fact("pages", 145, "pages", "145 Seiten"), Fact("count", 140, "offices", "140 Ämtern")),
        "de",
    )
    assert "140 Ämtern" in said


def test_one_endless_sentence_is_cut_at_a_clause() -> None:
    text = "市政府提出建设区块链平台，" * 60
    said = summary("区块链平台", text, "zh")
    assert said.endswith("…") and len(said) <= LIMIT
    assert text.startswith(said.rstrip("…"))


def test_short_notices_and_nothing() -> None:
    assert (
        summary("通知", "自明日起，全市公交支持数字人民币支付。", "zh")
        == "自明日起，全市公交支持数字人民币支付。"
    )
    assert summary("通知", "", "zh") == ""


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("BEIJING, Feb 7 - The city will act.", "The city will act."),
        ("Haikou (awb). Die Provinz handelt.", "Die Provinz handelt."),
        ("3. Mai 2021 – Die Stadt handelt.", "Die Stadt handelt."),
        ("某某网7月16日讯　市政府宣布试点。", "市政府宣布试点。"),
        ("【本報訊】市政府宣布試點。", "市政府宣布試點。"),
        ("一、设立十亿元基金。", "设立十亿元基金。"),
        ("第二条　企业应当备案。", "企业应当备案。"),
        ("3.5 million wallets were opened.", "3.5 million wallets were opened."),
        ("中国电信参与试点。", "中国电信参与试点。"),
        ("市政府消息灵通，宣布试点。", "市政府消息灵通，宣布试点。"),
    ],
)
def test_datelines_and_numbers_of_lists_are_cut_off(sentence: str, rest: str) -> None:
    assert without_dateline(sentence) == rest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bis zum 18. Oktober gelten 10 Mio. Yuan. Danach nicht.", 2),
        ("It ends on Oct. 18 for P. Whelan. It was $3.5 million.", 2),
        ("今天启动。明天结束！后天呢？", 3),
        ('Man said: "Yes." Then he left.', 2),
        ("Ende 2022. Dann folgt mehr, z.B. Steuern.", 2),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    found = split_sentences(text)
    assert len(found) == count
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
