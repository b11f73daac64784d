"""Group sessions: who came, who stays a guest by name, and who a guest turns out to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.errors import RowsRejected, SheetNotReadable
from ayala.service.attendees import Entry, entries
from tests.program import Ayala, AyalaProcess

SEMINAR = ("service", "session", "add", "--kind", "legal", "--mode", "seminar", "--on", "2026-11-20")
ATTEND = ("service", "session", "attend", "E-1")


@pytest.fixture
def seminar(on_sqlite: Ayala) -> Ayala:
    on_sqlite(*SEMINAR)
    return on_sqlite


def on_list(office: Ayala, code: str = "E-1") -> list[tuple[str | None, str]]:
    shown = office("service", "session", "show", code, "--format", "json").json()
    return [(row["graduate"], row["name"]) for row in shown["attendance"]]


def names(count: int) -> list[str]:
    return [f"Қонақ{chr(0x430 + number)} Есімі" for number in range(count)]


def test_a_seminar_with_its_list_is_one_command(office: Ayala, tmp_path: Path) -> None:
    """Half of those who came are not registered; three did not say who they are."""
    listed = ["G-1", "Абдиров Гани", "980315300005", "Омаров Асет", *names(22)]
    (tmp_path / "list.txt").write_text("\n".join(listed), encoding="utf-8")
    done = office(*SEMINAR, "--from", "list.txt", "--guests", "3", "--title", "Кезек", "--region", "Алматы")
    assert done.out == "E-1\n"
    assert done.err.splitlines() == [
        "'Омаров Асет' stays a guest, since several graduates fit: "
        "G-3 Омаров Асет, 1999-01-01, 75; G-4 Омаров Асет, 2001-05-05",
        f"not on record, kept as guests: {', '.join(names(22))}",
        "on the list already: G-2",
        "25 on the list: 2 graduates, 23 guests by name; 3 more without a name",
    ]
    shown = office("service", "session", "show", "E-1", "--format", "json").json()
    assert shown["session"] == [
        {
            "code": "E-1",
            "held_on": "2026-11-20",
            "kind": "legal",
            "mode": "seminar",
            "title": "Кезек",
            "provider": None,
            "region": "75",
            "graduates": 2,
            "named_guests": 23,
            "guests": 3,
            "status": "provided",
            "cancelled_on": None,
            "note": None,
        }
    ]
    assert on_list(office)[:4] == [
        ("G-1", "Ахметова Айгүл"),
        ("G-2", "Әбдіров Ғани"),
        (None, "Қонақа Есімі"),
        (None, "Қонақб Есімі"),
    ]


def test_a_session_without_a_list_prints_only_its_code(on_sqlite: Ayala) -> None:
    done = on_sqlite(*SEMINAR)
    assert (done.out, done.err) == ("E-1\n", "")
    done = on_sqlite(*SEMINAR, "--guests", "7")
    assert (done.out, done.err) == ("E-2\n", "0 on the list: 0 graduates; 7 more without a name\n")


def test_the_same_list_twice_changes_nothing(office: Ayala) -> None:
    office(*SEMINAR)
    listed = "1. Ахметова Айгүл\n2. Әбдіров Ғани\n\n3) Досым Досов\n"
    office(*ATTEND, "-", stdin=listed)
    before = on_list(office)
    assert before == [("G-1", "Ахметова Айгүл"), ("G-2", "Әбдіров Ғани"), (None, "Досым Досов")]
    done = office(*ATTEND, "-", stdin=listed)
    assert (done.out, done.err) == (
        "",
        "on the list already: Ахметова Айгүл, Әбдіров Ғани, Досым Досов\n"
        "3 on the list: 2 graduates, 1 guest by name\n",
    )
    assert on_list(office) == before


def test_guests_sets_the_number_and_never_adds_to_it(seminar: Ayala) -> None:
    assert seminar(*ATTEND, "--guests", "5").err == "0 on the list: 0 graduates; 5 more without a name\n"
    assert (
        seminar(*ATTEND, "G-1", "--guests", "2").err == "1 on the list: 1 graduate; 2 more without a name\n"
    )
    assert seminar(*ATTEND, "G-2").err == "2 on the list: 2 graduates; 2 more without a name\n"
    assert seminar(*ATTEND, "--guests", "0").err == "2 on the list: 2 graduates\n"


def test_every_unknown_code_is_named_and_nothing_written(seminar: Ayala) -> None:
    done = seminar(*ATTEND, "G-1", "G-77", "980315300013", "Досым Досов", "G-88", "--guests", "4", ok=3)
    assert done.err == (
        "ayala: nothing written; no graduate on record has G-77, the IIN of argument 3, G-88\n"
        "try: ayala graduate find NAME\n"
    )
    assert seminar("service", "session", "list", "--format", "json").json()[0]["guests"] == 0
    assert on_list(seminar) == []


def test_one_word_is_never_enough_to_tell_a_person_by(seminar: Ayala) -> None:
    assert seminar(*ATTEND, "Айгүл").err == (
        "not on record, kept as guests: Айгүл\n1 on the list: 0 graduates, 1 guest by name\n"
    )


def test_a_misspelt_name_stays_a_guest_with_a_hint(seminar: Ayala) -> None:
    assert seminar(*ATTEND, "Ахметва Айгүл").err.splitlines()[0] == (
        "'Ахметва Айгүл' stays a guest; on record with a similar name: G-1 Ахметова Айгүл, 2001-05-06, 75"
    )
    assert on_list(seminar) == [(None, "Ахметва Айгүл")]


def test_a_guest_who_was_registered_since_becomes_the_graduate(seminar: Ayala) -> None:
    seminar(*ATTEND, "Досым Досов")
    born = ("--born", "2002-02-02", "--sex", "M")
    seminar("graduate", "add", "--surname", "Досов", "--given-name", "Досым", *born)
    assert seminar(*ATTEND, "Досым Досов").err == (
        "the guest 'Досым Досов' is G-5\n1 on the list: 1 graduate\n"
    )
    assert on_list(seminar) == [("G-5", "Досов Досым")]


def test_a_page_still_fits_after_its_guest_was_identified(seminar: Ayala) -> None:
    seminar(*ATTEND, "Омаров Асет")
    assert (
        seminar("service", "session", "identify", "E-1", "омаров  АСЕТ", "G-4").err == "Омаров Асет is G-4\n"
    )
    assert seminar(*ATTEND, "Омаров Асет").err.startswith("on the list already: Омаров Асет\n")
    assert on_list(seminar) == [("G-4", "Омаров Асет")]


def test_guests_stand_by_the_kazakh_alphabet_behind_the_graduates(seminar: Ayala) -> None:
    seminar(
        *ATTEND, "Қонақ Бала", "Әсел Ким", "Ярослав Н", "Асқар Ким", "Ұлжан Ким", "Қонақ Ана", "Кеңес Ким"
    )
    seminar(*ATTEND, "G-2")
    assert on_list(seminar) == [
        ("G-2", "Әбдіров Ғани"),
        (None, "Асқар Ким"),
        (None, "Әсел Ким"),
        (None, "Кеңес Ким"),
        (None, "Қонақ Ана"),
        (None, "Қонақ Бала"),
        (None, "Ұлжан Ким"),
        (None, "Ярослав Н"),
    ]


def test_identify_finds_a_guest_by_part_of_the_name(seminar: Ayala) -> None:
    seminar(*ATTEND, "Досым Досов", "Досым Серіков", "Ерлан Ким")
    identify = ("service", "session", "identify", "E-1")
    done = seminar(*identify, "досым", "G-1", ok=4)
    assert done.err == (
        "ayala: several guests of E-1 fit 'досым'\n  Досым Досов  \n  Досым Серіков  \n"
        "try: give the whole name\n"
    )
    assert seminar(*identify, "ким", "G-1").err == "Ерлан Ким is G-1\n"
    assert seminar(*identify, "Ким Ерлан", "G-2", ok=3).err.startswith(
        "ayala: no guest on the list of E-1 is called 'Ким Ерлан'\n"
    )


def test_a_graduate_on_the_list_is_not_identified_twice(office: Ayala) -> None:
    office(*SEMINAR, "G-1", "Досым Досов")
    done = office("service", "session", "identify", "E-1", "Досым Досов", "G-1", ok=5)
    assert done.err == (
        'ayala: G-1 is on the list of E-1 already\ntry: ayala service session absent E-1 "Досым Досов"\n'
    )
    assert office("service", "session", "absent", "E-1", "Досым Досов").err == "1 on the list: 1 graduate\n"
    assert on_list(office) == [("G-1", "Ахметова Айгүл")]


def test_absent_takes_graduates_and_guests_off_the_list(seminar: Ayala) -> None:
    seminar(*ATTEND, "G-1", "Әбдіров Ғани", "Досым Досов", "Ахметва Айгүл")
    seminar("service", "session", "absent", "E-1", "Әбдіров Ғани", "досов досым", "G-1")
    assert on_list(seminar) == [(None, "Ахметва Айгүл")]
    done = seminar("service", "session", "absent", "E-1", "G-1", ok=3)
    assert done.err == "ayala: G-1 is not on the list of E-1\ntry: ayala service session show E-1\n"


def test_a_cancelled_session_is_kept_and_not_counted(office: Ayala) -> None:
    office(*SEMINAR, "G-1", "Досым Досов")
    done = office("service", "session", "close", "E-1", "--reason", "дәріскер ауырды")
    assert done.err == "E-1 is cancelled\nE-1: the 2 attendances on its list no longer count as services\n"
    assert on_list(office) == [("G-1", "Ахметова Айгүл"), (None, "Досым Досов")]
    assert office("graduate", "show", "G-1", "--format", "json").json()["services"] == []
    cancelled = "ayala: E-1 was cancelled on 2026-11-23\ntry: ayala service session show E-1\n"
    for words in (("attend", "E-1", "G-2"), ("close", "E-1", "--reason", "x"), ("absent", "E-1", "G-1")):
        assert office("service", "session", *words, ok=5).err == cancelled


def test_a_session_is_edited_and_listed(office: Ayala) -> None:
    office(*SEMINAR, "--title", "Кезек", "--provider", "заңгер", "G-1", "Досым Досов")
    office("service", "session", "add", "--kind", "cultural", "--mode", "talk", "--on", "2026-12-01")
    office("service", "session", "edit", "Е-1", "--title", "", "--guests", "9", "--on", "2026-11-19")
    listed = office("service", "session", "list", "--format", "csv").out
    assert listed == (
        "code,held_on,kind,mode,title,provider,region,graduates,named_guests,guests,status\n"
        "E-1,2026-11-19,legal,seminar,,заңгер,,1,1,9,provided\n"
        "E-2,2026-12-01,cultural,talk,,,,0,0,0,planned\n"
    )
    for words, expected in (
        (("--kind", "legal"), ["E-1"]),
        (("--mode", "әңгіме"), ["E-2"]),
        (("--held", "2026-11"), ["E-1"]),
        (("--provider", "заңгер"), ["E-1"]),
        (("--region", "75"), []),
        (("--limit", "1"), ["E-1"]),
    ):
        rows = office("service", "session", "list", *words, "--format", "json").json()
        assert [row["code"] for row in rows] == expected


def test_an_attendance_stands_on_the_page_of_the_graduate(on_sqlite: Ayala) -> None:
    on_sqlite(*SEMINAR, "--title", "Кезек", "G-1")
    shown = on_sqlite("graduate", "show", "G-1", "--format", "json").json()["services"]
    assert [(row["code"], row["provided_on"], row["outcome"]) for row in shown] == [
        ("E-1", "2026-11-20", "Кезек")
    ]


def test_a_dry_run_writes_nothing(on_sqlite: Ayala) -> None:
    done = on_sqlite(*SEMINAR, "G-1", "--dry-run")
    assert done.err == "1 on the list: 1 graduate\ndry run: nothing was changed\n"
    assert on_sqlite("service", "session", "list", "--format", "json").json() == []


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("attend", "E-9", "G-1"), 3, "ayala: there is no session E-9\ntry: ayala service session list\n"),
        (
            ("attend", "E-1"),
            2,
            "ayala: nobody was named: give codes, names, -, --from FILE or --guests N\n",
        ),
        (("attend", "E-1", "--from", "none.txt"), 2, "ayala: there is no file none.txt\n"),
        (
            ("attend", "E-1", "87012345678", "G-1", "—"),
            4,
            "ayala: nothing written; the list cannot be read:\nargument 1: neither a code nor a name\n"
            "argument 3: neither a code nor a name\ntry: mend these lines\n",
        ),
        (("attend", "seminar", "G-1"), 2, "ayala: 'seminar' is not a code like E-12\n"),
        (("add", "--kind", "legal"), 2, "ayala: --mode is missing\n"),
        (
            ("edit", "E-1"),
            2,
            "ayala: nothing to change was given\ntry: ayala service session edit --help\n",
        ),
    ],
)
def test_what_does_not_fit_is_refused(seminar: Ayala, args: tuple[str, ...], code: int, said: str) -> None:
    assert seminar("service", "session", *args, ok=code).err == said
    assert on_list(seminar) == []


def test_many_who_enter_one_page_at_once_make_one_list(office: Ayala, ayala_process: AyalaProcess) -> None:
    office(*SEMINAR)
    page = "\n".join(["G-1", "G-2", *names(4)])
    runs = [ayala_process.start(*ATTEND, "-", stdin=page) for _ in range(4)]
    for run in runs:
        run.finish()
    assert len(on_list(office)) == 6


# --- the forms of a list -------------------------------------------------------------------------


def test_a_sheet_of_attendance_is_read_by_its_headings(seminar: Ayala, tmp_path: Path) -> None:
    sheet = "Session;IIN;Graduate;Name;Note\n;980315300005;;;кешікті\nE-1;;G-1;Айгүл А.;\n;;;Досым Досов;\n"
    (tmp_path / "list.csv").write_text("\ufeff" + sheet, encoding="utf-8")
    assert seminar(*ATTEND, "--from", "list.csv").err == (
        "not on record, kept as guests: Досым Досов\n3 on the list: 2 graduates, 1 guest by name\n"
    )
    shown = seminar("service", "session", "show", "E-1", "--format", "json").json()["attendance"]
    assert [(row["graduate"], row["note"]) for row in shown] == [
        ("G-1", None),
        ("G-2", "кешікті"),
        (None, None),
    ]


def test_lines_of_another_session_are_refused(seminar: Ayala, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("session,graduate\nE-1,G-1\nE-2,G-2\n", encoding="utf-8")
    done = seminar(*ATTEND, "--from", "list.csv", ok=4)
    assert "list.csv:3: the line is of session E-2, not E-1\n" in done.err
    assert on_list(seminar) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"G-1\n\xc0\xc1\n", "ayala: list.txt:2: the sheet is not in UTF-8 (byte 0xC0)\n"),
        (
            b'name,note\n"A,b\n',
            "ayala: list.txt:2: this line cannot be read as a row of a sheet; look at its quotes\n",
        ),
        (
            "Аты\u200bжөні Кім\n".encode(),
            "list.txt:1: the text holds the invisible character U+200B at position 4\n",
        ),
        (b"graduate\nG-1\nfive\n", "list.txt:3: 'five' is not a code like G-12\n"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(
    seminar: Ayala, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "list.txt").write_bytes(content)
    assert said in seminar(*ATTEND, "--from", "list.txt", ok=4).err
    assert on_list(seminar) == []


@given(lines=st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=8))
def test_any_list_is_read_line_by_line_or_refused_with_its_lines(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "\n".join(line.replace("\r", " ") for line in lines)
    path = tmp_path_factory.getbasetemp() / "any-list.txt"
    path.write_text(text, encoding="utf-8")
    written = [
        number for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1) if line.strip()
    ]
    try:
        found = entries([], str(path), None)
    except RowsRejected as error:
        named = {int(line.split(":")[1]) for line in str(error).split("\n")[1:]}
        assert named <= set(written)
        assert named
    except SheetNotReadable:
        pass  # its first line holds a heading, and its quotes do not fit
    else:
        assert all(isinstance(entry, Entry) and bool(entry.who) != bool(entry.name) for entry in found)
        assert [entry.where.rpartition(":")[2] for entry in found] == [str(number) for number in written]
