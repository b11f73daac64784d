"""The reports on appeals, services and work: figures worked out by hand, and the records behind every cell."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.appeal.deadlines import Deadlines
from ayala.appeal.steps import OPEN
from ayala.dates import FIRST_DAY, LAST_DAY, Span
from ayala.language.catalogue import codes
from ayala.output.table import FIGURES, Table
from ayala.report import appeals, grids, services, work
from ayala.report.asked import Asked, tables_of
from ayala.report.grids import MONTHS_SHOWN, by_period, days_of, ordered, periods
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala

NAMES = {"appeals": appeals, "services": services, "work": work}

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 11, 23)

PEOPLE = """code,surname,given_name,birth_date,sex,region,registered_on
G-1,Әбдіров,Ғани,1998-03-15,M,75,2025-02-01
G-2,Өтеген,Ұлжан,2000-02-29,F,61,2026-03-01
G-3,Қасым,Індіра,2003-10-15,F,75,2026-04-01
G-4,Серік,Асан,2001-01-15,M,,2026-04-01
"""
APPEALS = """graduate,caller,received_on,channel,category,status,region,decision,answered_on,ground,document,assignee,kind
G-1,,2026-02-02,visit,housing,answered,75,refused,2026-02-12,ҚР АК 19-б.,№ 1,Ұлан,
G-1,,2026-02-02,visit,housing,answered,75,satisfied,2026-03-30,,,Ұлан,
G-2,,2026-02-03,helpline,housing,answered,61,refused,2026-02-06,ҚР АК 19-б.,№ 2,Әсел,
G-2,,2026-04-03,helpline,legal,answered,61,explained,2026-04-08,,,Әсел,
G-3,,2026-04-06,letter,legal,redirected,75,,,,,Әсел,
G-3,,2026-06-01,letter,legal,withdrawn,75,,,,,Әсел,
G-3,,2026-06-01,,employment,in_progress,75,,,,,Ұлан,
G-4,,2026-11-20,visit,employment,registered,,,,,,,
,Дана,2025-11-03,helpline,housing,registered,19,,,,,,complaint
"""
SERVICES = """graduate,kind,mode,provided_on,planned_on,provider
G-1,legal,individual,2026-02-04,,Ұлан
G-1,legal,remote,2026-02-05,,Ұлан
G-2,medical,helpline,2026-06-01,,Әсел
G-3,medical,individual,,2026-12-01,Әсел
G-3,medical,individual,2025-12-31,,Әсел
G-4,medical,individual,2026-06-30,,
"""
SESSIONS = """code,kind,mode,held_on,guests,provider,region,cancelled_on
E-1,labour,seminar,2026-03-08,4,Ұлан,75,
E-2,labour,seminar,2026-03-09,0,Ұлан,61,
E-3,labour,talk,2026-12-09,0,Ұлан,75,
E-4,labour,talk,2026-05-09,9,Ұлан,75,2026-05-01
"""
ATTENDANCE = "session,graduate,name\nE-1,G-1,\nE-1,G-2,\nE-1,,Белгісіз Адам\nE-2,G-2,\n"
PARTNERS = "name,kind,region\nЗауыт,employer,75\nӘлем,employer,61\nКолледж,education,75\n"
WORKPLACES = "partner,title,opened_on,closed_on,places\nЗауыт,швея,2026-01-01,,3\nЗауыт,повар,2025-01-01,2026-01-01,1\n"
PLACEMENTS = """graduate,partner,title,from_date,until,end_reason
G-3,Зауыт,швея,2026-02-01,,
G-1,Колледж,электрик,2026-02-01,2026-03-01,study
G-2,Әлем,аспаз,2025-05-31,2026-09-01,
G-4,Әлем,аспаз,2026-11-01,,
"""
SHEETS = {
    "people": PEOPLE, "appeals": APPEALS, "services": SERVICES, "sessions": SESSIONS, "attendance": ATTENDANCE,
    "partners": PARTNERS, "workplaces": WORKPLACES, "placements": PLACEMENTS,
}  # fmt: skip


def filled_with(ayala: Ayala, folder: Path, sheets: dict[str, str]) -> None:
    for name, text in sheets.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in sheets))


@pytest.fixture
def ask(ayala: Ayala, office_db: str, tmp_path: Path) -> Iterator[Asking]:
    filled_with(ayala, tmp_path, SHEETS)
    asking = Asking(address(office_db))
    yield asking
    asking.close()


def answer(ask: Asking, report: str, asked: Asked) -> dict[str, Table]:
    found = tables_of(report)(ask, asked)
    for table in found:
        table.rows = list(table.rows)
    assert len({table.key for table in found}) == len(found)
    return {table.key: table for table in found}


def values(table: Table) -> list[tuple[Any, ...]]:
    keys = [column.key for column in table.columns]
    return [tuple(row[key] for key in keys) for row in table.rows]


def total(table: Table) -> tuple[Any, ...]:
    assert table.total is not None
    keys = [column.key for column in table.columns if column.key not in table.named_by]
    return tuple(table.total[key] for key in keys)


# --- figures worked out by hand -------------------------------------------------------------------------


def test_appeals_of_a_year(ask: Asking) -> None:
    found = answer(ask, "appeals", Asked(YEAR, TODAY))
    assert list(found) == [
        "appeals_by_topic_and_region", "appeals_by_month", "appeals_by_channel", "time_to_answer",
        "overdue_by_assignee", "refusals_by_ground",
    ]  # fmt: skip
    assert values(found["appeals_by_topic_and_region"]) == [
        ("housing", "61", 1), ("housing", "75", 2), ("employment", "75", 1), ("employment", None, 1),
        ("legal", "61", 1), ("legal", "75", 2),
    ]  # fmt: skip
    months = values(found["appeals_by_month"])
    assert [month for month, *_ in months][::3] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert [row for row in months if row[2]] == [
        ("2026-02", "housing", 3), ("2026-04", "legal", 2), ("2026-06", "employment", 1),
        ("2026-06", "legal", 1), ("2026-11", "employment", 1),
    ]  # fmt: skip
    assert values(found["appeals_by_channel"]) == [
        ("visit", 3, 0.375), ("letter", 2, 0.25), ("helpline", 2, 0.25), (None, 1, 0.125),
    ]  # fmt: skip
    # Redirected and withdrawn ones were not answered; 10, 56 and 3 days; 15 working days from 2 February.
    assert values(found["time_to_answer"]) == [
        ("housing", 3, 10, 2, 1, 0.6667),
        ("legal", 1, 5, 1, 0, 1.0),
    ]
    assert total(found["time_to_answer"]) == (4, 7.5, 3, 1, 0.75)
    # What is open on the day, whenever it came; Ұ stands before nobody.
    assert values(found["overdue_by_assignee"]) == [("Ұлан", 1, 1, 1), (None, 2, 1, 1)]
    assert found["overdue_by_assignee"].subtitle == "2026-11-23"
    assert values(found["refusals_by_ground"]) == [("ҚР АК 19-б.", 2, 1.0)]


def test_an_answer_after_the_day_is_none_yet(ask: Asking) -> None:
    found = answer(ask, "appeals", Asked(YEAR, date(2026, 2, 12)))
    assert values(found["time_to_answer"]) == [("housing", 2, 6.5, 2, 0, 1.0)]


def test_services_of_a_year(ask: Asking) -> None:
    found = answer(ask, "services", Asked(YEAR, TODAY))
    assert values(found["services_by_kind_and_mode"]) == [
        ("medical", "individual", 1), ("medical", "helpline", 1), ("labour", "seminar", 4),
        ("legal", "individual", 1), ("legal", "remote", 1),
    ]  # fmt: skip
    assert [row for row in values(found["services_by_month"]) if row[2]] == [
        ("2026-02", "legal", 2), ("2026-03", "labour", 4), ("2026-06", "medical", 2),
    ]  # fmt: skip
    # The cancelled session and the one ahead were not held.
    assert values(found["sessions_held"]) == [("labour", "seminar", 2, 4, 4, 4.0)]
    assert values(found["services_by_provider"]) == [
        ("Әсел", 1, 0, 0, 1),
        ("Ұлан", 2, 2, 4, 2),
        (None, 1, 0, 0, 1),
    ]
    assert total(found["services_by_provider"]) == (4, 2, 4, 3)  # people once, though they went to two


def test_a_service_is_of_the_persons_region_and_a_session_of_its_own(ask: Asking) -> None:
    found = answer(ask, "services", Asked(YEAR, TODAY, "61"))
    assert values(found["services_by_kind_and_mode"]) == [
        ("medical", "helpline", 1),
        ("labour", "seminar", 2),
    ]
    assert values(found["sessions_held"]) == [("labour", "seminar", 1, 1, 0, 1.0)]


def test_work_of_a_year(ask: Asking) -> None:
    found = answer(ask, "work", Asked(YEAR, TODAY))
    assert values(found["work_by_partner_kind"]) == [("employer", 3, 2)]
    assert values(found["work_by_partner"]) == [("employer", "Әлем", 0, 1), ("employer", "Зауыт", 3, 1)]
    assert [row for row in values(found["placements_by_month"]) if row[1] or row[2]] == [
        ("2026-02", 2, 0), ("2026-03", 0, 1), ("2026-09", 0, 1), ("2026-11", 1, 0),
    ]  # fmt: skip
    assert values(found["placements_by_end"]) == [("study", 1, 0.5), (None, 1, 0.5)]
    assert values(found["retention"]) == [(3, 2, 1, 0.5), (6, 2, 1, 0.5), (12, 0, 0, None)]


def test_what_ends_after_the_day_has_not_ended(ask: Asking) -> None:
    found = answer(ask, "work", Asked(YEAR, date(2026, 8, 31)))
    assert total(found["placements_by_month"]) == (2, 1)
    assert values(found["work_by_partner"]) == [("employer", "Әлем", 0, 1), ("employer", "Зауыт", 3, 1)]


def test_the_months_of_retention_are_a_rule_of_the_office(
    ask: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[rule]]\nid = "placement_checks"\nwhat = "placement_checks"\nvalue = [1, 9]\nunit = "months"\n'
        'counted_from = "from_date"\nsource = "own"\n',
        encoding="utf-8",
    )
    from ayala import rules

    source = lambda: (own, "state")  # noqa: E731
    monkeypatch.setattr(rules, "source", lambda: source)
    found = answer(ask, "work", Asked(YEAR, TODAY))
    assert values(found["retention"]) == [(1, 2, 1, 0.5), (9, 2, 1, 0.5)]


def test_an_office_without_records_gives_whole_tables(office_db: str) -> None:
    ask = Asking(address(office_db))
    for report, (start, end) in product(NAMES, ((FIRST_DAY, LAST_DAY), (YEAR.start, YEAR.end))):
        for table in answer(ask, report, Asked(Span(start, end), TODAY)).values():
            assert all(not row.get(column.key) for row in table.rows for column in table.columns[-1:])
            if table.behind is not None:
                assert not list(table.behind(None, table.columns[-1].key) or ())
    ask.close()


# --- what stands behind the cells -----------------------------------------------------------------------


def case_load(seed: int) -> dict[str, str]:
    """Sheets of a small office in which everything happens, the same for a seed."""
    chance = random.Random(seed)
    regions = ["75", "61", "19", ""]

    def on(first: date = date(2024, 6, 1), days: int = 900) -> date:
        return first + timedelta(days=chance.randrange(days))

    people = ["code,surname,given_name,birth_date,sex,region,registered_on"]
    people += [f"G-{n},Ә{'абвгдежзик'[n % 10]},Ғ{n},1998-03-{n % 28 + 1:02d},M,{chance.choice(regions)},2024-01-01"
               for n in range(1, 21)]  # fmt: skip
    rows = [
        "graduate,received_on,registered_on,channel,category,status,region,kind,decision,answered_on,ground,"
        "document,assignee,extended_until,occurrence"
    ]
    for n in range(1, 121):
        received = on()
        status = chance.choice((*codes("status"), "answered", "answered"))
        answered = status == "answered" and chance.random() < 0.95
        decision = chance.choice(codes("decision")) if answered else ""
        ground = chance.choice(("19-б.", "Ә 20-б.", "ст. 20")) if decision == "refused" else ""
        until = received + timedelta(days=70) if chance.random() < 0.1 else ""
        rows.append(
            f"G-{chance.randrange(1, 21)},{received},{received + timedelta(days=chance.randrange(3))},"
            f"{chance.choice(('visit', 'letter', ''))},{chance.choice(codes('topic')[:4])},{status},"
            f"{chance.choice(regions)},{chance.choice(('application', 'complaint'))},{decision},"
            f"{received + timedelta(days=chance.randrange(60)) if answered else ''},{ground},"
            f"{'№ 1' if ground else ''},{chance.choice(('Ұлан', 'Әсел', ''))},{until},{n}"
        )
    given = ["graduate,kind,mode,provided_on,provider"]
    given += [f"G-{n % 20 + 1},{chance.choice(codes('kind')[:3])},{chance.choice(('individual', 'remote'))},"
              f"{on() + timedelta(days=n)},{chance.choice(('Ұлан', 'Әсел', ''))}" for n in range(60)]  # fmt: skip
    held = ["code,kind,mode,held_on,guests,provider,region,cancelled_on"]
    came = ["session,graduate,name"]
    for n in range(1, 13):
        held.append(f"E-{n},{chance.choice(codes('kind')[:3])},{chance.choice(('talk', 'seminar'))},{on()},{n % 3},"
                    f"{chance.choice(('Ұлан', ''))},{chance.choice(regions)},{'2024-01-01' if n == 5 else ''}")  # fmt: skip
        came += [f"E-{n},G-{who}," for who in chance.sample(range(1, 21), 4)]
        came.append(f"E-{n},,Қонақ Адам")
    partners = ["name,kind,region", "Зауыт,employer,75", "Әлем,employer,61", "Колледж,education,"]
    places = [
        "partner,title,opened_on,closed_on,places",
        "Зауыт,швея,2024-01-01,,3",
        "Әлем,аспаз,2024-01-01,2026-01-01,2",
    ]
    jobs = ["graduate,partner,title,from_date,until,end_reason"]
    for n in range(40):
        begun = on()
        ended = begun + timedelta(days=chance.randrange(1, 500)) if chance.random() < 0.6 else ""
        why = chance.choice((*codes("placement_end"), "")) if ended else ""
        jobs.append(
            f"G-{n % 20 + 1},{chance.choice(('Зауыт', 'Әлем', 'Колледж'))},жұмыс {n},{begun},{ended},{why}"
        )
    sheets = {
        "people": people, "appeals": rows, "services": given, "sessions": held, "attendance": came,
        "partners": partners, "workplaces": places, "placements": jobs,
    }  # fmt: skip
    return {name: "\n".join(lines) + "\n" for name, lines in sheets.items()}


@pytest.fixture
def busy(ayala: Ayala, office_db: str, tmp_path: Path) -> Iterator[Asking]:
    """An office with everything, whose desk stopped and moved the clocks of some appeals."""
    filled_with(ayala, tmp_path, case_load(6))
    asking = Asking(address(office_db))
    found = [row["code"] for row in asking.rows("appeal", "clock_open")]
    answered = [row["code"] for row in asking.run("SELECT code FROM appeal WHERE status = 'answered' AND "
                "answered_on IS NOT NULL AND received_on < '2026-09-01' ORDER BY code", {})]  # fmt: skip
    asking.close()
    for code, days in zip(found[:3], (3, 8, 60), strict=True):
        on = TODAY - timedelta(days=days)
        ayala("appeal", "pause", code, "--reason", "сот", "--on", str(on))
        if days % 2:
            ayala("appeal", "resume", code, "--on", str(on + timedelta(days=2)))
    for code in answered[:2]:
        ayala("appeal", "reopen", code, "--reason", "қате", "--on", "2026-09-01")
        ayala("appeal", "pause", code, "--reason", "сот", "--on", "2026-09-02")
        ayala("appeal", "answer", code, "--decision", "satisfied", "--on", "2026-09-20")
    asking = Asking(address(office_db))
    assert list(asking.rows("report/appeals", "answered_stepped", start=FIRST_DAY, end=LAST_DAY, as_of=TODAY,
                            region=None))  # fmt: skip
    assert list(asking.rows("report/appeals", "open_stepped", start=FIRST_DAY, end=LAST_DAY, region=None))
    yield asking
    asking.close()


SPANS = (
    Span(FIRST_DAY, LAST_DAY),
    YEAR,
    Span(date(2025, 2, 10), date(2026, 6, 20)),
    Span(date(2020, 1, 1), date(2026, 12, 31)),
    Span(date(2025, 5, 5), date(2025, 5, 5)),
)
DAYS = (TODAY, date(2026, 3, 1))


def order(row: dict[str, Any]) -> tuple[Any, ...]:
    code = row["code"]
    head, _, number = code.rpartition("-")
    graduate = row.get("graduate") or "~"
    return head, int(number), len(graduate) if graduate != "~" else 99, graduate


def test_as_many_records_stand_behind_every_cell_as_it_says(busy: Asking) -> None:
    cells = 0
    for report, span, (as_of, region) in product(NAMES, SPANS, zip(DAYS, (None, "75"), strict=True)):
        for table in answer(busy, report, Asked(span, as_of, region)).values():
            assert table.behind is not None
            for row in [*table.rows, *([table.total] if table.total else [])]:
                for column in table.columns:
                    records = table.behind(None if row is table.total else row, column.key)
                    if records is None:
                        continue
                    found = [dict(record) for record in records]
                    where = f"{table.key} {span.label} {as_of} {region}: {row} {column.key}"
                    assert len(found) == row[column.key], where
                    assert all(next(iter(record)) == "code" and record["code"] for record in found), where
                    assert found == sorted(found, key=order), where
                    cells += 1
    assert cells > 2000


def test_figures_tie_and_nothing_stands_twice(busy: Asking) -> None:
    for report, span, as_of, region in product(NAMES, SPANS, DAYS, (None, "75")):
        for table in answer(busy, report, Asked(span, as_of, region)).values():
            for column in table.columns:
                if column.kind in FIGURES and table.total and column.key not in NAMES[report].UNTIED:
                    assert sum(row[column.key] for row in table.rows) == table.total[column.key], (
                        f"{table.key} {column.key} {span.label} {as_of} {region}"
                    )
    for report, span in product(NAMES, SPANS):
        for table in answer(busy, report, Asked(span, TODAY)).values():
            named = [tuple(row[key] for key in table.named_by) for row in table.rows]
            assert len(set(named)) == len(named)
            assert table.chart is not None or table.key == "refusals_by_ground"
            if table.chart:
                shown = {column.key for column in table.columns}
                assert {table.chart.along, *table.chart.of} <= shown
                assert not table.chart.across or table.chart.across in shown
            assert table.behind is not None
            for column in table.columns:
                records = [tuple(row.values()) for row in table.behind(None, column.key) or ()]
                guests = [record for record in records if record[1:] == (None,)]
                assert len(set(records) - set(guests)) == len(records) - len(guests)


def test_the_clock_says_the_same_of_appeals_together_and_one_by_one(busy: Asking) -> None:
    for as_of in DAYS:
        clock = Deadlines(busy, as_of)
        in_time: Counter[str] = Counter()
        days: dict[str, list[int]] = {}
        late: Counter[str | None] = Counter()
        open_ones: Counter[str | None] = Counter()
        for row in list(busy.run("SELECT * FROM appeal", {})):
            received = date.fromisoformat(row["received_on"])
            if row["status"] == "answered" and row["answered_on"] and row["answered_on"] <= as_of.isoformat():
                answered = date.fromisoformat(row["answered_on"])
                _, _, due = clock.of_one(row["code"])
                in_time[row["topic"]] += due.day is None or answered <= due.day
                days.setdefault(row["topic"], []).append((answered - received).days)
            if row["status"] in OPEN and received <= as_of:
                open_ones[row["assignee"]] += 1
                late[row["assignee"]] += clock.shown(row["code"])["level"] in ("overdue", "far_overdue")
        found = answer(busy, "appeals", Asked(Span(FIRST_DAY, LAST_DAY), as_of))
        assert {row["topic"]: row["in_term"] for row in found["time_to_answer"].rows} == dict(in_time)
        assert {row["topic"]: row["median_days"] for row in found["time_to_answer"].rows} == {
            topic: median(spent) for topic, spent in days.items()
        }
        shown = {row["assignee"]: row for row in found["overdue_by_assignee"].rows}
        assert {who: row["overdue"] for who, row in shown.items()} == dict(late)
        assert {who: row["open"] for who, row in shown.items()} == dict(open_ones)


def test_the_briefing_knows_the_same_overdue(busy: Asking, ayala: Ayala) -> None:
    summary = ayala("report", "summary", "2020..2026", "--as-of", str(TODAY), "--format", "json").json()
    found = answer(busy, "appeals", Asked(SPANS[0], TODAY))["overdue_by_assignee"]
    assert sum(row["overdue"] for row in summary["appeals_by_status"]) == total(found)[1] > 0


# --- months, medians and order --------------------------------------------------------------------------


@given(st.dictionaries(st.integers(-40, 400), st.integers(1, 30), max_size=12))
def test_the_median_of_a_histogram_is_that_of_its_values(counts: dict[int, int]) -> None:
    spread = [value for value, times in counts.items() for _ in range(times)]
    assert grids.median(counts.items()) == (median(spread) if spread else None)


DATES = st.dates(date(2015, 1, 1), date(2027, 12, 31))


@given(st.lists(DATES, min_size=2, max_size=2).map(sorted), st.lists(DATES, max_size=20))
def test_every_day_of_a_span_is_in_one_period_of_it(ends: list[date], met: list[date]) -> None:
    span = Span(*ends)
    counted = [
        {"month": day.isoformat()[:7], "topic": "legal", "n": 1} for day in met if ends[0] <= day <= ends[1]
    ]
    name, rows = by_period(counted, span, "topic", "n", ("housing", "legal"))
    assert sum(row["n"] for row in rows) == len(counted)
    every = list(dict.fromkeys(row[name] for row in rows))
    days = [days_of(span, period) for period in every]
    assert days[0]["start"] == span.start
    assert days[-1]["end"] == span.end
    assert all(b["start"] - a["end"] == timedelta(days=1) for a, b in pairwise(days))
    assert all(of["start"].isoformat().startswith(at) for of, at in zip(days, every, strict=True))
    assert (name == "month") == (len(every) <= MONTHS_SHOWN and len(every[0]) == 7)


def test_an_open_side_reaches_as_far_as_there_is_something() -> None:
    assert periods(Span(FIRST_DAY, LAST_DAY), ["2025-11", "2026-02"]) == (
        "month",
        ["2025-11", "2025-12", "2026-01", "2026-02"],
    )
    assert periods(Span(FIRST_DAY, date(2026, 3, 31)), ["2019-11"])[0] == "year"
    assert periods(Span(FIRST_DAY, date(2026, 3, 31)), []) == ("month", ["2026-03"])
    assert periods(Span(date(2026, 1, 1), LAST_DAY), []) == ("month", ["2026-01"])
    assert len(periods(Span(date(2024, 1, 1), date(2026, 12, 31)), [])[1]) == MONTHS_SHOWN


def test_rows_stand_in_the_order_of_codes_and_of_the_alphabet() -> None:
    from ayala.output.table import columns

    rows: list[dict[str, Any]] = [
        {"topic": topic, "name": name, "n": 1}
        for topic in (None, "legal", "housing")
        for name in (None, "Ұлан", "Улан", "Әсел", "Яна")
    ]
    found = ordered(rows, columns("topic:topic", "name", "n#"))
    assert [row["topic"] for row in found][::5] == ["housing", "legal", None]
    assert [row["name"] for row in found][:5] == ["Әсел", "Улан", "Ұлан", "Яна", None]
