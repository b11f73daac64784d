"""An office with four people: two of them namesakes, one with a personal number."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.program import Ayala

PEOPLE = """\
iin,surname,given_name,patronymic,birth_date,sex,region
,Ахметова,Айгүл,,2001-05-06,F,75
980315300005,Әбдіров,Ғани,Қайратұлы,1998-03-15,M,59
,Омаров,Асет,,1999-01-01,M,75
,Омаров,Асет,,2001-05-05,M,
"""


@pytest.fixture(scope="session")
def sqlite_office(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an office that knows the four."""
    folder = tmp_path_factory.mktemp("four")
    shutil.copytree(templates.sqlite, folder, dirs_exist_ok=True)
    Ayala(folder, str(folder / "office.db"), folder / "home")(
        "import", "-", "--as", "graduates", stdin=PEOPLE
    )
    return folder


@pytest.fixture
def on_sqlite(sqlite_office: Path, ayala: Ayala, tmp_path: Path) -> Ayala:
    """The office on SQLite alone, for what the engine has no part in."""
    shutil.copytree(sqlite_office, tmp_path, dirs_exist_ok=True)
    return ayala


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """The office on both engines."""
    ayala("import", "-", "--as", "graduates", stdin=PEOPLE)
    return ayala
