"""The register of data passed on, sent abroad or published (Law 94-V, art. 22(1), subpara. 5)."""

from __future__ import annotations

from tests.personal.conftest import OPERATOR, PURPOSE
from tests.program import Ayala

WHAT = ("--to", "Алматы қ. әкімдігі", "--purpose", "housing", "--data", "name, IIN")


def test_a_transfer_is_of_one_person_of_several_or_of_a_list(office: Ayala) -> None:
    add = ("graduate", "transfer", "add")
    passed = (*WHAT, "--kind", "passed")
    assert (
        office(*add, "G-1", "G-2", "g1", *passed, "--basis", "law", "--document", "№ 4").err
        == "noted for G-1, G-2\n"
    )
    office(
        *add,
        "G-1",
        *WHAT,
        "--kind",
        "cross_border",
        "--basis",
        "court",
        "--on",
        "2026-10-01",
        "--notified",
        "2026-10-02",
    )
    assert (
        office(*add, "--people", "40", *passed, "--basis", "law", "--note", "queue of 2026").err
        == "noted for 40 people\n"
    )
    rows = office("graduate", "transfer", "list", "--format", "json").json()
    assert [
        (row["made_on"], row["kind"], row["graduate"], row["people"], row["notified_on"]) for row in rows
    ] == [
        ("2026-10-01", "cross_border", "G-1", 1, "2026-10-02"),
        ("2026-11-23", "passed", "G-1", 1, None),
        ("2026-11-23", "passed", "G-2", 1, None),
        ("2026-11-23", "passed", None, 40, None),
    ]
    assert rows[1] == {
        "made_on": "2026-11-23",
        "kind": "passed",
        "graduate": "G-1",
        "people": 1,
        "to_whom": "Алматы қ. әкімдігі",
        "purpose": "housing",
        "data_list": "name, IIN",
        "basis": "law",
        "document": "№ 4",
        "notified_on": None,
        "note": None,
    }
    of = ("graduate", "transfer", "list", "--format", "json")
    assert len(office(*of, "2026-10").json()) == 1
    assert len(office(*of, "--graduate", "G-1").json()) == 2
    assert len(office(*of, "--kind", "passed", "--limit", "2").json()) == 2


def test_whose_data_and_what_has_to_be_said(desk: Ayala) -> None:
    add = ("graduate", "transfer", "add")
    assert (
        desk(*add, "G-1", ok=2).err
        == "ayala: --kind and --to and --purpose and --data and --basis are missing\n"
    )
    given = (*WHAT, "--kind", "passed", "--basis", "law")
    assert desk(*add, *given, ok=2).err == "ayala: whose data: name the graduates, or --people N\n"
    assert "--people is for those who are not" in desk(*add, "G-1", "--people", "2", *given, ok=2).err
    assert "still to come" in desk(*add, "G-1", *given, "--on", "2026-11-24", ok=2).err
    assert "still to come" in desk(*add, "G-1", *given, "--notified", "2026-11-24", ok=2).err
    assert desk("graduate", "transfer", "list", "--format", "json").json() == []


def test_a_consent_that_does_not_allow_it_is_noticed(office: Ayala) -> None:
    """Whether it was right is for a person to say: the register tells what was done."""
    add = ("graduate", "transfer", "add", "G-1", *WHAT, "--basis", "consent")
    assert "G-1: no consent on record allows this on 2026-11-23\n" in office(*add, "--kind", "passed").err
    office(
        "graduate", "consent", "add", "G-1", "--form", "written", *OPERATOR, "--third-parties", "--no-cross-border",
        "--no-public", "--data", "name", *PURPOSE, "--on", "2026-11-10", "--until", "2026-11-20",
    )  # fmt: skip
    assert office(*add, "--kind", "passed", "--on", "2026-11-19").err == "noted for G-1\n"
    assert "allows this" in office(*add, "--kind", "passed", "--on", "2026-11-09").err
    assert "allows this" in office(*add, "--kind", "passed", "--on", "2026-11-20").err
    assert "allows this" in office(*add, "--kind", "published", "--on", "2026-11-19").err
