"""A small house with invented people, on whichever engine the test asks for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.program import Ayala

# On 2026-11-23: G-1, G-2 women of 20, G-3, G-4 men of 20, G-5 a girl of 14, G-6 a man of 26, G-7 a man of 30.
PEOPLE = """\
code,surname,given_name,birth_date,sex
G-1,Арманова,Айгүл,2006-01-10,F
G-2,Берікова,Дана,2006-02-10,F
G-3,Ғалымов,Нұрлан,2006-03-10,M
G-4,Досов,Ержан,2006-04-10,M
G-5,Есенова,Мадина,2012-05-10,F
G-6,Жақсыбеков,Олжас,2000-06-10,M
G-7,Зейінов,Тимур,1996-07-10,M
"""

# A women's room, a men's room, a room for anyone, and a family flat.
BEDS = """\
building,building_name,floor,room,bed,room_sex,family_flat
ZU-1,Жастар үйі,1,101,1,F,
ZU-1,Жастар үйі,1,101,2,F,
ZU-1,Жастар үйі,1,102,1,M,
ZU-1,Жастар үйі,1,102,2,M,
ZU-1,Жастар үйі,2,201,1,,
ZU-1,Жастар үйі,2,201,2,,
ZU-1,Жастар үйі,2,202,1,,yes
"""


def sheet(ayala: Ayala, kind: str, text: str) -> Path:
    """A file in the test's folder."""
    path = ayala.folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def house(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path, ayala: Ayala) -> Ayala:
    """The program with people and a building; on both engines where the test names ``office_db``."""
    if "engine_url" not in request.fixturenames:
        shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
    ayala("import", "--as", "graduates", sheet(ayala, "graduates", PEOPLE), "--quiet")
    ayala("import", "--as", "beds", sheet(ayala, "beds", BEDS), "--quiet")
    return ayala
