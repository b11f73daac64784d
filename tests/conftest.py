"""Fixtures for all tests: the program, run on a fixed day, and an office on either engine.

``ayala(...)`` runs the program inside this process, ``ayala_process(...)`` as a process of its own. A test
that names ``engine_url`` or ``office_db`` runs twice, on SQLite and on PostgreSQL; the server starts when the
first test needs it.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ayala.language import catalogue
from tests.figures import Figures
from tests.postgres import NoPostgres, Postgres
from tests.program import Ayala, AyalaProcess

ENGINES = ("sqlite", "postgresql")


FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    # A shell that puts a run into the background has it ignore Ctrl-C, and all that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[FIGURES] = Figures()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker counted to the run that started it (pytest-xdist)."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["figures"] = session.config.stash[FIGURES].lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    lines = getattr(node, "workeroutput", {}).get("figures", [])
    node.config.stash[FIGURES].lines.extend(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was counted, so that a run shows its figures."""
    if lines := sorted(config.stash[FIGURES].lines):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Says a figure at the end of the run: ``figures("kill -9", kills=100, lost=0)``."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL server."""
    try:
        server = Postgres()
    except NoPostgres as why:
        pytest.skip(str(why))
    yield server
    server.stop()


class Templates:
    """An office on each engine, initialised once a session; tests get copies of it."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest, cleanup: ExitStack) -> None:
        self.folder = folder
        self.request = request
        self.cleanup = cleanup

    @cached_property
    def sqlite(self) -> Path:
        """A folder with ``home`` and ``office.db``."""
        folder = self.folder / "sqlite"
        folder.mkdir()
        self.init(folder, str(folder / "office.db"))
        return folder

    @cached_property
    def postgresql(self) -> tuple[Path, str]:
        """A folder with ``home``, and the name of a database."""
        folder = self.folder / "postgresql"
        folder.mkdir()
        server: Postgres = self.request.getfixturevalue("postgres")
        url = self.cleanup.enter_context(server.database())
        self.init(folder, url)
        return folder, url.partition("@/")[2].partition("?")[0]

    def init(self, folder: Path, database: str) -> None:
        # A process of its own, so that no connection stays open.
        AyalaProcess(folder, database, folder / "home")("init")


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Templates]:
    with ExitStack() as cleanup:
        yield Templates(tmp_path_factory.mktemp("templates"), request, cleanup)


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database: a path where no file is yet, or an empty PostgreSQL database.

    Where the test asks for ``office_db``, it is a copy of an initialised office instead.
    """
    ready = "office_db" in request.fixturenames
    templates: Templates | None = request.getfixturevalue("templates") if ready else None
    with ExitStack() as cleanup:
        if request.param == "sqlite":
            if templates:
                shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
            yield str(tmp_path / "office.db")
        else:
            server: Postgres = request.getfixturevalue("postgres")
            template = "template1"
            if templates:
                folder, template = templates.postgresql
                shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
            yield cleanup.enter_context(server.database(template))


@pytest.fixture
def office_db(engine_url: str) -> str:
    """The address of an office that ``ayala init`` has made, on both engines; ``ayala`` works on it."""
    return engine_url


def database_of(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test's own database: that of ``engine_url`` where the test has one, else a SQLite path."""
    if "engine_url" in request.fixturenames:
        return str(request.getfixturevalue("engine_url"))
    return str(tmp_path / "office.db")


@pytest.fixture(autouse=True)
def english() -> None:
    """A test that calls the code itself is answered in English, whatever the test before it spoke."""
    catalogue.choose("en")


@pytest.fixture(autouse=True)
def history_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test that opens an office itself seals with the test's key, never with that of the machine."""
    monkeypatch.setenv("AYALA_HISTORY_KEY", str(tmp_path / "home/.local/share/ayala/history.key"))


@pytest.fixture
def ayala(request: pytest.FixtureRequest, tmp_path: Path) -> Ayala:
    """Runs the whole program inside this process: ``ayala("graduate", "list").out``."""
    return Ayala(tmp_path, database_of(request, tmp_path), tmp_path / "home")


@pytest.fixture
def ayala_process(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AyalaProcess]:
    """Runs the program as a process of its own; ``ayala_process.start(...)`` several at once."""
    program = AyalaProcess(tmp_path, database_of(request, tmp_path), tmp_path / "home")
    yield program
    program.close()
