"""Two to four places -> one message that sets them side by side, line under line, for a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.gazetteer import Place, gazetteer
from analysis.growth import RANK
from analysis.types import Language, Topic
from bot.callbacks import COMPARED, Compare
from bot.figures import short_amount
from bot.headlines import about
from bot.labels import SEPARATOR, full_day, listed, local_day, place_in_province, published
from bot.markup import BLANK, Line, Part, cut, line
from bot.queries import SUGGESTIONS, understand_places
from bot.render import OFFICIAL, Rows, button, message, rows, title
from bot.services import Services
from bot.signs import kind_sign, legend
from bot.texts import texts
from bot.types import Message, Reader
from storage import history, stories
from storage.history import Profile
from storage.types import Found

NEWEST = 2
KINDS = 4
TITLE_UNITS = 100

Row = Callable[["Side", Reader], str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the places: what is known of it and its newest stories."""

    name: str
    known: Profile
    newest: tuple[Found, ...]


def compare(services: Services, reader: Reader, typed: str) -> Message:
    """The places that were typed, side by side; near places for words that name none."""
    words, most = texts(reader.language), COMPARED[1]
    asked = understand_places(typed)
    codes = tuple(place.adcode for place in asked.places)[:most]
    near = _near(asked.rest, codes, asked.topic, reader) if len(codes) < most else ()
    unknown = cut(" ".join(asked.rest), TITLE_UNITS)
    notes = [line(words("suggest.unknown", words=unknown))] if unknown else []
    notes += [line(words("compare.most", n=most))] if len(asked.places) > most else []
    if len(codes) < COMPARED[0]:
        question = words("suggest.question" if near else "compare.ask")
        return message([*notes, line(question)], near)
    others = _others(codes, asked.namesakes, asked.topic, reader)
    return _side_by_side(services, reader, Compare(codes, asked.topic), notes, near + others)


def compare_page(services: Services, reader: Reader, asked: Compare) -> Message:
    """The places of a button."""
    return _side_by_side(services, reader, asked, [], ())


def _side_by_side(
    services: Services, reader: Reader, asked: Compare, notes: Sequence[Line], offers: Rows
) -> Message:
    sides = []
    with services.database.read() as connection:
        for code in asked.places:
            found = stories.latest(connection, place=code, topic=asked.topic, limit=NEWEST)
            known = history.profile(connection, code, asked.topic)
            name = place_in_province(code, reader.language)
            sides.append(Side(name, known, tuple(Found(each) for each in found)))
    return comparison(sides, asked.topic, reader, notes, offers)


def comparison(
    sides: Sequence[Side], topic: Topic | None, reader: Reader, notes: Sequence[Line] = (), offers: Rows = ()
) -> Message:
    """The message: a heading for each thing that is compared, and under it a line for each place."""
    words = texts(reader.language)
    head = [side.name for side in sides] + ([words(f"topic.{topic}")] if topic else [])
    lines: list[Line] = [line(Part("⚖️ " + SEPARATOR.join(head), "b")), *notes]
    compared: Mapping[str, Row] = {
        "stories": _stories,
        "time": _time,
        "kinds": _kinds,
        "amount": _amount,
        "stage": _stage,
    }
    for key, row in compared.items():
        lines += [BLANK, line(Part(words(f"compare.{key}"), "b"))]
        lines += [line(f"{side.name}{words('compare.colon')}{row(side, reader) or '–'}") for side in sides]
    shown = [kind for side in sides for kind, _ in side.known.kinds[:KINDS]]
    if shown:
        lines += [BLANK, line(Part(legend(shown, reader.language), "i"))]
    for side in sides:
        if side.newest:
            lines += [BLANK, line(Part(words("compare.newest", place=side.name), "b"))]
            lines += [each for found in side.newest for each in _newest(found, reader)]
    return message(lines, offers)


def _stories(side: Side, reader: Reader) -> str:
    words, known = texts(reader.language), side.known
    if not known.stories:
        return "0"
    several = len(known.topics) > 1
    parts = (words(f"topic.{topic}") + f" {number}" * several for topic, number in known.topics)
    return words("compare.parts", n=known.stories, parts=listed(parts, reader.language))


def _time(side: Side, reader: Reader) -> str:
    days = [
        full_day(local_day(when, reader.zone), reader.language)
        for when in (side.known.first, side.known.latest)
        if when
    ]
    return " – ".join(dict.fromkeys(days))


def _kinds(side: Side, reader: Reader) -> str:
    return "  ".join(f"{kind_sign(kind)} {number}" for kind, number in side.known.kinds[:KINDS])


def _amount(side: Side, reader: Reader) -> str:
    return short_amount(side.known.largest, reader.language) if side.known.largest else ""


def _stage(side: Side, reader: Reader) -> str:
    furthest = max(side.known.stages, key=lambda stage: RANK[stage], default=None)
    return texts(reader.language)(f"stage.{furthest}") if furthest else ""


def _newest(found: Found, reader: Reader) -> tuple[Line, Line]:
    story = found.story
    told = about(story, reader.language), published(story, reader.language, reader.zone, day_only=True)
    mark = f"{OFFICIAL} " if story.official else ""
    return line("• ", title(story, TITLE_UNITS)), line(Part(mark + SEPARATOR.join(told), "i"))


def _near(unknown: Sequence[str], codes: tuple[str, ...], topic: Topic | None, reader: Reader) -> Rows:
    """Buttons that take a near place in for a word that names none."""
    near = [place for word in unknown[:SUGGESTIONS] for place in gazetteer().suggest(word)[:SUGGESTIONS]]
    fitting = [place for place in near if place.adcode not in codes][:SUGGESTIONS]
    if not codes:
        return ()
    return _buttons(((place, (*codes, place.adcode)) for place in fitting), topic, reader.language)


def _others(
    codes: tuple[str, ...], namesakes: Sequence[Sequence[Place]], topic: Topic | None, reader: Reader
) -> Rows:
    """Buttons that take another place of the same name in."""
    offers = [
        (place, (*codes[:index], place.adcode, *codes[index + 1 :]))
        for index, others in enumerate(namesakes[: len(codes)])
        for place in others
        if place.adcode not in codes
    ]
    return _buttons(offers[:SUGGESTIONS], topic, reader.language)


def _buttons(
    offers: Iterable[tuple[Place, tuple[str, ...]]], topic: Topic | None, language: Language
) -> Rows:
    return rows(
        *(button(place_in_province(place.adcode, language), Compare(codes, topic)) for place, codes in offers)
    )
