"""A sheet of beds that is taken in several blocks is one sheet still."""

from __future__ import annotations

import pytest

from ayala.dormitory.sheet import Beds
from tests.dormitory.conftest import sheet
from tests.program import Ayala

HEAD = "building,building_name,floor,room,bed,room_sex\n"


@pytest.fixture
def blocks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beds, "block", 3)


@pytest.mark.usefixtures("blocks_of_three")
def test_a_room_may_go_on_in_the_next_block(house: Ayala) -> None:
    text = HEAD + "".join(f"ZU-5,Бесінші үй,1,10{n // 4},{n % 4 + 1},F\n" for n in range(8))
    (row,) = house("import", sheet(house, "more", text), "--format", "json").json()
    assert (row["read"], row["added"], row["updated"]) == (8, 8, 0)
    (again,) = house("import", sheet(house, "more", text), "--format", "json").json()
    assert (again["read"], again["same"]) == (8, 8)
    rooms = house("dormitory", "list", "ZU-5", "--format", "json").json()
    assert [(row["code"], row["beds"]) for row in rooms] == [("ZU-5/100", 4), ("ZU-5/101", 4)]


@pytest.mark.usefixtures("blocks_of_three")
def test_a_contradiction_is_found_across_blocks(house: Ayala) -> None:
    text = HEAD + "ZU-5,Үй,1,101,1,F\n" + "ZU-5,Үй,1,101,2,F\n" * 4 + "ZU-5,Үй,2,101,3,F\n"
    done = house("import", sheet(house, "more", text), ok=4)
    assert "more.csv:7: floor: line 2 of this file says otherwise\n" in done.err
    assert len(house("dormitory", "list", "--format", "json").json()) == 1
