"""The language of a text, and when the source's word for it holds."""

from __future__ import annotations

import pytest

from analysis.language import detect
from analysis.types import Language

ZH = "市政府昨天宣布，将在全市商圈发放数字人民币红包，市民可通过手机预约。"
EN = "The city council announced yesterday that residents will receive digital money for shopping."
DE = "Die Stadtverwaltung kündigte gestern an, dass die Einwohner digitales Geld für ihre Einkäufe bekommen."


@pytest.mark.parametrize("declared", [None, "zh", "en", "de"])
@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en"), (DE, "de")])
def test_a_clear_text_speaks_for_itself(text: str, language: Language, declared: Language | None) -> None:
    assert detect("e-CNY", text, declared) == language


def test_what_is_too_short_to_tell_follows_the_source() -> None:
    assert detect("", "Shenzhen 2020", "de") == "de"
    assert detect("", "Shenzhen 2020", "zh") == "zh"
    assert detect("", "", "en") == "en"


def test_the_title_speaks_only_without_a_text() -> None:
    assert detect("數碼人民幣試點", "", None) == "zh"
    assert detect("數碼人民幣試點", EN, None) == "en"


def test_names_in_another_script_do_not_turn_a_text() -> None:
    assert detect("", f"{EN} (深圳市人民政府, 数字人民币)", "en") == "en"
    assert detect("", f"{ZH} e-CNY app iOS Android wallet", "zh") == "zh"
