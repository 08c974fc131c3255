"""Answers come out of their wrapping: JSON by path, CDATA records, JSONP, values and rows in scripts."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from crawler.rules import Chain, Step
from crawler.types import UnreadableError
from crawler.unwrap import field, unwrap, walk


def chain(*steps: Any) -> tuple[Step, ...]:
    return TypeAdapter(Chain).validate_python(steps)


DATA = {"data": {"list": [{"t": "一", "n": 1}, {"t": "二"}], "日": {"x": 5}, "empty": [], "nothing": None}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data.list[*].t", ["一", "二"]),
        ("data.list[0].t", ["一"]),
        ("data.list[-1].t", ["二"]),
        ("data.list[7].t", []),
        ("data.list[-7].t", []),
        ("data.list", [{"t": "一", "n": 1}, {"t": "二"}]),
        ("data.日.x", [5]),
        ("$.data.日.x", [5]),
        ("data.gone|data.日.x", [5]),
        ("data.empty|data.日.x", [5]),
        ("data.nothing", []),
        ("data.list.t", []),
        ("data[0]", []),
        ("$", [DATA]),
    ],
)
def test_paths(path: str, found: list[Any]) -> None:
    assert walk(DATA, path) == found


def test_the_whole_may_be_a_list() -> None:
    assert walk([{"a": 1}, {"a": 2}], "$") == [{"a": 1}, {"a": 2}]
    assert walk([{"d": [1, 2]}, {"d": [3]}], "$[*].d[*]") == [1, 2, 3]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("title", "数字人民币"),
        ("none|title", "数字人民币"),
        ("blank|title", "数字人民币"),
        ("id", "17"),
        ("flag", ""),
        ("deep", ""),
        ("https://x.example/{id}.html", "https://x.example/17.html"),
        ("https://x.example/{none}.html", ""),
        ("{day} {deep.hour}", "2024.03.05 09:30"),
        (None, ""),
    ],
)
def test_fields(rule: str | None, said: str) -> None:
    item = {
        "title": " 数字人民币 ",
        "id": 17,
        "flag": True,
        "blank": " ",
        "day": "2024.03.05",
        "deep": {"hour": "09:30"},
    }
    assert field(item, rule) == said


def test_html_within_json() -> None:
    text = '\ufeff{"data": {"html": "<li>一</li>"}, "result": ["<b>1</b>", "<b>2</b>"]}'
    assert unwrap(text, chain({"json": "data.html"})) == ["<li>一</li>"]
    assert unwrap(text, chain({"json": "result"})) == ["<b>1</b>", "<b>2</b>"]
    assert unwrap(text, chain({"json": "data.gone"})) == []


def test_json_within_json() -> None:
    assert unwrap('{"d": "{\\"rows\\": [1, 2]}"}', chain({"json": "d"}, {"json": "rows"})) == [1, 2]


@pytest.mark.parametrize("text", ["", "<html>错误</html>", "{", "[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UnreadableError):
        unwrap(text, chain({"json": "data"}))


def test_records_of_xml_or_else_the_page() -> None:
    text = "<recordset><record><![CDATA[<li>一\n</li>]]></record><record><![CDATA[<li>二</li>]]></record></recordset>"
    assert unwrap(text, chain("cdata")) == ["<li>一\n</li>", "<li>二</li>"]
    assert unwrap("<ul><li>一</li></ul>", chain("cdata")) == ["<ul><li>一</li></ul>"]


@pytest.mark.parametrize("text", ['cb({"a": [1]});', ' window.cb_1( {"a": [1]} )', '{"a": [1]}'])
def test_jsonp_with_and_without_its_callback(text: str) -> None:
    assert unwrap(text, chain("jsonp", {"json": "a"})) == [1]


def test_values_and_rows_of_a_script() -> None:
    text = """<script>var a = {"x": {"y": "}; //"}}; urls[0]='/1.html';headers[0]="一";urls[1]='/2.html';headers[1]="二";"""
    assert unwrap(text, chain({"after": r"var a ="}, {"json": "x.y"})) == ["}; //"]
    assert unwrap(text, chain({"after": r"var b ="})) == []
    assert unwrap(text, chain({"after": r"urls\[0\]="})) == []
    rows = r"urls\[\d+\]='(?P<link>[^']+)';headers\[\d+\]=\"(?P<title>[^\"]+)\""
    assert unwrap(text, chain({"regex": rows})) == [
        {"link": "/1.html", "title": "一"},
        {"link": "/2.html", "title": "二"},
    ]
    assert unwrap(text, chain({"regex": r"headers\[\d\]=\"(.)\""})) == ["一", "二"]


@pytest.mark.parametrize(
    "step", ["gzip", {}, {"json": "a", "regex": "b"}, {"json": "a[b]"}, {"regex": "("}, {"xml": "a"}]
)
def test_a_step_that_is_none_is_refused(step: Any) -> None:
    with pytest.raises(ValidationError):
        chain(step)
