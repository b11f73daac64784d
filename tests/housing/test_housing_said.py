"""What is said about the queue and apartments, whole, in Kazakh and in Russian."""

from __future__ import annotations

from datetime import date

import pytest

from ayala.housing.policy import too_old
from ayala.language import catalogue
from tests.program import Ayala

PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Әбдіров,Ғани,1998-03-15,M
G-2,Ахметова,Айгүл,2004-05-06,F
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    """Two people, one of them in both queues, on both engines."""
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    ayala("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14")
    ayala("housing", "queue", "add", "G-1", "--registrar", "bank", "--on", "2026-05-14", "--number", "75-1")
    ayala("housing", "reported", "G-1", "--registrar", "bank", "--position", 607, "--on", "2026-06-01")
    return ayala


# A command that changes nothing, its exit code, and all that it says.
SAID: list[tuple[str, int, str, str]] = [
    (
        "queue show Q-7",
        3,
        "кезекте Q-7 деген жазба жоқ",
        "записи Q-7 в очереди нет",
    ),
    (
        "reported G-2 --position 5 --registrar bank",
        3,
        "G-2: кезекте (Отбасы банк) тұрған жазбасы жоқ",
        "G-2: в очереди не состоит (Отбасы банк)",
    ),
    (
        "reported G-1 --position 5",
        4,
        "G-1: кезекте тұрған 2 жазбасы бар\n"
        "  Q-1  әкімдік, есепке қойылған күні – 2012-05-14\n"
        "  Q-2  Отбасы банк, есепке қойылған күні – 2026-05-14, 75-1",
        "G-1: в очереди 2 действующие записи\n"
        "  Q-1  акимат, дата постановки на учёт – 2012-05-14\n"
        "  Q-2  Отбасы банк, дата постановки на учёт – 2026-05-14, 75-1",
    ),
    (
        "reported G-1 --position 701 --registrar bank --on 2026-06-01",
        5,
        "Q-2: 2026-06-01 күніне 607 орны жазылған, 701 емес",
        "Q-2: на 2026-06-01 уже записан номер 607, а не 701",
    ),
    (
        "queue add G-1 --registrar akimat --on 2012-05-14",
        5,
        "G-1: 2012-05-14 күнінен бастап есепте тұр (әкімдік), жазба – Q-1",
        "G-1: уже на учёте с 2012-05-14 (акимат), запись Q-1",
    ),
    (
        "queue reopen Q-1 --reason x",
        5,
        "Q-1 жазбасы кезекте тұр; қайта ашатын ештеңе жоқ",
        "запись Q-1 и так в очереди; возобновлять нечего",
    ),
    (
        "edit G-2 --granted 2026-01-01 --rooms 1",
        3,
        "G-2: 2026-01-01 күні берілген пәтер жоқ",
        "G-2: квартиры, предоставленной 2026-01-01, нет",
    ),
    ("edit G-2 --rooms 1", 3, "G-2: берілген пәтер жоқ", "G-2: предоставленных квартир нет"),
]


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(office: Ayala, column: int, lang: str) -> None:
    for case in SAID:
        refused = office("housing", *case[0].split(), ok=case[1], env={"AYALA_LANG": lang})
        said = str(case[column]).splitlines()
        assert refused.err.splitlines()[: len(said)] == [f"ayala: {said[0]}", *said[1:]]


