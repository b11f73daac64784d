"""What a heading, a kind of sheet and a row are, and what a kind may ask of the batch it is in."""

from __future__ import annotations

import gc
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ayala import record_codes
from ayala.graduate.iin import BadIin, check_iin
from ayala.graduate.phones import BadPhone, read_phone
from ayala.language.catalogue import codes, read_code
from ayala.language.phrases import and_more, phrase, phrases
from ayala.output.harmless import LONGEST_NAME, BadText, clean_in, shortened

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.personal.closed import Closed
    from ayala.sheets.full_lists import Listed
    from ayala.sheets.outcomes import Outcomes


class BadCell(ValueError):
    """A cell that cannot be read; the sentence says what is wrong, without personal numbers, and ``code``
    (of the vocabulary ``problem``) says it to a program."""

    def __init__(self, sentence: str, code: str = "bad_value") -> None:
        super().__init__(sentence)
        self.code = code


_NOTHING: frozenset[str] = frozenset()

NAMED = 5
"""How many people a sentence names."""

SWEPT = 64
"""After how many statements their remains are swept up."""

OR = " or "
"""Between the headings of a problem that any one of them would mend: part of its name, in every language."""

Parser = Callable[[str], Any]


class Problem(NamedTuple):
    """Why a row is rejected: the known heading, a sentence, and a code of the vocabulary ``problem``, or
    ``no_`` and the heading that is missing."""

    heading: str
    what: str
    code: str


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: how its cells are read, and whether a row may lack it."""

    parse: Parser
    required: bool = False


class Row:
    """A row being taken in: parsed cells that are not empty, and what came of it."""

    __slots__ = ("cells", "line", "outcome", "problems", "values", "warnings")

    def __init__(self, line: int, cells: list[str], values: dict[str, Any]) -> None:
        self.line = line
        self.cells = cells
        self.values = values
        self.problems: list[Problem] = []
        self.warnings: list[tuple[str, str]] = []
        self.outcome = ""

    def get(self, heading: str, default: Any = None) -> Any:
        return self.values.get(heading, default)

    def changes(self, stored: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
        """The given cells that differ from a record; an empty or absent cell keeps what is stored."""
        values = self.values
        return {c: values[c] for c in columns if c in values and values[c] != stored[c]}

    def reject(self, heading: str, what: str, code: str = "against_records") -> None:
        """Reject the row: which column, what is wrong with it, and the same as a code."""
        self.problems.append(Problem(heading, what, code))

    def warn(self, heading: str, what: str) -> None:
        """Accept the row, counted as warned, and say why."""
        self.warnings.append((heading, what))


class Person(NamedTuple):
    """What other sheets need to know of a graduate."""

    id: str
    code: str
    region: str | None
    birth_date: date
    sex: str


class Kind(ABC):
    """A kind of sheet. Subclasses stand in ``<noun>/sheet.py``.

    ``take`` gets a block of rows that were read without a problem; it decides for each whether it
    is added, updated or same (``row.outcome``), or rejects it, and writes through ``batch``. What it
    adds must be found by the next block: flush before returning.
    """

    name: ClassVar[str]
    headings: ClassVar[Mapping[str, Heading]]
    block: ClassVar[int] = 1000
    """Rows taken in at a time: memory stays constant, whatever the length of the sheet."""
    repeats: ClassVar[tuple[str, ...]] = ()
    """Where identical rows are separate records: the headings that make rows identical. Such a kind
    reads ``occurrence``, the how-manieth of its like a row is, which a rejects file brings along."""
    loads: ClassVar[str] = ""
    """The table that a sheet of many rows fills, if such sheets are to come in fast."""
    unasked: ClassVar[tuple[str, ...]] = ()
    """Indexes of that table which ``take`` does not ask, or seldom: then it says so
    (:meth:`ayala.storage.database.Writing.asks`)."""
    joined: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Headings that stand for several at once (``full_name``), and which these are, in their order."""
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of headings of which a row needs at least one (``("iin", "graduate")``)."""

    person: ClassVar[str] = "graduate"
    """The heading that names a graduate by code."""
    open_to_blocked: ClassVar[bool] = False
    """Whether rows of people whose data are blocked are taken in."""

    @abstractmethod
    def take(self, rows: list[Row], batch: Batch) -> None:
        """Take in a block of rows."""

    def end(self, batch: Batch) -> None:  # noqa: B027  most kinds have nothing to say
        """Say what there is to be said of the file as a whole, after its last row."""


class Told:
    """Which headings the rows of a file told of each record: one byte a record, by the number of its code.

    A file has a million records and a handful of sets of headings. Numbers far beyond the others, which a
    sheet may bring along, and sets beyond the first 255 stand apart.
    """

    FAR = 1 << 24
    """Bytes that the row of numbers may grow by at once."""

    def __init__(self) -> None:
        self._sets = [_NOTHING]
        self._numbers: dict[Any, int] = {_NOTHING: 0}
        self._near = bytearray()
        self._apart: dict[int, frozenset[str]] = {}

    def of(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The headings that a row filled; the same object for the same headings."""
        headings = tuple(values)
        nth = self._numbers.get(headings)
        if nth is None:
            nth = self._numbers[headings] = self._number(frozenset(headings))
        return self._sets[nth]

    def get(self, record: int) -> frozenset[str]:
        """What was told of a record so far."""
        if self._apart and record in self._apart:
            return self._apart[record]
        return self._sets[self._near[record]] if record < len(self._near) else _NOTHING

    def add(self, record: int, values: Mapping[str, Any]) -> None:
        """A row told of a record."""
        earlier, now = self.get(record), self.of(values)
        if not now <= earlier:
            self.put(record, earlier | now)

    def put(self, record: int, headings: frozenset[str]) -> None:
        """What was told of a record, all of it."""
        nth = self._number(headings)
        lacking = record + 1 - len(self._near)
        if nth > 255 or lacking > self.FAR:
            self._apart[record] = headings
            return
        if lacking > 0:
            self._near.extend(bytes(max(lacking, 4096)))
        self._near[record] = nth

    def _number(self, headings: frozenset[str]) -> int:
        nth = self._numbers.get(headings)
        if nth is None:
            nth = self._numbers[headings] = len(self._sets)
            self._sets.append(headings)
        return nth


