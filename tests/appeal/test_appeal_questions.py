"""The questions about appeals: which index they read, and what completion offers."""

from __future__ import annotations

from datetime import date

import pytest

from ayala.office import Office
from ayala.settings import Settings
from tests.program import Ayala

FILTERS = {
    "received_from": "1900-01-01",
    "received_to": "2100-12-31",
    "statuses": None,
    "topic": None,
    "region": None,
    "channel": None,
    "assignee": None,
    "unidentified": 0,
    "limit": 50,
}


def plan(office: Ayala, noun: str, question: str, **values: object) -> str:
    within = Office(Settings({"database": office.database}))
    text = within.ask.text(noun, question)
    needed = {name: value for name, value in values.items() if f":{name}" in text}
    rows = within.ask.connection.execute(f"EXPLAIN QUERY PLAN {text}", needed).fetchall()
    within.close()
    return "\n".join(row[3] for row in rows)


def test_open_appeals_are_read_by_their_own_index(desk: Ayala) -> None:
    found = plan(desk, "appeal", "listed_open", **FILTERS)
    assert "SEARCH a USING INDEX ix_appeal_open (received_on>? AND received_on<?)" in found


def test_appeals_of_a_graduate_are_read_by_the_graduate(desk: Ayala) -> None:
    index = "SEARCH a USING INDEX ix_appeal_graduate_id_received_on (graduate_id=?"
    assert index in plan(desk, "appeal", "listed_of_graduate", graduate="G-1", **FILTERS)
    assert index in plan(desk, "graduate", "page_appeals", code="G-1")


def test_the_register_is_read_by_the_day_received(desk: Ayala) -> None:
    found = plan(desk, "appeal", "listed", **FILTERS)
    assert "SEARCH a USING INDEX ix_appeal_received (received_on>? AND received_on<?)" in found


@pytest.mark.parametrize("question", ["page", "page_topics", "page_events", "registered", "meant"])
def test_one_appeal_is_never_looked_for_in_all(desk: Ayala, question: str) -> None:
    assert "SCAN" not in plan(desk, "appeal", question, code="A-2026-0001", number="Б-1")


def test_rows_of_a_sheet_are_met_by_index(desk: Ayala) -> None:
    """What an import asks of a block of rows: person and day at once."""
    within = Office(Settings({"database": desk.database}))
    rows = within.ask.connection.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM appeal "
        "WHERE (graduate_id, received_on) IN (VALUES ('a', 'b'), ('c', 'd'))"
    ).fetchall()
    within.close()
    assert any(
        "USING INDEX ix_appeal_graduate_id_received_on (graduate_id=? AND received_on=?)" in r[3]
        for r in rows
    )


def test_completion_offers_codes_in_the_order_of_the_register(office: Ayala) -> None:
    for day in ("2025-12-01", "2026-01-02", "2026-01-03"):
        office("appeal", "add", "G-1", "--topic", "housing", "--on", day)
    within = Office(Settings({"database": office.database}))
    rows = list(within.ask.rows("appeal", "codes", prefix="A-2026", after="A-2026\x7f"))
    within.close()
    assert rows == [
        {"code": "A-2026-0001", "description": "2026-01-02 housing"},
        {"code": "A-2026-0002", "description": "2026-01-03 housing"},
    ]


def test_reading_never_loads_the_orm() -> None:
    import subprocess
    import sys

    code = "import sys, ayala.appeal.commands; print(sorted({'sqlalchemy', 'sqlmodel'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_appeal_is_registered_on_another_day_where_that_is_known(
    desk: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules of working days will say which day it is; the records keep what they are told."""
    monkeypatch.setenv("AYALA_TODAY", "2026-11-23")
    within = Office(Settings({"database": desk.database, "user": "tester"}))
    for attempt in within.change("appeal add"):
        with attempt as records:
            added = records.appeals.add(
                topics=["housing"],
                channel="visit",
                received_on=date(2026, 11, 21),
                registered_on=date(2026, 11, 23),
                graduate="G-1",
            )
    row = desk("appeal", "show", added.code, "--format", "json").json()
    assert (row["appeal"][0]["received_on"], row["appeal"][0]["registered_on"]) == (
        "2026-11-21",
        "2026-11-23",
    )
    assert row["events"][0]["happened_on"] == "2026-11-23"
