"""Numbers as Chinese, English and German write them have one value."""

from __future__ import annotations

import pytest

from analysis.fold import fold
from analysis.numerals import find_numbers, read_number
from analysis.types import Language


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("1000万", "zh", 10_000_000),
        ("1,000万", "zh", 10_000_000),
        ("１０００萬", "zh", 10_000_000),
        ("3.5亿", "zh", 350_000_000),
        ("1.2万亿", "zh", 1_200_000_000_000),
        ("一千二百万", "zh", 12_000_000),
        ("一億三千萬", "zh", 130_000_000),
        ("三万亿", "zh", 3_000_000_000_000),
        ("二〇二〇", "zh", 2020),
        ("两千零五", "zh", 2005),
        ("十五", "zh", 15),
        ("8.76 million", "en", 8_760_000),
        ("1.2bn", "en", 1_200_000_000),
        ("47,573", "en", 47_573),
        ("two trillion", "en", 2_000_000_000_000),
        ("fifty thousand", "en", 50_000),
        ("one hundred and forty", "en", 140),
        ("half a million", "en", 500_000),
        ("twenty-five", "en", 25),
        ("34,5 Milliarden", "de", 34_500_000_000),
        ("1.000", "de", 1000),
        ("1.234.567", "de", 1_234_567),
        ("8,76 Mio.", "de", 8_760_000),
        ("4,5 Mrd.", "de", 4_500_000_000),
        ("fünf", "de", 5),
        ("drei Millionen", "de", 3_000_000),
        ("fünfundzwanzig", "de", 25),
        ("einhundertvierzig", "de", 140),
        ("hunderttausend", "de", 100_000),
    ],
)
def test_a_number_has_one_value(words: str, language: Language, value: float) -> None:
    assert read_number(fold(words), language) == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("数百家企业和几十个部门", "zh"),
        ("来了两三个人", "zh"),
        ("第九届大会", "zh"),
        ("somebody alone in the tentative oneness", "en"),
        ("die Einheit der Siebenschläfer", "de"),
    ],
)
def test_what_is_vague_or_inside_a_word_is_no_number(text: str, language: Language) -> None:
    assert find_numbers(fold(text), language) == []


def test_offsets_are_those_of_the_text() -> None:
    text = "Rund 3,4 Mio. Euro für 120 Läden"
    assert [text[found.start : found.end] for found in find_numbers(fold(text), "de")] == ["3,4 Mio.", "120"]


@pytest.mark.parametrize("language", ["zh", "en", "de"])
def test_a_run_of_digits_beyond_any_figure_is_harmless(language: Language) -> None:
    assert all(found.value == 0 for found in find_numbers("9" * 10_000, language))
    assert read_number("九" * 10_000, "zh") is None
