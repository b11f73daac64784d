"""What holds of every report: figures that open, totals that tie, the same bytes twice, other spans beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ayala.language.catalogue import LANGUAGES
from ayala.output.table import FIGURES, Table
from ayala.report import figures
from ayala.report.asked import REPORTS, tables_of
from ayala.storage.asking import Asking
from tests.program import Ayala
from tests.report.conftest import ASKED


def cells(table: Table) -> Iterator[tuple[dict[str, Any] | None, str, Any]]:
    table.rows = list(table.rows)
    for column in table.columns:
        if column.kind in FIGURES and column.key not in table.named_by:
            for row in table.rows:
                yield dict(row), column.key, row[column.key]
            if table.total is not None and column.key in table.total:
                yield None, column.key, table.total[column.key]


def test_behind_every_figure_of_every_report_stand_as_many_records(ask: Asking) -> None:
    opened = 0
    for name in REPORTS:
        for what, asked in ASKED.items():
            for table in tables_of(name)(ask, asked):
                assert table.behind is not None, table.key
                for row, column, value in cells(table):
                    found = table.behind(row, column)
                    if found is None:
                        continue
                    rows = list(found)
                    assert len(rows) == (value or 0), (name, what, table.key, row, column, rows)
                    assert all(next(iter(each)) == "code" and each["code"] for each in rows)
                    by_day = sorted(rows, key=lambda each: (each.get("day", ""), order(each["code"])))
                    by_code = sorted(rows, key=lambda each: order(each["code"]))
                    assert rows in (by_code, by_day), (table.key, column)
                    opened += len(rows)
    assert opened > 300


def order(code: str) -> tuple[Any, ...]:
    """By the year of the register where there is one, then by number; beds as their places are long."""
    if "/" in code:
        return len(code), code
    lead, _, number = code.rpartition("-")
    return lead, int(number)


def test_every_total_of_every_report_is_the_sum_of_its_lines(ask: Asking) -> None:
    looked_at = 0
    for name, module in REPORTS.items():
        for what, asked in ASKED.items():
            tables = tables_of(name)(ask, asked)
            for table, column, parts, total in figures.tied(tables, import_module(module).UNTIED):
                assert parts == total, (name, what, table, column)
                looked_at += 1
    assert looked_at > 150


def test_keys_of_tables_and_rows_are_each_there_once(ask: Asking) -> None:
    for name in REPORTS:
        for asked in ASKED.values():
            tables = tables_of(name)(ask, asked)
            keys = [table.key for table in tables]
            assert len(keys) == len(set(keys)), name
            assert "report" not in keys
            for table in tables:
                rows = [tuple(row[key] for key in table.named_by) for row in table.rows]
                assert len(rows) == len(set(rows)), (name, table.key)
                if table.chart is not None:
                    known = {column.key for column in table.columns}
                    assert {table.chart.along, *table.chart.of} <= known, (name, table.key)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_one_command_and_the_same_bytes_twice(busy: Ayala, name: str) -> None:
    for format in ("text", "markdown", "csv", "json"):
        first, second = (busy("report", name, "2026", "--format", format).stdout for _ in range(2))
        assert first == second
        assert first
    answer = busy("report", name, "2026", "--format", "json").json()
    assert answer["report"][0]["report"] == name
    for lang in LANGUAGES:
        assert answer["report"][0]["fingerprint"] in busy("--lang", lang, "report", name, "2026").out


@pytest.mark.parametrize("name", REPORTS)
def test_another_span_stands_beside_every_report(busy: Ayala, name: str) -> None:
    beside = busy("report", name, "2026", "--compare", "2025", "--format", "json").json()
    alone = busy("report", name, "2026", "--format", "json").json()
    for table, rows in alone.items():
        if table == "report":
            continue
        there = (
            [{key: value for key, value in row.items() if key in rows[0]} for row in beside[table]]
            if rows
            else []
        )
        for row in rows:
            assert row in there, (table, row)
        for row in beside[table]:
            for key in row:
                if key.endswith("_compared") and row[key] is not None and row[key[:-9]] is not None:
                    assert row[f"{key[:-9]}_change"] == pytest.approx(row[key[:-9]] - row[key], abs=1e-4)


def test_a_region_of_a_report_is_its_line_among_the_regions(busy: Ayala) -> None:
    lines = {
        row["region"]: row for row in busy("report", "regions", "2026", "--format", "json").json()["regions"]
    }
    for code in ("75", "61"):
        page = busy("report", "regions", "2026", "--region", code, "--format", "json").json()
        assert page["regions"] == [lines[code]]
        assert sum(row["appeals"] for row in page["appeals_by_topic"]) == lines[code]["appeals"]
        assert sum(row["services"] for row in page["services_by_kind"]) == lines[code]["services"]
        assert sum(row["entries"] for row in page["queue_by_year"]) == lines[code]["in_queue"]


# --- all of them in a folder -----------------------------------------------------------------------


def test_all_reports_in_a_folder_that_is_replaced_whole(busy: Ayala, tmp_path: Path) -> None:
    done = busy("report", "all", "2026", "--output", "reports", "--format", "json")
    assert (done.out, done.err) == ("", "")
    folder = tmp_path / "reports"
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{name}.json" for name in REPORTS} | {
        f"region-{code}.json" for code in ("19", "61", "75")
    }
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    for name in REPORTS:
        alone = busy("report", name, "2026", "--format", "json").stdout
        assert (folder / f"{name}.json").read_bytes() == alone
    page = json.loads((folder / "region-75.json").read_text(encoding="utf-8"))
    assert page["report"][0]["region"] == "75"
    busy("report", "all", "2026", "--output", "reports", "--format", "csv", "--region", "61")
    assert {path.name for path in folder.iterdir()} == {f"{name}.csv" for name in REPORTS}


def test_a_folder_with_something_else_in_it_stays(busy: Ayala, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "plan.odt").write_text("mine", encoding="utf-8")
    done = busy("report", "all", "2026", "--output", "reports", ok=7)
    assert done.err.startswith("ayala: reports holds what is no report: plan.odt\ntry: a folder of its own")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["plan.odt"]


def test_a_folder_is_made_once_in_a_month(busy: Ayala, tmp_path: Path) -> None:
    words = (
        "report",
        "all",
        "last-month",
        "--output",
        "month-{date}",
        "--format",
        "csv",
        "--once",
        "month",
        "--job",
        "m",
    )
    busy(*words)
    folder = tmp_path / "month-2026-11-23"
    made = {path.name: path.stat().st_ino for path in folder.iterdir()}
    busy(*words)
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == made


def test_check_looks_at_the_totals_of_every_report(busy: Ayala) -> None:
    rows = busy("check", "--format", "json").json()
    assert {row["found"] for row in rows} == {0}
    assert {f"totals of {name}" for name in REPORTS if name != "summary"} <= {row["check"] for row in rows}


def test_check_names_a_total_that_does_not_tie(busy: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    from ayala.report import housing

    monkeypatch.setattr(housing, "UNTIED", frozenset())
    rows = {row["check"]: row for row in busy("check", "--format", "json", ok=1).json()}
    assert rows["totals of housing"]["found"] >= 1
    assert "waiting_time.median_days: " in rows["totals of housing"]["what"]
    assert rows["totals of work"]["found"] == 0


@pytest.mark.parametrize("name", ["summary", "appeals", "regions"])
def test_a_region_has_the_name_of_the_day_in_every_report(ayala: Ayala, name: str) -> None:
    """The capital was Nur-Sultan from 2019-03-23 to 2022-09-17."""
    ayala("init")
    person = (
        "--surname",
        "Ким",
        "--given-name",
        "Олег",
        "--born",
        "2000-05-06",
        "--sex",
        "M",
        "--region",
        "71",
    )
    ayala("graduate", "add", *person)
    ayala("appeal", "add", "G-1", "--topic", "housing", "--on", "2019-12-02")
    then = ayala("--lang", "kk", "report", name, "2019").out
    assert "Нұр-Сұлтан" in then
    assert "Астана" not in then
    now = ayala("--lang", "kk", "report", name, "2019..2026").out
    assert "Нұр-Сұлтан" not in now


def test_the_records_own_years_stand_beside_themselves(busy: Ayala) -> None:
    """A registration of 2020 is of 2020 in both spans; a median that one span lacks is unknown, not 0."""
    beside = busy("report", "housing", "2026", "--compare", "2025", "--format", "json").json()
    alone = busy("report", "housing", "2025", "--format", "json").json()
    then = {row["year"]: row["entries"] for row in alone["queue_by_year"]}
    for row in beside["queue_by_year"]:
        assert row["entries_compared"] == then.get(row["year"], 0)
    then = {row["year"]: row["apartments"] for row in alone["apartments_by_year"]}
    assert {row["year"]: row["apartments_compared"] for row in beside["apartments_by_year"]} == {
        2024: 1,
        2026: 0,
    }
    assert then == {2024: 1}
    waited = {row["year"]: row for row in beside["waiting_time"]}
    assert waited[2026]["median_days_compared"] is None
    found = busy(
        "report", "housing", "2026", "--compare", "2025", "--table", "queue_by_year",
        "--explain", "2020", "entries_compared", "--format", "csv",
    )  # fmt: skip
    assert "Q-1" in found.out


def test_a_line_is_named_as_the_page_shows_it(busy: Ayala, tmp_path: Path) -> None:
    """Strokes in a name, days of the language, headings of a comparison."""
    (tmp_path / "p.csv").write_text("name,kind\nA/B,employer\n", encoding="utf-8")
    (tmp_path / "l.csv").write_text(
        "graduate,partner,title,from_date\nG-4,A/B,швея,2026-02-01\n", encoding="utf-8"
    )
    busy("import", "p.csv", "l.csv")
    words = ("report", "work", "2026", "--table", "work_by_partner", "--format", "csv", "--explain")
    assert busy(*words, "employer/A/B", "placed").out == "code\nP-3\n"
    day = ("--lang", "kk", "report", "dormitory", "2026-11", "--format", "csv", "--explain")
    assert "G-3" in busy(*day, "20.11.2026", "residents", "--table", "occupancy_by_day").out
    title = busy("--lang", "ru", "report", "summary", "2026", "--compare", "2025", "--format", "markdown").out
    heading = title.split("Обращения (")[1].split(")")[0]
    found = busy("report", "summary", "2026", "--compare", "2025", "--format", "csv", "--explain", "legal",
                 f"обращения ({heading})")  # fmt: skip
    assert found.out == "code,day\nA-2025-0002,2025-12-31\n"
    assert "Share (change, percentage points)" in busy("report", "summary", "2026", "--compare", "2025").out


def test_the_briefing_opens_what_its_reports_open(busy: Ayala) -> None:
    beds = busy("report", "summary", "2026", "--explain", "ZU-1", "beds", "--format", "csv").out
    assert beds == "code\nZU-1/101/1\nZU-1/101/2\nZU-1/201/1\n"
    people = ("report", "summary", "2026", "--table", "services_by_kind", "--format", "csv", "--explain")
    assert busy(*people, "labour", "graduates").out == "code\nG-1\nG-2\n"


@pytest.mark.parametrize("words", [("summary",), ("all",)])
def test_a_name_that_is_empty_is_no_file(busy: Ayala, words: tuple[str, ...]) -> None:
    done = busy("report", *words, "2026", "--output", "", ok=2)
    assert done.err.startswith("ayala: --output names no file\n")
