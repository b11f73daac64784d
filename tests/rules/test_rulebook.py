"""The rulebook: the row that holds, the office's own rows, what cannot be right, who gains and who loses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ayala.rules.book import Book, Rule, book_of, shipped
from tests.program import Ayala

OWN = """\
[[rule]]
id = "law221_simple"
what = "appeal_answer"
value = 20
unit = "days"
counted_from = "received_on"
valid_from = 2007-01-12
valid_to = 2021-06-30
source = "the office's order № 5"

[[rule]]
id = "our_answer"
what = "appeal_answer"
value = 10
unit = "working_days"
counted_from = "registered_on"
organisation = ["ngo"]
valid_from = 2026-01-01
source = "the office's order № 6"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("received", "registered", "kind", "row"),
    [
        ("2007-01-11", "2007-01-11", "application", None),
        ("2007-01-12", "2007-01-12", "application", "law221_simple"),
        ("2021-06-30", "2021-07-02", "complaint", "law221_simple"),
        ("2021-07-01", "2021-07-01", "request", "appc_2021"),
        ("2021-07-01", "2021-07-01", "complaint", "appc_complaint_2021"),
        ("2025-12-31", "2025-12-31", "application", "appc_2021"),
        ("2025-12-31", "2026-01-05", "application", "appc_2026"),
        ("2026-01-01", "2026-01-01", "complaint", "appc_complaint"),
        ("2026-01-05", "2025-12-30", "application", "appc_2026"),  # a sheet's mistake leaves no gap
    ],
)
def test_the_row_is_told_by_the_day_the_appeal_came(
    received: str, registered: str, kind: str, row: str | None
) -> None:
    found = book_of(None).for_appeal(
        "appeal_answer", date.fromisoformat(received), date.fromisoformat(registered), kind
    )
    assert (found and found.id) == row


def test_the_offices_rows_replace_and_add(own: Path) -> None:
    day = date(2026, 5, 5)
    state, ngo = book_of(own), book_of(own, "ngo")
    assert state.by_id["law221_simple"].number == 20
    assert len(state.rules) == len(shipped()) + 1
    for book, kind, row in (
        (state, "application", "appc_2026"),
        (ngo, "application", "our_answer"),
        (state, "complaint", "appc_complaint"),
    ):
        found = book.for_appeal("appeal_answer", day, day, kind)
        assert found is not None
        assert found.id == row


def test_the_most_restricted_row_wins_then_the_latest() -> None:
    rows = (
        Rule("all", "x", 1, "days", "s"),
        Rule("later", "x", 2, "days", "s", valid_from=date(2020, 1, 1)),
        Rule("house", "x", 3, "days", "s", building=("ZU-1",)),
    )
    book = Book(rows)
    for on, building, row in (
        (date(2019, 1, 1), None, "all"),
        (date(2020, 1, 1), None, "later"),
        (date(2020, 1, 1), "ZU-1", "house"),
        (date(2020, 1, 1), "ZU-2", "later"),
    ):
        found = book.rule("x", on, building=building)
        assert found is not None
        assert found.id == row
    assert book.rule("y", date(2020, 1, 1)) is None


def test_every_shipped_row_says_what_it_holds_for() -> None:
    for rule in shipped():
        assert rule.source, rule.id
        assert rule.proposal == ("roposed by Ayala" in rule.source or "practice" in rule.source), rule.id
        if rule.unit not in ("yes_or_no", "columns", "percent"):
            assert rule.counted_from, rule.id


# --- as commands -----------------------------------------------------------------------------------


def test_rows_are_listed_and_shown(ayala: Ayala, own: Path) -> None:
    every = ayala("rules", "list", "--format", "json").json()
    assert [row["id"] for row in every] == [rule.id for rule in shipped()]
    now = ayala("rules", "list", "--what", "appeal_answer", "--on", "2026-11-23", "--format", "csv").out
    assert now == (
        "id,what,value,unit,counted_from,applies_to,valid_from,valid_to,organisation,appeal_kind,building,procedure,"
        "rolls,proposal,source,note,file\n"
        "appc_2026,appeal_answer,15,working_days,registered_on,appeals,2026-01-01,,,,,,yes,no,"
        '"Code 350-VI of 2020-06-29 (APPC), art. 76 as amended by Law 241-VIII of 2025-12-17",,appeals.toml\n'
        "appc_complaint,appeal_answer,20,working_days,registered_on,complaints,2026-01-01,,,complaint,,,yes,no,"
        '"Code 350-VI of 2020-06-29 (APPC), art. 99",,appeals.toml\n'
    )
    assert ayala("rules", "show", "queue-age").out == (
        "Id                      queue_age_29\n"
        "About                   queue_age\n"
        "Value                   29\n"
        "Unit                    years\n"
        "Counted from            birth_date\n"
        "Applies to              orphans and children left without parental care, on the day of their registration\n"
        "Moves to a working day  no\n"
        "Proposal                no\n"
        "Source                  Law 94-I On Housing Relations, art. 68, subpara. 6\n"
        "Note                    read in the edition of 2022; earlier editions and the rewriting of 2025 were not read\n"
        "File                    housing.toml\n"
    )
    nothing = ayala("rules", "show", "appeal_answer", "--on", "1999-01-01", ok=3)
    assert nothing.err == ("ayala: no rule says 'appeal_answer' on 1999-01-01\ntry: ayala rules list\n")


