"""Our parser of Telegram's HTML mode and our cleaning of text, judged by Telegram's own (TDLib)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import tdlib
from yuanwatch.demo.botapi.entities import Entity
from yuanwatch.demo.botapi.html import MarkupError, parse_html
from yuanwatch.demo.botapi.text import Formatted, clean

_KINDS = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "DateTime": "date_time",
}
_TD_NAMES = {kind: name for name, kind in _KINDS.items() if name != "PreCode"}
_TAGS = (
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "span"),
    *("code", "pre", "blockquote", "a", "tg-emoji", "tg-time"),
)
_ATTRIBUTES = (
    'href="https://example.com/ü?a=1&amp;b=2"',
    "href='http://localhost/x'",
    'href="javascript:alert(1)"',
    'href="HTTP://User:pw@EXAMPLE.com:0080/a b"',
    'href="example.com:99999"',
    'href="http://[::1]:8080/x"',
    'href="tg://user?id=42"',
    'href="tg://resolve?domain=x"',
    'href="ton:x"',
    'href="//example.com"',
    "href=x.y",
    "href=x/y",
    'href="&lt;.&#x4e2d;"',
    'class="language-py"',
    "class=language-PY",
    'class="tg-spoiler"',
    "class='x'",
    "expandable",
    'emoji-id="5368324170671202286"',
    'emoji-id="0"',
    'unix="1700000000"',
    "format='wDT'",
    "format='x'",
    '"',
    "=",
    "/",
    "\v",
    'href="unclosed',
)
_PIECES = (
    "a",
    "中",
    "😀",
    " ",
    "\n",
    "\r",
    "\t",
    "\0",
    "example.org",
    "&",
    "&amp;",
    "&lt",
    "&gt;",
    "&quot;",
    "&nbsp;",
    "&#39;",
    "&#39",
    "&#x1F600;",
    "&#xd83d;",
    "&#1114111;",
    "&#0;",
    "&#x;",
    "&#12345678;",
    "&AMP;",
    "<",
    ">",
    "</",
    "</>",
    "</ >",
    "<b",
    "</b",
    "<>",
    "<br/>",
    "<div>",
    "<B >",
    "</B\n>",
    "</b x>",
    "ˊ̳",
    "e\u0301",
)


def _tag(name: str, attributes: list[str]) -> str:
    return "<" + " ".join([name, *attributes]) + ">"


_start = st.builds(_tag, st.sampled_from(_TAGS), st.lists(st.sampled_from(_ATTRIBUTES), max_size=2))
_end = st.sampled_from([*(f"</{tag}>" for tag in _TAGS), "</>"])
_words = st.sampled_from(_PIECES) | st.text(max_size=3)
_soup = st.lists(_start | _end | _words, max_size=10).map("".join)
_plain_attribute = st.lists(st.sampled_from(_ATTRIBUTES[:-5]), max_size=2)


def _pair(name: str, attributes: list[str], inner: str) -> str:
    fixed = [*attributes, 'class="tg-spoiler"'] if name == "span" else attributes
    fixed = [*fixed, 'emoji-id="7"'] if name == "tg-emoji" else fixed
    return f"{_tag(name, fixed)}{inner}</{name}>"


_tree = st.recursive(
    st.sampled_from([piece for piece in _PIECES if "<" not in piece]) | st.just(""),
    lambda inner: (
        st.builds(_pair, st.sampled_from(_TAGS), _plain_attribute, inner)
        | st.lists(inner, min_size=2, max_size=3).map("".join)
    ),
    max_leaves=8,
)


def _entity(theirs: dict[str, Any]) -> tuple[Any, ...]:
    """TDLib's entity as (kind, offset, length, argument)."""
    type_ = theirs["type"]
    name = type_["@type"].removeprefix("textEntityType")
    keys = ("url", "language", "user_id", "custom_emoji_id", "unix_time")
    argument = next((str(type_[key]) for key in keys if type_.get(key)), "")
    return _KINDS[name], theirs["offset"], theirs["length"], argument


