"""``ayala report …``: the briefing, and any count by any keys."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ayala.dates import Span, year_of
from ayala.options import (
    AsOf,
    Format,
    Job,
    Once,
    Output,
    Quiet,
    SpanArgument,
    coded,
    noun_app,
    read_span,
    the_office,
)
from ayala.output.emit import choose_format, emit
from ayala.output.table import Table
from ayala.report import counting, summaries
from ayala.watch import runs

app = noun_app("Summary tables: the briefing and any count.")

By = Annotated[
    str | None, typer.Option("--by", metavar="KEY[,KEY]", help="What to count by.", show_default=False)
]
Compare = Annotated[
    str | None,
    typer.Option(
        "--compare", metavar="SPAN", help="Another span beside, or year-before.", show_default=False
    ),
]
Region = Annotated[str | None, coded("region", "Only this region.")]


def standing_day(span: Span, as_of: date | None, today: date) -> date:
    """The day things are counted on: the one asked for, else the span's last day or today, the earlier."""
    return as_of or min(span.end, today)


@app.command()
def summary(
    ctx: typer.Context,
    span: SpanArgument = None,
    as_of: AsOf = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Print the briefing: all tables of a span in one command.

    Example: ayala report summary 2026-q3 --format markdown --output briefing.md
    """
    office = the_office(ctx)
    chosen = span or year_of(office.today)
    day = standing_day(chosen, as_of, office.today)
    choose_format(format, output)

    def work() -> int:
        tables = summaries.summary(office.ask, chosen, day)
        return _given(tables, tables, format, output)

    runs.once(ctx, once, job, work)


def _given(answer: Table | list[Table], tables: list[Table], format: str | None, output: str | None) -> int:
    """Write the answer; how many rows it has."""
    for table in tables:
        table.rows = list(table.rows)
    emit(answer, format=format, output=output)
    return sum(len(list(table.rows)) for table in tables)


def _count(
    ctx: typer.Context,
    noun: str,
    span: Span | None,
    by: str | None,
    compare: str | None,
    as_of: date | None,
    once: str | None,
    job: str | None,
    format: str | None,
    output: str | None,
    *,
    mentions: bool = False,
    **filters: str | None,
) -> None:
    office = the_office(ctx)
    counted = counting.COUNTED[noun]
    chosen = span or (year_of(office.today) if counted.spanned else None)
    base = chosen or year_of(office.today)
    other = None
    if compare is not None:
        other = base.year_before() if compare in ("year-before", "year_before") else read_span(compare)
    day = standing_day(base, as_of, office.today)
    keys = [key.strip() for key in (by or counted.default).split(",") if key.strip()]
    choose_format(format, output)

    def work() -> int:
        table = counting.count(
            office.ask,
            noun,
            by=list(dict.fromkeys(keys)),
            span=None if noun == "dormitory" else chosen,
            as_of=day,
            compare=other,
            filters=filters,
            mentions=mentions,
        )
        return _given(table, [table], format, output)

    runs.once(ctx, once, job, work)


@app.command()
def appeals(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    topic: Annotated[str | None, coded("topic", "Only this topic.")] = None,
    channel: Annotated[str | None, coded("channel", "Only this channel.")] = None,
    status: Annotated[str | None, coded("status", "Only this status.")] = None,
    compare: Compare = None,
    mentions: Annotated[
        bool, typer.Option("--mentions", help="An appeal once for each of its topics.")
    ] = False,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count appeals received in a span.

    Example: ayala report appeals 2026 --by region --topic housing --compare 2025

    Keys: topic, region, month, quarter, year, channel, status, decision, assignee, kind. An appeal
    counts once, by its main topic, unless --mentions is given.
    """
    filters = {"region": region, "topic": topic, "channel": channel, "status": status}
    _count(ctx, "appeals", span, by, compare, None, once, job, format, output, mentions=mentions, **filters)


@app.command()
def services(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    kind: Annotated[str | None, coded("kind", "Only this kind.")] = None,
    mode: Annotated[str | None, coded("mode", "Only this mode.")] = None,
    compare: Compare = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count services provided in a span; one attendance is one service.

    Example: ayala report services 2026 --by kind,mode

    Keys: kind, mode, region, month, quarter, year, provider.
    """
    _count(
        ctx,
        "services",
        span,
        by,
        compare,
        None,
        once,
        job,
        format,
        output,
        region=region,
        kind=kind,
        mode=mode,
    )


@app.command()
def graduates(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
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
    _count(ctx, "graduates", span, by, compare, as_of, once, job, format, output, region=region)


@app.command()
def dormitory(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    compare: Compare = None,
    as_of: AsOf = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count residents on a day: the span's last, or --as-of.

    Example: ayala report dormitory --by building,sex

    Keys: building, floor, sex, region, birth_year.
    """
    _count(ctx, "dormitory", span, by, compare, as_of, once, job, format, output, region=region)


@app.command()
def apartments(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    compare: Compare = None,
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
    _count(ctx, "apartments", span, by, compare, None, once, job, format, output, region=region)


@app.command()
def work(
    ctx: typer.Context,
    span: SpanArgument = None,
    by: By = None,
    region: Region = None,
    compare: Compare = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Count placements that began in a span.

    Example: ayala report work 2026 --by partner_kind,month

    Keys: partner_kind, partner, region, sex, year, month, quarter, end_reason.
    """
    _count(ctx, "work", span, by, compare, None, once, job, format, output, region=region)
