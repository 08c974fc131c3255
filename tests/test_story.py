"""The verdict on two announcements: vetoes first, then evidence; facts decide, words only propose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analysis.rarity import key_facts, rarity, roughly
from analysis.story import same_story
from analysis.types import Announcement, Fact
from tests.announcements import NOON, announcement, count, on, yuan

ROUND_ONE = (yuan(10_000_000), yuan(200), count(50_000), on("2024-05-22/2024-05-28"))
TEXT = (
    "市政府今日宣布，将通过预约抽签方式向市民发放数字人民币红包。市民可以在指定银行的应用程序中登记，"
    "中签后在商圈内的商户消费，红包不能转给他人，也不能兑回存款，过期由主办单位收回。"
)


def other(**changes: object) -> Announcement:
    """Another outlet's report, in English, of what `announcement(facts=ROUND_ONE)` tells."""
    values: dict[str, object] = {
        "url": "https://wire.example.com/a",
        "title": "Shenzhen to hand out digital yuan",
        "text": "Residents of Shenzhen can win digital red packets, the city says, and spend them in its shops.",
        "facts": ROUND_ONE,
        "language": "en",
    }
    return announcement(**(values | changes))  # type: ignore[arg-type]


def test_two_languages_are_joined_by_their_facts() -> None:
    verdict = same_story(announcement(facts=ROUND_ONE), other())
    assert verdict.same and not verdict.near_copy
    assert any("10000000" in reason for reason in verdict.reasons)


def test_the_verdict_is_symmetric() -> None:
    one, two = announcement(facts=ROUND_ONE), other(dated=NOON + timedelta(days=3))
    assert same_story(one, two).score == same_story(two, one).score


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"places": ("320500",)}, "other places"),
        ({"places": ("440300", "440304")}, None),
        ({"stage": "completed"}, "the end"),
        ({"stage": "consultation"}, "draft"),
        ({"stage": "cancelled"}, "cancellation"),
        ({"facts": (*ROUND_ONE[:3], on("2025-05-22/2025-05-28"))}, "other times"),
        ({"facts": (yuan(30_000_000), count(150_000))}, "other sums"),
    ],
)
def test_one_veto_outweighs_everything_in_common(changes: dict[str, object], words: str | None) -> None:
    verdict = same_story(
        announcement(facts=ROUND_ONE, stage="announced"), other(**({"stage": "announced"} | changes))
    )
    assert verdict.same is (words is None)
    if words:
        assert len(verdict.reasons) == 1 and words in verdict.reasons[0]


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (Fact("batch", 2, None, "第二批"), Fact("batch", 3, None, "第三批"), "batches"),
        (
            Fact("document_no", "甲〔2024〕1号", None, ""),
            Fact("document_no", "甲〔2024〕2号", None, ""),
            "documents",
        ),
        (on("2020-01-01/2022-12-31"), on("2023-01-01/2025-12-31"), "other years"),
    ],
)
def test_batches_documents_and_terms_of_plans_are_vetoes(one: Fact, two: Fact, words: str) -> None:
    verdict = same_story(announcement(facts=(one,), text=TEXT), announcement(facts=(two,), text=TEXT))
    assert not verdict.same and words in verdict.reasons[0]


def test_two_districts_of_one_city_are_two_stories_though_the_city_is_named() -> None:
    one = announcement(places=("440300", "440303"), facts=ROUND_ONE)
    assert not same_story(one, other(places=("440300", "440304"))).same
    assert same_story(one, other(places=("440300",))).same


def test_a_document_number_in_common_is_enough_across_languages() -> None:
    number = Fact("document_no", "深金规〔2024〕7号", None, "深金规〔2024〕7号")
    one = announcement(facts=(number,), kind="plan")
    assert same_story(one, other(facts=(number,), kind="plan", dated=NOON + timedelta(days=20))).same


def test_the_same_template_months_later_is_another_story() -> None:
    facts = (yuan(10_000_000), yuan(200), count(50_000))
    assert not same_story(
        announcement(facts=facts), other(facts=facts, dated=NOON + timedelta(days=120))
    ).same


def test_a_copy_is_most_of_the_text_and_a_template_with_other_figures_is_none() -> None:
    one = announcement(text=TEXT, facts=ROUND_ONE)
    assert same_story(one, announcement(text=TEXT + "记者 张三", facts=ROUND_ONE)).near_copy
    assert not same_story(one, announcement(text=TEXT, places=("110000",))).near_copy
    assert not same_story(one, other()).near_copy


def test_nationwide_news_is_joined_by_rare_figures_only() -> None:
    rare = (count(70_750_000, "transactions"), yuan(34_500_000_000))
    one = announcement(places=(), facts=rare, kind="statistics")
    assert same_story(one, other(places=(), facts=rare, kind="statistics")).same
    assert not same_story(one, other(places=(), facts=(), kind="statistics")).same


def test_lists_of_cities_are_the_same_only_where_most_of_them_are() -> None:
    six = ("310000", "460000", "430100", "610100", "370200", "210200")
    one = announcement(places=six, kind="pilot-expansion")
    assert same_story(one, other(places=six, facts=(), kind="pilot-expansion")).same
    assert not same_story(one, other(places=("370200",), facts=(), kind="pilot-launch")).same


def test_rare_figures_weigh_more_than_round_ones() -> None:
    order = [
        yuan(200),
        yuan(10_000_000),
        count(3_389, "merchants"),
        Fact("document_no", "甲〔2024〕1号", None, ""),
    ]
    weights = [rarity(next(iter(key_facts((fact,)).keys))) for fact in order]
    assert weights == sorted(weights) and len(set(weights)) == len(weights)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (8_764_000, 8_760_000, True),
        (70_750_000, 70_800_000, True),
        (3_389, 3_300, True),
        (10_000_000, 20_000_000, False),
        (3_389, 3_600, False),
        (0, 5, False),
    ],
)
def test_rounded_figures_are_recognised(one: float, two: float, same: bool) -> None:
    assert roughly(one, two) is same and roughly(two, one) is same


def test_what_both_are_about_joins_two_languages_that_share_no_figure() -> None:
    centre = announcement(title="数字人民币国际运营中心在上海启动", kind="pilot-launch", places=("310000",))
    report = {"kind": "pilot-launch", "places": ("310000",), "facts": ()}
    assert same_story(centre, other(**report, title="Shanghai centre for the e-CNY opens")).same
    assert not same_story(centre, other(**report, title="Shanghai hospitals test the e-CNY")).same


def test_that_two_draws_give_away_red_packets_proves_nothing() -> None:
    one, two = announcement(), other(facts=(), title="Shenzhen hands out red packets")
    assert not any("both speak of" in reason for reason in same_story(one, two).reasons)
    assert same_story(one, two).score == same_story(two, one).score
