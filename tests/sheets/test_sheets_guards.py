"""Guards against a sheet that is wrong as a whole: stopped with the figures, let through by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.errors import BadSetting
from ayala.sheets.guards import limit, setting_of, shipped
from tests.hostile.iins import an_iin
from tests.program import Ayala

COUNT = 200
HEAD = "iin,surname,given_name,birth_date,sex,note\n"
BORN = [date(2000, 1, 1) + timedelta(days=37 * n) for n in range(COUNT)]
IINS = [an_iin(born, n, "FM"[n % 2]) for n, born in enumerate(BORN)]


def person(n: int, iin: str | None = None, surname: str = "Ким", name: str = "Дана", note: str = "") -> str:
    return f"{IINS[n] if iin is None else iin},{surname}{n},{name}{n},{BORN[n]},{'FM'[n % 2]},{note}\n"


def sheet(office: Ayala, rows: Iterable[str], name: str = "people.csv") -> str:
    (office.folder / name).write_text(HEAD + "".join(rows), encoding="utf-8")
    return name


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """An office with two hundred people."""
    ayala("import", sheet(ayala, (person(n) for n in range(COUNT))))
    return ayala


def stopped(office: Ayala, name: str, said: str, *options: str) -> None:
    """The import is stopped in these words, and nothing is saved; allowed, it comes in."""
    before = office("graduate", "list", "--format", "csv").out
    done = office("import", name, *options, ok=5)
    guard = said.rsplit("(", 1)[1].partition(":")[0]
    assert done.err.splitlines()[-2:] == [
        f"ayala: nothing imported: {name}: {said}",
        f"try: look at the sheet; if it is right: ayala import {name} --allow {guard}",
    ]
    assert done.out.splitlines()[2].startswith(name), "the counts are shown all the same"
    assert office("graduate", "list", "--format", "csv").out == before
    others = [other for other in shipped() if other != guard]
    allowed = [word for other in others for word in ("--allow", other)]
    office("import", name, *options, *allowed, ok=5)
    office("import", name, *options, "--allow", guard, ok=(0, 4))
    entry = office("history", "list", "--limit", "1", "--format", "json").json()[0]
    assert entry["command"] == f"import {name} --allow {guard}"


def test_too_many_rejected_rows_stop_the_good_ones(office: Ayala) -> None:
    good = [f",Нұр{n},Асан,2004-01-01,M,\n" for n in range(75)]
    bad = [",Нұр,Асан,,M,\n"] * 25
    name = sheet(office, [*good, *bad])
    said = "25 of 100 rows are rejected (many-rejected: more than 20% from 20)"
    stopped(office, name, said, "--keep-good")
    assert office("import", name, ok=4).err.splitlines()[-2].startswith("ayala: nothing imported: 25 of 100")


def test_a_small_sheet_is_never_stopped(office: Ayala) -> None:
    name = sheet(office, [",А,Б,2004-01-01,M,\n"] * 2 + [",А,Б,,M,\n"] * 3)
    assert (
        "3 of 5 rows are rejected; the good rows are saved" in office("import", name, "--keep-good", ok=4).err
    )


def test_too_many_changes_of_what_is_on_record_stop_it(office: Ayala) -> None:
    said = "101 of 200 rows would change what is on record (many-updated: more than 50% from 100)"
    stopped(office, sheet(office, (person(n, note="x" * (n < 101)) for n in range(COUNT))), said)
    office("import", sheet(office, (person(n, note="y" * (n < 100)) for n in range(COUNT))))


def test_a_column_of_iins_that_was_sorted_by_itself_is_noticed(office: Ayala) -> None:
    rows = [person(n, iin=IINS[(n + 1) % 40]) for n in range(40)] + [person(n) for n in range(40, COUNT)]
    words = "the IIN contradicts the birth date, the sex or the name on record: a column may be shifted"
    stopped(office, sheet(office, rows), f"in 40 of 200 rows {words} (shifted: more than 10% from 10)")


def test_names_of_other_people_at_known_iins_are_noticed(office: Ayala) -> None:
    rows = [person(n, surname="Нұр", name="Асан") for n in range(11)] + [person(n) for n in range(11, 100)]
    words = "the IIN contradicts the birth date, the sex or the name on record: a column may be shifted"
    stopped(office, sheet(office, rows), f"in 11 of 100 rows {words} (shifted: more than 10% from 10)")


def test_another_spelling_or_a_new_surname_is_nobody_elses_name(office: Ayala) -> None:
    office(
        "import",
        sheet(office, (person(n, surname="ӘДІЛ", name="Ұлжан") for n in range(20))),
        "--allow",
        "shifted",
    )
    respelled = [person(n, surname="Адил", name="Улжан") for n in range(10)]
    married = [person(n, surname="Нұр", name="Ұлжан") for n in range(10, 20)]
    done = office("import", sheet(office, [*respelled, *married]), "--format", "json")
    assert done.json()[0]["updated"] == 20


def test_every_sheet_that_is_in_doubt_is_named(office: Ayala) -> None:
    bad = sheet(office, [",А,Б,,M,\n"] * 30, "bad.csv")
    other = sheet(office, (person(n, note="x") for n in range(COUNT)), "other.csv")
    done = office("import", bad, other, "--keep-good", ok=5)
    assert done.err.splitlines()[-2:] == [
        "ayala: nothing imported: bad.csv: 30 of 30 rows are rejected (many-rejected: more than 20% from 20);"
        " other.csv: 200 of 200 rows would change what is on record (many-updated: more than 50% from 100)",
        "try: look at the sheet; if it is right: "
        "ayala import bad.csv other.csv --allow many-rejected --allow many-updated",
    ]


def test_a_plan_keeps_the_doubts_and_what_was_allowed(office: Ayala) -> None:
    name = sheet(office, (person(n, note="x") for n in range(COUNT)))
    done = office("import", name, "--plan", "a.plan", ok=5)
    assert done.err.splitlines()[-1] == (
        "try: look at the sheet; if it is right: ayala import people.csv --plan a.plan --allow many-updated"
    )
    assert '"doubts": ["people.csv: 200 of 200 rows would change' in (office.folder / "a.plan").read_text()
    office("import", "--apply", "a.plan", ok=5)
    office("import", name, "--plan", "a.plan", "--allow", "many-updated", "--allow", "many-updated")
    office("import", "--apply", "a.plan")
    entry = office("history", "list", "--limit", "1", "--format", "json").json()[0]
    assert entry["command"] == "import --apply a.plan people.csv --allow many-updated"


def test_an_office_sets_its_own_limits(office: Ayala) -> None:
    name = sheet(office, [person(0, note="x"), person(1)])
    done = office("import", name, env={"AYALA_IMPORT_MANY_UPDATED": "40 % from 1"}, ok=5)
    assert "1 of 2 rows would change what is on record (many-updated: more than 40% from 1)" in done.err
    done = office("import", name, env={"AYALA_IMPORT_MANY_UPDATED": "a lot"}, ok=2)
    assert done.err == (
        "ayala: 'a lot' (variable AYALA_IMPORT_MANY_UPDATED) is no share of a sheet's rows\ntry: 20% from 20\n"
    )
    known = {row["setting"]: row["value"] for row in office("settings", "--format", "json").json()}
    assert {name: known[setting_of(name)] for name in shipped()} == {
        "many-rejected": "20% from 20",
        "many-updated": "50% from 100",
        "shifted": "10% from 10",
    }


def test_a_guard_that_is_none_is_named(ayala: Ayala) -> None:
    done = ayala("import", "x.csv", "--allow", "all", ok=2)
    assert "'all' is none of: many-rejected, many-updated, shifted" in done.err


def test_every_guard_ships_with_its_reason() -> None:
    assert all(len(row["source"]) > 20 and row["what"] for row in shipped().values())


@given(
    share=st.integers(0, 100), least=st.integers(1, 1000), rows=st.integers(0, 2000), of=st.integers(0, 2000)
)
def test_a_limit_is_a_share_and_a_least_number(share: int, least: int, rows: int, of: int) -> None:
    held = limit(f"{share}% from {least}", "a test")
    assert str(held) == f"{share}% from {least}"
    assert held.is_passed(rows, of) == (rows >= least and 100 * rows > share * of)


@pytest.mark.parametrize(
    "value", ["", "20", "20%", "101% from 1", "-1% from 1", "1% from -1", "1% from 1e3", "x"]
)
def test_a_limit_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadSetting, match="is no share of a sheet's rows"):
        limit(value, "a test")
