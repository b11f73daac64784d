"""Sheets of housing: apartments, queue entries, and positions as they were reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from ayala.language.catalogue import word
from ayala.language.names import fold
from ayala.language.phrases import phrase, phrases
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
            batch.note(
                row,
                phrase(
                    "{entry} is closed: {status}; a sheet does not reopen it",
                    entry=stored["code"],
                    status=word("queue_status", stored["status"]),
                ),
            )
        after = {**stored, **changes}
        self._closing(row, after, batch)
        if after["closed_on"] == stored["closed_on"]:
            changes.pop("closed_on", None)
        return changes

    def _closing(self, row: Row, record: dict[str, Any], batch: Batch) -> None:
        """An entry that is waiting has no day of closing."""
        if record["status"] == "waiting" and record["closed_on"]:
            record["closed_on"] = None
            batch.note(row, phrase("closed_on is left out: the entry is waiting"))

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
    person's entry there: the waiting one, else the latest. The person is named by code or IIN; a letter of
    the registrar's may name people by name, in columns of its own or in one, which is looked for among those
    who are in this registrar's queue.
    """

    name = "positions"
    headings: ClassVar[Mapping[str, Heading]] = {
        "queue": Heading(record_code("queue")),
        "number": Heading(short),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "surname": Heading(short),
        "given_name": Heading(short),
        "patronymic": Heading(short),
        "birth_date": Heading(day),
        "name": Heading(short),
        "registrar": Heading(code_of("registrar"), required=True),
        "position": Heading(positive, required=True),
        "position_on": Heading(day, required=True),
        "document": Heading(words),
    }
    one_of = (("queue", "number", *PERSON, "surname", "name"),)

    COLUMNS = ("position", "document")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Position, new_key

        meant = self._entries(rows, batch)
        known, earlier = self._known(rows, meant, batch)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            entry = meant.get(row.line)
            if entry is None:
                continue
            key = entry["id"], row.values["position_on"]
            stored = known.get(key)
            if stored is None or stored["position"] != row.values["position"]:
                _notice_back(row, entry, earlier.get(entry["id"], ()), batch)
            if stored is None:
                record = {"id": new_key(), "entry_id": entry["id"], "position_on": key[1]}
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

    def _entries(self, rows: list[Row], batch: Batch) -> dict[int, dict[str, Any]]:
        """The queue entry that each row means; rows that mean none are rejected."""
        people = batch.people(_by_person(rows, batch))
        entries = _Entries(batch)
        entries.fetch(
            people=(person.id for person in people.values()),
            codes=(row.get("queue") for row in rows),
            numbers=(row.get("number") for row in rows if "queue" not in row.values),
        )
        named = [row for row in rows if _letters_name(row) and not row.problems]
        queued = _Queued(batch, named) if named else None
        meant: dict[int, dict[str, Any]] = {}
        for row in rows:
            if row.problems:
                continue
            found = entries.meant(row, people.get(row.line), batch, queued)
            if found is not None and queued is not None:
                queued.check(row, found, batch)
            if row.problems:
                continue
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
                meant[row.line] = found
        strangers = [row for row in rows if "iin" in row.values and row.line not in people]
        self._refuse_other_iins(strangers, meant, batch)
        return meant

    def _refuse_other_iins(
        self, strangers: list[Row], meant: dict[int, dict[str, Any]], batch: Batch
    ) -> None:
        """Reject the rows whose IIN nobody has, where the entry's holder has one: it is somebody else's."""
        from sqlalchemy import select

        from ayala.storage.tables import Graduate

        table = Graduate.__table__.c  # type: ignore[attr-defined]
        holders = {meant[row.line]["graduate_id"] for row in strangers if row.line in meant}
        with_iin = {
            found.id
            for part in chunks(holders)
            for found in batch.fetch(select(table.id).where(table.id.in_(part), table.iin.is_not(None)))
        }
        for row in strangers:
            if row.line in meant and meant[row.line]["graduate_id"] in with_iin:
                row.reject(
                    "iin",
                    phrase(
                        "this IIN is not that of the person whose entry {entry} is",
                        entry=meant[row.line]["code"],
                    ),
                    code="other_person",
                )
                del meant[row.line]

    def _known(
        self, rows: list[Row], meant: Mapping[int, dict[str, Any]], batch: Batch
    ) -> tuple[dict[tuple[str, date], dict[str, Any]], dict[str, list[tuple[date, int]]]]:
        """The positions on record of these days, and by the entry all that were reported up to them."""
        from sqlalchemy import select

        from ayala.storage.tables import Position

        if not meant:
            return {}, {}
        table = Position.__table__  # type: ignore[attr-defined]
        days = [row.values["position_on"] for row in rows if row.line in meant]
        known: dict[tuple[str, date], dict[str, Any]] = {}
        earlier: dict[str, list[tuple[date, int]]] = {}
        for part in chunks({entry["id"] for entry in meant.values()}):
            reported = select(table).where(table.c.entry_id.in_(part), table.c.position_on <= max(days))
            for found in batch.fetch(reported):
                known[found.entry_id, found.position_on] = dict(found._mapping)
                earlier.setdefault(found.entry_id, []).append((found.position_on, found.position))
        return known, earlier


