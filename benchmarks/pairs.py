"""Pairs of announcements that are one story or only seem so: how many are told rightly, by pair of languages.

python -m benchmarks.pairs [--errors]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.analyse import analyse
from analysis.story import Verdict, same_story
from analysis.types import Announcement, Article, Publisher

PAIRS = tuple(
    Path(__file__).resolve().parents[1] / "tests" / "labelled" / "pairs" / f"{name}.jsonl"
    for name in ("same_language", "across_languages")
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair and what the program says of it."""

    id: str
    languages: str
    same: bool
    why: str
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether both agree."""
        return self.verdict.same == self.same


def judged() -> Iterator[Judged]:
    """All pairs."""
    for path in PAIRS:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            sides = [announcement(row["pair"], side, row[side]) for side in ("a", "b")]
            languages = "-".join(row[side]["lang"] for side in ("a", "b"))
            yield Judged(row["pair"], languages, row["same"], row["why"], same_story(*sides))


def announcement(pair: str, side: str, row: Mapping[str, Any]) -> Announcement:
    """One side of a pair, understood."""
    source = row["source"]
    publisher = Publisher(f"{pair}-{side}", source["name"], source["kind"], source["place"])
    published = datetime.fromisoformat(row["published"])
    return analyse(
        Article(
            f"https://{pair}-{side}.example.org/",
            row["title"],
            row["text"],
            publisher,
            published,
            row["lang"],
        )
    )


def main(arguments: list[str]) -> None:
    """Print the table, and with --errors what is told wrongly and why."""
    found = list(judged())
    counts = Counter((one.languages, one.same, one.right) for one in found)
    print(f"{'pairs of':12}{'near misses':>14}{'kept apart':>12}{'true pairs':>14}{'joined':>12}")
    for languages in (*sorted({one.languages for one in found}), ""):
        cells = []
        for same in (False, True):
            both = [
                sum(
                    n
                    for (one, kind, right), n in counts.items()
                    if languages in one and kind == same and right == ok
                )
                for ok in (True, False)
            ]
            cells.append(f"{sum(both):>14}{both[0] / (sum(both) or 1):>12.3f}")
        print(f"{languages or 'all':12}{''.join(cells)}")
    if "--errors" in arguments:
        for one in found:
            if not one.right:
                said = f"{one.verdict.score} {'; '.join(one.verdict.reasons)}"
                print(f"{one.id} same={one.same} ({one.why}): {said}")


if __name__ == "__main__":
    main(sys.argv[1:])
