"""An office with two people, on both engines or on SQLite alone; and one with something in every column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.personal.filling import fill
from tests.program import Ayala

PEOPLE = """\
code,iin,surname,given_name,patronymic,birth_date,sex,phone,region,address,institution,left_care_on,note
G-1,010506500015,Омаров,Асет,Серікұлы,2001-05-06,M,+77012345678,75,"Алматы, Жетісу-2",№ 3 балалар үйі,2019-06-01,диабет
G-2,,Кім,Ән,,2000-01-02,F,,10,,,,
"""

PAPER = ("--no-third-parties", "--no-cross-border", "--no-public", "--data", "name, phone")
PURPOSE = ("--purpose", "social support")
OPERATOR = ("--operator", "Жастар үйі", "--operator-bin", "990140000384")


def with_people(ayala: Ayala) -> Ayala:
    sheet = ayala.folder / "people.csv"
    sheet.write_text(PEOPLE, encoding="utf-8")
    ayala("import", sheet, "--as", "graduates")
    return ayala


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """The program on an office with G-1 and G-2; on both engines."""
    return with_people(ayala)


@pytest.fixture
def desk(ayala: Ayala, templates: Templates, tmp_path: Path) -> Ayala:
    """The same, on SQLite only: for what is said and shown, where the engine makes no difference."""
    shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
    return with_people(ayala)


@pytest.fixture
def filled_file(ayala: Ayala, templates: Templates, tmp_path: Path) -> Ayala:
    """The same, on SQLite only: for what becomes of its files."""
    shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
    fill(ayala)
    return ayala


@pytest.fixture
def filled(ayala: Ayala, office_db: str) -> Ayala:
    """The program on an office with something in every column of G-1 and G-2; on both engines."""
    fill(ayala)
    return ayala
