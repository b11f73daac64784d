"""Sheets of appeals: which appeal a row means, what it changes, what it never does."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayala.appeal.register import written_code
from ayala.office import Office
from ayala.record_codes import appeal_code
from ayala.settings import Settings
from ayala.sheets.taking import Taken, take_in
from ayala.sheets.wanted import Wanted
from tests.appeal.conftest import with_graduates
from tests.appeal.test_appeal_desk import appeal, listed, steps
from tests.conftest import Templates
from tests.program import Ayala, Result

BASIC = """\
iin,received_on,channel,category,status,answered_on,note
980315300005,2019-01-03,hotline_150,financial_aid,answered,2019-01-13,
980315300005,2019-01-03,hotline_150,financial_aid,registered,,
031014600003,2019-02-03,,тұрғын үй,,,бір
"""


def take(office: Ayala, content: str, *options: str, ok: int = 0) -> tuple[dict[str, int], Result]:
    """Import a sheet: the counts that are not nought, and all that was said."""
    sheet = office.folder / "a.csv"
    sheet.write_text(content, encoding="utf-8")
    done = office("import", "a.csv", "--as", "appeals", "--format", "json", *options, ok=ok)
    (row,) = done.json()
    return {key: row[key] for key in ("added", "updated", "same", "rejected", "warned") if row[key]}, done


def exported(office: Ayala) -> str:
    """The sheet of appeals as ``export`` writes it."""
    within = Office(Settings({"database": office.database}))
    rows = list(within.ask.rows("appeal", "sheet_appeals"))
    names = within.ask.names("appeal", "sheet_appeals")
    within.close()
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([["" if row[n] is None else row[n] for n in names] for row in rows])
    return stream.getvalue()


# --- adding --------------------------------------------------------------------------------------


def test_rows_become_appeals_and_the_same_file_twice_changes_nothing(office: Ayala) -> None:
    assert take(office, BASIC)[0] == {"added": 3}
    first = exported(office)
    assert first == (
        "code,number,graduate,caller,town,caller_phone,received_on,registered_on,channel,category,topics,region,"
        "household,kind,status,decision,answered_on,ground,document,redirected_to,extended_until,assignee,text,note\n"
        "A-2019-0001,,G-1,,,,2019-01-03,2019-01-03,helpline,financial_aid,,75,,application,answered,,2019-01-13,"
        ",,,,,,\n"
        "A-2019-0002,,G-1,,,,2019-01-03,2019-01-03,helpline,financial_aid,,75,,application,registered,,,,,,,,,\n"
        "A-2019-0003,,G-3,,,,2019-02-03,2019-02-03,,housing,,,,application,registered,,,,,,,,,бір\n"
    )
    assert take(office, BASIC)[0] == {"same": 3}
    assert exported(office) == first
    assert steps(office, "A-2019-0001") == []


def test_every_heading_is_kept(office: Ayala) -> None:
    row = (
        "A-2019-0311,Б-7,G-2,Асет,Сарқан,+77012345678,2019-03-01,2019-03-04,letter,housing,legal;medical,71,4,"
        "complaint,answered,refused,2019-03-20,art. 67,№ 5,Әкімдік,2019-04-01,Айгүл,Орын,ескі"
    )
    head = exported(office)
    assert take(office, head + row + "\n")[0] == {"added": 1}
    assert exported(office) == head + row + "\n"


def test_codes_are_drawn_by_the_year_received_in_the_order_of_the_file(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "other", "--on", "2019-05-05")
    rows = ["2019-12-31", "2020-01-01", "2019-01-01", "2020-01-01"]
    take(office, "graduate,received_on,category\n" + "".join(f"G-2,{day},legal\n" for day in rows))
    assert [(code, appeal(office, code)["received_on"]) for code in listed(office, "--graduate", "G-2")] == [
        ("A-2019-0003", "2019-01-01"),
        ("A-2019-0002", "2019-12-31"),
        ("A-2020-0001", "2020-01-01"),
        ("A-2020-0002", "2020-01-01"),
    ]


def test_a_code_that_comes_along_is_kept_and_never_drawn_again(office: Ayala) -> None:
    rows = "G-1,2026-01-01,legal,A-2026-0007\nG-2,2026-01-02,legal,\nG-2,2026-01-03,legal,а-2026-3\n"
    assert take(office, "graduate,received_on,category,code\n" + rows)[0] == {"added": 3}
    assert listed(office) == ["A-2026-0007", "A-2026-0008", "A-2026-0003"]
    assert office("appeal", "add", "G-1", "--topic", "other").out == "A-2026-0009\n"


@pytest.mark.parametrize("written", ["A-2026-0007", "А-2026-0007", "а-2026-7"])
def test_a_number_that_looks_like_a_register_code_is_the_code(desk: Ayala, written: str) -> None:
    take(desk, f"graduate,received_on,category,number\nG-1,2026-01-01,legal,{written}\n")
    shown = appeal(desk, "A-2026-0007")
    assert (shown["number"], shown["region"]) == (None, "75")
    counts, _ = take(desk, f"number,received_on,category,note\n{written},2026-01-01,legal,жаңа\n")
    assert counts == {"updated": 1}


def test_the_region_is_the_persons_unless_given_and_a_whole_record_stays_as_it_is(desk: Ayala) -> None:
    rows = "G-1,2026-01-01,legal,,\nG-1,2026-01-02,legal,71,\nG-1,2026-01-03,legal,,A-2026-0009\n"
    take(desk, "graduate,received_on,category,region,code\n" + rows)
    regions = [row["region"] for row in desk("appeal", "list", "--format", "json").json()]
    assert regions == ["75", "71", None]


def test_further_topics_are_split_and_the_main_one_is_dropped(desk: Ayala) -> None:
    head = "graduate,received_on,category,topics\n"
    lists = ("legal;housing|employment", "legal/legal", "housing", '"medical, legal"')
    take(desk, head + "".join(f"G-1,2026-01-0{n},housing,{topics}\n" for n, topics in enumerate(lists, 1)))
    seen = [appeal(desk, str(n))["topics"] for n in range(1, 5)]
    assert seen == ["legal;employment", "legal", None, "medical;legal"]


# --- what is wrong with a row --------------------------------------------------------------------


def test_every_problem_of_every_row_is_named_and_nothing_is_written(office: Ayala) -> None:
    content = """\
