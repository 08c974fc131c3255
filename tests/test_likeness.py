"""Which stories are like one: pure, and read from what is stored."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from analysis.types import Fact, PlaceMention
from storage.filing import file
from storage.likeness import LIKE, alike, likeness, ranked
from storage.stories import story as read_story
from storage.twins import twins
from storage.types import Story
from tests.announcements import NOON, announcement, yuan
from tests.telling import announcement as outlet
from tests.telling import story

ELSEWHERE = (PlaceMention("440300", True, "深圳"),)


def test_likeness_is_of_places_topics_kinds_organisations_and_rare_figures() -> None:
    one = story(facts=(), organisations=("ICBC", "JD.com"))
    assert likeness(one, story(facts=())) == 5  # place, topic, kind
    assert likeness(one, story(places=ELSEWHERE, topics=("digital-yuan",), kind="event", facts=())) == 0
    district = (PlaceMention("110108", True, "海淀"),)
    assert likeness(one, story(places=district, topics=(), kind=None, facts=())) == 1.5
    assert likeness(one, story(places=ELSEWHERE, facts=(), organisations=("ICBC", "JD.com"))) == 5
    document = (Fact("document_no", "京政发〔2020〕3号", None, ""),)
    far = story(places=ELSEWHERE, topics=(), kind=None, facts=document)
    assert likeness(story(facts=document), far) == 1
    common = (yuan(200),)
    assert likeness(story(facts=common), story(places=ELSEWHERE, topics=(), kind=None, facts=common)) == 0


def test_the_most_alike_come_first_then_the_newest() -> None:
    def one(number: int, day: int, **values: object) -> Story:
        shown = NOON + timedelta(days=day)
        return story(outlet(number, published=shown, fetched=shown), id=number, facts=(), **values)

    same, newer = one(1, 0), one(2, 5)
    less = one(3, 9, kind="event")
    nothing = one(4, 9, places=ELSEWHERE)
    found = ranked(one(9, 0), [nothing, less, same, newer, one(9, 0)], 10)
    assert [each.id for each in found] == [2, 1, 3]
    assert likeness(one(9, 0), nothing) < LIKE
    assert ranked(one(9, 0), [same, newer], 1) == [newer]


def test_stories_alike_and_perhaps_the_same_are_read_from_storage(conn: Connection) -> None:
    def put(number: int, place: str, **values: object) -> Story:
        item = announcement(
            f"https://a.example.org/{number}",
            f"红包 {place} {number}",
            places=(place,),
            dated=NOON - timedelta(days=60 * number),
            **values,  # type: ignore[arg-type]
        )
        filed = file(conn, item, now=NOON, tell=False, max_age=None)
        assert filed.outcome == "new" and filed.story_id is not None
        found = read_story(conn, filed.story_id)
        assert found is not None
        return found

    one = put(0, "440300")
    near, far = put(1, "440300"), put(2, "320500", kind="event")
    passing = put(3, "440300", relevance="borderline")
    assert [each.id for each in alike(conn, one, 10)] == [near.id]
    assert [each.id for each in twins(conn, one, 5)] == [near.id]
    assert alike(conn, far, 10) == [] and passing.id not in [each.id for each in twins(conn, near, 5)]
