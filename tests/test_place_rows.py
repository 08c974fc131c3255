"""Places side by side, places that are recalled, and lines of a page that name places of other news."""

import pytest

from analysis.places import find_places
from analysis.types import Language, Publisher


def found(title: str, text: str, language: Language = "zh") -> tuple[set[str], set[str]]:
    """Codes of the primary places, and of the others."""
    places = find_places(title, text, Publisher("probe", "Probeblatt", "media"), language)
    return {p.adcode for p in places if p.primary}, {p.adcode for p in places if not p.primary}


def named(text: str, language: Language = "zh") -> set[str]:
    """All codes of a text under a title that names no place."""
    primary, others = found("", text, language)
    return primary | others


def test_what_is_said_of_one_place_in_a_row_is_said_of_all() -> None:
    assert found(
        "Whole provinces enter the trial",
        "The trial now covers Hunan, Hubei and Jiangxi, where so far only Changsha, Wuhan and Nanchang took part. "
        "Zhuhai and Kunming are new on the list.",
        "en",
    ) == ({"430000", "420000", "360000", "440400", "530100"}, {"430100", "420100", "360100"})
    assert found(
        "试点扩大到湖南、湖北、江西全省",
        "长沙、武汉、南昌3个城市的试点分别扩大到湖南、湖北、江西全省。\n同时增加云南省昆明市和广东省珠海市。",
    ) == (
        {"430000", "420000", "360000", "530100", "440400"},
        {"430100", "420100", "360100", "530000", "440000"},
    )


def test_a_comma_ends_what_is_recalled() -> None:
    assert found(
        "After Nanjing, Wuxi pays in e-CNY", "The city of Wuxi pays its staff in digital yuan.", "en"
    ) == (
        {"320200"},
        {"320100"},
    )


def test_one_place_in_the_title_may_stand_for_more() -> None:
    assert found("试点新增长沙等四地", "新增长沙、西安、青岛、大连四地为试点地区。") == (
        {"430100", "610100", "370200", "210200"},
        set(),
    )


def test_districts_on_a_list_of_areas_are_primary() -> None:
    text = "首批名单今天公布。\n江苏南京、山东济南、河北唐山以及重庆市渝北区榜上有名。"
    assert found("区块链示范区名单公布", text)[0] == {"320100", "370100", "130200", "500112"}


def test_places_that_only_complain_are_no_list_of_areas() -> None:
    text = "Users could not pay for two hours on Friday. Complaints came from Tianjin, Shenyang and Ningbo all night."
    assert found("Digital yuan app fails", text, "en")[0] == set()


def test_lines_that_lead_elsewhere_name_no_places() -> None:
    text = "Wuxi will pay its staff in digital yuan.\nThe scheme begins in May.\nThe city bears the costs.\n"
    assert named(text + "Read next: The noodles of Lanzhou\nMore: Trains to Dalian | Weather", "en") == {
        "320200"
    }


def test_where_a_ceremony_or_a_letter_box_is_does_not_count_as_primary() -> None:
    assert found("昆明数字人民币试点启动", "启动仪式在官渡区举行。")[0] == {"530100"}
    assert named("供应商地址：台州市椒江区市府大道") == set()


def test_a_city_by_its_letter_and_a_district_by_its_short_name() -> None:
    assert named("大会下周在汉开幕，在沪个人可以报名。") == {"420100"}
    assert named("上海长宁一家医院试用硬钱包，该行成长宁波也看到。") == {"310000", "310105", "330200"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Officials in Beijing did not comment."),
        ("de", "Auch in Peking hält man sich bedeckt."),
        ("de", "Es bleibt verboten, wie Peking im Herbst erklärt hat."),
    ],
)
def test_the_seat_of_government_is_no_place(language: Language, text: str) -> None:
    assert named(text, language) == set()


def test_a_swiss_or_american_canton_is_no_chinese_city() -> None:
    assert named("Der Schweizer Kanton führt ein Register.", "de") == set()
    assert named("Canton council votes on land records.", "en") == set()
