"""What a person types to subscribe -> the wish it makes, in Chinese, English and German. Pure.

    plans from Guangdong official only daily · 苏州 红包 每天 · Pläne aus Guangdong, ohne Lotterie

What is not understood is a word to look for, unless it is nearly the name of a place: then it is doubtful.
A kind that is kept out leaves all others; a word that is kept out must not occur.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from analysis.fold import fold
from analysis.gazetteer import Place, gazetteer
from analysis.hours import Every
from analysis.meanings import Meaning, meaning_of
from analysis.place_choice import namesakes
from analysis.types import KINDS, TOPICS, Kind, Language, Topic
from analysis.wishes import Wish, checked

LONGEST = 300  # characters that are read
_PHRASE_TOKENS = 6
_RUN = 12  # characters of the longest name that is looked for in a run of Chinese
_NEAR = 0.8
_NEAR_PLACES = 3
_HAN = r"㐀-鿿豈-﫿"
_QUOTED = r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|「[^」]*」|『[^』]*』|«[^»]*»|《[^》]*》'
_MARKS = '"“”„「」『』«»《》'
_PIECE = re.compile(
    rf"(?P<less>[-–−－])?(?P<quoted>{_QUOTED})"
    rf"|(?P<han>(?<!\S)[-–−－]?[{_HAN}]+|[{_HAN}]+)"
    rf"|(?P<stop>[,，;；。?？!！|\n]|、)"
    rf"|(?P<word>[^\s,，;；。?？!！|、·/+()（）\"“”„「」『』«»《》{_HAN}]+)"
)
_LESS = "-–−－"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish as it was understood. `delivery`: None where nothing was said of it.

    `namesakes`: other places of the name of the only place. `doubtful`: a word that was taken as one, and the
    places that may have been meant instead. `everything`: all there is was asked for.
    """

    wish: Wish
    delivery: Every | None = None
    namesakes: tuple[Place, ...] = ()
    doubtful: tuple[str, tuple[Place, ...]] | None = None
    everything: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return self.wish == Wish() and not self.everything and self.delivery is None

    def instead(self, place: str) -> Wish:
        """The wish with a place where the doubtful word was."""
        word = self.doubtful[0] if self.doubtful else ""
        rest = tuple(each for each in self.wish.words if each != word)
        return checked(replace(self.wish, words=rest, places=(*self.wish.places, place)))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it was typed. `less`: after a minus; `literal`: in quotation marks; `stop`: a comma."""

    text: str
    less: bool = False
    literal: bool = False
    stop: bool = False


_Item = tuple[str, Meaning | None]
"""A phrase and what it says; None for a word that is not understood."""


@dataclass(slots=True)
class _Reading:
    """A wish while it is read."""

    values: dict[str, list[str]] = field(default_factory=dict)
    no_kinds: list[tuple[str, str]] = field(default_factory=list)  # each with its phrase
    no_topics: list[str] = field(default_factory=list)
    named: list[tuple[Place, ...]] = field(default_factory=list)

    def take(self, item: _Item) -> None:
        phrase, meaning = item
        if meaning is None:
            self.add("word", (phrase,))
        elif meaning.field not in ("filler", "and", "not"):
            self.add(meaning.field, meaning.values or ("yes",))
            self.named += [meaning.places] if meaning.places else []

    def keep_out(self, item: _Item) -> bool:
        """Take in what is not wanted; whether the next item still may be."""
        phrase, meaning = item
        match meaning.field if meaning else None:
            case "filler":
                return True
            case "kind":
                self.no_kinds += [(kind, phrase) for kind in (meaning.values if meaning else ())]
            case "topic":
                self.no_topics += meaning.values if meaning else ()
            case "delivery" | "official" | "everything":
                self.take(item)
            case _:
                self.add("not_word", (phrase,))
        return False

    def add(self, name: str, values: Iterable[str]) -> None:
        self.values.setdefault(name, []).extend(values)

    def of(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.values.get(name, ())))


def read_wanted(typed: str) -> Wanted:
    """The wish that a person's words make, in any order. Not checked: `analysis.wishes.checked` does that."""
    tokens = list(_tokens(typed[:LONGEST]))
    reading = _Reading()
    _walk(_items(tokens), reading)
    return _wanted(reading)


