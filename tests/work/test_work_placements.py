"""Partners, the places they keep, placements, and whether those lasted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.work.reading import lasted
from tests.program import Ayala, AyalaProcess

PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Әбдіров,Ғани,1998-03-15,M
G-2,Ахметова,Айгүл,2004-05-06,F
G-3,Ким,Олег,2001-05-14,M
"""
BAKERY = "Нан-Сауда"


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    """Three people and a bakery that keeps one place."""
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    ayala("work", "partner", "add", BAKERY, "--kind", "жұмыс беруші", "--region", "75")
    ayala("work", "workplace", "add", BAKERY, "--title", "Наубайшы", "--on", "2026-01-01", "--special")
    return ayala


def place(ayala: Ayala, who: str, on: str, *options: str, title: str = "наубайшы") -> tuple[str, str]:
    done = ayala("work", "place", who, "--partner", "нан сауда", "--title", title, "--on", on, *options)
    return done.out.strip(), done.err


def codes(ayala: Ayala, *options: str) -> list[str]:
    return [row["code"] for row in ayala("work", "list", *options, "--format", "json").json()]


def test_a_person_takes_the_place_that_a_partner_keeps(office: Ayala) -> None:
    assert place(office, "G-1", "2026-02-01") == ("P-1", "")
    assert office("work", "show", "P-1", "--format", "json").json() == [
        {
            "code": "P-1",
            "graduate": "G-1",
            "name": "Әбдіров Ғани",
            "partner": "Нан-Сауда",
            "partner_kind": "employer",
            "title": "наубайшы",
            "workplace": "2026-01-01",
            "special": True,
            "from_date": "2026-02-01",
            "until": None,
            "end_reason": None,
            "note": None,
        }
    ]
    # Another title, and a day before the place was opened: a placement all the same, without a place.
    assert place(office, "G-2", "2026-02-01", title="сатушы") == ("P-2", "")
    assert place(office, "G-3", "2025-12-31") == ("P-3", "")
    for code in ("P-2", "P-3"):
        (shown,) = office("work", "show", code, "--format", "json").json()
        assert (shown["workplace"], shown["special"]) == (None, None)


def test_a_full_workplace_and_a_second_job_are_only_noticed(office: Ayala) -> None:
    place(office, "G-1", "2026-02-01")
    code, said = place(office, "G-2", "2026-03-01")
    assert (code, said) == ("P-2", "the one place of наубайшы at Нан-Сауда is taken on 2026-03-01\n")
    code, said = place(office, "G-2", "2026-04-01", title="сатушы")
    assert (code, said) == ("P-3", "P-2: also placed with Нан-Сауда, from 2026-03-01\n")
    office("work", "close", "P-1", "--on", "2026-05-01", "--why", "study")
    office("work", "close", "P-2", "--on", "2026-05-01", "--why", "study")
    assert place(office, "G-3", "2026-05-01") == ("P-4", "")


def test_the_place_can_be_asked_for_and_gone_without(office: Ayala) -> None:
    missing = office(
        "work", "add", "G-1", "--partner", BAKERY, "--title", "сатушы", "--workplace", ok=3
    )  # fmt: skip
    assert missing.err == (
        "ayala: Нан-Сауда keeps no workplace сатушы on 2026-11-23\n"
        'try: ayala work workplace list --partner "Нан-Сауда"\n'
    )
    place(office, "G-1", "2026-02-01", "--no-workplace")
    assert place(office, "G-2", "2026-02-01", "--workplace")[1] == ""
    listed = office("work", "workplace", "list", "--format", "json").json()
    assert [(row["title"], row["places"], row["placed"]) for row in listed] == [("Наубайшы", 1, 1)]


def test_a_placement_is_on_record_once(office: Ayala) -> None:
    place(office, "G-1", "2026-02-01")
    again = office(
        "work", "place", "G-1", "--partner", BAKERY, "--title", "наубайшы", "--on", "2026-02-01", ok=5
    )  # fmt: skip
    assert (again.out, again.err.splitlines()[0]) == (
        "",
        "ayala: this placement of G-1 is on record already: P-1",
    )
    place(office, "G-1", "2026-03-01")
    assert office("work", "edit", "P-2", "--on", "2026-02-01", ok=5).err == (
        "ayala: this placement is on record already\n"
    )
    assert codes(office) == ["P-1", "P-2"]