graduate,iin,caller,number,code,received_on,category,channel,household,caller_phone
G-9,,,,,2026-01-01,legal,,,
,990531400902,,,,2026-01-01,legal,,,
,,,,,2026-01-01,legal,,,
,,,Б-1,,2026-01-01,legal,,,
,,,,A-2026-0004,2026-01-01,legal,,,
G-1,031014600003,,,,2026-01-01,legal,,,
G-1,,,,,2026-02-30,flying,pigeon,0,12
G-1,,,A-2026-0001,A-2026-0002,2026-01-01,legal,,,
"""
    counts, done = take(office, content, ok=4)
    assert counts == {"rejected": 8}
    assert done.err.splitlines()[:-2] == [
        "a.csv:2: graduate: no graduate on record has G-9",
        "a.csv:3: iin: no graduate on record has this IIN",
        "a.csv:4: iin or graduate or caller or number or code: missing",
        "a.csv:5: iin or graduate or caller: missing, and no appeal on record has the number Б-1",
        "a.csv:6: iin or graduate or caller: missing, and no appeal on record has A-2026-0004",
        "a.csv:7: iin: the IIN and the code belong to different graduates",
        "a.csv:8: received_on: '2026-02-30' is not in the calendar",
        "a.csv:8: category: 'flying' is none of: housing, employment, education_grant, financial_aid, legal, "
        "psychological, medical, documents, other",
        "a.csv:8: channel: 'pigeon' is none of: visit, letter, helpline, online, event",
        "a.csv:8: household: '0' is not a number from 1",
        "a.csv:8: caller_phone: this phone number has too few or too many digits",
        "a.csv:9: number: A-2026-0001 is a register code, and not that of the row (A-2026-0002)",
    ]
    assert listed(office) == []


def test_an_appeal_of_another_person_is_not_taken_over(office: Ayala) -> None:
    take(office, "graduate,received_on,category,number\nG-1,2026-01-01,legal,Б-1\nG-1,2026-01-02,legal,Б-2\n")
    content = """\
