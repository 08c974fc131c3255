"""Figures of places, months and stages, counted by storage: each with hand-made stories and what must come out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from analysis.types import Stage
from storage import counts
from storage.filing import file
from tests.announcements import NOON, announcement

SHENZHEN, GUANGDONG, SUZHOU, JIANGSU, BEIJING = "440300", "440000", "320500", "320000", "110000"


def story(conn: Connection, number: int, place: str, stage: Stage | None = None, **values: Any) -> None:
    """File a story of its own: `number` days before noon."""
    dated = NOON - timedelta(days=number)
    words = (chr(0x4E00 + (number * 997 + at * at * 61) % 6000) for at in range(30))
    title = "".join(words)  # nobody's copy
    made = announcement(
        f"https://e.org/{number}", title, places=(place,), stage=stage, dated=dated, kind="other", **values
    )
    assert file(conn, made, now=NOON, tell=False, max_age=None).outcome == "new"


def test_a_place_counts_what_lies_in_it(conn: Connection) -> None:
    story(conn, 1, SHENZHEN)
    story(conn, 40, "440305", topics=("blockchain",))
    story(conn, 80, GUANGDONG)
    story(conn, 120, SUZHOU, topics=("blockchain", "digital-yuan"))
    places = [GUANGDONG, SHENZHEN, SUZHOU, JIANGSU, BEIJING]
    assert counts.count_places(conn, places) == {GUANGDONG: 3, SHENZHEN: 2, SUZHOU: 1, JIANGSU: 1}
    assert counts.count_places(conn, places, "blockchain") == {
        GUANGDONG: 1,
        SHENZHEN: 1,
        SUZHOU: 1,
        JIANGSU: 1,
    }
    assert counts.count_places(conn, []) == {}
    assert (counts.count_stories(conn), counts.count_stories(conn, GUANGDONG, "digital-yuan")) == (4, 2)
    assert counts.count_stories(conn, BEIJING) == 0


def test_a_passing_mention_does_not_count(conn: Connection) -> None:
    story(conn, 1, SHENZHEN, relevance="borderline")
    assert counts.count_places(conn, [GUANGDONG]) == {}
    assert counts.oldest(conn) is None and counts.newest(conn) is None


def test_months_begin_where_they_are_said_to(conn: Connection) -> None:
    story(conn, 0, SHENZHEN)
    story(conn, 30, SHENZHEN)
    story(conn, 60, SUZHOU)
    bounds = [NOON - timedelta(days=days) for days in (60, 30, 0, -1)]
    assert counts.count_months(conn, bounds) == [1, 1, 1]
    assert counts.count_months(conn, bounds, GUANGDONG) == [0, 1, 1]
    assert counts.count_months(conn, bounds, GUANGDONG, "blockchain") == [0, 0, 0]
    assert counts.oldest(conn) == NOON - timedelta(days=60)
    assert counts.newest(conn, JIANGSU) == NOON - timedelta(days=60)
    assert counts.newest(conn) == datetime(2024, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stages", "furthest"),
    [
        (("announced", "launched"), "launched"),
        (("completed", "expanded", None), "completed"),
        (("cancelled", "announced"), "announced"),
        (("cancelled",), "cancelled"),
        ((None,), None),
    ],
)
def test_the_furthest_stage_of_a_place(
    conn: Connection, stages: tuple[Stage | None, ...], furthest: Stage | None
) -> None:
    for number, stage in enumerate(stages):
        story(conn, 40 * number, SHENZHEN, stage)
    found = counts.furthest_stages(conn, [GUANGDONG, BEIJING])
    assert found == ({GUANGDONG: furthest} if furthest else {})
    assert counts.furthest_stages(conn, [GUANGDONG], "blockchain") == {}


def test_every_figure_comes_from_an_index(conn: Connection) -> None:
    """Nothing here may read all stories, or all tags: each statement is a search of the tags' own key."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(conn, "before_cursor_execute")
    def note(conn: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        asked.append((statement, values))

    counts.count_places(conn, [GUANGDONG, SUZHOU])
    counts.count_months(conn, [NOON, NOON + timedelta(days=1)])
    counts.furthest_stages(conn, [GUANGDONG])
    counts.oldest(conn)
    counts.newest(conn)
    statements = {statement: values for statement, values in asked if statement.startswith("SELECT")}
    assert len(statements) == 5
    for statement, values in statements.items():
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        steps = [row[-1] for row in plan]
        assert steps[0].startswith("SEARCH story_tags USING PRIMARY KEY (tag=?"), steps
        assert all("SCAN" not in step for step in steps), steps
