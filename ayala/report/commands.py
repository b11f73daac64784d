"""``ayala report …``: the reports, any count by any keys, and all reports into one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ayala.dates import Span, year_of
from ayala.errors import WrongUsage
from ayala.language.catalogue import codes
from ayala.language.phrases import phrase
from ayala.options import (
    AsOf,
    Format,
    Job,
    Once,
    Output,
    Quiet,
    SpanArgument,
    coded,
    named,
    noun_app,
    read_span,
    the_office,
)
from ayala.output.emit import ENDINGS, choose_format, emit
from ayala.output.table import Table, columns
from ayala.report import asked, counting
from ayala.watch import runs

app = noun_app("Summary tables: the reports, and any count.")

By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="KEY[,KEY]", help="Count by these instead of the report.", show_default=False
    ),
]
Keys = Annotated[
    str | None, typer.Option("--by", metavar="KEY[,KEY]", help="What to count by.", show_default=False)
]
Compare = Annotated[
    str | None,
    typer.Option(
        "--compare", metavar="SPAN", help="Another span beside, or year-before.", show_default=False
    ),
]
Region = Annotated[str | None, coded("region", "Only this region.")]
Building = Annotated[str | None, named("Only this building.", "--building")]
Explain = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--explain",
        metavar="ROW COLUMN",
        help="The records behind one figure: its line, and its column.",
        show_default=False,
    ),
]
InTable = Annotated[
    str | None, named("With --explain: the table, where several have such a figure.", "--table")
]


def standing_day(span: Span, as_of: date | None, today: date) -> date:
    """The day things are counted on: the one asked for, else the span's last day or today, the earlier."""
    return as_of or min(span.end, today)


def _compared(span: Span, typed: str | None) -> Span | None:
    """The span of ``--compare``."""
    if typed is None:
        return None
    return span.year_before() if typed in ("year-before", "year_before") else read_span(typed)


def _report(ctx: typer.Context, name: str) -> None:
    """Make a report as the options of the command ask, write it, and let cron's ledger know.

    What all reports share is read from the parsed options of the command, so that a new option has one
    place: ``span region building as_of compare explain table once job format output``.
    """
    office, given = the_office(ctx), ctx.params
    span: Span = given["span"] or year_of(office.today)
    day = standing_day(span, given["as_of"], office.today)
    other = _compared(span, given["compare"])
    choose_format(given["format"], given["output"])
    _check_explain(given)

    def work() -> int:
        building = _known_building(office, given.get("building"))
        wanted = asked.Asked(span, day, given["region"], building)
        tables = tables_of(office.ask, name, wanted, other, office.today)
        return _deliver(tables, about(name, wanted, tables, other), given)

    runs.once(ctx, given["once"], given["job"], work)


def tables_of(ask: Any, name: str, wanted: asked.Asked, other: Span | None, today: date) -> list[Table]:
    """The tables of a report, with those of another span laid beside if there is one."""
    tables = asked.tables_of(name)(ask, wanted)
    if other is not None:
        from ayala.report.comparing import beside

        then = replace(wanted, span=other, as_of=standing_day(other, None, today))
        untied = asked.untied_of(name)
        tables = beside(tables, asked.tables_of(name)(ask, then), wanted.span, other, untied)
    for table in tables:
        table.rows = list(table.rows)
        table.on = table.on or wanted.as_of
    return tables


def about(name: str, wanted: asked.Asked, tables: list[Table], other: Span | None) -> Table:
    """The table that a report carries about itself: its days, what it is narrowed to, its fingerprint."""
    from ayala.report import figures

    return figures.about(name, wanted, tables, other)


def _check_explain(given: Mapping[str, Any]) -> None:
    if given["table"] is not None and given["explain"] is None:
        raise WrongUsage(phrase("--table goes with --explain"), "--explain ROW COLUMN")


def _deliver(tables: list[Table], about: Table, given: Mapping[str, Any], *, single: bool = False) -> int:
    """Write the report, or the records behind the figure that ``--explain`` names; how many rows it has."""
    format, output = given["format"], given["output"]
    if given["explain"] is not None:
        from ayala.report.explaining import explained

        row, column = given["explain"]
        found = explained(tables, row, column, given["table"])
        found.rows = list(found.rows)
        emit(found, format=format, output=output)
        return len(found.rows)
    if single and choose_format(format, output) in ("json", "csv"):
        emit(tables[0], format=format, output=output)  # a list of rows has no place for more
    else:
        emit([*tables, about], format=format, output=output)
    return sum(len(list(table.rows)) for table in tables)