def _ours(entity: Entity) -> tuple[Any, ...]:
    argument = entity.url or entity.language or entity.user_id or entity.custom_emoji_id or entity.date or ""
    return entity.kind, entity.offset, entity.length, str(argument)


def _verdicts(text: str) -> tuple[Any, Any]:
    """What TDLib and what our parser make of it: an error text, or plain text with entities."""
    try:
        plain, theirs = tdlib.parse_html(text)
        judge: Any = (plain, [_entity(entity) for entity in theirs])
    except tdlib.ParseError as error:
        judge = str(error).removeprefix("Can't parse entities: ")
    try:
        plain, ours = parse_html(text)
        own: Any = (plain, [_ours(entity) for entity in ours])
    except MarkupError as error:
        own = str(error)
    return judge, own


@settings(max_examples=300, deadline=None)
@given(_soup)
@example("<b>a</i>")
@example("<code class='language-py'><pre>x</pre></code>")
@example("<pre><code class='language-py'>x</code></pre>")
@example("<a>example.com</a> <a>中</a>")
@example('<a href="x.y')
@example("x <b>5 < 6</b>")
def test_any_markup_gets_the_verdict_of_telegram(text: str) -> None:
    judge, own = _verdicts(text)
    assert own == judge


@settings(max_examples=300, deadline=None)
@given(_tree)
def test_right_markup_gets_the_entities_of_telegram(text: str) -> None:
    judge, own = _verdicts(text)
    assert own == judge


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(
        st.sampled_from(["", "http://", "HTTPS://", "ftp://", "tg:", "tg://", "tonsite://", "//", "mailto:"]),
        st.sampled_from(["", "u@", "u:p@", "u/@", "a b@", "%41@", "%4@"]),
        st.sampled_from(["example.com", "EXAMPLE", "[::1]", "[x]", ".", "", "ü.de", "a%20.b", "a^.b"]),
        st.sampled_from(["", ":", ":80", ":0", ":00443", ":65536", ":x", ":-1"]),
        st.sampled_from(["", "/", "/?q=1", "?q", "#f", "/a b\n", "/ ", "/中&amp;"]),
    ).map("".join)
)
def test_a_link_is_kept_or_dropped_as_by_telegram(url: str) -> None:
    judge, own = _verdicts(f'<a href="{url}">x</a>')
    assert own == judge


_offsets = st.integers(0, 12)
_entities = st.lists(
    st.builds(
        lambda kind, offset, length: Entity(kind, offset, length, url="http://e.de/" * (kind == "text_link")),
        st.sampled_from(sorted(set(_TD_NAMES) - {"text_mention", "custom_emoji", "date_time"})),
        _offsets,
        _offsets,
    ),
    max_size=6,
)


def _for_tdlib(entity: Entity) -> dict[str, Any]:
    type_: dict[str, Any] = {"@type": f"textEntityType{_TD_NAMES[entity.kind]}"}
    if entity.url:
        type_["url"] = entity.url
    return {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": type_}


@settings(max_examples=300, deadline=None)
@given(st.text("ab中\n\r\t\0\u2028\u202e\u0333\u200e\u200f\u2066é", min_size=24, max_size=30), _entities)
def test_text_is_cleaned_and_entities_are_nested_as_by_telegram(text: str, entities: list[Entity]) -> None:
    plain, theirs = tdlib.clean("x" + text, [_for_tdlib(entity) for entity in entities])
    ours = clean(Formatted("x" + text, tuple(entities)))
    assert ours.text == plain
    assert [_ours(entity) for entity in ours.entities] == [_entity(entity) for entity in theirs]


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("a <div>", 'Unsupported start tag "div" at byte offset 2'),
        ("ü<b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<i>it</b>", 'Unmatched end tag at byte offset 5, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_errors_are_telegrams_own_words(markup: str, error: str) -> None:
    with pytest.raises(MarkupError) as refused:
        parse_html(markup)
    assert str(refused.value) == error
    with pytest.raises(tdlib.ParseError, match=r"^Can't parse entities: ") as judged:
        tdlib.parse_html(markup)
    assert str(judged.value).endswith(error)
