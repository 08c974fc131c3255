"""How well the program understands labelled documents, with floors; `make eval` prints the whole table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.eval import OWN, SHARED, figures_of, read
from benchmarks.scoring import score

AIMS = {
    "relevance": 0.98,
    "topics": 0.97,
    "places": 0.96,
    "primary": 0.93,
    "kind": 0.88,
    "organisations": 0.94,
    "facts recall": 0.95,
    "stories": 0.95,
    "stories precision": 0.98,
    "near copies": 0.97,
}
# Every figure of these texts is labelled, so what is found too much counts as well.
OWN_FLOORS = AIMS | {"primary": 0.9, "organisations": 0.93, "facts recall": 0.9, "facts precision": 0.95}


def below(path: Path, floors: Mapping[str, float]) -> list[str]:
    figures = figures_of(path)
    for never in ("quotes not in the text", "summaries with page furniture", "summaries too long"):
        assert figures.values[never] == 0, figures.wrong
    assert figures.values["wrong merges"] <= 1
    return [
        f"{name} {figures.values[name]:.3f} < {floor}: {figures.wrong[name]}"
        for name, floor in floors.items()
        if figures.values[name] < floor
    ]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_our_own_labelled_documents(path: Path) -> None:
    assert below(path, OWN_FLOORS) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the shared labelled documents are not here")
def test_the_shared_labelled_documents() -> None:
    assert below(SHARED, AIMS) == []


def test_the_scorer_sees_what_is_wrong() -> None:
    label = read(OWN[0])[0]
    perfect = score([label], {label["id"]: label})
    assert perfect.values["facts"] == perfect.values["primary"] == perfect.values["kind"] == 1
    nothing = score([label], {})
    assert nothing.values["relevance"] == nothing.values["kind"] == nothing.values["places recall"] == 0
    assert nothing.wrong["kind"]


def test_the_labels_are_in_order() -> None:
    for path in OWN:
        rows = read(path)
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            text = f"{row['title']}\n{row['text']}"
            assert all(fact["quote"] in text for fact in row["facts"])
