"""What a person typed -> what is asked: a place, a topic, and the words that are neither. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis.gazetteer import Place, gazetteer
from analysis.place_choice import namesakes, stands_alone
from analysis.topics import resolve_topic
from analysis.types import Topic
from bot.cleaning import clean_line

ARGUMENT_CHARS = 100
PHRASE_TOKENS = 6
TOKENS = 25
SUGGESTIONS = 3
RUN_CHARS = 40

_BETWEEN = re.compile(r"[\s,，、;；。?？!！·|/+\"“”„«»()（）]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CHINESE_GLUE = re.compile(
    r"(?:的|在|和|与|最新|新闻|消息|动态|公告|有什么|有哪些|什么|哪些|关于|请问|(?:发布|宣布)了?|吗|呢|对比|比较|查一下|看看)+"
)
_LEADING = frozenset(("in", "from", "at", "aus", "bei", "near"))
_EVERYTHING = frozenset(
    (
        "all",
        "everything",
        "alles",
        "全部",
        "所有",
        "一切",
        "*",
        "china",
        "nationwide",
        "中国",
        "全国",
        "中國",
        "全國",
    )
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `text`: all of it, cleaned and cut; `namesakes`: other places of the same name;
    `rest`: the words that name neither a place nor a topic; `everything`: whether it asks for all there is.
    """

    text: str
    place: Place | None = None
    namesakes: tuple[Place, ...] = ()
    topic: Topic | None = None
    rest: tuple[str, ...] = ()
    everything: bool = False

    @property
    def adcode(self) -> str | None:
        """The code of the place."""
        return self.place.adcode if self.place else None

    @property
    def named(self) -> bool:
        """Whether a place or a topic was understood."""
        return self.place is not None or self.topic is not None


def understand(typed: str) -> Query:
    """The query that a person's words make, in any order and in Chinese, English or German."""
    text = clean_line(typed)[:ARGUMENT_CHARS].strip()
    if text.casefold() in _EVERYTHING:
        return Query(text, everything=True)
    query, tokens = Query(text), tuple(filter(None, _BETWEEN.split(text)))[:TOKENS]
    for size in range(min(PHRASE_TOKENS, len(tokens)), 0, -1):
        query, tokens = _take_phrases(query, tokens, size)
    rest: list[str] = []
    for token in tokens:
        query, left = _take_run_together(query, token)
        rest += [word for word in left if word.casefold() not in _fillers()]
    return replace(query, rest=tuple(rest))


def suggest(query: Query) -> tuple[Place, ...]:
    """Places whose names are near the words that were not understood, best first."""
    return gazetteer().suggest(" ".join(query.rest) or query.text)[:SUGGESTIONS]


@dataclass(frozen=True, slots=True)
class Places:
    """Several places, in the order in which they were typed, each with its namesakes; `rest`: other words."""

    places: tuple[Place, ...]
    namesakes: tuple[tuple[Place, ...], ...]
    topic: Topic | None
    rest: tuple[str, ...]


def understand_places(typed: str) -> Places:
    """All the places that a person's words name, and a topic."""
    text = clean_line(typed)[:ARGUMENT_CHARS].strip()
    tokens = list(filter(None, _BETWEEN.split(text)))[:TOKENS]
    found: dict[str, Query] = {}
    topic: Topic | None = None
    rest: list[str] = []
    while tokens:
        query, tokens, left = _take_first(Query(text, topic=topic), tokens)
        topic = query.topic
        if query.place:
            found.setdefault(query.place.adcode, query)
        rest += [word for word in left if word.casefold() not in _fillers()]
    places = tuple(query.place for query in found.values() if query.place)
    return Places(places, tuple(query.namesakes for query in found.values()), topic, tuple(rest))


def _take_first(query: Query, tokens: list[str]) -> tuple[Query, list[str], list[str]]:
    """What the first tokens name, the tokens that follow, and the words that name nothing."""
    for size in range(min(PHRASE_TOKENS, len(tokens)), 0, -1):
        taken, following = _take_phrases(query, tuple(tokens[:size]), size)
        if not following:
            return taken, tokens[size:], []
    taken, left = _take_run_together(query, tokens[0])
    if taken == query:
        return query, tokens[1:], left
    return taken, [*left, *tokens[1:]], []


def _take_phrases(query: Query, tokens: tuple[str, ...], size: int) -> tuple[Query, tuple[str, ...]]:
    start = 0
    while start + size <= len(tokens):
        phrase = tokens[start : start + size]
        led = start > 0 and tokens[start - 1].casefold() in _LEADING
        taken = _take(query, " ".join(phrase), led=led)
        taken = taken or (_take(query, ", ".join(phrase)) if size == 2 else None)
        if taken is None:
            start += 1
        else:
            query, tokens = taken, tokens[:start] + tokens[start + size :]
    return query, tokens


def _take(query: Query, phrase: str, *, led: bool = False) -> Query | None:
    """The query with the phrase understood, or None where it names nothing that is still open.

    `led`: whether a word stands before it after which a place is named.
    """
    if phrase.casefold() in _fillers():
        return None
    if query.topic is None and (topic := resolve_topic(phrase)):
        return replace(query, topic=topic)
    places = () if query.place else gazetteer().resolve(phrase)
    if places and (led or phrase == query.text or stands_alone(places[0], phrase)):
        return replace(query, place=places[0], namesakes=namesakes(places))
    return None


def _take_run_together(query: Query, token: str) -> tuple[Query, list[str]]:
    """Chinese is written without spaces: 深圳数字人民币 is a place and a topic (looked for first)."""
    if not _CHINESE.search(token):
        return query, [token]
    query, pieces = _take_topic(query, token)
    left: list[str] = []
    for piece in pieces:
        query, words = _take_places(query, piece)
        left += words
    return query, left


def _take_topic(query: Query, token: str) -> tuple[Query, list[str]]:
    """The topic that stands somewhere in the token, the longest first, and what stands around it."""
    spans = (
        (start, start + size) for size in range(len(token), 1, -1) for start in range(len(token) - size + 1)
    )
    if query.topic is None and len(token) <= RUN_CHARS:
        for start, end in spans:
            if topic := resolve_topic(token[start:end]):
                around = [token[:start], token[end:]]
                return replace(query, topic=topic), [piece for piece in around if piece]
    return query, [token]


def _take_places(query: Query, token: str) -> tuple[Query, list[str]]:
    """The place that stands in the token, the longest from the left, and the other words."""
    left, open_word = [""], token
    while open_word:
        if glue := _CHINESE_GLUE.match(open_word):
            open_word, left = open_word[glue.end() :], [*left, ""]
            continue
        for end in range(len(open_word), 1, -1):
            if taken := _take(query, open_word[:end]):
                query, open_word, left = taken, open_word[end:], [*left, ""]
                break
        else:
            left[-1] += open_word[0]
            open_word = open_word[1:]
    return query, [word for word in left if word]


@cache
def _fillers() -> frozenset[str]:
    """Words that say nothing about what is asked, in three languages: bot/locales/fillers.txt."""
    text = (Path(__file__).parent / "locales" / "fillers.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word for line in lines for word in line.split())
