"""The command line: arguments in, one command called, an exit status out.

Exit status: 0 done, 1 done in part (some sources failed) or not found, 2 it cannot start: wrong
arguments, configuration, database or a missing token.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from yuanwatch import __version__, logs
from yuanwatch.config import DEFAULT_PATH, ConfigError, secrets
from yuanwatch.front import Front, JsonOption, LimitOption, SinceOption
from yuanwatch.keeping import commands as keeping

app = typer.Typer(
    name="yuanwatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Watches what Chinese cities, provinces and ministries announce on blockchain and the digital yuan.",
)

app.add_typer(keeping)


class LogLevel(StrEnum):
    """How much is logged, to stderr."""

    debug = "DEBUG"
    info = "INFO"
    warning = "WARNING"
    error = "ERROR"


class Kind(StrEnum):
    """How a source is read."""

    feed = "feed"
    listing = "listing"
    api = "api"
    sitemap = "sitemap"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"yuanwatch {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", "-c", help="configuration file", envvar="YUANWATCH_CONFIG")
    ] = Path(DEFAULT_PATH),
    log_level: Annotated[
        LogLevel | None,
        typer.Option(
            help="what is logged to stderr; default INFO for run, WARNING elsewhere", case_sensitive=False
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="show the version")
    ] = False,
) -> None:
    """Options before the command hold for every command."""
    default = LogLevel.info if context.invoked_subcommand == "run" else LogLevel.warning
    logs.set_up(log_level or default, secrets())
    context.obj = Front(config)


@app.command()
def run(context: typer.Context) -> None:
    """The bot for real: answers, crawls what is due, delivers. Needs TELEGRAM_BOT_TOKEN."""
    from yuanwatch.commands.run import run as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), front.path))


@app.command()
def crawl(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Option(help="id of a source; may be given again")] = None,
    due: Annotated[bool, typer.Option("--due", help="only sources whose next poll is due")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and analyse, store nothing")] = False,
    json: JsonOption = False,
) -> None:
    """Crawl by hand: all sources, or those named, or those due."""
    from yuanwatch.commands.crawl import crawl as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), source or [], due=due, dry_run=dry_run, as_json=json))


@app.command()
def check(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="ids of sources")] = None,
    all_of: Annotated[
        bool, typer.Option("--all", help="every source that is not disabled, as a table (so without any ID)")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Fetch sources live, store nothing: entries, the first article, what each selector found or did not.

    Exit status 1 if any fails, so that `check --all` is fit for a daily job.
    """
    from yuanwatch.commands.check import check as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), source or [], all_of=all_of, as_json=json))


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="a page that lists announcements, or a feed")],
    kind: Annotated[
        Kind | None, typer.Option(help="only this kind, where a page offers several", case_sensitive=False)
    ] = None,
) -> None:
    """Find the feed or the list on a page, try it, and print a YAML block to append to sources/*.yaml.

    The block alone goes to stdout, what came of the try to stderr. Exit status 1 if nothing usable is found.
    """
    from yuanwatch.commands.add import add as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), url, kind.value if kind else None))


@app.command()
def latest(
    context: typer.Context,
    place: Annotated[list[str] | None, typer.Argument(help="北京, Peking, 'Xi an', Suzhou City ...")] = None,
    topic: Annotated[str | None, typer.Option(help="digital-yuan or blockchain, in any language")] = None,
    since: SinceOption = None,
    limit: LimitOption = 10,
    json: JsonOption = False,
) -> None:
    """The newest stories, of one place or of all."""
    from yuanwatch.commands.queries import latest as command

    front: Front = context.obj
    words = " ".join(place or [])
    raise typer.Exit(command(front.config(), words, topic, since, limit, as_json=json))


@app.command()
def search(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help='words, "phrases", begin*, place:Suzhou, since:30d ...')
    ] = None,
    since: Annotated[str | None, typer.Option(help="30d, 2024 or 2024-05")] = None,
    place: Annotated[str | None, typer.Option(help="in any of the three languages")] = None,
    topic: Annotated[str | None, typer.Option(help="digital-yuan or blockchain, in any language")] = None,
    kind: Annotated[str | None, typer.Option(help="plan, lottery, 规划 ...")] = None,
    source: Annotated[str | None, typer.Option(help="id or words of the publisher's name")] = None,
    lang: Annotated[str | None, typer.Option(help="zh, en or de")] = None,
    has: Annotated[str | None, typer.Option(help="amount, count, date, period, percent ...")] = None,
    sort: Annotated[str | None, typer.Option(help="newest or relevance")] = None,
    limit: LimitOption = 10,
    json: JsonOption = False,
) -> None:
    """Search titles, texts, summaries, places and organisations; options are filters as in place:Suzhou."""
    from yuanwatch.commands.found import search as command

    front: Front = context.obj
    filters = {"since": since, "place": place, "topic": topic, "kind": kind}
    filters |= {"source": source, "lang": lang, "has": has, "sort": sort}
    raise typer.Exit(command(front.config(), words or [], filters, limit, as_json=json))


@app.command()
def sources(context: typer.Context, json: JsonOption = False) -> None:
    """Every source and how it does."""
    from yuanwatch.commands.queries import sources as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), as_json=json))


@app.command()
def analyse(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="text, HTML, PDF, DOCX, or .jsonl of documents")
    ],
    json: JsonOption = False,
) -> None:
    """What the analysis makes of a document; of a .jsonl, one JSON line a document."""
    from yuanwatch.commands.analyse import analyse as command

    front: Front = context.obj
    raise typer.Exit(command(what, front.path, as_json=json))


@app.command()
def demo(
    prompt: Annotated[
        bool | None, typer.Option(help="leave a prompt to type to the bot (default: with a terminal)")
    ] = None,
) -> None:
    """The whole line on bundled sites, offline and without a token."""
    from yuanwatch.demo.show import show

    raise typer.Exit(show(prompt=sys.stdin.isatty() if prompt is None else prompt))


def main() -> None:
    """Run the command line; what cannot start is said in a sentence, with exit status 2."""
    from storage.database import DatabaseError

    try:
        app()
    except (ConfigError, DatabaseError) as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]{escape(str(error))}[/red]", highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        sys.exit(130)