def test_what_is_missing_is_named(office: Ayala) -> None:
    assert office("work", "place", "G-1", ok=2).err == "ayala: --partner and --title are missing\n"
    assert office("work", "close", "P-1", ok=2).err == "ayala: --why is missing\n"
    unknown = office("work", "place", "G-1", "--partner", "Нан-Сада", "--title", "x", ok=3)
    assert unknown.err == "ayala: there is no partner 'Нан-Сада'\ntry: the name \"Нан-Сауда\"\n"
    assert office("work", "show", "P-9", ok=3).err == (
        "ayala: there is no placement P-9\ntry: ayala work list\n"
    )


def test_a_placement_ends_once_and_its_end_can_be_put_right(office: Ayala) -> None:
    place(office, "G-1", "2026-02-01")
    early = office("work", "close", "P-1", "--on", "2026-02-01", "--why", "study", ok=2)
    assert early.err == (
        "ayala: P-1 begins on 2026-02-01; the first day without it, 2026-02-01, must be after that\n"
    )
    assert office("work", "edit", "P-1", "--why", "study", ok=5).err == (
        "ayala: P-1 has not ended\ntry: ayala work close P-1 --why …\n"
    )
    office("work", "close", "p1", "--on", "2026-05-01", "--why", "өз қалауы")
    assert office("work", "close", "P-1", "--why", "study", ok=5).err == (
        "ayala: P-1 ended on 2026-05-01\ntry: ayala work edit P-1 --until DAY\n"
    )
    office("work", "edit", "P-1", "--until", "2026-06-01", "--why", "study", "--note", "колледж")
    (shown,) = office("work", "show", "P-1", "--format", "json").json()
    assert (shown["until"], shown["end_reason"], shown["note"]) == ("2026-06-01", "study", "колледж")
    assert office("work", "reopen", "P-1", ok=2).err.startswith("ayala: reopening a placement needs --reason")
    office("work", "reopen", "P-1", "--reason", "the wrong person")
    assert codes(office, "--open") == ["P-1"]


def test_another_title_leaves_the_place(office: Ayala) -> None:
    place(office, "G-1", "2026-02-01")
    office("work", "edit", "P-1", "--title", "сатушы", "--note", "")
    listed = office("work", "workplace", "list", "--format", "json").json()
    assert [(row["title"], row["placed"]) for row in listed] == [("Наубайшы", 0)]


def test_placements_are_listed_by_many_things(office: Ayala) -> None:
    office("work", "partner", "add", "№1 колледж", "--kind", "education")
    place(office, "G-1", "2026-02-01")
    place(office, "G-2", "2026-01-15", title="сатушы")
    office("work", "place", "G-1", "--partner", "1 колледж", "--title", "аспаз", "--on", "2026-09-01")
    office("work", "close", "P-1", "--on", "2026-08-31", "--why", "study")
    for options, found in {
        (): ["P-2", "P-1", "P-3"],
        ("--partner", BAKERY): ["P-2", "P-1"],
        ("--kind", "education"): ["P-3"],
        ("--graduate", "Ғани Әбдіров"): ["P-1", "P-3"],
        ("--open",): ["P-2", "P-3"],
        ("--open", "--as-of", "2026-08-30"): ["P-2", "P-1"],
        ("--open", "--as-of", "2026-08-31"): ["P-2"],
        ("--as-of", "2026-01-31"): ["P-2"],
        ("2026-02..2026-08",): ["P-1"],
        ("--limit", "1"): ["P-2"],
    }.items():
        assert codes(office, *options) == found, options
    assert office("work", "list", "--graduate", "G-1").out == (
        "Code    Graduate    Name          Partner     Kind of partner    Job title    From        Until"
        "       Reason\n"
        "------  ----------  ------------  ----------  -----------------  -----------  ----------"
        "  ----------  --------\n"
        "P-1     G-1         Әбдіров Ғани  Нан-Сауда   employer           наубайшы     2026-02-01"
        "  2026-08-31  study\n"
        "P-3     G-1         Әбдіров Ғани  №1 колледж  education centre   аспаз        2026-09-01\n"
    )


