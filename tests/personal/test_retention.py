"""What may be over: the list proposes, with term, source and a next step, and nothing acts by itself."""

from __future__ import annotations

from datetime import date

import pytest

from ayala.language.catalogue import codes
from ayala.personal import terms
from ayala.rules import book
from ayala.rules.book import Rule
from tests.personal.conftest import OPERATOR, PAPER, PURPOSE
from tests.personal.filling import rows
from tests.program import Ayala

CONSENT = ("--form", "written", *OPERATOR, *PAPER, *PURPOSE)


def test_records_whose_term_is_over_are_proposed(office: Ayala) -> None:
    for person in ("G-1", "G-2"):
        office("graduate", "consent", "add", person, *CONSENT, "--on", "2026-10-01", "--until", "2026-12-20")
    office("graduate", "consent", "withdraw", "G-1", "--on", "2026-11-20")
    add = ("graduate", "add", "--given-name", "Ғ", "--born", "1990-01-02", "--sex", "F")
    office(*add, "--surname", "Archived", "--on", "2015-01-01")
    office("graduate", "close", "G-3", "--on", "2021-11-23", "--reason", "x")
    office(*add, "--surname", "Archived Later", "--on", "2015-01-01")
    office("graduate", "close", "G-4", "--on", "2021-11-24", "--reason", "x")
    office(*add, "--surname", "Stopped")
    office("graduate", "consent", "add", "G-5", *CONSENT, "--on", "2026-10-01")
    office("graduate", "consent", "withdraw", "G-5", "--on", "2026-10-02")
    office("graduate", "consent", "answer", "G-5", "--stopped", "--on", "2026-10-05")
    office(*add, "--surname", "Blocked")
    office("graduate", "block", "G-6", "--on", "2026-10-24", "--reason", "x")
    call = ("appeal", "add", "--topic", "legal", "--caller", "Апай", "--on", "2023-01-02")
    office("appeal", "close", office(*call).out.strip(), "--on", "2023-11-23", "--reason", "x")
    office(*call)
    office("service", "session", "add", "--kind", "legal", "--mode", "talk", "--on", "2025-11-23")
    office("service", "session", "attend", "E-1", "Апай Гүлнәр")
    before = rows(office)
    answer = office("graduate", "retention", "--format", "json").json()
    law = "Law 94-V, art. 12(2), 18; the term is proposed by Ayala"
    assert [(row["code"], row["kind"], row["since"], row["due"], row["proposal"]) for row in answer] == [
        ("G-1", "withdrawal", "2026-11-20", "2026-12-11", False),
        ("G-5", "stopped", "2026-10-05", "2026-10-05", False),
        ("G-2", "consent_over", "2026-12-20", "2026-12-20", False),
        ("G-3", "graduate", "2021-11-23", "2026-11-23", True),
        ("G-6", "block", "2026-10-24", "2026-11-23", True),
        ("A-2023-0001", "caller", "2023-11-23", "2026-11-23", True),
        ("E-1", "guest", "2025-11-23", "2026-11-23", True),
    ]
    assert answer[3] == {
        "code": "G-3",
        "kind": "graduate",
        "since": "2021-11-23",
        "term": 5,
        "unit": "years",
        "due": "2026-11-23",
        "source": law,
        "proposal": True,
        "next_step": 'ayala graduate erase G-3 --basis term_over --reason "…"',
    }
    assert (answer[0]["term"], answer[0]["unit"]) == (15, "working_days")
    assert rows(office) == before

    # Each next step, done, takes its row off the list; the day decides, not the run.
    office("graduate", "consent", "answer", "G-1", "--refused", "--text", "x")
    office("graduate", "erase", "G-3", "--reason", "x", "--yes")
    office("graduate", "unblock", "G-6", "--reason", "x")
    office("graduate", "block", "G-5", "--reason", "x")
    office("graduate", "erase", "A-2023-0001", "--reason", "x", "--yes")
    office("graduate", "erase", "E-1", "--guest", "Апай Гүлнәр", "--reason", "x", "--yes")
    office("graduate", "consent", "add", "G-2", *CONSENT)
    assert office("graduate", "retention", "--format", "json").json() == []
    later = office("graduate", "retention", "--as-of", "2026-11-24", "--format", "json").json()
    assert [row["code"] for row in later] == ["G-4"]


def test_the_list_for_people(desk: Ayala) -> None:
    desk("graduate", "close", "G-2", "--on", "2020-01-02", "--reason", "x")
    assert (
        desk("--lang", "ru", "graduate", "retention").out
        == """\
Код    Вид               С какого дня      Срок  Единица    Срок истекает    Источник                                                 Предложение    Следующий шаг
-----  ----------------  --------------  ------  ---------  ---------------  -------------------------------------------------------  -------------  -------------------------------------------------------
G-2    человек в архиве  02.01.2020           5  лет        02.01.2025       Law 94-V, art. 12(2), 18; the term is proposed by Ayala  да             ayala graduate erase G-2 --basis term_over --reason "…"
"""
    )
    assert desk("graduate", "retention", "--as-of", "2025-01-01").out == "nothing found\n"


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 15, "2026-12-14"),
        ("2026-11-20", 15, "2026-12-11"),
        ("2026-11-21", 15, "2026-12-11"),  # from a Saturday
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_working_days_are_monday_to_friday(start: str, count: int, end: str) -> None:
    assert terms.working_day(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_every_term_names_its_source_and_whether_it_is_a_proposal() -> None:
    rows = [rule for rule in book.shipped() if rule.file == "personal_data.toml"]
    for row in rows:
        assert row.source.startswith("Law 94-V, art. ") or row.source == "proposed by Ayala"
        assert row.proposal == ("proposed by Ayala" in row.source)
    kinds = [row.what.removeprefix("retention_") for row in rows if row.what.startswith("retention_")]
    assert tuple(kinds) == codes("retention_kind")
    assert {row.unit for row in rows} <= {*codes("term_unit"), "columns"}


def test_a_row_holds_from_a_day_until_another(monkeypatch: pytest.MonkeyPatch) -> None:
    dated = (
        Rule("old", "x", 1, "months", "old", valid_to=date(2025, 12, 31)),
        Rule("new", "x", 2, "days", "new", valid_from=date(2026, 1, 1)),
    )
    monkeypatch.setattr(book, "current", lambda: book.Book(dated))
    assert terms.term("x", date(2025, 12, 31)).end(date(2025, 12, 31)) == date(2026, 1, 31)
    assert terms.term("x", date(2026, 1, 1)).end(date(2026, 1, 1)) == date(2026, 1, 3)
    with pytest.raises(KeyError):
        terms.term("y", date(2026, 1, 1))
