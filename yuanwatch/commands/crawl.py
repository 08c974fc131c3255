"""`yuanwatch crawl`: a crawl by hand (and the one that `yuanwatch run` starts), with a bar and a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.crawl import crawl as crawl_sources
from storage.types import SourceRun
from yuanwatch.commands.bar import Bar
from yuanwatch.commands.queries import dump
from yuanwatch.config import Config, llm_key
from yuanwatch.lock import Held, only_one
from yuanwatch.wiring import now, opened


def crawl(config: Config, source_ids: Sequence[str], *, due: bool, dry_run: bool, as_json: bool) -> int:
    """Crawl and say what each source gave. Returns 0, 1 if some failed, 2 if it could not start."""
    unknown = sorted(set(source_ids) - {source.id for source in config.sources})
    if unknown:
        print(
            f"No source has the id {', '.join(unknown)}. `yuanwatch sources` lists the ids.", file=sys.stderr
        )
        return 2
    if not config.sources:
        print("The configuration names no sources: add one under `sources`.", file=sys.stderr)
        return 2
    try:
        with (
            opened(config, durable=False) as database,
            only_one(config.database.url, "crawl"),
            Bar("crawling", "crawled", hidden=as_json) as bar,
        ):
            runs = crawl_sources(
                config.crawler(),
                config.delivery,
                database,
                source_ids=tuple(source_ids),
                due_only=due,
                dry_run=dry_run,
                progress=bar.step,
                clock=now,
                llm_key=llm_key(),
            )
    except Held:
        # Two crawls would ask the same hosts at once, each keeping its own distance only.
        print("Another crawl into this database is under way; wait for its end.", file=sys.stderr)
        return 0 if due else 2
    if as_json:
        dump([asdict(run) for run in runs], ZoneInfo(config.telegram.timezone))
    else:
        Console().print(_table(runs, dry_run) if runs else "No source is due.")
    wrong = sum(bool(run.problem or run.failed) for run in runs)
    if wrong:
        print(f"{wrong} of {len(runs)} sources could not be read to the end.", file=sys.stderr)
    return int(wrong > 0)


def _table(runs: Sequence[SourceRun], dry_run: bool) -> Table:
    table = Table(
        title="Dry run: nothing was stored" if dry_run else None, header_style="bold", pad_edge=False
    )
    table.add_column("source", no_wrap=True)
    for column in ("entries", "new", "relevant", "duplicates", "failed"):
        table.add_column(column, justify="right", no_wrap=True, min_width=len(column))
    table.add_column("remarks", overflow="fold")
    for run in runs:
        figures = (run.entries, run.new, run.relevant, run.duplicates, run.failed)
        red = "red" if run.problem else None
        table.add_row(run.source_id, *map(str, figures), escape(_remarks(run)), style=red)
    totals = [
        sum(getattr(run, name) for run in runs)
        for name in ("entries", "new", "relevant", "duplicates", "failed")
    ]
    table.add_section()
    changed = sum(run.changed for run in runs)
    last = f"{changed} changed" if changed else ""
    table.add_row(f"{len(runs)} sources", *map(str, totals), last, style="bold")
    return table


def _remarks(run: SourceRun) -> str:
    said = run.problem or ("not modified" if run.not_modified else "")
    return ", ".join(filter(None, (said, f"{run.changed} changed" if run.changed else "")))
