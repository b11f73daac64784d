"""What is said of rules and of the calendar in Kazakh and Russian: whole outputs, and the forms of numbers."""

from __future__ import annotations

import pytest

from tests.program import Ayala

DAYS = "day,working,reason\ntoday,perhaps,\n2027-01-04,yes,moved\n"
RULES = """\
[[rule]]
id = "x"
what = "max_age"
value = "a"
unit = "years"
source = ""
valid_from = 2020-01-01
valid_to = 2019-01-01

[[rule]]
id = "y"
what = "max_age"
"""


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    (ayala.folder / "days.csv").write_text(DAYS, encoding="utf-8")
    (ayala.folder / "own.toml").write_text(RULES, encoding="utf-8")
    return ayala


SAID = {
    ("rules calendar import days.csv", 4, "kk"): """\
days.csv:2: day: кестеде нақты күндер жазылады
days.csv:2: working: «perhaps» — «иә» де, «жоқ» та емес
days.csv:2: reason: толтырылмаған
ayala: days.csv: 1 жол қате; ештеңе қабылданбады
""",
    ("rules calendar import days.csv", 4, "ru"): """\
days.csv:2: day: в таблице пишут сами даты
days.csv:2: working: «perhaps» — не «да» и не «нет»
days.csv:2: reason: не заполнено
ayala: days.csv: 1 строка с ошибкой; ничего не загружено
""",
    ("rules show tea", 3, "kk"): "ayala: «tea» ережесі жоқ\nкеңес: ayala rules list\n",
    ("rules show tea --on 2020-01-01", 3, "ru"): (
        "ayala: нет нормы «tea», действующей на 2020-01-01\nсовет: ayala rules list\n"
    ),
    ("rules calendar add 2027-01-05", 2, "kk"): (
        "ayala: бұл күн жұмыс күні ме, жоқ па? --working немесе --off көрсетілмеген\n"
    ),
    ("rules calendar add 2027-01-01 --off --reason x", 0, "kk"): (
        "2027-01-01 жалпы күнтізбеде де демалыс күні\nкүнтізбенің 1 күні өзгерді\n"
    ),
}


@pytest.mark.parametrize(("command", "code", "lang"), SAID)
def test_what_is_wrong_in_kazakh_and_russian(office: Ayala, command: str, code: int, lang: str) -> None:
    done = office("--lang", lang, *command.split(), ok=code)
    assert done.err == SAID[command, code, lang]


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "kk",
            [
                "'a' мәні — бүтін сан емес",
                "valid_to (2019-01-01) valid_from (2020-01-01) күнінен бұрын",
                "дереккөзі көрсетілмеген",
                "«value» жоқ",
            ],
        ),
        (
            "ru",
            [
                "значение 'a' — не целое число",
                "valid_to (2019-01-01) раньше valid_from (2020-01-01)",
                "не указан источник",
                "нет «value»",
            ],
        ),
        (
            "en",
            [
                "the value 'a' is no whole number",
                "valid_to (2019-01-01) is before valid_from (2020-01-01)",
                "no source",
                "'value' is missing",
            ],
        ),
    ],
)
def test_rows_that_cannot_be_in_three_languages(office: Ayala, lang: str, sentences: list[str]) -> None:
    rows = office("--lang", lang, "rules", "check", "own.toml", "--format", "json", ok=1).json()
    assert [(row["file"], row["problem"]) for row in rows] == [("own.toml", told) for told in sentences]


@pytest.mark.parametrize(
    ("days", "ru"),
    [
        (1, "в календаре изменён 1 день"),
        (2, "в календаре изменены 2 дня"),
        (5, "в календаре изменено 5 дней"),
        (21, "в календаре изменён 21 день"),
    ],
)
def test_what_counts_has_the_form_of_its_number(office: Ayala, days: int, ru: str) -> None:
    rows = "".join(f"2027-03-{day + 1:02},no,moved\n" for day in range(days))
    sheet = office.folder / "moved.csv"
    sheet.write_text("day,working,reason\n" + rows, encoding="utf-8")
    words = ("rules", "calendar", "import", "moved.csv", "--dry-run")
    assert office("--lang", "ru", *words).err.splitlines()[0] == ru
    assert office("--lang", "kk", *words).err.splitlines()[0] == f"күнтізбенің {days} күні өзгерді"
