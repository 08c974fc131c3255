"""The one form of a URL: what names the same page becomes equal, what may not stays different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.urls import canonical

PAGE = "https://city.example.org/news/2024/a.html"


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "http://city.example.org/news/2024/a.html",
        "https://city.example.org:443/news/2024/a.html",
        "http://www.city.example.org:80/news//2024/a.html#top",
        "HTTPS://City.Example.ORG/news/2024/a.html",
        "https://m.city.example.org/news/2024/a.html",
        f"{PAGE}?utm_source=feed&utm_medium=rss&spm=1.2",
        f"  {PAGE}?fbclid=x ",
    ],
)
def test_one_page_has_one_form(url: str) -> None:
    assert canonical(url) == PAGE


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://a.example.org/index.html", "http://a.example.org"),
        ("https://a.example.org/x/index.shtml", "https://a.example.org/x/"),
        ("https://a.example.org/?b=2&a=1", "https://a.example.org/?a=1&b=2"),
        ("https://a.example.org/%E5%8C%97%E4%BA%AC", "https://a.example.org/北京"),
        ("https://北京.example.org/", "https://xn--1lq90i.example.org/"),
    ],
)
def test_spellings_of_one_page_are_equal(one: str, two: str) -> None:
    assert canonical(one) == canonical(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://a.example.org/n?id=1", "https://a.example.org/n?id=2"),
        ("https://a.example.org/n?page=2", "https://a.example.org/n"),
        ("https://a.example.org/A.html", "https://a.example.org/a.html"),
        ("https://a.example.org/a%2Fb", "https://a.example.org/a/b"),
        ("https://a.example.org:8080/", "https://a.example.org/"),
        ("https://b.example.org/", "https://a.example.org/"),
        ("https://m.example/", "https://example.org/"),
    ],
)
def test_what_may_be_another_page_stays_another(one: str, two: str) -> None:
    assert canonical(one) != canonical(two)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fcity.example.org%2Fnews%2F2024%2Fa.html&sa=U",
        "https://www.google.de/url?sa=t&url=http://city.example.org/news/2024/a.html",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fcity.example.org%2fnews%2f2024%2fa.html&c=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fcity.example.org%2Fnews%2F2024%2Fa.html%3Ffbclid%3Dx&h=AT0",
        "https://link.zhihu.com/?target=https%3A//city.example.org/news/2024/a.html",
        "https://city-example-org.cdn.ampproject.org/c/s/city.example.org/news/2024/a.html",
        "https://www.google.com/amp/s/city.example.org/news/2024/a.html",
        "https://web.archive.org/web/20240309120000/http://city.example.org/news/2024/a.html",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcity.example.org%2Fnews%2F2024%2Fa.html&data=1",
        # One in the other.
        "https://www.google.com/url?q=https%3A%2F%2Flink.zhihu.com%2F%3Ftarget%3Dhttps%253A%2F%2Fcity.example.org%2Fnews%2F2024%2Fa.html",
    ],
)
def test_an_address_that_leads_on_is_the_one_it_holds(url: str) -> None:
    assert canonical(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://city.example.org/url?q=https://other.example.org/",
        "https://www.google.com/search?q=https://other.example.org/",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://notgoogle.com/url?q=https://other.example.org/",
    ],
)
def test_an_address_in_a_parameter_is_no_proof_that_it_leads_there(url: str) -> None:
    assert "other.example.org" not in canonical(url).partition("?")[0]


@pytest.mark.parametrize(
    "text", ["", "mailto:a@example.org", "/a/b", "http://", "http://[::1", "file:///etc/x"]
)
def test_what_is_no_web_address_is_left_alone(text: str) -> None:
    assert canonical(text) == text


@given(st.text(), st.text())
def test_no_text_raises_and_twice_is_once(host: str, path: str) -> None:
    once = canonical(f"https://{host}/{path}")
    assert canonical(once) == once
