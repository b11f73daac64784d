"""Sheets of services, sessions and attendance: keys, repeats, updates, rejects, and the way back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ayala.sheets import kinds
from tests.program import Ayala

SERVICES = "graduate,kind,mode,provided_on\n"


def taken(office: Ayala, kind: str, sheet: str, ok: int = 0) -> tuple[tuple[int, ...], str]:
    """The counts (added, updated, same, rejected) of a sheet, and what was said."""
    done = office("import", "-", "--as", kind, "--format", "json", stdin=sheet, ok=ok)
    (row,) = done.json()
    return tuple(row[key] for key in ("added", "updated", "same", "rejected")), done.err


def services(office: Ayala) -> list[dict[str, object]]:
    return [dict(row) for row in office("service", "list", "--format", "json").json()]


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("iin,kind,mode,provided_on", "services"),
        ("graduate,kind,mode,provider,planned_on,provided_on,appeal,note", "services"),
        (
            "code,graduate,kind,mode,provider,planned_on,provided_on,cancelled_on,appeal,outcome,note",
            "services",
        ),
        ("kind,mode,held_on", "sessions"),
        ("code,kind,mode,held_on,provider,title,region,guests,note,cancelled_on", "sessions"),
        ("session,name", "attendance"),
        ("session,graduate,name,note", "attendance"),
    ],
)
def test_the_kind_of_a_sheet_is_told_by_its_headings(headings: str, kind: str) -> None:
    assert kinds.told("f.csv", headings.split(","), None).name == kind


class TestServices:
    def test_identical_rows_are_separate_and_come_twice_without_change(self, office: Ayala) -> None:
        sheet = SERVICES + "G-1,legal,hotline_150,2019-11-16\n" * 3
        assert taken(office, "services", sheet) == ((3, 0, 0, 0), "")
        assert [(row["code"], row["mode"]) for row in services(office)] == [
            ("S-1", "helpline"),
            ("S-2", "helpline"),
            ("S-3", "helpline"),
        ]
        assert taken(office, "services", sheet) == ((0, 0, 3, 0), "")
        assert taken(office, "services", sheet + "G-1,legal,helpline,2019-11-16\n") == ((1, 0, 3, 0), "")

    def test_the_nth_of_identical_rows_is_the_nth_on_record(self, office: Ayala) -> None:
        row = "G-1,legal,talk,2019-11-16,{}\n"
        head = "graduate,kind,mode,provided_on,note\n"
        taken(office, "services", head + row.format("a") + row.format("b"))
        assert taken(office, "services", head + row.format("a") + row.format("c"))[0] == (0, 1, 1, 0)
        notes = [
            office("service", "show", code, "--format", "json").json()[0]["note"] for code in ("S-1", "S-2")
        ]
        assert notes == ["a", "c"]

    def test_an_empty_cell_keeps_what_is_stored(self, office: Ayala) -> None:
        head = "iin,kind,mode,planned_on,provider,outcome\n"
        row = "980315300005,legal,individual,2026-11-01,{}\n"
        assert taken(office, "services", head + row.format("заңгер,кеңес"))[0] == (1, 0, 0, 0)
        assert taken(office, "services", head + row.format(","))[0] == (0, 0, 1, 0)
        assert taken(office, "services", head + row.format("психолог,"))[0] == (0, 1, 0, 0)
        (shown,) = office("service", "show", "S-1", "--format", "json").json()
        assert (shown["provider"], shown["outcome"], shown["provided_on"]) == ("психолог", "кеңес", None)

    def test_a_code_names_its_record_and_is_kept_when_new(self, office: Ayala) -> None:
        head = "code,graduate,kind,mode,planned_on,provided_on\n"
        assert taken(office, "services", head + "S-40,G-1,legal,individual,2026-11-01,\n")[0] == (1, 0, 0, 0)
        given = "С-40,G-1,legal,individual,2026-11-01,2026-11-02\n"
        assert taken(office, "services", head + given)[0] == (0, 1, 0, 0)
        assert taken(office, "services", head + given)[0] == (0, 0, 1, 0)
        assert office("service", "done", "G-1", "--kind", "legal", "--mode", "individual").out == "S-41\n"

    def test_a_row_with_a_code_leaves_its_record_to_no_other_row(self, on_sqlite: Ayala) -> None:
        taken(on_sqlite, "services", SERVICES + "G-1,legal,talk,2019-11-16\n")
        sheet = (
            "code,graduate,kind,mode,provided_on\n,G-1,legal,talk,2019-11-16\nS-1,G-1,legal,talk,2019-11-16\n"
        )
        assert taken(on_sqlite, "services", sheet)[0] == (1, 0, 1, 0)

    def test_appeals_are_found_by_code_and_by_number(self, office: Ayala) -> None:
        appeal = "number,graduate,received_on,category\n77/26,G-1,2026-11-02,legal\n"
        office("import", "-", "--as", "appeals", stdin=appeal)
        (code,) = [row["code"] for row in office("appeal", "list", "--format", "json").json()]
        head = "graduate,kind,mode,provided_on,appeal\n"
        sheet = head + f"G-1,legal,talk,2026-11-03,77/26\nG-1,legal,talk,2026-11-04,{code}\n"
        assert taken(office, "services", sheet) == ((2, 0, 0, 0), "")
        assert [row["appeal"] for row in services(office)] == [code, code]
        assert taken(office, "services", sheet)[0] == (0, 0, 2, 0)

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("G-9,,legal,talk,2019-01-01,,", "graduate: no graduate on record has G-9"),
            (",,legal,talk,2019-01-01,,", "iin or graduate: missing"),
            (
                "G-1,980315300005,legal,talk,2019-01-01,,",
                "iin: the IIN and the code belong to different graduates",
            ),
            ("G-1,,laundry,talk,2019-01-01,,", "kind: 'laundry' is none of: household, medical"),
            ("G-1,,legal,,2019-01-01,,", "mode: missing"),
            ("G-1,,legal,talk,2019-02-30,,", "provided_on: '2019-02-30' is not in the calendar"),
            (
                "G-1,,legal,talk,2019-01-01,2019-01-02,",
                "cancelled_on: a service that was given cannot be cancelled",
            ),
            ("G-1,,legal,talk,2019-01-01,,9/9", "appeal: no appeal on record has the code or number '9/9'"),
        ],
    )
    def test_a_row_that_cannot_be_is_rejected(self, on_sqlite: Ayala, row: str, said: str) -> None:
        sheet = f"graduate,iin,kind,mode,provided_on,cancelled_on,appeal\n{row}\n"
        counts, told = taken(on_sqlite, "services", sheet, ok=4)
        assert counts == (0, 0, 0, 1)
        assert told.startswith(f"-:2: {said}")
        assert services(on_sqlite) == []

    def test_a_code_of_another_persons_service_is_rejected(self, office: Ayala) -> None:
        taken(office, "services", SERVICES + "G-1,legal,talk,2019-11-16\n")
        sheet = "code,graduate,kind,mode,provided_on\nS-1,G-2,legal,talk,2019-11-16\n"
        counts, said = taken(office, "services", sheet, ok=4)
        assert counts == (0, 0, 0, 1)
        assert said.startswith("-:2: code: S-1 is another person's service here\n")

    def test_old_data_is_taken_as_it_is(self, on_sqlite: Ayala) -> None:
        """Days after today, no day at all, a group mode for one person."""
        sheet = SERVICES + "G-1,legal,seminar,2027-05-05\nG-1,legal,other,\n"
        assert taken(on_sqlite, "services", sheet) == ((2, 0, 0, 0), "")
        assert [row["status"] for row in services(on_sqlite)] == ["planned", "planned"]


DAYS = count(1)
ROW = st.tuples(
    st.sampled_from(["G-1", "G-2"]),
    st.sampled_from(["legal", "medical"]),
    st.sampled_from(["", "2026-01-01", "2026-01-02"]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_whatever_the_rows_a_second_time_changes_nothing(
    on_sqlite: Ayala, rows: list[tuple[str, str, str]], order: object
) -> None:
    """As many records as rows, and the same rows in any order are the same records."""
    planned = date(1950, 1, 1) + timedelta(next(DAYS))  # a day that no other example has
    head = "graduate,kind,mode,provided_on,planned_on\n"
    lines = [f"{who},{kind},talk,{provided},{planned}\n" for who, kind, provided in rows]
    before = len(services(on_sqlite))
    assert taken(on_sqlite, "services", head + "".join(lines))[0] == (len(rows), 0, 0, 0)
    order.shuffle(lines)  # type: ignore[attr-defined]
    assert taken(on_sqlite, "services", head + "".join(lines))[0] == (0, 0, len(rows), 0)
    assert len(services(on_sqlite)) == before + len(rows)


class TestSessions:
    HEAD = "kind,mode,held_on,title,provider,guests\n"

    def test_identical_rows_are_one(self, office: Ayala) -> None:
        row = "legal,seminar,2026-11-01,Кезек,заңгер,{}\n"
        assert taken(office, "sessions", self.HEAD + row.format(3) * 2)[0] == (1, 0, 1, 0)
        assert taken(office, "sessions", self.HEAD + row.format(3))[0] == (0, 0, 1, 0)
        assert taken(office, "sessions", self.HEAD + row.format(5))[0] == (0, 1, 0, 0)
        assert taken(office, "sessions", self.HEAD + row.format(""))[0] == (0, 0, 1, 0)
        (listed,) = office("service", "session", "list", "--format", "json").json()
        assert (listed["code"], listed["guests"]) == ("E-1", 5)

    def test_sessions_that_are_alike_are_told_by_their_code_only(self, office: Ayala) -> None:
        add = ("service", "session", "add", "--kind", "legal", "--mode", "seminar", "--on", "2026-11-01")
        office(*add)
        office(*add)
        counts, said = taken(office, "sessions", "kind,mode,held_on\nlegal,seminar,2026-11-01\n", ok=4)
        assert counts == (0, 0, 0, 1)
        assert said.startswith("-:2: held_on: several sessions on record are alike: give the code\n")
        sheet = "code,kind,mode,held_on,note\nE-2,legal,seminar,2026-11-01,x\nE-9,legal,seminar,2026-11-01,\n"
        assert taken(office, "sessions", sheet)[0] == (1, 1, 0, 0)
        assert office(*add).out == "E-10\n"

    @pytest.mark.parametrize("guests", ["-1", "many", "1.5"])
    def test_a_headcount_is_a_number_from_0(self, on_sqlite: Ayala, guests: str) -> None:
        counts, said = taken(on_sqlite, "sessions", self.HEAD + f"legal,talk,2026-11-01,,,{guests}\n", ok=4)
        assert counts == (0, 0, 0, 1)
        assert said.startswith("-:2: guests: ")


class TestAttendance:
    @pytest.fixture(autouse=True)
    def sessions(self, office: Ayala) -> None:
        self.office = office
        taken(office, "sessions", "kind,mode,held_on\nlegal,seminar,2026-11-01\nlegal,talk,2026-11-02\n")

    def listed(self, code: str = "E-1") -> list[tuple[str, str, str]]:
        shown = self.office("service", "session", "show", code, "--format", "json").json()
        return [(row["graduate"], row["name"], row["note"]) for row in shown["attendance"]]

    def test_people_and_guests_once_a_session(self) -> None:
        sheet = (
            "session,iin,graduate,name,note\n"
            "E-1,980315300005,,,\nE-1,,G-1,,кешікті\nE-1,,,Досым Досов,\n"
            "Е-2,,G-1,,\nE-1,,G-2,,\nE-1,,,досым досов,\n"
        )
        assert taken(self.office, "attendance", sheet)[0] == (4, 1, 1, 0)
        assert self.listed() == [
            ("G-1", "Ахметова Айгүл", "кешікті"),
            ("G-2", "Әбдіров Ғани", None),
            (None, "досым досов", None),
        ]
        again = sheet.replace("досым досов", "Досым Досов")
        assert taken(self.office, "attendance", again)[0] == (0, 1, 5, 0)
        assert taken(self.office, "attendance", again)[0] == (0, 0, 6, 0)

    def test_a_name_stays_a_guest_and_a_namesake_is_noted(self) -> None:
        counts, said = taken(self.office, "attendance", "session,name\nE-1,Ахметова Айгүл\n")
        assert counts == (1, 0, 0, 0)
        assert said == (
            "-:2: name: a guest called like G-1; if it is the same person: "
            "ayala service session identify E-1 NAME G-1\n"
        )
        assert self.listed() == [(None, "Ахметова Айгүл", None)]
        assert taken(self.office, "attendance", "session,name\nE-1,Ахметова Айгүл\n") == ((0, 0, 1, 0), "")

    def test_a_row_with_a_guests_name_and_a_graduate_identifies_the_guest(self) -> None:
        taken(self.office, "attendance", "session,name\nE-1,Асет О.\n")
        assert taken(self.office, "attendance", "session,graduate,name\nE-1,G-3,Асет О.\n")[0] == (0, 1, 0, 0)
        assert self.listed() == [("G-3", "Омаров Асет", None)]
        assert taken(self.office, "attendance", "session,name\nE-1,Асет О.\n")[0] == (0, 0, 1, 0)

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("E-9,G-1,", "session: there is no session E-9"),
            ("E-1,G-9,", "graduate: no graduate on record has G-9"),
            ("E-1,,", "iin or graduate or name: missing"),
            ("E-1,,+7 701", "name: a name without letters"),
            (",G-1,", "session: missing"),
        ],
    )
    def test_a_row_that_cannot_be_is_rejected(self, row: str, said: str) -> None:
        counts, told = taken(self.office, "attendance", f"session,graduate,name\n{row}\n", ok=4)
        assert counts == (0, 0, 0, 1)
        assert told.startswith(f"-:2: {said}\n")
        assert self.listed() == []


def test_export_and_import_into_an_empty_office_give_the_same_sheets(office: Ayala, tmp_path: Path) -> None:
    """Codes, cancelled ones, alike sessions, guests and those identified since: all come back."""
    legal = ("--kind", "legal", "--mode")
    session = ("service", "session", "add", *legal, "seminar", "--on", "2026-11-20")
    office(*session, "G-2", "Досым Досов", "Омаров Асет", "G-1", "Қонақ Есімі", "Есім Қонақ", "--guests", "4")
    office(*session, "--title", "Кезек", "--region", "75", "--provider", "заңгер", "--note", "екі\nжол")
    office(*session, "G-1")
    office("service", "session", "identify", "E-1", "Омаров Асет", "G-4")
    office("service", "session", "close", "E-3", "--reason", "x")
    office("service", "plan", "G-2", *legal, "individual", "--on", "2026-12-01")
    office("service", "plan", "G-1", *legal, "individual", "--on", "2026-12-01")
    office("service", "close", "S-2", "--reason", "x")
    for _ in range(12):
        office("service", "done", "G-1", *legal, "remote", "--outcome", "«кеңес», иә")
    office("export", "first", "--unmask", "--reason", "exchange")
    sheets = {path.name: path.read_bytes() for path in sorted((tmp_path / "first").glob("*.csv"))}
    assert sheets["attendance.csv"].decode().splitlines() == [
        "session,graduate,name,note",
        "E-1,G-1,,",
        "E-1,G-2,,",
        "E-1,G-4,Омаров Асет,",
        "E-1,,Досым Досов,",
        "E-1,,Есім Қонақ,",
        "E-1,,Қонақ Есімі,",
        "E-3,G-1,,",
    ]
    other = Ayala(tmp_path, str(tmp_path / "other.db"), tmp_path / "home")
    other("init")
    other("import", *(f"first/{name}" for name in sheets))
    other("export", "second", "--unmask", "--reason", "exchange")
    assert {path.name: path.read_bytes() for path in sorted((tmp_path / "second").glob("*.csv"))} == sheets
    again = other("import", *(f"first/{name}" for name in sheets), "--format", "json").json()
    assert [(row["added"], row["updated"], row["rejected"]) for row in again] == [(0, 0, 0)] * len(again)
