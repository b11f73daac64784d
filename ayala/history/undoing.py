"""Taking an entry of the history back: every row it touched becomes what it was before.

One entry as a whole, an import too, and only where nothing that came later depends on it: no later
entry changed the same rows, and no row made later refers to one that would go. Whatever the rules of the
office say of the state that comes back, the database has the last word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, delete, exc, text

from ayala.errors import NotNow, RuleBroken
from ayala.history.reading import Entry, of_entry, outside
from ayala.language.phrases import phrase
from ayala.personal.closed import OPEN_TO_BLOCKED, everyone_closed, image_owners
from ayala.storage.asking import questions
from ayala.storage.refusals import refused_by
from ayala.storage.tables import METADATA
from ayala.storage.types import Key

if TYPE_CHECKING:
    from ayala.office import Records

NAMED = 10
"""How many later entries a refusal names."""

MADE, GONE, CHANGED = (
    "f.op = 'I' AND l.op <> 'D'",
    "f.op <> 'I' AND l.op = 'D'",
    "f.op <> 'I' AND l.op <> 'D'",
)
"""What an entry did to a row in all, by its first and its last image."""


@dataclass(frozen=True)
class Net:
    """What an entry did to one row in all: its first and its last image."""

    row_key: str
    first: str
    last: str
    before: str | None
    after: str | None


@dataclass
class Undone:
    """What taking an entry back did to a table: rows removed, brought back, and made as they were."""

    table: str
    removed: int = 0
    brought_back: int = 0
    restored: int = 0


class Refused(RuleBroken):
    """The database refuses the state before the entry."""


class Undoing:
    """Taking entries back inside one change."""

    def __init__(self, records: Records) -> None:
        self.writing = records.writing
        self.session = records.writing.session
        self.sqlite = self.writing.engine_name == "sqlite"

    def undo(self, entry: Entry, *, step_by_step: bool = False) -> list[Undone]:
        """Take an entry back; what came of it, a line a table.

        What goes is removed first, then what was deleted comes back, then what was changed is as it was: a
        table at a time, which is quick. With ``step_by_step`` it is every change of a row in turn, the last
        one first, for rows that stand in each other's way otherwise. Raises :class:`NotNow` if it changed
        no rows, its images are blank or somebody in it is blocked, :class:`RuleBroken` where later entries
        depend on it (named), :class:`Refused` where the database refuses the state before, or one on this
        way to it.
        """
        self._gather(entry)
        touched = self._touched()
        if not touched:
            raise NotNow(
                phrase(
                    "{code} ({command}) changed no records",
                    code=entry.code,
                    command=entry.command or outside(),
                )
            )
        self._check_images(entry)
        self._check_closed()
        self._check_later(entry)
        self._check_references(entry, touched)
        tables = [table for table in METADATA.sorted_tables if table.name in touched]
        return self._take_back(entry, tables, step_by_step=step_by_step)

    # --- what the entry did ------------------------------------------------------------------------

    def _gather(self, entry: Entry) -> None:
        """The net effect of the entry on each row, in a table of this connection's own."""
        condition, values = of_entry("sqlite3" if self.sqlite else "psycopg", entry)
        run = self.session.execute
        run(text("DROP TABLE IF EXISTS temp.undone" if self.sqlite else "DROP TABLE IF EXISTS undone"))
        run(
            text(
                "CREATE TEMP TABLE undone AS "
                "SELECT i.table_name, i.row_key, min(i.seq) AS first_seq, max(i.seq) AS last_seq "
                f"FROM row_image AS i WHERE {condition} AND i.table_name NOT IN ('change', 'blanking') "
                "GROUP BY i.table_name, i.row_key"
            ),
            values,
        )
        run(text("CREATE UNIQUE INDEX undone_key ON undone (row_key, table_name)"))
        if not self.sqlite:
            run(text("ANALYZE undone"))

    def _touched(self) -> set[str]:
        return set(self.session.execute(text("SELECT DISTINCT table_name FROM undone")).scalars())

    def _check_images(self, entry: Entry) -> None:
        gone = self.session.execute(
            text(
                "SELECT count(*) FROM undone AS u "
                "JOIN row_image AS f ON f.seq = u.first_seq JOIN row_image AS l ON l.seq = u.last_seq "
                "WHERE (f.op IN ('U', 'D') AND f.before IS NULL) OR (l.op IN ('I', 'U') AND l.after IS NULL)"
            )
        ).scalar_one()
        if gone:
            raise NotNow(
                phrase(
                    "{code} holds images of an erased person and cannot be taken back",
                    code=entry.code,
                )
            )
        if self.session.execute(
            text(
                "SELECT count(*) FROM undone AS u JOIN row_image AS f ON f.seq = u.first_seq WHERE f.op = 'B'"
            )
        ).scalar_one():
            raise NotNow(phrase("{code} is where the history of its rows begins", code=entry.code))
        if self.session.execute(
            text(
                "SELECT count(*) FROM undone AS u JOIN row_image AS f ON f.seq = u.first_seq "
                "WHERE f.op = 'I' AND 'D' <> (SELECT p.op FROM row_image AS p WHERE p.row_key = u.row_key "
                "AND p.table_name = u.table_name AND p.seq < f.seq ORDER BY p.seq DESC LIMIT 1)"
            )
        ).scalar_one():
            raise NotNow(
                phrase(
                    "{code} put rows in the place of others without a word: what stood there is not known",
                    code=entry.code,
                ),
                "ayala history verify",
            )

    def _check_closed(self) -> None:
        """Nothing of a person is changed while the person is blocked, not by taking back either."""
        blocked = {k: who for k, who in everyone_closed(self.session).items() if who.state == "blocked"}
        if not blocked:
            return
        found = self.session.execute(
            text(
                "SELECT u.table_name, f.before, l.after FROM undone AS u "
                "JOIN row_image AS f ON f.seq = u.first_seq JOIN row_image AS l ON l.seq = u.last_seq"
            )
        )
        for table, *images in found.all():
            for image in images if table not in OPEN_TO_BLOCKED else ():
                for key in image_owners(self.session, table, json.loads(image or "{}")):
                    if key in blocked:
                        raise blocked[key].refusal()

    def _check_later(self, entry: Entry) -> None:
        """Later entries changed the same rows, and the rows are not again what this entry left."""
        same = "IS" if self.sqlite else "IS NOT DISTINCT FROM"
        later = self.session.execute(
            text(
                "SELECT DISTINCT i.change_id, CASE WHEN i.change_id IS NULL THEN i.seq END FROM undone AS u "
                "JOIN row_image AS l ON l.seq = u.last_seq "
                "JOIN row_image AS i ON i.row_key = u.row_key AND i.table_name = u.table_name "
                f"WHERE i.seq > u.last_seq AND NOT (l.after {same} ("
                "SELECT n.after FROM row_image AS n "
                "WHERE n.row_key = u.row_key AND n.table_name = u.table_name ORDER BY n.seq DESC LIMIT 1))"
            )
        ).all()
        self._refuse(entry, later)

    def _check_references(self, entry: Entry, touched: set[str]) -> None:
        """Rows that others made refer to rows that this entry made."""
        for table in METADATA.sorted_tables:
            for key in table.foreign_keys:
                parent = key.column.table.name
                if parent not in touched:
                    continue
                own = " || '/' || ".join(f"CAST(t.{c.name} AS TEXT)" for c in table.primary_key)
                referring = self.session.execute(
                    text(
                        "SELECT DISTINCT made.change_id, CASE WHEN made.change_id IS NULL THEN made.seq END "
                        f"FROM undone AS u JOIN row_image AS f ON f.seq = u.first_seq AND f.op = 'I' "
                        f"JOIN {table.name} AS t ON t.{key.parent.name} = {self._as_key('u.row_key')} "
                        f"LEFT JOIN undone AS mine ON mine.table_name = '{table.name}' "
                        f"AND mine.row_key = {own} "
                        f"LEFT JOIN row_image AS made ON made.table_name = '{table.name}' "
                        f"AND made.row_key = {own} AND made.op <> 'D' AND made.seq > f.seq "
                        f"WHERE u.table_name = '{parent}' AND mine.row_key IS NULL"
                    )
                ).all()
                self._refuse(entry, referring, table.name)

    def _as_key(self, column: str) -> str:
        return column if self.sqlite else f"CAST({column} AS uuid)"

    def _refuse(self, entry: Entry, changes: Iterable[tuple[str | None, int | None]], made: str = "") -> None:
        """Name the changes, and by their images' numbers what was done outside of Ayala.

        ``made``: the table in which they made records that need the entry's; else they changed the same ones.
        """
        found = set(changes)
        if not found:
            return
        past_ayala = sorted(
            {self._outside(seq) for change, seq in found if change is None},
            key=lambda code: int(code.rpartition("-")[2]),
        )
        known = sorted(
            self.session.execute(
                text("SELECT code, command FROM change WHERE id IN :ids").bindparams(
                    bindparam("ids", expanding=True)
                ),
                {"ids": [change for change, _ in found if change is not None]},
            ),
            key=lambda row: int(row[0].rpartition("-")[2]),
        )
        names = [f"{code} ({command})" for code, command in known]
        names += [f"{code} ({outside()})" for code in past_ayala]
        last = (past_ayala or [code for code, _ in known])[-1]
        listed = ", ".join(names[:NAMED])
        if len(names) > NAMED:
            listed = phrase("{names} and {count} more", names=listed, count=len(names) - NAMED)
        raise RuleBroken(
            phrase(
                "{code} cannot be taken back: {entries} came later"
                " and made records ({table}) that need these",
                code=entry.code,
                entries=listed,
                table=made,
            )
            if made
            else phrase(
                "{code} cannot be taken back: {entries} came later and changed the same records",
                code=entry.code,
                entries=listed,
            ),
            f"ayala history undo {last}",
        )

    def _outside(self, seq: int | None) -> str:
        """The entry outside of Ayala that an image belongs to."""
        named = questions("history")
        sql = named["entry_of_image" if self.sqlite else "entry_of_image_postgresql"]
        return str(self.session.execute(text(sql), {"seq": seq}).scalar_one())

    # --- taking it back ----------------------------------------------------------------------------

    def _take_back(self, entry: Entry, tables: list[Table], *, step_by_step: bool) -> list[Undone]:
        done = {table.name: Undone(table.name) for table in tables}
        steps = (self._step_back,) if step_by_step else (self._remove, self._bring_back, self._restore)
        try:
            for step in steps:
                step(tables, done)
        except exc.IntegrityError as error:
            raise Refused(
                phrase("{code} cannot be taken back now: {reason}", code=entry.code, reason=refused_by(error))
            ) from None
        except UnicodeEncodeError:
            raise NotNow(
                phrase(
                    "{code} cannot be taken back: what stood there before is no text",
                    code=entry.code,
                )
            ) from None
        self.writing.records += sum(d.removed + d.brought_back + d.restored for d in done.values())
        return list(done.values())

    def _step_back(self, tables: list[Table], done: dict[str, Undone]) -> None:
        """Every image in turn, the last one first.

        Each state on the way was there before, so no row stands in another's way: a move ends the one stay
        before it begins the other, and the other way round when it is taken back.
        """
        for table in tables:
            counts = [len(self._rows(table, condition)) for condition in (MADE, GONE, CHANGED)]
            done[table.name] = Undone(table.name, *counts)
        named = {table.name: table for table in tables}
        images = self.session.execute(
            text(
                "SELECT i.table_name, i.op, coalesce(i.before, i.after) FROM undone AS u "
                "JOIN row_image AS i ON i.table_name = u.table_name AND i.row_key = u.row_key "
                "AND i.seq BETWEEN u.first_seq AND u.last_seq ORDER BY i.seq DESC"
            )
        ).all()
        for name, op, image in images:
            table, row = named[name], self._known(named[name], image)
            same = [c == row[c.name] for c in table.primary_key]
            if op == "I":
                self.session.execute(delete(table).where(*same))
            elif op == "D":
                self.session.execute(table.insert(), [row])
            else:
                self.session.execute(table.update().where(*same).values(**row))

    def _remove(self, tables: list[Table], done: dict[str, Undone]) -> None:
        """Delete what the entry made, from the rows that refer to the rows referred to."""
        for table in reversed(tables):
            key = list(table.primary_key)
            made = (
                "SELECT u.row_key FROM undone AS u JOIN row_image AS f ON f.seq = u.first_seq "
                "JOIN row_image AS l ON l.seq = u.last_seq "
                f"WHERE u.table_name = '{table.name}' AND {MADE}"
            )
            if len(key) == 1 and isinstance(key[0].type, Key):
                removed = self.session.execute(
                    text(
                        f"DELETE FROM {table.name} WHERE {key[0].name} IN "
                        f"(SELECT {self._as_key('made.row_key')} FROM ({made}) AS made)"
                    )
                )
                done[table.name].removed = removed.rowcount  # type: ignore[attr-defined]
                continue
            for net in self._rows(table, MADE):
                row = json.loads(net.after or "{}")
                self.session.execute(delete(table).where(*(c == row[c.name] for c in key)))
                done[table.name].removed += 1

    def _bring_back(self, tables: list[Table], done: dict[str, Undone]) -> None:
        """Insert what the entry deleted, as it was."""
        for table in tables:
            rows = [self._known(table, net.before) for net in self._rows(table, GONE)]
            if rows:
                self.session.execute(table.insert(), rows)
                done[table.name].brought_back = len(rows)

    def _restore(self, tables: list[Table], done: dict[str, Undone]) -> None:
        """Make what the entry changed as it was."""
        for table in tables:
            for net in self._rows(table, CHANGED):
                row = self._known(table, net.before)
                same = [c == row[c.name] for c in table.primary_key]
                self.session.execute(table.update().where(*same).values(**row))
                done[table.name].restored += 1

    def _rows(self, table: Table, condition: str) -> list[Net]:
        found = self.session.execute(
            text(
                "SELECT u.row_key, f.op, l.op, f.before, l.after FROM undone AS u "
                "JOIN row_image AS f ON f.seq = u.first_seq JOIN row_image AS l ON l.seq = u.last_seq "
                f"WHERE u.table_name = '{table.name}' AND {condition} ORDER BY u.last_seq DESC"
            )
        )
        return [Net(*row) for row in found]

    def _known(self, table: Table, image: str | None) -> dict[str, Any]:
        """An image's values, of the columns that the table has today."""
        row = json.loads(image or "{}")
        return {name: value for name, value in row.items() if name in table.columns}
