"""Whether an article is for our readers, by what it is about; topics; the reason. All texts are our own."""

from pathlib import Path

import pytest

from analysis.clean import strip_noise
from analysis.organisations import find_organisations
from analysis.places import find_places
from analysis.reading import Reading, read_text
from analysis.relevance import Context, judge
from analysis.topics import find_topics, resolve_topic
from analysis.types import Language, Publisher, Relevance, Topic

PAPER = Publisher("paper", "Example Paper", "media")


def judged(language: Language, title: str, text: str, publisher: Publisher = PAPER) -> tuple[Relevance, str]:
    body = strip_noise(text, title, language)
    context = Context(
        language,
        publisher,
        find_places(title, body, publisher, language),
        find_organisations(title, body, publisher),
    )
    return judge(read_text(title, body), context)


def topics(title: str, text: str) -> tuple[Topic, ...]:
    reading: Reading = read_text(title, text)
    return find_topics(reading)


TEXTS = Path(__file__).with_name("announcement_texts.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.replace("\\n", "\n").split("\t") for line in TEXTS if not line.startswith("#")]


@pytest.mark.parametrize(("language", "relevance", "kind", "title", "text"), ROWS)
def test_relevance_by_what_the_text_is_about(
    language: Language, relevance: Relevance, kind: str, title: str, text: str
) -> None:
    said, reason = judged(language, title, text)
    assert (said == "yes") == (relevance == "yes"), reason


ROUNDUP = """Guten Morgen, das Wichtigste in Kürze.
Der Kurs von Ether ist gestiegen.
Ein Gericht in den USA hat eine Börse verurteilt.
In Suzhou lässt sich die U-Bahn jetzt mit dem digitalen Yuan bezahlen.
Ein Spielehersteller verkauft Token.
Eine Bank hat ihren Bericht vorgelegt.
Das Wetter bleibt mild."""


def test_a_sentence_in_passing_is_borderline_and_the_reason_says_so() -> None:
    relevance, reason = judged("de", "Der Morgen: Kurse, Gerichte, Geräte", ROUNDUP)
    assert relevance == "borderline"
    assert "digital yuan" in reason and "1 of 7" in reason


def test_the_reason_counts_sentences() -> None:
    text = "Ningbo gives out e-CNY vouchers. They are worth 50 yuan. The e-CNY is taken in all shops."
    assert judged("en", "Ningbo hands out digital yuan", text) == (
        "yes",
        "About the digital yuan: in the title and in 2 of 3 sentences.",
    )


def test_a_related_link_makes_no_article_relevant() -> None:
    text = "地铁明日起延长运营。末班车推迟到零点。\n责任编辑：某某\n相关阅读：数字人民币红包今日开抢"
    assert judged("zh", "地铁二号线延长运营", text)[0] == "no"


def test_mining_raids_are_borderline_at_most() -> None:
    text = "青海省有关部门清理虚拟货币挖矿项目，关停矿场12家。省发改委要求各地继续排查挖矿活动。"
    relevance, reason = judged("zh", "青海清理虚拟货币挖矿项目", text)
    assert relevance == "borderline"
    assert "mining" in reason


def test_a_companys_own_news_is_borderline() -> None:
    text = "Huobi will open a blockchain laboratory in Haikou. It hires 50 engineers for blockchain work."
    assert judged("en", "Huobi opens blockchain lab in Hainan", text)[0] == "borderline"


def test_a_ministry_needs_no_place() -> None:
    text = "工信部发布指导意见，推动区块链技术应用。意见提出，培育一批区块链骨干企业。"
    assert judged("zh", "工信部发文推动区块链产业发展", text)[0] == "yes"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("数字人民币红包", "发放红包。", ("digital-yuan",)),
        ("E-CNY mit Smart Contracts für Prepaid-Karten", "Der E-CNY wird hinterlegt.", ("digital-yuan",)),
        ("mBridge settles first payment", "The bridge was used.", ("digital-yuan",)),
        ("区块链平台发放工资", "以数字人民币支付。", ("blockchain", "digital-yuan")),
        ("某省区块链规划", "规划没有提到数字人民币。", ("blockchain",)),
        ("Guizhou sets blockchain goals", "The plan says nothing about the digital yuan.", ("blockchain",)),
        ("供应链金融规划", "推动产业链上下游企业上云。", ()),
        ("Lieferkette und Wertschöpfungskette", "Die Kette ist aus Stahl.", ()),
        ("Digital euro delayed", "The digital euro needs a law.", ()),
    ],
)
def test_topics(title: str, text: str, expected: tuple[Topic, ...]) -> None:
    assert set(topics(title, text)) == set(expected)


def test_the_weightier_topic_comes_first() -> None:
    text = "区块链平台上线。区块链节点由法院运行。数字人民币也可使用。"
    assert topics("区块链平台上线", text) == ("blockchain", "digital-yuan")


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("数字人民币", "digital-yuan"),
        ("數字人民幣", "digital-yuan"),
        ("e-cny", "digital-yuan"),
        ("ECNY", "digital-yuan"),
        ("Digital Yuan", "digital-yuan"),
        ("digitaler Yuan", "digital-yuan"),
        ("区块链", "blockchain"),
        ("區塊鏈", "blockchain"),
        ("Blockchain", "blockchain"),
        ("Beijing", None),
        ("", None),
    ],
)
def test_resolve_topic(words: str, topic: Topic | None) -> None:
    assert resolve_topic(words) == topic


def test_a_title_without_the_subject_is_explained_by_the_lead() -> None:
    rest = "\n每份50元。\n抽签产生。\n商场可用。\n本月截止。"
    assert judged("zh", "上海红包来了", "上海市今起向市民派发数字人民币红包。" + rest)[0] == "yes"
    passing = "上海市今起发放消费券，可用支付宝、微信、云闪付以及数字人民币领取。"
    assert judged("zh", "上海消费券来了", passing + rest)[0] == "borderline"


def test_a_provinces_measures_are_no_company_news_though_companies_are_named() -> None:
    text = (
        "The island province has announced six measures. The province's department of industry issued them. "
    )
    said, reason = judged(
        "en", "Hainan to set up blockchain fund", text + "Huobi and OKCoin have offices there."
    )
    assert said == "yes", reason


def test_the_bridge_is_blockchain_where_its_ledger_is_named() -> None:
    text = "Four central banks settled payments over mBridge; the e-CNY was among them."
    assert topics("mBridge pilot ends", text) == ("digital-yuan",)
    assert set(topics("mBridge pilot ends", text + " Value was issued on the ledger.")) == {
        "digital-yuan",
        "blockchain",
    }


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "en",
            "Canton council votes for blockchain land records",
            "City council in Ohio voted on Monday. A firm from Akron wins.",
        ),
        (
            "de",
            "Schweizer Kanton führt Blockchain-Register ein",
            "Der Kanton Genf legt sein Register auf eine Blockchain.",
        ),
    ],
)
def test_cantons_elsewhere_are_not_guangzhou(language: Language, title: str, text: str) -> None:
    assert judged(language, title, text)[0] == "no"
