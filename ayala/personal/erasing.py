"""Destroying the data of one person for ever, in the records and in the history; the counts stay.

Every row that hangs on the person is made neutral by the lists in ``columns``. Then every image of these
rows in the history is made blank, as are the reasons of the changes that touched them: an image's keyed
hash goes into ``blanking`` first, so that the chain can still be verified. Of the images that the erasing
itself writes only what was before goes.

What cannot be reached from here: backups and exports made before, and what was written of the person in
the texts of others, which is looked for and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, and_, bindparam, func, insert, literal_column, or_, select, text, update
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import aliased

from ayala.errors import BadSetting, NoSuchRecord, NotNow, RuleBroken, SeveralFit
from ayala.graduate.identity import name_columns
from ayala.language.names import fold
from ayala.language.phrases import and_more, phrase, phrases
from ayala.personal.closed import everyone_closed
from ayala.personal.columns import DASH, PEOPLE, TABLES
from ayala.storage import opening
from ayala.storage.sealing import IMAGE_COLUMNS, content_digest, key_id, last_link
from ayala.storage.tables import METADATA, Erasure
from ayala.storage.types import SortText

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.storage.opening import Address
    from ayala.storage.sealing import HistoryKey

CHUNK = 400
"""Values in one ``IN (…)``."""

NAMED = 20
"""How many places are named where a person is still written of."""

SHORTEST = 4
"""Letters of a name or digits of a number below which looking for it would find too much."""

PATIENCE = 5000
"""Milliseconds to wait for others who read, before the file beside SQLite's is left to them."""

_TABLES: dict[str, Table] = dict(METADATA.tables)


@dataclass
class Erased:
    """What was destroyed: rows made neutral, images made blank, reasons removed."""

    code: str
    rows: int = 0
    images: int = 0
    reasons: int = 0


