"""The colours of pictures: they differ in lightness too, for those who see few colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.types import Stage, Topic

NOTHING = "#eef1f4"
STEPS = ("#cfe3f1", "#94c4e0", "#62a5d2", "#236fae", "#0b3d75")
"""From few to many."""

STAGES: dict[Stage, str] = {
    "announced": "#fbe08a",
    "consultation": "#fbe08a",
    "launched": "#8ccf9a",
    "expanded": "#4ba3c7",
    "completed": "#27408b",
    "cancelled": "#9aa3ad",
}
UNSTAGED = "#c3ccd6"
"""For what shows no stage."""

TOPICS: dict[Topic, str] = {"digital-yuan": "#c2451e", "blockchain": "#1f6fa8"}

_DARK, _LIGHT = "#1c2733", "#ffffff"


def steps(numbers: Iterable[int]) -> tuple[int, ...]:
    """The least number of each step, so that about as many different numbers fall into each; round ones.

    A few places have far more than all others, or all have much: equal steps would make most look alike.
    """
    found = sorted({each for each in numbers if each > 0})
    count = min(len(STEPS), len(found))
    bounds = {_rounded(found[len(found) * step // count]) for step in range(1, count)}
    return (1, *sorted(bounds - {1}))


def step_colour(number: int, bounds: Sequence[int]) -> str:
    """The colour of a number among the steps; fewer steps take the colours further apart."""
    step = sum(number >= bound for bound in bounds) - 1
    return NOTHING if step < 0 else ladder(len(bounds))[step]


def ladder(count: int) -> tuple[str, ...]:
    """So many of the steps' colours, spread from the lightest to the darkest."""
    if count == 1:
        return (STEPS[2],)
    return tuple(STEPS[round(place * (len(STEPS) - 1) / (count - 1))] for place in range(count))


def on(colour: str) -> str:
    """The colour of letters that are read well on a colour: whichever has more contrast (WCAG)."""
    light = luminance(colour)
    return _LIGHT if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(_DARK) + 0.05) else _DARK


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, from 0 to 1, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rounded(value: int) -> int:
    """The number with two figures that count, never more than it was."""
    unit = int(10 ** max(0, len(f"{value}") - 2))
    return value // unit * unit
