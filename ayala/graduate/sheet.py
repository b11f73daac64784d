"""Sheets of graduates: headings, the natural key, and what a row changes.

The key is the code where it is given and known, else the IIN, else the folded name with the birth
date. An empty or absent cell keeps what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from ayala import record_codes
from ayala.graduate.identity import full_name, name_columns
from ayala.graduate.iin import agrees, iin_warnings
from ayala.language.catalogue import current, heading, read_code
from ayala.language.names import mixed_letters, name_key
from ayala.language.phrases import phrase, phrases
from ayala.output.harmless import shortened
from ayala.sheets.rows import (
    BadCell,
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
    number,
    phone,
    phones,
    record_code,
    short,
    words,
)

NAME = ("surname", "given_name", "patronymic")
WHO = (*NAME, "birth_date", "sex")
COMPARED = (
    "iin", *NAME, "latin_name", "birth_date", "sex", "phone", "other_phones", "email", "region", "address",
    "institution", "left_care_on", "care_status", "conscript_months", "registered_on", "archived_on", "note",
)  # fmt: skip

_EMPTY = dict.fromkeys(("id", "code", *COMPARED))

_NAMESAKES = "ix_graduate_birth_date_name_key"
"""The index that finds people by name and birth date, or by birth date alone: asked for who has no IIN."""

SHOWN = 3
"""Names of a block with letters of two alphabets that are told one by one."""


def people_by(
    batch: Batch, iins: Iterable[str], codes: Iterable[str]
) -> tuple[dict[str, Person], dict[str, Person]]:
    """Graduates on record by IIN and by code."""
    from sqlalchemy import select

    from ayala.storage.tables import Graduate

    table = Graduate.__table__.c  # type: ignore[attr-defined]
    wanted = select(table.iin, table.id, table.code, table.region, table.birth_date, table.sex)
    by_iin: dict[str, Person] = {}
    by_code: dict[str, Person] = {}
    for column, values, found in ((table.iin, iins, by_iin), (table.code, codes, by_code)):
        for part in chunks(values):
            for row in batch.fetch(wanted.where(column.in_(part))):
                found[row.iin if column is table.iin else row.code] = Person(*row[1:])
    return by_iin, by_code


_LOST = re.compile(r"[\u0400-\u052f]\?[\u0400-\u052f]|^\?[\u0400-\u052f]")


def name_part(text: str) -> str:
    """A part of a name. One with a ``?`` before a Cyrillic letter has lost another; nobody can tell which."""
    if "?" in text and _LOST.search(text):
        raise BadCell(
            phrase(
                "a letter of '{name}' is lost; write it as the paper has it",
                name=shortened(text),
            ),
            "bad_name",
        )
    return short(text)


def months(text: str) -> int:
    """Months of conscript service."""
    value = number(text)
    if not 0 <= value <= 60:
        raise BadCell(
            phrase("'{typed}' is not a number of months from 0 to 60", typed=shortened(text)), "bad_number"
        )
    return value


def same_as(text: str) -> str:
    """Who a row is that was asked about: the code of a graduate, or ``new``."""
    return read_code("same_as", text) or record_code("graduate")(text)


class Graduates(Kind):
    """``graduates``: one row a person."""

    name = "graduates"
    person = "code"
    loads = "graduate"
    unasked = (
        "ix_graduate_given_fold", "ix_graduate_phone", "ix_graduate_region", "ix_graduate_sort_key",
        "ix_graduate_surname_fold_given_fold", _NAMESAKES,
    )  # fmt: skip
    joined: ClassVar[Mapping[str, tuple[str, ...]]] = {"full_name": NAME}
    headings: ClassVar[Mapping[str, Heading]] = {
        "code": Heading(record_code("graduate")),
        "iin": Heading(iin),
        "surname": Heading(name_part, required=True),
        "given_name": Heading(name_part, required=True),
        "patronymic": Heading(name_part),
        "latin_name": Heading(short),
        "birth_date": Heading(day, required=True),
        "sex": Heading(code_of("sex"), required=True),
        "phone": Heading(phone),
        "other_phones": Heading(phones),
        "email": Heading(words),
        "region": Heading(code_of("region")),
        "address": Heading(words),
        "institution": Heading(words),
        "left_care_on": Heading(day),
        "care_status": Heading(code_of("care_status")),
        "conscript_months": Heading(months),
        "registered_on": Heading(day),
        "archived_on": Heading(day),
        "note": Heading(lines),
        "same_as": Heading(same_as),
    }

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.graduate.likely import Questions
        from ayala.storage.tables import Graduate

        known = _Known(batch, rows)
        questions = Questions(batch, rows)
        new: list[dict[str, Any]] = []
        said: list[frozenset[str]] = []
        fresh: dict[str, int] = {}
        odd: list[tuple[Row, str]] = []
        followed = batch.following is not None or batch.listed is not None
        for row in rows:
            values = row.values
            if (iin_given := values.get("iin")) and not agrees(
                iin_given, values["birth_date"], values["sex"]
            ):
                for warning in iin_warnings(iin_given, values["birth_date"], values["sex"]):
                    row.warn("iin", warning)
            stored = known.match(row)
            if row.problems or (stored is not None and self._is_closed(row, stored, known)):
                continue
            if stored is None and questions.hold(row):
                continue
            if stored is None:
                fresh[known.add(row, batch.today, new)] = len(said)
                questions.added(row, new[-1])
                said.append(batch.told.of(values))
                if followed:
                    batch.meets(row, new[-1], {})
                self._count_beyond(values, None, batch)
                if letters := _mixed(values):
                    odd.append((row, letters))
                row.outcome = "added"
                continue
            changes = self._changes(row, stored, known)
            nth = fresh.get(stored["id"])
            number = 0 if nth is not None else record_codes.number_of(stored["code"])
            earlier = batch.told.get(number) if nth is None else said[nth]
            if not batch.agrees(row, stored, changes, earlier):
                continue
            batch.meets(row, stored, changes)
            if nth is None:
                batch.told.add(number, values)
            else:
                said[nth] |= batch.told.of(values)
            learned = known.learn(row, stored)
            row.outcome = "updated" if changes or learned else "same"
            if changes:
                self._count_beyond(changes, stored["id"], batch)
                stored.update(changes)
                known.remember(stored)
                known.came_in([changes], (), 0)
                if nth is None:
                    batch.update(Graduate, stored["id"], changes)
        for row, letters in odd[:SHOWN]:
            batch.note(row, letters)
        if len(odd) > SHOWN:
            row = odd[SHOWN][0]
            batch.note(
                row,
                phrases(
                    "{n} more name from here to line {line} mixes them too",
                    "{n} more names from here to line {line} mix them too",
                    len(odd) - SHOWN,
                    line=odd[-1][0].line,
                ),
            )
        brought = [record["code"] for record in new if record["code"]]
        known.came_in(new, brought, batch.draw_codes("graduate", new))
        for record, headings in zip(new, said, strict=True):
            batch.told.put(record_codes.number_of(record["code"]), headings)
        batch.insert(Graduate, new)
        questions.tell()
        known.note_names()

    def end(self, batch: Batch) -> None:
        """Say how many people got values that the office's tasks do not need and no consent covers."""
        if count := batch.memory.get("beyond"):
            batch.records.writing.note(
                phrases(
                    "{file}: {n} person gets {fields} without a consent on record; try: ayala graduate "
                    "consent add GRADUATE",
                    "{file}: {n} people get {fields} without a consent on record; try: ayala graduate "
                    "consent add GRADUATE",
                    count,
                    file=batch.file,
                    fields=", ".join(map(_field, sorted(batch.memory["beyond what"]))),
                )
            )

    def _count_beyond(self, given: Mapping[str, Any], known_as: str | None, batch: Batch) -> None:
        memory = batch.memory
        if "beyond columns" not in memory:
            from ayala.personal.terms import beyond

            memory["beyond columns"] = frozenset(beyond("graduate", batch.today))
        if memory["beyond columns"].isdisjoint(given):
            return
        added = memory["beyond columns"].intersection(given)
        if known_as is not None and known_as in self._consenting(batch):
            return
        memory["beyond"] = memory.get("beyond", 0) + 1
        memory.setdefault("beyond what", set()).update(added)

    def _consenting(self, batch: Batch) -> frozenset[str]:
        """The keys of those with a consent that holds today."""
        if "consenting" not in batch.memory:
            from sqlalchemy import or_, select

            from ayala.storage.tables import Consent

            table, today = Consent.__table__.c, batch.today  # type: ignore[attr-defined]
            holding = select(table.graduate_id).where(
                table.given_on <= today,
                or_(table.until.is_(None), table.until > today),
                or_(table.withdrawn_on.is_(None), table.withdrawn_on > today),
            )
            batch.memory["consenting"] = frozenset(row[0] for row in batch.fetch(holding))
        found: frozenset[str] = batch.memory["consenting"]
        return found

    def _is_closed(self, row: Row, stored: Mapping[str, Any], known: _Known) -> bool:
        """Whether the person is blocked, and the row would change something."""
        closed = known.batch.closed
        person = closed.get(stored["id"]) if closed else None
        if person is None or not (self._changes(row, stored, known) or known.is_news(row, stored)):
            return False
        row.reject("code" if row.get("code") else "surname", str(person.refusal()), code="closed_person")
        return True

    def _changes(self, row: Row, stored: Mapping[str, Any], known: _Known) -> dict[str, Any]:
        changes = row.changes(stored, COMPARED)
        if changes and known.by_answer(row, stored):
            # The same person as somebody has said: who it is stays as it stands on record.
            for column in WHO:
                if stored[column] is not None:
                    changes.pop(column, None)
        elif _key(row)[0] == stored["name_key"] and not {"code", "iin"} & row.values.keys():
            # Known by the folded name only: a spelling with Russian letters replaces no Kazakh one.
            changes = {column: value for column, value in changes.items() if column not in NAME}
        if changes.keys() & set(NAME):
            after = {**stored, **changes}
            changes |= name_columns(after["surname"], after["given_name"], after["patronymic"])
        return changes