def test_partners_stand_by_the_kazakh_alphabet_each_name_once(office: Ayala) -> None:
    for name in ("Ұя", "Үміт", "Әлем", "Яблоко"):
        office("work", "partner", "add", f" {name} ", "--kind", "ngo")
    refused = office("work", "partner", "add", "НАН САУДА", "--kind", "other", ok=5)
    assert refused.err == (
        "ayala: a partner of this name is on record: Нан-Сауда\ntry: ayala work partner list --all\n"
    )
    assert office("work", "partner", "edit", "үміт", "--name", "ӘЛЕМ", ok=5).out == ""
    office("work", "partner", "edit", "үміт", "--name", "Ақ үміт", "--contact", "Сәуле", "--kind", "state")
    place(office, "G-1", "2026-02-01")
    listed = office("work", "partner", "list", "--format", "json").json()
    assert [(row["name"], row["kind"], row["workplaces"], row["placed"]) for row in listed] == [
        ("Ақ үміт", "state", 0, 0),
        ("Әлем", "ngo", 0, 0),
        ("Нан-Сауда", "employer", 1, 1),
        ("Ұя", "ngo", 0, 0),
        ("Яблоко", "ngo", 0, 0),
    ]
    assert "contact" not in listed[0]
    assert office("work", "partner", "add", " ", "--kind", "ngo", ok=2).err == "ayala: PARTNER is missing\n"


def test_a_closed_partner_takes_nobody_on_and_says_what_goes_on(office: Ayala) -> None:
    place(office, "G-1", "2026-02-01")
    office("work", "partner", "edit", BAKERY, "--contact", "Сәуле, 2-қабат")
    closed = office("work", "partner", "close", BAKERY, "--on", "2026-06-01", "--reason", "sold")
    assert closed.err == (
        "Нан-Сауда is closed since 2026-06-01\n"
        "Нан-Сауда: 1 workplace not ended\n"
        "Нан-Сауда: 1 placement not ended\n"
    )
    assert place(office, "G-2", "2026-07-01", "--no-workplace")[1] == (
        "Нан-Сауда is closed since 2026-06-01\n"
    )
    assert office("work", "partner", "list", "--format", "json").json() == []
    assert len(office("work", "partner", "list", "--all", "--format", "json").json()) == 1
    assert len(office("work", "partner", "list", "--as-of", "2026-05-31", "--format", "json").json()) == 1
    assert office("work", "partner", "close", BAKERY, "--reason", "x", ok=5).err.startswith(
        "ayala: Нан-Сауда is closed since 2026-06-01\n"
    )
    office("work", "partner", "reopen", BAKERY)
    assert office("work", "partner", "show", "нан сауда", "--format", "csv").out == (
        "table,name,kind,region,contact,closed_on,note\n"
        'partner,Нан-Сауда,employer,75,"Сәуле, 2-қабат",,\n'
        "\n"
        "table,title,opened_on,closed_on,places,placed,special,note\n"
        "workplaces,Наубайшы,2026-01-01,,1,1,yes,\n"
        "\n"
        "table,code,graduate,name,title,from_date,until,end_reason\n"
        "placements,P-1,G-1,Әбдіров Ғани,наубайшы,2026-02-01,,\n"
        "placements,P-2,G-2,Ахметова Айгүл,наубайшы,2026-07-01,,\n"
    )


def test_workplaces_of_a_partner_stand_by_the_kazakh_alphabet(office: Ayala) -> None:
    for title in ("қойма меңгерушісі", "Өндіріс шебері", "әкімші", "кассир", "Аспаз"):
        office("work", "workplace", "add", BAKERY, "--title", title, "--on", "2026-02-01")
    listed = office("work", "workplace", "list", "--format", "json").json()
    titles = [row["title"] for row in listed]
    assert titles == ["Аспаз", "әкімші", "кассир", "қойма меңгерушісі", "Наубайшы", "Өндіріс шебері"]
    first = office("work", "workplace", "list", "--limit", 2, "--format", "json").json()
    assert [row["title"] for row in first] == titles[:2]


