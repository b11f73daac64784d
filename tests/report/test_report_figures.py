"""Figures that are opened, set beside others, held against a copy, and counted twice the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ayala.language.catalogue import LANGUAGES
from tests.program import Ayala

SUMMARY = ("report", "summary", "2026")
COUNTABLE = {
    ("graduates", "graduates"), ("graduates", "registered_in_span"), ("appeals_by_topic", "appeals"),
    ("appeals_by_topic", "year_before"), ("appeals_by_status", "appeals"), ("appeals_by_status", "overdue"),
    ("services_by_kind", "services"), ("services_by_mode", "services"), ("dormitory", "residents"),
    ("apartments", "apartments"), ("work", "placed"),
}  # fmt: skip
"""Figures of the briefing that are so many records."""


def explained(office: Ayala, row: str, column: str, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office(*SUMMARY, "--explain", row, column, *more, "--format", "json").json()
    return found


# --- opening a figure ------------------------------------------------------------------------------


def test_behind_every_figure_of_the_briefing_stand_as_many_records(office: Ayala) -> None:
    summary = office(*SUMMARY, "--format", "json").json()
    opened = 0
    for table, column in sorted(COUNTABLE):
        rows = summary[table]
        for row in rows:
            name = row[next(iter(row))]
            found = explained(office, "-" if name is None else str(name), column, "--table", table)
            assert len(found) == row[column], (table, column, row)
            assert [next(iter(record)) for record in found] == ["code"] * len(found)
            opened += len(found)
        assert len(explained(office, "total", column, "--table", table)) == sum(r[column] for r in rows)
    assert opened > 30


def test_a_figure_is_opened_by_codes_names_and_headings_of_any_language(office: Ayala) -> None:
    wanted = [
        {"code": "A-2026-0001", "day": "2026-02-03"},
        {"code": "A-2026-0002", "day": "2026-03-04"},
        {"code": "A-2026-0004", "day": "2026-05-07"},
    ]
    for row, column in (("housing", "appeals"), ("тұрғын үй", "Өтініштер"), ("ЖИЛЬЁ", "обращения")):
        assert explained(office, row, column) == wanted
    assert len(explained(office, "барлығы", "appeals", "--table", "appeals_by_topic")) == 4


def test_what_is_shown_behind_a_figure_is_said_above_it(office: Ayala) -> None:
    assert office(*SUMMARY, "--explain", "ZU-1/Жастар үйі", "residents").out == (
        "Records behind the figure: ZU-1 / Жастар үйі, Residents: 2\n"
        "Code    Bed         Day\n------  ----------  ----------\n"
        "G-3     ZU-1/201/1  2026-01-10\nG-4     ZU-1/101/1  2024-01-10\n"
    )


def test_a_count_is_opened_as_a_report_is(office: Ayala) -> None:
    words = ("report", "appeals", "2026", "--by", "region,topic", "--explain")
    assert (
        office(*words, "75/housing", "appeals", "--format", "csv").out == "code,day\nA-2026-0001,2026-02-03\n"
    )
    found = office(*words, "75/housing", "compared", "--compare", "2025", "--format", "csv").out
    assert found == "code,day\nA-2025-0001,2025-02-03\n"
    months = ("report", "appeals", "2026", "--by", "month", "--compare", "2025", "--explain")
    found = office(*months, "2026-12", "compared", "--format", "csv").out
    assert found == "code,day\nA-2025-0002,2025-12-31\n"
    assert office(*months, "2026-12", "appeals", "--format", "csv").out == "code\n"


@pytest.mark.parametrize("words", [
    "appeals 2026 --by month,channel", "appeals 2026 --by topic --mentions", "appeals 2026 --by quarter",
    "services 2026 --by kind,region", "graduates --by region,sex", "dormitory --by building,sex",
    "apartments 2020..2026 --by year", "work 2026 --by partner_kind,month",
])  # fmt: skip
def test_behind_every_count_stand_as_many_records(office: Ayala, words: str) -> None:
    rows = office("report", *words.split(), "--format", "json").json()
    assert rows
    for row in rows:
        *names, column = row
        name = "/".join("-" if row[key] is None else str(row[key]) for key in names)
        found = office("report", *words.split(), "--explain", name, column, "--format", "json").json()
        assert len(found) == row[column], row


@pytest.mark.parametrize(("row", "column", "more", "code", "says"), [
    ("housing", "colour", (), 3, "this report has no column of figures 'colour'\ntry: one of: graduates, "),
    ("nobody", "appeals", (), 3, "no line 'nobody' has a figure 'appeals'\ntry: what stands before the figures, "
     "its parts divided by '/': housing"),
    ("housing", "appeals", ("--table", "bees"), 3, "this report has no table 'bees'\ntry: one of: graduates, "),
    ("total", "services", (), 4, "several tables have 'total' and 'services'\n  services_by_kind  total\n"
     "  services_by_mode  total\ntry: the same command with --table KEY"),
    ("housing", "share", (), 2, "no records stand behind 'share' of the table appeals_by_topic"),
])  # fmt: skip
def test_a_figure_that_cannot_be_opened(
    office: Ayala, row: str, column: str, more: tuple[str, ...], code: int, says: str
) -> None:
    done = office(*SUMMARY, "--explain", row, column, *more, ok=code)
    assert done.err.startswith(f"ayala: {says}")
    assert done.out == ""


def test_a_table_is_named_for_a_figure_only(office: Ayala) -> None:
    done = office(*SUMMARY, "--table", "work", ok=2)
    assert done.err == "ayala: --table goes with --explain\ntry: --explain ROW COLUMN\n"


# --- another span beside ---------------------------------------------------------------------------


def test_any_span_stands_beside_the_briefing(office: Ayala) -> None:
    answer = office(*SUMMARY, "--compare", "2025", "--format", "json").json()
    topics = {row["topic"]: row for row in answer["appeals_by_topic"]}
    assert topics["housing"] == {
        "topic": "housing", "appeals": 3, "appeals_compared": 1, "appeals_change": 2, "share": 0.75,
        "share_compared": 0.5, "share_change": 0.25, "year_before": 1,
    }  # fmt: skip
    assert [tuple(row.values())[0:5] for row in answer["dormitory"]] == [
        ("ZU-1", "Жастар үйі", 3, 3, 0), ("ZU-2", "Екінші үй", 1, 1, 0),
    ]  # fmt: skip
    assert answer["report"][0]["compared_span"] == "2025"
    found = office(*SUMMARY, "--compare", "2025", "--explain", "legal", "appeals_compared", "--format", "csv")
    assert found.out == "code,day\nA-2025-0002,2025-12-31\n"
    text = office(*SUMMARY, "--compare", "2025").out
    assert "Appeals (compared period)" in text.replace("Appeals (Compared", "Appeals (compared")


def test_the_figures_of_another_span_are_those_it_has_by_itself(office: Ayala) -> None:
    alone = office("report", "summary", "2025", "--format", "json").json()
    beside = office(*SUMMARY, "--compare", "year-before", "--format", "json").json()
    for table, rows in alone.items():
        if table in ("report", "apartments"):  # a year of it stands beside the year after
            continue
        there = {next(iter(row.values())): row for row in beside[table]}
        for row in rows:
            other = there[next(iter(row.values()))]
            for key, value in row.items():
                if f"{key}_compared" in other:
                    assert other[f"{key}_compared"] == value, (table, row)


# --- what a report says about itself ---------------------------------------------------------------


def about(office: Ayala, *words: str) -> dict[str, Any]:
    answer: dict[str, Any] = office(*words, "--format", "json").json()["report"][0]
    return answer


def test_a_report_carries_its_days_and_the_fingerprint_of_its_figures(office: Ayala) -> None:
    first = about(office, *SUMMARY)
    assert first == {
        "report": "summary", "span": "2026", "as_of": "2026-11-23", "region": None, "building": None,
        "compared_span": None, "fingerprint": first["fingerprint"],
    }  # fmt: skip
    assert [len(part) for part in first["fingerprint"].split("-")] == [4, 4, 4]
    for lang in LANGUAGES:
        for format in ("text", "markdown", "csv"):
            printed = office("--lang", lang, *SUMMARY, "--format", format).out
            assert first["fingerprint"] in printed.replace("\\", "")
    assert about(office, *SUMMARY, "--as-of", "2026-01-05")["fingerprint"] != first["fingerprint"]
    office("appeal", "add", "G-1", "--topic", "other")
    assert about(office, *SUMMARY)["fingerprint"] != first["fingerprint"]


def test_a_count_by_keys_has_its_fingerprint_for_people_and_stays_a_list_for_programs(office: Ayala) -> None:
    words = ("report", "appeals", "2026", "--by", "topic")
    assert "Fingerprint" in office(*words).out
    assert isinstance(office(*words, "--format", "json").json(), list)
    assert office(*words, "--format", "csv").out == "topic,appeals\nhousing,3\nemployment,1\n"


def test_the_briefing_of_a_region_and_of_a_building(office: Ayala) -> None:
    almaty = office(*SUMMARY, "--region", "75", "--format", "json").json()
    assert almaty["graduates"] == [{"region": "75", "graduates": 2, "registered_in_span": 1}]
    assert sum(row["appeals"] for row in almaty["appeals_by_topic"]) == 2
    assert sum(row["appeals"] for row in almaty["appeals_by_status"]) == 2
    assert sum(row["services"] for row in almaty["services_by_kind"]) == 3
    assert [row["apartments"] for row in almaty["apartments"]] == [1, 1]
    assert [tuple(row.values()) for row in almaty["work"]] == [("employer", 1, 1)]
    assert almaty["report"][0]["region"] == "75"
    one = office(*SUMMARY, "--building", "zu-2", "--format", "json").json()
    assert [row["building"] for row in one["dormitory"]] == ["ZU-2"]
    assert office(*SUMMARY, "--building", "ZU-9", ok=3).err.startswith("ayala: there is no building ZU-9")


# --- a copy that was given out ---------------------------------------------------------------------


def test_a_copy_is_held_against_the_records_of_today(office: Ayala, tmp_path: Path) -> None:
    office(*SUMMARY, "--compare", "2025", "--output", "briefing.json")
    assert office("report", "verify", "briefing.json").out == "nothing found\n"
    office("appeal", "add", "G-1", "--topic", "other", "--on", "2026-11-20")
    found = office("report", "verify", "briefing.json", "--format", "json", ok=1).json()
    assert {
        "table": "appeals_by_topic",
        "line": "other",
        "column": "appeals",
        "was": "0",
        "now": "1",
    } in found
    assert {row["table"] for row in found} == {"appeals_by_topic", "appeals_by_status"}
    assert "fingerprint" not in {row["column"] for row in found}


def test_a_copy_that_was_changed_is_found(office: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "briefing.json"
    office(*SUMMARY, "--output", path.name)
    held = json.loads(path.read_text(encoding="utf-8"))
    held["appeals_by_topic"][0]["appeals"] = 4
    path.write_text(json.dumps(held), encoding="utf-8")
    assert office("report", "verify", path.name, "--format", "csv", ok=1).out == (
        "table,line,column,was,now\n"
        "report,briefing.json,fingerprint,the file was changed after it was written,\n"
        "appeals_by_topic,housing,appeals,4,3\n"
    )


@pytest.mark.parametrize("text", [
    "", "[]", "{}", '{"report": []}', '{"report": [{"report": "bees", "span": "2026", "as_of": "2026-11-23"}]}',
    '{"report": [{"report": "summary", "span": "?", "as_of": "2026-11-23", "fingerprint": ""}]}',
    '{"report": [{"report": "summary", "span": "2026", "as_of": "2026-11-23", "fingerprint": ""}], "work": [1]}',
    '{"report": [{"report": "summary", "span": "2026", "as_of": "2026-11-23"}]}',
    '{"report": [{"report": ["summary"], "span": "2026", "as_of": "2026-11-23", "fingerprint": ""}]}',
    "[" * 100_000,
])  # fmt: skip
def test_a_file_that_is_no_report(office: Ayala, tmp_path: Path, text: str) -> None:
    (tmp_path / "some.json").write_text(text, encoding="utf-8")
    done = office("report", "verify", "some.json", ok=4)
    assert done.err.startswith("ayala: some.json is no report of Ayala in JSON\n")


def test_a_file_that_cannot_be_read(office: Ayala, tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"report": "\xe9"}')
    office("report", "verify", "latin.json", ok=4)
    assert office("report", "verify", "gone.json", ok=2).err.startswith("ayala: there is no file gone.json\n")
    (tmp_path / "folder").mkdir()
    assert office("report", "verify", "folder", ok=2).err.startswith("ayala: folder cannot be read: ")


# --- spans that cron asks for ----------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "label"), [
    ("last-month", "2026-10"), ("this-month", "2026-11"), ("last-quarter", "2026-q3"), ("this-quarter", "2026-q4"),
    ("last-year", "2025"), ("THIS-YEAR", "2026"), ("last-month..today", "2026-10-01..2026-11-23"),
])  # fmt: skip
def test_spans_about_today(office: Ayala, typed: str, label: str) -> None:
    assert about(office, "report", "summary", typed)["span"] == label


def test_the_day_stands_in_the_name_of_a_file(office: Ayala, tmp_path: Path) -> None:
    office(*SUMMARY, "--output", "briefing-{date}.md")
    assert (tmp_path / "briefing-2026-11-23.md").stat().st_mode & 0o777 == 0o600
    done = office(*SUMMARY, "--output", "{date}.pdf", ok=2)
    assert done.out == ""
