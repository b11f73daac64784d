"""Asking the history: its entries, what one of them did, the newest link of its chain.

Nothing here changes anything, and SQLAlchemy is never loaded. Moments are shown in the office's time.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ayala import record_codes
from ayala.dates import office_zone
from ayala.errors import NoSuchRecord
from ayala.graduate.reading import EVERYTHING
from ayala.language.phrases import phrase
from ayala.output.emit import mask
from ayala.output.harmless import FREE_TEXT, hidden, shortened
from ayala.output.table import Table, columns
from ayala.output.veil import WORD as BLOCKED
from ayala.personal.columns import PEOPLE, Columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

PERSONAL = frozenset({"iin", "phone", "other_phones", "caller_phone"})
"""Columns of any table that hold a personal number or phones."""

DERIVED = frozenset({"id", "name_key", "surname_fold", "given_fold", "sort_key"})
"""Columns that follow from others; nobody wants to read them."""

LISTED = columns("code", "at", "user", "command", "reason", "records#")


@dataclass(frozen=True)
class Entry:
    """One entry of the history: a change, or what a statement outside of Ayala did."""

    code: str
    id: str | None
    at: str
    user: str
    command: str
    reason: str | None
    records: int


def outside() -> str:
    """What stands in place of a command where a row was changed by something else."""
    return phrase("outside of Ayala")


def entries(ask: Asking) -> str:
    """The SQL that all entries come from."""
    return ask.text("history", "entries")


def moment(at: str) -> str:
    """``2026-11-23T14:03:05+05:00``: a stored moment in the office's time, to the second."""
    return datetime.fromisoformat(at).astimezone(office_zone()).isoformat(timespec="seconds")


def listed(
    ask: Asking,
    *,
    key: str | None = None,
    on: date | None = None,
    user: str | None = None,
    limit: int | None = None,
) -> Table:
    """The entries, newest first: of a record's key, of a day in the office's time, of an author."""
    ask.take_any_text()
    since = datetime.combine(on, time(), office_zone()) if on else None
    sql = ask.text("history", "listed").replace("{entries}", entries(ask))
    rows = ask.run(
        sql,
        {
            "since": _utc(since),
            "until": _utc(since + timedelta(days=1)) if since else None,
            "user": user,
            "limit": EVERYTHING if key else limit or EVERYTHING,
        },
    )
    if key is not None:
        wanted = _touching(ask, key)
        rows = itertools.islice((row for row in rows if row["code"] in wanted), limit)
    return Table("history", LISTED, ({**row, **_shown(row)} for row in rows))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": moment(row["at"]),
        "command": row["command"] or outside(),
        "user": row["user"] or None,
    }


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else None


def _touching(ask: Asking, key: str) -> set[str]:
    """The codes of the entries in whose images a key occurs."""
    found: set[str] = set()
    for row in list(ask.rows("history", "touching", key=key)):
        if row["change_id"] is None:
            found.add(ask.value("history", "entry_of_image", seq=row["seq"]))
        elif code := ask.value("history", "codes_of_changes", id=row["change_id"]):
            found.add(code)
    return found


def key_of(ask: Asking, typed: str, today: date) -> str | None:
    """The key of the record that a code names; nothing if no record has it."""
    written = {typed.strip(), "/".join(record_codes.read_place(typed))}
    for noun in record_codes.PREFIXES:
        if not typed.strip()[:1].isdigit():
            written.add(record_codes.read_code(noun, typed, today) or "")
    for code in sorted(written - {""}):
        if found := ask.value("history", "record", code=code):
            return str(found)
    return None


def entry(ask: Asking, typed: str, today: date) -> Entry:
    """The entry of a code: ``H-512``, or ``X-1043`` for what was done outside of Ayala.

    Raises :class:`NoSuchRecord`.
    """
    text = typed.strip().translate(record_codes.LOOK_ALIKES).upper()
    code = text if text.startswith("X-") else record_codes.read_code("change", typed, today)
    sql = ask.text("history", "entry").replace("{entries}", entries(ask))
    row = next(ask.run(sql, {"code": code}), None) if code else None
    if row is None:
        raise NoSuchRecord(
            phrase("there is no entry {code}", code=shortened(code or typed)), "ayala history list"
        )
    return Entry(**row)


