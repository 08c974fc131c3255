"""The gazetteer: the table is whole, and what a person types is understood."""

import re

import pytest

from analysis.gazetteer import gazetteer


def codes(words: str) -> list[str]:
    return [place.adcode for place in gazetteer().resolve(words)]


@pytest.mark.parametrize(
    ("words", "adcode"),
    [
        ("北京", "110000"),
        ("北京市", "110000"),
        ("Peking", "110000"),
        ("PEKING", "110000"),
        ("Stadt Suzhou", "320500"),
        ("suzhou city", "320500"),
        ("City of Suzhou", "320500"),
        ("宿州", "341300"),
        ("Xi'an", "610100"),
        ("Xi’an", "610100"),
        ("xian", "610100"),
        ("Xi An", "610100"),
        ("廣州", "440100"),
        ("廣州市", "440100"),
        ("Kanton", "440100"),
        ("吉林", "220000"),
        ("吉林省", "220000"),
        ("吉林市", "220200"),
        ("Jilin City", "220200"),
        ("Jilin Province", "220000"),
        ("Provinz Hainan", "460000"),
        ("海南州", "632500"),
        ("朝阳", "211300"),
        ("朝阳区", "110105"),
        ("Chaoyang District", "110105"),
        ("Bezirk Luohu", "440303"),
        ("Ürümqi", "650100"),
        ("urumtschi", "650100"),
        ("Innere Mongolei", "150000"),
        ("Inner Mongolia Autonomous Region", "150000"),
        ("Tibet", "540000"),
        ("香港特別行政區", "810000"),
        ("Hongkong", "810000"),
        ("Macao", "820000"),
        ("澳門", "820000"),
        ("Xiong'an New Area", "133100"),
        ("雄安", "133100"),
        ("Pudong", "310115"),
        ("滨海新区", "120116"),
        ("海南自贸港", "460000"),
        ("West Coast New Area", "370211"),
        ("深圳罗湖", "440303"),
        ("深圳市羅湖區", "440303"),
        ("Luohu, Shenzhen", "440303"),
        ("鼓楼区，福州", "350102"),
        ("苏州工业园区", "320571"),
        ("Lüliang", "141100"),
        ("Kashgar", "653100"),
        ("Taipeh", "710100"),
        ("六安", "341500"),
        ("Lu'an", "341500"),
    ],
)
def test_what_a_person_types_is_understood(words: str, adcode: str) -> None:
    assert codes(words)[0] == adcode


def test_a_city_comes_before_a_county_of_the_same_name() -> None:
    assert [place.level for place in gazetteer().resolve("朝阳")][:2] == ["prefecture", "county"]
    assert codes("Suzhou")[:2] == ["320500", "341300"]
    assert codes("长沙县")[0] == "430121"
    assert codes("长沙")[0] == "430100"


@pytest.mark.parametrize(
    "words", ["", "   ", "市", "City", "Berlin", "Entenhausen", "数字人民币", "x" * 500, "()"]
)
def test_what_is_no_place_is_unknown(words: str) -> None:
    assert gazetteer().resolve(words) == ()


@pytest.mark.parametrize(
    ("words", "adcode"),
    [
        ("Shenzen", "440300"),
        ("Beijin", "110000"),
        ("Pekng", "110000"),
        ("Chonqing", "500000"),
        ("深川", "440300"),
    ],
)
def test_a_slip_of_the_pen_is_met_with_a_suggestion(words: str, adcode: str) -> None:
    assert codes(words) == []
    assert adcode in [place.adcode for place in gazetteer().suggest(words)]


def test_suggestions_are_few_and_none_for_nothing() -> None:
    assert len(gazetteer().suggest("an")) <= 5
    assert gazetteer().suggest("") == ()
    assert gazetteer().suggest("qqqqqqqqqq") == ()


def test_a_province_covers_its_cities_areas_and_districts() -> None:
    places = gazetteer()
    assert places.ancestors("133100") == ("133100", "130000")
    assert places.ancestors("440303") == ("440303", "440300", "440000")
    assert places.ancestors("310115") == ("310115", "310000")
    assert places.ancestors("429004") == ("429004", "420000")
    assert places.covers("440000", "440303")
    assert places.covers("440303", "440303")
    assert not places.covers("440303", "440000")
    assert not places.covers("130100", "133100")


def test_a_code_that_is_not_in_the_table_still_lies_in_its_province() -> None:
    assert gazetteer().ancestors("440399") == ("440399", "440300", "440000")
    assert gazetteer().place("440399") is None
    assert gazetteer().name("440399", "de") == "440399"


def test_names_are_those_of_the_readers_language() -> None:
    places = gazetteer()
    assert [places.name("110000", language) for language in ("zh", "en", "de")] == [
        "北京",
        "Beijing",
        "Peking",
    ]
    assert [places.name("440303", language) for language in ("zh", "en", "de")] == [
        "罗湖区",
        "Luohu District",
        "Bezirk Luohu",
    ]
    assert places.name("220200", "zh") == "吉林市"
    assert places.name("220000", "zh") == "吉林"


def test_the_table_holds_every_province_prefecture_and_county() -> None:
    places = list(gazetteer())
    count = {
        level: sum(place.level == level for place in places) for level in ("province", "prefecture", "county")
    }
    assert count["province"] == 34
    assert count["prefecture"] >= 333
    assert count["county"] >= 2843


def test_every_row_hangs_together() -> None:
    places = gazetteer()
    for place in places:
        assert re.fullmatch(r"\d{6}", place.adcode)
        assert place.name_zh and place.name_en and place.name_de and place.short_zh and place.latin
        assert (place.parent is None) == (place.level == "province"), place
        assert place.parent is None or places.place(place.parent) is not None, place
        assert place.latin[0].isupper(), place
    for alias in places.aliases:
        assert places.place(alias.adcode) is not None, alias


def test_every_place_is_found_by_its_own_names() -> None:
    places = gazetteer()
    for place in places:
        for name in (place.name_zh, place.name_en, place.name_de):
            assert place.adcode in codes(name), (place, name)
