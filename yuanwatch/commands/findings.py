"""A checked source as words for a person: its entries, its first article, what each step found."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.types import Article
from crawler.checking.types import Checked, Finding

_FIRST = 5
_TEXT = 300
_MARKS = {"ok": "[green]ok[/green]", "warning": "[yellow]look[/yellow]", "failed": "[red]FAILED[/red]"}


def report(console: Console, one: Checked, zone: ZoneInfo) -> None:
    """Print what a check found; times in the zone of the source."""
    style = "green" if one.ok else "red"
    console.print(
        f"[bold]{escape(one.source_id)}[/bold]  [{style}]{one.status}[/{style}]  {len(one.entries)} entries, "
        f"{one.dated} with a date",
        highlight=False,
    )
    if one.problem:
        console.print(f"[red]{escape(one.problem)}[/red]", highlight=False)
    for entry in one.entries[:_FIRST]:
        title = escape(entry.title or "(no title)")
        console.print(f"  {_when(entry.published, zone)}  {title}", highlight=False)
        console.print(f"  {'':16}  [blue]{escape(entry.url)}[/blue]", highlight=False, soft_wrap=True)
    if (more := len(one.entries) - _FIRST) > 0:
        console.print(f"  {'':16}  … and {more} more", highlight=False)
    if one.article is not None:
        _article(console, one.article, zone)
    if one.findings:
        console.print(_steps(one.findings))
    console.print()


def short(one: Checked) -> str:
    """What is wrong with a checked source, on one line; what something else stood in for comes last."""
    failed, said = one.steps("failed"), one.problem or ""
    named = [step for step in failed if step not in said and step not in ("list", "article", "expect")]
    parts = [said, ", ".join(named)]
    if looks := one.steps("warning"):
        parts.append(f"look at {', '.join(looks)}")
    return "; ".join(part for part in parts if part)


def _article(console: Console, article: Article, zone: ZoneInfo) -> None:
    console.print("the first article", style="bold")
    console.print(f"  {_when(article.published, zone)}  {escape(article.title)}", highlight=False)
    text = article.text if len(article.text) <= _TEXT else article.text[:_TEXT] + "…"
    for line in text.splitlines():
        console.print(f"  [dim]│[/dim] {escape(line)}", highlight=False)
    console.print(f"  [dim]{len(article.text)} characters[/dim]", highlight=False)
    for file in article.attachments:
        console.print(
            f"  {file.media}: {escape(file.title)}  [blue]{escape(file.url)}[/blue]", highlight=False
        )


def _steps(findings: tuple[Finding, ...]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, min_width=6)
    table.add_column(overflow="fold", style="bold")
    table.add_column(overflow="fold")
    places = {one.where for one in findings if one.step.startswith("list")}
    for one in findings:
        where = f"  ({one.where})" if len(places) > 1 and one.step in ("list", "list.item") else ""
        advice = f"\n[yellow]{escape(one.advice)}[/yellow]" if one.advice else ""
        table.add_row(_MARKS[one.verdict], escape(one.step), escape(one.found + where) + advice)
    return table


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "no date         "
