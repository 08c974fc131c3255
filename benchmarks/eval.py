"""How well the program understands, on labelled documents: the table of the README.

    python -m benchmarks.eval [FILE.jsonl ...] [--errors]

Without files: the project's own sets in tests/labelled, and the shared one where it is there. What is
scored is what `yuanwatch analyse FILE.jsonl` prints.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scoring import Figures, score

ROOT = Path(__file__).resolve().parents[1]
OWN = tuple(sorted((ROOT / "tests" / "labelled").glob("*.jsonl")))
SHARED = ROOT.parent / "shared" / "eval" / "dev.jsonl"
ROWS = (
    *("documents", "relevance", "topics", "places", "primary", "kind", "organisations", "facts precision"),
    *("facts recall", "stories", "stories precision", "wrong merges", "near copies"),
    "quotes not in the text",
    *("summaries with page furniture", "summaries too long"),
)


def read(path: Path) -> list[Mapping[str, Any]]:
    """The documents of a file with their labels."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def figures_of(path: Path) -> Figures:
    """What the command line makes of a file, scored."""
    printed = subprocess.run(
        [sys.executable, "-m", "yuanwatch", "analyse", str(path)],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    ).stdout
    return score(read(path), {row["id"]: row for row in map(json.loads, printed.splitlines())})


def table(columns: Mapping[str, Figures]) -> str:
    """The figures side by side."""
    lines = [f"{'':30}" + "".join(f"{name:>12}" for name in columns)]
    for row in ROWS:
        values = (figures.values[row] for figures in columns.values())
        shown = (f"{value:12.3f}" if isinstance(value, float) else f"{value:12}" for value in values)
        lines.append(f"{row:30}" + "".join(shown))
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print the table, and with --errors what was got wrong."""
    named = [Path(argument) for argument in arguments if not argument.startswith("-")]
    paths = named or [*OWN, *([SHARED] if SHARED.exists() else [])]
    columns = {path.stem: figures_of(path) for path in paths}
    print(table(columns))
    if "--errors" in arguments:
        for name, figures in columns.items():
            for row, wrong in figures.wrong.items():
                print(*(f"{name} {row}: {line}" for line in wrong), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
