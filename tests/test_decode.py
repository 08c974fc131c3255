"""Bytes of pages become text, whatever the server and the page say of their encoding."""

from __future__ import annotations

import pytest

from crawler.extract.decode import codec, declared, decode

CHINESE = '<meta charset="{}"><p>苏州市相城区的商户现在可以用数字人民币收款，市民参与的热情很高。</p>'
TEXT = "苏州市相城区的商户"


@pytest.mark.parametrize("name", ["gb2312", "GBK", "gb18030", "x-gbk", "utf-8"])
def test_a_declared_encoding_is_believed(name: str) -> None:
    body = CHINESE.format(name).encode(codec(name) or "")
    assert TEXT in decode(body, "text/html")


def test_gb2312_means_its_superset() -> None:
    body = '<meta charset="gb2312">龑镕喆'.encode("gb18030")
    assert "龑镕喆" in decode(body)


def test_gbk_under_a_header_that_says_utf8() -> None:
    body = CHINESE.format("utf-8").encode("gbk")
    assert TEXT in decode(body, "text/html; charset=utf-8")


def test_utf8_under_a_page_that_says_gb2312() -> None:
    assert TEXT in decode(CHINESE.format("gb2312").encode(), "text/html; charset=gb2312")


def test_a_short_gbk_word_is_not_taken_for_utf8() -> None:
    # 联通 in GBK is also a valid sequence of UTF-8.
    assert decode("联通".encode("gbk"), "text/html; charset=gbk") == "联通"


def test_big5_under_a_wrong_claim() -> None:
    body = "<p>數位人民幣在香港的試點範圍擴大，商戶數目增加。</p>".encode("big5")
    assert "數位人民幣" in decode(body, "text/html; charset=big5")


def test_german_without_any_claim() -> None:
    text = "Die Behörde für Finanzen prüft den digitalen Yuan; für Händler ändert sich zunächst nichts."
    assert decode(text.encode("cp1252")) == text
    assert decode(text.encode()) == text
    assert decode(text.encode("cp1252"), "text/html; charset=iso-8859-1") == text


def test_gbk_without_any_claim() -> None:
    assert TEXT in decode(CHINESE.format("").encode("gbk"))


def test_the_override_of_the_source_wins() -> None:
    assert decode("数币".encode("gbk"), "text/html; charset=utf-8", "gb2312") == "数币"


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    body = ("数字人民币试点" * 500).encode("gbk") + b"\xff"
    text = decode(body, "text/html; charset=gbk")
    assert text.startswith("数字人民币试点") and text.endswith("\ufffd")


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(bom: str) -> None:
    assert decode("数字人民币".encode(bom), "text/html; charset=gbk") == "数字人民币"


def test_the_header_is_asked_before_the_page() -> None:
    assert declared(b'<meta charset="gbk">', "text/html; charset=big5") == "big5hkscs"
    assert declared(b'<?xml version="1.0" encoding="GB2312"?>', "text/xml") == "gb18030"
    assert declared(b"<p>", "text/html; charset=unheard-of") is None