def _known_building(office: Any, typed: str | None) -> str | None:
    """The code of the building that was typed; NoSuchRecord if there is none."""
    if typed is None:
        return None
    from ayala.dormitory.reading import place

    return str(place(office.ask, typed, most=1)[0])


def _count(ctx: typer.Context, noun: str, *, mentions: bool = False, **filters: str | None) -> None:
    """Count a noun by the keys of ``--by``, as the options of the command ask."""
    office, given = the_office(ctx), ctx.params
    counted = counting.COUNTED[noun]
    span: Span | None = given["span"] or (year_of(office.today) if counted.spanned else None)
    base = span or year_of(office.today)
    other = _compared(base, given["compare"])
    day = standing_day(base, given["as_of"], office.today)
    keys = [key.strip() for key in (given["by"] or counted.default).split(",") if key.strip()]
    choose_format(given["format"], given["output"])
    _check_explain(given)

    def work() -> int:
        building = _known_building(office, filters.get("building"))
        table = counting.count(
            office.ask,
            noun,
            by=list(dict.fromkeys(keys)),
            span=None if noun == "dormitory" else span,
            as_of=day,
            compare=other,
            filters={**filters, "building": building} if building else filters,
            mentions=mentions,
        )
        table.rows = list(table.rows)
        wanted = asked.Asked(base, day, filters.get("region"), building)
        return _deliver([table], about(noun, wanted, [table], other), given, single=True)

    runs.once(ctx, given["once"], given["job"], work)


# The options of a command are its signature; what is done with those that all share stands in _report and
# _count, which read them from the context.


