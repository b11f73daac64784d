"""Asking about personal data: consents, the register of transfers, terms that are over, all of one person.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.dates import Span
from ayala.graduate.reading import EVERYTHING
from ayala.history.reading import moment
from ayala.output.table import Column, Table, columns
from ayala.personal.columns import PEOPLE, owned
from ayala.personal.terms import retention, term

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

FLAGS = [
    Column("third_parties", "flag"),
    Column("cross_border", "flag"),
    Column("public_sources", "flag"),
]
ANSWER = columns(
    "withdrawn_on@",
    Column("answer_due", "day"),
    "answered_on@",
    Column("answer", "code", "withdrawal_answer"),
)
CONSENTS = [
    *columns("graduate", "name", "given_on@", "until@", Column("state", "code", "consent_state")),
    *columns(Column("form", "code", "consent_form"), Column("given_by", "code", "consent_giver")),
    *FLAGS,
    *ANSWER,
]
CONSENT = [
    *columns("given_on@", "until@", Column("state", "code", "consent_state"), "operator", "operator_bin"),
    *columns(Column("form", "code", "consent_form"), Column("given_by", "code", "consent_giver")),
    *columns("representative", "data_list", "purposes"),
    *FLAGS,
    *columns("other_terms", "taken_by", "proof", "document"),
    *ANSWER,
    *columns(Column("withdrawal_form", "code", "consent_form"), "withdrawal_reason", "answer_text"),
]
TRANSFERS = columns(
    "made_on@", Column("kind", "code", "transfer_kind"), "graduate", "people#", "to_whom", "purpose",
    "data_list", Column("basis", "code", "transfer_basis"), "document", "notified_on@", "note",
)  # fmt: skip
TERMS = columns(
    "code", Column("kind", "code", "retention_kind"), "since@", "term#", Column("unit", "code", "term_unit"),
    "due@", "source", Column("proposal", "flag"), "next_step",
)  # fmt: skip


def last_operator(ask: Asking) -> tuple[str | None, str | None]:
    """Name and BIN of the operator in the consent that was taken last."""
    row = ask.row("personal", "last_operator")
    return (row["operator"], row["operator_bin"]) if row else (None, None)


def consents(
    ask: Asking, *, graduate: str | None, state: str | None, as_of: date, limit: int | None
) -> Table:
    """Consents as they stand on a day: a line each, or all that one person's hold."""

    def rows() -> Iterator[dict[str, Any]]:
        for row in ask.rows(
            "personal", "consents", graduate=graduate, state=state, as_of=as_of, limit=limit or EVERYTHING
        ):
            yield {**row, "answer_due": _answer_due(row)}

    if graduate is None:
        return Table("consents", CONSENTS, rows())
    return Table("consents", CONSENT, rows(), subtitle=graduate, upright=True)


def _answer_due(row: dict[str, Any]) -> str | None:
    if not row["withdrawn_on"] or row["answered_on"]:
        return None
    withdrawn = date.fromisoformat(row["withdrawn_on"])
    return term("withdrawal_answer", withdrawn).end(withdrawn).isoformat()


def transfers(
    ask: Asking, *, graduate: str | None, kind: str | None, made: Span | None, limit: int | None
) -> Table:
    """The register of transfers by their day."""
    rows = ask.rows(
        "personal",
        "transfers",
        graduate=graduate,
        kind=kind,
        made_from=made.start if made else None,
        made_to=made.end if made else None,
        limit=limit or EVERYTHING,
    )
    return Table("transfers", TRANSFERS, rows)


def over(ask: Asking, as_of: date) -> Table:
    """Records whose term is over by a day, with what a person may do about each. Nothing acts by itself.

    Withdrawals that wait for an answer are all there; consents also some time before they end.
    """
    terms = retention(as_of)
    soon = term("consent_soon", as_of).end(as_of)
    rows = []
    for row in ask.rows("personal", "over", as_of=as_of, soon=soon):
        rule, since = terms[row["kind"]], date.fromisoformat(row["since"])
        due = rule.end(since)
        if due > as_of and row["kind"] not in ("withdrawal", "consent_over"):
            continue
        rows.append(
            {
                "code": row["code"],
                "kind": row["kind"],
                "since": row["since"],
                "term": rule.value,
                "unit": rule.unit,
                "due": due.isoformat(),
                "source": rule.source,
                "proposal": rule.proposal,
                "next_step": rule.next_step.replace("{code}", row["code"]),
            }
        )
    order = list(terms)
    rows.sort(key=lambda row: (order.index(row["kind"]), row["due"], len(row["code"]), row["code"]))
    return Table("terms", TERMS, rows)


# --- all that is held on one person ----------------------------------------------------------------

KEYS = {
    "graduate": "graduate",
    "not_same": "not_same",
    "also_known": "also_known",
    "document": "documents",
    "contact": "contacts",
    "consent": "consents",
    "block": "blocks",
    "transfer": "transfers",
    "erasure": "erasure",
    "appeal": "appeals",
    "appeal_topic": "appeal_topics",
    "appeal_event": "appeal_events",
    "attendance": "attendance",
    "service": "services",
    "stay": "stays",
    "companion": "companions",
    "queue_entry": "queue",
    "queue_event": "queue_statuses",
    "position": "positions",
    "apartment": "apartments",
    "placement": "placements",
    "pilot_enrolment": "pilot",
    "aid": "aid",
}
"""What the rows of a table are called in the answer; a table that is not here is called by its name."""

