"""Sheets of appeals: headings, the natural key, and what a row changes.

The key is the code where it is given and known, else the outside number, else the person (or
caller) with the day received, main topic, channel and the how-manieth of these in the file, which
means the how-manieth on record, in the order of the register, of those without an outside number.
A sheet never moves a status back, and an empty or absent cell keeps what is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar

from ayala import record_codes
from ayala.appeal.register import counter, place_in_register, written_code
from ayala.appeal.steps import sheet_moves
from ayala.language.catalogue import word
from ayala.language.names import fold
from ayala.language.phrases import phrase
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
    codes_of,
    day,
    how_manieth,
    iin,
    lines,
    phone,
    positive,
    record_code,
    short,
    words,
)

COLUMNS = {
    "number": "number",
    "caller": "caller",
    "town": "town",
    "caller_phone": "caller_phone",
    "received_on": "received_on",
    "registered_on": "registered_on",
    "channel": "channel",
    "category": "topic",
    "region": "region",
    "household": "household",
    "kind": "kind",
    "decision": "decision",
    "answered_on": "answered_on",
    "ground": "ground",
    "document": "document",
    "redirected_to": "redirected_to",
    "extended_until": "extended_until",
    "assignee": "assignee",
    "text": "text",
    "note": "note",
}
"""Heading -> column of the appeal; code, person, status and further topics have rules of their own."""
ANSWER = ("decision", "answered_on", "ground", "document")
ASKED_BY = ("iin", "graduate", "caller")


def caller(text: str) -> str:
    """A caller's name; a number in its place would stand unmasked in lists."""
    name = short(text)
    if not any(char.isalpha() for char in name) and sum(char.isdigit() for char in name) > 5:
        raise BadCell(phrase("a caller has a name; a phone goes to caller_phone"), "bad_name")
    return name


class Appeals(Kind):
    """``appeals``: one row an appeal."""

    name = "appeals"
    open_to_blocked = True
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("appeal")),
        "number": Heading(short),
        "iin": Heading(iin),
        "graduate": Heading(record_code("graduate")),
        "caller": Heading(caller),
        "town": Heading(short),
        "caller_phone": Heading(phone),
        "received_on": Heading(day, required=True),
        "registered_on": Heading(day),
        "channel": Heading(code_of("channel")),
        "category": Heading(code_of("topic"), required=True),
        "topics": Heading(codes_of("topic")),
        "region": Heading(code_of("region")),
        "household": Heading(positive),
        "kind": Heading(code_of("appeal_kind")),
        "status": Heading(code_of("status")),
        "decision": Heading(code_of("decision")),
        "answered_on": Heading(day),
        "ground": Heading(words),
        "document": Heading(words),
        "redirected_to": Heading(words),
        "extended_until": Heading(day),
        "assignee": Heading(short),
        "text": Heading(lines),
        "note": Heading(lines),
        "occurrence": Heading(how_manieth),
    }
    one_of = ((*ASKED_BY, "number", "code"),)
    repeats = (*ASKED_BY, "received_on", "channel", "category")

    def take(self, rows: list[Row], batch: Batch) -> None:
        whole = {row.line for row in rows if row.get("code")}
        for row in rows:
            _take_code_from_number(row)
        people = batch.people(rows)
        block = _Block(batch, [row for row in rows if not row.problems], people)
        for row in rows:
            if row.problems:
                continue
            person = people.get(row.line)
            stored = block.match(row, person)
            if row.problems:
                continue
            holder = batch.closed.get(stored["graduate_id"] or "") if stored and batch.closed else None
            if holder is not None and holder.state == "erased":
                batch.leave_as_is(row, holder)
            elif stored is None:
                block.add(row, person, whole=row.line in whole)
            else:
                block.change(row, person, stored)
        block.write()


