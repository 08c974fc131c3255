"""`yuanwatch check`: sources are fetched live and nothing is stored; what every step found is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.check import check as check_sources
from crawler.checking.types import Checked
from crawler.config import SourceConfig
from yuanwatch.commands.bar import Bar
from yuanwatch.commands.findings import report, short
from yuanwatch.commands.queries import dump
from yuanwatch.config import Config
from yuanwatch.lock import Held
from yuanwatch.wiring import alone, now, remembered_hosts


def check(config: Config, source_ids: Sequence[str], *, all_of: bool, as_json: bool) -> int:
    """Check the sources named, or all that are read. Returns 0, 1 if one fails, 2 if it cannot start."""
    unknown = sorted(set(source_ids) - {source.id for source in config.sources})
    if unknown:
        print(f"No source has the id {', '.join(unknown)}. `yuanwatch sources` lists them.", file=sys.stderr)
        return 2
    if all_of and source_ids:
        print("Name sources, or say --all: not both.", file=sys.stderr)
        return 2
    chosen = _chosen(config, source_ids)
    if not chosen:
        print("The configuration names no sources that are read: add one under `sources`.", file=sys.stderr)
        return 2
    try:
        with alone(config), Bar("checking", "checked", hidden=as_json) as bar:
            hosts = remembered_hosts(config, config.sources)
            checked = check_sources(config.crawler(), chosen, hosts, progress=bar.step, clock=now)
    except Held:
        print("A crawl has been under way for too long; wait for its end.", file=sys.stderr)
        return 2
    _show(checked, config, brief=not source_ids, as_json=as_json)
    failing = sum(not one.ok for one in checked)
    if failing:
        print(f"{failing} of {len(checked)} sources failed.", file=sys.stderr)
    return int(failing > 0)


def _chosen(config: Config, source_ids: Sequence[str]) -> list[SourceConfig]:
    if source_ids:
        return [source for source in config.sources if source.id in source_ids]
    return [source for source in config.sources if source.disabled is None]


def _show(checked: Sequence[Checked], config: Config, *, brief: bool, as_json: bool) -> None:
    zones = {source.id: ZoneInfo(source.timezone) for source in config.sources}
    if as_json:
        dump([_record(one) for one in checked], ZoneInfo(config.telegram.timezone))
        return
    console = Console()
    if brief:
        console.print(_table(checked))
        return
    for one in checked:
        report(console, one, zones[one.source_id])


def _table(checked: Sequence[Checked]) -> Table:
    table = Table(header_style="bold", pad_edge=False)
    table.add_column("source", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for column in ("entries", "dated"):
        table.add_column(column, justify="right", no_wrap=True, min_width=len(column))
    table.add_column("article", no_wrap=True, min_width=7)
    table.add_column("what failed", overflow="fold")
    for one in checked:
        article = "read" if one.article else "failed" if one.article_problem else "none"
        figures = (str(len(one.entries)), str(one.dated))
        remark = escape(short(one))
        table.add_row(
            *(one.source_id, one.status, *figures, article, remark), style=None if one.ok else "red"
        )
    table.add_section()
    fine = sum(one.ok for one in checked)
    total, dated = sum(len(one.entries) for one in checked), sum(one.dated for one in checked)
    table.add_row(f"{fine} of {len(checked)}", "fine", str(total), str(dated), "", "", style="bold")
    return table


def _record(one: Checked) -> dict[str, Any]:
    article = one.article
    return {
        "id": one.source_id,
        "ok": one.ok,
        "state": one.status,
        "problem": one.problem,
        "entries": [
            {"title": entry.title, "url": entry.url, "published": entry.published} for entry in one.entries
        ],
        "dated": one.dated,
        "article": None
        if article is None
        else {
            "url": article.url,
            "title": article.title,
            "published": article.published,
            "text": article.text,
            "attachments": [
                {"title": file.title, "url": file.url, "media": file.media} for file in article.attachments
            ],
        },
        "article_problem": one.article_problem,
        "findings": [
            {name: getattr(finding, name) for name in ("step", "verdict", "found", "advice", "where")}
            for finding in one.findings
        ],
    }
