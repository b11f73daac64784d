"""The rulebook: dated rows of law and of the office's own terms, and the choice of the one that holds.

Rows stand in the ``.toml`` files of this folder and in the office's own (setting ``rules``), each as
``[[rule]]``: an office's row with a known ``id`` takes the place of that row, one with a new ``id`` is added.
A row without restrictions holds for everybody; of several that hold on a day the most restricted one wins,
then the one that began last. A row is no wall: Ayala warns and proposes, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ayala import rules
from ayala.errors import BadSetting, NoSuchFile, NoSuchRecord
from ayala.language.phrases import phrase

FOLDER = Path(__file__).resolve().parent

RESTRICTIONS = ("organisation", "appeal_kind", "building", "procedure")
"""What a row may be restricted to; each is a list of codes, ``procedure`` a word."""

KEYS = frozenset(
    {
        "id", "what", "value", "unit", "counted_from", "extended_by", "applies_to", "organisation",
        "appeal_kind", "building", "procedure", "rolls", "at_once", "min", "max", "valid_from", "valid_to",
        "source", "proposal", "note", "next_step",
    }
)  # fmt: skip
"""The keys that a row may have."""

ORGANISATIONS = ("state", "ngo")
"""Kinds of office: a state body or institution, or an organisation of citizens."""


@dataclass(frozen=True)
class Rule:
    """One row: what it is about, how much, from when until when (both counted), and where it is written.

    ``value`` is a number, several (a ladder of days), yes or no, or names; ``unit`` says of what.
    ``counted_from`` is the day that a term begins on, which itself is not counted. ``rolls``: a last day
    that is not worked becomes the next working day. ``proposal``: no law found fixes it.
    """

    id: str
    what: str
    value: Any
    unit: str
    source: str
    counted_from: str = ""
    applies_to: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    organisation: tuple[str, ...] = ()
    appeal_kind: tuple[str, ...] = ()
    building: tuple[str, ...] = ()
    procedure: str = ""
    extended_by: str = ""
    rolls: bool = False
    proposal: bool = False
    note: str = ""
    next_step: str = ""
    file: str = ""

    @property
    def number(self) -> int:
        """The value of a row that has one number."""
        return int(self.value)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values of a row, the greatest first: the steps of a ladder."""
        found = self.value if isinstance(self.value, list | tuple) else [self.value]
        return tuple(sorted((int(value) for value in found), reverse=True))

    @property
    def restricted(self) -> int:
        """To how many things the row is restricted."""
        return sum(bool(getattr(self, name)) for name in RESTRICTIONS)

    def holds(self, on: date) -> bool:
        """Whether the row is in force on a day."""
        return self.valid_from <= on <= self.valid_to

    def fits(
        self,
        *,
        organisation: str,
        appeal_kind: str | None = None,
        building: str | None = None,
        procedure: str | None = None,
    ) -> bool:
        """Whether the restrictions of the row let it hold here."""
        return (
            (not self.organisation or organisation in self.organisation)
            and (not self.appeal_kind or appeal_kind in self.appeal_kind)
            and (not self.building or building in self.building)
            and (not self.procedure or procedure == self.procedure)
        )


@dataclass(frozen=True)
class Book:
    """All rows of an office, and the choice among them."""

    rules: tuple[Rule, ...]
    organisation: str = "state"
    _chosen: dict[Any, Rule | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rows by their names."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def by_what(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rows by what they are about, in the order of the files."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.what, []).append(rule)
        return {what: tuple(rows) for what, rows in found.items()}

    def rule(
        self,
        what: str,
        on: date,
        *,
        appeal_kind: str | None = None,
        building: str | None = None,
        procedure: str | None = None,
    ) -> Rule | None:
        """The row that holds for ``what`` on a day, here; nothing if there is none."""
        return self._best(
            rule
            for rule in self.by_what.get(what, ())
            if rule.holds(on)
            and rule.fits(
                organisation=self.organisation,
                appeal_kind=appeal_kind,
                building=building,
                procedure=procedure,
            )
        )

    def needed(self, what: str, on: date, **here: Any) -> Rule:
        """The row that holds. Raises :class:`NoSuchRecord` if the office's rules have none."""
        found = self.rule(what, on, **here)
        if found is None:
            raise NoSuchRecord(
                phrase("no rule says '{what}' for {day}", what=what, day=on), "ayala rules check"
            )
        return found

    def for_appeal(self, what: str, received_on: date, registered_on: date, kind: str) -> Rule | None:
        """The row for an appeal: in force on the day it was received, or registered if the row counts
        from there.

        Nothing is registered before it was received: such a day of a sheet is taken for the later one.
        """
        asked = (what, received_on, registered_on, kind)
        if asked not in self._chosen:
            later = max(received_on, registered_on)
            self._chosen[asked] = self._best(
                rule
                for rule in self.by_what.get(what, ())
                if rule.holds(later if rule.counted_from == "registered_on" else received_on)
                and rule.fits(organisation=self.organisation, appeal_kind=kind)
            )
        return self._chosen[asked]

    def _best(self, rules: Iterable[Rule]) -> Rule | None:
        return max(rules, key=lambda rule: (rule.restricted, rule.valid_from), default=None)


