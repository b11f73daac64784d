"""Taking sheets in: all files in one transaction, all problems of all rows in one run.

A row goes from cells to values, or to problems with their line and column; a kind takes the good
rows in blocks. Counting and telling are here; what a row means stands in the noun's ``sheet.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ayala.errors import SheetNotReadable
from ayala.office import Records
from ayala.output.harmless import FREE_TEXT
from ayala.sheets import kinds
from ayala.sheets.reader import Line, Sheet, reading
from ayala.sheets.rows import Batch, Kind, Row
from ayala.sheets.spool import Refused, spooled

PERSONAL = frozenset({"iin", "phone", "other_phones", "caller_phone"})

Tell = Callable[[str], None]


Alike = tuple[Any, ...]
"""What identical rows of a sheet have in common."""


class How(NamedTuple):
    """What a person says of how the sheets are to be read; what is not said is told by evidence."""

    encoding: str | None = None
    sheet: str | None = None
    delimiter: str | None = None


AS_IT_IS = How()


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
    encoding: str = ""
    """As Python calls it; of a workbook its kind; empty if the file was refused before that was told."""
    refused: bool = False
    lines: int = 0
    """How many rows the first reading met."""
    headings: list[str] = field(default_factory=list)
    delimiter: str = ","
    sheet: Sheet | None = None
    """The sheet as it was read for the first time: the second reading must find the same bytes."""
    rejects: list[Reject] = field(default_factory=list)
    alike: Counter[Alike | None] = field(default_factory=Counter)
    """How many rows of a kind came in (only where identical rows are separate records)."""

    @property
    def is_whole(self) -> bool:
        return not self.refused and not self.rejected


def take_in(
    records: Records,
    files: Sequence[str],
    *,
    kind: str | None,
    tell: Tell,
    progress: Callable[[int], None] = lambda rows: None,
    how: How = AS_IT_IS,
) -> list[Taken]:
    """Take the files in, in the order of dependence; one :class:`Taken` a file, as they were named.

    ``tell`` hears every problem and note. A file that cannot be read to its end is refused before the
    others come in.
    """
    _one_import_at_a_time(records)
    with spooled(files, tell) as paths:
        answers = {name: Taken(name) for name in paths}
        chosen: list[tuple[Kind, str]] = []
        for name in answers:
            found = _told(name, paths[name], kind, answers[name], tell, how)
            if found is not None:
                chosen.append((found, name))
        for found, name in sorted(chosen, key=lambda pair: kinds.rank(pair[0])):
            _take_file(records, found, paths[name], answers[name], tell, progress)
    return list(answers.values())


def _one_import_at_a_time(records: Records) -> None:
    """Let another import into the same server wait for this one to end.

    What is on record already is looked up before it is written, and for most records no constraint
    tells the second of two imports of the same sheet that the first was quicker. (SQLite has one
    writer at a time.)
    """
    writing = records.writing
    if writing.engine_name == "postgresql":
        from sqlalchemy import func, select

        writing.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("ayala import"))))


def _told(
    name: str, path: str, wanted: str | None, taken: Taken, tell: Tell, how: How = AS_IT_IS
) -> Kind | None:
    """The kind of a sheet that can be read to its end; a sheet that cannot is refused before anything is
    written. (Taking back what half a sheet wrote is slow in SQLite: the time grows with its square.)"""
    try:
        with _named(path, name, how) as sheet:
            for note in sheet.notes:
                tell(note)
            taken.encoding = sheet.encoding
            kind = kinds.told(name, sheet.headings, wanted)
            taken.kind = kind.name
            columns = kinds.matched(sheet.headings, kind)
            personal = [i for i, heading in enumerate(columns) if heading in PERSONAL or heading in FREE_TEXT]
            for line in sheet.lines:
                taken.lines += 1
                _check_not_masked(line, columns, personal, name)
            taken.sheet = sheet
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
def _named(path: str, name: str, how: How = AS_IT_IS, again: Sheet | None = None) -> Iterator[Sheet]:
    """A sheet that calls itself by the name that was typed."""
    if isinstance(path, Refused):
        raise path.error
    try:
        with reading(path, **how._asdict(), again=again) as sheet:
            sheet.name = name
            sheet.notes = [note.replace(path, name, 1) for note in sheet.notes]
            yield sheet
    except SheetNotReadable as error:
        raise SheetNotReadable(str(error).replace(path, name, 1), error.hint) from None


def _refuse(taken: Taken, error: SheetNotReadable, tell: Tell) -> None:
    tell(str(error))
    if error.hint:
        tell(f"try: {error.hint}")
    kind, file, encoding = taken.kind, taken.file, taken.encoding
    taken.__init__(file, kind=kind, encoding=encoding, refused=True)  # type: ignore[misc]


def _take_file(
    records: Records, kind: Kind, path: str, taken: Taken, tell: Tell, progress: Callable[[int], None]
) -> None:
    taken.kind = kind.name
    with _named(path, taken.file, again=taken.sheet) as sheet:
        if kind.loads:
            with records.writing.large_load(kind.loads, taken.lines, kind.unasked):
                _take_rows(records, kind, sheet, taken, tell, progress)
        else:
            _take_rows(records, kind, sheet, taken, tell, progress)


def _take_rows(
    records: Records, kind: Kind, sheet: Sheet, taken: Taken, tell: Tell, progress: Callable[[int], None]
) -> None:
    taken.headings, taken.delimiter = sheet.headings, sheet.delimiter
    for sentence in kinds.left_out(taken.file, sheet.headings, kind):
        tell(sentence)
    columns = kinds.matched(sheet.headings, kind)
    batch = Batch(records, records.writing.today, taken.file, open_to_blocked=kind.open_to_blocked)
    block: list[Row] = []
    for line in sheet.lines:
        block.append(_parsed(line, columns, kind))
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
            taken.warned += bool(row.warnings)
            if kind.repeats:
                taken.alike[_alike(row, kind)] += 1
    for sentence in batch.notes:
        tell(sentence)
    batch.notes.clear()


def _alike(row: Row, kind: Kind) -> Alike | None:
    if not kind.repeats or any(heading in kind.repeats for heading, _ in row.problems):
        return None
    return tuple(row.values.get(heading) for heading in kind.repeats)


def _parsed(line: Line, columns: Sequence[str | None], kind: Kind) -> Row:
    """A row's cells read by their headings; every cell that cannot be read is a problem."""
    row = Row(line.number, line.cells)
    values = row.values
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
