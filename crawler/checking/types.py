"""What a check of a source gives: a finding for each step of its block, and the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.types import Article
from crawler.types import Entry
from storage.types import SourceStatus

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found: `step` is its key in the block, `advice` what to do where it is not well.

    A warning is a step that found nothing while something else stood in for it.
    """

    step: str
    verdict: Verdict
    found: str
    advice: str = ""
    where: str = ""  # the address it was found at


def judged(step: str, good: bool, found: str, advice: str = "", otherwise: Verdict = "warning") -> Finding:
    """A finding that is ok where it is good; the advice is for where it is not."""
    return Finding(step, "ok", found) if good else Finding(step, otherwise, found, advice)


@dataclass(frozen=True, slots=True)
class Checked:
    """A source that was read once. `entries` newest first; `article` is the first of them, if it was read.

    `problem` is what a crawl would say of the source, or the first step that failed; None if all is well.
    """

    source_id: str
    status: SourceStatus
    problem: str | None
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    article: Article | None = None
    article_problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing of it failed."""
        return self.problem is None

    @property
    def dated(self) -> int:
        """How many entries have a date."""
        return sum(entry.published is not None for entry in self.entries)

    def steps(self, verdict: Verdict) -> tuple[str, ...]:
        """The steps that came to a verdict, each once."""
        return tuple(dict.fromkeys(one.step for one in self.findings if one.verdict == verdict))