LEFT_OUT = frozenset(
    {"id", "graduate_id", "other_id", "change_id", "name_key", "surname_fold", "given_fold", "sort_key"}
)
"""Columns that say nothing of the person: keys, also of other people, and what is computed from the name."""

REFERRED = {
    "appeal_id": ("appeal", ("code",)),
    "session_id": ("session", ("code", "kind", "mode", "held_on", "title", "provider")),
    "bed_id": ("bed", ("place",)),
    "stay_id": ("stay", ("from_date",)),
    "entry_id": ("queue_entry", ("code",)),
    "partner_id": ("partner", ("name",)),
    "workplace_id": ("workplace", ("title",)),
}
"""Reference -> the table it leads to, and what to show of the row there."""

VOCABULARIES = {
    "graduate": {"sex": "sex", "region": "region", "care_status": "care_status"},
    "document": {"kind": "document_kind"},
    "contact": {"outcome": "contact_outcome", "channel": "contact_channel"},
    "consent": {
        "form": "consent_form", "given_by": "consent_giver", "withdrawal_form": "consent_form",
        "answer": "withdrawal_answer",
    },
    "transfer": {"kind": "transfer_kind", "basis": "transfer_basis"},
    "erasure": {"basis": "erasure_basis"},
    "appeal": {
        "kind": "appeal_kind", "topic": "topic", "channel": "channel", "status": "status",
        "decision": "decision", "region": "region",
    },
    "appeal_topic": {"topic": "topic"},
    "appeal_event": {"event": "event"},
    "attendance": {"session_kind": "kind", "session_mode": "mode"},
    "service": {"kind": "kind", "mode": "mode"},
    "stay": {"end_reason": "end_reason", "destination": "destination"},
    "companion": {"kind": "companion_kind"},
    "queue_entry": {"registrar": "registrar", "status": "queue_status"},
    "queue_event": {"status": "queue_status"},
    "apartment": {"region": "region", "tenure": "tenure"},
    "placement": {"end_reason": "placement_end"},
    "aid": {"kind": "aid_kind", "status": "aid_status"},
}  # fmt: skip
"""Columns that hold codes, by their vocabulary."""

FLAG_COLUMNS = frozenset(column.key for column in FLAGS)


def subject(ask: Asking, code: str) -> list[Table]:
    """All that is held on one person (art. 24, 25(2), subpara. 9): a table a kind of record, with the
    entries of the history that touched them. Tables come from ``columns.PEOPLE``, so none is forgotten."""
    person = ask.row("personal", "person", code=code)
    assert person is not None
    tables = [_held(ask, table, person["id"]) for table in PEOPLE]
    tables[0].subtitle, tables[0].upright, tables[0].optional = code, True, False
    return [*tables, _entries(ask, code, person["id"])]


def _held(ask: Asking, table: str, person: str) -> Table:
    """The rows of one table that belong to the person, references by what people call them."""
    shown: list[str] = []
    asked: list[str] = []
    joins: list[str] = []
    in_order = ask.connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    for column in (described[0] for described in in_order):
        if column in REFERRED:
            other, fields = REFERRED[column]
            alias = f"r{len(joins)}"
            joins.append(f"LEFT JOIN {other} AS {alias} ON {alias}.id = t.{column}")
            name = column.removesuffix("_id")
            for field in fields:
                shown.append(name if field == fields[0] else f"{name}_{field}")
                asked.append(f"{alias}.{field} AS {shown[-1]}")
        elif column not in LEFT_OUT:
            shown.append(column)
            asked.append(f"t.{column}")
    order = "t.id" if "id" in PEOPLE[table].all else f"t.{PEOPLE[table].way}, t.position"
    sql = (
        f"SELECT {', '.join(asked)} FROM {table} AS t {' '.join(joins)} WHERE {owned(table)} ORDER BY {order}"
    )
    heads = [_column(table, name) for name in shown]
    return Table(KEYS.get(table, table), heads, list(ask.run(sql, {"person": person})), optional=True)


def _column(table: str, name: str) -> Column:
    if name in FLAG_COLUMNS:
        return Column(name, kind="flag")
    if vocabulary := VOCABULARIES.get(table, {}).get(name):
        return Column(name, kind="code", vocabulary=vocabulary)
    if name in ("iin", "phone", "other_phones", "caller_phone"):
        return Column(name, kind="iin" if name == "iin" else "phone")
    return Column(name)


def _entries(ask: Asking, code: str, person: str) -> Table:
    """The entries of the history that touched the person's records, or name the person."""
    touched = []
    for table in PEOPLE:
        key = "CAST(t.id AS TEXT)"
        if "id" not in PEOPLE[table].all:
            key = "CAST(t.appeal_id AS TEXT) || '/' || t.topic"
        touched.append(
            "SELECT i.change_id FROM row_image AS i "
            f"JOIN {table} AS t ON i.row_key = {key} AND i.table_name = '{table}' WHERE {owned(table)}"
        )
    touched.append("SELECT i.change_id FROM row_image AS i WHERE i.before LIKE :like OR i.after LIKE :like")
    ids = {
        row["change_id"]
        for row in ask.run(" UNION ".join(touched), {"person": person, "like": f"%{person}%"})
    }
    named = re.compile(rf"(?<![\w-]){re.escape(code)}(?![\w-])")
    rows = [
        {**row, "at": moment(row["at"])}
        for row in ask.run(ask.text("history", "entries"), {})
        if row["id"] in ids or named.search(row["command"])
    ]
    rows.sort(key=lambda row: row["at"])
    return Table("history", columns("code", "at", "user", "command", "reason"), rows, optional=True)
