"""The register: entering, changing, finding, showing, archiving; warnings and refusals."""

from __future__ import annotations

import pytest

from tests.program import Ayala

IIN_VALID = ("980315300005", "031014600003", "990531400902", "010701600200", "951201300303", "041231501805")
IIN_INVALID = ("980315300006", "98031530000", "98031530000А", "980315300690", "000000000000", "031014600430")
IIN_WARNED = ("981315300008", "980230300003", "980315700000", "980315000006")


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    return ayala


def add(office: Ayala, surname: str, given: str, *more: str, born: str = "1998-03-15", sex: str = "M") -> str:
    words = ("graduate", "add", "--surname", surname, "--given-name", given, "--born", born, "--sex", sex)
    return office(*words, *more).out.strip()


@pytest.mark.parametrize("iin", IIN_VALID)
def test_a_valid_iin_is_taken_from_stdin(ayala: Ayala, iin: str) -> None:
    ayala("init")
    words = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    ayala(*words, "--iin-file", "-", stdin=iin + "\n")
    shown = ayala("graduate", "show", "G-1", "--unmask", "--reason", "test", "--format", "json").json()
    assert shown["graduate"][0]["iin"] == iin


@pytest.mark.parametrize("iin", IIN_INVALID)
def test_an_iin_that_cannot_be_is_refused_without_repeating_it(ayala: Ayala, iin: str) -> None:
    ayala("init")
    words = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    done = ayala(*words, "--iin-file", "-", stdin=iin + "\n", ok=2)
    assert done.out == ""
    assert done.err.startswith("ayala: IIN: ")
    assert iin not in done.err
    assert ayala("graduate", "list", "--format", "json").json() == []


@pytest.mark.parametrize("iin", IIN_WARNED)
def test_an_iin_that_only_looks_odd_is_taken_with_a_warning(ayala: Ayala, iin: str) -> None:
    ayala("init")
    words = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    done = ayala(*words, "--iin-file", "-", stdin=iin + "\n")
    assert done.out == "G-1\n"
    assert done.err.startswith("G-1: ")


def test_the_typed_birth_date_is_never_overwritten_by_the_iin(ayala: Ayala) -> None:
    ayala("init")
    words = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1997-01-02", "--sex", "F")
    done = ayala(*words, "--iin-file", "-", stdin="980315300005\n")
    assert done.err == "G-1: the birth date differs from the IIN\nG-1: the sex differs from the IIN\n"
    (row,) = ayala("graduate", "list", "--format", "json").json()
    assert (row["birth_date"], row["sex"]) == ("1997-01-02", "F")


def test_an_iin_on_the_command_line_is_taken_and_remarked_on(ayala: Ayala) -> None:
    ayala("init")
    words = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    done = ayala(*words, "--iin", "980315300005")
    assert done.out == "G-1\n"
    assert "process list" in done.err