graduate,received_on,category,number,code,note
G-2,2026-01-01,legal,Б-1,,x
G-2,2026-01-01,legal,,A-2026-0001,x
G-1,2026-01-01,legal,Б-2,A-2026-0001,x
"""
    counts, done = take(office, content, ok=4)
    assert counts == {"rejected": 3}
    assert done.err.splitlines()[:3] == [
        "a.csv:2: graduate: A-2026-0001 is another person's appeal here",
        "a.csv:3: graduate: A-2026-0001 is another person's appeal here",
        "a.csv:4: number: this number is on record as A-2026-0002, not A-2026-0001",
    ]


# --- the key -------------------------------------------------------------------------------------


def test_identical_rows_are_separate_appeals_and_meet_their_own_again(office: Ayala) -> None:
    head, row = "graduate,received_on,channel,category,note\n", "G-1,2026-01-01,visit,housing,"
    assert take(office, head + f"{row}бір\n{row}екі\n{row}\n")[0] == {"added": 3}
    # The how-manieth in the file is the how-manieth on record; a longer file brings the new one only.
    assert take(office, head + f"{row}\n{row}ЕКІ\n{row}\n{row}төрт\n")[0] == {
        "added": 1,
        "updated": 1,
        "same": 2,
    }
    assert [appeal(office, str(n))["note"] for n in range(1, 5)] == ["бір", "ЕКІ", None, "төрт"]


def test_each_part_of_the_key_makes_another_appeal(desk: Ayala) -> None:
    head = "graduate,caller,received_on,channel,category\n"
    rows = [
        "G-1,,2026-01-01,visit,housing",
        "G-2,,2026-01-01,visit,housing",
        ",Асет,2026-01-01,visit,housing",
        ",Асель,2026-01-01,visit,housing",
        "G-1,,2026-01-02,visit,housing",
        "G-1,,2026-01-01,,housing",
        "G-1,,2026-01-01,letter,housing",
        "G-1,,2026-01-01,visit,legal",
    ]
    assert take(desk, head + "\n".join(rows) + "\n")[0] == {"added": 8}
    assert take(desk, head + "\n".join(reversed(rows)) + "\n")[0] == {"same": 8}


def test_an_outside_number_is_a_key_and_its_appeal_does_not_count_among_the_others(office: Ayala) -> None:
    head = "graduate,received_on,channel,category,number,note\n"
    row = "G-1,2026-01-01,visit,housing"
    assert take(office, head + f"{row},Б-1,\n{row},,\n{row},Б-2,\n")[0] == {"added": 3}
    assert take(office, head + f"{row},,жаңа\n{row},Б-2,\n{row},Б-1,\n")[0] == {"updated": 1, "same": 2}
    assert appeal(office, "2")["note"] == "жаңа"
    # A number may bring another day, topic or channel: it stays the same appeal.
    counts, _ = take(office, head + "G-1,2026-01-09,letter,legal,Б-1,\n")
    assert counts == {"updated": 1}
    shown = appeal(office, "1")
    assert (shown["received_on"], shown["channel"], shown["topic"]) == ("2026-01-09", "letter", "legal")
    assert listed(office, "--received", "2026-01-09") == ["A-2026-0001"]


def test_one_number_twice_in_a_file_is_one_appeal(desk: Ayala) -> None:
    head = "graduate,received_on,category,number,note,topics,status\n"
    rows = "G-1,2026-01-01,legal,Б-1,бір,,\nG-1,2026-01-01,legal,Б-1,екі,medical,answered\n"
    assert take(desk, head + rows)[0] == {"added": 1, "updated": 1}
    shown = appeal(desk, "1")
    assert (shown["note"], shown["topics"], shown["status"]) == ("екі", "medical", "answered")


def test_rows_with_codes_count_among_the_how_manieth(desk: Ayala) -> None:
    """An exported sheet with a row written below it brings one more appeal, not the first again."""
    head, row = "code,graduate,received_on,channel,category,note\n", "G-1,2026-01-01,visit,housing"
    take(desk, head + f",{row},бір\n")
    assert take(desk, head + f"A-2026-0001,{row},бір\n,{row},екі\n")[0] == {"added": 1, "same": 1}
    assert take(desk, head + f"A-2026-0001,{row},бір\n,{row},екі\n")[0] == {"same": 2}


def test_the_how_manieth_on_record_goes_by_the_register(office: Ayala) -> None:
    row = "G-1,2026-01-01,visit,housing"
    codes = ("A-2026-10000", "A-2026-0007", "A-2026-9999")
    head = "graduate,received_on,channel,category,"
    take(office, head + "code\n" + "".join(f"{row},{code}\n" for code in codes))
    assert take(office, head + "note\n" + "".join(f"{row},{n}\n" for n in "abc"))[0] == {"updated": 3}
    assert [appeal(office, code)["note"] for code in codes] == ["c", "a", "b"]


def test_an_appeal_from_the_desk_is_met_by_its_row_in_a_sheet(desk: Ayala) -> None:
    desk("appeal", "add", "G-1", "--topic", "housing", "--channel", "visit", "--on", "2026-01-01")
    row = "graduate,received_on,channel,category,status\nG-1,2026-01-01,visit,housing,answered\n"
    assert take(desk, row)[0] == {"updated": 1}
    assert appeal(desk, "1")["status"] == "answered"


def test_a_caller_is_the_same_however_typed_and_also_when_identified(office: Ayala) -> None:
    head = "caller,received_on,channel,category\n"
    assert take(office, head + "Әсет Қ.,2026-01-01,helpline,legal\n")[0] == {"added": 1}
    office("appeal", "identify", "1", "G-2")
    assert take(office, head + "Әсет Қ.,2026-01-01,helpline,legal\n")[0] == {"same": 1}
    assert take(office, head + "асет қ,2026-01-01,helpline,legal\n")[0] == {"updated": 1}
    assert appeal(office, "1")["caller"] == "асет қ"


def test_a_sheet_may_say_who_a_caller_was(office: Ayala) -> None:
    take(office, "caller,received_on,category\nАсет,2026-01-01,legal\n")
    take(office, "code,graduate,received_on,category\nA-2026-0001,G-2,2026-01-01,legal\n")
    shown = appeal(office, "1")
    assert (shown["graduate"], shown["caller"], shown["region"]) == ("G-2", "Асет", "10")


def test_appeals_of_one_key_meet_across_blocks(desk: Ayala) -> None:
    """Rows are taken in blocks of a thousand; the how-manieth goes on from block to block."""
    head, row = "graduate,received_on,category,note\n", "G-1,2026-01-01,housing,"
    content = head + "".join(f"{row}{n}\n" for n in range(2100))
    assert take(desk, content)[0] == {"added": 2100}
    assert take(desk, content)[0] == {"same": 2100}
    counts, _ = take(desk, content.replace(f"{row}2050\n", f"{row}жаңа\n"))
    assert counts == {"updated": 1, "same": 2099}
    assert appeal(desk, "2051")["note"] == "жаңа"


def test_two_imports_of_one_sheet_at_once_are_one(office: Ayala, office_db: str) -> None:
    """No constraint knows that two appeals without a number are the same one: the second waits."""
    sheet = office.folder / "a.csv"
    sheet.write_text(BASIC, encoding="utf-8")

    def import_(name: str) -> None:
        within = Office(Settings({"database": office_db, "user": name}))
        for attempt in within.change("import a.csv"):
            with attempt as records:
                if name == "second":
                    began.set()
                taken[name] = take_in(records, [str(sheet)], wanted=Wanted("appeals"), tell=print)[0]
                if name == "first":
                    second.start()
                    began.wait(0.5)
                    sleep(0.5)  # the second has met what the first wrote, or is waiting for it

    taken: dict[str, Taken] = {}
    began = Event()
    second = Thread(target=import_, args=("second",))
    import_("first")
    second.join(30)
    assert (taken["first"].added, taken["second"].added, taken["second"].same) == (3, 0, 3)
    assert len(listed(office)) == 3


# --- what a row changes --------------------------------------------------------------------------


def test_a_later_file_answers_the_appeal_and_leaves_a_step(office: Ayala) -> None:
    take(office, BASIC)
    later = BASIC.replace("financial_aid,registered,,", "financial_aid,answered,2019-02-01,")
    assert take(office, later)[0] == {"updated": 1, "same": 2}
    shown = appeal(office, "A-2019-0002")
    assert (shown["status"], shown["answered_on"], shown["decision"]) == ("answered", "2019-02-01", None)
    assert steps(office, "A-2019-0002") == [("2019-02-01", "imported", "tester", "answered")]
    assert take(office, later)[0] == {"same": 3}


def test_a_step_without_its_day_is_of_the_day_of_the_import(desk: Ayala) -> None:
    head = "graduate,received_on,category,status,decision\n"
    take(desk, head + "G-1,2026-01-01,legal,,\n")
    assert take(desk, head + "G-1,2026-01-01,legal,answered,refused\n")[0] == {"updated": 1}
    assert steps(desk, "1") == [("2026-11-23", "imported", "tester", "answered")]
    assert appeal(desk, "1")["decision"] == "refused"


def test_an_empty_or_absent_cell_keeps_what_is_stored(office: Ayala) -> None:
    take(
        office,
        "graduate,received_on,category,status,note,topics,assignee\nG-1,2026-01-01,legal,paused,a,medical,b\n",
    )
    before = exported(office)
    assert take(office, "graduate,received_on,category,status,note,topics\nG-1,2026-01-01,legal,,,\n")[0] == {
        "same": 1
    }
    assert take(office, "graduate,received_on,category\nG-1,2026-01-01,legal\n")[0] == {"same": 1}
    assert exported(office) == before


def test_topics_of_an_appeal_on_record_are_replaced(office: Ayala) -> None:
    head = "code,graduate,received_on,category,topics\n"
    take(office, head + "A-2026-0001,G-1,2026-01-01,legal,medical;housing\n")
    assert take(office, head + "A-2026-0001,G-1,2026-01-01,legal,housing;medical\n")[0] == {"updated": 1}
    assert appeal(office, "1")["topics"] == "housing;medical"
    # A further topic that becomes the main one is a further one no more.
    assert take(office, head + "A-2026-0001,G-1,2026-01-01,medical,\n")[0] == {"updated": 1}
    shown = appeal(office, "1")
    assert (shown["topic"], shown["topics"]) == ("medical", "housing")
    assert take(office, head + "A-2026-0001,G-1,2026-01-01,medical,housing\n")[0] == {"same": 1}


ORDER = [{"registered"}, {"in_progress", "paused"}, {"redirected"}, {"answered", "terminated", "withdrawn"}]
PLACE = {status: n for n, statuses in enumerate(ORDER) for status in statuses}


@pytest.mark.parametrize("stored", sorted(PLACE))
def test_a_sheet_never_moves_a_status_back(desk: Ayala, stored: str) -> None:
    for given_status in PLACE:
        day = f"2026-01-{list(PLACE).index(given_status) + 1:02d}"
        head, row = "graduate,received_on,category,status,answered_on\n", f"G-1,{day},legal"
        take(desk, head + f"{row},{stored},\n")
        (code,) = listed(desk, "--received", day)
        counts, done = take(desk, head + f"{row},{given_status},2026-11-20\n")
        both_under_way = {stored, given_status} == {"in_progress", "paused"}
        shown = appeal(desk, code)
        if PLACE[given_status] > PLACE[stored] or both_under_way:
            assert (counts, done.err, shown["status"]) == ({"updated": 1}, "", given_status)
            assert steps(desk, code) == [("2026-11-20", "imported", "tester", given_status)]
        elif given_status == stored:
            assert (counts, done.err, shown["answered_on"]) == ({"updated": 1}, "", "2026-11-20")
            assert steps(desk, code) == []
        else:
            was, told = stored.replace("_", " "), given_status.replace("_", " ")
            kept = f"a.csv:2: status: {code} stays {was}: a sheet does not make it {told}\n"
            assert (counts, done.err) == ({"same": 1}, kept)
            assert (shown["status"], shown["answered_on"]) == (stored, None)
            assert steps(desk, code) == []


def test_the_rest_of_a_row_counts_although_its_status_is_kept(desk: Ayala) -> None:
    head = "graduate,received_on,category,status,note\n"
    take(desk, head + "G-1,2026-01-01,legal,withdrawn,\n")
    assert take(desk, head + "G-1,2026-01-01,legal,answered,жаңа\n")[0] == {"updated": 1}
    shown = appeal(desk, "1")
    assert (shown["status"], shown["note"]) == ("withdrawn", "жаңа")


# --- rules over many sheets ----------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["G-1,", "G-2,", ",Асет"]),
        st.sampled_from(["2026-01-01", "2025-12-31"]),
        st.sampled_from(["visit", ""]),
        st.sampled_from(["housing", "legal"]),
        st.sampled_from(["", "medical", "legal;medical"]),
        st.sampled_from(["", "registered", "paused", "answered"]),
        st.sampled_from(["", "Б-1", "Б-2"]),
        st.sampled_from(["", "бір"]),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_any_sheet_twice_is_all_same_and_its_export_comes_back(templates: Templates, rows: list[Any]) -> None:
    head = "graduate,caller,received_on,channel,category,topics,status,number,note\n"
    # An outside number is one appeal's and one person's.
    fitting = [row for row in rows if not row[6] or row[0] == {"Б-1": "G-1,", "Б-2": ",Асет"}[row[6]]]
    content = head + "".join(",".join(row) + "\n" for row in fitting)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        offices = []
        for folder in (first, second):
            shutil.copytree(templates.sqlite, folder, dirs_exist_ok=True)
            where = Path(folder)
            offices.append(with_graduates(Ayala(where, str(where / "office.db"), where / "home")))
        here, there = offices
        counts, _ = take(here, content)
        numbers = {row[6] for row in fitting if row[6]}
        bare = sum(not row[6] for row in fitting)
        assert counts.get("added", 0) == bare + len(numbers)
        sheet = exported(here)
        # Rows of one number may differ among themselves: the last one is what stays.
        again, _ = take(here, content)
        assert again.get("added", 0) == 0
        if len(numbers) == len(fitting) - bare:
            assert again == ({"same": len(fitting)} if fitting else {})
            assert exported(here) == sheet
        take(there, exported(here))
        assert exported(there) == exported(here)


@given(st.integers(1900, 2100), st.integers(1, 9_999_999), st.sampled_from(["A", "a", "А", "а"]))
def test_a_register_code_is_known_in_any_letter(year: int, number: int, letter: str) -> None:
    assert written_code(f"{letter}-{year}-{number}") == appeal_code(year, number)
    assert written_code(appeal_code(year, number)) == appeal_code(year, number)


@pytest.mark.parametrize(
    "text", ["2026-311", "311", "A-311", "ЖТ-2026-0311", "A-2026-", "AA-2026-1", "A-2026-1/5", ""]
)
def test_what_is_not_the_whole_code_is_an_outside_number(text: str) -> None:
    assert written_code(text) is None


def test_an_identified_caller_and_another_of_the_name_stay_two_appeals(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    """Export, import into an empty office, export: both come back, the same to the byte."""
    ayala(
        "graduate",
        "add",
        "--surname",
        "А",
        "--given-name",
        "Б",
        "--born",
        "2000-01-02",
        "--sex",
        "F",
        "--region",
        "75",
    )
    for region in ((), ("--region", "71")):
        ayala("appeal", "add", "--caller", "Айгүл", "--topic", "housing", "--on", "2026-01-01", *region)
    ayala("appeal", "identify", "A-2026-0001", "G-1")
    ayala("export", "out", "--unmask", "--reason", "test")
    other = tmp_path / "other.db"
    ayala("--database", other, "init")
    ayala("--database", other, "import", *sorted((tmp_path / "out").glob("*.csv")))
    ayala("--database", other, "export", "again", "--unmask", "--reason", "test")
    for path in (tmp_path / "out").glob("*.csv"):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
    assert len(ayala("--database", other, "appeal", "list", "--format", "json").json()) == 2