class _Block:
    """What is on record of the appeals that a block of rows may mean, and what the rows change."""

    def __init__(self, batch: Batch, rows: list[Row], people: Mapping[int, Person]) -> None:
        from ayala.storage.tables import Appeal

        self.batch = batch
        self.by_id: dict[str, dict[str, Any]] = {}
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_number: dict[str, dict[str, Any]] = {}
        self.by_key: dict[Hashable, list[dict[str, Any]]] = {}
        self.topics: dict[str, list[str]] = {}
        self.fresh: dict[str, dict[str, Any]] = {}
        self.retold: set[str] = set()
        self.events: list[dict[str, Any]] = []
        table = Appeal.__table__  # type: ignore[attr-defined]
        self._load(rows, people, table)
        if any(not row.values.keys().isdisjoint(("topics", "code", "number")) for row in rows):
            self._load_topics()

    def _load(self, rows: list[Row], people: Mapping[int, Person], table: Any) -> None:
        from sqlalchemy import select, tuple_

        columns = table.c
        wanted = select(
            columns.id,
            columns.code,
            columns.graduate_id,
            columns.status,
            *(columns[c] for c in COLUMNS.values()),
        )
        codes = {row.values["code"] for row in rows if "code" in row.values}
        numbers = {row.values["number"] for row in rows if "number" in row.values}
        keyed = [row for row in rows if "number" not in row.values]
        days_of = {(people[row.line].id, row.values["received_on"]) for row in keyed if row.line in people}
        days = {
            row.values["received_on"] for row in keyed if row.line not in people and "caller" in row.values
        }
        of_whom = tuple_(columns.graduate_id, columns.received_on)
        for column, values, limits in (
            (columns.code, codes, ()),
            (columns.number, numbers, ()),
            (of_whom, days_of, ()),
            (columns.received_on, days, (columns.caller.is_not(None),)),
        ):
            for part in chunks(values):
                for found in self.batch.fetch(wanted.where(column.in_(part), *limits)):
                    if found.id not in self.by_id:
                        self.by_id[found.id] = dict(found._mapping)
                        self._remember(self.by_id[found.id])
        for alike in self.by_key.values():
            if len(alike) > 1:
                alike.sort(key=lambda record: place_in_register(record["code"]))

    def _load_topics(self) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import AppealTopic

        columns = AppealTopic.__table__.c  # type: ignore[attr-defined]
        wanted = select(columns.appeal_id, columns.topic).order_by(columns.position, columns.topic)
        for part in chunks(self.by_id):
            for id, topic in self.batch.fetch(wanted.where(columns.appeal_id.in_(part))):
                self.topics.setdefault(id, []).append(topic)

    def _remember(self, record: dict[str, Any]) -> None:
        if record["code"]:
            self.by_code[record["code"]] = record
        if record["number"]:
            self.by_number[record["number"]] = record
            return
        for asker in filter(None, (record["graduate_id"], _caller(record["caller"]))):
            key = (asker, record["received_on"], record["topic"], record["channel"])
            self.by_key.setdefault(key, []).append(record)

    # --- which record a row means ----------------------------------------------------------------

    def match(self, row: Row, person: Person | None) -> dict[str, Any] | None:
        """The appeal that a row means, or nothing; a row that contradicts it is rejected."""
        alike = self._alike(row, person)
        code, number = row.get("code"), row.get("number")
        holder = self.by_number.get(number) if number else None
        stored = self.by_code.get(code) if code else None
        if stored is not None:
            if holder is not None and holder is not stored:
                row.reject(
                    "number",
                    phrase(
                        "this number is on record as {known}, not {code}",
                        known=_called(holder),
                        code=code,
                    ),
                    code="other_person",
                )
        else:
            # A code that is not on record is another register's: never an appeal that has its own here.
            stored = holder or (None if code else alike)
        if stored is None:
            if row.values.keys().isdisjoint(ASKED_BY):
                row.reject(
                    " or ".join(ASKED_BY),
                    phrase("missing, and no appeal on record has {code}", code=code)
                    if code
                    else phrase("missing, and no appeal on record has the number {number}", number=number),
                    code="no_such_record",
                )
        elif person is not None and stored["graduate_id"] not in (None, person.id):
            heading = "graduate" if "graduate" in row.values else "iin"
            row.reject(
                heading,
                phrase("{appeal} is another person's appeal here", appeal=_called(stored)),
                code="other_person",
            )
        return stored

    def _alike(self, row: Row, person: Person | None) -> dict[str, Any] | None:
        """The how-manieth appeal of the same asker, day, topic and channel. Rows that bring a code
        count as well, rows with an outside number neither count nor are found."""
        asker = person.id if person else _caller(row.get("caller"))
        if row.get("number") or not asker:
            return None
        key = (asker, row.values["received_on"], row.values["category"], row.get("channel"))
        on_record = self.by_key.get(key, ())
        nth = row.get("occurrence")
        if nth == FURTHER:
            return next((stored for stored in on_record if self._says_the_same(row, stored)), None)
        if nth is None:
            self.batch.seen[key] += 1
            nth = self.batch.seen[key]
        return on_record[nth - 1] if nth <= len(on_record) else None

    def _says_the_same(self, row: Row, stored: Mapping[str, Any]) -> bool:
        """Whether a record says all that a row does, wherever it stands by now."""
        return all(
            row.values[heading] == stored[column]
            for heading, column in COLUMNS.items()
            if heading in row.values and column not in ANSWER
        )

    # --- what a row changes ----------------------------------------------------------------------

    def add(self, row: Row, person: Person | None, *, whole: bool) -> None:
        """A new appeal. One that brought its code (``whole``) is as another Ayala wrote it: its
        region is not filled in from the person."""
        from ayala.storage.tables import new_key

        values = row.values
        record: dict[str, Any] = {
            "id": new_key(),
            "code": values.get("code"),
            "graduate_id": person.id if person else None,
            "status": values.get("status", "registered"),
        }
        for heading, column in COLUMNS.items():
            record[column] = values.get(heading)
        record["registered_on"] = record["registered_on"] or record["received_on"]
        record["kind"] = record["kind"] or "application"
        if record["region"] is None and person and not whole:
            record["region"] = person.region
        if further := [topic for topic in values.get("topics", ()) if topic != record["topic"]]:
            self.topics[record["id"]] = further
        self.fresh[record["id"]] = record
        self._remember(record)
        self.batch.meets(row, record, {})
        row.outcome = "added"

    def change(self, row: Row, person: Person | None, stored: dict[str, Any]) -> None:
        """What the given cells change in an appeal on record."""
        from ayala.storage.tables import Appeal

        values = row.values
        changes = {
            column: values[heading]
            for heading, column in COLUMNS.items()
            if heading in values and values[heading] != stored[column]
        }
        if person is not None and stored["graduate_id"] is None:
            changes["graduate_id"] = person.id
            if stored["region"] is None and person.region:
                changes.setdefault("region", person.region)
        given = values.get("status", stored["status"])
        if given != stored["status"]:
            if sheet_moves(stored["status"], given):
                changes["status"] = given
                self._event(row, stored["id"], given)
            else:
                for column in ANSWER:
                    changes.pop(column, None)
                self.batch.note(
                    row,
                    phrase(
                        "status: {appeal} stays {status}: a sheet does not make it {given}",
                        appeal=_called(stored),
                        status=word("status", stored["status"]),
                        given=word("status", given),
                    ),
                )
        before = self.topics.get(stored["id"], [])
        told = self._retell(row, stored, changes.get("topic", stored["topic"]))
        self.batch.meets(row, stored, changes)
        if told:
            self.batch.meets(row, {**stored, "topics": before}, {"topics": self.topics[stored["id"]]})
        row.outcome = "updated" if changes or told else "same"
        if changes:
            stored.update(changes)
            if stored["id"] not in self.fresh:
                self.batch.update(Appeal, stored["id"], changes)
            if "number" in changes:
                self.by_number[stored["number"]] = stored

    def _retell(self, row: Row, stored: Mapping[str, Any], main: str) -> bool:
        """Whether the further topics change: by the row's own, or since the main one is now one of them."""
        before = self.topics.get(stored["id"], [])
        after = [topic for topic in row.values.get("topics", before) if topic != main]
        if after == before:
            return False
        self.topics[stored["id"]] = after
        self.retold.add(stored["id"])
        return True

    def _event(self, row: Row, appeal_id: str, status: str) -> None:
        from ayala.storage.tables import new_key

        self.events.append(
            {
                "id": new_key(),
                "appeal_id": appeal_id,
                "happened_on": row.get("answered_on") or self.batch.today,
                "event": "imported",
                "made_by": self.batch.records.writing.author,
                "reason": status,
            }
        )

    # --- writing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Codes, new appeals, topics and events, each all at once."""
        from sqlalchemy import delete

        from ayala.storage.tables import Appeal, AppealEvent, AppealTopic

        batch = self.batch
        new = list(self.fresh.values())
        _draw_codes(batch, new)
        batch.insert(Appeal, new)
        columns = AppealTopic.__table__.c  # type: ignore[attr-defined]
        for part in chunks(self.retold - self.fresh.keys()):
            batch.records.writing.session.execute(delete(AppealTopic).where(columns.appeal_id.in_(part)))
        batch.insert(
            AppealTopic,
            [
                {"appeal_id": id, "topic": topic, "position": position}
                for id in [*self.fresh, *sorted(self.retold - self.fresh.keys())]
                for position, topic in enumerate(self.topics.get(id, ()), 2)
            ],
        )
        batch.insert(AppealEvent, self.events)