@dataclass
class _Subject:
    """Whose data go: the rows by table and key, and what the person was called."""

    code: str
    rows: dict[str, set[str]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    names: set[tuple[str, ...]] = field(default_factory=set)
    """Words that name the person where all of them stand together."""


class Erasing:
    """Destroying inside one change, which has to be called ``graduate erase …``."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session
        self.sqlite = records.writing.engine_name == "sqlite"
        self.reason = ""
        """Why it is done, which stays for ever."""

    def graduate(self, code: str, key: HistoryKey, *, on: date, basis: str) -> Erased:
        """Destroy the data of a graduate; the code, the sex, the region and the year of birth stay.

        Raises :class:`NotNow` for one who is blocked or erased, :class:`BadSetting` without the key of
        the history.
        """
        person = self.records.graduates.get(code)
        # Whoever adds something of the person just now has to end first.
        people = _TABLES["graduate"].c
        self.session.execute(select(people.id).where(people.id == person.id).with_for_update())
        closed = everyone_closed(self.session).get(person.id)
        if closed is not None:
            raise (
                closed.refusal()
                if closed.state == "blocked"
                else NotNow(phrase("{code} was erased on {since}", code=code, since=closed.since))
            )
        secret = self._secret(key)
        self._notice_open(person.id)
        subject = self._subject(code, "graduate", person.id)
        self.session.add(Erasure(graduate_id=person.id, erased_on=on, basis=basis, change_id=self.writing.id))
        self.session.flush()
        return self._erase(subject, secret)

    def undone(self, code: str, key: HistoryKey) -> Erased:
        """Destroy what the history holds of somebody whose entry was taken back.

        Raises :class:`NoSuchRecord` if nobody of that code ever was on record, or nothing of it is left.
        """
        images = self.session.execute(
            select(_IMAGE.c.row_key, func.coalesce(_IMAGE.c.after, _IMAGE.c.before).label("held")).where(
                _IMAGE.c.table_name == "graduate",
                or_(*(self._field(c, "code") == code for c in (_IMAGE.c.before, _IMAGE.c.after))),
            )
        ).all()
        if not images:
            raise NoSuchRecord(phrase("there is no graduate {code}", code=code), "ayala graduate list")
        secret = self._secret(key)
        subject = _Subject(code, rows={name: set() for name in PEOPLE})
        for image in images:
            subject.rows["graduate"].add(image.row_key)
            self._learn(subject, "graduate", json.loads(image.held))
        return self._erase(subject, secret)

    def caller(self, code: str, key: HistoryKey) -> Erased:
        """Destroy what an appeal says of a caller who is not on record.

        Raises :class:`NoSuchRecord`, :class:`NotNow` if the caller was identified.
        """
        appeals = _TABLES["appeal"].c
        row = self.session.execute(
            select(appeals.id, appeals.graduate_id).where(appeals.code == code).with_for_update()
        ).one_or_none()
        if row is None:
            raise NoSuchRecord(phrase("there is no appeal {code}", code=code), "ayala appeal list")
        if row.graduate_id is not None:
            person = self.session.execute(
                select(_TABLES["graduate"].c.code).where(_TABLES["graduate"].c.id == row.graduate_id)
            ).scalar_one()
            raise NotNow(
                phrase("{code} is an appeal of {person}", code=code, person=person),
                f"ayala graduate erase {person}",
            )
        secret = self._secret(key)
        return self._erase(self._subject(code, "appeal", row.id), secret)

    def guest(self, code: str, name: str, key: HistoryKey) -> Erased:
        """Destroy the name of a guest on the list of a session.

        Raises :class:`NoSuchRecord` if nobody on it is called so, :class:`SeveralFit` if several are.
        """
        there, sessions = _TABLES["attendance"].c, _TABLES["session"].c
        guests = self.session.execute(
            select(there.id, there.name)
            .join(_TABLES["session"], sessions.id == there.session_id)
            .where(sessions.code == code, there.graduate_id.is_(None))
            .order_by(there.name_key, there.id)
        ).all()
        fitting = [row for row in guests if fold(row.name) == fold(name) and row.name != DASH]
        if not fitting:
            raise NoSuchRecord(
                phrase("no guest on the list of {code} has that name", code=code),
                f"ayala service session show {code}",
            )
        if len(fitting) > 1:
            raise SeveralFit(
                phrases(
                    "{n} guest of {code} has that name",
                    "{n} guests of {code} have that name",
                    len(fitting),
                    code=code,
                ),
                [],
            )
        secret = self._secret(key)
        return self._erase(self._subject(code, "attendance", fitting[0].id), secret)

    # --- whose data, and where they are ----------------------------------------------------------

    def _secret(self, key: HistoryKey) -> bytes:
        """The key of the history. Without it nobody could tell a blanked image from a forged one."""
        link = last_link(self.session.connection().connection.driver_connection)
        if key.secret is None and not link.seq:
            key.make()
        if key.secret is None:
            raise BadSetting(
                phrase(
                    "the history key {file} is missing: nothing can be erased without it",
                    file=key.path,
                ),
                phrase("put the key back from where it is kept"),
            )
        if link.seq and link.key_id != key_id(key.secret):
            raise BadSetting(
                phrase(
                    "{file} is not the key that seals this history: nothing can be erased with it",
                    file=key.path,
                ),
                phrase("put the key back from where it is kept"),
            )
        return key.secret

    def _subject(self, code: str, root: str, key: str) -> _Subject:
        subject = _Subject(code)
        for name, own in PEOPLE.items():
            table = _TABLES[name]
            if name == root:
                condition: Any = table.c.id == key
            elif own.parent in subject.rows:
                condition = table.c[own.way].in_(subject.rows[own.parent])
            else:
                continue
            found = [row._mapping for row in self.session.execute(select(table).where(condition))]
            subject.rows[name] = {_key_of(table, row) for row in found}
            for row in found:
                self._learn(subject, name, row)
        return subject

    def _learn(self, subject: _Subject, table: str, row: Mapping[Any, Any]) -> None:
        """Note the codes of a row, and what it calls the person."""
        if row.get("code"):
            subject.codes.add(row["code"])
        if table == "graduate":
            subject.names |= {(row["surname"], row["given_name"])}
        numbers = [row.get(column) for column in ("iin", "phone", "caller_phone")]
        numbers += str(row.get("other_phones") or "").split()
        subject.names |= {(number,) for number in numbers if number}
        for column, whose in (("caller", "appeal"), ("name", "attendance")):
            if table == whose and row[column] and row[column] != DASH:
                subject.names |= {tuple(row[column].split())}

    def _notice_open(self, person: str) -> None:
        """Say what is still open: it can be ended later, but nobody will know whose it was."""
        today = self.writing.today
        found = self.session.execute(_OPEN, {"person": person, "today": today.isoformat()}).scalars()
        if still := ", ".join(found):
            self.writing.note(phrase("still open: {codes}", codes=still))

    # --- destroying ------------------------------------------------------------------------------

    def _erase(self, subject: _Subject, secret: bytes) -> Erased:
        self.writing.recorded_always = True  # also where only the history held something
        erased = Erased(subject.code)
        for name, keys in subject.rows.items():
            if TABLES[name].personal:
                erased.rows += self._neutral(name, keys)
        self.writing.records += erased.rows
        self._permit(True)
        images, changes = self._images(subject)
        reasons = self._reasons(subject, changes)
        images |= self._images_of_changes(reasons)
        erased.images = self._blank(images, secret)
        self._begin_anew(subject, images)
        erased.reasons = self._remove_reasons(reasons)
        self.session.execute(
            update(_IMAGE)
            .where(_IMAGE.c.change_id == self.writing.id, _IMAGE.c.before.is_not(None))
            .values(before=None)
        )
        self._permit(False)
        if self.reason and _names(subject, self.reason):
            raise RuleBroken(
                phrase("the reason names the person, and reasons of an erasing stay for ever"),
                phrase("the number of the paper"),
            )
        if named := self._still_named(subject):
            places = and_more(", ".join(named[:NAMED]), len(named) - NAMED)
            self.writing.note(phrase("still named in: {places}", places=places))
        return erased

    def _permit(self, erasing: bool) -> None:
        """Let the triggers of the history take blanks, and nothing else; see ``storage/images.py``."""
        if self.sqlite:
            self.session.execute(text("UPDATE history_context SET erasing = :on"), {"on": int(erasing)})
        else:
            self.session.execute(
                text("SELECT set_config('ayala.erasing', :on, true)"), {"on": "on" if erasing else "off"}
            )

    def _neutral(self, name: str, keys: set[str]) -> int:
        """Make the rows of a table neutral; how many were not."""
        table, own = _TABLES[name], TABLES[name]
        changed = 0
        for part in _chunks(keys):
            found = self.session.execute(select(table).where(table.c.id.in_(part))).mappings().all()
            for row in found:
                after: dict[str, Any] = dict.fromkeys(own.blank.split())
                after |= {column: _ruled(rule, row, column) for column, rule in own.rule.items()}
                if row.get("graduate_id", "") is None:  # the database wants to know that somebody was there
                    after |= {column: DASH for column in ("caller", "name") if column in after}
                if any(row[column] != value for column, value in after.items()):
                    self.session.execute(update(table).where(table.c.id == row["id"]).values(**after))
                    changed += 1
        return changed

    def _images(self, subject: _Subject) -> tuple[set[int], set[str]]:
        """The images of the person's rows by their numbers, also of rows that are gone or are another's
        now; and the changes that made them."""
        found: dict[int, str | None] = {}
        rows = {name: set(keys) for name, keys in subject.rows.items()}
        for parent in PEOPLE:
            for way, children in _ways_to(parent, rows):
                for image in self._of_parents(children, way, rows[parent]):
                    known = rows[image.table_name]
                    if image.row_key not in known and self._is_gone(image.table_name, image.row_key):
                        known.add(image.row_key)
                    if TABLES[image.table_name].personal:
                        found[image.seq] = image.change_id
        for name, keys in rows.items():
            if not TABLES[name].personal:
                continue
            for part in _chunks(keys):
                wanted = select(_IMAGE.c.seq, _IMAGE.c.change_id).where(
                    _IMAGE.c.table_name == name, _IMAGE.c.row_key.in_(part)
                )
                found |= {row.seq: row.change_id for row in self.session.execute(wanted)}
        return set(found), {change for change in found.values() if change}

    def _of_parents(self, children: list[str], way: str, parents: set[str]) -> Sequence[Any]:
        """The images of tables whose row referred to one of these parents, before or after."""
        images: list[Any] = []
        for part in _chunks(parents):
            refers = [self._field(content, way).in_(part) for content in (_IMAGE.c.before, _IMAGE.c.after)]
            images += self.session.execute(
                select(_IMAGE.c.seq, _IMAGE.c.change_id, _IMAGE.c.table_name, _IMAGE.c.row_key).where(
                    _IMAGE.c.table_name.in_(children), or_(*refers)
                )
            ).all()
        return images

    def _field(self, content: Any, column: str) -> Any:
        """A field of an image."""
        if self.sqlite:
            return func.json_extract(content, f"$.{column}")
        return content.op("::jsonb ->>")(literal_column(f"'{column}'"))

    def _is_gone(self, name: str, key: str) -> bool:
        """Whether no row of a table has that key now."""
        table = _TABLES[name]
        conditions = [column == part for column, part in zip(table.primary_key, key.split("/"), strict=True)]
        there = self.session.execute(select(func.count()).select_from(table).where(and_(*conditions)))
        return not there.scalar_one()

    def _images_of_changes(self, changes: set[str]) -> set[int]:
        """The images of the entries themselves, which hold their reasons."""
        found: set[int] = set()
        for part in _chunks(changes):
            found |= set(
                self.session.execute(
                    select(_IMAGE.c.seq).where(_IMAGE.c.table_name == "change", _IMAGE.c.row_key.in_(part))
                ).scalars()
            )
        return found

    def _reasons(self, subject: _Subject, changes: set[str]) -> set[str]:
        """The changes whose reasons go: they touched the person's rows, or name the person."""
        table = _TABLES["change"].c
        entries = self.session.execute(
            select(table.id, table.command, table.reason).where(table.reason.is_not(None))
        )
        codes = re.compile(
            "|".join(rf"(?<![\w-]){re.escape(code)}(?![\w-])" for code in sorted(subject.codes)) or r"(?!)"
        )
        return {
            entry.id
            for entry in entries
            if entry.id in changes or codes.search(entry.command) or _names(subject, entry.reason)
        }

    def _blank(self, images: set[int], secret: bytes) -> int:
        """Make images blank, their keyed hashes kept; how many were not."""
        blanked = 0
        for part in _chunks(images):
            full = self.session.execute(
                select(*(_IMAGE.c[column] for column in IMAGE_COLUMNS)).where(
                    _IMAGE.c.seq.in_(part),
                    or_(_IMAGE.c.change_id.is_(None), _IMAGE.c.change_id != self.writing.id),
                    or_(_IMAGE.c.before.is_not(None), _IMAGE.c.after.is_not(None)),
                )
            ).all()
            if not full:
                continue
            self.session.execute(
                insert(_TABLES["blanking"]),
                [
                    {
                        "image_seq": image.seq,
                        "change_id": self.writing.id,
                        "digest": content_digest(secret, image).hex(),
                    }
                    for image in full
                ],
            )
            self.session.execute(
                update(_IMAGE)
                .where(_IMAGE.c.seq.in_([image.seq for image in full]))
                .values(before=None, after=None)
            )
            blanked += len(full)
        return blanked

    def _begin_anew(self, subject: _Subject, images: set[int]) -> None:
        """A new image for each of the person's rows whose last one is blank now, since nothing in it had to
        go: what stays of it can be held against the table."""
        newest = aliased(_IMAGE)
        rows: dict[str, set[str]] = {}
        for part in _chunks(images):
            later = select(newest.c.seq).where(
                newest.c.table_name == _IMAGE.c.table_name,
                newest.c.row_key == _IMAGE.c.row_key,
                newest.c.seq > _IMAGE.c.seq,
            )
            found = self.session.execute(
                select(_IMAGE.c.table_name, _IMAGE.c.row_key).where(_IMAGE.c.seq.in_(part), ~later.exists())
            )
            for name, key in found:
                rows.setdefault(name, set()).add(key)
        for name, keys in rows.items():
            table = _TABLES[name]
            for key in sorted(keys & subject.rows.get(name, set())):
                same = [c == part for c, part in zip(table.primary_key, key.split("/"), strict=True)]
                first = next(iter(table.primary_key))
                self.session.execute(update(table).where(*same).values({first: first}))

    def _remove_reasons(self, changes: set[str]) -> int:
        table = _TABLES["change"]
        for part in _chunks(changes):
            self.session.execute(update(table).where(table.c.id.in_(part)).values(reason=None))
        return len(changes)

    # --- what others wrote -----------------------------------------------------------------------

    def _still_named(self, subject: _Subject) -> list[str]:
        """Where texts of other records still name the person: ``A-2026-0007 (note)``."""
        sought = [words for words in subject.names if len("".join(words)) >= SHORTEST]
        if not sought:
            return []
        places: dict[str, None] = {}
        for name, table in sorted(_TABLES.items()):
            if name in ("row_image", "seal", "blanking", "history_context", "counter"):
                continue
            columns = [
                column
                for column in table.columns
                if isinstance(column.type, SqlText | SortText) and column.name not in UNSEARCHED
            ]
            for words in sought:
                for column in columns:
                    fits = and_(*(column.like(f"%{_escaped(word)}%", escape="\\") for word in words))
                    for row in self.session.execute(select(table).where(fits)).mappings():
                        places[f"{self._label(table, row)} ({column.name})"] = None
        return list(places)

    def _label(self, table: Table, row: Mapping[Any, Any]) -> str:
        """A record as people call it: by its code or place, else by that of the record it belongs to."""
        for name in ("code", "place"):
            if row.get(name):
                return str(row[name])
        for key in table.foreign_keys:
            parent = key.column.table
            if row[key.parent.name] and {"code", "place"} & set(parent.columns.keys()):
                above = (
                    self.session.execute(select(parent).where(key.column == row[key.parent.name]))
                    .mappings()
                    .one()
                )
                return self._label(parent, above)
        return table.name


_IMAGE = _TABLES["row_image"]

UNSEARCHED = frozenset(
    {
        "iin", "phone", "other_phones", "caller_phone", "surname", "given_name", "patronymic", "name_key",
        "surname_fold", "given_fold", "sort_key",
    }
)  # fmt: skip
"""Columns that are about a record's own person: whoever has the same name or phone stays as he is."""

_OPEN = text(
    """
SELECT code FROM (
    SELECT a.code, 1 AS place FROM appeal AS a
    WHERE a.graduate_id = :person AND a.status IN ('registered', 'in_progress', 'paused')
    UNION ALL
    SELECT b.place, 2 FROM stay AS s JOIN bed AS b ON b.id = s.bed_id
    WHERE s.graduate_id = :person AND (s.until IS NULL OR s.until > :today)
    UNION ALL
    SELECT q.code, 3 FROM queue_entry AS q WHERE q.graduate_id = :person AND q.status = 'waiting'
    UNION ALL
    SELECT s.code, 4 FROM service AS s
    WHERE s.graduate_id = :person AND s.provided_on IS NULL AND s.cancelled_on IS NULL
    UNION ALL
    SELECT p.code, 5 FROM placement AS p WHERE p.graduate_id = :person AND p.until IS NULL
    UNION ALL
    SELECT m.code, 6 FROM aid AS m WHERE m.graduate_id = :person AND m.status IN ('asked', 'approved')
) AS still
ORDER BY place, length(code), code
"""
).bindparams(bindparam("person"), bindparam("today"))


def _ways_to(parent: str, rows: Mapping[Any, Any]) -> list[tuple[str, list[str]]]:
    """The columns by which tables refer to a parent, each with its tables; of those that hold rows."""
    ways: dict[str, list[str]] = {}
    for child, own in PEOPLE.items():
        if own.parent == parent and child != parent and child in rows and parent in rows:
            ways.setdefault(own.way, []).append(child)
    return list(ways.items())


def _key_of(table: Table, row: Mapping[Any, Any]) -> str:
    """A row's key as the images have it."""
    return "/".join(str(row[column.name]) for column in table.primary_key)


def _ruled(rule: str, row: Mapping[Any, Any], column: str) -> Any:
    """What a column's rule makes of its value."""
    value = row[column]
    match rule:
        case "dash":
            return DASH
        case "code":
            return row["code"]
        case "year":
            return date(value.year, 1, 1) if value else None
        case "names":
            return name_columns(DASH, row["code"], None)[column]  # type: ignore[literal-required]
    raise AssertionError(rule)


def _names(subject: _Subject, reason: str) -> bool:
    return any(
        all(word in reason for word in words) for words in subject.names if len("".join(words)) >= SHORTEST
    )


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def empty_the_wal(address: Address) -> bool:
    """Write SQLite's ``-wal`` file back and make it empty, so that it holds nobody any more.

    False where another command is reading just now: the file goes when that command ends. A server's
    own files are its own affair.
    """
    if address.path is None:
        return True
    connection = opening.open_sqlite(address.path, reading=False)
    try:
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except opening.sqlite().Error as error:
        raise opening.explain_sqlite(error, address.path) from None
    finally:
        connection.close()
