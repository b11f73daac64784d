"""A sheet that should name everything of its kind: what is on record and not in it. Nothing is ever removed.

Where all rows have one region, registrar, building or session, the sheet is taken for the list of that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.language.catalogue import in_a_sentence
from ayala.language.names import name_key
from ayala.language.phrases import phrase, phrases

if TYPE_CHECKING:
    from ayala.sheets.rows import Kind, Row
    from ayala.storage.asking import Asking

SCOPES = ("region", "registrar", "building", "session")
"""Headings that may confine a list: the first that a kind has."""

NAMING = ("code", "iin", "graduate", "queue", "number")
"""Headings that name a record also in a row that was rejected for something else."""

OF = {"positions": "queue"}
"""Kinds whose rows are about the records of another."""


class Listed:
    """Which records a sheet names, and what it is confined to."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind.name
        self.heading = next((heading for heading in SCOPES if heading in kind.headings), None)
        self.records: set[str] = set()
        self.named: set[str] = set()
        self.scopes: set[Any] = set()
        self.rejected = 0

    def meets(self, stored: Mapping[str, Any]) -> None:
        """The sheet has a row of this record."""
        self.records.add(str(stored.get("entry_id") or stored["id"]))

    def block(self, rows: Iterable[Row]) -> None:
        """A block of rows is done; what a rejected one names is on the list all the same."""
        for row in rows:
            self.scopes.add(row.get(self.heading) if self.heading else None)
            if row.problems:
                self.rejected += 1
                self.named.update(_names(row.values))

    @property
    def scope(self) -> str | None:
        """The one region, registrar, building or session of all rows, or nothing."""
        return next(iter(self.scopes)) if len(self.scopes) == 1 else None

    def sentence(self, file: str) -> str:
        """What the list is taken for."""
        kind = OF.get(self.kind, self.kind)
        records = called(kind)
        if self.scope and self.heading:
            whole = phrase(
                "{file}: taken for the full list of all {records} of {heading} {scope}",
                file=file,
                records=records,
                heading=in_a_sentence(self.heading),
                scope=self.scope,
            )
        else:
            whole = phrase(
                "{file}: taken for the full list of all {records} on record", file=file, records=records
            )
        if not self.rejected:
            return whole
        unread = phrases(
            "{n} rejected row may mean some of them", "{n} rejected rows may mean some of them", self.rejected
        )
        return f"{whole}; {unread}"

    def missing(self, ask: Asking, file: str, today: date) -> Iterator[dict[str, Any]]:
        """What is on record and not in the sheet."""
        kind = OF.get(self.kind, self.kind)
        values = {"today": today} if kind == "stays" else {}
        for found in ask.rows("sheets", f"on_record_{kind}", **values):
            keys = {value for key, value in found.items() if key.startswith("key_") and value}
            if str(found["id"]) in self.records or (self.scope and found["scope"] != self.scope):
                continue
            if not self.named.isdisjoint(keys):
                continue
            row = {key: found[key] for key in ("code", "graduate", "name")}
            yield {"file": file, "kind": kind, **row, "next_step": _next_step(kind, row)}


def called(kind: str) -> str:
    """What the records of a kind of sheet are called, many of them."""
    match kind:
        case "queue":
            return phrase("waiting entries of the queue")
        case "stays":
            return phrase("residents")
        case "attendance":
            return phrase("attendees")
        case "graduates":
            return phrase("graduates")
        case "beds":
            return phrase("beds")
        case "partners":
            return phrase("partners")
        case "workplaces":
            return phrase("workplaces")
        case "appeals":
            return phrase("appeals")
        case "sessions":
            return phrase("sessions")
        case "services":
            return phrase("services")
        case "apartments":
            return phrase("apartments")
    return phrase("placements")


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    """By what a row names a record."""
    yield from (values[heading] for heading in NAMING if heading in values)
    if values.get("surname") and values.get("given_name"):
        key = name_key(values["surname"], values["given_name"], values.get("patronymic"))
        yield key
        yield f"{key} {values.get('birth_date')}"
    if "room" in values and "bed" in values:
        yield "/".join(str(values.get(part)) for part in ("building", "room", "bed"))
    elif "name" in values:
        yield from (values["name"], name_key(values["name"], ""))


def _next_step(kind: str, row: Mapping[str, Any]) -> str:
    """The command that looks at the record; nothing where there is none for a single one."""
    return {
        "graduates": f"ayala graduate show {row['code']}",
        "queue": f"ayala housing queue show {row['code']}",
        "appeals": f"ayala appeal show {row['code']}",
        "services": f"ayala service show {row['code']}",
        "placements": f"ayala work show {row['code']}",
        "sessions": f"ayala service session show {row['code']}",
        "beds": "ayala dormitory map",
    }.get(kind) or (f"ayala graduate show {row['graduate']}" if row["graduate"] else "")
