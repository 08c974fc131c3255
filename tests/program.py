"""Runs the program from outside, as a person does: a command line in, exit status and words out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.zygote import run

SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


def yuanwatch(*arguments: str, config: Path | None = None, text: bytes = b"", **environment: str) -> Ended:
    """Run `yuanwatch` and wait for it; the token is never inherited."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    front = ["--config", str(config)] if config else []
    done = run(
        ["-m", "yuanwatch", *front, *arguments],
        data=text,
        env=variables | {"COLUMNS": "200"} | environment,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
