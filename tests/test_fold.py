"""Folding: one script, width and case, and never a different length."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fold import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("廣州開發區", "广州开发区"),
        ("數字人民幣", "数字人民币"),
        ("ＤＣ／ＥＰ１２３", "dc/ep123"),
        ("Xi’an", "xi'an"),
        ("ÜRÜMQI", "ürümqi"),
        ("澳門 臺灣 瀋陽", "澳门 台湾 沈阳"),
        ("一\u00a0二\u3000三", "一 二 三"),
        ("①②", "12"),
    ],
)
def test_spellings_of_one_word_become_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("char", ["ß", "ﬁ", "…", "İ", "㎏", "\n"])
def test_what_would_change_the_length_stays(char: str) -> None:
    assert fold(char) == char


def test_half_a_character_becomes_the_replacement_character() -> None:
    assert fold("\ud800北京") == "\ufffd北京"


def test_offsets_are_those_of_the_original() -> None:
    text = "Straße № 5：２０２０年，臺北ﬁn 廣州市"
    start = fold(text).index("广州市")
    assert text[start : start + 3] == "廣州市"


@given(st.text())
def test_any_text_keeps_its_length_and_folds_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_every_character_of_the_basic_plane_keeps_its_length() -> None:
    plane = "".join(map(chr, range(min(sys.maxunicode, 0xFFFF) + 1)))
    assert len(fold(plane)) == len(plane)
    assert fold(fold(plane)) == fold(plane)
