"""On a server with roles only the admin can erase; whoever may not is told so, and nothing is half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ayala.storage.roles import ROLES
from tests.personal.conftest import with_people
from tests.personal.filling import rows
from tests.postgres import Postgres
from tests.program import Ayala, AyalaProcess

LOGINS = {"erasing_clerk": "ayala_clerk", "erasing_admin": "ayala_admin"}
ERASE = ("graduate", "erase", "G-1", "--reason", "application № 9", "--yes")


@pytest.fixture
def url(postgres: Postgres, tmp_path: Path) -> Iterator[str]:
    """An office with roles, and a login in two of them."""
    with postgres.database() as url:
        AyalaProcess(tmp_path, url, tmp_path / "home")("init", "--roles")
        for login, role in LOGINS.items():
            postgres.admin.execute(f"CREATE ROLE {login} LOGIN IN ROLE {role}")
        yield url
    for role in (*LOGINS, *ROLES):
        postgres.admin.execute(f"DROP ROLE {role}")


def test_a_clerk_is_refused_and_an_admin_erases(url: str, tmp_path: Path) -> None:
    clerk, admin = (
        Ayala(tmp_path, url.replace("//postgres@", f"//{login}@"), tmp_path / "home") for login in LOGINS
    )
    owner = with_people(Ayala(tmp_path, url, tmp_path / "home"))
    before = rows(owner)
    done = clerk(*ERASE, ok=6)
    assert done.err.splitlines()[-1] == (
        "try: a login of the role ayala_clerk; of ayala_admin to upgrade, erase or restore"
    )
    assert "does not allow this user to do that; nothing was changed" in done.err
    assert rows(owner) == before
    clerk("graduate", "block", "G-1", "--reason", "until it is erased")
    clerk("graduate", "unblock", "G-1", "--reason", "it is erased now")
    admin(*ERASE)
    assert owner("graduate", "list", "--format", "json").json()[-1]["surname"] == "—"
    assert owner("history", "verify").code == 0
