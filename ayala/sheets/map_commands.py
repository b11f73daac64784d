"""``ayala import map …``: what an office's own headings mean, kept by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase
from ayala.options import Format, Output, Quiet, noun_app, read_name, read_sign, read_text, the_office
from ayala.output.emit import emit
from ayala.output.saying import say
from ayala.output.table import Table, columns

if TYPE_CHECKING:
    from ayala.sheets.maps import Map

app = noun_app("An office's own headings: what they mean, kept by name.")

Name = Annotated[str, typer.Argument(parser=read_text, metavar="NAME", help="The name of the map.")]


def folder(ctx: typer.Context) -> Path:
    """Where the maps lie."""
    return Path(the_office(ctx).settings.value("maps")).expanduser()


@app.command("list")
def list_(ctx: typer.Context, format: Format = None, output: Output = None) -> None:
    """List the maps that are kept.

    Example: ayala import map list
    """
    from ayala.sheets import maps

    where = folder(ctx)
    kept = [maps.read(where, name) for name in maps.names(where)]
    rows = [{**_said(each), "headings": len(each.headings)} for each in kept]
    emit(
        Table("maps", columns("map", "kind", "dates", "encoding", "delimiter", "headings#"), rows),
        format=format,
        output=output,
    )


@app.command()
def show(ctx: typer.Context, name: Name, format: Format = None, output: Output = None) -> None:
    """Show what a map says of each heading.

    Example: ayala import map show turkistan
    """
    from ayala.sheets import maps

    emit(_tables(maps.read(folder(ctx), name)), format=format, output=output)


@app.command()
def save(
    ctx: typer.Context,
    name: Name,
    sheet: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="A sheet with the headings.", show_default=False),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            parser=read_text,
            metavar="HEADING=KNOWN",
            help="What one of their headings is; - leaves it out.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", metavar="KIND", help="The kind of these sheets.", show_default=False)
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(
            parser=read_name,
            metavar="dmy|mdy|ymd",
            help="The order in days like 03/04/2001.",
            show_default=False,
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            parser=read_sign,
            metavar="SIGN",
            help="The sign between the cells: one sign, or tab.",
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            parser=read_name, metavar="NAME", help="The encoding of these sheets.", show_default=False
        ),
    ] = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Keep what the headings of an office's sheets mean.

    Example: ayala import map save turkistan --from people.csv --set 'Воспитанник=full_name'

    What a map said before stays, unless it is set anew; --set 'HEADING=' takes a heading out. It is used
    by: ayala import FILE --map NAME
    """
    from dataclasses import replace

    from ayala.sheets import delimiters, encodings, maps
    from ayala.sheets.days import style_named
    from ayala.sheets.kinds import kind_named, line_of_headings
    from ayala.sheets.reader import reading

    where = folder(ctx)
    if sheet is None and not settings and not (kind or dates or delimiter or encoding):
        raise WrongUsage(
            phrase("nothing to keep"), f"ayala import map save {name} --from FILE --set 'HEADING=KNOWN'"
        )
    there = maps.path_of(where, name).exists()
    base = maps.read(where, name) if there else maps.Map(name)
    base = replace(
        base,
        kind=kind_named(kind).name if kind is not None else base.kind,
        dates=style_named(dates) or base.dates,
        encoding=encodings.named(encoding) if encoding else base.encoding,
        delimiter=delimiters.named(delimiter) if delimiter else base.delimiter,
    )
    headings = None
    if sheet is not None:
        with reading(sheet, encoding=base.encoding, delimiter=base.delimiter) as opened:
            if (line := line_of_headings(opened, base.kind, base.headings)) != opened.heading_line:
                opened.move_down(line)
            headings = opened.headings
    kept = maps.saying(base, settings or [], headings, sheet or "")
    path = maps.write(where, kept)
    emit(_tables(kept), format=format, output=output)
    say(phrase("saved: {file}", file=path))


def _said(kept: Map) -> dict[str, str | None]:
    delimiter = "tab" if kept.delimiter == "\t" else kept.delimiter
    return {
        "map": kept.name,
        "kind": kept.kind,
        "dates": kept.dates,
        "encoding": kept.encoding,
        "delimiter": delimiter,
    }


def _tables(kept: Map) -> list[Table]:
    rows = [{"heading": theirs, "known": known} for theirs, known in kept.headings.items()]
    return [
        Table("map", columns("map", "kind", "dates", "encoding", "delimiter"), [_said(kept)], upright=True),
        Table("headings", columns("heading", "known"), rows),
    ]
