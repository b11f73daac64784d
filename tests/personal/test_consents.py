"""Consents with the elements of Law 94-V, art. 8(4); their withdrawal, its answer, and how they stand."""

from __future__ import annotations

import pytest

from tests.personal.conftest import OPERATOR, PAPER, PURPOSE
from tests.program import Ayala

ADD = ("graduate", "consent", "add", "G-1", "--form", "written", *OPERATOR, *PAPER, *PURPOSE)


def test_a_consent_has_all_that_the_law_wants_in_it(office: Ayala) -> None:
    office(
        "graduate", "consent", "add", "G-1", "--form", "written", *OPERATOR, "--third-parties", "--cross-border",
        "--public", "--data", "name, IIN, phone", "--purpose", "social support", "--other", "kept in Almaty",
        "--until", "2027-11-23", "--on", "2026-11-20", "--document", "№ 17", "--taken-by", "Айгүл",
    )  # fmt: skip
    (row,) = office("graduate", "consent", "list", "G-1", "--format", "json").json()
    assert row == {
        "given_on": "2026-11-20",
        "until": "2027-11-23",
        "state": "valid",
        "operator": "Жастар үйі",
        "operator_bin": "990140000384",
        "form": "written",
        "given_by": "person",
        "representative": None,
        "data_list": "name, IIN, phone",
        "purposes": "social support",
        "third_parties": True,
        "cross_border": True,
        "public_sources": True,
        "other_terms": "kept in Almaty",
        "taken_by": "Айгүл",
        "proof": None,
        "document": "№ 17",
        "withdrawn_on": None,
        "answer_due": None,
        "answered_on": None,
        "answer": None,
        "withdrawal_form": None,
        "withdrawal_reason": None,
        "answer_text": None,
    }


def test_what_is_missing_is_named_all_at_once(desk: Ayala) -> None:
    done = desk("graduate", "consent", "add", "G-1", ok=2)
    assert done.err == (
        "ayala: --form and --operator and --operator-bin and --third-parties or --no-third-parties and "
        "--cross-border or --no-cross-border and --public or --no-public and --data and --purpose are missing\n"
    )


def test_the_operator_is_that_of_the_last_consent(office: Ayala) -> None:
    """Nothing else is taken over: what one person agreed to is not what another did."""
    office(*ADD)
    done = office("graduate", "consent", "add", "G-2", "--form", "electronic", ok=2)
    assert "operator" not in done.err
    assert "--data" in done.err
    office("graduate", "consent", "add", "G-2", "--form", "electronic", *PAPER, *PURPOSE)
    (row,) = office("graduate", "consent", "list", "G-2", "--format", "json").json()
    assert (row["operator"], row["operator_bin"], row["taken_by"]) == ("Жастар үйі", "990140000384", "tester")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--form", "phone"), "a consent given by phone has no paper: --proof says by what it can be shown"),
        (("--form", "oral"), "a consent given orally has no paper: --proof says by what it can be shown"),
        (("--operator-bin", "990140000385"), "--operator-bin: the control digit of the BIN does not match; a digit is wrong"),
        (("--operator-bin", "9901"), "--operator-bin: a BIN is 12 digits, this has 4"),
        (("--on", "2026-11-24"), "2026-11-24 is still to come"),
        (("--until", "2026-11-23"), "the consent would end (2026-11-23) before it was given (2026-11-23)"),
    ],
)  # fmt: skip
def test_a_consent_that_cannot_be_is_refused(desk: Ayala, more: tuple[str, ...], sentence: str) -> None:
    assert desk(*ADD, *more, ok=2).err.splitlines()[0] == f"ayala: {sentence}"
    assert desk("graduate", "consent", "list", "--format", "json").json() == []


def test_a_consent_by_phone_says_how_it_can_be_shown(office: Ayala) -> None:
    office(*ADD, "--form", "phone", "--proof", "recorded call of 14:05")
    (row,) = office("graduate", "consent", "list", "G-1", "--format", "json").json()
    assert (row["form"], row["proof"]) == ("phone", "recorded call of 14:05")


