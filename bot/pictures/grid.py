"""The tile-grid map: where each province-level place lies among its neighbours, as row and column.

Drawn up for this program so that neighbours stay neighbours where eight columns allow it.
"""

from __future__ import annotations

ROWS = 8
COLUMNS = 8

# Two digits of the code of GB/T 2260 each, from north to south and from west to east; .. is empty.
_MAP = """
.. .. .. .. .. .. .. 23
.. .. .. .. 15 .. .. 22
65 .. 62 64 14 11 12 21
.. .. 63 61 41 13 37 ..
.. 54 51 50 42 34 32 31
.. .. 53 52 43 36 33 ..
.. .. .. .. 45 44 35 71
.. .. .. .. 46 82 81 ..
"""


def in_lines(name: str) -> str:
    """A name as it stands in a square: in two lines where it has two words, or is too long for one."""
    return "Heilong-\njiang" if name == "Heilongjiang" else name.replace(" ", "\n")


def cells() -> dict[str, tuple[int, int]]:
    """The row and the column of each province-level place, by its adcode."""
    rows = [line.split() for line in _MAP.split("\n") if line]
    return {
        f"{code}0000": (row, column)
        for row, codes in enumerate(rows)
        for column, code in enumerate(codes)
        if code != ".."
    }
