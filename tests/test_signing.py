"""The day a notice was signed, told apart from the day it was published."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.signing import find_signed
from analysis.types import Language

BODY = "现将有关事项通知如下。\n一、组织申报。自2024年5月1日起受理。\n"


@pytest.mark.parametrize(
    ("text", "language", "signed"),
    [
        ("索引号：X 成文日期：2020-06-18 发布日期：2020-06-22\n" + BODY, "zh", date(2020, 6, 18)),
        (BODY + "市工业和信息化局\n二〇二〇年六月十八日\n（此件公开发布）", "zh", date(2020, 6, 18)),
        (BODY + "    苏州市地方金融监督管理局\n    2021年1月5日", "zh", date(2021, 1, 5)),
        ("发布日期：2020-06-22\n" + BODY, "zh", None),
        ("2020年6月22日\n某市启动试点。", "zh", None),
        (BODY + "活动将于下列日期举行。\n2021年1月5日", "zh", None),
        ("The measures, signed on 5 March 2022, were published a week later.", "en", date(2022, 3, 5)),
        ("Die Verordnung wurde unterzeichnet am 5. März 2022.", "de", date(2022, 3, 5)),
        ("", "zh", None),
    ],
)
def test_signed(text: str, language: Language, signed: date | None) -> None:
    assert find_signed(text, language) == signed
