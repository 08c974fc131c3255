"""The command line's second half: what is done with stories and the database that are there already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from yuanwatch.export.kinds import Each, Format
from yuanwatch.front import Front, JsonOption, SinceOption

commands = typer.Typer()
db = typer.Typer(no_args_is_help=True, help="The database: whether it is sound, and how to mend it.")
commands.add_typer(db, name="db")


@commands.command()
def why(
    context: typer.Context,
    first: Annotated[int, typer.Argument(metavar="ID", help="a story; with a second id, an announcement")],
    second: Annotated[int | None, typer.Argument(metavar="[ID]", help="another announcement")] = None,
    json: JsonOption = False,
) -> None:
    """How a story came together; or why two announcements are one story, or are not."""
    from yuanwatch.commands.stories import why as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), first, second, as_json=json))


@commands.command()
def split(
    context: typer.Context,
    announcement: Annotated[int, typer.Argument(help="its id, as `yuanwatch why STORY` has it")],
) -> None:
    """Take an announcement out of a story it does not belong to, for good."""
    from yuanwatch.commands.stories import split as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), announcement))


@commands.command()
def join(
    context: typer.Context,
    story: Annotated[int, typer.Argument(help="id of a story")],
    into: Annotated[int, typer.Argument(help="id of the story it belongs to")],
) -> None:
    """Make two stories one; nobody is told of it again."""
    from yuanwatch.commands.stories import join as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), story, into))


@commands.command()
def stats(context: typer.Context, since: SinceOption = None, json: JsonOption = False) -> None:
    """Duplicates avoided, who tells first, and what no official source told."""
    from yuanwatch.commands.stories import stats as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), since, as_json=json))


@commands.command()
def export(
    context: typer.Context,
    form: Annotated[
        Format, typer.Option("--format", help="for programs, spreadsheets, feed readers, calendars")
    ] = Format.jsonl,
    place: Annotated[str, typer.Option(help="with what lies in it, in any language")] = "",
    topic: Annotated[str | None, typer.Option(help="digital-yuan or blockchain, in any language")] = None,
    since: SinceOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, help="how many at most; default all, in feeds 50, in calendars 500", show_default=False
        ),
    ] = None,
    each: Annotated[
        Each | None, typer.Option(help="one file for each place or topic, in a directory")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE|DIR", help="where to; default the standard output", show_default=False),
    ] = None,
) -> None:
    """Stories with facts and outlets as JSON Lines, CSV, Atom, JSON Feed, or their dates as iCalendar."""
    from yuanwatch.commands.export import Wish
    from yuanwatch.commands.export import export as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), Wish(place, topic, since, limit, form, each, output)))


@commands.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="what it is to be called; gzipped if it ends in .gz")],
) -> None:
    """Write a verified backup; the bot and crawls go on meanwhile."""
    from yuanwatch.commands.keeping import backup as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), file))


@commands.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="a file that `yuanwatch backup` has written")],
) -> None:
    """Put a backup back; what it replaces is kept beside it."""
    from yuanwatch.commands.keeping import restore as command

    front: Front = context.obj
    raise typer.Exit(command(front.config(), file))


@db.command("check")
def db_check(context: typer.Context) -> None:
    """Read the database through, count what it holds, and say what is wrong and how to mend it."""
    from yuanwatch.commands.keeping import check as command

    front: Front = context.obj
    raise typer.Exit(command(front.config()))


@db.command("repair")
def db_repair(context: typer.Context) -> None:
    """Work out anew what can be: the search index, faces and tags of stories."""
    from yuanwatch.commands.keeping import repair as command

    front: Front = context.obj
    raise typer.Exit(command(front.config()))
