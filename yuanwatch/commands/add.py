"""`yuanwatch add`: a URL in, a block for the sources out, tried: the block on stdout, all else on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from rich.console import Console

from analysis.urls import canonical
from crawler.add import Proposal
from crawler.add import add as propose
from crawler.spiders.links import absolute
from crawler.types import UnreadableError
from yuanwatch.commands.findings import report
from yuanwatch.config import Config
from yuanwatch.lock import Held
from yuanwatch.wiring import alone, now, remembered_hosts


def add(config: Config, url: str, kind: str | None) -> int:
    """Print the block. Returns 0, 1 where nothing usable was found, 2 for what is no address."""
    if absolute(url, url) is None or not urlsplit(url).scheme:
        print(f"{url!r} is not an http or https address.", file=sys.stderr)
        return 2
    for source in config.sources:
        if canonical(url) in map(canonical, source.urls):
            print(f"{source.id} reads this address already.", file=sys.stderr)
    try:
        with alone(config):
            hosts = remembered_hosts(config, config.sources)
            proposal = propose(config.crawler(), url, hosts, kind=kind, clock=now)
    except Held:
        print("A crawl has been under way for too long; wait for its end.", file=sys.stderr)
        return 2
    except UnreadableError as error:
        print(f"{url}: {error.problem}.", file=sys.stderr)
        return 1
    print(written(proposal.values, proposal.comments))
    _tell(proposal)
    return 0


def written(values: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """The block as it stands in the files of sources, to be appended to one."""
    lines = []
    for name, value in values.items():
        beside = f"  # {comments[name]}" if name in comments else ""
        if isinstance(value, Mapping):
            lines += [f"{name}:{beside}", *(f"  {key}: {_scalar(inner)}" for key, inner in value.items())]
        else:
            lines.append(f"{name}: {_scalar(value)}{beside}")
    return "\n".join(f"  {'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))


def _scalar(value: Any) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _tell(proposal: Proposal) -> None:
    console = Console(stderr=True)
    source = proposal.values
    console.print("[bold]The block above was tried:[/bold]", highlight=False)
    report(console, proposal.checked, ZoneInfo(source.get("timezone", "Asia/Shanghai")))
    notes = [f"{name}: {words}." for name, words in proposal.comments.items()]
    if proposal.others:
        notes.append(f"Also found: {'; '.join(proposal.others)}.")
    if source["level"] == "media":
        notes.append("Of a paper with other subjects too, list.only_words keeps what matters.")
    for note in notes:
        console.print(note, highlight=False, markup=False)