def _draw_codes(batch: Batch, new: list[dict[str, Any]]) -> None:
    """Codes of the register of the year received, in the order of the file; codes that came along
    are kept and never drawn again."""
    writing = batch.records.writing
    brought: dict[int, int] = {}
    lacking: Counter[int] = Counter()
    for record in new:
        if record["code"]:
            year, number = place_in_register(record["code"])
            brought[year] = max(number, brought.get(year, 0))
        else:
            lacking[record["received_on"].year] += 1
    for year, number in sorted(brought.items()):
        writing.keep_above(counter(year), number)
    following = {year: writing.draw(counter(year), count) for year, count in sorted(lacking.items())}
    for record in new:
        if not record["code"]:
            year = record["received_on"].year
            record["code"] = record_codes.appeal_code(year, following[year])
            following[year] += 1


def _take_code_from_number(row: Row) -> None:
    """A number that looks like a register code is the code."""
    code = written_code(row.values["number"]) if "number" in row.values else None
    if code is None:
        return
    del row.values["number"]
    if row.values.setdefault("code", code) != code:
        row.reject(
            "number",
            phrase(
                "{number} is a register code, and not that of the row ({code})",
                number=code,
                code=row.values["code"],
            ),
            code="contradiction",
        )


def _caller(text: str | None) -> tuple[str, ...] | None:
    """Who called, as a key: the same for every way to type the same name, and never a graduate's."""
    return ("caller", fold(text)) if text else None


def _called(record: Mapping[str, Any]) -> str:
    return str(record["code"] or phrase("an earlier row's appeal"))
