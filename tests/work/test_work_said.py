"""What is said about partners, placements, the pilot and aid, whole, in Kazakh and in Russian."""

from __future__ import annotations

import shlex

import pytest

from tests.program import Ayala

PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Әбдіров,Ғани,1998-03-15,M
G-2,Ахметова,Айгүл,2004-05-06,F
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    """Two people, a bakery whose one place is taken, and aid that was asked for, on both engines."""
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    ayala("work", "partner", "add", "Нан-Сауда", "--kind", "employer")
    ayala("work", "workplace", "add", "Нан-Сауда", "--title", "наубайшы", "--on", "2026-01-01")
    placed = ("--partner", "Нан-Сауда", "--title", "наубайшы", "--on", "2026-02-01")
    ayala("work", "place", "G-1", *placed)
    ayala("work", "aid", "add", "G-1", "--kind", "money", "--amount", 60000, "--on", "2026-09-01")
    return ayala


# A command that changes nothing, its exit code, and what it says.
SAID: list[tuple[str, int, str, str]] = [
    (
        "partner add 'нан сауда' --kind employer",
        5,
        "мұндай атаулы серіктес есепте бар: Нан-Сауда",
        "партнёр с таким названием уже есть в учёте: Нан-Сауда",
    ),
    (
        "partner show Нан-Саууда",
        3,
        "«Нан-Саууда» деген серіктес жоқ\n«Нан-Сауда» деген атау",
        "партнёра «Нан-Саууда» нет\nназвание «Нан-Сауда»",
    ),
    ("show P-9", 3, "P-9 деген жұмысқа орналасу жазбасы жоқ", "записи о трудоустройстве P-9 нет"),
    ("aid show M-9", 3, "M-9 деген көмек жазбасы жоқ", "записи о помощи M-9 нет"),
    (
        "aid add G-1 --kind money --amount 5 --appeal A-2026-0009",
        3,
        "A-2026-0009 деген өтініш жоқ",
        "обращения A-2026-0009 нет",
    ),
    (
        "place G-2 --partner Нан-Сауда --title сатушы --on 2026-03-01 --workplace",
        3,
        "«Нан-Сауда» 2026-03-01 күні мұндай жұмыс орнын ұсынбайды: сатушы",
        "«Нан-Сауда» на 2026-03-01 не предоставляет такого рабочего места: сатушы",
    ),
    (
        "close P-1 --on 2026-01-01 --why own_wish",
        2,
        "P-1 жазбасы 2026-02-01 күні басталады; жұмыс істемейтін бірінші күн (2026-01-01) одан кейін болуы керек",
        "запись P-1 начинается 2026-02-01; первый день без этой работы (2026-01-01) должен быть позже",
    ),
    ("reopen P-1 --reason x", 5, "P-1 жазбасы аяқталмаған", "запись P-1 не завершена"),
    ("partner reopen Нан-Сауда", 5, "«Нан-Сауда» жабық емес", "партнёр «Нан-Сауда» не закрыт"),
    (
        "aid pay M-1 --amount 5",
        5,
        "M-1 мақұлданбаған, мәртебесі: сұралды",
        "помощь M-1 не одобрена, статус: запрошено",
    ),
    (
        "aid approve M-1 --amount 5 --on 2026-08-01",
        2,
        "M-1 2026-09-01 күні сұралған, бұл 2026-08-01 күнінен кейін",
        "помощь M-1 запрошена 2026-09-01, это позже 2026-08-01",
    ),
    (
        "pilot close G-1 --reason x",
        5,
        "G-1: пилоттық жобаға қатыспайды",
        "G-1: в пилотном проекте не участвует",
    ),
    ("edit P-1", 2, "нені өзгерту керегі көрсетілмеген", "не указано, что изменить"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(office: Ayala, column: int, lang: str) -> None:
    for case in SAID:
        refused = office("work", *shlex.split(case[0]), ok=case[1], env={"AYALA_LANG": lang})
        what, _, hint = str(case[column]).partition("\n")
        said = refused.err.splitlines()
        assert said[0] == f"ayala: {what}"
        assert not hint or said[1].endswith(f": {hint}")


@pytest.mark.parametrize(
    ("lang", "placed", "ended", "approved", "paid"),
    [
        (
            "kk",
            "«Нан-Сауда» серіктесіндегі жалғыз орын 2026-03-01 күні бос емес: наубайшы\n",
            "P-1 жазбасы 2026-05-01 күні аяқталды: өз қалауы\n",
            "M-1: 2026-10-01 күні 70000 теңге мақұлданды\n"
            "M-1: 70000 теңге сұралған сомадан көп (60000 теңге)\n",
            "M-1: мақұлданған 70000 теңгеден 25000 теңге төленді\n",
        ),
        (
            "ru",
            "у партнёра «Нан-Сауда» единственное место на 2026-03-01 занято: наубайшы\n",
            "запись P-1 завершена 2026-05-01: собственное желание\n",
            "M-1: 2026-10-01 одобрено 70000 тенге\nM-1: 70000 тенге – больше запрошенного (60000 тенге)\n",
            "M-1: выплачено 25000 тенге из 70000\n",
        ),
    ],
)
def test_what_is_done_is_said_in_the_language(
    office: Ayala, lang: str, placed: str, ended: str, approved: str, paid: str
) -> None:
    def said(*args: object) -> str:
        return office("work", *args, env={"AYALA_LANG": lang}).err

    place = ("place", "G-2", "--partner", "Нан-Сауда", "--title", "наубайшы", "--on", "2026-03-01")
    assert said(*place) == placed
    assert said("close", "P-1", "--on", "2026-05-01", "--why", "own_wish") == ended
    assert said("aid", "approve", "M-1", "--amount", 70000, "--on", "2026-10-01") == approved
    assert said("aid", "pay", "M-1", "--amount", 25000, "--on", "2026-10-02") == paid


@pytest.mark.parametrize(
    ("count", "kk", "ru", "en"),
    [
        (1, "1 жұмыс орны жабылмаған", "не закрыто 1 рабочее место", "1 workplace not ended"),
        (2, "2 жұмыс орны жабылмаған", "не закрыто 2 рабочих места", "2 workplaces not ended"),
        (5, "5 жұмыс орны жабылмаған", "не закрыто 5 рабочих мест", "5 workplaces not ended"),
        (21, "21 жұмыс орны жабылмаған", "не закрыто 21 рабочее место", "21 workplaces not ended"),
    ],
)
def test_workplaces_are_counted_by_the_language(office: Ayala, count: int, kk: str, ru: str, en: str) -> None:
    rows = "".join(f"Фирма,жұмыс {number},2026-01-01\n" for number in range(count))
    (office.folder / "places.csv").write_text("partner,title,opened_on\n" + rows, encoding="utf-8")
    office("work", "partner", "add", "Фирма", "--kind", "employer")
    office("import", "--as", "workplaces", "places.csv")
    notes = {}
    for lang in ("kk", "ru", "en"):
        closed = office("work", "partner", "close", "Фирма", "--reason", "x", env={"AYALA_LANG": lang})
        notes[lang] = closed.err.splitlines()[1]
        office("work", "partner", "reopen", "Фирма")
    assert notes == {"kk": f"Фирма: {kk}", "ru": f"Фирма: {ru}", "en": f"Фирма: {en}"}
