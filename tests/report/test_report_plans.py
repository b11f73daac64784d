"""How the engine answers the questions of tables that grow: by index, never by reading all people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ayala.dates import year_of
from ayala.report import counting
from ayala.storage import opening
from ayala.storage.asking import PACKAGE, Asking, for_psycopg, questions
from ayala.storage.opening import address
from tests.program import Ayala

NOUNS = sorted(
    [path.parent.name for path in PACKAGE.glob("*/questions.sql")]
    + [f"report/{path.stem}" for path in PACKAGE.glob("report/*.sql") if path.stem != "questions"]
)

DAY = date(2026, 11, 23)


def plan(path: Path, sql: str) -> str:
    connection = opening.open_sqlite(path, reading=True)
    names = set(__import__("re").findall(r"(?<![:\w]):([a-z_]+)\b", sql))
    rows = connection.execute("EXPLAIN QUERY PLAN " + sql, dict.fromkeys(names)).fetchall()
    connection.close()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("noun", "question", "expected"),
    [
        ("graduate", "by_code", "SEARCH graduate USING INDEX uq_graduate_code"),
        ("graduate", "by_iin", "SEARCH graduate USING INDEX"),
        ("graduate", "of_surname", "SEARCH graduate USING INDEX ix_graduate_surname_fold"),
        ("graduate", "surnames", "USING COVERING INDEX ix_graduate_surname_fold"),
        ("graduate", "listed", "SCAN graduate USING INDEX ix_graduate_sort_key"),
        ("graduate", "page_appeals", "SEARCH a USING INDEX ix_appeal_graduate_id_received_on"),
        ("report", "appeals_by_topic", "USING COVERING INDEX ix_appeal_received"),
        ("report", "appeals_by_status", "USING COVERING INDEX ix_appeal_received"),
        ("report", "appeals_total", "USING COVERING INDEX ix_appeal_received"),
        ("report", "services_by_kind", "USING COVERING INDEX ix_service_provided_on"),
        ("report", "services_by_mode", "USING COVERING INDEX ix_service_provided_on"),
        ("report", "apartments_by_year", "USING COVERING INDEX ix_apartment_granted_on"),
        ("report/appeals", "by_region_topic_month", "SCAN appeal USING COVERING INDEX ix_appeal_counted"),
        ("report/appeals", "open_alike", "SEARCH a USING INDEX ix_appeal_open"),
        ("report/appeals", "open_stepped", "SEARCH a USING INDEX ix_appeal_open"),
        ("report/appeals", "answered_stepped", "SEARCH e USING INDEX ix_appeal_event_appeal_id"),
        ("report/services", "by_kind_mode_month", "SEARCH s USING COVERING INDEX ix_service_provided_on"),
        ("report/services", "by_kind_mode_month", "SEARCH e USING INDEX ix_session_held_on"),
    ],
)
def test_the_plan_is_pinned(ayala: Ayala, tmp_path: Path, noun: str, question: str, expected: str) -> None:
    ayala("init")
    found = plan(tmp_path / "office.db", questions(noun)[question])
    # SQLite names the automatic index of a UNIQUE constraint after its table.
    assert (
        expected.replace("uq_graduate_code", "sqlite_autoindex_graduate_2") in found or expected in found
    ), found


def test_counting_by_region_topic_and_month_reads_an_index_only(
    ayala: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ayala("init")
    put: list[str] = []
    monkeypatch.setattr(Asking, "run", lambda self, sql, values: put.append(sql) or iter(()))
    ask = Asking(address(str(tmp_path / "office.db")))
    for filters in ({}, {"region": "75"}):
        counting.count(
            ask, "appeals", by=["region", "topic", "month"], span=year_of(DAY), as_of=DAY, filters=filters
        )
    assert len(put) == 2
    for sql in put:
        found = plan(tmp_path / "office.db", sql)
        assert "USING COVERING INDEX ix_appeal_counted" in found
        # What is sorted are the days, not the appeals: those come in the order of the index.
        assert found.count("USE TEMP B-TREE") == 1, found


def test_answers_are_taken_in_the_order_of_an_index_and_never_sorted(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    found = plan(tmp_path / "office.db", questions("report/appeals")["answered_alike"])
    assert "SEARCH appeal USING INDEX ix_appeal_received" in found
    assert "TEMP B-TREE" not in found


def test_the_region_of_services_is_looked_up_only_where_it_is_asked_for(ayala: Ayala, tmp_path: Path) -> None:
    """The look-up stands in a branch that is not gone into without a region, behind a covering index."""
    ayala("init")
    found = plan(tmp_path / "office.db", questions("report/services")["by_kind_mode_month"])
    assert "CORRELATED SCALAR SUBQUERY" in found
    assert "SCAN graduate" not in found


@pytest.mark.parametrize("noun", NOUNS)
def test_every_question_is_understood_by_both_engines(office_db: str, noun: str) -> None:
    """Each is put to an empty office with nothing for every parameter: it may find nothing, never fail."""
    import re

    ask = Asking(address(office_db))
    postgres = ask.driver == "psycopg"
    asked = 0
    for name in questions(noun):
        if name.endswith("_postgresql") or (postgres and name.endswith("_sqlite")):
            continue
        sql = _filled(ask, ask.text(noun, name))
        values = {p: _neutral(p) for p in re.findall(r"(?<![:\w]):([a-z_]+)\b", sql)}
        try:
            list(ask.run(sql, values))
        except Exception as error:
            pytest.fail(f"{noun}: {name}: {error}\n{for_psycopg(sql) if postgres else sql}")
        asked += 1
    ask.close()
    assert asked


def _filled(ask: Asking, sql: str) -> str:
    """The question with a table's own words where it is put to several: graduates stand for all of them."""
    key = "r.id" if ask.driver == "sqlite3" else "r.id::text"
    words = {"of_entry": "i.change_id IS NULL", "table": "graduate", "key": key, "json": "'{}'"}
    for word, stands in {"entries": ask.text("history", "entries"), **words}.items():
        sql = sql.replace("{" + word + "}", stands)
    return sql


def _neutral(parameter: str) -> object:
    """A value of the kind that a parameter of this name takes."""
    if parameter == "limit":
        return 5
    if parameter in ("start", "end", "as_of", "day", "on") or parameter.endswith(
        ("_from", "_to", "_on", "_day")
    ):
        return "2026-01-01"
    return None


def test_parameters_are_written_in_each_drivers_way() -> None:
    assert for_psycopg("SELECT ':a', x::text FROM t WHERE a = :a_b AND c LIKE '%' AND 5 % 2 = 1") == (
        "SELECT ':a', x::text FROM t WHERE a = %(a_b)s AND c LIKE '%%' AND 5 %% 2 = 1"
    )


def test_a_question_that_is_wrong_is_a_bug_and_no_failing_database(office_db: str) -> None:
    """It is not told in the words for a database that cannot be reached."""
    from ayala.errors import AyalaError

    ask = Asking(address(office_db))
    # On SQLite a value that was forgotten; PostgreSQL's driver takes no such question at all.
    wrong = "SELECT :forgotten AS x" if ask.driver == "sqlite3" else "SELECT nothing FROM graduate"
    with pytest.raises(Exception, match=r"binding|nothing") as bug:
        list(ask.run(wrong, {}))
    assert not isinstance(bug.value, AyalaError)
    ask.close()
