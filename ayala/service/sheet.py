"""Sheets of services, of group sessions and of their lists: headings, natural keys, what a row changes.

Services are told apart by code, else by person, kind, mode and both days; identical rows are separate
records, the first of the file being the first on record. Sessions and attendances are one record
however often they come. An empty or absent cell keeps what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from ayala import record_codes
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.service.attendees import has_letters
from ayala.sheets.rows import (
    FURTHER,
    BadCell,
    Batch,
    Heading,
    Kind,
    Person,
    Row,
    chunks,
    code_of,
    day,
    how_manieth,
    iin,
    lines,
    number,
    record_code,
    short,
    words,
)

# --- parsers of cells ----------------------------------------------------------------------------


def headcount(text: str) -> int:
    value = number(text)
    if value < 0:
        raise BadCell(phrase("'{number}' is not a number from 0", number=value), "bad_number")
    return value


def guest_name(text: str) -> str:
    name = short(text)
    if not has_letters(name):
        raise BadCell(phrase("a name without letters"), "bad_name")
    return name


# --- services ------------------------------------------------------------------------------------

KEY = ("kind", "mode", "planned_on", "provided_on")
COMPARED = (*KEY, "provider", "cancelled_on", "outcome", "note")

Key = tuple[Any, ...]


class Services(Kind):
    """``services``: one row a service to one person."""

    name = "services"
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("service")),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "kind": Heading(code_of("kind"), required=True),
        "mode": Heading(code_of("mode"), required=True),
        "provider": Heading(words),
        "planned_on": Heading(day),
        "provided_on": Heading(day),
        "cancelled_on": Heading(day),
        "appeal": Heading(words),
        "outcome": Heading(words),
        "note": Heading(lines),
        "occurrence": Heading(how_manieth),
    }
    one_of = (("iin", "graduate"),)
    repeats = ("iin", "graduate", *KEY)

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Service

        people = batch.people(rows)
        rows = [row for row in rows if row.line in people]
        appeals = _appeals(batch, rows)
        known = _KnownServices(batch, rows, people)
        new: list[dict[str, Any]] = []
        for row in rows:
            person = people[row.line]
            given = {column: row.values[column] for column in COMPARED if column in row.values}
            if (appeal := row.get("appeal")) is not None:
                if appeal not in appeals:
                    row.reject(
                        "appeal",
                        phrase("no appeal on record has the code or number '{typed}'", typed=appeal),
                        code="no_such_record",
                    )
                    continue
                given["appeal_id"] = appeals[appeal]
            stored = known.match(row, person)
            if stored is not None and stored["graduate_id"] != person.id:
                row.reject(
                    "code",
                    phrase("{code} is another person's service here", code=row.get("code")),
                    code="other_person",
                )
                continue
            after = {**(stored or {}), **given}
            if after.get("provided_on") and after.get("cancelled_on"):
                row.reject("cancelled_on", phrase("a service that was given cannot be cancelled"))
                continue
            if stored is None:
                new.append(known.added(row, person, given))
                batch.meets(row, new[-1], {})
                row.outcome = "added"
                continue
            changes = {column: value for column, value in given.items() if stored[column] != value}
            batch.meets(row, stored, changes)
            row.outcome = "updated" if changes else "same"
            if changes:
                stored.update(changes)
                if "fresh" not in stored:
                    batch.update(Service, stored["id"], changes)
        batch.draw_codes("service", new)
        batch.insert(
            Service, [{key: value for key, value in record.items() if key != "fresh"} for record in new]
        )


def _appeals(batch: Batch, rows: Iterable[Row]) -> dict[str, str]:
    """The keys of the appeals that rows name, by register code or outside number."""
    from sqlalchemy import select

    from ayala.storage.tables import Appeal

    named = {row.values["appeal"] for row in rows if "appeal" in row.values}
    if not named:
        return {}
    table = Appeal.__table__.c  # type: ignore[attr-defined]
    codes = {text: code for text in named if (code := _appeal_code(text))}
    found: dict[str, str] = {}
    for column, wanted in ((table.code, set(codes.values())), (table.number, named)):
        for part in chunks(wanted):
            found |= {row[0]: row[1] for row in batch.fetch(select(column, table.id).where(column.in_(part)))}
    return {text: found[way] for text in named for way in (codes.get(text), text) if way in found}


def _appeal_code(text: str) -> str | None:
    """A register code; never a bare number, whose year would have to be guessed."""
    return record_codes.read_code("appeal", text, _ANY_DAY) if text.count("-") == 2 else None


_ANY_DAY = date(2000, 1, 1)


class _KnownServices:
    """The services on record that a block of rows may mean, each meant by one row of the file at most."""

    def __init__(self, batch: Batch, rows: list[Row], people: Mapping[int, Person]) -> None:
        from sqlalchemy import and_, select, tuple_

        from ayala.storage.tables import Service

        table = Service.__table__.c  # type: ignore[attr-defined]
        memory = batch.memory
        if "taken" not in memory:
            memory["taken"] = set()
            # What the file itself adds is taken already, so an empty register needs no looking up by key.
            memory["began_empty"] = not batch.fetch(select(table.id).limit(1))
        self.taken: set[str] = memory["taken"]
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_key: dict[Key, list[dict[str, Any]]] = {}
        wanted = select(
            table.id, table.code, table.graduate_id, table.appeal_id, *(table[column] for column in COMPARED)
        )
        for part in chunks({row.values["code"] for row in rows if "code" in row.values}):
            for found in batch.fetch(wanted.where(table.code.in_(part))):
                self.by_code[found.code] = dict(found._mapping)
        self.taken.update(stored["id"] for stored in self.by_code.values())
        if memory["began_empty"]:
            return
        given = {(people[row.line].id, row.get("provided_on")) for row in rows}
        days = tuple_(table.graduate_id, table.provided_on)
        near = [days.in_(part) for part in chunks(pair for pair in given if pair[1])] + [
            and_(table.graduate_id.in_(part), table.provided_on.is_(None))
            for part in chunks(id for id, day in given if not day)
        ]
        for condition in near:
            for found in batch.fetch(wanted.where(condition)):
                if found.id not in self.taken:
                    stored = dict(found._mapping)
                    self.by_key.setdefault(_key(stored["graduate_id"], stored), []).append(stored)
        for namesakes in self.by_key.values():
            if len(namesakes) > 1:
                namesakes.sort(key=lambda stored: record_codes.number_of(stored["code"]))

    def match(self, row: Row, person: Person) -> dict[str, Any] | None:
        """The record a row means: of its code, else the first of its key that no row has meant yet."""
        stored = self.by_code.get(row.get("code"))
        if stored is None:
            namesakes = self.by_key.get(_key(person.id, row.values), [])
            which = row.get("occurrence")
            if which == FURTHER:
                said = [column for column in COMPARED if column in row.values]
                stored = next((s for s in namesakes if all(s[c] == row.values[c] for c in said)), None)
            elif which is not None:
                stored = namesakes[which - 1] if which <= len(namesakes) else None
            else:
                stored = next((one for one in namesakes if one["id"] not in self.taken), None)
            if stored is not None:
                self.taken.add(stored["id"])
        return stored

    def added(self, row: Row, person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
        """A new record, not to be meant by another row unless by its code."""
        from ayala.storage.tables import new_key

        record: dict[str, Any] = {"id": new_key(), "code": row.get("code"), "graduate_id": person.id}
        record |= {column: given.get(column) for column in (*COMPARED, "appeal_id")}
        record["fresh"] = True
        self.taken.add(record["id"])
        if record["code"]:
            self.by_code[record["code"]] = record
        return record


def _key(graduate_id: str, values: Mapping[str, Any]) -> Key:
    return (graduate_id, *(values.get(column) for column in KEY))


# --- sessions ------------------------------------------------------------------------------------

SESSION_KEY = ("kind", "mode", "held_on", "title", "provider")
SESSION_COMPARED = (*SESSION_KEY, "region", "guests", "note", "cancelled_on")


class Sessions(Kind):
    """``sessions``: one row a group session; who came is in ``attendance``."""

    name = "sessions"
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("session")),
        "kind": Heading(code_of("kind"), required=True),
        "mode": Heading(code_of("mode"), required=True),
        "held_on": Heading(day, required=True),
        "provider": Heading(words),
        "title": Heading(words),
        "region": Heading(code_of("region")),
        "guests": Heading(headcount),
        "note": Heading(lines),
        "cancelled_on": Heading(day),
    }

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Session, new_key

        by_code, by_key = self._known(rows, batch)
        new: list[dict[str, Any]] = []
        for row in rows:
            code, key = row.get("code"), tuple(row.get(column) for column in SESSION_KEY)
            stored = by_code.get(code)
            if stored is None and code is None:
                alike = by_key.get(key, [])
                if len(alike) > 1:
                    row.reject(
                        "held_on",
                        phrase("several sessions on record are alike: give the code"),
                        code="several_fit",
                    )
                    continue
                stored = alike[0] if alike else None
            if stored is None:
                record: dict[str, Any] = {"id": new_key(), "code": code}
                record |= {column: row.get(column) for column in SESSION_COMPARED}
                record["guests"] = row.get("guests") or 0
                new.append(record)
                by_key.setdefault(key, []).append(record)
                if code:
                    by_code[code] = record
                batch.meets(row, record, {})
                row.outcome = "added"
                continue
            changes = {
                column: row.values[column]
                for column in SESSION_COMPARED
                if column in row.values and row.values[column] != stored[column]
            }
            batch.meets(row, stored, changes)
            row.outcome = "updated" if changes else "same"
            if changes:
                stored.update(changes)
                if not any(record is stored for record in new):
                    batch.update(Session, stored["id"], changes)
        batch.draw_codes("session", new)
        batch.insert(Session, new)

    def _known(
        self, rows: list[Row], batch: Batch
    ) -> tuple[dict[Any, dict[str, Any]], dict[Key, list[dict[str, Any]]]]:
        """Sessions on record by their code, and by what else tells them."""
        from sqlalchemy import select

        from ayala.storage.tables import Session

        table = Session.__table__.c  # type: ignore[attr-defined]
        wanted = select(table.id, table.code, *(table[column] for column in SESSION_COMPARED))
        by_code: dict[Any, dict[str, Any]] = {}
        by_key: dict[Key, list[dict[str, Any]]] = {}
        for column, values in (
            (table.code, {row.values["code"] for row in rows if "code" in row.values}),
            (table.held_on, {row.values["held_on"] for row in rows}),
        ):
            for part in chunks(values):
                for found in batch.fetch(wanted.where(column.in_(part))):
                    by_code.setdefault(found.code, dict(found._mapping))
        for stored in by_code.values():
            by_key.setdefault(tuple(stored[column] for column in SESSION_KEY), []).append(stored)
        return by_code, by_key


# --- attendance ----------------------------------------------------------------------------------


class Attendances(Kind):
    """``attendance``: one row a person at a session, a graduate or a guest by name.

    A name is never looked up here, so that a sheet comes out as it went in; a note tells of guests
    who may be on record. A row with both a graduate and the name of a guest identifies the guest.
    """

    name = "attendance"
    headings: ClassVar[Mapping[str, Heading]] = {
        "session": Heading(record_code("session"), required=True),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "name": Heading(guest_name),
        "note": Heading(lines),
    }
    one_of = (("iin", "graduate", "name"),)

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Attendance, new_key

        people = batch.people(row for row in rows if row.get("iin") or row.get("graduate"))
        rows = [row for row in rows if not row.problems]
        sessions = self._sessions(rows, batch)
        by_person, by_name = self._known(set(sessions.values()), batch)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            session_id = sessions.get(row.values["session"])
            if session_id is None:
                row.reject(
                    "session",
                    phrase("there is no session {code}", code=row.values["session"]),
                    code="no_such_record",
                )
                continue
            person, name = people.get(row.line), row.get("name")
            name_key = fold(name) if name else None
            stored = by_person.get((session_id, person.id)) if person else None
            if stored is None and name_key:
                namesake = by_name.get((session_id, name_key))
                if namesake and (person is None or namesake["graduate_id"] is None):
                    stored = namesake
            given = {"name": name, "name_key": name_key, "note": row.get("note")}
            if person is not None:
                given["graduate_id"] = person.id
            if stored is None:
                stored = {"id": new_key(), "session_id": session_id, "graduate_id": None, **given}
                new.append(stored)
                fresh.add(stored["id"])
                batch.meets(row, stored, {})
                row.outcome = "added"
            else:
                changes = {
                    column: value
                    for column, value in given.items()
                    if value is not None and stored[column] != value
                }
                batch.meets(row, stored, changes)
                row.outcome = "updated" if changes else "same"
                stored.update(changes)
                if changes and stored["id"] not in fresh:
                    batch.update(Attendance, stored["id"], changes)
            if stored["graduate_id"]:
                by_person[session_id, stored["graduate_id"]] = stored
            if stored["name_key"]:
                by_name.setdefault((session_id, stored["name_key"]), stored)
        batch.insert(Attendance, new)
        self._tell_of_namesakes(
            [row for row in rows if row.outcome == "added" and row.line not in people], batch
        )

    def _sessions(self, rows: Iterable[Row], batch: Batch) -> dict[str, str]:
        """The keys of the sessions that rows name, by code."""
        from sqlalchemy import select

        from ayala.storage.tables import Session

        table = Session.__table__.c  # type: ignore[attr-defined]
        found: dict[str, str] = {}
        for part in chunks({row.values["session"] for row in rows}):
            found |= dict(batch.fetch(select(table.code, table.id).where(table.code.in_(part))))
        return found

    def _known(
        self, sessions: set[str], batch: Batch
    ) -> tuple[dict[tuple[str, str], dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]:
        """What is on the lists of these sessions, by person and by folded name."""
        from sqlalchemy import select

        from ayala.storage.tables import Attendance

        table = Attendance.__table__.c  # type: ignore[attr-defined]
        wanted = select(table.id, table.session_id, table.graduate_id, table.name, table.name_key, table.note)
        by_person: dict[tuple[str, str], dict[str, Any]] = {}
        by_name: dict[tuple[str, str], dict[str, Any]] = {}
        for part in chunks(sessions):
            for found in batch.fetch(wanted.where(table.session_id.in_(part))):
                stored = dict(found._mapping)
                if found.graduate_id:
                    by_person[found.session_id, found.graduate_id] = stored
                if found.name_key:
                    by_name.setdefault((found.session_id, found.name_key), stored)
        return by_person, by_name

    def _tell_of_namesakes(self, guests: list[Row], batch: Batch) -> None:
        """Note for each new guest who is called like somebody on record; no personal number is said."""
        from sqlalchemy import select

        from ayala.storage.tables import Graduate

        table = Graduate.__table__.c  # type: ignore[attr-defined]
        keys = {fold(row.values["name"]): row for row in guests}
        for part in chunks(keys):
            for found in batch.fetch(select(table.name_key, table.code).where(table.name_key.in_(part))):
                row = keys[found.name_key]
                batch.note(
                    row,
                    phrase(
                        "name: a guest called like {code}; if it is the same person: ayala service "
                        "session identify {session} NAME {code}",
                        code=found.code,
                        session=row.values["session"],
                    ),
                )