def of_entry(driver: str, found: Entry) -> tuple[str, dict[str, Any]]:
    """The condition that picks an entry's images (as ``i``), and its values."""
    if found.id is not None:
        return "i.change_id = :entry", {"entry": found.id}
    first = int(found.code.removeprefix("X-"))
    column = "made_at" if driver == "sqlite3" else "txid"
    return (
        f"i.change_id IS NULL AND i.{column} = (SELECT f.{column} FROM row_image AS f WHERE f.seq = :entry)",
        {"entry": first},
    )


def page(ask: Asking, found: Entry, *, limit: int | None, unmask: bool) -> list[Table]:
    """One entry, and what it did: a line a changed field, values before and after."""
    ask.take_any_text("surrogateescape")  # an image has to stay JSON
    shown = {
        "code": found.code,
        "at": moment(found.at),
        "user": found.user or None,
        "command": found.command or outside(),
        "reason": found.reason,
        "records": found.records,
    }
    return [
        Table("history_entry", LISTED, [shown], subtitle=found.code, upright=True),
        Table(
            "changes",
            columns("record", "table", "op:row_op", "field", "before", "after"),
            _fields(ask, found, limit, unmask),
            optional=True,
        ),
    ]


def _fields(ask: Asking, found: Entry, limit: int | None, unmask: bool) -> Iterator[dict[str, Any]]:
    condition, values = of_entry(ask.driver, found)
    sql = ask.text("history", "images").replace("{of_entry}", condition)
    blocked = frozenset(str(row["key"]) for row in ask.rows("personal", "blocked"))
    for image in ask.run(sql, {**values, "limit": limit or EVERYTHING}):
        before, after = (json.loads(image[side]) if image[side] else {} for side in ("before", "after"))
        record = _plain(label(image["row_key"], after or before))
        line = {"record": record, "table": image["table_name"], "op": image["op"]}
        if not before and not after:
            yield {**line, "field": None, "before": None, "after": None}
        own = PEOPLE.get(image["table_name"])
        veiled = own is not None and any(_of(ask, blocked, own, row) for row in (before, after) if row)
        for field in dict.fromkeys((*before, *after)):
            old, new = before.get(field), after.get(field)
            if old == new or field in DERIVED:
                continue
            if veiled and own is not None and field in own.personal:
                old, new = (BLOCKED if value else value for value in (old, new))
            if field in PERSONAL and not unmask:
                old, new = (mask(str(value)) if value else value for value in (old, new))
            old, new = _plain(old), _plain(new)
            if field in FREE_TEXT and not unmask:
                old, new = (hidden(value) if value else value for value in (old, new))
            yield {**line, "field": field, "before": old, "after": new}


def _of(ask: Asking, people: frozenset[str], own: Columns, row: Mapping[str, Any]) -> bool:
    """Whether a row, as its image holds it, belongs to one of these people (their keys)."""
    while people and (key := row.get(own.way)) is not None:
        if own.parent == "graduate":
            return str(key) in people
        parent, own = own.parent, PEOPLE[own.parent]
        sql = f"SELECT {own.way} FROM {parent} WHERE id = :key"
        found = next(ask.run(sql, {"key": key}), None)
        if found is None:
            return True  # what it hung on is gone, so nobody can tell
        row = found
    return False


def _plain(value: Any) -> str | None:
    """A value as text; what is no UTF-8 shows as its bytes."""
    if value is None:
        return None
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def label(key: str, row: dict[str, Any]) -> str:
    """How a row is called: by its code or place, else by its key."""
    return str(row.get("code") or row.get("place") or key)


def head(ask: Asking) -> dict[str, Any] | None:
    """The newest link: its number, the first 16 letters of its hash, its moment, what is not under it."""
    link = ask.row("history", "head")
    if link is None:
        return None
    rest = ask.row("history", "unsealed", horizon=link["horizon"])
    assert rest is not None
    return {
        "head": f"{link['seq']}:{link['mac'][:16]}",
        "at": moment(link["made_at"]),
        "key": link["key_id"],
        "unsealed": rest["images"],
    }
