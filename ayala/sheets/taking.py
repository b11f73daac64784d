"""Taking sheets in: all files in one transaction, all problems of all rows in one run.

A row goes from cells to values, or to problems with their line and column; a kind takes the good
rows in blocks. Counting and telling are here; what a row means stands in the noun's ``sheet.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ayala.errors import SheetNotReadable
from ayala.language.phrases import any_of, phrase
from ayala.office import Records
from ayala.output.harmless import FREE_TEXT
from ayala.sheets import kinds
from ayala.sheets.columns import Columns, Looking
from ayala.sheets.full_lists import Listed
from ayala.sheets.headings import matched
from ayala.sheets.parsing import parsing
from ayala.sheets.reader import Line, Sheet, reading
from ayala.sheets.rows import OR, Batch, Kind, Problem, Row
from ayala.sheets.spool import Refused
from ayala.sheets.wanted import Wanted

if TYPE_CHECKING:
    from ayala.sheets.outcomes import Outcomes

PERSONAL = frozenset({"iin", "phone", "other_phones", "caller_phone"})

Tell = Callable[[str], None]

BY_HEADINGS = Wanted()
"""What is wanted if nothing is said: kinds by their headings, all or nothing."""

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
    problems: list[Problem]
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
    encoding: str = ""
    """As Python calls it; of a workbook its kind; empty if the file was refused before that was told."""
    refused: bool = False
    lines: int = 0
    """How many rows the first reading met."""
    headings: list[str] = field(default_factory=list)
    delimiter: str = ","
    columns: Columns | None = None
    """What its columns are and how they are read; told in the first pass over the file."""
    sheet: Sheet | None = None
    """The sheet as it was read for the first time: the second reading must find the same bytes."""
    keeps_rejects: bool = True
    """Whether the rejected rows, and how many are like each, are wanted after it: they take memory."""
    rejects: list[Reject] = field(default_factory=list)
    alike: Counter[Alike | None] = field(default_factory=Counter)
    """How many rows of a kind came in (only where identical rows are separate records)."""
    listed: Listed | None = None
    """What the sheet names, where it is a full list."""

    @property
    def is_whole(self) -> bool:
        return not self.refused and not self.rejected


BY_HEADINGS = Wanted()


def take_in(
    records: Records,
    files: Sequence[str] | Mapping[str, str],
    *,
    wanted: Wanted = BY_HEADINGS,
    tell: Tell,
    progress: Callable[[int], None] = lambda rows: None,
    following: Outcomes | None = None,
    keep_rejects: bool = True,
) -> list[Taken]:
    """Take the files in, in the order of dependence; one :class:`Taken` a file, as they were named.

    ``files``: by name, perhaps with where each can be read twice from. ``tell`` hears every problem and note,
    ``following`` what becomes of every row; ``keep_rejects``: for a file of rejected rows. A file that cannot
    be read to its end is refused before the others come in.
    """
    one_import_at_a_time(records)
    paths = files if isinstance(files, Mapping) else {name: name for name in files}
    answers = {name: Taken(name, keeps_rejects=keep_rejects) for name in paths}
    chosen: list[tuple[Kind, str]] = []
    for name in answers:
        found = _told(name, paths[name], wanted, answers[name], tell, records.writing.today)
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


def _told(name: str, path: str, wanted: Wanted, taken: Taken, tell: Tell, today: date) -> Kind | None:
    """The kind of a sheet that can be read to its end; a sheet that cannot is refused before anything is
    written. (Taking back what half a sheet wrote is slow in SQLite: the time grows with its square.)"""
    try:
        with _named(path, name, wanted) as sheet:
            for note in sheet.notes:
                tell(note)
            taken.encoding = sheet.encoding
            how = (wanted.kind, wanted.headings, wanted.given)
            if (top := kinds.line_of_headings(sheet, *how)) != sheet.heading_line:
                sheet.move_down(top)
                tell(
                    phrase(
                        "{name}: the headings are on line {line}; what stands above them is left out",
                        name=name,
                        line=top,
                    )
                )
            kind = kinds.told(name, sheet.headings, *how, line=top)
            if not _is_row(sheet.column_numbers(), matched(sheet.headings, kind, wanted.headings), kind):
                sheet.pass_by_numbers()
                tell(
                    phrase(
                        "{name}: the line below the headings numbers the columns; it is left out", name=name
                    )
                )
            taken.kind = kind.name
            columns = matched(sheet.headings, kind, wanted.headings)
            looking = Looking(columns, kind)
            personal = [i for i, heading in enumerate(columns) if heading in PERSONAL or heading in FREE_TEXT]
            for block in sheet.blocks:
                taken.lines += len(block.rows)
                if any("*" in "".join(block.column(place)) for place in personal):
                    for line in map(Line, *block):
                        _check_not_masked(line, columns, personal, name)
                if not sheet.is_workbook:
                    looking.see_texts(block)
                    continue
                for line in map(Line, *block):
                    looking.see(line)
                    looking.see_formulas(line)
            taken.columns = looking.columns(name, today=today, dates=wanted.dates)
            taken.sheet = sheet
            return kind
    except SheetNotReadable as error:
        _refuse(taken, error, tell)
        return None


def _is_row(numbers: Sequence[str], columns: Sequence[str | None], kind: Kind) -> bool:
    """Whether a line that may count the columns can be read as a row, as one of beds can, or is none."""
    for known, cell in zip(columns, numbers, strict=False):
        if known is not None and known in kind.headings:
            try:
                kind.headings[known].parse(cell)
            except ValueError:
                return False
    return True


def _check_not_masked(line: Line, columns: Sequence[str | None], personal: Sequence[int], name: str) -> None:
    for i in personal:
        if i >= len(line.cells) or "*" not in line.cells[i]:
            continue
        if columns[i] in PERSONAL or _MASKED.search(line.cells[i]):
            raise SheetNotReadable(
                phrase(
                    "{name}:{line}: {heading}: the personal values of this sheet are masked",
                    name=name,
                    line=line.number,
                    heading=columns[i],
                ),
                "ayala export FOLDER --unmask --reason …",
            )


_MASKED = re.compile(r"\*[*\W]{4,}\d{4}(?!\d)")
"""A number in a text of which only the last four digits are left."""


@contextmanager
def _named(path: str, name: str, wanted: Wanted, again: Sheet | None = None) -> Iterator[Sheet]:
    """A sheet that calls itself by the name that was typed."""
    if isinstance(path, Refused):
        raise path.error
    try:
        how = {"encoding": wanted.encoding, "sheet": wanted.sheet, "delimiter": wanted.delimiter}
        with reading(path, **how, again=again) as sheet:
            sheet.name = name
            sheet.notes = [note.replace(path, name, 1) for note in sheet.notes]
            yield sheet
    except SheetNotReadable as error:
        raise SheetNotReadable(str(error).replace(path, name, 1), error.hint) from None


def _refuse(taken: Taken, error: SheetNotReadable, tell: Tell) -> None:
    tell(str(error))
    if error.hint:
        tell(phrase("try: {hint}", hint=error.hint))
    kind, file, encoding = taken.kind, taken.file, taken.encoding
    taken.__init__(file, kind=kind, encoding=encoding, refused=True)  # type: ignore[misc]


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
    with _named(path, taken.file, wanted, again=taken.sheet) as sheet:
        assert taken.sheet is not None  # read once already
        line = taken.sheet.heading_line
        if line != sheet.heading_line:
            sheet.move_down(line)
        if taken.sheet.numbers_columns:
            sheet.pass_by_numbers()
        for sentence in kinds.left_out(taken.file, sheet.headings, kind, wanted.headings, line):
            tell(sentence)
        batch = Batch(records, records.writing.today, taken.file, taken.lines)
        batch.open_to_blocked = kind.open_to_blocked
        batch.following = following
        batch.listed = taken.listed = Listed(kind) if wanted.full_list else None
        given = {heading: kind.headings[heading].parse(text) for heading, text in wanted.given.items()}
        with records.writing.large_load(kind.loads, taken.lines, kind.unasked):
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
    columns = taken.columns
    assert columns is not None  # told in the first pass
    parsed = parsing(columns, kind, given, alike=not sheet.is_workbook)
    rows: list[Row] = []
    for block in sheet.blocks:
        rows += parsed(columns.taken_apart(block))
        while len(rows) >= kind.block:
            _take_block(rows[: kind.block], kind, batch, taken, tell)
            progress(kind.block)
            rows = rows[kind.block :]
    _take_block(rows, kind, batch, taken, tell)
    progress(len(rows))
    kind.end(batch)
    batch.memory.clear()  # what is made after the last row needs the room
    for note in columns.notes():
        tell(f"{taken.file}: {note}")
    if passed_by := batch.tell_passed_by():
        tell(passed_by)


def _take_block(block: list[Row], kind: Kind, batch: Batch, taken: Taken, tell: Tell) -> None:
    passes_by = batch.passes_by if batch.closed else None
    kind.take([row for row in block if not row.problems and not (passes_by and passes_by(row, kind))], batch)
    taken.read += len(block)
    good = [row for row in block if not row.problems]
    for outcome, count in Counter(map(attrgetter("outcome"), good)).items():
        setattr(taken, outcome, getattr(taken, outcome) + count)
    if kind.repeats and taken.keeps_rejects:
        taken.alike.update(_alike(row, kind) for row in good)
    for row in block:
        if not (row.problems or row.warnings):
            continue
        for heading, what, *_ in row.problems or row.warnings:
            tell(f"{taken.file}:{row.line}: {_shown(heading)}: {what}")
        if row.problems:
            taken.rejected += 1
            if taken.keeps_rejects:
                taken.rejects.append(Reject(row.cells, row.problems, _alike(row, kind)))
        else:
            taken.warned += 1
            taken.contradicted += any(heading == "iin" for heading, *_ in row.warnings)
    for sentence in batch.notes:
        tell(sentence)
    batch.notes.clear()
    if batch.following is not None:
        batch.following.block(taken.file, kind, block, batch.closed)
    if batch.listed is not None:
        batch.listed.block(block)


def _shown(heading: str) -> str:
    """A heading, or several of which one is needed, before what is said of them."""
    return any_of(heading.split(OR)) if OR in heading else heading


def _alike(row: Row, kind: Kind) -> Alike | None:
    if not kind.repeats or any(heading in kind.repeats for heading, *_ in row.problems):
        return None
    return tuple(row.values.get(heading) for heading in kind.repeats)
