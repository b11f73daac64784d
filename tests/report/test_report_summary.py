"""The briefing and any count, over a small office whose every figure is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.program import Ayala


def filled(rows: list[dict[str, Any]], key: str, *measures: str) -> dict[str, Any]:
    """The rows that count something, by their key."""
    return {r[key]: tuple(r[m] for m in measures) for r in rows if any(r[m] for m in measures)}


def test_the_summary_of_a_year(office: Ayala) -> None:
    s = office("report", "summary", "2026", "--format", "json").json()
    assert list(s) == [
        "graduates", "appeals_by_topic", "appeals_by_status", "services_by_kind", "services_by_mode",
        "dormitory", "apartments", "work", "report",
    ]  # fmt: skip
    assert filled(s["graduates"], "region", "graduates", "registered_in_span") == {
        "61": (1, 1),
        "75": (2, 1),
        None: (1, 1),
    }
    assert filled(s["appeals_by_topic"], "topic", "appeals", "share", "year_before") == {
        "housing": (3, 0.75, 1),
        "employment": (1, 0.25, 0),
        "legal": (0, 0.0, 1),
    }
    assert filled(s["appeals_by_status"], "status", "appeals") == {
        "registered": (2,),
        "in_progress": (1,),
        "answered": (1,),
    }
    assert filled(s["services_by_kind"], "kind", "services", "graduates") == {
        "legal": (2, 1),
        "medical": (1, 1),
        "labour": (3, 2),
    }
    assert filled(s["services_by_mode"], "mode", "services", "graduates") == {
        "individual": (1, 1),
        "remote": (1, 1),
        "helpline": (1, 1),
        "seminar": (3, 2),
    }
    assert s["dormitory"] == [
        {
            "building": "ZU-1", "name": "Жастар үйі", "beds": 3, "residents": 2, "companions": 0,
            "out_of_service": 0, "free": 1,
        },
        {
            "building": "ZU-2", "name": "Екінші үй", "beds": 1, "residents": 0, "companions": 0,
            "out_of_service": 0, "free": 1,
        },
    ]  # fmt: skip
    assert s["apartments"] == [
        {"year": 2024, "apartments": 1, "ratio": None},
        {"year": 2026, "apartments": 2, "ratio": None},
    ]
    assert filled(s["work"], "partner_kind", "workplaces", "placed") == {"employer": (1, 1)}


def test_the_eight_kinds_and_all_modes_stand_in_the_briefing(office: Ayala) -> None:
    s = office("report", "summary", "2026", "--format", "json").json()
    assert [len(s[table]) for table in ("services_by_kind", "services_by_mode", "appeals_by_topic")] == [
        8,
        8,
        9,
    ]


def test_a_span_counts_both_ends_and_the_same_days_before(office: Ayala) -> None:
    s = office("report", "summary", "2026-02-03..2026-03-04", "--format", "json").json()
    assert filled(s["appeals_by_topic"], "topic", "appeals", "year_before") == {"housing": (2, 1)}


def test_what_stands_is_counted_on_the_spans_last_day_or_as_of(office: Ayala) -> None:
    def residents(*words: str) -> list[int]:
        s = office("report", "summary", *words, "--format", "json").json()
        return [row["residents"] for row in s["dormitory"]]

    assert residents("2026") == [2, 0]
    assert residents("2026-05") == [2, 1]
    assert residents("2026", "--as-of", "2026-05-31") == [2, 1]
    assert residents("2026", "--as-of", "2026-06-01") == [2, 0]  # the day of leaving is free


def test_totals_stand_in_formats_for_people(office: Ayala) -> None:
    text = office("report", "summary", "2026").out
    assert "Services by kind: 2026" in text
    kinds = text[text.index("Services by kind") : text.index("Services by mode")]
    assert kinds.splitlines()[-2].split() == ["total", "6", "2"]


def test_three_languages_show_the_same_figures(office: Ayala) -> None:
    import re

    texts = [office("--lang", lang, "report", "summary", "2026").out for lang in ("kk", "ru", "en")]
    assert len(set(texts)) == 3
    figures = [re.findall(r"\d+(?:[.,]\d+)?", text.split("\n\n")[1]) for text in texts]
    assert figures[0] == figures[1] == [figure.replace(".", ",") for figure in figures[2]]
    assert any("," in figure for figure in figures[0])


def test_the_same_question_gives_the_same_bytes(office: Ayala) -> None:
    for format in ("text", "markdown", "csv", "json"):
        first, second = (office("report", "summary", "2026", "--format", format).stdout for _ in range(2))
        assert first == second


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "appeals 2026 --by region --topic housing --compare 2025",
            [("19", 1, 0, 1), ("61", 1, 0, 1), ("75", 1, 1, 0)],
        ),
        ("appeals 2026 --by month", [("2026-02", 1), ("2026-03", 1), ("2026-05", 2)]),
        ("appeals 2026 --by quarter", [("2026-q1", 2), ("2026-q2", 2)]),
        ("appeals 2026 --by topic,status", [
            ("housing", "registered", 2), ("housing", "answered", 1), ("employment", "in_progress", 1),
        ]),
        ("appeals 2026 --by topic --mentions", [("housing", 4), ("employment", 1), ("legal", 1)]),
        ("appeals 2026 --by channel --region 75", [("visit", 1), ("letter", 1)]),
        ("appeals --by year --compare year-before", [("2026", 4, 2, 2)]),
        ("appeals 2026-02 --by month,channel --compare 2025-02", [("2026-02", "visit", 1, 1, 0)]),
        ("appeals 2026-q1 --by quarter --compare 2025-q1", [("2026-q1", 2, 1, 1)]),
        ("appeals 2026 --by month --compare 2025", [
            ("2026-02", 1, 1, 0), ("2026-03", 1, 0, 1), ("2026-05", 2, 0, 2), ("2026-12", 0, 1, -1),
        ]),
        ("services 2026 --by kind", [("medical", 1), ("labour", 3), ("legal", 2)]),
        ("services 2026 --by region", [("61", 2), ("75", 3), (None, 1)]),
        ("services 2026 --by mode --kind legal", [("individual", 1), ("remote", 1)]),
        ("graduates --by sex", [("F", 2), ("M", 2)]),
        ("graduates 2026 --by care_status", [("orphan", 1), ("without_parental_care", 1), (None, 1)]),
        ("dormitory --by building,sex", [("ZU-1", "F", 1), ("ZU-1", "M", 1)]),
        ("dormitory 2026-05 --by building", [("ZU-1", 2), ("ZU-2", 1)]),
        ("apartments 2020..2026 --by year", [("2024", 1), ("2026", 2)]),
        ("apartments 2026 --by tenure,region", [("rent", "61", 1), ("owned", "75", 1)]),
        ("work 2026 --by partner_kind,month", [("employer", "2026-02", 1), ("education", "2026-02", 1)]),
    ],
)  # fmt: skip
def test_any_count(office: Ayala, words: str, expected: list[tuple[Any, ...]]) -> None:
    rows = office("report", *words.split(), "--format", "json").json()
    assert [tuple(row.values()) for row in rows] == expected


def test_a_comparison_in_kazakh_is_one_command(office: Ayala) -> None:
    done = office(
        "--lang",
        "kk",
        "report",
        "appeals",
        "2026",
        "--by",
        "region",
        "--topic",
        "тұрғын үй",
        "--compare",
        "2025",
    )
    assert done.out.splitlines()[0].endswith(": 2026 / 2025")
    assert "Алматы қаласы" in done.out
    assert done.out.split("\n\n")[0].splitlines()[-1].split()[1:] == ["3", "1", "2"]


def test_an_unknown_key_is_named_with_the_known(office: Ayala) -> None:
    done = office("report", "appeals", "--by", "colour", ok=2)
    assert done.err.startswith("ayala: appeals cannot be counted by 'colour'\ntry: --by topic | region")


def test_check_finds_nothing_in_a_sound_office(office: Ayala) -> None:
    rows = office("check", "--format", "json").json()
    assert {row["found"] for row in rows} == {0}
    assert len(rows) > 15


def test_check_finds_a_counter_that_fell_behind(office: Ayala, office_db: str) -> None:
    from tests.storage.test_storage_changing import Shell

    shell = Shell(office_db)
    shell.run("UPDATE counter SET value = 1 WHERE name = 'graduate'")
    shell.connection.close()
    rows = {row["check"]: row for row in office("check", "--format", "json", ok=1).json()}
    assert rows["counter of graduate"] == {
        "check": "counter of graduate",
        "found": 1,
        "what": "G-4 is above it",
    }


def test_check_finds_an_answer_before_its_appeal(office: Ayala, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(
        "graduate,received_on,category,status,answered_on\nG-1,2026-01-02,other,answered,2026-01-01\n"
    )
    office("import", "old.csv")
    rows = {row["check"]: row["what"] for row in office("check", "--format", "json", ok=1).json()}
    assert rows["answers before the appeal"].startswith("A-2026-")


def test_check_finds_a_guard_that_was_taken_away_and_a_region_that_is_none(
    ayala: Ayala, tmp_path: Path
) -> None:
    from tests.storage.test_storage_changing import Shell

    ayala("init")
    ayala("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    shell = Shell(str(tmp_path / "office.db"))
    shell.run("DROP TRIGGER stay_bed_insert")
    shell.run("UPDATE graduate SET region = '99'")
    shell.connection.close()
    rows = {
        row["check"]: row["what"] for row in ayala("check", "--format", "json", ok=1).json() if row["found"]
    }
    assert rows == {"guards of the database": "stay_bed_insert", "unknown regions": "99"}
