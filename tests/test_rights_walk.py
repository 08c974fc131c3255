"""Every command and every button, also those still to come: who may not change a chat changes nothing in it."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.gazetteer import gazetteer
from analysis.whens import ANY_TIME, When
from analysis.wishes import Wish
from bot.asked import Asked
from bot.callbacks import DATA_BYTES, OFFSET_LIMIT, Action, decode, encode
from bot.choices import Adjust, Settings
from bot.commands import commands
from bot.reception import QUESTION_CHARS
from tests.town import Town, town
from yuanwatch.demo.botapi.world import Query

SAMPLES: dict[str, Any] = {
    "place": "440300",
    "places": ("440300", "320500"),
    "topic": "blockchain",
    "words": "x",
    "asked": Asked("440300", words="x"),
    "when": ANY_TIME,
    "wish": Wish(places=("440300",)),
    "stories": 10,
    "offset": 0,
    "page": 0,
    "ref": 0,
    "value": "",
}
# What two fields may be together.
TOGETHER: dict[type[Any], dict[str, str]] = {
    Adjust: {"field": "topic", "value": "+b"},
    Settings: {"field": "silent", "value": "1"},
}


def hints(kind: type[Any]) -> dict[str, Any]:
    """The fields of an action with their types."""
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(kind)}


def sample(name: str, hint: Any) -> Any:
    """A value of a field; one of a new name and an open type needs a sample above."""
    if name in SAMPLES:
        return SAMPLES[name]
    closed = {bool: True, int: 1, int | None: 1}
    return closed[hint] if hint in closed else get_args(hint)[-1]


def every_action() -> list[Action]:
    """One of each kind."""
    kinds = get_args(Action)
    assert len(kinds) >= 29
    return [
        kind(**({name: sample(name, hint) for name, hint in hints(kind).items()} | TOGETHER.get(kind, {})))
        for kind in kinds
    ]


def kept(place: Town) -> list[tuple[Any, ...]]:
    """All that is remembered of chats, but when they were seen last."""
    queries = ("SELECT * FROM subscriptions ORDER BY id", "SELECT id, kind, language, off_since FROM chats")
    with place.database.read() as conn:
        return [tuple(row) for query in queries for row in conn.exec_driver_sql(query)]


async def answered(place: Town, query: Query) -> None:
    """Wait until a pressed button is answered."""
    assert await asyncio.to_thread(place.api._world.wait, lambda: query.answer, 10)


async def test_a_guest_of_a_group_changes_nothing_by_any_command_or_button(tmp_path: Path) -> None:
    async with town(tmp_path, commands_per_minute=600) as place:
        boss, guest = place.api.user(1), place.api.user(2)
        groups = [
            place.api.group(-number, "Readers", members=[guest], admins=[boss]) for number in range(100, 160)
        ]
        first = groups.pop()
        said = first.say(boss, "/subscribe@yuanwatch_bot Shenzhen")
        shown = await place.until(first, "Subscribed", said)
        before = kept(place)
        for command in commands():
            group = groups.pop()
            said = group.say(guest, f"/{command.name}@yuanwatch_bot Shenzhen")
            answer = await asyncio.to_thread(group.wait_for, lambda message: True, after=said)
            assert answer.text.startswith("Only administrators") == command.changes, command.name
        for action in every_action():
            query = guest.forge(shown, str(encode(action)))
            await answered(place, query)
        assert kept(place) == before


async def test_a_stranger_changes_nothing_of_another_chat(tmp_path: Path) -> None:
    async with town(tmp_path, commands_per_minute=600) as place:
        ann = place.api.user(1)
        await place.ask(ann, "/subscribe Beijing")
        mine = [row for row in kept(place) if 1 in row]
        for number, action in enumerate(every_action(), 10):
            eve = place.api.user(number)
            answer = await place.ask(eve, "/help")
            query = eve.forge(answer, str(encode(action)))
            await answered(place, query)
        for number, command in enumerate(commands(), 80):
            assert await place.ask(place.api.user(number), f"/{command.name} 1")
        assert [row for row in mine if row not in kept(place)] == []
        assert len(place.subscribed(1)) == 1


async def test_what_is_too_long_to_be_a_question_is_told_so(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        before = kept(place)
        for number, words in enumerate(("/subscribe ", "/search ", "/latest ", ""), 1):
            answer = await place.ask(place.api.user(number), (words + "Shenzhen " * 500)[:4096])
            assert answer.text == "That is too long to be a question: please write at most 300 characters."
        assert kept(place) == before
        assert QUESTION_CHARS == 300


async def test_there_is_an_end_to_subscriptions(tmp_path: Path) -> None:
    async with town(tmp_path, subscriptions_per_chat=2) as place:
        ann = place.api.user(1)
        answers = [
            (await place.ask(ann, f"/subscribe {city}")).text for city in ("Shenzhen", "Beijing", "Wuhan")
        ]
        assert "2 subscriptions" in answers[2] and len(place.subscribed(1)) == 2


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=70)
    | st.from_regex(r"[a-z](:[0-9a-z-]{0,12}){0,4}", fullmatch=True)
)
def test_only_what_we_write_is_read(data: str) -> None:
    action = decode(data)
    if action is not None:
        assert encode(action) == data
        assert len(data.encode()) <= DATA_BYTES
    assert decode(data + "\n") is None or encode(decode(data + "\n")) == data + "\n"  # type: ignore[arg-type]


PLACES = st.none() | st.sampled_from([place.adcode for place in gazetteer()][::97])
WORDS = st.text(st.characters(exclude_categories=()), max_size=80)
DAYS = st.none() | st.dates()
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "place": PLACES,
    "places": st.lists(PLACES.filter(bool), max_size=5).map(tuple),
    "topic": st.sampled_from([None, "blockchain", "digital-yuan"]),
    "words": WORDS,
    "asked": st.builds(Asked, PLACES, words=WORDS),
    "when": st.builds(When, DAYS, DAYS),
    "wish": st.builds(Wish, places=st.lists(PLACES.filter(bool), max_size=3).map(tuple)),
    "value": st.sampled_from(("main", "+b", "-p", "none", "1", "n", "off", "Europe/Berlin", "x")),
    "stories": st.integers(-1, 12),
    "offset": st.integers(-5, OFFSET_LIMIT * 2),
    "page": st.integers(-5, 200),
}


def values(name: str, hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field, fit or not."""
    if name in VALUES:
        return VALUES[name]
    closed = {
        bool: st.booleans(),
        int: st.integers(-5, 10**20),
        int | None: st.none() | st.integers(-5, 10**20),
    }
    return closed[hint] if hint in closed else st.sampled_from(get_args(hint))


@settings(max_examples=60, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", get_args(Action), ids=lambda kind: str(kind.__name__))
def test_what_is_written_is_read_as_the_same(kind: type[Any], data: st.DataObject) -> None:
    action = kind(**{name: data.draw(values(name, hint)) for name, hint in hints(kind).items()})
    written = encode(action)
    if written is not None:
        assert 1 <= len(written.encode()) <= DATA_BYTES
        assert decode(written) == action
        for spoiled in (written + "0" * 20, " " + written, written.upper(), written[:1], written + "\x00"):
            again = decode(spoiled)
            assert again is None or encode(again) == spoiled