@dataclass
class Batch:
    """One file being taken in: the records to write to, and what is remembered along the way."""

    records: Records
    today: date
    file: str
    expected: int = 0
    """How many rows the file has."""
    seen: Counter[Any] = field(default_factory=Counter)
    """How many times a natural key came in this file; for kinds where identical rows are separate."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """Whatever a kind wants to remember for the length of the file."""
    notes: list[str] = field(default_factory=list)
    open_to_blocked: bool = False
    passed_by: Counter[str] = field(default_factory=Counter)
    """The codes of erased people, with how many of their rows were left as they are."""
    told: Told = field(default_factory=Told)
    following: Outcomes | None = None
    """Where what becomes of each row is written down: for a plan, and for the one that is applied."""
    listed: Listed | None = None
    """Which records the sheet names, where it is a full list."""
    renamed: int = 0
    """How many rows give a known IIN another surname and another given name."""
    _fetched: int = 0
    _said: dict[str, frozenset[str]] = field(default_factory=dict)
    _sets: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        """Add rows to a table, all at once and counted. Every row names every column it fills;
        rows of one call must fill the same columns."""
        self.records.writing.insert(table, rows)

    @cached_property
    def closed(self) -> dict[str, Closed]:
        """Those who are blocked or erased, by the key of their record."""
        from ayala.personal.closed import everyone_closed

        return everyone_closed(self.records.writing.session)

    @cached_property
    def _erased(self) -> dict[str, Closed]:
        return {person.code: person for person in self.closed.values() if person.state == "erased"}

    def passes_by(self, row: Row, kind: Kind) -> bool:
        """Whether a row is of an erased person, of whom nothing is taken in again."""
        person = self._erased.get(row.values.get(kind.person, "")) if self.closed else None
        if person is not None:
            self.leave_as_is(row, person)
        return person is not None

    def leave_as_is(self, row: Row, person: Closed) -> None:
        """Take nothing from a row of an erased person; told once a file, at its end."""
        row.outcome = "same"
        self.passed_by[person.code] += 1

    def tell_passed_by(self) -> str:
        """Whose rows were passed by, or nothing."""
        if not self.passed_by:
            return ""
        named = list(self.passed_by)[:NAMED]
        return phrases(
            "{file}: nothing is taken from {n} row of erased people: {codes}",
            "{file}: nothing is taken from {n} rows of erased people: {codes}",
            sum(self.passed_by.values()),
            file=self.file,
            codes=and_more(", ".join(named), len(self.passed_by) - len(named)),
        )

    def update(self, table: Any, id: str, values: Mapping[str, Any]) -> None:
        """Change some columns of one row, counted."""
        from sqlalchemy import update

        if self.closed:
            from ayala.personal.closed import check_update

            check_update(self, table.__table__, id, values)
        writing = self.records.writing
        columns = table.__table__.c
        writing.session.execute(update(table.__table__).where(columns.id == id).values(**values))
        writing.records += 1

    def settles(self, row: Row, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
        """Whether a row agrees with the earlier rows of this file about the same record.

        One that says otherwise is rejected: which of the two is right is for a person to say, and
        taking the later one would change the record at every import of the same file.
        """
        earlier = self._said.get(stored["id"], _NOTHING)
        if not self.agrees(row, stored, changes, earlier):
            return False
        said = earlier.union(row.values)
        self._said[stored["id"]] = self._sets.setdefault(said, said)
        self.meets(row, stored, changes)
        return True

    def agrees(
        self, row: Row, stored: Mapping[str, Any], changes: Mapping[str, Any], earlier: frozenset[str]
    ) -> bool:
        """Whether a row changes nothing of what earlier rows told of the record; else it is rejected."""
        for column in changes:
            if column in earlier and stored[column] is not None:
                row.reject(
                    column,
                    phrase("an earlier row of this sheet says otherwise of the same record"),
                    code="contradiction",
                )
                return False
        return True

    def meets(self, row: Row, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Tell a plan and a full list which record a row means, and what it changes in it.

        Called before the record is changed; :meth:`agrees` does so for the kinds that call it.
        """
        if self.following is not None:
            self.following.meets(row, stored, changes)
        if self.listed is not None:
            self.listed.meets(stored)
        if "given_name" in changes and "surname" in changes:
            self.renamed += _is_another(row, stored, changes)

    def draw_codes(self, noun: str, new: list[dict[str, Any]]) -> int:
        """Codes for records that came without; codes that came along are kept and never drawn again.

        The last number that was drawn; 0 if none was.
        """
        writing = self.records.writing
        brought = [record_codes.number_of(record["code"]) for record in new if record["code"]]
        if brought:
            writing.keep_above(noun, max(brought))
        lacking = [record for record in new if not record["code"]]
        if not lacking:
            return 0
        first = writing.draw(noun, len(lacking))
        for number, record in enumerate(lacking, first):
            record["code"] = record_codes.code(noun, number)
        return first + len(lacking) - 1

    def fetch(self, statement: Any) -> list[Any]:
        """The rows of a SQLAlchemy statement, inside the transaction.

        A statement refers to itself, and with it live on the hundreds of values it asked for. It is a few
        objects only, so the collector, which counts these, would come after a million rows.
        """
        self._fetched += 1
        if self._fetched % SWEPT == 0:
            gc.collect(1)
        return list(self.records.writing.session.execute(statement))

    def note(self, row: Row, what: str) -> None:
        """Something noticed about an accepted row: said on stderr, not counted."""
        self.notes.append(f"{self.file}:{row.line}: {what}")

    def people(self, rows: Iterable[Row]) -> dict[int, Person]:
        """The graduate whom each row names by code or IIN, by the row's line.

        Rows that name nobody on record, or two different people, are rejected here and left out.
        """
        from ayala.graduate.sheet import people_by

        rows = list(rows)
        iins = {row.values["iin"] for row in rows if "iin" in row.values}
        wanted = {row.values["graduate"] for row in rows if "graduate" in row.values}
        by_iin, by_code = people_by(self, iins, wanted)
        found: dict[int, Person] = {}
        for row in rows:
            named = [
                (heading, lookup.get(row.values[heading]))
                for heading, lookup in (("graduate", by_code), ("iin", by_iin))
                if heading in row.values
            ]
            missing = [heading for heading, person in named if person is None]
            for heading in missing:
                what = (
                    phrase("no graduate on record has {code}", code=row.values[heading])
                    if heading == "graduate"
                    else phrase("no graduate on record has this IIN")
                )
                row.reject(heading, what, code="no_such_record")
            if missing or not named:
                continue
            if len({person.id for _, person in named if person}) > 1:
                row.reject(
                    "iin", phrase("the IIN and the code belong to different graduates"), code="other_person"
                )
                continue
            heading, person = named[0]
            assert person is not None
            closed = self.closed.get(person.id) if self.closed else None
            if closed is not None and not self.open_to_blocked:
                row.reject(heading, str(closed.refusal()), code="closed_person")
                continue
            found[row.line] = person
        if self.following is not None:
            self.following.meets_people(found)
        return found


