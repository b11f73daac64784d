"""``ayala import`` and ``ayala export``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ayala.errors import RowsRejected, SheetDoubted, SheetNotReadable, WrongUsage
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.options import (
    DryRun,
    Format,
    Job,
    Once,
    Output,
    Quiet,
    Reason,
    Unmask,
    coded,
    dated,
    read_name,
    read_sign,
    reason_given,
    said,
    the_office,
    unmasking,
    worded,
)
from ayala.output.emit import choose_format, emit, ready
from ayala.output.harmless import shortened
from ayala.output.saying import complain, say
from ayala.output.table import Table, columns
from ayala.sheets.map_commands import folder as maps_folder
from ayala.watch import runs

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.sheets.plans import Plan
    from ayala.sheets.taking import Taken
    from ayala.sheets.wanted import Wanted


def read_guard(text: str) -> str:
    """The name of a guard."""
    from ayala.sheets.guards import shipped

    if text not in shipped():
        raise typer.BadParameter(
            phrase("'{typed}' is none of: {known}", typed=shortened(text), known=", ".join(shipped()))
        )
    return text


def _encoding(text: str) -> str:
    from ayala.sheets.encodings import named

    return named(text)


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Sheets; - is stdin.", show_default=False)
    ] = None,
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
            parser=read_sign,
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
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="FILE",
            help="Change nothing; show and keep what would be done.",
            show_default=False,
        ),
    ] = None,
    apply: Annotated[
        str | None,
        typer.Option("--apply", metavar="FILE", help="Do exactly what this plan says.", show_default=False),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            parser=read_guard,
            metavar="GUARD",
            help="Let a guard pass: many-rejected, many-updated or shifted.",
            show_default=False,
        ),
    ] = None,
    full_list: Annotated[
        bool, typer.Option("--full-list", help="List what is on record and not in the sheets.")
    ] = False,
    registrar: Annotated[
        str | None, coded("registrar", "Where rows name none: of the queue's registrar.", "--registrar")
    ] = None,
    on: Annotated[date | None, dated("Where rows name none: the day of the positions.", "--on")] = None,
    document: Annotated[
        str | None, worded("Where rows name none: the letter that says so.", "--document")
    ] = None,
    dry_run: DryRun = False,
    dates: Annotated[
        str | None,
        typer.Option(
            parser=read_name,
            metavar="dmy|mdy|ymd",
            help="The order in days like 03/04/2001, if the sheet does not tell.",
            show_default=False,
        ),
    ] = None,
    map_name: Annotated[
        str | None,
        typer.Option(
            "--map",
            parser=read_name,
            metavar="NAME",
            help="The office's own headings, by name.",
            show_default=False,
        ),
    ] = None,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Take in sheets: all of them, or nothing.

    Example: ayala import graduates.csv appeals.csv --dry-run

    The kind of each sheet is told by its headings; files are taken in the order of dependence, in
    one transaction. Every problem of every row is said as file:line: column: what is wrong. The same
    file twice changes nothing. What an office's own headings mean is kept by: ayala import map save.
    With --plan nothing is changed and what would be is kept in a file; --apply does just that, or nothing
    if the sheets or the records changed since.
    """
    from ayala.sheets import delimiters, encodings, plans
    from ayala.sheets.days import style_named
    from ayala.sheets.kinds import kind_named
    from ayala.sheets.spool import spooled
    from ayala.sheets.wanted import Wanted

    office = the_office(ctx)
    ready(format=format, output=output)
    given = {"registrar": registrar, "position_on": on.isoformat() if on else None, "document": document}
    if kind is not None:
        kind_named(kind)
    style, sign, headings = style_named(dates), delimiters.named(delimiter) if delimiter else None, {}
    if map_name is not None:
        from ayala.sheets import maps

        own = maps.read(maps_folder(ctx), map_name)
        kind, style = kind or own.kind, style or own.dates
        sign, headings = sign or own.delimiter, own.headings
        encoding = encoding or own.encoding
    wanted = Wanted(
        kind=kind,
        headings=headings,
        dates=style,
        delimiter=sign,
        encoding=encodings.named(encoding) if encoding else None,
        sheet=sheet,
        keep_good=keep_good,
        full_list=full_list,
        allow=tuple(dict.fromkeys(allow or ())),
        given={heading: text for heading, text in given.items() if text},
    )
    applied = None
    if apply is not None:
        if files or plan is not None or wanted != Wanted():
            raise WrongUsage(
                phrase(
                    "--apply does what the plan says: it takes neither sheets nor options of how "
                    "to take them",
                ),
                f"ayala import --apply {apply}",
            )
        applied = plans.read(apply)
        files, wanted = applied.files, applied.wanted
    if not files:
        raise WrongUsage(
            phrase("name the sheets to take in, or a plan"),
            phrase("{command}, or {other}", command="ayala import FILE…", other="--apply FILE"),
        )
    for target in (rejects, plan, output):
        if target in (rejects, plan) and target:
            ready(format="csv", output=target)
        if target and Path(target).exists() and any(_is_same(target, name) for name in files):
            raise WrongUsage(phrase("{file} is one of the sheets to take in and would be lost", file=target))
    if plan is not None and (plan == "-" or plan in (rejects, output)):
        raise WrongUsage(phrase("the plan needs a file of its own"), "--plan FILE")
    files = list(dict.fromkeys(files))
    with spooled(files, complain, applied.paths() if applied else {}) as paths:
        if plan is not None and "-" in files and "-" not in paths:
            raise WrongUsage(phrase("a plan needs an archive as a file, not on stdin"))
        work = _Import(
            office,
            files,
            paths,
            wanted,
            plan,
            apply,
            applied,
            rejects,
            quiet,
            choose_format(format, output) in ("csv", "json"),
        )
        try:
            work.run(reason, dry_run)
            tables = work.answer()
            emit(tables if len(tables) > 1 else tables[0], format=format, output=output)
        finally:
            work.close()
    if work.stopped:
        raise work.stopped
    said(office)
    if dry_run:
        say(phrase("dry run: nothing was changed"))
    work.end(dry_run)