def test_workplaces_are_opened_changed_and_closed(office: Ayala) -> None:
    add = ("work", "workplace", "add", BAKERY, "--title")
    assert office(*add, "Наубайшы", "--on", "2026-01-01", ok=5).err == (
        "ayala: this workplace is on record already\n"
    )
    said = office(*add, "наубайшы", "--on", "2026-05-01", "--places", 3)
    assert (said.out, said.err) == ("", "Нан-Сауда keeps from 2026-05-01: наубайшы, places: 3\n")
    edit = ("work", "workplace", "edit", BAKERY, "--title", "НАУБАЙШЫ", "--places", 4)
    assert office(*edit, ok=4).err == (
        "ayala: Нан-Сауда has 2 workplaces 'НАУБАЙШЫ'\n"
        "  2026-01-01  Наубайшы\n"
        "  2026-05-01  наубайшы\n"
        "try: name the day of one: --opened DAY\n"
    )
    office(*edit, "--opened", "2026-05-01", "--special", "--new-title", "Аға наубайшы")
    place(office, "G-1", "2026-02-01")
    close = ("work", "workplace", "close", BAKERY, "--title", "наубайшы")
    assert office(*close, "--on", "2025-12-31", ok=2).err == (
        "ayala: Наубайшы was opened on 2026-01-01, after 2025-12-31\n"
    )
    assert office(*close, "--on", "2026-06-01").err == (
        "Наубайшы at Нан-Сауда is closed since 2026-06-01\n1 of its places is still taken\n"
    )
    columns = ("title", "opened_on", "closed_on", "places", "placed", "special")
    listed = office("work", "workplace", "list", "--all", "--format", "json").json()
    assert [tuple(row[key] for key in columns) for row in listed] == [
        ("Аға наубайшы", "2026-05-01", None, 4, 0, True),
        ("Наубайшы", "2026-01-01", "2026-06-01", 1, 1, True),
    ]
    on_a_day = office("work", "workplace", "list", "--as-of", "2026-05-31", "--format", "json").json()
    assert [row["title"] for row in on_a_day] == ["Аға наубайшы", "Наубайшы"]
    assert [row["title"] for row in office("work", "workplace", "list", "--format", "json").json()] == [
        "Аға наубайшы"
    ]
    assert office("work", "workplace", "list", "--ordinary", "--all", "--format", "json").json() == []
    assert place(office, "G-2", "2026-06-01")[0] == "P-2"
    assert office("work", "show", "P-2", "--format", "json").json()[0]["workplace"] is None


def test_whether_placements_lasted(office: Ayala) -> None:
    place(
        office, "G-1", "2025-08-31", "--quiet"
    )  # to 1 March: three months were full on 30 November, six on 28 February
    office("work", "close", "P-1", "--on", "2026-03-01", "--why", "study")
    place(office, "G-2", "2026-02-01", "--quiet")
    place(office, "G-3", "2026-10-01", "--quiet")
    answer = office("work", "retention", "--format", "json").json()
    assert answer["retention"] == [
        {"months": 3, "placements": 2, "kept": 2, "share": 1.0},
        {"months": 6, "placements": 2, "kept": 2, "share": 1.0},
        {"months": 12, "placements": 1, "kept": 0, "share": 0.0},
    ]
    marks = ("code", "retained_3", "retained_6", "retained_12")
    assert [tuple(row[key] for key in marks) for row in answer["placements"]] == [
        ("P-1", True, True, False),
        ("P-2", True, True, None),
        ("P-3", None, None, None),
    ]
    assert office("work", "retention", "2025", "--as-of", "2026-02-27", "--format", "csv").out == (
        "table,months,placements,kept,share\n"
        "retention,3,1,1,1\n"
        "retention,6,0,0,\n"
        "retention,12,0,0,\n"
        "\n"
        "table,code,graduate,name,partner,partner_kind,title,from_date,until,"
        "retained_3,retained_6,retained_12\n"
        "placements,P-1,G-1,Әбдіров Ғани,Нан-Сауда,employer,наубайшы,2025-08-31,2026-03-01,yes,,\n"
    )
    assert office("work", "retention", "2024", "--kind", "ngo").out == (
        "Whether placements lasted: 2024\n"
        "  Months    Placements    Stayed    Share\n"
        "--------  ------------  --------  -------\n"
        "       3             0         0\n"
        "       6             0         0\n"
        "      12             0         0\n"
    )


@given(
    begun=st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    spell=st.one_of(st.none(), st.integers(1, 900)),
    months=st.sampled_from((3, 6, 12)),
    waited=st.integers(0, 900),
)
def test_a_mark_is_known_from_its_day_on_and_never_changes(
    begun: date, spell: int | None, months: int, waited: int
) -> None:
    until = None if spell is None else (begun + timedelta(days=spell)).isoformat()
    answer = lasted(begun.isoformat(), until, months, begun + timedelta(days=waited))
    if waited < 28 * months:
        assert answer is None
    if waited >= 31 * months:
        assert answer is not None
        assert answer == lasted(begun.isoformat(), until, months, date(2100, 1, 1))
    if answer is not None and spell is not None:
        assert answer is (spell > 28 * months) or 28 * months < spell <= 31 * months
    if answer is not None and spell is None:
        assert answer is True


def test_two_desks_do_not_enter_the_same_placement_twice(office: Ayala, ayala_process: AyalaProcess) -> None:
    args = ("work", "place", "G-1", "--partner", BAKERY, "--title", "наубайшы", "--on", "2026-02-01")
    results = [desk.finish(ok=(0, 5)) for desk in [ayala_process.start(*args) for _ in range(3)]]
    assert sorted(result.code for result in results) == [0, 5, 5]
    assert codes(office) == ["P-1"]
