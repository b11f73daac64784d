"""An office with two people, and one with something in every column; on both engines or on SQLite alone.

Each is made once a session, and tests get copies of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.conftest import ENGINES, Templates
from tests.personal.filling import fill
from tests.postgres import Postgres
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


def with_everything(ayala: Ayala) -> Ayala:
    fill(ayala)
    return ayala


Make = Callable[[Ayala], Ayala]


class Ready:
    """Offices that are made once, by what makes them and by engine."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest, cleanup: ExitStack) -> None:
        self.folder = folder
        self.request = request
        self.cleanup = cleanup
        self.made: dict[tuple[Make, str], tuple[Path, str]] = {}

    @property
    def templates(self) -> Templates:
        found: Templates = self.request.getfixturevalue("templates")
        return found

    @property
    def server(self) -> Postgres:
        found: Postgres = self.request.getfixturevalue("postgres")
        return found

    def template(self, make: Make, engine: str) -> tuple[Path, str]:
        """The folder of an office, with its home, and its database."""
        if (make, engine) not in self.made:
            folder = self.folder / f"{make.__name__}-{engine}"
            if engine == "sqlite":
                shutil.copytree(self.templates.sqlite, folder)
                database = str(folder / "office.db")
            else:
                home, template = self.templates.postgresql
                shutil.copytree(home, folder)
                database = self.cleanup.enter_context(self.server.database(template))
            make(Ayala(folder, database, folder / "home"))
            self.made[make, engine] = folder, database
        return self.made[make, engine]

    @contextmanager
    def copy(self, make: Make, engine: str, folder: Path) -> Iterator[Ayala]:
        """The program on a copy of an office."""
        template, database = self.template(make, engine)
        shutil.copytree(template, folder, dirs_exist_ok=True)
        if engine == "sqlite":
            yield Ayala(folder, str(folder / "office.db"), folder / "home")
            return
        with self.server.database(database.partition("@/")[2].partition("?")[0]) as url:
            yield Ayala(folder, url, folder / "home")


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Ready]:
    with ExitStack() as cleanup:
        yield Ready(tmp_path_factory.mktemp("ready"), request, cleanup)


@pytest.fixture(params=ENGINES)
def office(request: pytest.FixtureRequest, ready: Ready, tmp_path: Path) -> Iterator[Ayala]:
    """The program on an office with G-1 and G-2; on both engines."""
    with ready.copy(with_people, request.param, tmp_path) as found:
        yield found


@pytest.fixture
def desk(ready: Ready, tmp_path: Path) -> Iterator[Ayala]:
    """The same, on SQLite only: for what is said and shown, where the engine makes no difference."""
    with ready.copy(with_people, "sqlite", tmp_path) as found:
        yield found


@pytest.fixture(params=ENGINES)
def filled(request: pytest.FixtureRequest, ready: Ready, tmp_path: Path) -> Iterator[Ayala]:
    """The program on an office with something in every column of G-1 and G-2; on both engines."""
    with ready.copy(with_everything, request.param, tmp_path) as found:
        yield found


@pytest.fixture
def filled_file(ready: Ready, tmp_path: Path) -> Iterator[Ayala]:
    """The same, on SQLite only: for what becomes of its files."""
    with ready.copy(with_everything, "sqlite", tmp_path) as found:
        yield found
