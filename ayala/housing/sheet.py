"""Sheets of housing: apartments, queue entries, and positions as they were reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from ayala.sheets.rows import (
    Batch,
    Heading,
    Kind,
    Person,
    Row,
    chunks,
    code_of,
    day,
    iin,
    lines,
    measure,
    positive,
    record_code,
    short,
    words,
)

PERSON = ("iin", "graduate")


class Apartments(Kind):
    """``apartments``: one row an apartment granted; the person and the day tell it from others."""

    name = "apartments"
    headings: ClassVar[Mapping[str, Heading]] = {
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "granted_on": Heading(day, required=True),
        "region": Heading(code_of("region")),
        "address": Heading(words),
        "rooms": Heading(positive),
        "area": Heading(measure),
        "tenure": Heading(code_of("tenure")),
        "decision": Heading(words),
        "note": Heading(lines),
    }
    one_of = (PERSON,)

    COLUMNS = ("region", "address", "rooms", "area", "tenure", "decision", "note")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Apartment, new_key

        people = batch.people(rows)
        table = Apartment.__table__  # type: ignore[attr-defined]
        known: dict[tuple[str, date], dict[str, Any]] = {}
        for part in chunks({person.id for person in people.values()}):
            for found in batch.fetch(select(table).where(table.c.graduate_id.in_(part))):
                known[found.graduate_id, found.granted_on] = dict(found._mapping)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            person = people.get(row.line)
            if person is None:
                continue
            key = person.id, row.values["granted_on"]
            stored = known.get(key)
            if stored is None:
                record = {"id": new_key(), "graduate_id": person.id, "granted_on": key[1]}
                record |= {column: row.get(column) for column in self.COLUMNS}
                known[key] = record
                new.append(record)
                batch.settles(row, record, {})
                fresh.add(record["id"])
                row.outcome = "added"
                continue
            changes = row.changes(stored, self.COLUMNS)
            if not batch.settles(row, stored, changes):
                continue
            row.outcome = "updated" if changes else "same"
            stored.update(changes)
            if changes and stored["id"] not in fresh:
                batch.update(Apartment, stored["id"], changes)
        batch.insert(Apartment, new)


class Queue(Kind):
    """``queue``: one row a registration in the outside queue.

    Known by its code, else by person, registrar and day of registration. A status is never moved
    back to waiting by a sheet: ``ayala housing queue reopen`` does that, with a reason.
    """

    name = "queue"
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("queue")),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "registrar": Heading(code_of("registrar"), required=True),
        "registered_on": Heading(day, required=True),
        "number": Heading(short),
        "category": Heading(words),
        "status": Heading(code_of("queue_status")),
        "closed_on": Heading(day),
        "note": Heading(lines),
    }
    one_of = (PERSON,)

    COLUMNS = ("registrar", "registered_on", "number", "category", "status", "closed_on", "note")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import QueueEntry, QueueEvent, new_key

        people = batch.people(rows)
        entries = _Entries(batch)
        entries.fetch(
            people=(person.id for person in people.values()), codes=(row.get("code") for row in rows)
        )
        new: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            person = people.get(row.line)
            if person is None:
                continue
            stored = entries.match(row, person)
            if row.problems:
                continue
            if stored is None:
                record = {"id": new_key(), "code": row.get("code"), "graduate_id": person.id}
                record |= {column: row.get(column) for column in self.COLUMNS}
                record["status"] = record["status"] or "waiting"
                self._closing(row, record, batch)
                if record["closed_on"]:
                    events.append(_event(record, record["closed_on"], batch))
                new.append(record)
                batch.settles(row, record, {})
                fresh.add(record["id"])
                entries.remember(record)
                row.outcome = "added"
                continue
            before = stored["status"]
            changes = self._changes(row, stored, batch)
            if not batch.settles(row, stored, changes):
                continue
            row.outcome = "updated" if changes else "same"
            if not changes:
                continue
            entries.change(stored, changes)
            if stored["id"] not in fresh:
                batch.update(QueueEntry, stored["id"], changes)
            if stored["status"] != before:
                events.append(_event(stored, stored["closed_on"] or batch.today, batch))
        self._notice_age(rows, people, batch)
        batch.draw_codes("queue", new)
        batch.insert(QueueEntry, new)
        batch.insert(QueueEvent, events)

    def _changes(self, row: Row, stored: Mapping[str, Any], batch: Batch) -> dict[str, Any]:
        changes = row.changes(stored, self.COLUMNS)
        if changes.get("status") == "waiting":
            del changes["status"]
            batch.note(row, f"{stored['code']} is closed: {stored['status']}; a sheet does not reopen it")
        after = {**stored, **changes}
        self._closing(row, after, batch)
        if after["closed_on"] == stored["closed_on"]:
            changes.pop("closed_on", None)
        return changes

    def _closing(self, row: Row, record: dict[str, Any], batch: Batch) -> None:
        """An entry that is waiting has no day of closing."""
        if record["status"] == "waiting" and record["closed_on"]:
            record["closed_on"] = None
            batch.note(row, "closed_on is left out: the entry is waiting")

    def _notice_age(self, rows: Iterable[Row], people: Mapping[int, Person], batch: Batch) -> None:
        """Warn of those who were too old on the day of registration, conscript service counted."""
        from ayala.housing.policy import too_old

        suspects = {
            row.line: row
            for row in rows
            if row.line in people
            and not row.problems
            and too_old(people[row.line].birth_date, 0, row.values["registered_on"])
        }
        if not suspects:
            return
        from sqlalchemy import select

        from ayala.storage.tables import Graduate

        table = Graduate.__table__.c  # type: ignore[attr-defined]
        served: dict[str, int | None] = {}
        for part in chunks({people[line].id for line in suspects}):
            served |= {
                found.id: found.conscript_months
                for found in batch.fetch(select(table.id, table.conscript_months).where(table.id.in_(part)))
            }
        for line, row in suspects.items():
            person = people[line]
            why = too_old(person.birth_date, served[person.id], row.values["registered_on"])
            if why:
                row.warn("registered_on", why)


class Positions(Kind):
    """``positions``: one row a position reported for a day.

    The entry is named by its code (``queue``), else by its number at the registrar, else it is the
    person's entry there: the waiting one, else the latest.
    """

    name = "positions"
    headings: ClassVar[Mapping[str, Heading]] = {
        "queue": Heading(record_code("queue")),
        "number": Heading(short),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "registrar": Heading(code_of("registrar"), required=True),
        "position": Heading(positive, required=True),
        "position_on": Heading(day, required=True),
        "document": Heading(words),
    }
    one_of = (("queue", "number", *PERSON),)

    COLUMNS = ("position", "document")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Position, new_key

        meant = self._entries(rows, batch)
        known = self._known(rows, meant, batch)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            entry = meant.get(row.line)
            if entry is None:
                continue
            key = entry, row.values["position_on"]
            stored = known.get(key)
            if stored is None:
                record = {"id": new_key(), "entry_id": entry, "position_on": key[1]}
                record |= {column: row.get(column) for column in self.COLUMNS}
                known[key] = record
                new.append(record)
                batch.settles(row, record, {})
                fresh.add(record["id"])
                row.outcome = "added"
                continue
            changes = row.changes(stored, self.COLUMNS)
            if not batch.settles(row, stored, changes):
                continue
            row.outcome = "updated" if changes else "same"
            stored.update(changes)
            if changes and stored["id"] not in fresh:
                batch.update(Position, stored["id"], changes)
        batch.insert(Position, new)

    def _entries(self, rows: list[Row], batch: Batch) -> dict[int, str]:
        """The key of the queue entry that each row means; rows that mean none are rejected."""
        people = batch.people(row for row in rows if "iin" in row.values or "graduate" in row.values)
        entries = _Entries(batch)
        entries.fetch(
            people=(person.id for person in people.values()),
            codes=(row.get("queue") for row in rows),
            numbers=(row.get("number") for row in rows if "queue" not in row.values),
        )
        meant: dict[int, str] = {}
        for row in rows:
            if row.problems:
                continue
            found = entries.meant(row, people.get(row.line), batch)
            holder = batch.closed.get(found["graduate_id"]) if found is not None and batch.closed else None
            if holder is not None and holder.state == "erased":
                batch.leave_as_is(row, holder)
            elif holder is not None:
                row.reject(
                    "queue" if "queue" in row.values else "number",
                    str(holder.refusal()),
                    code="closed_person",
                )
            elif found is not None:
                meant[row.line] = found["id"]
        return meant

    def _known(
        self, rows: list[Row], meant: Mapping[int, str], batch: Batch
    ) -> dict[tuple[str, date], dict[str, Any]]:
        from sqlalchemy import select

        from ayala.storage.tables import Position

        if not meant:
            return {}
        table = Position.__table__  # type: ignore[attr-defined]
        days = [row.values["position_on"] for row in rows if row.line in meant]
        between = table.c.position_on.between(min(days), max(days))
        known: dict[tuple[str, date], dict[str, Any]] = {}
        for part in chunks(set(meant.values())):
            for found in batch.fetch(select(table).where(table.c.entry_id.in_(part), between)):
                known[found.entry_id, found.position_on] = dict(found._mapping)
        return known


class _Entries:
    """The queue entries on record that a block of rows may mean."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_key: dict[tuple[str, str, date], dict[str, Any]] = {}
        self.by_number: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.of_person: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)

    def fetch(
        self,
        *,
        people: Iterable[str] = (),
        codes: Iterable[str | None] = (),
        numbers: Iterable[str | None] = (),
    ) -> None:
        from sqlalchemy import select

        from ayala.language.catalogue import codes as codes_known
        from ayala.storage.tables import QueueEntry

        table = QueueEntry.__table__  # type: ignore[attr-defined]
        there: dict[str, dict[str, Any]] = {}
        for column, wanted, more in (
            (table.c.graduate_id, people, ()),
            (table.c.code, codes, ()),
            (table.c.number, numbers, (table.c.registrar.in_(codes_known("registrar")),)),
        ):
            for part in chunks({value for value in wanted if value}):
                for found in self.batch.fetch(select(table).where(column.in_(part), *more)):
                    there[found.id] = dict(found._mapping)
        for record in there.values():
            self.remember(record)

    def remember(self, record: dict[str, Any]) -> None:
        if record["code"]:
            self.by_code[record["code"]] = record
        self.by_key[_natural(record)] = record
        if record["number"]:
            self.by_number[record["registrar"], record["number"]].append(record)
        self.of_person[record["graduate_id"], record["registrar"]].append(record)

    def change(self, record: dict[str, Any], changes: Mapping[str, Any]) -> None:
        del self.by_key[_natural(record)]
        record.update(changes)
        self.by_key[_natural(record)] = record

    def match(self, row: Row, person: Person) -> dict[str, Any] | None:
        """The entry that a row of the queue is; a row that contradicts it is rejected."""
        natural = self.by_key.get((person.id, row.values["registrar"], row.values["registered_on"]))
        coded = self.by_code.get(row.get("code") or "")
        if coded is None:
            return natural
        if coded["graduate_id"] != person.id:
            row.reject("code", f"{coded['code']} is another person's entry here", code="other_person")
        elif natural is not None and natural is not coded:
            row.reject(
                "code",
                f"{natural['code']} is on record for this person, registrar and day",
                code="contradiction",
            )
        return coded

    def meant(self, row: Row, person: Person | None, batch: Batch) -> dict[str, Any] | None:
        """The entry that a position is of; a row that means none, or several, is rejected."""
        registrar = row.values["registrar"]
        if code := row.get("queue"):
            return self._of_code(row, code, registrar, person)
        number = row.get("number")
        if number:
            found = self.by_number.get((registrar, number), [])
            if person is not None:
                theirs = [entry for entry in found if entry["graduate_id"] == person.id]
                if found and not theirs:
                    row.reject(
                        "number", f"the {registrar}'s {number} is another person's entry", code="other_person"
                    )
                    return None
                found = theirs
            if len(found) > 1:
                row.reject(
                    "number",
                    f"{len(found)} queue entries have this number at the {registrar}",
                    code="several_fit",
                )
                return None
            if found:
                return found[0]
            if person is None:
                row.reject(
                    "number",
                    f"no queue entry on record has this number at the {registrar}",
                    code="no_such_record",
                )
                return None
        assert person is not None
        return self._of_person(row, person, registrar, number, batch)

    def _of_code(self, row: Row, code: str, registrar: str, person: Person | None) -> dict[str, Any] | None:
        entry = self.by_code.get(code)
        if entry is None:
            row.reject("queue", f"there is no queue entry {code}", code="no_such_record")
        elif entry["registrar"] != registrar:
            row.reject("registrar", f"{code} is with the {entry['registrar']}", code="contradiction")
        elif person is not None and entry["graduate_id"] != person.id:
            row.reject("queue", f"{code} is another person's entry", code="other_person")
        else:
            return entry
        return None

    def _of_person(
        self, row: Row, person: Person, registrar: str, number: str | None, batch: Batch
    ) -> dict[str, Any] | None:
        theirs = self.of_person.get((person.id, registrar), [])
        waiting = [entry for entry in theirs if entry["status"] == "waiting"]
        if not theirs:
            row.reject(
                "registrar", f"{person.code} has no queue entry with the {registrar}", code="no_such_record"
            )
            return None
        if len(waiting) > 1:
            named = ", ".join(sorted(entry["code"] for entry in waiting))
            row.reject(
                "graduate",
                f"{person.code} has several entries waiting with the {registrar}: {named}",
                code="several_fit",
            )
            return None
        found: dict[str, Any] = (
            waiting[0] if waiting else max(theirs, key=lambda entry: entry["registered_on"])
        )
        if number and found["number"] and found["number"] != number:
            batch.note(row, f"taken as of {found['code']}, whose number is another")
        return found


def _natural(record: Mapping[str, Any]) -> tuple[str, str, date]:
    return record["graduate_id"], record["registrar"], record["registered_on"]


def _event(record: Mapping[str, Any], on: date, batch: Batch) -> dict[str, Any]:
    from ayala.storage.tables import new_key

    return {
        "id": new_key(),
        "entry_id": record["id"],
        "happened_on": on,
        "status": record["status"],
        "made_by": batch.records.writing.author,
        "reason": None,
    }
