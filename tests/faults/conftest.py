"""Workers that run the program beside one another, for the tests that break it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import database_of
from tests.faults.forking import Crew, Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The process that forks workers; it loads the program once a session."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork()")
    started = Nursery()
    yield started
    started.close()


@pytest.fixture
def crew(request: pytest.FixtureRequest, nursery: Nursery, tmp_path: Path) -> Iterator[Crew]:
    """Workers on the test's own office: ``crew.worker()("graduate", "list").out``."""
    gathered = Crew(nursery, tmp_path, database_of(request, tmp_path))
    yield gathered
    gathered.close()
