"""What the commands of the command line share: where the configuration stands, and options they all have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from yuanwatch.config import Config, load

JsonOption = Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table")]
SinceOption = Annotated[str | None, typer.Option(help="not older than, such as 30d or 12h")]
LimitOption = Annotated[int, typer.Option(min=1, max=500, help="how many at most")]


@dataclass(frozen=True, slots=True)
class Front:
    """What every command needs: where the configuration stands."""

    path: Path

    def config(self) -> Config:
        """The configuration, read when a command needs it. Raises ConfigError."""
        return load(self.path)