def read_words(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words to have and words to avoid, as a person lists them: apart by commas, lines or quotation marks."""
    have: list[str] = []
    avoid: list[str] = []
    for part in re.split(r"[,，、;；\n]+", typed[:LONGEST]):
        less, words = _less(" ".join(part.split()))
        quoted = [each.strip(_MARKS).strip() for each in re.findall(_QUOTED, words)]
        (avoid if less else have).extend(filter(None, quoted or [words.strip(_MARKS).strip()]))
    return tuple(dict.fromkeys(have)), tuple(dict.fromkeys(avoid))


def _less(part: str) -> tuple[bool, str]:
    """Whether a part begins with a minus or a word such as "without", and what follows."""
    if part[:1] and part[0] in _LESS:
        return True, part[1:].strip()
    first, _, rest = part.partition(" ")
    if rest and _says(first, "not"):
        return True, rest.strip()
    for size in (3, 2):
        if len(part) > size and not part.isascii() and _says(part[:size], "not"):
            return True, part[size:].strip()
    return False, part


def _says(phrase: str, name: str) -> bool:
    meaning = meaning_of(phrase)
    return meaning is not None and meaning.field == name


def _tokens(typed: str) -> Iterator[_Token]:
    for piece in _PIECE.finditer(typed):
        if piece["quoted"]:
            words = " ".join(piece["quoted"].strip(_MARKS).split())
            if words:
                yield _Token(words, less=bool(piece["less"]), literal=True)
        elif piece["stop"]:
            yield _Token(piece[0], stop=True)
        else:
            text = piece[0].rstrip(".:：…")
            less = len(text) > 1 and text[0] in _LESS
            text = text.lstrip(_LESS) if less else text
            if any(char.isalnum() for char in text):
                yield _Token(text, less=less, literal=less)
            elif text == "*":
                yield _Token("all")


def _items(tokens: Sequence[_Token]) -> list[tuple[_Token, list[_Item]]]:
    """Each token with the phrases that it makes, alone or as the first of several."""
    found: list[tuple[_Token, list[_Item]]] = []
    whole = sum(not token.stop for token in tokens) == 1
    at = 0
    while at < len(tokens):
        token, used = tokens[at], 1
        items: list[_Item] = []
        if not token.literal and not token.stop:
            used, item = _longest(tokens[at:], whole)
            items = [item] if item else _run_together(token.text)
        found.append((token, items))
        at += used
    return found


def _longest(tokens: Sequence[_Token], whole: bool) -> tuple[int, _Item | None]:
    """The longest phrase that is understood from here on: how many tokens, and what it says."""
    for size in range(min(_PHRASE_TOKENS, len(tokens)), 0, -1):
        some = tokens[:size]
        if any(each.literal or (each.stop and (size, place) != (3, 1)) for place, each in enumerate(some)):
            continue
        # "Luohu, Shenzhen" is the one phrase that goes over a comma.
        pair = size == 3 and some[1].stop
        phrase = f"{some[0].text}, {some[2].text}" if pair else " ".join(each.text for each in some)
        meaning = meaning_of(phrase, whole=whole)
        if meaning is not None and (not pair or meaning.field == "place"):
            return size, (phrase, meaning)
    return 1, None


def _run_together(text: str) -> list[_Item]:
    """Chinese is written without spaces: 广东规划每天 is a place, a kind and a delivery."""
    if not re.search(f"[{_HAN}]", text):
        return [(text, None)]
    items: list[_Item] = []
    left = ""
    at = 0
    while at < len(text):
        ends = range(min(len(text), at + _RUN), at, -1)
        found = ((text[at:end], meaning_of(text[at:end], inside=True)) for end in ends)
        item = next((each for each in found if each[1] is not None), None)
        if item is None:
            left, at = left + text[at], at + 1
            continue
        items += [(left, None)] if len(left) > 1 else []
        items.append(item)
        left, at = "", at + len(item[0])
    return items + ([(left, None)] if len(left) > 1 else [])


def _walk(found: Iterable[tuple[_Token, list[_Item]]], reading: _Reading) -> None:
    """Take in each phrase; after "without" what comes next is kept out, and what goes on with "and"."""
    out = went_out = False
    for token, items in found:
        if token.stop:
            out = went_out and token.text == "、"
        elif token.literal:
            reading.add("not_word" if token.less or out else "word", (token.text,))
            went_out, out = out, False
        for item in items:
            name = item[1].field if item[1] else None
            if name == "not":
                out, went_out = True, False
            elif name == "and":
                out = out or went_out
            elif out:
                out = reading.keep_out(item)
                went_out = not out
            else:
                reading.take(item)
                went_out = went_out and name == "filler"


def _wanted(reading: _Reading) -> Wanted:
    if chosen := reading.of("kind"):
        # "Plans without lottery": that kind is not asked for anyway, so the word is meant.
        reading.add("not_word", (word for kind, word in reading.no_kinds if kind not in chosen))
    wish = Wish(
        places=reading.of("place"),
        topics=cast(tuple[Topic, ...], _but(reading.of("topic"), reading.no_topics, TOPICS)),
        kinds=cast(tuple[Kind, ...], _but(reading.of("kind"), [kind for kind, _ in reading.no_kinds], KINDS)),
        organisations=reading.of("organisation"),
        words=reading.of("word"),
        not_words=reading.of("not_word"),
        official=bool(reading.of("official")),
        languages=cast(tuple[Language, ...], reading.of("language")),
    )
    deliveries = reading.of("delivery")
    return Wanted(
        wish,
        cast(Every, deliveries[-1]) if deliveries else None,
        namesakes(reading.named[0]) if len(wish.places) == 1 else (),
        None if wish.places else _doubtful(wish.words),
        bool(reading.of("everything")),
    )


def _but(chosen: Sequence[str], out: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    if not out:
        return tuple(chosen)
    return tuple(each for each in chosen or known if each not in out)


def _doubtful(words: Iterable[str]) -> tuple[str, tuple[Place, ...]] | None:
    """The first word that is nearly the name of a place: Shenzen, 深玔."""
    for word in words:
        near = tuple(place for place in gazetteer().suggest(word) if _is_near(word, place))
        if near:
            return word, near[:_NEAR_PLACES]
    return None


def _is_near(word: str, place: Place) -> bool:
    if place.level not in ("province", "prefecture", "area"):
        return False
    names = (place.name_en, place.name_de, place.latin)
    ratios = (difflib.SequenceMatcher(None, fold(word), fold(name)).ratio() for name in names if name)
    return max(ratios, default=0.0) >= _NEAR