# --- reading ---------------------------------------------------------------------------------------


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file as they stand there. :class:`NoSuchFile`, or :class:`BadSetting` if it is no
    file of rules."""
    import tomllib

    try:
        with path.open("rb") as stream:
            data = tomllib.load(stream)
    except FileNotFoundError:
        raise NoSuchFile(phrase("there is no file {name}", name=path)) from None
    except OSError as error:
        raise NoSuchFile(phrase("{name} cannot be read: {cause}", name=path, cause=error.strerror)) from None
    except UnicodeDecodeError:
        raise BadSetting(phrase("{file} is not UTF-8", file=path)) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(
            f"{path}: {error}", phrase("rows of the form  [[rule]]  as `ayala rules list` shows")
        ) from None
    rows = data.pop("rule", [])
    if data or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadSetting(
            phrase("{file}: '{key}' is no list of rules", file=path, key=next(iter(data), "rule")),
            phrase("rows of the form  [[rule]]"),
        )
    return rows


def rule_of(row: Mapping[str, Any], file: str) -> Rule:
    """A row as a rule. :class:`BadSetting` names the row and what is wrong with its form."""
    if wrong := wrong_form(row):
        name = row.get("id")
        shown = name if isinstance(name, str) and name else phrase("a rule without id")
        raise BadSetting(f"{file}: {shown}: {wrong}")
    given = {key: value for key, value in row.items() if key not in ("at_once", "min", "max")}
    lists = {key: tuple(row[key]) for key in ("organisation", "appeal_kind", "building") if key in row}
    value = tuple(row["value"]) if isinstance(row["value"], list) else row["value"]
    return Rule(**{**given, **lists, "value": value, "file": file})


def wrong_form(row: Mapping[str, Any]) -> str:
    """What is wrong with the form of a row, or nothing."""
    for key in ("id", "what", "value", "unit", "source"):
        if key not in row:
            return phrase("'{key}' is missing", key=key)
    for key, value in row.items():
        if key not in KEYS:
            return phrase("'{key}' is not known", key=key)
        if not _fits_key(key, value):
            return phrase("the value of '{key}' cannot be read", key=key)
    return ""


def _fits_key(key: str, value: Any) -> bool:
    match key:
        case "value":
            parts = value if isinstance(value, list) else [value]
            return bool(parts) and all(isinstance(part, int | str) for part in parts)
        case "valid_from" | "valid_to":
            return type(value) is date
        case "organisation" | "appeal_kind" | "building":
            return isinstance(value, list) and bool(value) and all(isinstance(part, str) for part in value)
        case "rolls" | "proposal" | "at_once":
            return isinstance(value, bool)
        case "min" | "max":
            return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


@cache
def shipped() -> tuple[Rule, ...]:
    """The rows that come with Ayala."""
    return tuple(rule_of(row, path.name) for path in sorted(FOLDER.glob("*.toml")) for row in read(path))


def with_own(own: Iterable[Rule]) -> tuple[Rule, ...]:
    """The shipped rows with the office's: a known ``id`` is replaced, a new one added."""
    mine = {rule.id: rule for rule in own}
    kept = [mine.pop(rule.id, rule) for rule in shipped()]
    return (*kept, *mine.values())


def book_of(path: Path | None, organisation: str = "state") -> Book:
    """The rules of an office with a file of its own, or without."""
    own = [rule_of(row, path.name) for row in read(path)] if path else []
    return Book(with_own(own), organisation)


# --- the rules of the running command --------------------------------------------------------------

_opened: list[tuple[rules.Source, Book]] = []


def current() -> Book:
    """The rules of this office."""
    source = rules.source()
    if not _opened or _opened[0][0] != source:
        _opened[:] = [(source, book_of(*source()))]
    return _opened[0][1]


def rows_of(what: str) -> Iterator[Rule]:
    """The rows of this office for ``what``, whenever they hold."""
    yield from current().by_what.get(what, ())
