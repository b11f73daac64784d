"""The pilot "Ayala", and aid: asked, decided, paid."""

from __future__ import annotations

import pytest

from tests.program import Ayala

PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Әбдіров,Ғани,1998-03-15,M
G-2,Ахметова,Айгүл,2004-05-06,F
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    return ayala


def test_a_person_is_in_the_pilot_once_at_a_time(office: Ayala) -> None:
    add = ("work", "pilot", "add", "G-1", "--on")
    close = ("work", "pilot", "close", "G-1", "--on")
    assert office(*add, "2026-01-01", ok=2).err.startswith("ayala: taking into the pilot needs --reason\n")
    said = office(*add, "2026-01-01", "--reason", "no work, no home")
    assert (said.out, said.err) == ("", "G-1 is in the pilot from 2026-01-01\n")
    assert office(*add, "2026-02-01", "--reason", "x", ok=5).err == (
        "ayala: G-1 is enrolled in the pilot already, from 2026-01-01\n"
        "try: ayala work pilot close G-1 --reason …\n"
    )
    assert office(*close, "2026-01-01", "--reason", "x", ok=2).err == (
        "ayala: G-1 was enrolled on 2026-01-01; the end must be after it\n"
    )
    office(*close, "2026-06-01", "--reason", "settled")
    assert office(*close, "2026-07-01", "--reason", "x", ok=5).err == (
        "ayala: G-1 is not enrolled in the pilot\ntry: ayala work pilot add G-1 --reason …\n"
    )
    assert office(*add, "2026-05-31", "--reason", "x", ok=5).err.splitlines()[0] == (
        "ayala: G-1 is enrolled in the pilot already, from 2026-01-01 until 2026-06-01"
    )
    office(*add, "2026-06-01", "--reason", "lost the job")
    office("work", "pilot", "add", "G-2", "--on", "2026-03-01", "--reason", "alone")
    for options, found in {
        (): [("G-2", "2026-03-01"), ("G-1", "2026-06-01")],
        ("--as-of", "2026-05-31"): [("G-1", "2026-01-01"), ("G-2", "2026-03-01")],
        ("--as-of", "2025-12-31"): [],
        ("--all", "--limit", "2"): [("G-1", "2026-01-01"), ("G-2", "2026-03-01")],
    }.items():
        rows = office("work", "pilot", "list", *options, "--format", "json").json()
        assert [(row["graduate"], row["from_date"]) for row in rows] == found, options
    ended = office("work", "pilot", "list", "--all", "--format", "json").json()[0]
    assert ended == {
        "graduate": "G-1",
        "name": "Әбдіров Ғани",
        "from_date": "2026-01-01",
        "until": "2026-06-01",
        "reason": "no work, no home",
        "end_reason": "settled",
    }


def ask(ayala: Ayala, *options: object) -> str:
    asked = ("work", "aid", "add", "G-1", "--kind", "money", "--amount", 60000, "--on", "2026-09-01")
    return ayala(*asked, *options).out.strip()


def test_aid_is_asked_approved_and_paid_in_parts(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "financial_aid", "--on", "2026-08-31")
    assert ask(office, "--purpose", "қысқы киім", "--appeal", "2026-1") == "M-1"
    pay = ("work", "aid", "pay", "M-1", "--on", "2026-09-20", "--amount")
    assert office(*pay, 100, ok=5).err == (
        "ayala: M-1 is not approved: asked\ntry: ayala work aid approve M-1 --amount …\n"
    )
    approve = ("work", "aid", "approve", "m1", "--on", "2026-09-10", "--amount")
    assert office(*approve, 50000).err == "M-1: 50000 approved on 2026-09-10\n"
    assert office(*pay, 20000).err == "M-1: 20000 of 50000 paid\n"
    assert office(*approve, 10000, "--reason", "x", ok=5).err == (
        "ayala: M-1: 20000 is paid already, more than 10000\n"
    )
    assert office(*pay, 30001, ok=5).err == (
        'ayala: M-1: 50001 would be paid, but 50000 is approved\ntry: the same command with --reason "…"\n'
    )
    (shown,) = office("work", "aid", "show", "1", "--format", "json").json()
    assert (shown["status"], shown["amount_paid"]) == ("approved", 20000)
    office(*pay[:4], "--on", "2026-10-20", "--amount", 30000)
    (shown,) = office("work", "aid", "show", "1", "--format", "json").json()
    assert shown == {
        "code": "M-1",
        "graduate": "G-1",
        "name": "Әбдіров Ғани",
        "kind": "money",
        "purpose": "қысқы киім",
        "status": "paid",
        "appeal": "A-2026-0001",
        "asked_on": "2026-09-01",
        "amount_asked": 60000,
        "decided_on": "2026-09-10",
        "amount_approved": 50000,
        "paid_on": "2026-10-20",
        "amount_paid": 50000,
        "note": None,
    }
    office(*pay, 1, "--reason", "the bank's fee")
    (shown,) = office("work", "aid", "show", "1", "--format", "json").json()
    assert (shown["amount_paid"], shown["paid_on"]) == (50001, "2026-10-20")
    assert office("work", "aid", "refuse", "M-1", "--reason", "x", ok=5).err == (
        "ayala: M-1: 50001 is paid already\ntry: ayala work aid show M-1\n"
    )


