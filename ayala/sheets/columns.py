"""The columns of one sheet: which heading each is, and how its cells are read.

A sheet is gone through twice. In the first pass :class:`Looking` gathers what only a whole column can tell:
the order of day and month, numbers of a workbook, several phones in one cell. :class:`Columns` are what it
found: a reader for each column, made once a sheet. What holds for most sheets costs nothing here per cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ayala.errors import SheetNotReadable
from ayala.language.names import fold
from ayala.language.phrases import phrase, phrases
from ayala.sheets.days import Days, Order, Style, both_ways, span_of
from ayala.sheets.reader import Block, BrokenFormula, Line, Number
from ayala.sheets.rows import BadCell, Kind, Parser, day, iin, phone

ONE_PHONE = 12
"""Characters that hold one number and nothing else."""
TWO_PHONES = 20
"""Characters that two numbers have at least."""

REMEMBERED = 1 << 14
"""Different days of a column that are looked at once only: more than a working life has."""

_APART = re.compile(r"\s*[;,\n]\s*|\s+/\s+|\s+(?=\+)|(?<=[0-9])/(?=[+8])|\s+(?:и|және|and)\s+")
_NEXT = re.compile(r"(?<=[0-9])\s+(?=8[\s(-]*7)")
"""Before a long-distance 8; within one number as well, so that the parts are counted."""
_EXTENSION = re.compile(
    r"[\s,;(]*\b(?:вн|внутр|внутренний|доб|добавочный|ішкі|ext|extension)\b[\s.:№#]*[0-9]{1,6}\)?\s*$", re.I
)
_JOINED_ENDS = frozenset(("улы", "кызы", "оглы", "кызи", "оглу"))
"""Ends of a patronymic that some write apart (folded): Қайрат ұлы."""


@dataclass
class Columns:
    """What is above each column, and what reads its cells."""

    headings: list[str | None]
    """The known heading of each column of the sheet, or nothing."""
    parsers: list[tuple[str, Parser | None]] = field(default_factory=list)
    """In the order of the cells of :meth:`lines`: the heading, and what reads a cell of it, if anything."""
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    splits: list[_Split] = field(default_factory=list)
    days: dict[str, Days] = field(default_factory=dict)
    padded: int = 0
    """How many IINs a workbook held as numbers, without their leading zeros."""
    extensions: int = 0

    def taken_apart(self, block: Block) -> Block:
        """The lines, those columns that hold several things at once taken apart behind the last cell."""
        if not self.splits:
            return block
        width = len(self.headings)
        rows = []
        for cells in block.rows:
            whole = cells + [""] * (width - len(cells))
            parts = [part for split in self.splits for part in split.parts(whole)]
            rows.append([*whole[:width], *parts, *whole[width:]])
        return Block(block.numbers, rows)

    def place_of(self, heading: str) -> int | None:
        """The column of the sheet that holds what belongs to a heading, if it has one."""
        wholes = [whole for whole, parts in self.joined.items() if heading in parts]
        places = [self.headings.index(known) for known in (heading, *wholes) if known in self.headings]
        return places[0] if places else None

    def notes(self) -> Iterator[str]:
        """What was put right on the way, once a column; to be asked after the last row."""
        if self.padded:
            yield phrases(
                "iin: leading zeros that the spreadsheet dropped are put back, once",
                "iin: leading zeros that the spreadsheet dropped are put back, {n} times",
                self.padded,
            )
        for heading, days in self.days.items():
            if days.serials:
                yield phrases(
                    "{heading}: numbers are read as the spreadsheet's days, once",
                    "{heading}: numbers are read as the spreadsheet's days, {n} times",
                    days.serials,
                    heading=heading,
                )
        if self.extensions:
            yield phrases(
                "phone: an extension is left out, once; a note may keep it",
                "phone: an extension is left out, {n} times; a note may keep it",
                self.extensions,
            )

    def read_padded(self, text: str) -> str:
        """An IIN; a number of a workbook gets its leading zeros back where it then begins with a date and its
        control digit fits. (The digit alone fits one wrong number in eleven.)"""
        if text.__class__ is Number and text.isdigit() and len(text) < 12:
            from ayala.graduate.iin import iin_is_valid, iin_warnings

            whole = text.zfill(12)
            if iin_is_valid(whole) and not iin_warnings(whole):
                self.padded += 1
                return whole
        return str(iin(text))

    def read_phone(self, text: str) -> str:
        """A phone number; an extension behind it is left out and counted."""
        plain = _EXTENSION.sub("", text)
        if plain != text:
            self.extensions += 1
        return str(phone(plain))

    def as_text(self, cells: Sequence[str]) -> list[str]:
        """A row for a sheet without numbers of its own: an IIN with its leading zeros, a day as a day."""
        answer = list(cells)
        for place, (heading, _) in enumerate(self.parsers[: len(answer)]):
            if answer[place].__class__ is not Number:
                continue
            try:
                if heading == "iin":
                    answer[place] = self.read_padded(answer[place])
                elif heading in self.days:
                    answer[place] = self.days[heading].read(answer[place]).isoformat()
            except BadCell:
                continue
        return answer


class Looking:
    """The first pass over a sheet: what its columns tell as a whole."""

    def __init__(self, headings: list[str | None], kind: Kind) -> None:
        self.headings = headings
        self.kind = kind
        parse = {name: heading.parse for name, heading in kind.headings.items()}
        self.orders = [(i, h, Order()) for i, h in enumerate(headings) if h and parse.get(h) is day]
        self._iins = [i for i, h in enumerate(headings) if h and parse.get(h) is iin]
        self._phones = [i for i, h in enumerate(headings) if h and parse.get(h) is phone]
        self.numbered = False
        self.broken = False
        self.long_phones: set[int] = set()
        self._told: list[set[str]] = [set() for _ in self.orders]
        """Of each column of days, cells that were seen: seen once more they tell nothing."""

    def see_texts(self, block: Block) -> None:
        """Look at lines of which no cell is a number of a workbook: at what may tell something new."""
        for (place, _, order), told in zip(self.orders, self._told, strict=True):
            cells = block.column(place)
            if not told.issuperset(cells):
                for number, cell in zip(block.numbers, cells, strict=True):
                    if cell not in told:
                        order.see(cell, number)
                        if len(told) < REMEMBERED:
                            told.add(cell)
        for place in self._phones:
            if place not in self.long_phones and _one_is_long(block.column(place)):
                self.long_phones.add(place)

    def see(self, line: Line) -> None:
        """Look at a line."""
        cells = line.cells
        width = len(cells)
        for place, _, order in self.orders:
            if place < width:
                order.see(cells[place], line.number)
        for place in self._iins:
            if place < width and cells[place].__class__ is Number:
                self.numbered = True
        for place in self._phones:
            if place < width and _is_long(cells[place]):
                self.long_phones.add(place)

    def see_formulas(self, line: Line) -> None:
        """Look at a line of a workbook: whether a formula in it gave an error."""
        self.broken = self.broken or any(cell.__class__ is BrokenFormula for cell in line.cells)

    def columns(self, name: str, *, today: date, dates: Style | None = None) -> Columns:
        """The columns as they will be read. ``dates`` is what was said of their order.

        Raises :class:`SheetNotReadable` for a column whose days have two readings each: a question.
        """
        columns = Columns(self.headings, joined=self.kind.joined)
        styles: dict[int, Days] = {}
        for place, heading, order in self.orders:
            if dates is None and order.is_open:
                assert order.either is not None
                line, cell = order.either
                raise SheetNotReadable(
                    phrase(
                        "{name}:{line}: {heading}: '{cell}' is {readings}; no cell of the column tells",
                        name=name,
                        line=line,
                        heading=heading,
                        cell=cell,
                        readings=both_ways(cell),
                    ),
                    f"ayala import {name} --dates dmy | mdy | ymd",
                )
            found = Days(dates or order.style, today, span_of(heading), order.numbers)
            styles[place] = columns.days[heading] = found
        for place, known in enumerate(self.headings):
            columns.parsers.append((known or "", self._parser(place, known, columns, styles)))
        self._split(columns)
        if self.broken:
            columns.parsers = [(heading, parse and _unbroken(parse)) for heading, parse in columns.parsers]
        return columns

    def _parser(
        self, place: int, known: str | None, columns: Columns, styles: dict[int, Days]
    ) -> Parser | None:
        if known is None or known in self.kind.joined:
            return None
        if place in styles:
            return styles[place].parser()
        if place in self._iins and self.numbered:
            return columns.read_padded
        if place in self.long_phones:
            return columns.read_phone
        return self.kind.headings[known].parse

    def _split(self, columns: Columns) -> None:
        """Columns that hold several things at once: their cells stay as they are, the parts stand behind."""
        for whole, parts in self.kind.joined.items():
            if whole in self.headings:
                columns.splits.append(_Names(self.headings.index(whole)))
                first, *rest = parts
                columns.parsers.append((first, _first_of(self.kind.headings[first].parse)))
                columns.parsers += [(part, self.kind.headings[part].parse) for part in rest]
        if "other_phones" not in self.kind.headings or not self.long_phones:
            return
        (place,) = self.long_phones
        others = self.headings.index("other_phones") if "other_phones" in self.headings else None
        columns.splits.append(_Phones(place, others))
        for at in (place, others):
            if at is not None:
                columns.parsers[at] = ("", None)
        columns.parsers.append(("phone", columns.read_phone))
        columns.parsers.append(("other_phones", self.kind.headings["other_phones"].parse))


class _Split:
    """A column whose cells are taken apart."""

    def parts(self, cells: list[str]) -> Sequence[str]:
        raise NotImplementedError


@dataclass(frozen=True)
class _Names(_Split):
    place: int

    def parts(self, cells: list[str]) -> Sequence[str]:
        return names(cells[self.place])


@dataclass(frozen=True)
class _Phones(_Split):
    """The first number of a cell, and the others together with those of the column for others."""

    place: int
    others: int | None

    def parts(self, cells: list[str]) -> Sequence[str]:
        first, *more = phones_of(cells[self.place])
        if self.others is not None and cells[self.others].strip():
            more.append(cells[self.others].strip())
        return first, "; ".join(more)


def _is_long(cell: str) -> bool:
    """Whether a cell may hold two numbers, or an extension in words."""
    return len(cell) > ONE_PHONE and (len(cell) >= TWO_PHONES or not cell.isascii())


def _one_is_long(cells: list[str]) -> bool:
    """Whether one of these cells is so; nearly always all together tell."""
    short = "".join(cells).isascii() and max(map(len, cells)) < TWO_PHONES
    return not short and any(map(_is_long, cells))


def phones_of(cell: str) -> list[str]:
    """The numbers of a cell, as they are written; at least one, if an empty one."""
    if len(cell) <= ONE_PHONE:
        return [cell]
    extension = _EXTENSION.search(cell)
    plain = cell[: extension.start()] if extension else cell
    found = [part for part in _APART.split(plain.strip()) if part]
    if len(found) == 1:
        side_by_side = _NEXT.split(found[0])
        if all(sum(map(str.isdigit, part)) >= 10 for part in side_by_side):
            found = side_by_side
    if extension and found:
        found[-1] += extension[0]
    return found or [cell]


def _unbroken(parse: Parser) -> Parser:
    """The reader of a column of a workbook in which a formula gave an error."""

    def read(text: str) -> Any:
        if text.__class__ is BrokenFormula:
            raise BadCell(phrase("the formula gave the error {error}", error=text), "broken_formula")
        return parse(text)

    return read


class NoName(str):
    """A cell in which no surname and given name can be told apart.

    It equals no other: the same word may have been read before, as somebody's surname.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def strip(self, chars: str | None = None, /) -> str:
        return self


def names(text: str) -> tuple[str, str, str]:
    """Surname, given name and patronymic of a whole name in this order; a patronymic may be lacking, or be
    written in two words (Қайрат ұлы)."""
    words = text.split()
    if len(words) == 4 and fold(words[3]) in _JOINED_ENDS:
        words[2:] = [" ".join(words[2:])]
    if len(words) in (2, 3):
        return words[0], words[1], words[2] if len(words) == 3 else ""
    return (NoName(text), NoName(text), "") if words else ("", "", "")


def _first_of(parse: Parser) -> Parser:
    """The reader of the first part of whole names."""

    def read(text: str) -> Any:
        if text.__class__ is NoName:
            count = len(text.split())
            raise BadCell(
                phrases(
                    "{n} word where surname, given name and patronymic are expected; "
                    "give each a column of its own",
                    "{n} words where surname, given name and patronymic are expected; "
                    "give each a column of its own",
                    count,
                ),
                "bad_name",
            )
        return parse(text)

    return read