_CODES = ("code", "same_as")
"""Cells that name a record by its code."""


class Came:
    """The IINs and codes that came into an empty table so far: a filter (Bloom, CACM 13(7), 1970) that never
    misses one, and of a million rows takes one in five thousand for one that came."""

    BITS = 128
    """Bits a row of the sheet."""

    def __init__(self, rows: int) -> None:
        self._mask = (1 << (self.BITS * max(rows, 1)).bit_length()) - 1
        self._bits = bytearray((self._mask + 1) >> 3)
        self._shift = self._mask.bit_length()
        self.drawn = 0
        """The highest number of a code that was drawn for a row without one."""

    def add(self, values: Iterable[str]) -> None:
        """IINs and codes that came in."""
        bits, mask, shift = self._bits, self._mask, self._shift
        for value in values:
            found = hash(value)
            bits[(found & mask) >> 3] |= 1 << (found & 7)
            found >>= shift
            bits[(found & mask) >> 3] |= 1 << (found & 7)

    def perhaps(self, values: Iterable[str]) -> set[str]:
        """Those of some IINs that came, or are taken for ones that did."""
        bits, mask, shift = self._bits, self._mask, self._shift
        return {
            value
            for value in values
            if bits[((found := hash(value)) & mask) >> 3] >> (found & 7) & 1
            and bits[((found := found >> shift) & mask) >> 3] >> (found & 7) & 1
        }

    def perhaps_codes(self, codes: Iterable[str]) -> set[str]:
        """The same of codes: some were perhaps drawn for rows that brought none."""
        codes = set(codes)
        return self.perhaps(codes) | {code for code in codes if record_codes.number_of(code) <= self.drawn}


