"""What reports ask of housing and work: the same answer on both engines, by a plan that is known."""

from __future__ import annotations

from datetime import date

import pytest

from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala

PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Әбдіров,Ғани,1998-03-15,M
G-2,Ахметова,Айгүл,2004-05-06,F
"""
PARTNERS = """\
name,kind
Үміт,ngo
Нан-Сауда,employer
Құрылыс,employer
№1 колледж,education
Ұйықтаған,other
"""
WORKPLACES = """\
partner,title,opened_on,closed_on,places
Нан-Сауда,наубайшы,2019-01-01,,3
Нан-Сауда,сатушы,2019-01-01,2019-07-01,2
Құрылыс,қалаушы,2019-06-01,,1
Ұйықтаған,күзетші,2020-01-01,,1
"""
PLACEMENTS = """\
graduate,partner,title,from_date,until
G-1,Нан-Сауда,наубайшы,2019-02-01,2019-07-01
G-2,Нан-Сауда,наубайшы,2019-02-01,
G-1,№1 колледж,аспаз,2019-07-01,
G-2,Үміт,көмекші,2019-06-30,2019-07-01
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Asking:
    sheets = {"people": PEOPLE, "partners": PARTNERS, "places": WORKPLACES, "placed": PLACEMENTS}
    for name, content in sheets.items():
        (ayala.folder / f"{name}.csv").write_text(content, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in sheets))
    return Asking(address(office_db))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 12, 31), []),
        (date(2019, 6, 30), [("employer", 6, 2), ("ngo", 0, 1)]),
        (date(2019, 7, 1), [("employer", 4, 1), ("education", 0, 1)]),
        (date(2020, 1, 1), [("employer", 4, 1), ("education", 0, 1), ("other", 1, 0)]),
    ],
)
def test_workplaces_and_people_placed_by_kind_of_partner(
    office: Asking, day: date, expected: list[tuple[str, int, int]]
) -> None:
    rows = [tuple(row.values()) for row in office.rows("work", "by_partner_kind", day=day, region=None)]
    assert rows == expected
    office.close()


# Question -> what it is asked with -> what its plan on SQLite has to say, and must not.
PLANS = {
    ("work", "by_partner_kind"): ({"day": "2019-06-30", "region": None}, "SEARCH r USING INDEX", "SCAN r"),
    ("work", "placement"): ({"code": "P-1"}, "SEARCH p USING INDEX sqlite_autoindex_placement", "SCAN"),
    ("work", "aid"): ({"code": "M-1"}, "SEARCH m USING INDEX sqlite_autoindex_aid", "SCAN"),
    ("housing", "granted"): (
        {"start": "2019-01-01", "end": "2019-12-31"},
        "SEARCH a USING INDEX ix_apartment_granted_on (granted_on>? AND granted_on<?)",
        "SCAN",
    ),
    ("housing", "entry_positions"): (
        {"code": "Q-1"},
        "SEARCH p USING INDEX sqlite_autoindex_position_2 (entry_id=?)",
        "SCAN p",
    ),
    ("housing", "person_positions"): (
        {"graduate": "G-1"},
        "SEARCH q USING INDEX sqlite_autoindex_queue_entry_3 (graduate_id=?)",
        "SCAN p",
    ),
    ("housing", "left_open"): ({"graduate": "G-1", "on": "2019-01-01"}, "ix_appeal_graduate_id", "SCAN a "),
    ("housing", "queue"): (
        dict.fromkeys(
            ("registrar", "status", "region", "registered_from", "registered_to", "as_of"),
        )
        | {"limit": 10},
        "SEARCH l USING COVERING INDEX sqlite_autoindex_position_2 (entry_id=?)",
        "SCAN p",
    ),
}


@pytest.mark.parametrize(("noun", "question"), PLANS)
def test_questions_that_grow_use_their_indexes(noun: str, question: str, ayala: Ayala) -> None:
    ayala("init")
    values, wanted, unwanted = PLANS[noun, question]
    ask = Asking(address(ayala.database))
    sql = ask.text(noun, question).rstrip().removesuffix(";")
    plan = [str(row["detail"]) for row in ask.run(f"EXPLAIN QUERY PLAN {sql}", values)]
    ask.close()
    assert any(wanted in step for step in plan), "\n".join(plan)
    assert not any(step.startswith(unwanted) for step in plan), "\n".join(plan)
