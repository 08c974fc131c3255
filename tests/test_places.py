"""Places in articles: which are meant, which are primary, and what only looks like a place."""

import pytest

from analysis.places import find_places
from analysis.types import Language, PlaceMention, Publisher, PublisherKind


def publisher(name: str = "Probeblatt", kind: PublisherKind = "media", place: str | None = None) -> Publisher:
    return Publisher("probe", name, kind, place)


def found(
    title: str, text: str, language: Language = "zh", source: Publisher | None = None
) -> tuple[set[str], set[str]]:
    """Codes of the primary places, and of the others."""
    places = find_places(title, text, source or publisher(), language)
    return {p.adcode for p in places if p.primary}, {p.adcode for p in places if not p.primary}


def named(text: str, language: Language = "zh", source: Publisher | None = None) -> set[str]:
    """All codes of a text under a title that names no place."""
    primary, others = found("", text, language, source)
    return primary | others


@pytest.mark.parametrize(
    "text",
    [
        "商户位于北京东路与海南路交叉口，靠近中山东一路和南京路步行街。",
        "据上海证券报和深圳商报记者了解，试点平稳。",
        "北京大学、西安交通大学与上海财经大学的学者参加了讨论。",
        "南京银行、宁波银行和北京农商行接入系统。",
        "人民银行石家庄中心支行、中国银行新疆分行负责人出席。",
        "一家兰州拉面店和一家重庆小面店也收数字钱包。",
        "东北京剧名家走进校园，孙中山故居开放，长江与黄河沿岸的商户参加。",
        "区块链是朝阳产业，平安银行与公安机关合作打通道路。",
        "大会隆重庆祝，平台具有强大连接能力，与嘉宾、来宾们交流。",
        "链上海量数据需要存证，线上海外业务增长。",
        "北京时间今晚八点，深圳航空和海南航空公布航班。",
        "城市中区块链技术应用广泛，东方市场潜力巨大。",
        "乘客在上海虹桥国际机场和深圳北站可以扫码。",
        "新华社北京9月18日电（记者李海南）中国人民银行公布数据。",
        "本报上海讯　央行公布数据。",
        "北京冬奥会期间外国运动员使用了硬钱包。",
        "台湾青年凭居住证可以开户。",
        "深圳前程数字科技有限公司发布了新钱包。",
    ],
)
def test_chinese_words_that_only_look_like_places(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "The Bank of Beijing and the Shanghai Securities News declined to comment.",
        "Researchers at Peking University and the University of Hong Kong wrote the study.",
        "The balance is held in Hong Kong dollars.",
        "Shops on Nanjing Road and Beijing Road East take part.",
        "HONG KONG, March 3 - The central bank published figures.",
        "SHANGHAI (Reuters) - The central bank published figures.",
        "The People's Bank of China's Guangzhou branch gave no figures.",
        "Guide and Dean explain how a wallet works.",
        "The wallets were tried at the Beijing Winter Olympics.",
    ],
)
def test_english_words_that_only_look_like_places(text: str) -> None:
    assert named(text, "en") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Wiener Banken und der Kanton Zug werben um Firmen. Dazu zählt auch Vaduz.",
        "Schanghai (dpa). Die Notenbank legte Zahlen vor.",
        "Zur Peking-Ente gibt es Rabatt, auch in der Nanking-Straße.",
        "Ein Forscher der Universität Hongkong erklärt den Hongkong-Dollar.",
    ],
)
def test_german_words_that_only_look_like_places(text: str) -> None:
    assert named(text, "de") == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Beijing has banned private coins and said it would keep control."),
        ("en", "Analysts expect that Beijing will not relent. Beijing's stance on tariffs is firm."),
        ("de", "Peking reagiert scharf auf die Zölle."),
        ("de", "Einen Termin nennt Peking nicht. Brüssel wirft Peking Subventionen vor."),
    ],
)
def test_beijing_as_the_central_government_is_no_place(language: Language, text: str) -> None:
    assert named(text, language) == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The Beijing municipal government has banned paper forms. Beijing wants to be faster."),
        ("en", "The operator in Beijing keeps the ledger."),
        ("en", "Shenzhen, Suzhou and Beijing have done the same."),
        ("en", "Beijing hands out coupons to residents of two districts."),
        ("de", "Die Pekinger Stadtregierung fördert Firmen. Peking will Vorreiter sein."),
        ("de", "Die Stadtregierung von Peking hat einen Fahrplan vorgelegt."),
        ("de", "In Peking und Schanghai werden digitale Yuan verlost."),
        ("zh", "北京市经济和信息化局发布通知。"),
    ],
)
def test_beijing_as_the_city_is_a_place(language: Language, text: str) -> None:
    assert "110000" in named(text, language)


@pytest.mark.parametrize(
    ("language", "text", "adcode"),
    [
        ("zh", "“链上海南”行动启动。", "460000"),
        ("zh", "數字人民幣試點落戶澳門特別行政區。", "820000"),
        ("zh", "江西安福的茶农收到货款。", "360829"),
        ("zh", "新疆维吾尔自治区人民政府印发方案。", "650000"),
        ("zh", "昆山的企业收到补贴。", "320583"),
        ("zh", "深圳罗湖的商户已经接入。", "440303"),
        ("zh", "武汉光谷的企业已经接入。", "420191"),
        ("zh", "海南藏族自治州的牧民用上了钱包。", "632500"),
        ("en", "Shops in Xi’an take part.", "610100"),
        ("en", "Shops in XIAN take part.", "610100"),
        ("en", "Shanghai's port takes part.", "310000"),
        ("en", "The Luohu district takes part.", "440303"),
        ("en", "Suzhou in Anhui province takes part.", "341300"),
        ("en", "Suzhou takes part.", "320500"),
        ("en", "Jilin City takes part.", "220200"),
        ("de", "Die Shenzhener Händler machen mit.", "440300"),
        ("de", "Schanghaier Banken machen mit.", "310000"),
        ("de", "Hongkongs Banken machen mit.", "810000"),
        ("de", "Banken in der Inneren Mongolei machen mit.", "150000"),
        ("de", "Urumtschi macht mit.", "650100"),
        ("de", "Händler in Kanton machen mit.", "440100"),
    ],
)
def test_spellings_and_readings_of_places(language: Language, text: str, adcode: str) -> None:
    assert adcode in named(text, language)


