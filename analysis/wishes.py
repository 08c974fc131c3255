"""What a reader wants to be told: a wish, its checked and only form, and its form as JSON.

Whether a story is what a wish asks for is decided in `storage.matching`, which knows the words of the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.organisations import organisation_kinds
from analysis.types import KINDS, LANGUAGES, TOPICS, Kind, Language, Topic

MOST_VALUES = 20  # of each field
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. Each field narrows it, and an empty one takes anything; of a field any value will do.

    `places` are adcodes and take in what lies in them. `organisations` are canonical English names,
    `sources` ids of publishers. All `words` must occur in titles or summaries and none of `not_words` may;
    they are plain words or phrases, as in the search (`Blockchain*` for what begins so). `official`: only
    stories that a government body tells too. `languages`: of some announcement of the story.
    """

    places: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    organisations: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    official: bool = False
    languages: tuple[Language, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether it asks for more than places and topics."""
        return self != Wish(places=self.places, topics=self.topics)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The (place, topic) of which a story must have one to be looked at; '' is any."""
        return tuple((place, topic) for place in self.places or ("",) for topic in self.topics or ("",))


class WishError(ValueError):
    """A wish that cannot be kept: `field` says where, `value` what is not known, or None for too many."""

    def __init__(self, field: str, value: str | None = None) -> None:
        super().__init__(f"{field}: {value!r} is not known" if value is not None else f"{field}: too many")
        self.field = field
        self.value = value


_KNOWN: dict[str, frozenset[str]] = {
    "topics": frozenset(TOPICS),
    "kinds": frozenset(KINDS),
    "languages": frozenset(LANGUAGES),
}


def checked(wish: Wish) -> Wish:
    """The one form of a wish: each value once, in order, words without surplus spaces.

    Raises WishError for more than MOST_VALUES of a field, for values that are not known, and for words that
    are too long or have no letter or digit. Sources are not checked: a configuration may regain them.
    """
    form: dict[str, Any] = {"official": bool(wish.official)}
    for name in _LISTS:
        values = _tidy(name, getattr(wish, name))
        if len(values) > MOST_VALUES:
            raise WishError(name)
        for value in values:
            if not _is_known(name, value):
                raise WishError(name, value)
        form[name] = values
    return Wish(**form)


def wish_values(wish: Wish) -> dict[str, Any]:
    """A wish as JSON: the fields that narrow it, by name."""
    found = {name: list(getattr(wish, name)) for name in _LISTS if getattr(wish, name)}
    return found | ({"official": True} if wish.official else {})


def read_wish(values: Mapping[str, Any]) -> Wish:
    """A wish from JSON that may come from anywhere. Raises WishError for what `checked` refuses, and for
    fields that there are not or that hold something else."""
    for name, value in values.items():
        right = isinstance(value, bool) if name == "official" else _is_strings(value)
        if name not in (*_LISTS, "official") or not right:
            raise WishError(str(name), str(value)[:LONGEST_WORD])
    form: dict[str, Any] = {
        name: value if name == "official" else tuple(value) for name, value in values.items()
    }
    return checked(Wish(**form))


def stored_wish(values: Mapping[str, Any]) -> Wish:
    """A wish as `wish_values` wrote it, unchecked: what is not known any more finds nothing."""
    form: dict[str, Any] = {name: tuple(value) for name, value in values.items() if name != "official"}
    return Wish(**form, official=bool(values.get("official")))


_LISTS = tuple(field.name for field in fields(Wish) if field.name != "official")


def _tidy(name: str, values: Iterable[str]) -> tuple[str, ...]:
    if name not in ("words", "not_words"):
        return tuple(sorted(set(values)))
    spaced = (" ".join(value.split()) for value in values)
    return tuple(sorted({fold(word): word for word in spaced if word}.values(), key=fold))


def _is_known(name: str, value: str) -> bool:
    if name == "places":
        return gazetteer().place(value) is not None
    if name == "organisations":
        return value in organisation_kinds()
    if name in ("words", "not_words"):
        return len(value) <= LONGEST_WORD and any(char.isalnum() for char in value)
    return name not in _KNOWN or value in _KNOWN[name]


def _is_strings(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