def test_who_consents_for_a_minor_is_noticed(desk: Ayala) -> None:
    """A graduate of 16 may live in a Youth House; the representative signs. Nothing is refused."""
    desk("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "2010-01-02", "--sex", "F")
    assert desk(*ADD[:3], "G-3", *ADD[4:]).err == (
        "noted for G-3\nG-3 was 16 on 2026-11-23: a legal representative consents for a minor\n"
    )
    assert desk(*ADD[:3], "G-3", *ADD[4:], "--representative", "Сейітова Р.").err == "noted for G-3\n"
    assert "an adult consents himself" in desk(*ADD, "--representative", "Сейітова Р.").err
    assert "is --no-third-parties right?" in desk(*ADD, "--public").err
    rows = desk("graduate", "consent", "list", "--format", "json").json()
    assert [(row["graduate"], row["given_by"]) for row in rows] == [
        ("G-1", "representative"),
        ("G-1", "person"),
        ("G-3", "person"),
        ("G-3", "representative"),
    ]


def test_a_withdrawal_changes_nothing_but_its_own_row(office: Ayala) -> None:
    """The term of the answer is said; the person's record is as it was."""
    office(*ADD, "--on", "2026-11-01")
    before = office("graduate", "show", "G-1", "--format", "json").json()
    words = ("--form", "written", "--reason", "moves abroad", "--on", "2026-11-20")
    assert office("graduate", "consent", "withdraw", "G-1", *words).err == (
        "G-1 has withdrawn; the answer is due in 15 working days from 2026-11-20: by 2026-12-11, counted Monday to "
        "Friday without public holidays\n"
        'try: ayala graduate consent answer G-1 --stopped | --refused --text "…"\n'
    )
    after = office("graduate", "show", "G-1", "--format", "json").json()
    assert {key for key in after if after[key] != before[key]} == {"consents", "story"}
    assert [row for row in after["story"] if row["what"] != "consent_withdrawn"] == before["story"]
    assert [row["state"] for row in after["consents"]] == ["withdrawn"]
    rows = office("graduate", "consent", "list", "--format", "json").json()
    assert [(row["state"], row["withdrawn_on"], row["answer_due"]) for row in rows] == [
        ("withdrawn", "2026-11-20", "2026-12-11")
    ]
    then = office("graduate", "consent", "list", "--as-of", "2026-11-19", "--format", "json").json()
    assert [row["state"] for row in then] == ["valid"]
    assert office("graduate", "consent", "list", "--as-of", "2026-10-31", "--format", "json").json() == []
    assert (
        "no consent on record that could be withdrawn"
        in office("graduate", "consent", "withdraw", "G-1", ok=5).err
    )


def test_a_withdrawal_is_answered_once_with_reasons_if_refused(office: Ayala) -> None:
    answer = ("graduate", "consent", "answer", "G-1")
    office(*ADD, "--on", "2026-10-01")
    assert "no withdrawal on record that waits" in office(*answer, "--stopped", ok=5).err
    office("graduate", "consent", "withdraw", "G-1", "--on", "2026-10-19")
    assert office(*answer, ok=2).err == "ayala: say how it was answered: --stopped or --refused\n"
    assert "gives its reasons" in office(*answer, "--refused", ok=2).err
    assert "before the consent was withdrawn" in office(*answer, "--stopped", "--on", "2026-10-18", ok=2).err
    done = office(*answer, "--refused", "--text", "the queue is still open, art. 8(2)")
    assert done.err == "noted for G-1\nG-1: the answer was due by 2026-11-09, counted Monday to Friday\n"
    (row,) = office("graduate", "consent", "list", "G-1", "--format", "json").json()
    assert (row["answered_on"], row["answer"], row["answer_due"]) == ("2026-11-23", "refused", None)
    office(*answer, "--stopped", ok=5)


def test_of_several_consents_the_one_of_a_day_is_meant(office: Ayala) -> None:
    office(*ADD, "--on", "2026-11-01")
    office(*ADD, "--on", "2026-11-02")
    withdraw = ("graduate", "consent", "withdraw", "G-1")
    several = office(*withdraw, ok=4)
    assert several.err == (
        "ayala: G-1 has 2 such consents\n  2026-11-01  Жастар үйі\n  2026-11-02  Жастар үйі\n"
        "try: name the day of one: --given DAY\n"
    )
    assert (
        "before the consent was given"
        in office(*withdraw, "--given", "2026-11-02", "--on", "2026-11-01", ok=2).err
    )
    assert "still to come" in office(*withdraw, "--given", "2026-11-02", "--on", "2026-11-24", ok=2).err
    assert " of 2026-11-03" in office(*withdraw, "--given", "2026-11-03", ok=5).err
    office(*withdraw, "--given", "2026-11-02")
    rows = office("graduate", "consent", "list", "G-1", "--format", "json").json()
    assert [row["state"] for row in rows] == ["valid", "withdrawn"]


def test_the_list_for_people_and_one_persons_page(desk: Ayala) -> None:
    desk(*ADD, "--until", "2026-11-30", "--on", "2026-11-01")
    desk("graduate", "consent", "add", "G-2", "--form", "oral", "--proof", "x", *PAPER, *PURPOSE)
    desk("graduate", "consent", "withdraw", "G-2")
    assert (
        desk("graduate", "consent", "list", "--as-of", "2026-12-01").out
        == """\
Graduate    Name         Given on    Until       State      Form        Given by    Third parties    Cross-border    Public sources    Withdrawn on    Answer due (holidays not counted)    Answered on    Answer
----------  -----------  ----------  ----------  ---------  ----------  ----------  ---------------  --------------  ----------------  --------------  -----------------------------------  -------------  --------
G-1         Омаров Асет  2026-11-01  2026-11-30  expired    in writing  the person  no               no              no
G-2         Кім Ән       2026-11-23              withdrawn  orally      the person  no               no              no                2026-11-23      2026-12-14
"""
    )
    states = desk("graduate", "consent", "list", "--state", "withdrawn", "--format", "csv").out.splitlines()
    assert states[1].startswith("G-2,Кім Ән,2026-11-23,,withdrawn,oral,person,")
    assert (
        desk("--lang", "kk", "graduate", "consent", "list", "G-2").out
        == """\
Келісімдер: G-2
Берілген күні                      23.11.2026
Күйі                               кері қайтарылған
Оператор                           Жастар үйі
Оператордың БСН-і                  990140000384
Нысаны                             ауызша
Кім берді                          адамның өзі
Деректер тізбесі                   name, phone
Мақсаттары                         social support
Үшінші тұлғаларға беру             жоқ
Шетелге беру                       жоқ
Жариялау                           жоқ
Кім алды                           tester
Растайтын дәлел                    x
Кері қайтарылған күні              23.11.2026
Жауап мерзімі (мерекелер есепсіз)  14.12.2026
"""
    )


def test_values_that_the_tasks_do_not_need_are_noticed_once(desk: Ayala) -> None:
    """The law says no excess data; a person decides, so it is a note and no refusal."""
    add = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "2000-01-02", "--sex", "F")
    assert desk(*add, "--email", "a@example.kz", "--latin-name", "A").err == (
        "G-3: no consent on record covers latin name, email; try: ayala graduate consent add G-3\n"
    )
    assert desk("graduate", "edit", "G-1", "--email", "b@example.kz").err.endswith(
        "G-1: no consent on record covers email; try: ayala graduate consent add G-1\n"
    )
    assert desk("graduate", "edit", "G-1", "--email", "").err == "changed G-1\n"
    desk(*ADD)
    assert desk("graduate", "edit", "G-1", "--email", "b@example.kz").err == "changed G-1\n"
    desk("graduate", "consent", "withdraw", "G-1")
    assert "no consent" in desk("graduate", "edit", "G-1", "--latin-name", "Omarov").err
    assert desk("graduate", "edit", "G-1", "--note", "x").err == "changed G-1\n"


def test_a_sheet_tells_of_them_in_one_line(desk: Ayala) -> None:
    desk(*ADD)
    sheet = desk.folder / "g.csv"
    sheet.write_text(
        "code,surname,given_name,birth_date,sex,email,latin_name\n"
        "G-1,Омаров,Асет,2001-05-06,M,a@example.kz,\n"
        "G-2,Кім,Ән,2000-01-02,F,b@example.kz,Kim\n"
        ",Әбдіров,Ғани,1998-03-15,M,,\n"
        ",Жаңа,Адам,1999-03-15,M,c@example.kz,\n",
        encoding="utf-8",
    )
    assert desk("import", "g.csv").err == (
        "g.csv: 2 people get email, latin name without a consent on record; try: ayala graduate consent add GRADUATE\n"
    )
    assert desk("import", "g.csv").err == ""
    assert desk("import", "g.csv", "--quiet").err == ""
