"""Taking sheets in: all files in one transaction, all problems of all rows in one run.

A row goes from cells to values, or to problems with their line and column; a kind takes the good
rows in blocks. Counting and telling are here; what a row means stands in the noun's ``sheet.py``.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ayala.errors import SheetNotReadable
from ayala.office import Records
from ayala.output.harmless import FREE_TEXT
from ayala.sheets import kinds
from ayala.sheets.full_lists import Listed
from ayala.sheets.reader import Line, Sheet, reading
from ayala.sheets.rows import Batch, Kind, Row
from ayala.sheets.wanted import Wanted

if TYPE_CHECKING:
    from ayala.sheets.outcomes import Outcomes

PERSONAL = frozenset({"iin", "phone", "other_phones", "caller_phone"})

Tell = Callable[[str], None]

BY_HEADINGS = Wanted()
"""What is wanted if nothing is said: kinds by their headings, all or nothing."""

Alike = tuple[Any, ...]
"""What identical rows of a sheet have in common."""


class Reject(NamedTuple):
    """A rejected row as it came, its problems, and what rows identical to it have in common."""

    cells: list[str]
    problem: str
    alike: Alike | None


@dataclass
class Taken:
    """What came of one file: the row of the answer, and the rejected lines as they came."""

    file: str
    kind: str = ""
    read: int = 0
    added: int = 0
    updated: int = 0
    same: int = 0
    rejected: int = 0
    warned: int = 0
    contradicted: int = 0
    """Rows whose IIN contradicts their birth date or sex."""
    renamed: int = 0
    """Rows that give a known IIN the whole name of somebody else."""
    refused: bool = False
    lines: int = 0
    """How many rows the first reading met."""
    headings: list[str] = field(default_factory=list)
    delimiter: str = ","
    rejects: list[Reject] = field(default_factory=list)
    alike: Counter[Alike | None] = field(default_factory=Counter)
    """How many rows of a kind came in (only where identical rows are separate records)."""
    listed: Listed | None = None
    """What the sheet names, where it is a full list."""

    @property
    def is_whole(self) -> bool:
        return not self.refused and not self.rejected


@contextmanager
def spooled(files: Sequence[str]) -> Iterator[dict[str, str]]:
    """Where each file can be read twice from: itself, or for ``-`` a private copy of stdin."""
    if "-" not in files or sys.stdin.isatty():
        yield {name: name for name in files}
        return
    handle, copy = tempfile.mkstemp(prefix="ayala-stdin-")
    try:
        with os.fdopen(handle, "wb") as stream:
            while chunk := sys.stdin.buffer.read(1 << 20):
                stream.write(chunk)
        yield {name: copy if name == "-" else name for name in files}
    finally:
        Path(copy).unlink(missing_ok=True)


def take_in(
    records: Records,
    files: Sequence[str],
    *,
    wanted: Wanted = BY_HEADINGS,
    paths: Mapping[str, str] | None = None,
    tell: Tell,
    progress: Callable[[int], None] = lambda rows: None,
    following: Outcomes | None = None,
) -> list[Taken]:
    """Take the files in, in the order of dependence; one :class:`Taken` a file, as they were named.

    ``paths``: where each lies, if not where its name says. ``tell`` hears every problem and note,
    ``following`` what becomes of every row. A file that cannot be read to its end is refused before the
    others come in.
    """
    one_import_at_a_time(records)
    paths = paths or {name: name for name in files}
    answers = {name: Taken(name) for name in files}
    chosen: list[tuple[Kind, str]] = []
    for name in answers:
        found = _told(name, paths[name], wanted, answers[name], tell)
        if found is not None:
            chosen.append((found, name))
    for found, name in sorted(chosen, key=lambda pair: kinds.rank(pair[0])):
        _take_file(records, found, paths[name], answers[name], wanted, tell, progress, following)
    return list(answers.values())


def one_import_at_a_time(records: Records) -> None:
    """Let another import into the same server wait for this one to end.

    What is on record already is looked up before it is written, and for most records no constraint
    tells the second of two imports of the same sheet that the first was quicker. (SQLite has one
    writer at a time.)
    """
    writing = records.writing
    if writing.engine_name == "postgresql":
        from sqlalchemy import func, select

        writing.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("ayala import"))))


def _told(name: str, path: str, wanted: Wanted, taken: Taken, tell: Tell) -> Kind | None:
    """The kind of a sheet that can be read to its end; a sheet that cannot is refused before anything is
    written. (Taking back what half a sheet wrote is slow in SQLite: the time grows with its square.)"""
    try:
        with _named(path, name) as sheet:
            kind = kinds.told(name, sheet.headings, wanted.kind, wanted.given)
            taken.kind = kind.name
            columns = kinds.matched(sheet.headings, kind)
            personal = [i for i, heading in enumerate(columns) if heading in PERSONAL or heading in FREE_TEXT]
            for line in sheet.lines:
                taken.lines += 1
                _check_not_masked(line, columns, personal, name)
            return kind
    except SheetNotReadable as error:
        _refuse(taken, error, tell)
        return None


def _check_not_masked(line: Line, columns: Sequence[str | None], personal: Sequence[int], name: str) -> None:
    for i in personal:
        if i >= len(line.cells) or "*" not in line.cells[i]:
            continue
        if columns[i] in PERSONAL or _MASKED.search(line.cells[i]):
            raise SheetNotReadable(
                f"{name}:{line.number}: {columns[i]}: the personal values of this sheet are masked",
                "ayala export FOLDER --unmask --reason …",
            )


_MASKED = re.compile(r"\*[*\W]{4,}\d{4}(?!\d)")
"""A number in a text of which only the last four digits are left."""


@contextmanager
def _named(path: str, name: str) -> Iterator[Sheet]:
    """A sheet that calls itself by the name that was typed."""
    try:
        with reading(path) as sheet:
            sheet.name = name
            yield sheet
    except SheetNotReadable as error:
        raise SheetNotReadable(str(error).replace(path, name, 1), error.hint) from None


def _refuse(taken: Taken, error: SheetNotReadable, tell: Tell) -> None:
    tell(str(error))
    if error.hint:
        tell(f"try: {error.hint}")
    kind, file = taken.kind, taken.file
    taken.__init__(file, kind=kind, refused=True)  # type: ignore[misc]


def _take_file(
    records: Records,
    kind: Kind,
    path: str,
    taken: Taken,
    wanted: Wanted,
    tell: Tell,
    progress: Callable[[int], None],
    following: Outcomes | None,
) -> None:
    taken.kind = kind.name
    with _named(path, taken.file) as sheet:
        batch = Batch(records, records.writing.today, taken.file, open_to_blocked=kind.open_to_blocked)
        batch.following = following
        batch.listed = taken.listed = Listed(kind) if wanted.full_list else None
        given = {heading: kind.headings[heading].parse(text) for heading, text in wanted.given.items()}
        if kind.loads:
            with records.writing.large_load(kind.loads, taken.lines, kind.unasked):
                _take_rows(batch, kind, sheet, taken, given, tell, progress)
        else:
            _take_rows(batch, kind, sheet, taken, given, tell, progress)
    taken.renamed = batch.renamed


def _take_rows(
    batch: Batch,
    kind: Kind,
    sheet: Sheet,
    taken: Taken,
    given: Mapping[str, Any],
    tell: Tell,
    progress: Callable[[int], None],
) -> None:
    taken.headings, taken.delimiter = sheet.headings, sheet.delimiter
    for sentence in kinds.left_out(taken.file, sheet.headings, kind):
        tell(sentence)
    columns = kinds.matched(sheet.headings, kind)
    block: list[Row] = []
    for line in sheet.lines:
        block.append(_parsed(line, columns, kind, given))
        if len(block) == kind.block:
            _take_block(block, kind, batch, taken, tell)
            progress(len(block))
            block = []
    _take_block(block, kind, batch, taken, tell)
    progress(len(block))
    kind.end(batch)
    if passed_by := batch.tell_passed_by():
        tell(passed_by)


def _take_block(block: list[Row], kind: Kind, batch: Batch, taken: Taken, tell: Tell) -> None:
    passes_by = batch.passes_by if batch.closed else None
    kind.take([row for row in block if not row.problems and not (passes_by and passes_by(row, kind))], batch)
    taken.read += len(block)
    outcomes: Counter[str] = Counter(row.outcome for row in block if not row.problems)
    for outcome, count in outcomes.items():
        setattr(taken, outcome, getattr(taken, outcome) + count)
    for row in block:
        for heading, what in row.problems or row.warnings:
            tell(f"{taken.file}:{row.line}: {heading}: {what}")
        if row.problems:
            taken.rejected += 1
            problem = "; ".join(f"{h}: {what}" for h, what in row.problems)
            taken.rejects.append(Reject(row.cells, problem, _alike(row, kind)))
        else:
            if row.warnings:
                taken.warned += 1
                taken.contradicted += any(heading == "iin" for heading, _ in row.warnings)
            if kind.repeats:
                taken.alike[_alike(row, kind)] += 1
    for sentence in batch.notes:
        tell(sentence)
    batch.notes.clear()
    if batch.following is not None:
        batch.following.block(taken.file, kind, block, batch.closed)
    if batch.listed is not None:
        batch.listed.block(block)


def _alike(row: Row, kind: Kind) -> Alike | None:
    if not kind.repeats or any(heading in kind.repeats for heading, _ in row.problems):
        return None
    return tuple(row.values.get(heading) for heading in kind.repeats)


def _parsed(line: Line, columns: Sequence[str | None], kind: Kind, given: Mapping[str, Any]) -> Row:
    """A row's cells read by their headings; every cell that cannot be read is a problem.

    ``given`` stands for what the row leaves out.
    """
    row = Row(line.number, line.cells)
    values = row.values
    values.update(given)
    for heading, cell in zip(columns, line.cells, strict=False):
        if heading is None:
            continue
        text = cell.strip()
        if not text:
            continue
        try:
            values[heading] = kind.headings[heading].parse(text)
        except ValueError as error:
            row.reject(heading, str(error))
    if any(cell.strip() for cell in line.cells[len(columns) :]):
        row.reject("row", f"has {len(line.cells)} cells, but there are {len(columns)} headings")
    tried = values.keys() | {heading for heading, _ in row.problems}
    for heading, rule in kind.headings.items():
        if rule.required and heading not in tried:
            row.reject(heading, "missing")
    for group in kind.one_of:
        if not tried & set(group):
            row.reject(" or ".join(group), "missing")
    return row