@pytest.mark.parametrize("way", ["variable", "config.toml", "beside config.toml"])
def test_the_offices_own_file_is_found(ayala: Ayala, own: Path, way: str) -> None:
    env = {}
    config = ayala.folder / "settings" / "config.toml"
    config.parent.mkdir()
    config.write_text("")
    env["AYALA_CONFIG"] = str(config)
    if way == "variable":
        env["AYALA_RULES"] = str(own)
    elif way == "config.toml":
        config.write_text(f'rules = "{own}"\norganisation = "ngo"\n')
    else:
        (config.parent / "rules.toml").write_text(OWN, encoding="utf-8")
    rows = ayala("rules", "list", "--what", "appeal_answer", "--format", "json", env=env).json()
    values = {row["id"]: (row["value"], row["source"], row["file"]) for row in rows}
    name = "rules.toml" if way == "beside config.toml" else "own.toml"
    assert values["law221_simple"] == ("20", "the office's order № 5", name)
    assert values["our_answer"] == ("10", "the office's order № 6", name)


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"AYALA_RULES": "none.toml"}, "there is no file none.toml"),
        ({"AYALA_ORGANISATION": "bank"}, "'bank' (variable AYALA_ORGANISATION) is no kind of office"),
    ],
)
def test_a_wrong_setting_of_the_rules_is_said(ayala: Ayala, env: dict[str, str], sentence: str) -> None:
    assert sentence in ayala("rules", "list", ok=2, env=env).err


# --- check -----------------------------------------------------------------------------------------


