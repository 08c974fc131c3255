"""The colours of pictures: they differ in lightness too, for those who see few colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

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

_NICE = (1, 2, 3, 5, 10, 15, 20, 30, 50)
_DARK, _LIGHT = "#1c2733", "#ffffff"


def steps(most: int) -> tuple[int, ...]:
    """The least number of each step: 1, 3, 10, 20, 50 up to a hundred; single numbers for a few.

    Halfway between equal ratios and squares: a few places have far more than most, yet most should differ.
    """
    count = len(STEPS)
    if most <= count:
        return tuple(range(1, most + 1))
    found = [1]
    for step in range(1, count):
        ratio, square = most ** (step / count), most * (step / count) ** 2
        found.append(max(found[-1] + 1, _nice(math.sqrt(ratio * square))))
    return tuple(each for each in found if each <= most)


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


def _nice(value: float) -> int:
    """The nearest of the numbers that people like."""
    power = 10 ** max(0, len(str(int(value))) - 1)
    return min((n * p for p in (power // 10 or 1, power) for n in _NICE), key=lambda each: abs(each - value))
