"""A progress bar on stderr, for the commands that fetch."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from crawler.types import Progress as Step


class Bar:
    """Shows what is `doing`, and at the end that it is `done`: "crawling", "crawled"."""

    def __init__(self, doing: str, done: str, *, hidden: bool) -> None:
        self._done = done
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<34.34}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=hidden,
        )
        self._task = self._progress.add_task(doing, total=None)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.update(self._task, description=self._done)
        self._progress.stop()

    def step(self, step: Step) -> None:
        """Show how far it is."""
        self._progress.update(
            self._task, description=f"{step.phase} {step.source_id}", completed=step.done, total=step.total
        )