@app.command()
def summary(
    ctx: typer.Context,
    span: SpanArgument = None,
    region: Region = None,
    building: Building = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Print the briefing: all tables of a span in one command.

    Example: ayala report summary 2026-q3 --format markdown --output briefing.md
    """
    _report(ctx, "summary")


@app.command()
def appeals(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    topic: Annotated[str | None, coded("topic", "Only this topic.")] = None,
    channel: Annotated[str | None, coded("channel", "Only this channel.")] = None,
    status: Annotated[str | None, coded("status", "Only this status.")] = None,
    mentions: Annotated[
        bool, typer.Option("--mentions", help="An appeal once for each of its topics.")
    ] = False,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Appeals of a span: topics, regions, months, answers, what is late or refused.

    Example: ayala report appeals 2026 --region 75 --compare year-before

    With --by they are counted by its keys instead: topic, region, month, quarter, year, channel, status,
    decision, assignee, kind; so they are with --topic, --channel, --status or --mentions. An appeal counts
    once, by its main topic, unless --mentions is given.
    """
    filters = {"topic": topic, "channel": channel, "status": status}
    if by or mentions or any(filters.values()):
        _count(ctx, "appeals", mentions=mentions, region=region, **filters)
    else:
        _report(ctx, "appeals")


@app.command()
def services(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    kind: Annotated[str | None, coded("kind", "Only this kind.")] = None,
    mode: Annotated[str | None, coded("mode", "Only this mode.")] = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Services of a span: kinds, modes, months, sessions, who provides how many.

    Example: ayala report services 2026 --by kind,mode

    With --by they are counted by its keys instead: kind, mode, region, month, quarter, year, provider; so
    they are with --kind or --mode. One attendance is one service.
    """
    if by or kind or mode:
        _count(ctx, "services", region=region, kind=kind, mode=mode)
    else:
        _report(ctx, "services")


@app.command()
def graduates(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: Keys = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count graduates on record, or those registered in a span.

    Example: ayala report graduates --by region,sex

    Keys: region, sex, institution, care_status, year, month, quarter, birth_year. The archive is
    left out.
    """
    _count(ctx, "graduates", region=region)


@app.command()
def dormitory(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    building: Building = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """The Youth House: how full it is and was, ages, who left, beds to come free.

    Example: ayala report dormitory 2026 --building ZU-1

    With --by residents are counted on a day, the span's last or --as-of: building, floor, sex, region,
    birth_year.
    """
    if by:
        _count(ctx, "dormitory", region=region, building=building)
    else:
        _report(ctx, "dormitory")


@app.command()
def housing(
    ctx: typer.Context,
    span: SpanArgument = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """The housing queue and the apartments granted: waiting time, positions.

    Example: ayala report housing 2026 --region 61

    Positions are those that the akimat or the bank reported; Ayala computes none.
    """
    _report(ctx, "housing")


@app.command()
def apartments(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: Keys = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count apartments granted in a span.

    Example: ayala report apartments 2026 --by region --compare year-before

    Keys: year, month, quarter, region, tenure, rooms.
    """
    _count(ctx, "apartments", region=region)


@app.command()
def work(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Work: places and people by partner, placements, and who stayed at work.

    Example: ayala report work 2026

    With --by placements that began in the span are counted: partner_kind, partner, region, sex, year,
    month, quarter, end_reason.
    """
    if by:
        _count(ctx, "work", region=region)
    else:
        _report(ctx, "work")


@app.command()
def regions(
    ctx: typer.Context,
    span: SpanArgument = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    explain: Explain = None,
    table: InTable = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """The regions side by side; with --region, one page on that region.

    Example: ayala report regions 2026 --region 75 --format html --output almaty.html
    """
    _report(ctx, "regions")


@app.command("all")
def all_(
    ctx: typer.Context,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="The folder, replaced as a whole; {date} is the day."
        ),
    ],
    span: SpanArgument = None,
    region: Region = None,
    building: Building = None,
    compare: Compare = None,
    as_of: AsOf = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    quiet: Quiet = False,
) -> None:
    """All reports into one folder, a file each, and a page for each region.

    Example: ayala report all 2026-q3 --output reports --format xlsx

    All of them are of one moment, so their figures agree. The folder is replaced as a whole, or stays as
    it was; one that holds other files is refused. Without --region there is a page for every region
    that has records.
    """
    from ayala.output.emit import dated
    from ayala.output.folders import replacing_folder

    office = the_office(ctx)
    chosen = span or year_of(office.today)
    day = standing_day(chosen, as_of, office.today)
    other = _compared(chosen, compare)
    if not output:
        raise WrongUsage(phrase("--output names no file"), "--output FOLDER")
    ending = ENDINGS[choose_format(format, None)]
    names = [*asked.REPORTS, *(f"region-{code}" for code in codes("region"))]
    files = {f"{name}{end}" for name in names for end in ENDINGS.values()}

    def work() -> int:
        wanted = asked.Asked(chosen, day, region, _known_building(office, building))
        rows = 0
        target = Path(str(dated(output)))
        with replacing_folder(target, files) as into:
            for name in asked.REPORTS:
                rows += _write(office, name, wanted, other, into / f"{name}{ending}", format)
            for row in office.ask.rows("report", "regions") if region is None else ():
                page = replace(wanted, region=row["region"])
                file = into / f"region-{row['region']}{ending}"
                rows += _write(office, "regions", page, other, file, format)
        return rows

    runs.once(ctx, once, job, work)


def _write(
    office: Any, name: str, wanted: asked.Asked, other: Span | None, file: Path, format: str | None
) -> int:
    """Write one report into the folder; how many rows it has."""
    tables = tables_of(office.ask, name, wanted, other, office.today)
    emit([*tables, about(name, wanted, tables, other)], format=format, output=str(file))
    return sum(len(list(table.rows)) for table in tables)


@app.command()
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A report in JSON.")],
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Ask a report again for the same days; name the figures that changed.

    Example: ayala report verify briefing-2025.json

    Exit code 1 when something is found: records of those days were changed since, or the file was.
    """
    from ayala.report.verifying import differences

    office = the_office(ctx)

    def make(name: str, wanted: asked.Asked, other: Span | None) -> list[Table]:
        return tables_of(office.ask, name, wanted, other, office.today)

    rows = list(differences(file, make))
    emit(
        Table("changed_figures", columns("table", "line", "column", "was", "now"), rows),
        format=format,
        output=output,
    )
    if rows:
        raise typer.Exit(1)
