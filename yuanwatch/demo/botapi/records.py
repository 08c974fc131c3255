"""What the Bot API's JSON is made of, for all parts of the stand-in."""

from __future__ import annotations

from typing import Any, TypeAlias

# Any, not a recursive union: JSON is checked where it is read, not where it is passed on.
Json: TypeAlias = Any
