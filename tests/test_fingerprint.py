"""Copies are found by bands and told by true similarity, in every script and with sentences changed."""

from __future__ import annotations

import random

import pytest

from analysis.fingerprint import BANDS, fingerprint, overlap, similarity

SUBJECTS = {
    "zh": ("市政府", "该银行", "这家商户", "区财政局", "试点机构", "管理委员会"),
    "en": ("The city government", "A local bank", "This merchant", "The finance office", "One pilot body"),
    "de": ("Die Stadtverwaltung", "Eine örtliche Bank", "Dieser Händler", "Das Finanzamt", "Ein Teilnehmer"),
}
VERBS = {
    "zh": ("公布了", "正在测试", "决定推广", "暂停了", "扩大了", "验收了"),
    "en": ("announced", "is testing", "decided to promote", "suspended", "extended", "approved"),
    "de": ("verkündete", "erprobt gerade", "fördert nun", "stoppte", "erweiterte", "genehmigte"),
}
OBJECTS = {
    "zh": (
        "数字人民币缴费",
        "区块链存证平台",
        "预付卡监管办法",
        "工资代发服务",
        "跨境结算项目",
        "公交扫码支付",
    ),
    "en": (
        "payments in digital yuan",
        "a blockchain registry",
        "rules for gift cards",
        "wage payments",
        "a bus fare",
    ),
    "de": (
        "Zahlungen in E-Yuan",
        "ein Register auf der Kette",
        "Regeln für Karten",
        "Löhne",
        "einen Fahrschein",
    ),
}


def article(language: str, seed: int, sentences: int = 24) -> list[str]:
    draw = random.Random(seed)
    parts = (SUBJECTS[language], VERBS[language], OBJECTS[language])
    gap = "" if language == "zh" else " "
    return [
        gap.join(
            [*(draw.choice(part) for part in parts), str(draw.randrange(10**5)), *draw.sample(parts[2], 2)]
        )
        for _ in range(sentences)
    ]


def changed(lines: list[str], share: float, language: str, seed: int) -> list[str]:
    draw, fresh = random.Random(seed), article(language, seed + 10_000)
    gone = set(draw.sample(range(len(lines)), round(share * len(lines))))
    return [fresh[i] if i in gone else line for i, line in enumerate(lines)]


def meets(one: list[str], two: list[str]) -> bool:
    bands = (set(fingerprint("", "\n".join(lines)).bands) for lines in (one, two))
    return bool(set.intersection(*bands))


@pytest.mark.parametrize("language", ["zh", "en", "de"])
@pytest.mark.parametrize(("share", "least"), [(0.15, 0.99), (0.3, 0.9)])
def test_copies_with_changed_sentences_share_a_band(language: str, share: float, least: float) -> None:
    found = 0
    for seed in range(40):
        lines = article(language, seed)
        found += meets(lines, changed(lines, share, language, seed))
    assert found / 40 >= least


def test_the_script_width_case_and_spacing_do_not_matter() -> None:
    one = fingerprint("深圳发红包", "数字人民币红包，共１０００万元。e-CNY")
    two = fingerprint("深圳發紅包", "數字人民幣紅包,  共1000萬元。E-CNY")
    assert one == two


def test_a_changed_figure_changes_the_hash_but_hardly_the_bands() -> None:
    lines = article("zh", 1)
    one, two = "\n".join(lines), "\n".join(lines).replace(lines[3], lines[3] + "等")
    assert fingerprint("", one).content_hash != fingerprint("", two).content_hash
    assert len(set(fingerprint("", one).bands) & set(fingerprint("", two).bands)) > BANDS // 2


def test_bands_are_signed_64_bit_and_stay_the_same_for_ever() -> None:
    """They are stored: another value in a later version would find no copies of what was filed before."""
    bands = fingerprint(
        "Notice", "The city of Suzhou begins to pay wages in digital yuan from the first of May."
    ).bands
    assert len(bands) == BANDS and all(-(2**63) <= band < 2**63 for band in bands)
    assert bands[:2] == (8131227467406053860, 2534151096076515611)


def test_too_little_text_has_no_bands() -> None:
    assert fingerprint("附件", "见附件").bands == ()
    assert overlap("", "").jaccard == 0.0
    assert similarity("\x00\ud800", "") == 0.0


def test_similarity_is_one_for_the_same_and_zero_for_other_words() -> None:
    text = "\n".join(article("de", 5))
    assert similarity(text, text.upper()) == 1.0
    assert similarity(text, "\n".join(article("zh", 5))) == 0.0
    assert overlap(text, text + "\n" + "\n".join(article("de", 6))).containment == 1.0