def test_what_is_missing_is_named_at_once_and_nobody_is_asked(ayala: Ayala) -> None:
    ayala("init")
    done = ayala("graduate", "add", "--surname", "Ә", ok=2, stdin="Ғани\n")
    assert done.err == "ayala: --given-name and --born and --sex are missing\n"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--born", "01/02/1998", "is not a day"),
        ("--born", "1998-02-31", "is not in the calendar"),
        ("--born", "2030-01-01", "is in the future"),
        ("--sex", "X", "is none of: F, M"),
        ("--region", "Атлантида", "is none of"),
        ("--phone", "12", "phone number"),
        ("--surname", "a\x00b", "invisible character NUL"),
        ("--surname", "х" * 5000, "5000 characters"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(ayala: Ayala, option: str, value: str, said: str) -> None:
    ayala("init")
    given = {"--surname": "Ә", "--given-name": "Ғ", "--born": "1998-03-15", "--sex": "M", option: value}
    done = ayala("graduate", "add", *(part for pair in given.items() for part in pair), ok=2)
    assert said in done.err
    assert len(done.err.splitlines()) <= 2


class TestOnePerson:
    """A code, an IIN or a name wherever one graduate is meant."""

    @pytest.fixture(autouse=True)
    def people(self, office: Ayala) -> None:
        self.office = office
        add(office, "Әбдіров", "Ғани", "--patronymic", "Қайратұлы")
        add(office, "Омаров", "Асет", born="1999-01-01")
        add(office, "Омаров", "Асет", born="2001-05-05")
        office("graduate", "edit", "G-1", "--iin-file", "-", stdin="980315300005\n")

    @pytest.mark.parametrize(
        "typed",
        [
            "G-1",
            "g-1",
            "1",
            "G-01",
            "980315300005",
            "Әбдіров Ғани",
            "ғани әбдіров",
            "Абдиров Гани",
            "Әбдіров Ғани Қайратұлы",
        ],
    )
    def test_is_found_by(self, typed: str) -> None:
        shown = self.office("graduate", "show", typed, "--format", "json").json()
        assert shown["graduate"][0]["code"] == "G-1"

    def test_several_of_a_name_are_listed(self) -> None:
        done = self.office("graduate", "show", "Омаров Асет", ok=4)
        assert done.out == ""
        assert done.err == (
            "ayala: several graduates fit 'Омаров Асет'\n"
            "  G-2  Омаров Асет, 1999-01-01\n"
            "  G-3  Омаров Асет, 2001-05-05\n"
            "try: name one by its code\n"
        )

    def test_a_change_never_guesses(self) -> None:
        done = self.office("graduate", "edit", "Әбдиров Ганы", "--note", "x", ok=4)
        assert "G-1" in done.err

    @pytest.mark.parametrize("typed", ["G-99", "Жоқбаев Ешкім", "951201300303"])
    def test_nobody_is_exit_3(self, typed: str) -> None:
        done = self.office("graduate", "show", typed, ok=3)
        assert typed[:6] not in done.err or not typed.isdigit()
        assert done.err.endswith("try: ayala graduate find NAME\n")


SURNAMES = (
    "Әбдірахманов",
    "Нұрғалиева",
    "Жүсіпбек",
    "Мұхаммедов",
    "Қасымова",
    "Өтеген",
    "Іңкәрбек",
    "Шәкірова",
)
GIVEN = ("Ғани", "Ұлжан", "Еркебұлан", "Гүлмира", "Әсел", "Сәкен", "Нұрай", "Дәурен")


def test_find_forgives_letters_and_a_typo(ayala: Ayala, tmp_path: object) -> None:
    """The person is among the first three for each way of misspelling, over all people on record."""
    ayala("init")
    people = [(surname, given) for surname in SURNAMES for given in GIVEN]
    rows = "".join(f"{s},{g},19{80 + n % 20}-01-01,F\n" for n, (s, g) in enumerate(people))
    ayala("import", "-", stdin="surname,given_name,birth_date,sex\n" + rows)
    russian = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүІіҺһ", "АаГгКкНнОоУуУуИиХх")
    missed = []
    for number, (surname, given) in enumerate(people):
        plain = f"{surname} {given}".translate(russian)
        cut = 1 + number % (len(surname) - 1)
        for typed in (
            plain,
            f"{given} {surname}",
            plain[:cut] + plain[cut + 1 :],
            plain[:cut] + "ж" + plain[cut + 1 :],
        ):
            found = ayala("graduate", "find", typed, "--limit", "3", "--format", "json").json()
            if (surname, given) not in [(row["surname"], row["given_name"]) for row in found]:
                missed.append((typed, surname, given))
    assert len(missed) <= 0.05 * 4 * len(people), missed


@pytest.mark.parametrize(
    ("typed", "surname"),
    [
        ("Abdirakhmanov Gani", "Әбдірахманов"),
        ("Zhusipbek", "Жүсіпбек"),
        ("Nurgalieva Asel", "Нұрғалиева"),
        ("Shakirova", "Шәкірова"),
    ],
)
def test_find_reads_latin_spelling(ayala: Ayala, typed: str, surname: str) -> None:
    ayala("init")
    rows = "".join(f"{s},{g},1990-01-01,F\n" for s in SURNAMES for g in ("Ғани", "Әсел"))
    ayala("import", "-", stdin="surname,given_name,birth_date,sex\n" + rows)
    found = ayala("graduate", "find", typed, "--limit", "1", "--format", "json").json()
    assert [row["surname"] for row in found] == [surname]


def test_a_name_that_is_on_record_in_latin_letters_is_found(ayala: Ayala, office_db: str) -> None:
    ayala(
        "graduate", "add", "--surname", "Smith", "--given-name", "John", "--born", "2001-05-06", "--sex", "M"
    )
    for typed in ("Smith", "smith john", "John Smit"):
        (found,) = ayala("graduate", "find", typed, "--format", "json").json()
        assert found["code"] == "G-1", typed
    assert "John" in ayala("graduate", "show", "Smith John").out


def test_the_list_is_in_the_order_of_the_kazakh_alphabet(office: Ayala) -> None:
    names = [
        "Яковлев",
        "Әбдіров",
        "Ғабитов",
        "Абаев",
        "Қасым",
        "Карим",
        "Ёлкин",
        "Ермек",
        "Һашим",
        "Ышкін",
        "Ілияс",
    ]
    for name in names:
        add(office, name, "А")
    listed = [row["surname"] for row in office("graduate", "list", "--format", "json").json()]
    assert listed == [
        "Абаев", "Әбдіров", "Ғабитов", "Ермек", "Ёлкин", "Карим", "Қасым", "Һашим", "Ышкін", "Ілияс", "Яковлев",
    ]  # fmt: skip


def test_filters_of_the_list(office: Ayala) -> None:
    add(office, "А", "А", "--region", "75", born="1998-01-01")
    add(office, "Б", "Б", "--region", "61", born="1999-01-01", sex="F")

    def codes(*words: str) -> list[str]:
        return [row["code"] for row in office("graduate", "list", *words, "--format", "json").json()]

    assert codes("--region", "Алматы") == ["G-1"]
    assert codes("--sex", "F") == ["G-2"]
    assert codes("--born", "1999") == ["G-2"]
    assert codes("--registered", "2025") == []
    assert codes("--limit", "1") == ["G-1"]


def test_the_archive_is_left_out_until_asked_for(office: Ayala) -> None:
    add(office, "А", "А")
    add(office, "Б", "Б")
    assert office("graduate", "close", "G-1", ok=2).err.startswith("ayala: archiving needs --reason")
    office("graduate", "close", "G-1", "--reason", "moved")

    def codes(*words: str) -> list[str]:
        return [row["code"] for row in office("graduate", "list", *words, "--format", "json").json()]

    assert (codes(), codes("--archived"), codes("--all")) == (["G-2"], ["G-1"], ["G-1", "G-2"])
    assert codes("--as-of", "2026-11-22") == ["G-1", "G-2"]
    office("graduate", "close", "G-1", "--reason", "x", ok=5)
    office("graduate", "reopen", "G-1")
    office("graduate", "reopen", "G-1", ok=5)
    assert codes() == ["G-1", "G-2"]


def test_an_edit_changes_what_is_given_and_empties_what_is_empty(office: Ayala) -> None:
    add(office, "Әбдіров", "Ғани", "--address", "Алматы", "--phone", "87012345678")
    office("graduate", "edit", "G-1", "--address", "", "--surname", "Өтеген")
    (row,) = office("graduate", "show", "G-1", "--format", "json").json()["graduate"]
    assert (row["surname"], row["address"], row["phone"]) == ("Өтеген", None, "********5678")
    assert office("graduate", "find", "Утеген", "--format", "json").json()[0]["code"] == "G-1"
    office("graduate", "edit", "G-1", ok=2)
    office("graduate", "edit", "G-1", "--surname", "", ok=2)


def test_unmasking_needs_a_reason_and_is_recorded(office: Ayala) -> None:
    add(office, "Ә", "Ғ", "--phone", "87012345678")
    assert office("graduate", "list", "--unmask", ok=2).err.startswith("ayala: --unmask needs --reason")
    assert "+77012345678" in office("graduate", "list", "--unmask", "--reason", "letter").out
    for words in (("list",), ("show", "G-1"), ("find", "Ә")):
        for format in ("text", "markdown", "csv", "json"):
            assert "7012345678" not in office("graduate", *words, "--format", format).out


def test_contacts_and_documents_stand_on_the_page(office: Ayala) -> None:
    add(office, "Ә", "Ғ")
    office("graduate", "contact", "G-1", ok=2)
    office("graduate", "contact", "G-1", "--no-answer", "--channel", "phone", "--on", "2026-11-01")
    office(
        "graduate", "document", "G-1", "--kind", "identity_card", "--number", "012", "--expires", "2031-05-04"
    )
    office(
        "graduate",
        "document",
        "G-1",
        "--kind",
        "diploma",
        "--issued",
        "2020-01-02",
        "--expires",
        "2020-01-01",
        ok=2,
    )
    page = office("graduate", "show", "G-1", "--format", "json").json()
    assert page["contacts"] == [
        {"made_on": "2026-11-01", "outcome": "no_answer", "channel": "phone", "note": None}
    ]
    assert page["documents"] == [
        {
            "kind": "identity_card",
            "number": "012",
            "issued_on": None,
            "expires_on": "2031-05-04",
            "note": None,
        }
    ]


def test_the_same_name_and_birth_date_is_asked_about(office: Ayala) -> None:
    add(office, "Өтеген", "Ұлжан")
    words = ("--surname", "Отеген", "--given-name", "Улжан", "--born", "1998-03-15", "--sex", "M")
    done = office("graduate", "add", *words, ok=5)
    assert done.out == ""
    assert done.err == (
        "ayala: nobody is added: this is likely somebody on record\n"
        "  G-1  Өтеген Ұлжан, 1998-03-15: name 100 alike, same birth date\n"
        "try: if it is another person, the same command with --not-same G-1\n"
    )
    assert office("graduate", "add", *words, "--not-same", "G-1").out == "G-2\n"


def test_an_edit_can_empty_a_region_a_status_and_a_day(office: Ayala) -> None:
    add(office, "Ә", "Ғ", "--region", "75", "--care-status", "orphan", "--left-care", "2016-01-01")
    office("graduate", "edit", "G-1", "--region", "", "--care-status", "", "--left-care", "")
    (row,) = office("graduate", "show", "G-1", "--format", "json").json()["graduate"]
    assert (row["region"], row["care_status"], row["left_care_on"]) == (None, None, None)


@pytest.mark.parametrize(
    "words",
    [
        ("graduate", "contact", "G-1", "--reached", "--no-answer"),
        ("graduate", "contact", "G-1", "--reached", "--on", "2026-11-24"),
        ("graduate", "close", "G-1", "--reason", "x", "--on", "2026-11-24"),
        ("graduate", "edit", "G-1", "--left-care", "1990-01-01"),
        ("graduate", "list", "--all", "--archived"),
        ("graduate", "edit", "G-1", "--iin-file", "-"),
    ],
)
def test_what_cannot_be_is_wrong_usage(ayala: Ayala, words: tuple[str, ...]) -> None:
    ayala("init")
    add(ayala, "Ә", "Ғ")
    ayala(*words, ok=2, stdin="")


def test_a_position_of_tomorrow_is_not_shown_today(office: Ayala) -> None:
    add(office, "Ә", "Ғ")
    office("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2015-05-05")
    office("housing", "reported", "G-1", "--position", "700", "--on", "2026-06-01")
    office("housing", "reported", "G-1", "--position", "10", "--on", "2027-06-01")
    assert office("graduate", "show", "G-1", "--format", "json").json()["queue"][0]["position"] == 700
    assert office("housing", "queue", "list", "--format", "json").json()[0]["position"] == 700