def _notice_back(
    row: Row, entry: Mapping[str, Any], earlier: Iterable[tuple[date, int]], batch: Batch
) -> None:
    """Note whom the registrar moved back since it last reported; nobody's place gets worse by itself."""
    before = max((one for one in earlier if one[0] < row.values["position_on"]), default=None)
    if before is not None and row.values["position"] > before[1]:
        batch.note(
            row,
            phrase(
                "{entry} moved back: {before} on {day}, {position} now; ask the {registrar} why",
                entry=entry["code"],
                before=before[1],
                day=before[0],
                position=row.values["position"],
                registrar=word("registrar", entry["registrar"]),
            ),
        )


def _letters_name(row: Row) -> str:
    """The name that a row gives, if it gives one."""
    values = row.values
    parts = (values.get("surname"), values.get("given_name"), values.get("patronymic"))
    return " ".join(filter(None, parts)) or str(values.get("name", ""))


def _by_person(rows: Iterable[Row], batch: Batch) -> list[Row]:
    """The rows whose person has to be on record. An IIN that is not leaves the number and the name."""
    from ayala.graduate.sheet import people_by

    rows = [row for row in rows if not {"iin", "graduate"}.isdisjoint(row.values)]
    others = {row.line for row in rows if "number" in row.values or _letters_name(row)}
    iins = {row.values["iin"] for row in rows if row.line in others and "iin" in row.values}
    known, _ = people_by(batch, iins, ())
    return [
        row
        for row in rows
        if row.line not in others or "graduate" in row.values or row.values.get("iin") in known
    ]


def _surnames(row: Row) -> set[str]:
    """What the surname of a row may be, folded: of a name in one text its first word, or its first two."""
    if "surname" in row.values:
        return {fold(row.values["surname"])}
    given = fold(_letters_name(row)).split()
    return {" ".join(given[:count]) for count in (1, 2)} - {""}


class _Queued:
    """Those who are in the queues, by their folded names, for rows that name people by name."""

    def __init__(self, batch: Batch, rows: Iterable[Row]) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Graduate, QueueEntry

        people = Graduate.__table__.c  # type: ignore[attr-defined]
        entries = QueueEntry.__table__.c  # type: ignore[attr-defined]
        surnames = {surname for row in rows for surname in _surnames(row)}
        self.people: dict[str, Any] = {}
        self.entries: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        wanted = select(
            people.iin, people.code.label("holder"), people.birth_date, people.name_key, people.surname_fold,
            people.given_fold, *(entries[column] for column in _ENTRY),
        ).join_from(QueueEntry.__table__, Graduate.__table__, people.id == entries.graduate_id)  # type: ignore[attr-defined]  # fmt: skip
        for part in chunks(surnames):
            for found in batch.fetch(wanted.where(people.surname_fold.in_(part))):
                self.people[found.graduate_id] = found
                entry = {column: getattr(found, column) for column in _ENTRY}
                self.entries[found.surname_fold, found.registrar].append(entry)

    def find(self, row: Row) -> list[dict[str, Any]]:
        """The entries with the row's registrar of those whom its name may mean."""
        return [
            entry
            for surname in _surnames(row)
            for entry in self.entries.get((surname, row.values["registrar"]), ())
            if self._fits(row, self.people[entry["graduate_id"]])
        ]

    def _fits(self, row: Row, person: Any) -> bool:
        """Whether name and birth date are the person's; what either side leaves out fits."""
        if row.get("birth_date") not in (None, person.birth_date):
            return False
        if row.get("iin") and person.iin and row.values["iin"] != person.iin:
            return False
        theirs, given = person.name_key.split(), fold(_letters_name(row)).split()
        shorter = min(len(theirs), len(given))
        return shorter > 1 and bool(theirs[:shorter] == given[:shorter])

    def check(self, row: Row, entry: Mapping[str, Any], batch: Batch) -> None:
        """Note a name that is not the one of the entry that number, code or IIN means."""
        if _letters_name(row) and not any(found["id"] == entry["id"] for found in self.find(row)):
            batch.note(
                row,
                phrase(
                    "taken as of {entry}, whose holder has another name or birth date", entry=entry["code"]
                ),
            )


