"""Sheets of work: partners, the places that they keep, and placements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from ayala.language.names import fold, sort_key
from ayala.language.phrases import phrase
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
    positive,
    record_code,
    short,
    words,
    yes_no,
)


class Partners(Kind):
    """``partners``: one row a partner, known by its name, letter case and Kazakh letters aside."""

    name = "partners"
    headings: ClassVar[Mapping[str, Heading]] = {
        "name": Heading(short, required=True),
        "kind": Heading(code_of("partner_kind"), required=True),
        "region": Heading(code_of("region")),
        "contact": Heading(words),
        "closed_on": Heading(day),
        "note": Heading(lines),
    }

    COLUMNS = ("kind", "region", "contact", "closed_on", "note")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Partner, new_key

        known = _partners(batch)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            name = row.values["name"]
            stored = known.named(name)
            if stored is None and known.is_several(name):
                row.reject(
                    "name",
                    phrase("several partners are called '{partner}'", partner=name),
                    code="several_fit",
                )
                continue
            if stored is None:
                record = {"id": new_key(), "name": name, "sort_key": sort_key(name)}
                record |= {column: row.get(column) for column in self.COLUMNS}
                known.remember(record)
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
                batch.update(Partner, stored["id"], changes)
        batch.insert(Partner, new)


class Workplaces(Kind):
    """``workplaces``: one row a job that a partner keeps, known by partner, title and first day."""

    name = "workplaces"
    headings: ClassVar[Mapping[str, Heading]] = {
        "partner": Heading(short, required=True),
        "title": Heading(short, required=True),
        "opened_on": Heading(day, required=True),
        "closed_on": Heading(day),
        "places": Heading(positive),
        "special": Heading(yes_no),
        "note": Heading(lines),
    }

    COLUMNS = ("closed_on", "places", "special", "note")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Workplace, new_key

        partners = _partners(batch)
        named = partners.of(rows)
        table = Workplace.__table__  # type: ignore[attr-defined]
        known: dict[tuple[str, str, date], dict[str, Any]] = {}
        for part in chunks(set(named.values())):
            for found in batch.fetch(select(table).where(table.c.partner_id.in_(part))):
                known[found.partner_id, found.title, found.opened_on] = dict(found._mapping)
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            if row.line not in named:
                continue
            key = named[row.line], row.values["title"], row.values["opened_on"]
            stored = known.get(key)
            if stored is None:
                record: dict[str, Any] = {
                    "id": new_key(),
                    "partner_id": key[0],
                    "title": key[1],
                    "opened_on": key[2],
                    "closed_on": row.get("closed_on"),
                    "places": row.get("places") or 1,
                    "special": bool(row.get("special")),
                    "note": row.get("note"),
                }
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
                batch.update(Workplace, stored["id"], changes)
        batch.insert(Workplace, new)


class Placements(Kind):
    """``placements``: one row a spell in a job, known by its code, else person, partner, title, first day.

    A new one takes a place of the partner's open workplace of that title, as ``ayala work place`` does.
    """

    name = "placements"
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("placement")),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "partner": Heading(short, required=True),
        "title": Heading(short, required=True),
        "from_date": Heading(day, required=True),
        "until": Heading(day),
        "end_reason": Heading(code_of("placement_end")),
        "note": Heading(lines),
    }
    one_of = (("iin", "graduate"),)

    COLUMNS = ("title", "from_date", "until", "end_reason", "note")

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Placement, new_key

        people = batch.people(rows)
        named = _partners(batch).of(rows)
        known = _Placements(batch, rows, people)
        places = _Places(batch, set(named.values()))
        new: list[dict[str, Any]] = []
        fresh: set[str] = set()
        for row in rows:
            person, partner = people.get(row.line), named.get(row.line)
            if row.problems or person is None or partner is None:
                continue
            stored = known.match(row, person, partner)
            if row.problems or not self._days_fit(row, stored):
                continue
            if stored is None:
                record = {
                    "id": new_key(),
                    "code": row.get("code"),
                    "graduate_id": person.id,
                    "partner_id": partner,
                }
                record["workplace_id"] = places.find(partner, row.values["title"], row.values["from_date"])
                record |= {column: row.get(column) for column in self.COLUMNS}
                known.remember(record)
                new.append(record)
                batch.settles(row, record, {})
                fresh.add(record["id"])
                row.outcome = "added"
                continue
            changes = row.changes(stored, self.COLUMNS)
            if not batch.settles(row, stored, changes):
                continue
            if stored["partner_id"] != partner:
                changes["partner_id"] = partner
            if changes.keys() & {"partner_id", "title", "from_date"}:
                changes["workplace_id"] = places.find(partner, row.values["title"], row.values["from_date"])
            row.outcome = "updated" if changes else "same"
            if not changes:
                continue
            known.change(stored, changes)
            if stored["id"] not in fresh:
                batch.update(Placement, stored["id"], changes)
        batch.draw_codes("placement", new)
        batch.insert(Placement, new)

    def _days_fit(self, row: Row, stored: Mapping[str, Any] | None) -> bool:
        until = row.get("until") or (stored["until"] if stored else None)
        if until is not None and until <= row.values["from_date"]:
            row.reject(
                "until",
                phrase(
                    "{day} is not after the first day, {first_day}",
                    day=until,
                    first_day=row.values["from_date"],
                ),
                code="bad_order",
            )
            return False
        return True


class _Named:
    """The partners on record by name, kept for the length of a file: there are few."""

    def __init__(self, batch: Batch) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Partner

        self.by_name: dict[str, dict[str, Any]] = {}
        self.by_fold: dict[str, list[dict[str, Any]]] = {}
        table = Partner.__table__  # type: ignore[attr-defined]
        for found in batch.fetch(select(table).order_by(table.c.id)):
            self.remember(dict(found._mapping))

    def remember(self, record: dict[str, Any]) -> None:
        self.by_name[record["name"]] = record
        self.by_fold.setdefault(fold(record["name"]), []).append(record)

    def named(self, name: str) -> dict[str, Any] | None:
        """The partner of that name: spelt so, else the only one that is spelt alike."""
        if name in self.by_name:
            return self.by_name[name]
        alike = self.by_fold.get(fold(name), [])
        return alike[0] if len(alike) == 1 else None

    def is_several(self, name: str) -> bool:
        return len(self.by_fold.get(fold(name), [])) > 1

    def of(self, rows: Iterable[Row]) -> dict[int, str]:
        """The key of the partner that each row names; rows that name none are rejected."""
        found: dict[int, str] = {}
        for row in rows:
            name = row.values["partner"]
            partner = self.named(name)
            if partner is not None:
                found[row.line] = partner["id"]
            elif self.is_several(name):
                row.reject(
                    "partner",
                    phrase("several partners are called '{partner}'", partner=name),
                    code="several_fit",
                )
            else:
                row.reject(
                    "partner",
                    phrase("no partner on record is called '{partner}'", partner=name),
                    code="no_such_record",
                )
        return found


def _partners(batch: Batch) -> _Named:
    if "partners" not in batch.memory:
        batch.memory["partners"] = _Named(batch)
    found: _Named = batch.memory["partners"]
    return found


class _Places:
    """The workplaces of some partners, for linking placements to them."""

    def __init__(self, batch: Batch, partners: Iterable[str]) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Workplace

        table = Workplace.__table__  # type: ignore[attr-defined]
        self.by_title: dict[tuple[str, str], list[Any]] = {}
        for part in chunks(partners):
            statement = (
                select(table).where(table.c.partner_id.in_(part)).order_by(table.c.opened_on, table.c.id)
            )
            for found in batch.fetch(statement):
                self.by_title.setdefault((found.partner_id, fold(found.title)), []).append(found)

    def find(self, partner: str, title: str, on: date) -> str | None:
        """The oldest workplace of that title that is open on the day, or nothing."""
        for place in self.by_title.get((partner, fold(title)), []):
            if place.opened_on <= on and (place.closed_on is None or place.closed_on > on):
                return str(place.id)
        return None


class _Placements:
    """The placements on record that a block of rows may mean."""

    def __init__(self, batch: Batch, rows: Iterable[Row], people: Mapping[int, Person]) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import Placement

        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_key: dict[tuple[Any, ...], dict[str, Any]] = {}
        table = Placement.__table__  # type: ignore[attr-defined]
        there: dict[str, dict[str, Any]] = {}
        for column, wanted in (
            (table.c.graduate_id, {person.id for person in people.values()}),
            (table.c.code, {row.values["code"] for row in rows if "code" in row.values}),
        ):
            for part in chunks(wanted):
                for found in batch.fetch(select(table).where(column.in_(part))):
                    there[found.id] = dict(found._mapping)
        for record in there.values():
            self.remember(record)

    def remember(self, record: dict[str, Any]) -> None:
        if record["code"]:
            self.by_code[record["code"]] = record
        self.by_key[_natural(record)] = record

    def change(self, record: dict[str, Any], changes: Mapping[str, Any]) -> None:
        del self.by_key[_natural(record)]
        record.update(changes)
        self.by_key[_natural(record)] = record

    def match(self, row: Row, person: Person, partner: str) -> dict[str, Any] | None:
        """The placement that a row is; a row that contradicts it is rejected."""
        natural = self.by_key.get((person.id, partner, row.values["title"], row.values["from_date"]))
        coded = self.by_code.get(row.get("code") or "")
        if coded is None:
            return natural
        if coded["graduate_id"] != person.id:
            row.reject(
                "code",
                phrase("{placement} is another person's placement here", placement=coded["code"]),
                code="other_person",
            )
        elif natural is not None and natural is not coded:
            row.reject(
                "code",
                phrase(
                    "{placement} is on record for this person, partner, title and day",
                    placement=natural["code"],
                ),
                code="contradiction",
            )
        return coded


def _natural(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return record["graduate_id"], record["partner_id"], record["title"], record["from_date"]