class _Import:
    """One import: what is asked of it, and what came of it."""

    def __init__(
        self,
        office: Office,
        files: list[str],
        paths: dict[str, str],
        wanted: Wanted,
        plan: str | None,
        apply: str | None,
        applied: Plan | None,
        rejects: str | None,
        quiet: bool,
        is_for_programs: bool,
    ) -> None:
        from ayala.sheets import guards
        from ayala.sheets.outcomes import Outcomes, Spool

        self.office = office
        self.files = files
        self.wanted = wanted
        self.plan = plan
        self.applied = applied
        self.rejects = rejects
        self.quiet = quiet
        self.is_for_programs = is_for_programs
        self.sheets = paths
        there = applied.paths() if applied else {}
        # An archive is told by itself, not by the sheets in it.
        self.paths = {name: paths.get(name, there.get(name, name)) for name in files}
        self.limits = guards.limits(office.settings.found)
        self.taken: list[Taken] = []
        self.doubts: list[guards.Doubt] = []
        self.stopped: RowsRejected | SheetDoubted | None = None
        self.spool = Spool(plan) if plan else None
        self.following = Outcomes(self.spool) if plan or applied else None
        words = ["import", *(["--apply", Path(apply).name] if apply else [])]
        self.label = " ".join(
            [*words, *(Path(name).name for name in files), *(f"--allow {name}" for name in wanted.allow)]
        )

    def run(self, reason: str | None, dry_run: bool) -> None:
        """Take the sheets in; where a rule of the import stops it, that is kept until all is said."""
        from ayala.sheets import plans

        sources = [plans.looked_at(name, self.paths[name]) for name in self.files] if self.plan else []
        day = self.applied.day if self.applied else self.office.today
        if day != self.office.today:
            say(phrase("what depends on the day is done as on {day}, the plan's", day=day))
        state: dict[str, Any] = {}
        try:
            for attempt in self.office.change(
                self.label, reason=reason, dry_run=dry_run or self.plan is not None, today=day
            ):
                with attempt as records, _Progress(self.quiet) as progress:
                    state = self._take(records, progress)
        except (RowsRejected, SheetDoubted) as error:
            self.stopped = error
        if self.plan:
            assert self.following is not None
            for source in sources:
                if plans.looked_at(source["file"], self.paths[source["file"]]) != source:
                    raise SheetNotReadable(
                        phrase("{file} was changed while it was read: no plan was made", file=source["file"])
                    )
            plans.write(
                self.plan,
                self.following,
                author=self.office.author,
                today=day,
                sources=sources,
                wanted=self.wanted,
                state=state,
                taken=self.taken,
                doubts=self.doubts,
            )
        if self.rejects:
            from ayala.sheets.rejects import write_rejects

            write_rejects(self.taken, self.rejects)

    def _take(self, records: Records, progress: _Progress) -> dict[str, Any]:
        """What is done in one transaction; the state of the records before it."""
        from ayala.sheets import guards, plans
        from ayala.sheets.taking import one_import_at_a_time, take_in

        state: dict[str, Any] = {}
        if self.following is not None:
            one_import_at_a_time(records)
            state = plans.state_of(records.writing)
            self.following.begin()
        if self.applied is not None:
            self.applied.check_sources(self.paths)
            self.applied.check_state(state)
        self.taken = take_in(
            records,
            self.sheets,
            wanted=self.wanted,
            tell=complain,
            progress=progress.add,
            following=self.following,
            keep_rejects=self.rejects is not None,
        )
        self.doubts = guards.doubts(self.taken, self.limits, self.wanted.allow)
        if self.following is not None:
            self.following.finish()
        if self.applied is not None and self.following is not None:
            self.applied.check_outcome(self.taken, self.following)
            self.applied.check_sources(self.paths)
        if not self.is_whole and not self.wanted.keep_good:
            if self.plan is None:
                raise RowsRejected(phrase("nothing imported: {what}", what=_wrong(self.taken)), self._again())
        elif self.plan is None:
            guards.stop(self.doubts, self._typed)
        return state

    @property
    def is_whole(self) -> bool:
        return all(file.is_whole for file in self.taken)

    @property
    def _typed(self) -> str:
        return f"ayala import {' '.join(self.files)}"

    def _again(self) -> str:
        kept = f" --rejects {self.rejects}" if self.rejects else " --rejects bad.csv"
        return phrase("mend the rows, or: {command}", command=f"{self._typed} --keep-good{kept}")

    def answer(self) -> list[Table]:
        """The counts; of a plan all that it changes; of a full list what is missing from it."""
        from ayala.sheets import plans

        keys = ["read#", "added#", "updated#", "same#", "rejected#", "warned#"]
        if self.is_for_programs:
            keys.append("encoding")  # people are told on stderr, where it is not UTF-8
        tables = [Table("import", columns("file", "kind", *keys), [vars(file) for file in self.taken])]
        if self.plan and self.following is not None:
            tables += plans.shown(self.following)
        if self.wanted.full_list:
            for file in self.taken:
                if file.listed is not None:
                    say(file.listed.sentence(file.file))
            named = ("file", "kind", "code", "graduate", "name", "next_step")
            tables.append(Table("missing", columns(*named), self._missing()))
        return tables

    def _missing(self) -> Iterator[dict[str, Any]]:
        for file in self.taken:
            if file.listed is not None:
                yield from file.listed.missing(self.office.ask, file.file, self.office.today)

    def end(self, dry_run: bool) -> None:
        """Say how the import ended, where not all of it came in."""
        from ayala.sheets import guards

        if self.plan:
            say(phrase("{plan}: the plan; nothing was changed", plan=self.plan))
            if not self.is_whole and not self.wanted.keep_good:
                raise RowsRejected(
                    phrase("{what}: this plan imports nothing", what=_wrong(self.taken)),
                    phrase(
                        "mend the rows, or: {command}",
                        command=f"{self._typed} --plan {self.plan} --keep-good",
                    ),
                )
            guards.stop(self.doubts, f"{self._typed} --plan {self.plan}")
            say(phrase("try: {hint}", hint=f"ayala import --apply {self.plan}"))
        if not self.is_whole:
            some = any(file.added or file.updated for file in self.taken)
            if some and not (dry_run or self.plan):
                raise RowsRejected(phrase("{what}; the good rows are saved", what=_wrong(self.taken)))
            raise RowsRejected(_wrong(self.taken))

    def close(self) -> None:
        if self.spool is not None:
            self.spool.close()


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
            say(
                phrase(
                    "left out, since their data are blocked: {codes}",
                    codes=", ".join(sorted(blocked)),
                )
            )
        return sum(count for _, _, count in written)

    runs.once(ctx, once, job, work)


def _is_same(target: str, name: str) -> bool:
    return name != "-" and Path(name).exists() and Path(target).samefile(name)


def _wrong(taken: list[Taken]) -> str:
    refused = [file.file for file in taken if file.refused]
    rejected = sum(file.rejected for file in taken)
    read = sum(file.read for file in taken)
    files = ", ".join(refused)
    if not refused:
        return phrase("{rejected} of {read} rows are rejected", rejected=rejected, read=read)
    if not rejected:
        return phrase("{files} could not be taken", files=files)
    return phrase(
        "{rejected} of {read} rows are rejected and {files} could not be taken",
        rejected=rejected,
        read=read,
        files=files,
    )


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
        told = phrases(
            "{n} row, {speed} a second", "{n} rows, {speed} a second", self.rows, speed=f"{speed:.0f}"
        )
        self.bar.update(self.task, description=told)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