def row(name: str, **values: object) -> str:
    """A row of a file of rules, right but for what is given; ``None`` leaves a key out."""
    given: dict[str, object] = {
        "id": name,
        "what": name,
        "value": 5,
        "unit": "days",
        "source": "order № 1",
        **values,
    }
    lines = [
        f"{key} = {value if isinstance(value, date) else _toml(value)}"
        for key, value in given.items()
        if value is not None
    ]
    return "\n".join(["[[rule]]", *lines, ""])


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (row("a"), []),
        (row("a", value=0), [("a", "the value 0 is not more than 0")]),
        (row("a", value=0, at_once=True), []),
        (row("a", value=[30, -7]), [("a", "the value -7 is not more than 0")]),
        (row("a", value="many"), [("a", "the value 'many' is no whole number")]),
        (row("a", value=3, unit="yes_or_no"), [("a", "the value must be true or false")]),
        (row("a", value=3, unit="columns"), [("a", "the value must be a list of names")]),
        (row("a", unit="moons"),
         [("a", "'moons' is no unit: days, working_days, months, years, attempts, yes_or_no, columns, percent")]),
        (row("a", source=""), [("a", "no source")]),
        (row("a", source=None), [("a", "'source' is missing")]),
        (row("a", colour="red"), [("a", "'colour' is not known")]),
        (row("a", valid_from="soon"), [("a", "the value of 'valid_from' cannot be read")]),
        (row("a", organisation=["bank"]), [("a", "'bank' is none of: state, ngo")]),
        (row("a", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
         [("a", "valid_to (2026-01-01) is before valid_from (2026-02-01)")]),
        (row("a") + row("a"), [("a", "this id stands there twice")]),
        (row("a", what="x", valid_to=date(2020, 1, 1)) + row("b", what="x", valid_from=date(2020, 1, 2)), []),
        (row("a", what="x", valid_to=date(2020, 1, 1)) + row("b", what="x", valid_from=date(2020, 1, 1)),
         [("b", "overlaps a (own.toml) on 2020-01-01")]),
        (row("a", what="x", valid_to=date(2020, 1, 1)) + row("b", what="x", valid_from=date(2020, 1, 4)),
         [("b", "no row says 'x' from 2020-01-02 to 2020-01-03, after a (own.toml)")]),
        (row("a", what="x", building=["ZU-1"]) + row("b", what="x"), []),
        (row("youth_house_min_age", what="min_age", value=24, unit="years", valid_from=date(2020, 1, 1)),
         [("youth_house_min_age", "min_age 24 is more than max_age 23 of youth_house_max_age (youth_house.toml)")]),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_by_file_and_id(
    ayala: Ayala, rows: str, problems: list[tuple[str, str]]
) -> None:
    ayala("init")
    file = ayala.folder / "own.toml"
    file.write_text(rows, encoding="utf-8")
    done = ayala("rules", "check", file, "--format", "json", ok=1 if problems else 0)
    assert [(row["id"], row["problem"]) for row in done.json()] == problems
    assert {row["file"] for row in done.json()} <= {"own.toml"}


@pytest.mark.parametrize("content", ["[[rule]", "rule = 3\n", "x = 1\n", "[[rule]]\n# \xff"])
def test_a_file_that_holds_no_rules_is_refused(ayala: Ayala, content: str) -> None:
    ayala("init")
    (ayala.folder / "own.toml").write_bytes(content.encode("latin-1"))
    assert "own.toml" in ayala("rules", "check", "own.toml", ok=2).err


def test_the_shipped_rules_are_right_and_an_estimated_day_is_said(ayala: Ayala, office_db: str) -> None:
    done = ayala("rules", "check")
    assert done.out == "nothing found\n"
    assert done.err == (
        "2027-05-16 is an estimated holiday: once it is announced, ayala rules calendar add 2027-05-16 --off …\n"
    )
    ayala("rules", "calendar", "add", "2027-05-16", "--off", "--reason", "announced")
    assert ayala("rules", "check").err == ""
    assert ayala("rules", "check", "--quiet", env={"AYALA_TODAY": "2027-05-17"}).err == ""


# --- diff ------------------------------------------------------------------------------------------

NEW = """[[rule]]
id = "queue_age_29"
what = "queue_age"
value = 27
unit = "years"
counted_from = "birth_date"
extended_by = "conscript_months"
source = "a draft"

[[rule]]
id = "youth_house_max_age"
what = "max_age"
value = 24
unit = "years"
valid_from = 2000-12-13
source = "a draft"

[[rule]]
id = "appc_2026"
what = "appeal_answer"
value = 10
unit = "working_days"
counted_from = "registered_on"
rolls = true
valid_from = 2026-01-01
source = "a draft"
"""


def test_who_gains_and_who_loses_is_named_by_code(ayala: Ayala, office_db: str) -> None:
    (ayala.folder / "people.csv").write_text(
        "code,surname,given_name,birth_date,sex\n"
        "G-1,Ә,Ғани,1998-03-15,M\nG-2,Б,Ұлжан,2003-12-31,F\nG-3,В,Қайрат,1990-01-01,M\nG-4,Г,Дана,2004-02-29,F\n",
        encoding="utf-8",
    )
    ayala("import", "people.csv")
    ayala("graduate", "edit", "G-1", "--conscript-months", "12")
    ayala("housing", "queue", "add", "G-4", "--registrar", "bank", "--on", "2026-01-10")
    ayala("dormitory", "add", "ZU-1", "--name", "Үй")
    ayala("dormitory", "add", "ZU-1/101", "--sex", "F", "--beds", "2")
    ayala("dormitory", "place", "G-2", "ZU-1/101/1", "--on", "2026-01-10")
    ayala("appeal", "add", "G-4", "--topic", "housing", "--on", "2026-11-23")
    ayala(
        "appeal", "add", "--caller", "Асет", "--topic", "housing", "--kind", "complaint", "--on", "2026-11-23"
    )
    (ayala.folder / "new.toml").write_text(NEW, encoding="utf-8")
    assert ayala("rules", "diff", "shipped", "new.toml", "--format", "csv").out == (
        "what,code,graduate,old_on,new_on,change\n"
        "queue_age,G-1,G-1,2028-03-15,2026-03-15,loses\n"
        "queue_age,G-2,G-2,2032-12-31,2030-12-31,loses\n"
        "max_age,G-2,G-2,2026-12-31,2027-12-31,gains\n"
        "appeal_answer,A-2026-0001,G-4,2026-12-14,2026-12-07,gains\n"
    )
    back = ayala("rules", "diff", "new.toml", "shipped", "--format", "json").json()
    assert [row["change"] for row in back] == ["gains", "gains", "loses", "loses"]
    assert ayala("rules", "diff", "new.toml", "new.toml").out == "nothing found\n"
    assert ayala("rules", "diff", "shipped", "none.toml", ok=2).err == "ayala: there is no file none.toml\n"
