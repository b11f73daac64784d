"""The page of one person as the file of a case conference: due, days, positions, the story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.program import Ayala

SHEETS = {
    "people": "code,surname,given_name,birth_date,sex,region,iin,phone,left_care_on,institution,registered_on\n"
    "G-1,Өтеген,Ұлжан,2000-02-29,F,75,,+77012345678,2018-06-01,№1 балалар үйі,2019-01-10\n"
    "G-2,Қасым,Асан,2004-05-05,M,75,,,,,2019-01-10\n",
    "beds": "building,building_name,floor,room,bed\nZU-1,Жастар үйі,1,101,1\n",
    "stays": "graduate,building,room,bed,from_date,until,planned_end\nG-1,ZU-1,101,1,2026-01-10,,2026-12-15\n",
    "queue": "graduate,registrar,registered_on,number\nG-1,akimat,2020-01-10,11\nG-2,bank,2021-01-10,12\n",
    "positions": "graduate,registrar,position,position_on\nG-1,akimat,900,2026-01-10\nG-1,akimat,950,2026-05-10\n"
    "G-1,akimat,1,2026-12-24\n",
    "apartments": "graduate,granted_on,region\nG-1,2026-11-22,75\n",
    "appeals": "graduate,received_on,channel,category,status,answered_on,decision\n"
    "G-1,2026-02-03,visit,housing,answered,2026-02-10,explained\nG-1,2026-10-01,visit,legal,registered,,\n"
    "G-2,2026-10-02,visit,legal,registered,,\n",
    "services": "graduate,kind,mode,provided_on,planned_on\nG-1,legal,individual,2026-02-04,\n"
    "G-1,medical,individual,,2026-06-01\n",
}


@pytest.fixture
def office(ayala: Ayala, office_db: str, tmp_path: Path) -> Ayala:
    for name, text in SHEETS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in SHEETS))
    ayala("graduate", "document", "G-1", "--kind", "identity_card", "--expires", "2027-01-05")
    ayala("graduate", "contact", "G-1", "--reached", "--channel", "phone", "--on", "2026-11-20")
    return ayala


def page(office: Ayala, *words: str, code: str = "G-1") -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = office(
        "graduate", "show", code, *words, "--format", "json"
    ).json()
    return found


def test_what_is_due_is_what_the_watch_tells_of_the_person(office: Ayala) -> None:
    due = page(office)["due_next"]
    lines = office("watch", "--format", "json", ok=1).json()
    theirs = [line for line in lines if line["graduate"] == "G-1" and line["rule"] != "position-moved-back"]
    assert [{key: line[key] for key in due[0]} for line in theirs] == due
    assert {"appeal-overdue", "contract-end", "stay-over-age", "document-expiry"} <= {d["rule"] for d in due}
    assert any(line["rule"] == "position-moved-back" for line in lines)
    assert any(line["graduate"] == "G-2" for line in lines)


def test_a_stopped_clock_stands_still_for_one_person_too(office: Ayala) -> None:
    office("appeal", "pause", "A-2026-0002", "--on", "2026-10-05", "--reason", "сұрау")
    assert "A-2026-0002" not in {line["code"] for line in page(office)["due_next"]}


def test_the_days_that_matter_have_their_source(office: Ayala) -> None:
    days = {row["what"]: row for row in page(office)["far_days"]}
    assert [(what, row["day"], row["days"], row["age"]) for what, row in days.items()] == [
        ("majority", "2018-03-01", -3189, 18),
        ("max_age", "2023-03-01", -1363, 23),
        ("contract_end", "2026-12-15", 22, None),
        ("document_expiry", "2027-01-05", 43, None),
        ("ceiling_age", "2029-03-01", 829, 29),
        ("queue_age", "2029-03-01", 829, 29),
    ]
    assert days["queue_age"]["source"].startswith("Law 94-I")
    assert (days["max_age"]["place"], days["contract_end"]["place"]) == ("ZU-1", "ZU-1/101/1")
    assert days["document_expiry"]["document"] == "identity_card"


def test_conscript_service_moves_the_age_of_the_queue(office: Ayala) -> None:
    office("graduate", "edit", "G-2", "--conscript-months", "12")
    days = {row["what"]: row["day"] for row in page(office, code="G-2")["far_days"]}
    assert (days["queue_age"], days["ceiling_age"]) == ("2034-05-05", "2033-05-05")


def test_the_ages_of_the_house_go_before_those_of_the_rulebook(office: Ayala) -> None:
    office("dormitory", "edit", "ZU-1", "--max-age", "27", "--source", "бұйрық № 4", "--reason", "жаңа ереже")
    days = {row["what"]: row for row in page(office)["far_days"]}
    assert (days["max_age"]["day"], days["max_age"]["source"]) == ("2027-03-01", "бұйрық № 4")


def test_the_story_is_told_in_order_until_the_day(office: Ayala) -> None:
    told = [(row["day"], row["what"], row["code"], row["detail"]) for row in page(office)["story"]]
    assert told == [
        ("2000-02-29", "born", None, None),
        ("2018-06-01", "left_care", None, "№1 балалар үйі"),
        ("2019-01-10", "registered", "G-1", None),
        ("2020-01-10", "queued", "Q-1", None),
        ("2026-01-10", "moved_in", "ZU-1/101/1", None),
        ("2026-01-10", "position_reported", "Q-1", "900"),
        ("2026-02-03", "appeal_received", "A-2026-0001", None),
        ("2026-02-04", "service_provided", "S-1", None),
        ("2026-02-10", "appeal_answered", "A-2026-0001", None),
        ("2026-05-10", "position_reported", "Q-1", "950"),
        ("2026-10-01", "appeal_received", "A-2026-0002", None),
        ("2026-11-20", "contact_reached", None, None),
        ("2026-11-22", "apartment_granted", None, None),
    ]
    assert [row["what"] for row in page(office, "--as-of", "2020-12-31")["story"]][-1] == "queued"


def test_the_positions_show_who_moved_back(office: Ayala) -> None:
    assert page(office)["positions"] == [
        {"code": "Q-1", "position_on": "2026-05-10", "position": 950, "change": 50},
        {"code": "Q-1", "position_on": "2026-01-10", "position": 900, "change": None},
    ]


def test_appeals_have_their_last_day_and_the_open_ones_come_first(office: Ayala) -> None:
    rows = [(row["code"], row["due_on"], row["level"]) for row in page(office)["appeals"]]
    assert rows == [("A-2026-0002", "2026-10-22", "far_overdue"), ("A-2026-0001", None, None)]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_file_masks_the_phone_and_leaves_out_what_is_empty(office: Ayala, lang: str) -> None:
    paper = office("--lang", lang, "graduate", "show", "G-1", "--format", "markdown").out
    assert "77012345678" not in paper
    assert r"\*\*\*\*5678" in paper
    headings = [line for line in paper.splitlines() if line.startswith("## ")]
    assert len(headings) == 12
    assert headings[-1] == {"kk": "## Болған оқиғалар", "ru": "## Что было", "en": "## What happened"}[lang]


def test_of_an_erased_person_no_days_and_no_birth_are_told(office: Ayala) -> None:
    office("graduate", "erase", "G-2", "--basis", "term_over", "--reason", "мерзімі өтті", "--yes")
    told = page(office, code="G-2")
    assert told["far_days"] == []
    assert "born" not in {row["what"] for row in told["story"]}