def test_a_district_of_many_cities_belongs_to_the_publishers_or_the_texts_city() -> None:
    text = "鼓楼区将发放红包。"
    assert named(text, source=publisher("某日报", "media", "350100")) == {"350102"}
    assert named(text + "南京市商务局表示支持。") == {"320106", "320100"}
    assert named(text) == set()
    assert named("福田区将发放红包。") == {"440304"}


def test_namesakes_in_one_text_are_told_apart_by_their_cities() -> None:
    text = "Der Bezirk Huangpu in Guangzhou legt einen Fonds auf. Mit Huangpu in Schanghai hat das nichts zu tun."
    assert named(text, "de") == {"440100", "440112", "310000", "310101"}
    assert named("Jilin City in Jilin province saw snow.", "en") == {"220200", "220000"}


def test_our_city_is_the_publishers_and_quoted_in_its_words() -> None:
    office = publisher("绵阳市商务局", "government", "510700")
    places = find_places("关于发放消费券的通知", "我市将于下月发放消费券，全市商户均可参加。", office, "zh")
    assert places == (PlaceMention("510700", True, "我市", 1),)
    assert found(
        "关于印发意见的通知", "结合我省实际提出如下意见。", source=publisher("x", "government", "520000")
    ) == (
        {"520000"},
        set(),
    )
    assert named("我市将发放消费券。") == set()


def test_a_papers_own_name_is_no_place() -> None:
    paper = publisher("深圳晚讯", "media", "440300")
    assert named("深圳晚讯讯　中国人民银行公布数据。", source=paper) == set()


def test_the_title_decides_and_what_is_recalled_is_secondary() -> None:
    assert found("成都发放红包", "成都市今天启动活动。此前，深圳、苏州已开展类似活动。") == (
        {"510100"},
        {"440300", "320500"},
    )
    assert found(
        "Nach Shenzhen nun Suzhou: China verlost Yuan",
        "Die Stadt Suzhou in der Provinz Jiangsu verlost digitale Yuan.",
        "de",
    ) == ({"320500"}, {"440300", "320000"})
    assert found(
        "Guiyang stores contracts on a blockchain",
        "Guiyang, the seat of Guizhou's provincial government, stores contracts. Unlike Shenzhen, it charges.",
        "en",
    ) == ({"520100"}, {"520000", "440300"})


def test_a_city_that_only_says_where_a_district_lies_is_secondary() -> None:
    assert found("深圳罗湖发放红包", "罗湖区联合银行开展活动。") == ({"440303"}, {"440300"})
    assert found("罗湖发放红包", "罗湖区联合银行开展活动。这是深圳首次发放红包。") == (
        {"440303", "440300"},
        set(),
    )


def test_each_of_the_newly_added_areas_is_primary() -> None:
    assert found(
        "试点再扩围",
        "近日，数字人民币研发试点在原有基础上新增上海、长沙、西安、青岛四个地区，业内人士普遍表示欢迎这一安排。\n首批试点为深圳、成都。",
    ) == ({"310000", "430100", "610100", "370200"}, {"440300", "510100"})
    assert found(
        "China adds areas to trials",
        "China's central bank will extend trials to Shanghai, Changsha and Dalian, two people with knowledge of "
        "the matter said on Thursday.\nThey join Shenzhen and Suzhou, where the currency is being tested.",
        "en",
    ) == ({"310000", "430100", "210200"}, {"440300", "320500"})


def test_nationwide_news_has_no_primary_place() -> None:
    assert found(
        "China's digital yuan grows",
        "BEIJING, July 16 - China's central bank said its digital currency had been used in 70 million payments, "
        "the first official figures on the project.\nBanks in Shanghai welcomed the news.",
        "en",
    ) == (set(), {"310000"})
    assert found("人民银行公布数据", "人民银行今日公布数字人民币试点数据。") == (set(), set())


def test_an_area_without_an_official_code_counts_where_it_matters() -> None:
    assert found("重庆启动试点", "重庆市启动试点，银行与两江新区签约。") == ({"500000"}, set())
    assert found("两江新区发布区块链十条", "两江新区今天发布区块链十条。") == ({"500191"}, set())
    assert found("雄安新区发放工资", "河北雄安新区用数字人民币发放工资。")[0] == {"133100"}


def test_those_who_get_a_notice_are_not_what_it_is_about() -> None:
    text = "各区县（市）人民政府，湖南湘江新区、长沙高新区管委会，市直机关各单位：\n现将行动计划印发给你们。"
    office = publisher("长沙市人民政府办公厅", "government", "430100")
    assert found("长沙市人民政府关于印发行动计划的通知", text, source=office) == ({"430100"}, set())


@pytest.mark.parametrize(
    "text", ["", "\n", "北京", "😀" * 50, "市" * 500, "\ud800北京", "İstanbul ﬁx Shanghai"]
)
def test_any_text_is_survived_and_quotes_are_its_own_words(text: str) -> None:
    for place in find_places("", text, publisher(), "zh"):
        assert place.quote in text
        assert place.count >= 1
