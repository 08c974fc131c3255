"""What sort of announcement a text is, by its own act, and the stage it shows. All texts are our own."""

from pathlib import Path

import pytest

from analysis.kinds import find_kind, find_stage
from analysis.reading import read_text
from analysis.types import Kind, Stage

TEXTS = Path(__file__).with_name("announcement_texts.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.replace("\\n", "\n").split("\t") for line in TEXTS if not line.startswith("#")]


@pytest.mark.parametrize(("kind", "title", "text"), [row[2:] for row in ROWS if row[1] == "yes"])
def test_kind_is_the_announcements_own_act(kind: str, title: str, text: str) -> None:
    assert find_kind(read_text(title, text)) == kind


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("某区数字人民币红包活动圆满结束", "活动期间共有3万人领取红包，交易金额560万元。", "statistics"),
        ("某区数字人民币红包活动今起预约", "活动面向在区个人发放红包3万个，每个200元。", "lottery"),
        ("Winners of the e-CNY draw spent 5.6 mln yuan", "The district published the figures.", "statistics"),
        ("Der Bezirk verlost digitale Yuan", "Die Gewinner erhalten je 200 Yuan.", "lottery"),
    ],
)
def test_the_result_of_a_draw_is_not_the_draw(title: str, text: str, kind: Kind) -> None:
    assert find_kind(read_text(title, text)) == kind


def test_a_text_without_cues_is_other() -> None:
    assert find_kind(read_text("Blaue Berge", "Die Berge sind blau.")) == "other"


def test_a_long_body_does_not_outweigh_the_title() -> None:
    body = (
        "会议听取了情况汇报。" * 3 + "有关单位负责人参加。红包、消费券、抽签、摇号、派发等工作也有提及。" * 40
    )
    assert find_kind(read_text("某市区块链发展三年行动计划印发", body)) == "plan"


STAGES: list[tuple[str, str, Kind, Stage | None]] = [
    ("关于公开征求某市区块链管理办法意见的公告", "现公开征求意见。", "regulation", "consultation"),
    ("某市区块链三年行动计划印发", "现印发给你们。", "plan", "announced"),
    ("某市数字人民币试点启动", "昨日启动。", "pilot-launch", "launched"),
    ("新增六个城市作为试点地区", "试点再扩围。", "pilot-expansion", "expanded"),
    ("数字人民币红包活动圆满结束", "活动已结束。", "statistics", "completed"),
    ("某市叫停区块链项目补贴", "财政局昨日发布公告。", "funding", "cancelled"),
    (
        "City seeks public comment on blockchain rules",
        "The draft is open until May.",
        "regulation",
        "consultation",
    ),
    ("Provinz weitet Test aus", "Weitere Städte kommen hinzu.", "pilot-expansion", "expanded"),
    ("Essay: money", "I believe it will not last.", "opinion", None),
]


@pytest.mark.parametrize(("title", "text", "kind", "stage"), STAGES)
def test_stage(title: str, text: str, kind: Kind, stage: Stage | None) -> None:
    found, shown = find_stage(read_text(title, text), kind)
    assert found == stage
    assert (shown is None) == (stage is None) and (shown is None or shown in f"{title}\n{text}")


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        ("plan", "某市发布政务区块链白皮书", "白皮书共90页，收录已经上线的80个场景。"),
        (
            "statistics",
            "Zentralbank legt Weißbuch vor",
            "Laut Weißbuch wurden 12 Millionen Wallets und 40 Millionen Zahlungen gezählt.",
        ),
        (
            "plan",
            "某市提出2027年交易额达到8000亿元",
            "去年累计交易金额超过2000亿元。今年将用于税费和工资发放。",
        ),
        ("plan", "Leaders back the ledger", "The State Council called for faster use of the technology."),
        ("pilot-expansion", "Whole provinces enter the e-CNY trial", "The trial now covers three provinces."),
        ("pilot-launch", "数字人民币清算中心正式运营", "中心推出跨境支付平台和资产平台。"),
        (
            "application",
            "The Games as a showcase for the e-CNY",
            "Visitors can pay with the digital yuan until May.",
        ),
        (
            "regulation",
            "Blockchain deeds made legally equal to paper",
            "The rules forbid offices to turn them away.",
        ),
        ("statistics", "Umsatz mit digitalem Yuan steigt auf 9 Billionen", "Das teilte die Notenbank mit."),
        ("cross-border", "某企业用数字人民币向泰国支付货款", "款项通过货币桥到账。"),
        ("application", "某区上线“数币餐卡”", "政府补贴通过智能合约按月发放，每人最高100元。"),
        ("opinion", "Why nobody needs the e-CNY", "I still pay in cash."),
    ],
)
def test_the_act_outweighs_the_subject(kind: Kind, title: str, text: str) -> None:
    assert find_kind(read_text(title, text)) == kind


def test_the_sentence_that_shows_the_stage() -> None:
    text = "会议于周三举行。区块链产业基金一期项目已圆满完成。"
    found, shown = find_stage(read_text("苏州市区块链产业基金的消息", text), "funding")
    assert (found, shown) == ("completed", "区块链产业基金一期项目已圆满完成。")
