"""An office with three graduates, on both engines or on SQLite alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.program import Ayala

GRADUATES = """\
code,iin,surname,given_name,patronymic,birth_date,sex,region
G-1,980315300005,Әбдіров,Ғани,Қайратұлы,1998-03-15,M,75
G-2,,Өтеген,Ұлжан,,2000-02-29,F,10
G-3,031014600003,Қасым,Індіра,,2003-10-14,F,
"""


def with_graduates(ayala: Ayala) -> Ayala:
    sheet = ayala.folder / "graduates.csv"
    sheet.write_text(GRADUATES, encoding="utf-8")
    ayala("import", sheet, "--as", "graduates")
    return ayala


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """The program on an office with G-1, G-2 and G-3; on both engines."""
    return with_graduates(ayala)


@pytest.fixture
def desk(ayala: Ayala, templates: Templates, tmp_path: Path) -> Ayala:
    """The same, on SQLite only: for what is said and shown, where the engine makes no difference."""
    shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
    return with_graduates(ayala)