def test_a_decision_is_changed_with_a_reason_only(office: Ayala) -> None:
    ask(office)
    refuse = ("work", "aid", "refuse", "M-1", "--on", "2026-09-05")
    assert office(*refuse, ok=2).err.startswith("ayala: a refusal needs --reason\n")
    assert office(*refuse[:4], "--on", "2026-08-31", "--reason", "x", ok=2).err == (
        "ayala: M-1 was asked on 2026-09-01, after 2026-08-31\n"
    )
    assert office(*refuse, "--reason", "given by the akimat").err == "M-1 is refused on 2026-09-05\n"
    assert office(*refuse, "--reason", "x", ok=5).err == "ayala: M-1 is refused since 2026-09-05\n"
    approve = ("work", "aid", "approve", "M-1", "--on", "2026-09-10", "--amount", 70000)
    assert office(*approve, ok=5).err == (
        'ayala: M-1 is decided already: refused\ntry: the same command with --reason "…"\n'
    )
    assert office(*approve, "--reason", "complaint upheld").err == (
        "M-1: 70000 approved on 2026-09-10\nM-1: 70000 is more than was asked, 60000\n"
    )
    (shown,) = office("work", "aid", "show", "M-1", "--format", "json").json()
    assert (shown["status"], shown["amount_approved"], shown["note"]) == (
        "approved",
        70000,
        "given by the akimat",
    )
    assert office("work", "aid", "pay", "M-1", "--amount", 1, "--on", "2026-09-09", ok=2).err == (
        "ayala: M-1 was approved on 2026-09-10, after 2026-09-09\n"
    )


def test_aid_is_listed_by_day_kind_status_and_person(office: Ayala) -> None:
    ask(office)
    grant = ("work", "aid", "add", "G-2", "--kind", "оқу гранты", "--on", "2026-01-10", "--amount", 900)
    assert office(*grant).out == "M-2\n"
    office("work", "aid", "approve", "M-2", "--amount", 900)
    for options, found in {
        (): ["M-2", "M-1"],
        ("2026-09",): ["M-1"],
        ("--kind", "study_grant"): ["M-2"],
        ("--status", "asked"): ["M-1"],
        ("--graduate", "Ахметова Айгүл"): ["M-2"],
        ("--limit", "1"): ["M-2"],
    }.items():
        rows = office("work", "aid", "list", *options, "--format", "json").json()
        assert [row["code"] for row in rows] == found, options


def test_strange_sums_and_strange_appeals_are_refused(office: Ayala) -> None:
    add = ("work", "aid", "add", "G-1", "--kind", "money")
    assert office(*add, ok=2).err == "ayala: --amount is missing\n"
    assert office(*add, "--amount", 0, ok=2).err.startswith("ayala: invalid value for '--amount'")
    assert office(*add, "--amount", "12.50", ok=2).err.startswith("ayala: invalid value for '--amount'")
    office("appeal", "add", "G-2", "--topic", "financial_aid")
    assert office(*add, "--amount", 5, "--appeal", "A-2026-0001", ok=5).err == (
        "ayala: A-2026-0001 is another person's appeal\n"
    )
    assert office(*add, "--amount", 5, "--appeal", "A-2020-0001", ok=3).err == (
        "ayala: there is no appeal A-2020-0001\ntry: ayala appeal list\n"
    )
    office("appeal", "add", "--caller", "Асель", "--town", "Алматы", "--topic", "financial_aid")
    noticed = office(*add, "--amount", 5, "--appeal", "A-2026-0002")
    assert (noticed.out, noticed.err) == ("M-1\n", "A-2026-0002 is of a caller not yet identified\n")
    assert office("work", "aid", "show", "M-2", ok=3).err == (
        "ayala: there is no aid M-2\ntry: ayala work aid list\n"
    )
