"""Pictures: every letter can be drawn, nothing is cut, they are PNGs of a phone's size, and drawn once."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import pytest
from PIL import Image

from analysis.gazetteer import gazetteer
from analysis.types import LANGUAGES, STAGES, TOPICS, Language
from bot.callbacks import ShowMap
from bot.figures import number
from bot.labels import PRINTED_ZONE
from bot.maps import LEGEND, Figures, chart_of
from bot.pictures import palette
from bot.pictures.album import Album
from bot.pictures.canvas import cut, drawable, has_glyph, width_of, wrapped
from bot.pictures.charts import Chart, MapChart, TimelineChart, TrendChart
from bot.pictures.drawing import draw
from bot.pictures.grid import COLUMNS, ROWS, cells, in_lines
from bot.texts import texts
from bot.timeline_pictures import EVENTS, Row, timeline_picture
from bot.trends import Months, months_up_to, trend_chart
from bot.types import Picture
from tests.telling import reader

NOW = datetime(2025, 10, 20, 12, tzinfo=PRINTED_ZONE)
LONG = "《关于进一步推动数字人民币在全市政务服务、公共交通、医疗卫生等领域应用的若干措施》 👩‍💻 with many more words"


def map_chart(language: Language, most: int = 90, *, by_stage: bool = False) -> MapChart:
    provinces = {code: 1 + most * at // 33 for at, code in enumerate(cells())} if most else {"440000": 1}
    cities = (("532800", most + 1), ("632500", 3), ("440300", 2))
    stages = dict(zip(provinces, STAGES * 6, strict=False)) if by_stage else {}
    asked = ShowMap("digital-yuan", "stage" if by_stage else "number")
    return chart_of(Figures(sum(provinces.values()), NOW, provinces, cities, stages), asked, language)


def trend_of(language: Language, months: int = 24, most: int = 900) -> TrendChart:
    starts = months_up_to(NOW, months)
    figures = tuple((topic, tuple(most * at // months for at in range(months))) for topic in TOPICS)
    return trend_chart(Months(starts, figures, True), "341300", language)


def timeline_of(language: Language, rows: int = 30) -> TimelineChart:
    made = [
        Row(date(2020 + at // 6, 1 + at % 12, 12), LONG * (1 + at % 2), STAGES[at % 6], at % 2 == 0, LONG)
        for at in range(rows)
    ]
    picture = timeline_picture(made, LONG, rows, reader(language))
    assert isinstance(picture, Picture) and isinstance(picture.chart, TimelineChart)
    return picture.chart


def charts(language: Language) -> list[Chart]:
    return [
        map_chart(language),
        map_chart(language, 0),
        map_chart(language, 12_345, by_stage=True),
        trend_of(language),
        trend_of(language, 6, 2),
        timeline_of(language),
        timeline_of(language, 1),
    ]


# Letters


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_every_letter_of_every_place(language: Language) -> None:
    letters = {char for place in gazetteer() for char in gazetteer().name(place.adcode, language)}
    assert [char for char in sorted(letters) if char != " " and not has_glyph(char)] == []


def test_the_font_has_every_letter_of_the_bot_and_no_picture_of_others() -> None:
    keys = ("title", "legend")
    said = [
        texts(code)(f"map.{key}_{by}") for code in LANGUAGES for key in keys for by in ("number", "stage")
    ]
    said += [texts(code)(f"kind.{each}") for code in LANGUAGES for each in ("plan", "lottery", "other")]
    assert all(drawable(words) == words for words in [*said, "0123456789.,–+·…/%:()（）“”„äöüÄÖÜß¥€$"])
    assert drawable("a👩‍💻\u202eb\uffff\u0e01c") == "abc"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_province_has_a_square_that_holds_its_name(language: Language) -> None:
    provinces = {place.adcode for place in gazetteer() if place.level == "province"}
    assert set(cells()) == provinces and len(provinces) == len(set(cells().values())) == 34
    assert all(row < ROWS and column < COLUMNS for row, column in cells().values())
    for code in provinces:
        for line in in_lines(gazetteer().name(code, language)).split("\n"):
            assert width_of(line, 20) <= 110


def test_lines_break_between_words_and_parts() -> None:
    lines = wrapped("Shenzhen · digital yuan · red packets · ¥10 million · 50,000 people", 33, 700, 2)
    assert lines == ["Shenzhen · digital yuan · red packets", "¥10 million · 50,000 people"]
    chinese = wrapped("数字人民币试点" * 20, 33, 400, 2)
    assert len(chinese) == 2 and chinese[1].endswith("…")
    assert all(width_of(line, 33) <= 400 for line in chinese)
    assert cut("Xishuangbanna Prefecture", 30, 200).endswith("...")
    assert wrapped("", 30, 100, 2) == []
    assert wrapped("Donaudampfschifffahrtsgesellschaft" * 3, 30, 100, 2)[1].endswith("...")


# Colours


def test_colours_differ_in_lightness_and_letters_are_read_on_them() -> None:
    for colours in (palette.STEPS, [palette.STAGES[each] for each in LEGEND[:4]]):
        lightness = [palette.luminance(colour) for colour in colours]
        assert all(dark < 0.85 * light for light, dark in pairwise(lightness))
    for colour in (*palette.STEPS, *palette.STAGES.values(), palette.NOTHING):
        pair = sorted((palette.luminance(colour), palette.luminance(palette.on(colour))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, colour


@pytest.mark.parametrize(
    ("numbers", "bounds"),
    [
        ([1], (1,)),
        ([7, 7], (1,)),
        ([1, 2, 3, 3, 0], (1, 2, 3)),
        ([1, 1, 1, 2, 3, 4, 6, 10, 20, 60, 120], (1, 2, 4, 10, 60)),
        (range(1000, 3500, 77), (1, 1400, 2000, 2400, 3000)),
        ([1001, 1002, 1003], (1, 1000)),
    ],
)
def test_steps_share_out_the_numbers(numbers: list[int], bounds: tuple[int, ...]) -> None:
    assert palette.steps(numbers) == bounds
    colours = [palette.step_colour(bound, bounds) for bound in bounds]
    assert len(set(colours)) == len(bounds)
    assert palette.step_colour(0, bounds) == palette.NOTHING
    assert palette.step_colour(max(numbers), bounds) == colours[-1]


# Pictures


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_pngs_of_the_size_of_a_phone(language: Language) -> None:
    words = texts(language)
    titles = [words("map.legend_number"), words("map.legend_stage"), words("map.cities")]
    assert all(width_of(title, 27) <= 470 for title in titles)
    for chart in charts(language):
        data = draw(chart)
        image = Image.open(io.BytesIO(data))
        assert image.format == "PNG" and len(data) < 500_000
        assert image.width == 1080 and 400 <= image.height <= 2 * image.width
        edge = [image.getpixel((x, y)) for x in (0, image.width - 1) for y in range(image.height)]
        edge += [image.getpixel((x, y)) for y in (0, image.height - 1) for x in range(image.width)]
        assert set(edge) == {(255, 255, 255)}  # nothing runs over the edge


def test_a_timeline_shows_the_newest_and_their_years() -> None:
    chart = timeline_of("en")
    assert sum(len(events) for _, events in chart.years) == EVENTS
    assert [year for year, _ in chart.years] == ["2023", "2024"]
    assert chart.subtitle == "the newest 8 of 30"
    assert [key.label for key in chart.legend][:2] == ["announced or in consultation", "launched"]


def test_months_are_chinas_and_end_with_the_one_that_goes_on() -> None:
    chart = trend_of("de", 14)
    assert chart.years == ((0, "2024"), (4, "2025"))
    assert [bar.label for bar in chart.panels[0].bars][-3:] == ["8", "9", "10"]
    assert chart.subtitle == "Suzhou (Anhui) · Sept. 2024 – Okt. 2025"
    assert chart.open_note == "Dieser Monat ist noch nicht vorbei."
    late = datetime.fromisoformat("2025-09-30T17:00:00+00:00")  # October has begun in China
    assert [start.month for start in months_up_to(late, 2)] == [9, 10]


def test_a_legend_says_what_each_colour_counts() -> None:
    chart = map_chart("en", 90)
    colours = {tile.colour for tile in chart.tiles}
    assert [key.label for key in chart.legend] == ["none yet", "1–16", "17–35", "36–54", "55–73", "74–91"]
    assert colours <= {key.colour for key in chart.legend}
    assert {tile.figure for tile in chart.tiles} <= {number(n, "en") for n in range(1, 92)}
    staged = map_chart("en", 90, by_stage=True)
    assert {tile.colour for tile in staged.tiles} <= {key.colour for key in staged.legend}


def test_drawing_is_quick_and_is_imported_when_asked_for() -> None:
    script = "import sys, bot.application\nprint(sorted({'PIL', 'pylopdf_fonts_zh_cn'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
    begun = time.process_time()
    draw(replace(map_chart("zh"), title="new"))
    assert time.process_time() - begun < 2


# The album


class Press:
    """What draws in these tests: it notes in which thread, and how often."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.drawing = 0

    def __call__(self, chart: Chart) -> bytes:
        self.drawing += 1
        assert self.drawing == 1, "two pictures are drawn at once"
        self.threads.append(threading.get_ident())
        time.sleep(0.02)
        self.drawing -= 1
        return chart.title.encode()


async def test_a_picture_is_drawn_once_and_off_the_loop() -> None:
    press = Press()
    album, one, other = Album(press), map_chart("en"), map_chart("de")
    found = await asyncio.gather(*(album.media(chart) for chart in (one, other, one, map_chart("en"))))
    assert found == [b"Announcements by province", b"Meldungen nach Provinz", found[0], found[0]]
    assert len(press.threads) == 2 and threading.get_ident() not in press.threads
    album.sent(one, "name")
    assert await album.media(one) == "name"
    album.forget(one)
    assert await album.media(one) == found[0]
    assert len(press.threads) == 3
    assert await album.media(map_chart("en", 91)) == found[0]  # other data, another picture
    assert len(press.threads) == 4


async def test_an_album_has_an_end() -> None:
    press = Press()
    album = Album(press, size=2)
    for most in (1, 2, 3, 1):
        await album.media(map_chart("en", most))
    assert len(press.threads) == 4
