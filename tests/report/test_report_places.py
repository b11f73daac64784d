"""The reports on houses, housing and regions, over a small office whose every figure is known."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.dates import Span
from ayala.dates import span as read_span
from ayala.output.table import Table
from ayala.report import dormitory, grids, housing, regions
from ayala.report.asked import Asked
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala

PEOPLE = """code,surname,given_name,birth_date,sex,region,registered_on
G-1,Әбдіров,Ғани,1998-03-15,M,75,2024-02-01
G-2,Өтеген,Ұлжан,2000-02-29,F,61,2026-03-01
G-3,Қасым,Індіра,2003-10-15,F,75,2026-04-01
G-4,Серік,Асан,2001-01-15,M,,2026-04-01
G-5,Иманов,Дәулет,2004-06-01,M,71,2026-05-01
G-6,Ким,Ольга,2005-06-01,F,75,2024-05-01
"""
BEDS = """building,building_name,floor,room,bed
ZU-1,Жастар үйі,1,101,1
ZU-1,Жастар үйі,1,101,2
ZU-1,Жастар үйі,2,201,1
ZU-1,Жастар үйі,2,201,2
ZU-2,Екінші үй,1,11,1
ZU-2,Екінші үй,1,11,2
"""
STAYS = """graduate,building,room,bed,from_date,until,planned_end,end_reason,destination
G-1,ZU-1,101,1,2024-01-10,2026-03-05,,transfer,dormitory
G-1,ZU-2,11,1,2026-03-05,2026-06-01,,apartment,own_home
G-2,ZU-1,201,1,2025-01-10,2026-06-20,,study,rented
G-3,ZU-1,101,2,2026-01-10,,2026-12-15,,
G-4,ZU-1,101,1,2026-03-05,,2026-10-01,,
G-5,ZU-2,11,2,2026-09-01,2027-01-15,,,
G-6,ZU-1,201,2,2026-02-01,2026-02-10,,,
G-6,ZU-1,201,2,2026-04-01,,,,
"""
QUEUE = """graduate,registrar,registered_on,number
G-1,akimat,2020-01-10,11
G-2,akimat,2021-05-05,12
G-3,bank,2025-06-01,13
G-4,bank,2026-01-01,14
G-5,akimat,2022-02-02,15
"""
POSITIONS = """graduate,registrar,position,position_on
G-2,akimat,900,2026-01-10
G-2,akimat,850,2026-01-20
G-2,akimat,800,2026-05-01
G-3,bank,100,2026-01-15
G-3,bank,120,2026-05-15
G-4,bank,300,2026-05-20
G-5,akimat,77,2026-01-31
G-5,akimat,77,2026-10-31
G-5,akimat,70,2026-12-31
"""
APARTMENTS = """graduate,granted_on,region,tenure
G-1,2024-05-05,75,rent
G-2,2026-05-05,61,rent
G-4,2026-07-07,75,owned
G-6,2026-07-08,,owned
"""
APPEALS = """graduate,caller,received_on,channel,category,status,region
G-1,,2025-02-03,visit,housing,answered,75
G-1,,2026-02-03,visit,housing,answered,75
G-2,,2026-03-04,helpline,housing,registered,61
G-3,,2026-11-20,letter,employment,in_progress,75
,Дана,2026-05-07,helpline,housing,registered,
"""
SERVICES = """graduate,kind,mode,provided_on,planned_on
G-1,legal,individual,2026-02-04,
G-1,legal,remote,2026-02-05,
G-4,medical,helpline,2026-06-01,
G-3,medical,individual,,2026-12-01
"""
SESSIONS = "code,kind,mode,held_on,region\nE-1,labour,seminar,2026-03-08,19\n"
ATTENDANCE = "session,graduate,name\nE-1,G-1,\nE-1,G-2,\nE-1,,Белгісіз Адам\n"
PARTNERS = "name,kind,region\nЗауыт,employer,75\nКолледж,education,\n"
PLACEMENTS = (
    "graduate,partner,title,from_date,until\nG-3,Зауыт,швея,2026-02-01,\n"
    "G-1,Колледж,электрик,2026-02-01,2026-03-01\nG-5,Колледж,электрик,2026-02-01,\n"
)

SHEETS = {
    "people": PEOPLE, "beds": BEDS, "stays": STAYS, "queue": QUEUE, "positions": POSITIONS,
    "apartments": APARTMENTS, "appeals": APPEALS, "services": SERVICES, "sessions": SESSIONS,
    "attendance": ATTENDANCE, "partners": PARTNERS, "placements": PLACEMENTS,
}  # fmt: skip
TODAY = date(2026, 11, 23)
CLOSINGS = (("ZU-1/201/1", "2026-10-01", "2026-12-10"), ("ZU-2/11/1", "2026-12-20", None))


@pytest.fixture
def ask(ayala: Ayala, office_db: str, tmp_path: Path) -> Iterator[Asking]:
    for name, text in SHEETS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in SHEETS))
    for place, start, until in CLOSINGS:
        end = ("--until", until) if until else ()
        ayala("dormitory", "close", place, "--from", start, *end, "--reason", "жөндеу")
    asking = Asking(address(office_db))
    yield asking
    asking.close()


def made(
    ask: Asking, report: ModuleType, span: str = "2026", as_of: date = TODAY, **more: Any
) -> dict[str, Table]:
    """The tables of a report by their keys, the rows known."""
    found = {table.key: table for table in report.tables(ask, Asked(read_span(span, TODAY), as_of, **more))}
    for table in found.values():
        table.rows = list(table.rows)
    return found


def figures(table: Table, *keys: str) -> list[tuple[Any, ...]]:
    shown = keys or tuple(column.key for column in table.columns)
    return [tuple(row[key] for key in shown) for row in table.rows]


# --- houses ------------------------------------------------------------------------------------------


def test_how_full_the_houses_are_on_the_day(ask: Asking) -> None:
    table = made(ask, dormitory)["occupancy"]
    assert figures(table) == [
        ("ZU-1", "Жастар үйі", 4, 3, 0, 1, 0, 1.0),
        ("ZU-2", "Екінші үй", 2, 1, 0, 0, 1, 0.5),
    ]
    assert table.total == {
        "beds": 6, "residents": 4, "companions": 0, "out_of_service": 1, "free": 1, "occupied": 0.8,
    }  # fmt: skip


def test_a_quarter_is_shown_day_by_day_and_a_year_by_its_months(ask: Asking) -> None:
    quarter = made(ask, dormitory, "2026-q1")["occupancy_by_day"]
    assert len(list(quarter.rows)) == 90
    by_day = {row[0]: row[1:] for row in figures(quarter)}
    assert by_day["2026-01-01"] == (2, 6, 4)
    assert by_day["2026-02-09"] == (4, 6, 2)
    assert by_day["2026-02-10"] == (3, 6, 3)
    assert by_day["2026-03-05"] == (4, 6, 2)
    year = made(ask, dormitory)["occupancy_by_day"]
    assert figures(year) == [
        ("2026-01-01", 2, 6, 4), ("2026-02-01", 4, 6, 2), ("2026-03-01", 3, 6, 3), ("2026-04-01", 5, 6, 1),
        ("2026-05-01", 5, 6, 1), ("2026-06-01", 4, 6, 2), ("2026-07-01", 3, 6, 3), ("2026-08-01", 3, 6, 3),
        ("2026-09-01", 4, 6, 2), ("2026-10-01", 4, 5, 1), ("2026-11-01", 4, 5, 1), ("2026-11-23", 4, 5, 1),
    ]  # fmt: skip


def test_many_years_are_shown_by_their_first_days(ask: Asking) -> None:
    shown = made(ask, dormitory, "..2026")["occupancy_by_day"]
    assert [row[0] for row in figures(shown)] == ["2024-01-10", *(f"2024-{m:02d}-01" for m in range(2, 13)),
        *(f"2025-{m:02d}-01" for m in range(1, 13)), *(f"2026-{m:02d}-01" for m in range(1, 12)), "2026-11-23",
    ]  # fmt: skip
    shown = made(ask, dormitory, "2020..2026")["occupancy_by_day"]
    assert [row[:2] for row in figures(shown)] == [
        ("2020-01-01", 0), ("2021-01-01", 0), ("2022-01-01", 0), ("2023-01-01", 0), ("2024-01-01", 0),
        ("2025-01-01", 1), ("2026-01-01", 2), ("2026-11-23", 4),
    ]  # fmt: skip


def test_a_span_that_lies_ahead_has_no_days(ask: Asking) -> None:
    assert made(ask, dormitory, "2027")["occupancy_by_day"].rows == []


def test_how_old_the_residents_are(ask: Asking) -> None:
    tables = made(ask, dormitory)
    assert figures(tables["residents_by_age"]) == [(21, 1), (22, 1), (23, 1), (25, 1)]
    assert figures(tables["residents_by_building"]) == [
        ("ZU-1", 21, 1), ("ZU-1", 23, 1), ("ZU-1", 25, 1), ("ZU-2", 22, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "age"), [(date(2026, 2, 28), 25), (date(2026, 3, 1), 26)])
def test_who_was_born_on_29_february_is_older_on_1_march(ask: Asking, day: date, age: int) -> None:
    assert ("ZU-1", age, 1) in figures(made(ask, dormitory, as_of=day)["residents_by_building"])


def test_who_left_and_who_came(ask: Asking) -> None:
    tables = made(ask, dormitory)
    assert figures(tables["leavers_by_destination"]) == [
        ("own_home", 1, 0.3333), ("rented", 1, 0.3333), (None, 1, 0.3333),
    ]  # fmt: skip
    assert figures(tables["leavers_by_reason"], "end_reason", "leavers") == [
        ("apartment", 1), ("study", 1), (None, 1),
    ]  # fmt: skip
    moved = {row[0]: row[1:] for row in figures(tables["arrivals_by_month"])}
    assert len(moved) == 11
    assert {month: row for month, row in moved.items() if row != (0, 0)} == {
        "2026-01": (1, 0), "2026-02": (1, 1), "2026-03": (1, 0), "2026-04": (1, 0), "2026-06": (0, 2),
        "2026-09": (1, 0),
    }  # fmt: skip
    assert tables["arrivals_by_month"].total == {"arrivals": 5, "leavers": 3}


def test_a_move_to_another_house_leaves_the_one_that_is_asked_for(ask: Asking) -> None:
    tables = made(ask, dormitory, building="ZU-1")
    assert ("dormitory", 1) in figures(tables["leavers_by_destination"], "destination", "leavers")
    assert made(ask, dormitory, building="ZU-2")["arrivals_by_month"].total == {"arrivals": 2, "leavers": 1}


@pytest.mark.parametrize("building", [None, "ZU-1", "ZU-2"])
@pytest.mark.parametrize("span", ["2024", "2025", "2026", "2026-02", "2026-03", "2026-q2"])
def test_residents_before_with_arrivals_without_leavers_are_those_after(
    ask: Asking, span: str, building: str | None
) -> None:
    def residents(day: date) -> int:
        return int((made(ask, dormitory, as_of=day, building=building)["occupancy"].total or {})["residents"])

    days = read_span(span, TODAY)
    end = min(days.end, TODAY)
    flow = made(ask, dormitory, span, building=building)
    total = next(table for key, table in flow.items() if key.startswith("arrivals_by")).total or {}
    before = residents(date.fromordinal(days.start.toordinal() - 1))
    assert before + total["arrivals"] - total["leavers"] == residents(end)


def test_what_frees_is_what_is_on_record_and_what_is_planned_besides(ask: Asking) -> None:
    assert figures(made(ask, dormitory)["free_beds_ahead"]) == [
        ("2026-11-23", 4, 1, 1, 1),
        ("2026-12-01", 4, 1, 1, 1),
        # G-3's contract ends on 15 December; the bed of repairs is open again, another is closed.
        ("2027-01-01", 4, 1, 1, 2),
        # G-5 has said that he leaves on 15 January. G-4's contract had ended before: nobody says he leaves.
        ("2027-02-01", 3, 1, 2, 3),
        ("2027-03-01", 3, 1, 2, 3),
        ("2027-04-01", 3, 1, 2, 3),
        ("2027-05-01", 3, 1, 2, 3),
    ]


def test_a_region_narrows_to_its_houses(ask: Asking) -> None:
    assert made(ask, dormitory, region="75")["occupancy"].total == {
        "beds": 0, "residents": 0, "companions": 0, "out_of_service": 0, "free": 0, "occupied": None,
    }  # fmt: skip


# --- housing -----------------------------------------------------------------------------------------


def test_who_waits_in_the_queue(ask: Asking) -> None:
    tables = made(ask, housing)
    assert figures(tables["queue_by_region"]) == [
        ("61", 1, 0.2, "2021-05-05"),
        ("71", 1, 0.2, "2022-02-02"),
        ("75", 2, 0.4, "2020-01-10"),
        (None, 1, 0.2, "2026-01-01"),
    ]
    assert figures(tables["queue_by_year"]) == [(2020, 1), (2021, 1), (2022, 1), (2025, 1), (2026, 1)]
    assert ("75", 2025, 1) in figures(tables["queue_by_region_and_year"])


def test_an_entry_that_was_closed_waited_until_that_day(ayala: Ayala, ask: Asking) -> None:
    ask.close()
    ayala(
        "housing",
        "queue",
        "close",
        "Q-1",
        "--status",
        "housed",
        "--on",
        "2026-07-01",
        "--reason",
        "пәтер алды",
    )
    assert (made(ask, housing)["queue_by_year"].total or {}) == {"entries": 4}
    assert (made(ask, housing, as_of=date(2026, 6, 30))["queue_by_year"].total or {}) == {"entries": 5}


def test_apartments_by_year_and_region(ask: Asking) -> None:
    tables = made(ask, housing)
    assert figures(tables["apartments_by_year"]) == [(2024, 1, None), (2026, 3, None)]
    assert figures(tables["apartments_by_region"]) == [("61", 1, 0), ("75", 1, 0), (None, 1, 0)]
    assert figures(made(ask, housing, region="75")["apartments_by_year"]) == [
        (2024, 1, None),
        (2026, 1, None),
    ]


def test_how_long_people_waited(ask: Asking) -> None:
    table = made(ask, housing)["waiting_time"]
    first, second, third = 1577, 1826, 187
    assert (date(2024, 5, 5) - date(2020, 1, 10)).days == first
    assert (date(2026, 5, 5) - date(2021, 5, 5)).days == second
    assert (date(2026, 7, 7) - date(2026, 1, 1)).days == third
    assert figures(table) == [
        (2024, 1, first, first, first, 0),
        (2026, 2, 1006.5, third, second, 1),
    ]
    assert table.total == {"waited": 3, "without_entry": 1, "median_days": first}


def test_positions_over_time(ask: Asking) -> None:
    tables = made(ask, housing)
    found = {row[0]: row[1:] for row in figures(tables["positions_by_month"])}
    assert len(found) == 11
    assert (found["2026-01"], found["2026-05"], found["2026-10"]) == ((3, 100), (3, 300), (1, 77))
    assert (found["2026-02"], tables["positions_by_month"].total) == ((0, None), {"entries": 4})
    assert figures(tables["positions_moved"]) == [
        ("forward", 1, 0.25),
        ("unchanged", 1, 0.25),
        ("back", 1, 0.25),
        ("once", 1, 0.25),
    ]
    years = made(ask, housing, "2020..2026")["positions_by_year"]
    assert figures(years)[-1] == ("2026", 4, 210)


def test_the_median_is_exact() -> None:
    assert grids.median([]) is None
    assert grids.median([(3, 2), (9, 1)]) == 3
    assert grids.median([(3, 1), (4, 1)]) == 3.5
    assert grids.median([(3, 2), (5, 2)]) == 4


# --- regions -----------------------------------------------------------------------------------------


def test_a_line_a_region(ask: Asking) -> None:
    tables = made(ask, regions)
    assert list(tables) == ["regions", "appeals_by_region_and_topic"]
    assert figures(tables["regions"]) == [
        ("19", 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
        ("61", 1, 1, 1, 1, 1, 1, 1, 1, 0, 0),
        ("71", 1, 1, 0, 0, 0, 0, 1, 0, 0, 0),
        ("75", 3, 1, 2, 1, 0, 3, 2, 1, 0, 1),
        (None, 1, 1, 1, 1, 1, 1, 1, 1, 4, 1),
    ]
    assert tables["regions"].total == {
        "graduates": 6, "registered_in_span": 4, "appeals": 4, "open": 3, "overdue": 2, "services": 6,
        "in_queue": 5, "apartments": 3, "residents": 4, "placed": 2,
    }  # fmt: skip


def test_the_page_of_one_region(ask: Asking) -> None:
    tables = made(ask, regions, region="75")
    assert list(tables) == [
        "regions", "appeals_by_topic", "services_by_kind", "occupancy", "queue_by_year", "apartments_by_year",
    ]  # fmt: skip
    assert figures(tables["regions"]) == [("75", 3, 1, 2, 1, 0, 3, 2, 1, 0, 1)]
    topics = figures(tables["appeals_by_topic"])
    assert topics[:2] == [("housing", 1, 0.5, 1), ("employment", 1, 0.5, 0)]
    assert len(topics) == 9
    assert ("legal", 2) in figures(tables["services_by_kind"])


# --- all of them -------------------------------------------------------------------------------------

REPORTS = (dormitory, housing, regions)
UNCOUNTED = frozenset({"median_days", "shortest_days", "longest_days", "median_position", "age", "year"})


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__.rpartition(".")[2])
@pytest.mark.parametrize(
    "asked",
    [{}, {"region": "75"}, {"building": "ZU-1"}, {"span": "2024..2026"}, {"span": "2020..2026"}, {"span": "2026-q1"},
     {"as_of": date(2026, 5, 20)}, {"span": "2019"}],
    ids=str,
)  # fmt: skip
def test_behind_every_figure_stand_as_many_records_and_totals_tie(
    ask: Asking, report: ModuleType, asked: dict[str, Any]
) -> None:
    for table in made(ask, report, **asked).values():
        rows = list(table.rows)
        assert table.behind is not None
        names = [tuple(row[key] for key in table.named_by) for row in rows]
        assert len(set(names)) == len(names), table.key
        for column in table.columns:
            if column.kind != "number" or column.key in UNCOUNTED:
                continue
            where = f"{table.key} {column.key}"
            total = (table.total or {}).get(column.key)
            for row in [*rows, *([None] if total is not None else [])]:
                found = list(table.behind(row, column.key) or ())
                assert len(found) == (total if row is None else row[column.key]), f"{where} {row}"
                assert all(next(iter(record)) == "code" and record["code"] for record in found), where
            if total is not None and not {column.key, f"{table.key}.{column.key}"} & report.UNTIED:
                assert sum(row[column.key] for row in rows) == total, where


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__.rpartition(".")[2])
def test_an_office_without_records_has_its_tables(office_db: str, report: ModuleType) -> None:
    ask = Asking(address(office_db))
    found = report.tables(ask, Asked(Span(date(2026, 1, 1), date(2026, 12, 31)), TODAY))
    assert all(sum(row[c.key] or 0 for row in table.rows for c in table.columns if c.kind == "number") == 0
               for table in found if table.key not in ("positions_by_month", "arrivals_by_month"))  # fmt: skip
    ask.close()


def test_a_region_is_called_as_it_was_on_the_day_of_the_table(ayala: Ayala, ask: Asking) -> None:
    from ayala.output.emit import as_text

    ask.close()
    for span, name in (("2019", "Nur-Sultan"), ("2026", "Astana")):
        out = ayala("report", "graduates", "--by", "region", "--as-of", f"{span}-12-31").out
        assert name in out, out
        assert f"\n{name} " in ayala("report", "summary", span, "--as-of", f"{span}-12-31").out
    then = made(ask, regions, "2019", as_of=date(2019, 12, 31))["regions"]
    assert "Nur-Sultan" in as_text([then])
    assert "Astana" in as_text([made(ask, regions)["regions"]])
    assert '"region": "71"' in as_text([then], "json")


@given(st.lists(st.integers(0, 40), min_size=1))
def test_the_median_of_counted_values_is_that_of_the_values(values: list[int]) -> None:
    assert grids.median(Counter(values).items()) == statistics.median(values)