def _is_another(row: Row, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Whether an IIN on record gets the whole name of somebody else; another spelling is none.

    A row that is warned of its IIN is counted for that.
    """
    from ayala.language.names import fold

    return bool(
        row.get("iin")
        and row.values["iin"] == stored.get("iin")
        and all(heading != "iin" for heading, _ in row.warnings)
        and all(fold(changes[part]) != fold(stored[part]) for part in ("surname", "given_name"))
    )


def chunks(values: Iterable[Any], size: int = 400) -> Iterable[list[Any]]:
    """Values in lists short enough for one ``IN (…)``."""
    ordered = sorted(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


# --- parsers of cells ------------------------------------------------------------------------------


def words(text: str) -> str:
    """One line of text."""
    try:
        return clean_in(text)
    except BadText as error:
        raise BadCell(str(error), "bad_text") from None


def short(text: str) -> str:
    """One line that records are found by: a name, a title, a number."""
    try:
        return clean_in(text, longest=LONGEST_NAME)
    except BadText as error:
        raise BadCell(str(error), "bad_text") from None


def lines(text: str) -> str:
    """Text that may hold line breaks."""
    try:
        return clean_in(text, lines=True)
    except BadText as error:
        raise BadCell(str(error), "bad_text") from None


def day(text: str) -> date:
    """A day as it can be read without knowing its column: order and century are never guessed.

    What a whole column says of its days is :mod:`ayala.sheets.columns`' affair, which reads its cells so.
    """
    from ayala.sheets.days import Days

    return Days().read(text)


def number(text: str) -> int:
    """A whole number of at most nine digits; both engines have room for it."""
    if not re.fullmatch(r"-?0*[0-9]{1,9}", text):
        raise BadCell(phrase("'{text}' is not a whole number", text=shortened(text)), "bad_number")
    return int(text)


def positive(text: str) -> int:
    value = number(text)
    if value < 1:
        raise BadCell(phrase("'{text}' is not a number from 1", text=shortened(text)), "bad_number")
    return value


FURTHER = 0
"""The how-manieth of a row whose like could not be told when it was rejected: a record of its own, unless one
on record says all that it says."""


def how_manieth(text: str) -> int:
    """The how-manieth of its like a row is; ``+`` is :data:`FURTHER`."""
    return FURTHER if text == "+" else positive(text)


def measure(text: str) -> float:
    """A measured number such as an area; a decimal comma is read as well."""
    try:
        value = float(text.replace(",", ".")) if text.isascii() else -1.0
    except ValueError:
        value = -1.0
    if not 0 < value < 1e9:
        raise BadCell(phrase("'{text}' is not a number above 0", text=shortened(text)), "bad_number")
    return value


def yes_no(text: str) -> bool:
    folded = text.casefold()
    if folded in ("yes", "1", "true", "да", "иә", "+"):
        return True
    if folded in ("no", "0", "false", "нет", "жоқ", "-"):
        return False
    raise BadCell(phrase("'{text}' is neither yes nor no", text=shortened(text)), "unknown_value")


def code_of(vocabulary: str) -> Parser:
    """A code of a vocabulary, or its name in kk, ru or en."""

    def parse(text: str) -> str:
        code = read_code(vocabulary, text)
        if code is None:
            known = ", ".join(codes(vocabulary))
            raise BadCell(
                phrase("'{typed}' is none of: {known}", typed=shortened(text), known=known), "unknown_value"
            )
        return code

    return parse


def codes_of(vocabulary: str) -> Parser:
    """Several codes, separated by ``;``, ``,``, ``|`` or ``/``; a list without repeats."""
    one = code_of(vocabulary)

    def parse(text: str) -> list[str]:
        for sign in ",|/":
            text = text.replace(sign, ";")
        return list(dict.fromkeys(one(part.strip()) for part in text.split(";") if part.strip()))

    return parse


def iin(text: str) -> str:
    """A personal number that can exist."""
    try:
        return check_iin(text)
    except BadIin as error:
        raise BadCell(str(error), error.code) from None


def phone(text: str) -> str:
    """A phone number in E.164."""
    try:
        return read_phone(text)
    except BadPhone as error:
        raise BadCell(str(error), "bad_phone") from None


def phones(text: str) -> str:
    """Several phone numbers, separated by ``;`` or ``,``, or by the ``+`` of the next one; each once."""
    parts = (part.strip() for part in re.split(r"[;,]|\s(?=\+)", text))
    return " ".join(dict.fromkeys(phone(part) for part in parts if part))


def record_code(noun: str) -> Parser:
    """The code of a record, such as ``G-1042``; that of an appeal with its year, which is never guessed."""
    example = record_codes.appeal_code(2026, 12) if noun == "appeal" else record_codes.code(noun, 12)

    def parse(text: str) -> str:
        code, in_another_year = (record_codes.read_code(noun, text, date(y, 1, 1)) for y in (2000, 2001))
        if code is None or code != in_another_year:
            raise BadCell(
                phrase("'{text}' is not a code like {example}", text=shortened(text), example=example),
                "bad_record_code",
            )
        return code

    return parse
