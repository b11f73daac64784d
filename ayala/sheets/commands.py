"""``ayala import`` and ``ayala export``."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ayala.errors import RowsRejected, WrongUsage
from ayala.options import (
    DryRun,
    Format,
    Job,
    Once,
    Output,
    Quiet,
    Reason,
    Unmask,
    read_name,
    reason_given,
    said,
    the_office,
    unmasking,
)
from ayala.output.emit import choose_format, emit, ready
from ayala.output.saying import complain, say
from ayala.output.table import Table, columns
from ayala.watch import runs

if TYPE_CHECKING:
    from ayala.sheets.taking import Taken


def _encoding(text: str) -> str:
    from ayala.sheets.encodings import named

    return named(text)


def _sign(text: str) -> str:
    from ayala.sheets.delimiters import named

    return named(text)


def import_(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Sheets; - is stdin.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="The kind of the sheets, if headings do not tell.",
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            parser=_encoding,
            metavar="NAME",
            help="The encoding of the sheets, if not told by Ayala.",
            show_default=False,
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            parser=_sign,
            metavar="SIGN",
            help="The sign between the cells: one sign, or tab.",
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            parser=read_name,
            metavar="NAME",
            help="The sheet of a workbook, by name or number.",
            show_default=False,
        ),
    ] = None,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Take the good rows even if some are rejected.")
    ] = False,
    rejects: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Rejected rows go here, each with its problem.", show_default=False
        ),
    ] = None,
    dry_run: DryRun = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Take in sheets: all of them, or nothing.

    Example: ayala import graduates.csv appeals.csv --dry-run

    The kind of each sheet is told by its headings; files are taken in the order of dependence, in
    one transaction. Every problem of every row is said as file:line: column: what is wrong. The same
    file twice changes nothing.
    """
    from ayala.sheets.kinds import kind_named
    from ayala.sheets.taking import How, take_in

    office = the_office(ctx)
    ready(format=format, output=output)
    if rejects:
        ready(format="csv", output=rejects)
    for target in (rejects, output):
        if target and Path(target).exists() and any(_is_same(target, name) for name in files):
            raise WrongUsage(f"{target} is one of the sheets to take in and would be lost")
    if kind is not None:
        kind_named(kind)
    taken: list[Taken] = []
    label = "import " + " ".join(Path(name).name for name in files)
    stopped = None
    try:
        for attempt in office.change(label, reason=reason, dry_run=dry_run):
            with attempt as records, _Progress(quiet) as progress:
                taken = take_in(
                    records,
                    list(dict.fromkeys(files)),
                    kind=kind,
                    tell=complain,
                    progress=progress.add,
                    how=How(encoding, sheet, delimiter),
                )
                if not all(file.is_whole for file in taken) and not keep_good:
                    raise RowsRejected(f"nothing imported: {_wrong(taken)}", _again(files, rejects))
    except RowsRejected as error:
        stopped = error
    if rejects:
        _write_rejects(taken, rejects)
    keys = ["read#", "added#", "updated#", "same#", "rejected#", "warned#"]
    if choose_format(format, output) in ("csv", "json"):
        keys.append("encoding")  # people are told on stderr, where it is not UTF-8
    emit(
        Table("import", columns("file", "kind", *keys), [vars(file) for file in taken]),
        format=format,
        output=output,
    )
    if stopped:
        raise stopped
    said(office)
    if dry_run:
        say("dry run: nothing was changed")
    if not all(file.is_whole for file in taken):
        raise RowsRejected(f"{_wrong(taken)}; the good rows are saved" if not dry_run else _wrong(taken))


