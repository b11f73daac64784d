"""``ayala demo``: make the invented office, print its briefing, say what to try next."""

from __future__ import annotations

import shlex
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ayala.dates import Span
from ayala.errors import DatabaseForeign, DatabaseProblem
from ayala.language.phrases import phrase
from ayala.office import Office
from ayala.options import Format, Output, Quiet, the_office
from ayala.output.emit import emit
from ayala.output.saying import say
from ayala.paths import typed_path
from ayala.report import summaries
from ayala.report.asked import Asked
from ayala.settings import Settings, data_folder

YEAR = Span(date(2019, 1, 1), date(2019, 12, 31))


def demo(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Where to make it.", show_default="demo.db in your data folder"),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make it anew, without what was tried in it.")
    ] = False,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Try Ayala on an invented case-load.

    Example: ayala demo

    The database of the demo is its own; the office's is never touched. The totals are those of the
    2019 briefing in Almaty, everything else is invented.
    """
    path = typed_path(file or data_folder() / "demo.db")
    office = _demo_office(the_office(ctx), path)
    if fresh and path.exists():
        _must_be_demo(office, path)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    if not path.exists():
        say(
            phrase(
                "making the demo: 2400 invented people and what was done for them in 2018 and 2019 …",
            )
        )
        _fill(office)
    else:
        _must_be_demo(office, path)
    say(
        phrase(
            "All people here are invented, and so are the split of the other 600 appeals, "
            "the services and 2018.",
        )
    )
    say(
        phrase(
            "Of the 2019 briefing are: 1289 appeals, 689 on housing, 61 apartments, 190 "
            "residents (80 + 110).",
        )
    )
    emit(summaries.tables(office.ask, Asked(YEAR, YEAR.end)), format=format, output=output)
    someone = office.ask.value("report", "someone_with_much")
    office.close()
    where = f"ayala --database {shlex.quote(str(path))}"
    say(phrase("Try next:"))
    say(f"  {where} graduate show {someone}")
    say(f"  {where} report appeals 2019 --by region --topic housing --compare 2018")
    say(f"  {where} dormitory map ZU-1")


def _demo_office(office: Office, path: Path) -> Office:
    options = {**office.settings.options, "database": str(path), "user": "demo"}
    return Office(Settings(options, office.settings.environ))


def _must_be_demo(office: Office, path: Path) -> None:
    """Leave a database alone that was not made by this command."""
    try:
        first = office.ask.value("report", "first_command")
    except DatabaseProblem as error:
        raise DatabaseForeign(
            f"{error}",
            phrase("{command}; {file} is left alone", command="ayala demo --file ANOTHER", file=path),
        ) from None
    finally:
        office.close()
    if first != "demo":
        raise DatabaseForeign(
            phrase("{file} is no demo and is left alone", file=path), "ayala demo --file ANOTHER"
        )


def _fill(office: Office) -> None:
    from ayala.demo.case_load import write_sheets
    from ayala.sheets.taking import take_in

    path = office.address.path
    assert path is not None
    office.make()
    try:
        with tempfile.TemporaryDirectory(prefix="ayala-demo-") as folder:
            sheets = write_sheets(Path(folder))
            for attempt in office.change("demo"):
                with attempt as records:
                    taken = take_in(records, sheets, tell=lambda _: None)
                    assert all(file.is_whole for file in taken)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
