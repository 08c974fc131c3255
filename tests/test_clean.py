"""Page noise goes, the article stays. The pages are made up."""

import pytest

from analysis.clean import strip_noise
from analysis.types import Language

PAGES: list[tuple[Language, str, list[str]]] = [
    (
        "zh",
        "来源：某某日报　2023-05-06 10:20\n全市今起试点。\n（责任编辑：王某）\n"
        "扫一扫在手机打开当前页\n相关阅读：天气转晴",
        ["全市今起试点。"],
    ),
    (
        "zh",
        "首页 > 新闻 > 正文\n发布时间：2023-05-06　浏览次数：30\n"
        "昨日，平台上线。【编辑：李某】\n上一篇：会议召开\n明日多云",
        ["昨日，平台上线。"],
    ),
    ("zh", "編輯：何某\n試點開始。\n延伸閱讀：明日天氣\n分享到：微信　微博", ["試點開始。"]),
    (
        "en",
        "By Ann Lee and Bo Wu\nShare this article\nThe city opens a centre.\nPhoto: the centre\n"
        "(Reporting by A. Lee; editing by B. Wu)\nRelated: A walk in the park\nSubscribe to our newsletter",
        ["The city opens a centre."],
    ),
    (
        "de",
        "Von Anna Berg | 3. Mai 2023\nDie Stadt eröffnet ein Zentrum.\nFoto: Archiv\n"
        "Diesen Artikel teilen | Drucken\nLesen Sie auch: Ein Tag im Park\nMedaillen: Gold für alle",
        ["Die Stadt eröffnet ein Zentrum."],
    ),
]


@pytest.mark.parametrize(("language", "text", "kept"), PAGES)
def test_lines_of_the_page_go(language: Language, text: str, kept: list[str]) -> None:
    assert strip_noise(text, "", language).split("\n") == kept


def test_a_share_bar_above_the_text_closes_nothing() -> None:
    text = "Share this article\nThe city opens a centre\nIt is the first"
    assert strip_noise(text, "", "en") == "The city opens a centre\nIt is the first"


OFFICIAL = ["文号：某政发〔2021〕8号", "成文日期：2021-03-04", "现印发给你们。", "2021年3月4日"]


def test_a_line_with_a_document_number_or_signature_date_stays() -> None:
    text = "索引号：0001　分类：产业\n" + "\n".join(OFFICIAL)
    assert strip_noise(text, "", "zh").split("\n") == OFFICIAL


SENTENCES = "Die Stadt baut ein Zentrum für Blockchain auf. Es soll im Mai öffnen, für hundert Firmen. " * 4


def test_a_page_of_one_line_loses_head_and_tail() -> None:
    title = "Stadt baut Zentrum auf"
    page = (
        f"Vorheriger Artikel Etwas anderes Nächster Artikel Home {title} {title} Von Ina Kurz - 3 Min. gelesen "
        f"Aktualisiert 4. Mai 2021 {SENTENCES}Diesen Artikel teilen Kategorien Technik Tags Blockchain"
    )
    assert strip_noise(page, title, "de") == SENTENCES.strip()
    assert strip_noise(page, "", "de") == SENTENCES.strip()


def test_a_chinese_page_of_one_line_loses_its_tail() -> None:
    body = "某市昨日启动区块链平台建设，首批接入二十个部门，市民可在线办理。" * 12
    page = f"来源：某某网 2022-03-04 {body}责任编辑：王某 相关阅读：天气转晴 上一篇：会议召开"
    assert strip_noise(page, "", "zh") == body


def test_an_ordinary_long_paragraph_is_untouched() -> None:
    paragraph = "The mayor said the plan, updated in May, would be shared with residents and tags. " * 8
    assert strip_noise(paragraph, "", "en") == paragraph.strip()


def test_text_of_nothing_but_noise_is_given_back() -> None:
    assert strip_noise("责任编辑：王某", "", "zh") == "责任编辑：王某"
    assert strip_noise("", "", "en") == ""