def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="One CSV a kind is written here.")],
    unmask: Unmask = False,
    reason: Reason = None,
    once: Once = None,
    job: Job = None,
    format: Format = None,
    quiet: Quiet = False,
) -> None:
    """Write all records as sheets, for exchange.

    Example: ayala export sheets --unmask --reason "yearly exchange with the region"

    Personal numbers and phones are masked unless --unmask is given, which is recorded. The full
    copy of an office is its backup, not this.
    """
    from ayala.sheets.giving import give_out

    office = the_office(ctx)
    why = reason_given(reason, "--unmask") if unmask else None

    def work() -> int:
        shown = unmasking(office, "export", unmask, why)
        blocked = office.blocked()
        written = give_out(office.ask, folder, unmask=shown, without=blocked)
        rows = [{"file": file, "kind": kind, "records": count} for file, kind, count in written]
        emit(Table("export", columns("file", "kind", "records#"), rows), format=format)
        if blocked:
            say(f"left out, since their data are blocked: {', '.join(sorted(blocked))}")
        return sum(count for _, _, count in written)

    runs.once(ctx, once, job, work)


def _is_same(target: str, name: str) -> bool:
    return name != "-" and Path(name).exists() and Path(target).samefile(name)


def _wrong(taken: list[Taken]) -> str:
    refused = [file.file for file in taken if file.refused]
    rejected = sum(file.rejected for file in taken)
    read = sum(file.read for file in taken)
    parts = [f"{rejected} of {read} rows are rejected"] if rejected else []
    parts += [f"{', '.join(refused)} could not be taken"] if refused else []
    return " and ".join(parts)


def _again(files: list[str], rejects: str | None) -> str:
    kept = f" --rejects {rejects}" if rejects else " --rejects bad.csv"
    return f"mend the rows, or: ayala import {' '.join(files)} --keep-good{kept}"


def _write_rejects(taken: list[Taken], name: str) -> None:
    """The rejected rows with their problems; a file for each sheet if several had some."""
    import csv

    from ayala.output.emit import replacing

    having = [file for file in taken if file.rejects]
    if not having and Path(name).exists():
        say(f"no rows are rejected; {name} is as it was")
    written: set[Path] = set()
    for file in having:
        path = Path(name)
        if len(having) > 1:
            stem = f"{path.stem}-{Path(file.file).stem}"
            path = path.with_name(f"{stem}{path.suffix}")
            if path in written:
                path = path.with_name(f"{stem}-{len(written) + 1}{path.suffix}")
            written.add(path)
            say(f"rejected rows of {file.file}: {path}")
        with replacing(path) as stream:
            stream.write("\ufeff")
            csv.writer(stream, delimiter=file.delimiter, lineterminator="\n").writerows(_mendable(file))


def _mendable(file: Taken) -> Iterator[list[str]]:
    """The rejected rows with their problems, under the sheet's own headings, ready to be mended.

    Where rows like a rejected one came in, ``occurrence`` says the how-manieth of them it is: by itself
    in a file of its own it would be taken for the first.
    """
    seen = Counter(file.alike)
    nth: list[str] = []
    for reject in file.rejects:
        seen[reject.alike or ()] += 1
        known = reject.alike is not None and file.alike[reject.alike]
        nth.append(str(seen[reject.alike]) if reject.alike and known else "")
    added = ["problem", *(["occurrence"] if any(nth) else [])]
    kept = [i for i, heading in enumerate(file.headings) if heading not in added]
    yield [*(file.headings[i] for i in kept), *added]
    for reject, which in zip(file.rejects, nth, strict=True):
        cells = reject.cells + [""] * len(file.headings)
        yield [*(cells[i] for i in kept), reject.problem, *([which] if any(nth) else [])]


class _Progress:
    """Rows taken in so far with their speed, on a terminal's stderr and after the first second only."""

    def __init__(self, quiet: bool) -> None:
        self.wanted = sys.stderr.isatty() and not quiet
        self.began = time.monotonic()
        self.rows = 0
        self.bar: Any = None

    def __enter__(self) -> _Progress:
        return self

    def add(self, rows: int) -> None:
        self.rows += rows
        if not self.wanted or time.monotonic() - self.began < 1:
            return
        if self.bar is None:
            self.bar = _bar()
            self.bar.start()
            self.task = self.bar.add_task("", total=None)
        speed = self.rows / (time.monotonic() - self.began)
        self.bar.update(self.task, description=f"{self.rows} rows, {speed:.0f} a second")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
