"""What is said about the history, whole, in Kazakh and in Russian."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ayala.language import catalogue
from ayala.language.phrases import phrases
from ayala.storage import opening
from tests.program import Ayala

LANGUAGES = ["kk", "ru"]

# A command on an office whose one graduate was added and then edited, its exit code, and what it says.
SAID: list[tuple[str, int, str, str]] = [
    (
        "show H-99",
        3,
        "ayala: өзгерістер тарихында мұндай жазба жоқ: H-99\nкеңес: ayala history list\n",
        "ayala: в истории изменений нет такой записи: H-99\nсовет: ayala history list\n",
    ),
    (
        "verify --head x",
        2,
        "ayala: «x» — тарихтың басы емес\nкеңес: `ayala history head` шығарған мәнді көрсетіңіз: 12:9f3a…\n",
        "ayala: «x» — не вершина истории\n"
        "совет: укажите ту, которую вывела команда `ayala history head`: 12:9f3a…\n",
    ),
    (
        "accept H-1",
        2,
        'ayala: --reason көрсетілуі керек: өзгерісті мақұлдау\nкеңес: сол пәрменді --reason "…" қосып қайталаңыз\n',
        'ayala: нужно указать --reason: принятие изменения\nсовет: повторите ту же команду с --reason "…"\n',
    ),
    ("accept H-1 --reason x", 0, "H-1 мақұлданды\n", "запись H-1 принята\n"),
    (
        "undo H-1",
        5,
        "ayala: H-1 жазбасын кері қайтару мүмкін емес: сол жазбалар кейін өзгертілген: H-2 (graduate edit G-1)\n"
        "кеңес: ayala history undo H-2\n",
        "ayala: запись H-1 нельзя отменить: те же записи изменены позже: H-2 (graduate edit G-1)\n"
        "совет: ayala history undo H-2\n",
    ),
    (
        "undo H-2 --dry-run",
        0,
        "сынақ іске қосу: ештеңе өзгертілген жоқ\n",
        "пробный запуск: ничего не изменено\n",
    ),
    (
        "undo H-2",
        0,
        "кері қайтарылды: H-2 (graduate edit G-1)\n",
        "отменено: H-2 (graduate edit G-1)\n",
    ),
]


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    ayala("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    ayala("graduate", "edit", "G-1", "--note", "moved")
    return ayala


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", SAID, ids=lambda case: case[0])
def test_a_sentence_about_the_history_is_said_whole(
    office: Ayala, case: tuple[str, int, str, str], lang: str
) -> None:
    words, code, *said = case
    assert office("--lang", lang, "history", *words.split(), ok=code).err == said[lang == "ru"]


OUTSIDE = {
    "kk": {
        "бағдарламадан тыс": "X-4: 1 жол",
        "жолдар мен бейнелер": "",
        "басы": "тізбекте 9:9f3a61c2 буыны жоқ: ол кезде бекітілген тарих кесілген немесе қайта бекітілген",
    },
    "ru": {
        "в обход программы": "X-4: 1 строка",
        "строки против образов": "",
        "вершина": "звена 9:9f3a61c2 нет в цепочке: скреплённое тогда было отрезано или скреплено заново",
    },
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_findings_and_their_checks_are_named_in_the_language(ayala: Ayala, tmp_path: Path, lang: str) -> None:
    ayala("init")
    ayala("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    connection: Any = opening.sqlite().connect(str(tmp_path / "office.db"), isolation_level=None)
    connection.execute("UPDATE graduate SET note = 'x'")
    (number,) = connection.execute("SELECT max(seq) FROM row_image").fetchone()
    connection.close()
    verify = ("--lang", lang, "history", "verify", "--head", "9:9f3a61c2")
    shown = ayala(*verify, "--format", "markdown", ok=1).out
    cells = [line[2:-2].split(" | ") for line in shown.splitlines() if line.startswith("| ")]
    rows = {check: what.strip() for check, _, what in cells}
    for check, what in OUTSIDE[lang].items():
        assert rows[check] == what.replace("X-4", f"X-{number}")
    # Scripts read the codes, whatever the language.
    assert [row["check"] for row in ayala(*verify, "--format", "json", ok=1).json() if row["found"]] == [
        "head",
        "outside of Ayala",
    ]
    listed = ayala("--lang", lang, "history", "list", "--limit", "1", "--format", "csv").out.splitlines()[1]
    assert listed.split(",")[3] == ("Ayala-дан тыс" if lang == "kk" else "в обход Ayala")


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("en", ["link", "links", "links", "links"]),
        ("kk", ["буын", "буын", "буын", "буын"]),
        ("ru", ["звено скреплено", "звена скреплены", "звеньев скреплены", "звено скреплено"]),
    ],
)
def test_links_take_the_form_of_their_number(lang: str, forms: list[str]) -> None:
    catalogue.choose(lang)
    for number, form in zip((1, 2, 5, 21), forms, strict=True):
        said = phrases(
            "{n} link is sealed with another key than {key}",
            "{n} links are sealed with another key than {key}",
            number,
            key="ab",
        )
        assert said.startswith(f"{number} {form} ")