class _Known:
    """Who is on record already, of those that a block of rows may mean."""

    def __init__(self, batch: Batch, rows: list[Row]) -> None:
        self.batch = batch
        self.by_answers: dict[tuple[str, date], list[dict[str, Any]]] = {}
        self.learned: list[dict[str, Any]] = []
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_iin: dict[str, dict[str, Any]] = {}
        self.by_name: dict[tuple[str, date], list[dict[str, Any]]] = {}
        self.memory = batch.memory
        from sqlalchemy import select, tuple_

        from ayala.storage.tables import Graduate, new_key

        self.new_key = new_key
        table = Graduate.__table__  # type: ignore[attr-defined]
        memory = batch.memory
        if "by name only" not in memory:
            anybody = select(table.c.id).limit(1)
            memory["by name only"] = bool(batch.fetch(anybody.where(table.c.iin.is_(None))))
            memory["came"] = None if batch.fetch(anybody) else Came(batch.expected)
        self.came: Came | None = memory["came"]
        fields = ("id", "code", "name_key", *COMPARED)
        wanted = select(*(table.c[name] for name in fields))
        codes = {row.values[key] for key in _CODES for row in rows if key in row.values} - {"new"}
        iins = {row.values["iin"] for row in rows if "iin" in row.values}
        namesakes = {_key(row) for row in rows if self._may_be_by_name(row)}
        self.named = bool(namesakes)
        """Whether a row of the block may mean somebody by name and birth date."""
        if namesakes:
            batch.records.writing.asks(_NAMESAKES)
        for key, values in (
            (table.c.code, self._perhaps_there(codes, Came.perhaps_codes)),
            (table.c.iin, self._perhaps_there(iins, Came.perhaps)),
            (tuple_(table.c.name_key, table.c.birth_date), namesakes),
        ):
            for part in chunks(values):
                for found in batch.fetch(wanted.where(key.in_(part))):
                    self.remember(dict(zip(fields, found, strict=True)))
        self._look_up_answers(rows, wanted, fields)

    def _perhaps_there(self, given: set[str], perhaps: Callable[[Came, Iterable[str]], set[str]]) -> set[str]:
        """The codes or IINs that may be on record: asking for a million takes its time."""
        return given if self.came is None else perhaps(self.came, given)

    def came_in(self, new: Sequence[Mapping[str, Any]], brought: Sequence[str], drawn: int) -> None:
        """New records of the block, or what changes in one: the codes they brought along; the others' were
        drawn up to a number."""
        if self.came is not None:
            self.came.add([record["iin"] for record in new if record.get("iin")])
            self.came.add(brought)
            self.came.drawn = max(self.came.drawn, drawn)

    def _may_be_by_name(self, row: Row) -> bool:
        """Whether a row may mean a record by its name: two IINs that differ are two people."""
        return "iin" not in row.values or bool(self.memory["by name only"])

    def add(self, row: Row, today: date, new: list[dict[str, Any]]) -> str:
        """A record for a row that means nobody on record; the key of it."""
        values = row.values
        record = _EMPTY | values
        record.pop("same_as", None)
        record["id"] = key = self.new_key()
        if record["registered_on"] is None:
            record["registered_on"] = today
        record |= name_columns(values["surname"], values["given_name"], record["patronymic"])
        if record["iin"] is None:
            self.memory["by name only"] = True
        self.remember(record)
        new.append(record)
        return key

    def _look_up_answers(self, rows: list[Row], wanted: Any, fields: tuple[str, ...]) -> None:
        """Who is meant by another name, as somebody has said before."""
        from sqlalchemy import select, tuple_

        from ayala.storage.tables import AlsoKnown, Graduate

        table, people = AlsoKnown.__table__, Graduate.__table__  # type: ignore[attr-defined]
        memory = self.batch.memory
        if "answers" not in memory:
            memory["answers"] = bool(self.batch.fetch(select(table.c.id).limit(1)))
        if not memory["answers"]:
            return
        key = tuple_(table.c.name_key, table.c.birth_date)
        wanted = wanted.add_columns(table.c.name_key, table.c.birth_date).join(
            table, table.c.graduate_id == people.c.id
        )
        for part in chunks({_key(row) for row in rows}):
            for *found, name, born in self.batch.fetch(wanted.where(key.in_(part))):
                record = self.remember(dict(zip(fields, found, strict=True)))
                self.by_answers.setdefault((name, born), []).append(record)

    def by_answer(self, row: Row, stored: Mapping[str, Any]) -> bool:
        """Whether a row is a record because somebody has said so, now or before."""
        if row.get("same_as", "new") != "new":
            return True
        return any(other is stored for other in self.by_answers.get(_key(row), ()))

    def is_news(self, row: Row, stored: Mapping[str, Any]) -> bool:
        """Whether a row says for the first time that a record is meant by its name and birth date."""
        name, born = _key(row)
        return (
            row.get("same_as", "new") != "new"
            and (name, born) != (stored["name_key"], stored["birth_date"])
            and all(other is not stored for other in self.by_answers.get((name, born), ()))
        )

    def learn(self, row: Row, stored: dict[str, Any]) -> bool:
        """Keep in mind whom a row means by its name and birth date, so that nobody is asked again."""
        if not self.is_news(row, stored):
            return False
        name, born = _key(row)
        self.by_answers.setdefault((name, born), []).append(stored)
        self.learned.append(
            {
                "id": self.new_key(),
                "graduate_id": stored["id"],
                "name_key": name,
                "birth_date": born,
                "decided_on": self.batch.today,
            }
        )
        return True

    def note_names(self) -> None:
        """Write what was learned, once everybody whom it is about is on record."""
        from ayala.storage.tables import AlsoKnown

        if self.learned:
            self.batch.insert(AlsoKnown, self.learned)
            self.batch.memory["answers"] = True

    def remember(self, record: dict[str, Any]) -> dict[str, Any]:
        """Find a record by what identifies it; the one that was remembered first, if it was."""
        if record["code"]:
            record = self.by_code.setdefault(record["code"], record)
        if record["iin"]:
            self.by_iin[record["iin"]] = record
        if self.named:
            namesakes = self.by_name.setdefault((record["name_key"], record["birth_date"]), [])
            if not any(other is record for other in namesakes):
                namesakes.append(record)
        return record

    def match(self, row: Row) -> dict[str, Any] | None:
        """The record that a row means, or nothing; a row that contradicts it is rejected."""
        code, number_given = row.get("code"), row.get("iin")
        holder = self.by_iin.get(number_given) if number_given else None
        if (same := row.get("same_as", "new")) != "new":
            return self._the_same(row, same, holder)
        if code and (stored := self.by_code.get(code)):
            if holder is not None and holder is not stored:
                row.reject(
                    "iin",
                    phrase(
                        "this IIN is on record as {known}, not {code}",
                        known=holder["code"],
                        code=code,
                    ),
                    code="other_person",
                )
            elif number_given and stored["iin"] and stored["iin"] != number_given:
                row.reject(
                    "code",
                    phrase("{code} is another person here: the IIN differs", code=code),
                    code="other_person",
                )
            elif not (number_given and stored["iin"]) and not _may_be(row, stored):
                row.reject("code", _both_differ(code), code="other_person")
            return stored
        if holder is not None:
            return holder
        if number_given and not self.memory["by name only"] and not self.by_answers:
            return None
        namesakes = [
            other
            for other in self.by_name.get(_key(row), [])
            if not (number_given and other["iin"]) and not (code and other["code"] and other["code"] != code)
        ]
        if len(namesakes) > 1:
            what = phrase("several graduates have this name and birth date: give the code or the IIN")
            row.reject("surname", what, code="several_fit")
        if namesakes or row.get("same_as") == "new":
            return namesakes[0] if namesakes else None
        said = [
            other
            for other in self.by_answers.get(_key(row), ())
            if not (number_given and other["iin"]) and not code
        ]
        return said[0] if len(said) == 1 else None

    def _the_same(self, row: Row, code: str, holder: dict[str, Any] | None) -> dict[str, Any] | None:
        """The record that a person has said the row is."""
        stored = self.by_code.get(code)
        number_given = row.get("iin")
        if stored is None:
            row.reject(
                "same_as", phrase("no graduate on record has {code}", code=code), code="no_such_record"
            )
        elif row.get("code", code) != code:
            row.reject(
                "same_as",
                phrase(
                    "the row is {code} by its code, and {other} here",
                    code=row.values["code"],
                    other=code,
                ),
                code="other_person",
            )
        elif holder is not None and holder is not stored:
            what = phrase("this IIN is on record as {known}, not {code}", known=holder["code"], code=code)
            row.reject("iin", what, code="other_person")
        elif number_given and stored["iin"] and stored["iin"] != number_given:
            row.reject(
                "same_as",
                phrase("{code} is another person here: the IIN differs", code=code),
                code="other_person",
            )
        elif not (number_given and stored["iin"]) and not _may_be(row, stored):
            row.reject("same_as", _both_differ(code), code="other_person")
        return stored


def _both_differ(code: str) -> str:
    return phrase("{code} is another person here: both name and birth date differ", code=code)


def _field(column: str) -> str:
    """A column as a sentence names it."""
    return column.replace("_", " ") if current() == "en" else heading(column)


def _may_be(row: Row, stored: Mapping[str, Any]) -> bool:
    """A person may change the name, or have the birth date put right, but not both at once."""
    name, born = _key(row)
    return bool(name == stored["name_key"] or born == stored["birth_date"])


def _mixed(values: Mapping[str, Any]) -> str | None:
    """What is odd about the letters of a row's name, or nothing."""
    parts = (values["surname"], values["given_name"], values.get("patronymic") or "")
    return mixed_letters(full_name(*parts)) if any(map(_is_mixed, parts)) else None


_is_mixed = lru_cache(maxsize=16384)(mixed_letters)
"""Names repeat: each is looked at once."""


def _key(row: Row) -> tuple[str, date]:
    return name_key(row.get("surname"), row.get("given_name"), row.get("patronymic")), row.get("birth_date")
