"""Edited copies of an announcement are found again among others; `python -m benchmarks.copies` prints more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.copies import measure
from storage.database import Database


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[float, Counter[str]]:
    path: Path = tmp_path_factory.mktemp("copies") / "copies.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    found: dict[float, Counter[str]] = {}
    for (_, share), counts in measure(database, tries=4).items():
        found[share] = found.get(share, Counter()) + counts
    database.close()
    return found


@pytest.mark.parametrize(("share", "recall"), [(0.15, 0.99), (0.3, 0.9)])
def test_copies_with_some_sentences_replaced_are_found(
    outcomes: dict[float, Counter[str]], share: float, recall: float
) -> None:
    assert outcomes[share]["found"] / outcomes[share].total() >= recall


def test_nothing_else_is_taken_for_a_copy(outcomes: dict[float, Counter[str]]) -> None:
    all_of_them = sum(outcomes.values(), Counter())
    assert all_of_them["false"] <= 0.01 * all_of_them["found"]
    assert outcomes[0.8]["found"] <= 0.05 * outcomes[0.8].total(), "a new text under an old title is no copy"