_ENTRY = ("id", "code", "graduate_id", "registrar", "registered_on", "number", "status")


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
            row.reject(
                "code",
                phrase("{entry} is another person's entry here", entry=coded["code"]),
                code="other_person",
            )
        elif natural is not None and natural is not coded:
            row.reject(
                "code",
                phrase("{entry} is on record for this person, registrar and day", entry=natural["code"]),
                code="contradiction",
            )
        return coded

    def meant(
        self, row: Row, person: Person | None, batch: Batch, queued: _Queued | None
    ) -> dict[str, Any] | None:
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
                        "number",
                        phrase(
                            "the {registrar}'s {number} is another person's entry",
                            registrar=word("registrar", registrar),
                            number=number,
                        ),
                        code="other_person",
                    )
                    return None
                found = theirs
            if len(found) > 1:
                row.reject(
                    "number",
                    phrases(
                        "{n} queue entry has this number at the {registrar}",
                        "{n} queue entries have this number at the {registrar}",
                        len(found),
                        registrar=word("registrar", registrar),
                    ),
                    code="several_fit",
                )
                return None
            if found:
                return found[0]
            if person is None and queued is None:
                row.reject(
                    "number",
                    phrase(
                        "no queue entry on record has this number at the {registrar}",
                        registrar=word("registrar", registrar),
                    ),
                    code="no_such_record",
                )
                return None
        if person is None:
            return self._of_name(row, queued)
        return self._of_person(row, person, registrar, number, batch)

    def _of_name(self, row: Row, queued: _Queued | None) -> dict[str, Any] | None:
        """The entry of the one person of that name with the registrar: the waiting one, else the latest."""
        registrar = row.values["registrar"]
        found = queued.find(row) if queued is not None else []
        heading = next(one for one in ("surname", "name", "number", "iin") if one in row.values)
        waiting = [entry for entry in found if entry["status"] == "waiting"] or found
        if not found:
            row.reject(
                heading,
                phrase(
                    "nobody in the {registrar}'s queue on record is this person",
                    registrar=word("registrar", registrar),
                ),
                code="no_such_record",
            )
        elif len(waiting) > 1:
            if len({entry["graduate_id"] for entry in waiting}) == 1 and waiting[0]["status"] != "waiting":
                return max(waiting, key=lambda entry: entry["registered_on"])
            row.reject(
                heading,
                phrase(
                    "several in the {registrar}'s queue fit: {entries}; give the number or the IIN",
                    registrar=word("registrar", registrar),
                    entries=", ".join(sorted(entry["code"] for entry in waiting)),
                ),
                code="several_fit",
            )
        return waiting[0] if len(waiting) == 1 else None

    def _of_code(self, row: Row, code: str, registrar: str, person: Person | None) -> dict[str, Any] | None:
        entry = self.by_code.get(code)
        if entry is None:
            row.reject("queue", phrase("there is no queue entry {entry}", entry=code), code="no_such_record")
        elif entry["registrar"] != registrar:
            row.reject(
                "registrar",
                phrase(
                    "{entry} is with the {registrar}",
                    entry=code,
                    registrar=word("registrar", entry["registrar"]),
                ),
                code="contradiction",
            )
        elif person is not None and entry["graduate_id"] != person.id:
            row.reject("queue", phrase("{entry} is another person's entry", entry=code), code="other_person")
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
                "registrar",
                phrase(
                    "{graduate} has no queue entry with the {registrar}",
                    graduate=person.code,
                    registrar=word("registrar", registrar),
                ),
                code="no_such_record",
            )
            return None
        if len(waiting) > 1:
            row.reject(
                "graduate",
                phrase(
                    "{graduate} has several entries waiting with the {registrar}: {entries}",
                    graduate=person.code,
                    registrar=word("registrar", registrar),
                    entries=", ".join(sorted(entry["code"] for entry in waiting)),
                ),
                code="several_fit",
            )
            return None
        found: dict[str, Any] = (
            waiting[0] if waiting else max(theirs, key=lambda entry: entry["registered_on"])
        )
        if number and found["number"] and found["number"] != number:
            batch.note(row, phrase("taken as of {entry}, whose number is another", entry=found["code"]))
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