@pytest.mark.parametrize(
    ("lang", "closed", "moved", "granted"),
    [
        (
            "kk",
            "Q-1 жазбасы жабық: есептен шығарылды\n",
            "Q-2: 2026-07-01 күні кезектегі орны – 700\n"
            "Q-2: 2026-06-01 күнінен бері кері жылжыған: 607 орнынан 700 орнына\n",
            "G-1: 2026-08-01 күні берілген пәтер есепке жазылды\n"
            "Q-2 жазбасы әлі кезекте тұр; кеңес: "
            "ayala housing queue close Q-2 --status housed --reason …\n",
        ),
        (
            "ru",
            "запись Q-1 закрыта: снят с учёта\n",
            "Q-2: номер в очереди на 2026-07-01 – 700\nQ-2: с 2026-06-01 номер ухудшился: был 607, стал 700\n",
            "G-1: записана квартира, предоставленная 2026-08-01\n"
            "запись Q-2 всё ещё в очереди; совет: "
            "ayala housing queue close Q-2 --status housed --reason …\n",
        ),
    ],
)
def test_what_is_done_is_said_in_the_language(
    office: Ayala, lang: str, closed: str, moved: str, granted: str
) -> None:
    def said(*args: object) -> str:
        return office("housing", *args, env={"AYALA_LANG": lang}).err

    assert said("queue", "close", "Q-1", "--status", "struck_off", "--reason", "x") == closed
    reported = ("reported", "G-1", "--registrar", "bank", "--position", 700, "--on", "2026-07-01")
    assert said(*reported) == moved
    assert said("grant", "G-1", "--on", "2026-08-01") == granted


POSITIONS = """\
queue,number,graduate,registrar,position,position_on
,999,,akimat,1,2026-01-01
Q-1,,,bank,1,2026-01-01
,,G-2,bank,5,2026-01-01
,75-1,,bank,900,2026-08-01
,75-1,G-2,bank,900,2026-08-01
"""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "kk",
            [
                "2: number: есепте мұндай нөмірлі кезек жазбасы жоқ: әкімдік",
                "3: registrar: Q-1 жазбасының кезегін жүргізуші – әкімдік",
                "4: registrar: G-2: кезекте (Отбасы банк) жазбасы жоқ",
                "6: number: 75-1 нөмірі – басқа адамның жазбасы (Отбасы банк)",
                "5: Q-2 кері жылжыған: 2026-06-01 күні 607, енді 900; себебін сұраңыз: Отбасы банк",
            ],
        ),
        (
            "ru",
            [
                "2: number: в учёте нет записи в очереди с таким номером: акимат",
                "3: registrar: запись Q-1 относится к другой очереди: акимат",
                "4: registrar: G-2: записи в очереди (Отбасы банк) нет",
                "6: number: номер 75-1 – запись другого человека (Отбасы банк)",
                "5: Q-2: номер ухудшился: 2026-06-01 был 607, теперь 900; узнайте причину: Отбасы банк",
            ],
        ),
    ],
)
def test_rows_of_positions_are_refused_in_the_language(office: Ayala, lang: str, said: list[str]) -> None:
    (office.folder / "positions.csv").write_text(POSITIONS, encoding="utf-8")
    refused = office("import", "--as", "positions", "positions.csv", ok=4, env={"AYALA_LANG": lang})
    lines = [line for line in refused.err.splitlines() if line.startswith("positions.csv:")]
    assert lines == [f"positions.csv:{line}" for line in said]


@pytest.mark.parametrize(
    ("months", "reached", "served", "kk", "ru"),
    [
        (1, "2019-06-14", "1 month of service", "1 ай", "1 месяц"),
        (2, "2019-07-14", "2 months of service", "2 ай", "2 месяца"),
        (5, "2019-10-14", "5 months of service", "5 ай", "5 месяцев"),
        (21, "2021-02-14", "21 months of service", "21 ай", "21 месяц"),
    ],
)
def test_months_of_service_are_counted_by_the_language(
    months: int, reached: str, served: str, kk: str, ru: str
) -> None:
    said = {}
    for lang in ("en", "kk", "ru"):
        catalogue.choose(lang)
        said[lang] = str(too_old(date(1990, 5, 14), months, date(2021, 5, 1))).partition(" (Law")[0]
    assert said == {
        "en": f"registered on 2021-05-01, but 29 years and {served} were full on {reached}",
        "kk": f"2021-05-01 күні есепке қойылған, ал 29 жасқа әскери қызмет ({kk}) ескерілгенде {reached} күні толған",
        "ru": f"постановка на учёт – 2021-05-01, но возраст 29 с учётом службы ({ru}) достигнут {reached}",
    }  # fmt: skip
