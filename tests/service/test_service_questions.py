"""What is counted as a service given, and that the questions find it by their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala

YEAR = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}


@pytest.fixture
def ask(office: Ayala) -> Iterator[Asking]:
    """Services and sessions in and out of the year, given, planned and cancelled."""
    legal = ("--kind", "legal", "--mode")
    office("service", "done", "G-1", *legal, "individual", "--on", "2026-01-01", "--provider", "заңгер")
    office("service", "done", "G-4", *legal, "remote", "--on", "2025-12-31")
    office("service", "plan", "G-1", *legal, "individual", "--on", "2026-05-05")
    office("service", "plan", "G-2", *legal, "individual", "--on", "2026-05-05")
    office("service", "close", "S-4", "--reason", "x")
    session = ("service", "session", "add", *legal, "seminar", "--on")
    office(*session, "2026-11-23", "--region", "11", "G-2", "G-4", "Досым Досов", "--guests", "9")
    office(*session, "2026-11-22", "G-1")
    office("service", "session", "close", "E-2", "--reason", "x")
    office(*session, "2025-12-31", "G-1")
    asking = Asking(address(office.database))
    yield asking
    asking.close()


def test_given_holds_every_service_of_the_span_and_nothing_else(ask: Asking) -> None:
    keys = ("provided_on", "kind", "mode", "provider", "region", "session")
    rows = [
        (*(row[key] for key in keys), bool(row["graduate_id"]))
        for row in ask.rows("service", "given", **YEAR)
    ]
    assert sorted(rows, key=str) == [
        ("2026-01-01", "legal", "individual", "заңгер", "75", None, True),
        ("2026-11-23", "legal", "seminar", None, "11", "E-1", False),
        ("2026-11-23", "legal", "seminar", None, "11", "E-1", True),
        ("2026-11-23", "legal", "seminar", None, "59", "E-1", True),
    ]


def test_given_in_short_holds_the_same_rows(ask: Asking) -> None:
    keys = ("kind", "mode", "graduate_id")
    long, short = (
        sorted([tuple(row[key] for key in keys) for row in ask.rows("service", name, **YEAR)], key=str)
        for name in ("given", "given_in_short")
    )
    assert long == short


def test_the_report_counts_what_is_given(ask: Asking, office: Ayala) -> None:
    given = len(list(ask.rows("service", "given", **YEAR)))
    summary = office("report", "summary", "2026", "--format", "json").json()
    assert sum(row["services"] for row in summary["services_by_kind"]) == given
    assert sum(row["services"] for row in summary["services_by_mode"]) == given


def plan(office: Ayala, question: str, **values: object) -> list[str]:
    asking = Asking(address(office.database))
    text = asking.text("service", question)
    steps = [str(row["detail"]) for row in asking.run(f"EXPLAIN QUERY PLAN {text}", values)]
    asking.close()
    return [step for step in steps if step.startswith(("SCAN", "SEARCH"))]


def test_what_is_given_is_found_by_the_day(on_sqlite: Ayala) -> None:
    assert plan(on_sqlite, "given", **YEAR) == [
        "SEARCH s USING INDEX ix_service_provided_on (provided_on>? AND provided_on<?)",
        "SEARCH g USING INDEX sqlite_autoindex_graduate_1 (id=?) LEFT-JOIN",
        "SEARCH e USING INDEX ix_session_held_on (held_on>? AND held_on<?)",
        "SEARCH a USING COVERING INDEX sqlite_autoindex_attendance_2 (session_id=?)",
        "SEARCH g USING INDEX sqlite_autoindex_graduate_1 (id=?) LEFT-JOIN",
    ]


def test_what_is_counted_by_kind_and_mode_is_read_from_indexes_alone(on_sqlite: Ayala) -> None:
    assert plan(on_sqlite, "given_in_short", **YEAR) == [
        "SEARCH s USING COVERING INDEX ix_service_provided_on (provided_on>? AND provided_on<?)",
        "SEARCH e USING INDEX ix_session_held_on (held_on>? AND held_on<?)",
        "SEARCH a USING COVERING INDEX sqlite_autoindex_attendance_2 (session_id=?)",
    ]


def test_one_service_and_one_session_are_found_by_their_code(on_sqlite: Ayala) -> None:
    day = date(2026, 11, 23)
    for question in ("page", "session_page", "session_attendance"):
        values = {"code": "S-1"} if question == "session_attendance" else {"code": "S-1", "as_of": day}
        assert not [step for step in plan(on_sqlite, question, **values) if step.startswith("SCAN")], question
