"""What the root command, the shared options, the settings and the way out say, whole, in both languages."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from ayala.dates import BadDay, day, span
from ayala.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseNewer,
    DoneAlready,
    NotAllowed,
    SavedHereOnly,
    SeveralFit,
)
from ayala.language import catalogue
from ayala.output.harmless import BadText, clean_in
from ayala.paths import why
from ayala.settings import KEYS, Settings
from tests.program import Ayala

LANGUAGES = ["kk", "ru"]
TODAY = date(2026, 11, 23)

# A command, variables beside it, its exit code, and what it says.
SAID: list[tuple[str, dict[str, str], int, str, str]] = [
    (
        "graduate add --surname Ә",
        {},
        2,
        "ayala: көрсетілмеген: --given-name, --born, --sex\n",
        "ayala: не указано: --given-name, --born, --sex\n",
    ),
    (
        "graduate list",
        {"AYALA_TODAY": "soon"},
        2,
        "ayala: AYALA_TODAY: «soon» — күн емес; күн былай жазылады: 2026-11-01, 01.11.2026, бүгін немесе кеше\n",
        "ayala: AYALA_TODAY: «soon» — не дата; дата пишется так: 2026-11-01, 01.11.2026, сегодня или вчера\n",
    ),
    (
        "graduate add --surname Ә --given-name Ғ --born 1998-03-15 --sex M",
        {"AYALA_WAIT": "long"},
        2,
        "ayala: «long» — күту секундтарының саны емес\nкеңес: AYALA_WAIT=60\n",
        "ayala: «long» — не число секунд ожидания\nсовет: AYALA_WAIT=60\n",
    ),
    (
        "rules list",
        {"AYALA_ORGANISATION": "shop"},
        2,
        "ayala: «shop» (AYALA_ORGANISATION айнымалысы) — кеңсенің мұндай түрі жоқ\n"
        "кеңес: AYALA_ORGANISATION=state | ngo\n",
        "ayala: «shop» (переменная AYALA_ORGANISATION) — такого вида учреждения нет\n"
        "совет: AYALA_ORGANISATION=state | ngo\n",
    ),
    (
        "graduate list --format pdf",
        {},
        2,
        "ayala: «pdf» — Ayala мұндай пішімде жазбайды\n",
        "ayala: «pdf» — в таком формате Ayala не выводит\n",
    ),
    (
        "graduate list --output nowhere/list.csv",
        {},
        7,
        "ayala: nowhere/list.csv — жазу мүмкін емес: мұндай файл не қалта жоқ\n",
        "ayala: не удаётся записать nowhere/list.csv: нет такого файла или папки\n",
    ),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", SAID, ids=lambda case: case[0])
def test_a_refusal_is_said_in_the_language(
    ayala: Ayala, case: tuple[str, dict[str, str], int, str, str], lang: str
) -> None:
    words, env, code, *said = case
    ayala("init")
    told = ayala("--lang", lang, *words.split(), ok=code, env=env).err
    if "--format" in words:  # the formats themselves are the way out's affair
        told = told.partition("\n")[0] + "\n"
    assert told == said[lang == "ru"]


DAYS: list[tuple[str, bool, str, str]] = [
    (
        "31.02.2026",
        False,
        "«31.02.2026» — күнтізбеде мұндай күн жоқ",
        "«31.02.2026» — такой даты нет в календаре",
    ),
    (
        "01.01.1850",
        False,
        "«01.01.1850»: жыл 1900 мен 2100 аралығында болуы керек",
        "«01.01.1850»: год должен быть от 1900 до 2100",
    ),
    (
        "2026-q5",
        True,
        "«2026-q5»: тоқсан q1, q2, q3 немесе q4 түрінде жазылады",
        "«2026-q5»: квартал пишется как q1, q2, q3 или q4",
    ),
    (
        "2026..2025",
        True,
        "2026-01-01..2025-12-31 кезеңі басталмай тұрып аяқталады",
        "период 2026-01-01..2025-12-31 заканчивается раньше, чем начинается",
    ),
    (
        "soon",
        True,
        "«soon» — кезең емес; кезең былай жазылады: 2026, 2026-11, 2026-q3, 2026-11-01"
        " немесе 2026-09-01..2026-11-01",
        "«soon» — не период; период пишется так: 2026, 2026-11, 2026-q3, 2026-11-01 или 2026-09-01..2026-11-01",
    ),
    # As a span it has the form of a day, and as a day it is none of the calendar.
    (
        "30.02.2026",
        True,
        "«30.02.2026» — күнтізбеде мұндай күн жоқ",
        "«30.02.2026» — такой даты нет в календаре",
    ),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", DAYS, ids=lambda case: case[0])
def test_a_day_that_cannot_be_read(case: tuple[str, bool, str, str], lang: str) -> None:
    typed, as_span, *said = case
    catalogue.choose(lang)
    with pytest.raises(BadDay) as told:
        (span if as_span else day)(typed, TODAY)
    assert str(told.value) == said[lang == "ru"]


@pytest.mark.parametrize(
    ("lang", "long", "invisible"),
    [
        ("kk", "таңбалар саны 11, ең көбі 10 сияды", "2-орында көрінбейтін U+200B таңбасы тұр"),
        ("ru", "символов 11, помещается не больше 10", "на позиции 2 стоит невидимый символ U+200B"),
    ],
)
def test_a_text_that_may_not_go_in(lang: str, long: str, invisible: str) -> None:
    catalogue.choose(lang)
    with pytest.raises(BadText) as told:
        clean_in("ә" * 11, longest=10)
    assert str(told.value) == long
    with pytest.raises(BadText) as told:
        clean_in("ә\u200bә")
    assert str(told.value) == invisible


HINTS = {
    "kk": [
        "біреуін коды бойынша көрсетіңіз",
        "ayala бағдарламасының жаңарақ нұсқасын орнатыңыз",
        "сол пәрменді бір минуттан кейін қайталаңыз",
    ],
    "ru": [
        "укажите одного по коду",
        "установите более новую версию ayala",
        "повторите ту же команду через минуту",
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_usual_hint_is_in_the_language_chosen_when_the_error_is_made(lang: str) -> None:
    english = [kind("x").hint for kind in (DatabaseDamaged, NotAllowed, SavedHereOnly)]
    catalogue.choose(lang)
    assert [SeveralFit("x", []).hint, DatabaseNewer("x").hint, DatabaseBusy("x").hint] == HINTS[lang]
    assert not set(english) & {kind("x").hint for kind in (DatabaseDamaged, NotAllowed, SavedHereOnly)}
    assert DatabaseBusy("x", "own").hint == "own"
    assert str(DoneAlready("H-7", "graduate add")) == (
        "бұрын орындалған, жазбасы H-7: graduate add"
        if lang == "kk"
        else "уже выполнено, запись H-7: graduate add"
    )


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["option --lang", "variable AYALA_USER", "default", "file {file}"]),
        ("kk", ["--lang параметрі", "AYALA_USER айнымалысы", "әдепкі мән", "{file} файлы"]),
        ("ru", ["параметр --lang", "переменная AYALA_USER", "по умолчанию", "файл {file}"]),
    ],
)
def test_where_a_setting_came_from(ayala: Ayala, tmp_path: Path, lang: str, said: list[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text('pager = "cat"\nlang = "ru"\n')
    shown = ayala("--lang", lang, "settings", "--format", "json", env={"AYALA_CONFIG": str(file)}).json()
    origins = {row["setting"]: row["origin"] for row in shown}
    assert [origins[key] for key in ("lang", "user", "wait", "pager")] == [
        text.replace("{file}", str(file)) for text in said
    ]


def test_the_files_in_use_are_those_a_setting_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('pager = "cat"\n')
    environ = {"AYALA_CONFIG": str(file)}
    assert Settings({}, environ).files() == [str(file)]
    assert Settings({}, environ | {KEYS["pager"]: "less"}).files() == []
    assert Settings({"pager": "less"}, environ).files() == []


USUAL = ("ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "EEXIST", "EROFS", "ENOSPC", "ENAMETOOLONG", "EIO")


def test_what_the_operating_system_says_is_said_in_the_language() -> None:
    errors = [OSError(number, os.strerror(number)) for number in (getattr(errno, name) for name in USUAL)]
    assert [why(error) for error in errors] == [error.strerror for error in errors]
    for lang in LANGUAGES:
        catalogue.choose(lang)
        assert not {why(error) for error in errors} & {error.strerror for error in errors}
        assert why(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe"
        assert why(OSError("nothing")) == "OSError"
